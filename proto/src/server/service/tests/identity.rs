//! Identities: where they are given, and what is refused (protocol rule 35).

use tonic::Request;

use super::super::identity::of_unheld;
use super::ask::told;
use super::library::*;
use super::library_ask::*;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{
    RawState, apply_resource_change, get_resource_identity_schemas, import_resource_state, read_resource,
    upgrade_resource_identity,
};
use crate::server::{Call, Operation};
use crate::value::Value;
use crate::{Diagnostic, Field};

fn stored() -> Value {
    book([("title", "t".into()), ("room", "r".into()), ("number", 1.into())])
}

fn of_stored() -> Value {
    identity("t", "r".into(), 1.into())
}

/// The result of a read of the stored book, which has that identity.
async fn read_with(conduct: Conduct<BookIdentity>, before: Option<Value>) -> (Value, Option<Value>, Vec<String>) {
    let request = read_resource::Request {
        current_state: Some(sent(&stored())),
        current_identity: before.as_ref().map(sent_identity),
        ..Default::default()
    };
    let (answer, told) = read(&library(conduct), request).await;
    let state = seen(answer.new_state.as_ref());
    (state, seen_identity(answer.new_identity.as_ref()), told)
}

#[tokio::test]
async fn the_schemas_of_identities() {
    let answer = strict()
        .get_resource_identity_schemas(Request::new(get_resource_identity_schemas::Request::default()))
        .await
        .unwrap()
        .into_inner();
    let schema = &answer.identity_schemas["test_book"];
    assert_eq!(schema.version, 1);
    let title = &schema.identity_attributes[0];
    assert_eq!(
        (title.name.as_str(), title.description.as_str()),
        ("title", "Its title.")
    );
    assert!(title.required_for_import && !title.optional_for_import);
}

