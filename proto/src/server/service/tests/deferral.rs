//! Answers that wait for a later run, private data of an earlier plan, and provider meta.

use tonic::Request;

use super::super::{Service, codec};
use super::ask::{modern, told};
use super::fixture::{Behaviour, Facts};
use super::library::*;
use super::library_ask::*;
use crate::protocol::deferred::Reason;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{
    ClientCapabilities, Deferred, get_provider_schema, import_resource_state, plan_resource_change, read_data_source,
    read_resource,
};
use crate::schema::Model;
use crate::server::Deferral;
use crate::value::Value;
use crate::{Diagnostic, Field};

fn reason(deferred: Option<Deferred>) -> Option<Reason> {
    deferred.map(|deferred| deferred.reason())
}

/// A library that defers every plan and read, whether core allows it or not.
fn hesitant() -> Service {
    library(Conduct::<BookIdentity> {
        plan: Box::new(|call, _| {
            call.defer(Deferral::AbsentPrerequisite);
            Ok(())
        }),
        read: Box::new(|call, current| {
            call.defer(Deferral::ConfigUnknown);
            current.state = None;
            Ok(())
        }),
        apply: Box::new(|call, change| {
            call.defer(Deferral::AbsentPrerequisite);
            change.state = change.planned.clone();
            Ok(())
        }),
        ..Conduct::default()
    })
}

fn creation(capabilities: ClientCapabilities) -> plan_resource_change::Request {
    plan_resource_change::Request {
        client_capabilities: Some(capabilities),
        ..change(&Value::Null, &book([("title", "t".into())]))
    }
}

fn refresh(capabilities: ClientCapabilities) -> read_resource::Request {
    read_resource::Request {
        current_state: Some(sent(&book([("title", "t".into())]))),
        client_capabilities: Some(capabilities),
        ..Default::default()
    }
}

