//! One object from its creation to its end, as core goes through it.

use super::ask::*;
use super::fixture::*;
use crate::value::{Path, Value};

#[tokio::test]
async fn create_change_and_remove() {
    let service = service(Behaviour::default());
    let first = config([
        ("name", Value::from("n")),
        ("volume", Value::List(vec![Value::map([("name", Value::from("v"))])])),
    ]);
    let state = created(&service, &first).await;
    assert_eq!(
        state.at(&Path::root().attribute("volume").index(0).attribute("id")),
        Some(&Value::from("made"))
    );

    // What the plan says during the apply is what it said before it (protocol rule 24).
    let second = config([
        ("name", Value::from("n")),
        ("size", Value::from(5)),
        ("volume", Value::List(vec![])),
    ]);
    let planned = plan(&service, &state, &second).await;
    let applied = apply(&service, &state, &planned.value, &second).await;
    assert!(applied.errors.is_empty(), "{:?}", applied.errors);
    assert_eq!(applied.at("size"), &Value::from(5));
    assert_eq!(applied.at("volume"), &Value::List(Vec::new()));

    let again = plan(&service, &applied.value, &second).await;
    assert_eq!(again.value, applied.value, "the next plan is empty");

    let end = plan(&service, &applied.value, &Value::Null).await;
    assert!(end.value.is_null() && end.errors.is_empty());
    assert!(
        apply(&service, &applied.value, &end.value, &Value::Null)
            .await
            .value
            .is_null()
    );
}
