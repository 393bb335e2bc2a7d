//! Plans: defaults, computed and write-only attributes, replacement.

use super::ask::*;
use super::fixture::*;
use crate::Field;
use crate::value::{Path, Value};

fn text(text: &str) -> Value {
    Value::from(text)
}

#[tokio::test]
async fn rule_17_a_creation_has_defaults_and_unknowns() {
    let config = config([
        ("name", text("n")),
        ("limits", Value::map([("cpu", Value::Null), ("memory", Value::Null)])),
        ("ingress", Value::map([("host", text("h"))])),
        ("volume", Value::List(vec![Value::map([("name", text("v"))])])),
        ("rule", Value::List(vec![Value::map([("cidr", text("10.0.0.0/8"))])])),
    ]);
    let planned = plan(&service(Behaviour::default()), &Value::Null, &config).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert_eq!(planned.at("on_destroy"), &text("keep"));
    for computed in ["id", "ratio", "files"] {
        assert!(planned.at(computed).is_unknown(), "{computed}");
    }
    for left_out in ["size", "tags", "password", "timeouts"] {
        assert!(planned.at(left_out).is_null(), "{left_out}");
    }
    let at = |path: &Path| planned.value.at(path).unwrap().clone();
    let root = Path::root();
    assert_eq!(at(&root.attribute("limits").attribute("memory")), Value::from(64));
    assert_eq!(at(&root.attribute("ingress").attribute("port")), Value::from(443));
    assert!(at(&root.attribute("ingress").attribute("address")).is_unknown());
    assert!(at(&root.attribute("volume").index(0).attribute("id")).is_unknown());
    let rule = root.attribute("rule").index(0);
    assert_eq!(at(&rule.attribute("action")), text("allow"));
    assert!(at(&rule.attribute("id")).is_unknown());
}

#[tokio::test]
async fn rule_19_blocks_that_are_not_written_are_null_or_empty() {
    let planned = plan(
        &service(Behaviour::default()),
        &Value::Null,
        &config([("name", text("n"))]),
    )
    .await;
    assert!(
        planned.at("ingress").is_null(),
        "a default inside an absent block does not make the block"
    );
    assert_eq!(planned.at("volume"), &Value::List(Vec::new()));
    assert_eq!(planned.at("rule"), &Value::List(Vec::new()));
}

#[tokio::test]
async fn rule_23_write_only_values_reach_the_handler_but_not_the_plan() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            assert_eq!(plan.config.token_wo.known().unwrap().expose(), "canary");
            assert_eq!(
                plan.config.ingress.as_ref().unwrap().key_wo.known().unwrap().expose(),
                "canary"
            );
            assert!(plan.planned.token_wo.is_null());
            plan.planned.token_wo = plan.config.token_wo.clone();
            Ok(())
        }),
        ..Behaviour::default()
    });
    let ingress = Value::map([("host", text("h")), ("key_wo", text("canary"))]);
    let config = config([("name", text("n")), ("token_wo", text("canary")), ("ingress", ingress)]);
    let planned = plan(&service, &Value::Null, &config).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert!(planned.at("token_wo").is_null());
    assert!(!format!("{:?}", planned.value).contains("canary"));
}

#[tokio::test]
async fn rule_25_an_unchanged_object_is_planned_as_it_is() {
    let service = service(Behaviour::default());
    let config = config([
        ("name", text("n")),
        ("ratio", Value::Number("0.10000000000000000000000001".parse().unwrap())),
        ("ingress", Value::map([("host", text("h"))])),
        (
            "rule",
            Value::List(vec![
                Value::map([("cidr", text("b"))]),
                Value::map([("cidr", text("a"))]),
            ]),
        ),
    ]);
    let state = created(&service, &config).await;
    assert_eq!(
        state.at(&Path::root().attribute("ratio")),
        config.at(&Path::root().attribute("ratio"))
    );
    let planned = plan(&service, &state, &config).await;
    assert!(planned.errors.is_empty() && planned.replace.is_empty(), "{planned:?}");
    assert!(planned.value.equal(&state, &ty()), "{:?}\n{state:?}", planned.value);
}

#[tokio::test]
async fn rule_12_a_computed_number_that_a_model_cannot_hold_stays_as_it_is() {
    let service = service(Behaviour::default());
    let config = config([("name", text("n"))]);
    let Value::Map(mut state) = created(&service, &config).await else {
        panic!()
    };
    let exact = Value::Number("0.12345678901234567890123456789".parse().unwrap());
    state.insert("ratio".to_owned(), exact.clone());
    let planned = plan(&service, &Value::Map(state), &config).await;
    assert_eq!(planned.at("ratio"), &exact);
}

#[tokio::test]
async fn rule_16_what_the_user_wrote_is_put_back() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            plan.planned.name = Field::Known("other".to_owned());
            plan.planned.size = Field::Unknown;
            plan.planned.limits = Field::Unknown;
            plan.planned.ingress.as_mut().unwrap().host = Field::Null;
            plan.planned.ingress.as_mut().unwrap().address = Field::Known("10.0.0.1".to_owned());
            plan.planned.volume.clear();
            plan.planned.volume.push(Volume {
                id: Field::Known("v1".to_owned()),
                ..Default::default()
            });
            Ok(())
        }),
        ..Behaviour::default()
    });
    let config = config([
        ("name", text("n")),
        ("size", Value::from(5)),
        ("limits", Value::map([("cpu", Value::from(1)), ("memory", Value::Null)])),
        ("ingress", Value::map([("host", text("h"))])),
        ("volume", Value::List(vec![Value::map([("name", text("v"))])])),
    ]);
    let planned = plan(&service, &Value::Null, &config).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert_eq!((planned.at("name"), planned.at("size")), (&text("n"), &Value::from(5)));
    assert_eq!(
        planned.at("limits"),
        &Value::map([("cpu", Value::from(1)), ("memory", Value::from(64))])
    );
    let root = Path::root();
    assert_eq!(
        planned.value.at(&root.attribute("ingress").attribute("host")),
        Some(&text("h"))
    );
    assert_eq!(
        planned.value.at(&root.attribute("ingress").attribute("address")),
        Some(&text("10.0.0.1"))
    );
    assert_eq!(
        planned.value.at(&root.attribute("volume").index(0).attribute("name")),
        Some(&text("v"))
    );
    assert_eq!(
        planned.value.at(&root.attribute("volume").index(0).attribute("id")),
        Some(&text("v1"))
    );
}

