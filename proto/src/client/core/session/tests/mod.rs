//! Imports and moves with a provider that answers what core refuses: each answer is found, by its rule.

mod liar;

use super::{Core, Current, Halt};
use crate::client::core::{Feature, Release};
use crate::protocol::import_resource_state::{ImportedResource, Response};
use crate::protocol::{Deferred, DynamicValue, ResourceIdentityData, deferred, move_resource_state};
use crate::value::{Type, Value};
use liar::{Liar, identity, object, object_type, sent, source};

const NEW: Release = Release::terraform(16);

fn thing(state: DynamicValue, identity: Option<ResourceIdentityData>) -> ImportedResource {
    ImportedResource {
        type_name: "liar_thing".to_owned(),
        state: Some(state),
        private: b"mine".as_slice().into(),
        identity,
    }
}

/// What is answered for the object `a`.
fn good() -> ImportedResource {
    thing(object("a".into(), Value::Null), Some(identity("a".into(), "z".into())))
}

fn importing(imported_resources: Vec<ImportedResource>) -> Liar {
    Liar {
        imported: Response {
            imported_resources,
            ..Response::default()
        },
        ..Liar::default()
    }
}

fn wanted(name: Value, zone: Value) -> Value {
    Value::map([("name", name), ("zone", zone)])
}

/// Rule and place of each breach.
fn found(core: &Core) -> Vec<(u8, String)> {
    let breaches = core.breaches.iter();
    breaches
        .map(|breach| (breach.violation.rule, breach.violation.path.to_string()))
        .collect()
}

fn one(rule: u8, path: &str) -> Vec<(u8, String)> {
    vec![(rule, path.to_owned())]
}

async fn by_id(liar: Liar) -> (Result<Current, Halt>, Core) {
    let mut core = liar.core(NEW).await;
    (core.import("liar_thing", "a").await, core)
}

async fn by_identity(liar: Liar) -> (Result<Option<Current>, Halt>, Core) {
    let mut core = liar.core(NEW).await;
    let wanted = wanted("a".into(), Value::Null);
    (core.import_by_identity("liar_thing", &wanted).await, core)
}

#[tokio::test]
async fn a_good_import_is_taken_and_read() {
    let (by_id, core) = by_id(importing(vec![good()])).await;
    assert_eq!(core.breaches, []);
    assert_eq!(core.calls[2..], ["import_resource_state", "read_resource"]);
    let (by_identity, core) = by_identity(importing(vec![good()])).await;
    assert_eq!(core.breaches, []);
    let current = by_id.unwrap();
    assert_eq!(current.private.as_ref(), b"mine");
    assert_eq!(current.identity, Some(wanted("a".into(), "z".into())));
    assert_eq!(by_identity.unwrap(), Some(current));
}

#[tokio::test]
async fn a_bad_import_is_refused() {
    let state = || object("a".into(), Value::Null);
    let of = |state, identity| vec![thing(state, identity)];
    let mine = || Some(identity("a".into(), "z".into()));
    let wrong = ResourceIdentityData {
        identity_data: Some(sent(&"a".into(), &Type::String)),
    };
    let nothing = sent(&Value::Null, &object_type());
    let untyped = ImportedResource {
        type_name: String::new(),
        ..good()
    };
    let answers = [
        (Vec::new(), one(33, "")),
        (vec![good(), good()], one(33, "")),
        (vec![untyped], one(33, "")),
        (of(nothing, mine()), one(33, "")),
        (of(object(Value::unknown(), Value::Null), mine()), one(33, "name")),
        (of(object("a".into(), "word".into()), mine()), one(23, "word_wo")),
        (of(sent(&"a".into(), &Type::String), mine()), one(10, "")),
        (of(state(), Some(wrong)), one(35, "")),
        (
            of(state(), Some(identity(Value::unknown(), "z".into()))),
            one(35, "name"),
        ),
        (of(state(), Some(identity(Value::Null, "z".into()))), one(35, "name")),
        (
            of(state(), Some(identity("a".into(), Value::unknown()))),
            one(35, "zone"),
        ),
        (of(state(), None), one(35, "")),
    ];
    for (answer, expected) in answers {
        let (current, core) = by_id(importing(answer.clone())).await;
        assert_eq!((current, found(&core)), (Err(Halt::Broken), expected), "{answer:?}");
    }
}

#[tokio::test]
async fn an_import_by_identity_answers_the_one_that_was_asked_for() {
    let other = thing(object("b".into(), Value::Null), Some(identity("b".into(), "z".into())));
    let (current, core) = by_identity(importing(vec![other])).await;
    assert_eq!((current, found(&core)), (Err(Halt::Broken), one(35, "name")));
    let mut core = importing(vec![good()]).core(NEW).await;
    let narrow = wanted("a".into(), "other".into());
    assert_eq!(core.import_by_identity("liar_thing", &narrow).await, Err(Halt::Broken));
    assert_eq!(found(&core), one(35, "zone"));
}