fn later(capabilities: ClientCapabilities) -> import_resource_state::Request {
    import_resource_state::Request {
        id: "later".to_owned(),
        client_capabilities: Some(capabilities),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_handler_may_wait_where_core_allows_it() {
    let (planned, told) = plan(&hesitant(), creation(patient())).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(reason(planned.deferred), Some(Reason::AbsentPrereq));
    assert!(!seen(planned.planned_state.as_ref()).is_null());
    let (found, told) = read(&hesitant(), refresh(patient())).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(reason(found.deferred), Some(Reason::ResourceConfigUnknown));
    assert!(!seen(found.new_state.as_ref()).is_null(), "the object stays as it was");
    let (imported, told) = import(&hesitant(), later(patient())).await;
    assert!(told.is_empty() && imported.imported_resources.is_empty(), "{told:?}");
    assert_eq!(reason(imported.deferred), Some(Reason::AbsentPrereq));
}

#[tokio::test]
async fn where_core_does_not_allow_it_the_user_is_told_what_to_do() {
    let (planned, plan_told) = plan(&hesitant(), creation(modern())).await;
    let (found, read_told) = read(&hesitant(), refresh(modern())).await;
    let (imported, import_told) = import(&hesitant(), later(modern())).await;
    assert!(planned.deferred.is_none() && found.deferred.is_none() && imported.deferred.is_none());
    assert!(!seen(found.new_state.as_ref()).is_null(), "rule 31");
    for (told, what) in [
        (plan_told, "cannot be planned now: something it needs is not there yet"),
        (read_told, "cannot be read now: its configuration is not known yet"),
        (import_told, "cannot be imported now: something it needs"),
    ] {
        assert!(told[0].contains(what) && told[0].contains("-target"), "{told:?}");
    }
}

#[tokio::test]
async fn an_apply_never_waits() {
    let state = book([("title", "t".into()), ("number", 1.into())]);
    let request = crate::protocol::apply_resource_change::Request {
        planned_state: Some(sent(&state)),
        config: Some(sent(&book([("title", "t".into())]))),
        ..Default::default()
    };
    let (applied, told) = apply(&hesitant(), request).await;
    assert!(told[0].contains("cannot be applied now"), "{told:?}");
    assert_eq!(seen(applied.new_state.as_ref()), state, "what was made is kept");
}

#[tokio::test]
async fn all_waits_while_the_providers_configuration_is_unknown() {
    let service = library(Conduct::<BookIdentity> {
        plan: Box::new(|_, _| Err(Diagnostic::error("Asked", "").into())),
        read: Box::new(|_, _| Err(Diagnostic::error("Asked", "").into())),
        ..Conduct::default()
    });
    configure(&service, Value::unknown(), patient());
    let provider = Some(Reason::ProviderConfigUnknown);
    let (planned, told) = plan(&service, creation(patient())).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(reason(planned.deferred), provider);
    let planned = seen(planned.planned_state.as_ref());
    assert_eq!(planned, book([("title", "t".into()), ("number", Value::unknown())]));
    let removal = plan_resource_change::Request {
        client_capabilities: Some(patient()),
        ..change(&book([("title", "t".into())]), &Value::Null)
    };
    assert_eq!(reason(plan(&service, removal).await.0.deferred), provider);
    assert_eq!(reason(read(&service, refresh(patient())).await.0.deferred), provider);
    assert_eq!(reason(import(&service, later(patient())).await.0.deferred), provider);
    // A core that does not allow it gets what the handlers say.
    assert_eq!(plan(&service, creation(modern())).await.1, [": Asked: "]);
    configure(&service, "key".into(), patient());
    assert_eq!(read(&service, refresh(patient())).await.1, [": Asked: "]);
}

#[tokio::test]
async fn a_data_source_that_waits_says_what_it_will_be() {
    let service = super::ask::service(Behaviour::default());
    service.unknown.store(true, std::sync::atomic::Ordering::Relaxed);
    let ty = Facts::schema().implied_type();
    let config = Value::map([
        ("name", Value::from("n")),
        ("note", "x".into()),
        ("answer", Value::Null),
    ]);
    let request = read_data_source::Request {
        type_name: "test_facts".to_owned(),
        config: Some(codec::encode(&config, &ty).unwrap()),
        client_capabilities: Some(patient()),
        ..Default::default()
    };
    let answer = service
        .read_data_source(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(answer.diagnostics.is_empty());
    assert_eq!(reason(answer.deferred), Some(Reason::ProviderConfigUnknown));
    let expected = Value::map([
        ("name", Value::from("n")),
        ("note", "x".into()),
        ("answer", Value::unknown()),
    ]);
    assert_eq!(codec::decode(answer.state.as_ref(), &ty).unwrap(), expected);
}

#[tokio::test]
async fn a_repeated_plan_sees_what_it_left_before() {
    let service = library(Conduct::<BookIdentity> {
        plan: Box::new(|call, plan| {
            let earlier = plan.earlier.clone().unwrap_or_default();
            assert_eq!(call.capabilities.store_planned_private, !earlier.is_empty());
            plan.private = vec![if earlier.is_empty() { "first" } else { "again" }.to_owned()];
            Ok(())
        }),
        ..Conduct::default()
    });
    let (first, told) = plan(&service, creation(modern())).await;
    assert!(told.is_empty(), "{told:?}");
    let repeated = plan_resource_change::Request {
        planned_private: first.planned_private,
        ..creation(ClientCapabilities {
            store_planned_private: true,
            ..modern()
        })
    };
    let (again, told) = plan(&service, repeated).await;
    assert!(told.is_empty(), "{told:?}");
    let expected = br#"{"framework":{"format":1},"resource":["again"]}"#;
    assert_eq!(again.planned_private.as_ref(), expected);
}

#[tokio::test]
async fn a_module_says_something_to_the_provider() {
    let service = library(Conduct::<BookIdentity> {
        read: Box::new(|call, current| {
            let meta: Option<Meta> = call.meta()?;
            current.state.as_mut().unwrap().room = meta.map_or(Field::Null, |meta| meta.module);
            Ok(())
        }),
        ..Conduct::default()
    });
    let schema = service
        .get_provider_schema(Request::new(get_provider_schema::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        schema.provider_meta.unwrap().block.unwrap().attributes[0].name,
        "module"
    );
    let ty = Meta::schema().implied_type();
    let room = async |meta: Option<Value>| {
        let request = read_resource::Request {
            provider_meta: meta.map(|meta| codec::encode(&meta, &ty).unwrap()),
            ..refresh(modern())
        };
        let (answer, told) = read(&service, request).await;
        assert!(told.is_empty(), "{told:?}");
        let path = crate::value::Path::root().attribute("room");
        seen(answer.new_state.as_ref()).at(&path).cloned()
    };
    assert_eq!(
        room(Some(Value::map(
            [("module", "m")].map(|(name, text)| (name, Value::from(text)))
        )))
        .await,
        Some("m".into())
    );
    for none in [None, Some(Value::Null)] {
        assert_eq!(room(none).await, Some(Value::Null), "as OpenTofu sends it");
    }
    let bad = read_resource::Request {
        provider_meta: Some(codec::encode(&Value::from("x"), &crate::value::Type::String).unwrap()),
        ..refresh(modern())
    };
    let (answer, told_bad) = read(&service, bad).await;
    assert_eq!(told_bad.len(), 1, "{:?}", told(&answer.diagnostics));
}