#[tokio::test]
async fn unknown_configuration_stays_unknown() {
    let config = config([
        ("name", Value::unknown()),
        ("on_destroy", Value::unknown()),
        ("tags", Value::map([("a", Value::unknown()), ("b", text("x"))])),
        ("ratio", Value::unknown()),
    ]);
    let planned = plan(&service(Behaviour::default()), &Value::Null, &config).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert!(planned.at("name").is_unknown() && planned.at("ratio").is_unknown());
    assert!(
        planned.at("on_destroy").is_unknown(),
        "an unknown value never becomes a default"
    );
    assert_eq!(
        planned.at("tags"),
        &Value::map([("a", Value::unknown()), ("b", text("x"))])
    );
}

#[tokio::test]
async fn rule_19_an_unknown_number_of_blocks_stays_unknown_and_the_handler_is_not_asked() {
    let service = service(Behaviour {
        plan: Box::new(|_, _| panic!("asked")),
        ..Behaviour::default()
    });
    let config = config([("name", text("n")), ("volume", Value::unknown())]);
    let planned = plan(&service, &Value::Null, &config).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert!(planned.at("volume").is_unknown());
    assert!(planned.at("files").is_unknown(), "all that is computed may change");
}

#[tokio::test]
async fn a_computed_attribute_changes_only_where_the_plan_says_so() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            if let Some(prior) = &plan.prior
                && prior.size != plan.planned.size
                && let Some(files) = plan.planned.files.known_mut()
            {
                files.insert("a".to_owned(), Field::Unknown);
            }
            Ok(())
        }),
        ..Behaviour::default()
    });
    let before = config([("name", text("n"))]);
    let state = created(&service, &before).await;
    let planned = plan(
        &service,
        &state,
        &config([("name", text("n")), ("size", Value::from(5))]),
    )
    .await;
    assert_eq!(
        planned.at("files"),
        &Value::map([("a", Value::unknown())]),
        "one file, not the map"
    );
    assert_eq!(planned.at("id"), &text("made"));
}

#[tokio::test]
async fn rule_22_a_changed_replace_attribute_needs_another_object() {
    let service = service(Behaviour::default());
    let volume = |name: &str| Value::List(vec![Value::map([("name", text(name))])]);
    let state = created(&service, &config([("name", text("n")), ("volume", volume("a"))])).await;
    let replaced = async |config| plan(&service, &state, &config).await.replace;
    assert!(
        replaced(config([
            ("name", text("n")),
            ("volume", volume("a")),
            ("size", Value::from(1))
        ]))
        .await
        .is_empty()
    );
    assert_eq!(
        replaced(config([("name", text("m")), ("volume", volume("a"))])).await,
        ["name"]
    );
    assert_eq!(
        replaced(config([("name", Value::unknown()), ("volume", volume("a"))])).await,
        ["name"]
    );
    assert_eq!(
        replaced(config([("name", text("n")), ("volume", volume("b"))])).await,
        ["volume.[0].name"]
    );
}

#[tokio::test]
async fn rule_22_a_plan_may_ask_for_another_object() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            plan.replace(Path::root().attribute("size"));
            plan.replace(Path::root().attribute("id"));
            Ok(())
        }),
        ..Behaviour::default()
    });
    let state = created(&service, &config([("name", text("n"))])).await;
    let changed = plan(
        &service,
        &state,
        &config([("name", text("n")), ("size", Value::from(1))]),
    )
    .await;
    assert_eq!(changed.replace, ["size"], "what does not change replaces nothing");
}

#[tokio::test]
async fn rule_21_a_removal_is_planned_null() {
    let service = service(Behaviour::default());
    let state = created(&service, &config([("name", text("n"))])).await;
    let planned = plan_with(
        &service,
        &state,
        &Value::Null,
        b"{\"framework\":{\"format\":1},\"resource\":{}}",
    )
    .await;
    assert!(planned.value.is_null() && planned.errors.is_empty());
    assert!(!planned.private.is_empty(), "the private data goes on to the apply");
}

#[tokio::test]
async fn rule_24_the_same_input_gives_the_same_plan() {
    let service = service(Behaviour::default());
    let config = config([
        ("name", text("n")),
        ("tags", Value::map([("b", text("1")), ("a", text("2"))])),
    ]);
    let (first, second) = (
        plan(&service, &Value::Null, &config).await,
        plan(&service, &Value::Null, &config).await,
    );
    assert_eq!(first.value, second.value);
    assert_eq!(first.private, second.private);
}

#[tokio::test]
async fn rule_24_nothing_computed_is_promised_when_the_handler_cannot_be_asked() {
    let service = service(Behaviour::default());
    let state = created(&service, &config([("name", text("n"))])).await;
    let planned = plan(
        &service,
        &state,
        &config([("name", text("n")), ("rule", Value::unknown())]),
    )
    .await;
    assert!(planned.errors.is_empty() && planned.replace.is_empty(), "{planned:?}");
    assert!(planned.at("id").is_unknown(), "the handler may give up what it keeps");
    assert!(planned.at("files").is_unknown());
}