#[tokio::test]
async fn a_creation_has_none_before_all_of_it_is_known() {
    // OpenTofu 1.12 writes no plan that holds an unknown identity.
    let config = book([("title", "t".into())]);
    let (planned, told) = plan(&strict(), change(&Value::Null, &config)).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(planned.planned_identity, None);
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_know() {
    let conduct = Conduct::<BookIdentity> {
        plan: Box::new(|_, plan| {
            plan.planned.number = Field::Unknown;
            Ok(())
        }),
        ..Conduct::default()
    };
    let mut request = change(&stored(), &book([("title", "t".into()), ("room", "r".into())]));
    request.prior_identity = Some(sent_identity(&of_stored()));
    let (planned, told) = plan(&library(conduct), request).await;
    assert!(told.is_empty(), "{told:?}");
    let identity = seen_identity(planned.planned_identity.as_ref());
    assert_eq!(identity, Some(of_stored()), "core refuses unknowns in an update");
}

#[tokio::test]
async fn an_update_that_would_change_it_is_refused_unless_declared() {
    let config = book([("title", "t".into()), ("room", "other".into())]);
    let mut request = change(&stored(), &config);
    request.prior_identity = Some(sent_identity(&of_stored()));
    let (_, told) = plan(&strict(), request.clone()).await;
    assert!(
        told[0].contains("the identity attribute `room` is another one") && told[0].contains("(protocol rule 35)"),
        "{told:?}"
    );
    let service = library(Conduct::<MovableIdentity>::default());
    let (planned, told) = plan(&service, request).await;
    assert!(told.is_empty(), "{told:?}");
    let expected = identity("t", "other".into(), 1.into());
    assert_eq!(seen_identity(planned.planned_identity.as_ref()), Some(expected));
}

#[tokio::test]
async fn a_replacement_has_a_new_one() {
    let config = book([("title", "u".into()), ("room", "r".into())]);
    let mut request = change(&stored(), &config);
    request.prior_identity = Some(sent_identity(&of_stored()));
    let (planned, told) = plan(&strict(), request).await;
    assert!(told.is_empty() && planned.requires_replace.len() == 1, "{told:?}");
    // Core plans again as for a creation, and sends the identity of the first plan.
    let mut again = change(&Value::Null, &config);
    again.prior_identity.clone_from(&planned.planned_identity);
    let (planned, told) = plan(&strict(), again).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(planned.planned_identity, None);
}

#[tokio::test]
async fn a_removal_keeps_it() {
    let mut request = change(&stored(), &Value::Null);
    request.prior_identity = Some(sent_identity(&of_stored()));
    let (planned, told) = plan(&strict(), request).await;
    assert!(told.is_empty() && seen(planned.planned_state.as_ref()).is_null());
    assert_eq!(seen_identity(planned.planned_identity.as_ref()), Some(of_stored()));
}

/// The result of an update that was planned with an unknown number and the stored identity.
async fn applied(conduct: Conduct<BookIdentity>) -> (Value, Option<Value>, Vec<String>) {
    let config = book([("title", "t".into()), ("room", "r".into())]);
    let planned = book([
        ("title", "t".into()),
        ("room", "r".into()),
        ("number", Value::unknown()),
    ]);
    let request = apply_resource_change::Request {
        prior_state: Some(sent(&stored())),
        planned_state: Some(sent(&planned)),
        config: Some(sent(&config)),
        planned_identity: Some(sent_identity(&of_stored())),
        ..Default::default()
    };
    let (answer, told) = apply(&library(conduct), request).await;
    let state = seen(answer.new_state.as_ref());
    (state, seen_identity(answer.new_identity.as_ref()), told)
}

#[tokio::test]
async fn an_apply_gives_it() {
    let (state, identity, told) = applied(Conduct::default()).await;
    assert_eq!((state, identity, told), (stored(), Some(of_stored()), Vec::new()));
}

#[tokio::test]
async fn a_creation_gives_what_was_unknown() {
    let config = book([("title", "t".into())]);
    let (planned, _) = plan(&strict(), change(&Value::Null, &config)).await;
    let request = apply_resource_change::Request {
        planned_state: planned.planned_state,
        config: Some(sent(&config)),
        planned_identity: planned.planned_identity,
        ..Default::default()
    };
    let (answer, told) = apply(&strict(), request).await;
    assert!(told.is_empty(), "{told:?}");
    let expected = identity("t", Value::Null, 1.into());
    assert_eq!(seen_identity(answer.new_identity.as_ref()), Some(expected));
}

#[tokio::test]
async fn an_apply_that_changes_it_is_an_error_and_the_object_is_kept() {
    let (state, identity, told) = applied(Conduct {
        apply: Box::new(|_, change| {
            change.state = change.planned.clone();
            change.state.as_mut().unwrap().number = Field::Known(2);
            Ok(())
        }),
        ..Conduct::default()
    })
    .await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`number` is another one"), "{told:?}");
    assert_eq!(identity, Some(of_stored()));
    assert!(!state.is_null());
}

#[tokio::test]
async fn after_a_failure_the_identity_is_no_fault_of_its_own() {
    let (_, identity, told) = applied(Conduct {
        apply: Box::new(|_, change| {
            change.state.as_mut().unwrap().title = Field::Null;
            Err(Diagnostic::error("Failed", "").into())
        }),
        ..Conduct::default()
    })
    .await;
    assert_eq!((identity, told.len()), (Some(of_stored()), 1), "{told:?}");
}

#[tokio::test]
async fn a_read_gives_it_also_to_an_object_that_had_none() {
    for before in [None, Some(of_stored())] {
        let (state, identity, told) = read_with(Conduct::default(), before).await;
        assert_eq!((state, identity, told), (stored(), Some(of_stored()), Vec::new()));
    }
}

#[tokio::test]
async fn a_read_that_finds_another_object_is_refused() {
    let other = || Conduct {
        read: Box::new(|_, current| {
            current.state.as_mut().unwrap().number = Field::Known(2);
            Ok(())
        }),
        ..Conduct::default()
    };
    let (state, identity, told) = read_with(other(), Some(of_stored())).await;
    assert_eq!(
        (state, identity),
        (stored(), Some(of_stored())),
        "rule 31: what was there stays"
    );
    assert!(
        told[0].contains("`test_book`: the identity attribute `number`"),
        "{told:?}"
    );
    let (_, identity, told) = read_with(other(), None).await;
    assert!(
        told.is_empty() && identity.is_some(),
        "an old core has no identity to compare with"
    );
}

#[tokio::test]
async fn a_read_without_what_an_import_needs_is_refused() {
    let (state, _, told) = read_with(
        Conduct {
            read: Box::new(|_, current| {
                current.state.as_mut().unwrap().title = Field::Null;
                Ok(())
            }),
            ..Conduct::default()
        },
        None,
    )
    .await;
    assert_eq!(state, stored());
    assert!(told[0].contains("`title` is null, but an import needs it"), "{told:?}");
}

#[tokio::test]
async fn a_panic_in_it_is_an_error() {
    let conduct = Conduct {
        read: Box::new(|_, current| {
            current.state.as_mut().unwrap().title = Field::Known("panic".to_owned());
            Ok(())
        }),
        ..Conduct::default()
    };
    let (state, _, told) = read_with(conduct, None).await;
    assert_eq!(state, stored());
    assert!(told[0].contains("panicked") && !told[0].contains("canary"), "{told:?}");
}

async fn imported(
    conduct: Conduct<BookIdentity>,
    id: &str,
    by: Option<Value>,
) -> (Option<(Value, Option<Value>)>, Vec<String>) {
    let request = import_resource_state::Request {
        id: id.to_owned(),
        identity: by.as_ref().map(sent_identity),
        ..Default::default()
    };
    let (answer, told) = import(&library(conduct), request).await;
    let one = answer.imported_resources.first();
    let one = one.map(|one| (seen(one.state.as_ref()), seen_identity(one.identity.as_ref())));
    (one, told)
}

#[tokio::test]
async fn an_import_by_identity_gives_what_one_by_id_does() {
    let (by_id, told) = imported(Conduct::default(), "t", None).await;
    assert!(told.is_empty(), "{told:?}");
    let wanted = identity("t", Value::Null, Value::Null);
    let (by_identity, told) = imported(Conduct::default(), "", Some(wanted.clone())).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(by_id, by_identity);
    assert_eq!(by_id.unwrap(), (book([("title", "t".into())]), Some(wanted)));
}

#[tokio::test]
async fn an_import_by_identity_finds_just_that_object() {
    let other = Book {
        title: Field::Known("u".to_owned()),
        number: Field::Known(3),
        ..Book::default()
    };
    let conduct = || Conduct {
        found: Some(other.clone()),
        ..Conduct::default()
    };
    let (found, told) = imported(conduct(), "", Some(identity("t", Value::Null, Value::Null))).await;
    assert!(
        found.is_none() && told[0].contains("`title` is another one"),
        "{told:?}"
    );
    // What was not given may be anything.
    let (found, told) = imported(conduct(), "", Some(identity("u", Value::Null, Value::Null))).await;
    assert!(told.is_empty() && found.unwrap().1 == Some(identity("u", Value::Null, 3.into())));
}

#[tokio::test]
async fn an_import_says_which_object_is_meant() {
    let (found, told) = imported(Conduct::default(), "", None).await;
    assert!(
        found.is_none() && told[0].contains("needs an id or an identity"),
        "{told:?}"
    );
    let nameless = Value::map([("title", Value::Null), ("room", Value::Null), ("number", Value::Null)]);
    let (found, told) = imported(Conduct::default(), "", Some(nameless)).await;
    assert!(
        found.is_none() && told[0].contains("`title` of `test_book` must have a value"),
        "{told:?}"
    );
    let unknown = identity("t", Value::unknown(), Value::Null);
    let (found, told) = imported(Conduct::default(), "", Some(unknown)).await;
    assert!(found.is_none() && told[0].contains("`room` of `test_book`"), "{told:?}");
}

#[tokio::test]
async fn a_stored_identity_is_brought_to_the_present_form() {
    let upgrade = async |version, json: &str| {
        let request = upgrade_resource_identity::Request {
            type_name: "test_book".to_owned(),
            version,
            raw_identity: Some(RawState {
                json: json.as_bytes().to_vec().into(),
                ..Default::default()
            }),
        };
        let answer = strict()
            .upgrade_resource_identity(Request::new(request))
            .await
            .unwrap()
            .into_inner();
        (
            seen_identity(answer.upgraded_identity.as_ref()),
            told(&answer.diagnostics),
        )
    };
    let expected = identity("t", Value::Null, Value::Null);
    assert_eq!(
        upgrade(0, r#"{"name":"t"}"#).await,
        (Some(expected.clone()), Vec::new())
    );
    assert_eq!(
        upgrade(1, r#"{"title":"t","gone":1}"#).await,
        (Some(expected), Vec::new())
    );
    assert_eq!(upgrade(1, "null").await, (Some(Value::Null), Vec::new()));
    let (identity, told) = upgrade(1, r#"{"title":{"a":"canary"}}"#).await;
    assert!(identity.is_none() && !told[0].contains("canary"), "{told:?}");
}

#[tokio::test]
async fn a_resource_without_an_identity_says_so() {
    let service = super::ask::service(super::fixture::Behaviour::default());
    let request = import_resource_state::Request {
        type_name: "test_thing".to_owned(),
        identity: Some(sent_identity(&of_stored())),
        ..Default::default()
    };
    let answer = service
        .import_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(told(&answer.diagnostics)[0].contains("`test_thing` has no identity"));
    let schemas = service
        .get_resource_identity_schemas(Request::new(get_resource_identity_schemas::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert!(schemas.identity_schemas.is_empty());
}

/// A plan with an unknown number of blocks is made without a model, so that the identity comes from what is stored.
#[tokio::test]
async fn a_stored_object_that_lacks_what_its_identity_needs_is_planned_without() {
    let service = strict();
    let resource = &service.resources["test_book"];
    let call = Call::new(Operation::Plan);
    let of = |stored: &Value| of_unheld(resource, &call, Some(stored), None, false).unwrap();
    assert_eq!(of(&stored()), Some(of_stored()));
    assert_eq!(of(&book([("room", "r".into())])), None);
}
