//! Applying: partial results, private data, deadlines.

use std::sync::Arc;
use std::time::Duration;

use super::ask::*;
use super::fixture::*;
use crate::server::{ApplyAnswer, ApplyRequest, Call, Operation, resource};
use crate::value::Value;
use crate::{Diagnostic, Field};

fn named() -> Value {
    config([("name", Value::from("n"))])
}

fn fails() -> Result<(), crate::Diagnostics> {
    Err(Diagnostic::error("Failed", "On purpose.").into())
}

#[tokio::test]
async fn rule_28_a_failed_creation_keeps_what_exists() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            change.state = change.planned.clone();
            change.state.as_mut().unwrap().id = Field::Known("half".to_owned());
            fails()
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    let applied = apply(&service, &Value::Null, &planned.value, &named()).await;
    assert_eq!(
        applied.errors,
        [": Failed: On purpose."],
        "what is unknown after a failure is no fault of its own"
    );
    assert_eq!(applied.at("id"), &Value::from("half"));
    assert!(applied.at("files").is_null());
    assert_eq!(
        applied.private,
        br#"{"framework":{"format":1},"resource":{"created":1}}"#
    );
}

#[tokio::test]
async fn rule_28_a_creation_that_made_nothing_leaves_nothing() {
    let service = service(Behaviour {
        apply: Box::new(|_, _| fails()),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    assert!(
        apply(&service, &Value::Null, &planned.value, &named())
            .await
            .value
            .is_null()
    );
}

#[tokio::test]
async fn rule_28_a_failed_update_or_removal_keeps_the_prior_object() {
    let good = service(Behaviour::default());
    let state = created(&good, &named()).await;
    let changed = config([("name", Value::from("n")), ("size", Value::from(7))]);
    let bad = service(Behaviour {
        apply: Box::new(|_, _| fails()),
        ..Behaviour::default()
    });
    let planned = plan(&bad, &state, &changed).await;
    assert_eq!(apply(&bad, &state, &planned.value, &changed).await.value, state);
    let removed = apply(&bad, &state, &Value::Null, &Value::Null).await;
    assert_eq!((removed.value, removed.errors.len()), (state, 1));
}

#[tokio::test]
async fn rule_28_a_removal_leaves_nothing() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            if let Some(planned) = change.planned.clone() {
                change.state = Some(filled(planned));
            }
            Ok(())
        }),
        ..Behaviour::default()
    });
    let state = created(&service, &named()).await;
    let removed = apply(&service, &state, &Value::Null, &Value::Null).await;
    assert!(removed.value.is_null() && removed.errors.is_empty(), "{removed:?}");
}

#[tokio::test]
async fn rule_30_private_data_is_given_back_every_time() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            *plan.private.entry("planned".to_owned()).or_default() += 1;
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    let made = apply_with(&service, &Value::Null, &planned.value, &named(), &planned.private).await;
    assert_eq!(
        made.private,
        br#"{"framework":{"format":1},"resource":{"created":1,"planned":1}}"#
    );
    let again = plan_with(&service, &made.value, &named(), &made.private).await;
    let updated = apply_with(&service, &made.value, &again.value, &named(), &again.private).await;
    assert_eq!(
        updated.private,
        br#"{"framework":{"format":1},"resource":{"created":1,"planned":2,"updated":1}}"#
    );
}

#[tokio::test]
async fn write_only_values_reach_the_apply_through_the_configuration() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            assert_eq!(
                change.config.as_ref().unwrap().token_wo.known().unwrap().expose(),
                "canary"
            );
            assert!(change.planned.as_ref().unwrap().token_wo.is_null());
            change.state = change.planned.clone().map(filled);
            Ok(())
        }),
        ..Behaviour::default()
    });
    let config = config([("name", Value::from("n")), ("token_wo", Value::from("canary"))]);
    assert!(!format!("{:?}", created(&service, &config).await).contains("canary"));
}

/// Creates through the adapter alone with a deadline that has passed already, so that no time goes by.
async fn hasty(behaviour: Behaviour) -> ApplyAnswer {
    let call = Call::new(Operation::Create)
        .about("test_thing")
        .with_timeout(Some(Duration::ZERO));
    let request = ApplyRequest {
        config: Some(named()),
        prior: None,
        planned: Some(named()),
        private: Vec::new(),
    };
    resource(Things(Arc::new(behaviour)))
        .apply(&call.with_grace(Duration::ZERO), request)
        .await
}

#[tokio::test]
async fn at_the_deadline_the_handler_is_told_to_end() {
    let answer = hasty(Behaviour {
        hangs: true,
        ..Behaviour::default()
    })
    .await;
    assert_eq!(answer.diagnostics.to_string(), "error: Cancelled: deadline");
    assert!(!answer.broken);
    assert_eq!(answer.state, Some(named()), "what it had done by then is kept");
}

#[tokio::test]
async fn a_handler_that_goes_on_after_the_grace_is_cut() {
    let answer = hasty(Behaviour {
        deaf: true,
        ..Behaviour::default()
    })
    .await;
    let error = answer.diagnostics.to_string();
    assert!(error.starts_with("error: The create operation timed out: "), "{error}");
    assert!(
        error.contains("`test_thing` did not end within 0ns") && error.contains("raise `create`"),
        "{error}"
    );
    assert!(answer.broken, "more may be there than it has said");
    assert_eq!(answer.state, Some(named()), "what it had done by then is kept");
}

#[tokio::test]
async fn the_timeouts_block_sets_the_deadline() {
    let service = service(Behaviour {
        apply: Box::new(|call, change| {
            assert_eq!(call.timeout(), Some(Duration::from_mins(90)));
            assert!(call.deadline.is_some() && !call.is_overdue());
            change.state = change.planned.clone().map(filled);
            Ok(())
        }),
        plan: Box::new(|call, _| {
            assert_eq!(call.timeout(), None);
            Ok(())
        }),
        ..Behaviour::default()
    });
    let timeouts = Value::map([("create", Value::from("1h30m"))]);
    created(&service, &config([("name", Value::from("n")), ("timeouts", timeouts)])).await;
}

#[tokio::test]
async fn warnings_are_told_beside_the_result() {
    let service = service(Behaviour {
        apply: Box::new(|call, change| {
            call.warn(Diagnostic::warning("Slow", "A little."));
            change.state = change.planned.clone().map(filled);
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    let applied = apply(&service, &Value::Null, &planned.value, &named()).await;
    assert_eq!(applied.errors, [": Slow: A little."]);
    assert_eq!(applied.at("id"), &Value::from("made"));
}