#[tokio::test]
async fn no_provider_is_asked_for_a_bad_identity() {
    for (asked, path) in [
        (wanted(Value::Null, "z".into()), "name"),
        (wanted(Value::unknown(), "z".into()), "name"),
        (wanted("a".into(), Value::unknown()), "zone"),
    ] {
        let mut core = importing(vec![good()]).core(NEW).await;
        assert_eq!(core.import_by_identity("liar_thing", &asked).await, Err(Halt::Broken));
        assert_eq!(found(&core), one(35, path));
        assert!(!core.calls.contains(&"import_resource_state"));
    }
    let mut core = importing(vec![good()]).core(NEW).await;
    let shapeless = core.import_by_identity("liar_thing", &"a".into()).await;
    assert_eq!((shapeless, found(&core)), (Err(Halt::Broken), one(10, "")));
}

#[tokio::test]
async fn what_is_imported_is_there_and_stays_itself() {
    let gone = Liar {
        gone: true,
        ..importing(vec![good()])
    };
    let (current, core) = by_id(gone).await;
    assert_eq!((current, found(&core)), (Err(Halt::Broken), one(33, "")));
    let changing = Liar {
        other_identity: Some(identity("b".into(), "z".into())),
        ..importing(vec![good()])
    };
    let (current, core) = by_id(changing).await;
    assert_eq!((current, found(&core)), (Err(Halt::Broken), one(35, "")));
}

fn waiting(imported_resources: Vec<ImportedResource>) -> Liar {
    let mut liar = importing(imported_resources);
    liar.imported.deferred = Some(Deferred {
        reason: deferred::Reason::ProviderConfigUnknown.into(),
    });
    liar
}

#[tokio::test]
async fn an_import_waits_only_where_core_allows_it() {
    for release in Release::all() {
        for answer in [Vec::new(), vec![good()]] {
            let expected = if answer.is_empty() {
                Value::Null
            } else {
                wanted_object()
            };
            let mut core = waiting(answer).core(release).await;
            let current = core.import("liar_thing", "a").await;
            if release.has(Feature::Deferral) {
                let current = current.unwrap();
                assert_eq!((current.deferred, current.value), (true, expected), "{release}");
                assert_eq!(core.breaches, [], "{release}");
            } else {
                assert_eq!((current, found(&core)), (Err(Halt::Broken), one(40, "")), "{release}");
            }
        }
    }
    // Nobody asked for it.
    let mut core = Core::within(waiting(Vec::new()), NEW);
    core.ask_schemas().await.unwrap();
    let current = core.import("liar_thing", "a").await;
    assert_eq!((current, found(&core)), (Err(Halt::Broken), one(40, "")));
}

fn wanted_object() -> Value {
    Value::map([("name", Value::from("a")), ("word_wo", Value::Null)])
}

async fn moved(release: Release, moved: move_resource_state::Response) -> (Result<Option<Current>, Halt>, Core) {
    let liar = Liar {
        moved,
        ..Liar::default()
    };
    let mut core = liar.core(release).await;
    let current = core
        .move_from("example/other", "other_thing", &source(), "liar_thing")
        .await;
    (current, core)
}

fn target(state: DynamicValue, identity: Option<ResourceIdentityData>) -> move_resource_state::Response {
    move_resource_state::Response {
        target_state: Some(state),
        target_private: b"mine".as_slice().into(),
        target_identity: identity,
        ..move_resource_state::Response::default()
    }
}

#[tokio::test]
async fn a_moved_object_has_its_private_data_and_its_identity() {
    for release in Release::all() {
        let answer = target(object("a".into(), Value::Null), Some(identity("a".into(), "z".into())));
        let (current, core) = moved(release, answer).await;
        assert_eq!(core.breaches, [], "{release}");
        let current = current.unwrap();
        assert_eq!(current.is_some(), release.has(Feature::Moving), "{release}");
        let Some(current) = current else { continue };
        assert_eq!(current.value, wanted_object());
        assert_eq!(current.private.as_ref(), b"mine");
        let known = release.has(Feature::Identity);
        assert_eq!(
            current.identity,
            known.then(|| wanted("a".into(), "z".into())),
            "{release}"
        );
    }
}

#[tokio::test]
async fn a_bad_move_is_refused() {
    let mine = || Some(identity("a".into(), "z".into()));
    let state = || object("a".into(), Value::Null);
    let nothing = sent(&Value::Null, &object_type());
    let without = move_resource_state::Response {
        target_state: None,
        ..target(state(), mine())
    };
    let answers = [
        (without, one(10, "")),
        (target(nothing, mine()), one(34, "")),
        (target(object(Value::unknown(), Value::Null), mine()), one(34, "name")),
        (target(object("a".into(), "word".into()), mine()), one(23, "word_wo")),
        (target(sent(&"a".into(), &Type::String), mine()), one(10, "")),
        (
            target(state(), Some(identity("a".into(), Value::unknown()))),
            one(35, "zone"),
        ),
        (
            target(state(), Some(identity(Value::Null, "z".into()))),
            one(35, "name"),
        ),
        (target(state(), None), one(35, "")),
    ];
    for (answer, expected) in answers {
        let (current, core) = moved(NEW, answer.clone()).await;
        assert_eq!((current, found(&core)), (Err(Halt::Broken), expected), "{answer:?}");
    }
}
