//! Actions: planned, invoked, and always ended exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::Notify;
use tonic::Request;

use super::super::{Service, action::Events, codec};
use super::ask::told;
use super::offering::Offering;
use crate::protocol::invoke_action::event;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{
    self, ClientCapabilities, get_metadata, get_provider_schema, invoke_action, plan_action, stop_provider,
    validate_action_config,
};
use crate::server::{Action, ActionPlan, Call, Progress, action};
use crate::value::{Type, Value};
use crate::{Diagnostic, Diagnostics, Field, Model};

/// Rings a bell.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Bell {
    /// How it sounds; some sounds ask for faults.
    #[attribute(required)]
    sound: Field<String>,
    /// How often it rings.
    #[attribute(optional, default = 2)]
    times: Field<i64>,
}

/// What the test can see of the bell.
#[derive(Default)]
struct Tower {
    /// How often it rang.
    rung: AtomicUsize,
    /// Told when the handler ends by itself.
    silent: Notify,
}

struct Ring(Arc<Tower>);

impl Action for Ring {
    type Config = Bell;
    const NAME: &'static str = "test_ring";

    fn validate(&self, config: &Bell, diagnostics: &mut Diagnostics) {
        if config.times.known().is_some_and(|times| *times < 0) {
            diagnostics.error("Too few", "At least none.");
        }
    }

    async fn plan(&self, call: &Call, config: &Bell) -> Result<ActionPlan, Diagnostics> {
        call.warn(Diagnostic::warning("Loud", ""));
        match config.sound.known().map(String::as_str) {
            Some("waits") => Ok(ActionPlan::WaitsForProvider),
            Some("forbidden") => Err(Diagnostic::error("Be quiet", "It is night.").into()),
            _ => Ok(ActionPlan::Ready),
        }
    }

    async fn invoke(&self, call: &Call, config: Bell, progress: &Progress) -> Result<(), Diagnostics> {
        let sound = config.sound.known().cloned().unwrap_or_default();
        for count in 1..=config.times.known().copied().unwrap_or_default() {
            progress.tell(format!("{sound} {count}")).await;
            self.0.rung.fetch_add(1, Ordering::SeqCst);
            if call.cancel.is_cancelled() {
                self.0.silent.notify_one();
                return Err(Diagnostic::error("Stopped", "").into());
            }
        }
        match sound.as_str() {
            "panic" => panic!("canary"),
            "cracks" => Err(Diagnostic::error("The bell cracked", "").into()),
            "deaf" => std::future::pending().await,
            "drones" => {
                call.cancel.cancelled().await;
                self.0.silent.notify_one();
                Err(Diagnostic::error("Stopped", if call.is_overdue() { "deadline" } else { "stop" }).into())
            }
            _ => {
                call.warn(Diagnostic::warning("Still humming", ""));
                Ok(())
            }
        }
    }

    fn time_limit(&self, config: &Bell) -> Option<Duration> {
        let limited = config.sound.known().is_some_and(|sound| sound == "deaf");
        limited.then_some(Duration::from_millis(1))
    }
}

fn service(tower: &Arc<Tower>) -> Service {
    let tower = tower.clone();
    let offering = Offering {
        actions: Box::new(move || vec![action(Ring(tower.clone()))]),
        ..Offering::default()
    };
    offering.service().with_grace(Duration::from_millis(1))
}

fn ty() -> Type {
    Bell::schema().implied_type()
}

fn config(sound: impl Into<Value>, times: impl Into<Value>) -> protocol::DynamicValue {
    let config = Value::map([("sound", sound.into()), ("times", times.into())]);
    codec::encode(&config, &ty()).unwrap()
}

/// Begins to ring.
async fn invoke(service: &Service, config: protocol::DynamicValue) -> Events {
    let request = invoke_action::Request {
        action_type: "test_ring".to_owned(),
        config: Some(config),
        ..Default::default()
    };
    service.invoke_action(Request::new(request)).await.unwrap().into_inner()
}

/// The lines and what the one completed event, which is the last, told.
async fn all(events: Events) -> (Vec<String>, Vec<String>) {
    let mut lines = Vec::new();
    let mut ends = Vec::new();
    for event in events.collect::<Vec<_>>().await {
        assert!(ends.is_empty(), "nothing comes after the end");
        match event.unwrap().r#type.unwrap() {
            event::Type::Progress(progress) => lines.push(progress.message),
            event::Type::Completed(completed) => ends.push(completed.diagnostics),
        }
    }
    assert_eq!(ends.len(), 1, "protocol rule 40");
    (lines, told(&ends[0]))
}

/// Rings with that sound to the end.
async fn ring(sound: &str) -> (Vec<String>, Vec<String>) {
    all(invoke(&service(&Arc::default()), config(sound, Value::Null)).await).await
}

#[tokio::test]
async fn rule_40_progress_and_then_one_end() {
    let (lines, told) = ring("dong").await;
    assert_eq!(lines, ["dong 1", "dong 2"], "the default holds");
    assert_eq!(told, [": Still humming: "]);
}

#[tokio::test]
async fn rule_40_an_error_a_panic_and_an_overrun_are_the_end() {
    let (lines, told) = ring("cracks").await;
    assert_eq!((lines.len(), told), (2, vec![": The bell cracked: ".to_owned()]));
    let (lines, told) = ring("panic").await;
    assert!(
        lines.len() == 2 && told[0].contains("invoke operation of `test_ring` panicked at"),
        "{told:?}"
    );
    assert!(!told[0].contains("canary"), "{told:?}");
    let (_, told) = ring("deaf").await;
    assert!(
        told[0].contains("was cut") && !told[0].contains("`timeouts`"),
        "{told:?}"
    );
}

#[tokio::test]
async fn rule_42_stop_is_an_end() {
    let tower = Arc::<Tower>::default();
    let service = service(&tower);
    let events = invoke(&service, config("drones", 0)).await;
    service
        .stop_provider(Request::new(stop_provider::Request {}))
        .await
        .unwrap();
    assert_eq!(all(events).await, (Vec::new(), vec![": Stopped: stop".to_owned()]));
}

#[tokio::test]
async fn an_action_waits_for_its_reader_and_can_be_stopped_meanwhile() {
    let tower = Arc::<Tower>::default();
    let service = service(&tower);
    let events = invoke(&service, config("dong", 1_000)).await;
    // The task runs whenever this one waits, and stands still when no more lines are taken.
    while tower.rung.load(Ordering::SeqCst) < crate::server::LINES {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(tower.rung.load(Ordering::SeqCst), crate::server::LINES);
    service
        .stop_provider(Request::new(stop_provider::Request {}))
        .await
        .unwrap();
    tower.silent.notified().await;
    let (lines, told) = all(events).await;
    assert_eq!(
        (lines.len(), told),
        (crate::server::LINES, vec![": Stopped: ".to_owned()])
    );
}

#[tokio::test]
async fn a_slow_reader_gets_every_line() {
    let events = invoke(&service(&Arc::default()), config("dong", 200)).await;
    let (lines, _) = all(events).await;
    let expected: Vec<String> = (1..=200).map(|count| format!("dong {count}")).collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn an_action_that_nobody_reads_any_more_is_cancelled() {
    let tower = Arc::<Tower>::default();
    let service = service(&tower);
    let mut events = invoke(&service, config("drones", 1)).await;
    assert!(events.next().await.is_some());
    drop(events);
    tower.silent.notified().await;
}

#[tokio::test]
async fn what_cannot_be_invoked_ends_at_once() {
    let tower = Arc::<Tower>::default();
    let service = service(&tower);
    let (_, told) = all(invoke(&service, config(Value::unknown(), Value::Null)).await).await;
    assert!(told[0].contains("unknown configuration"), "{told:?}");
    let (_, told) = all(invoke(&service, codec::encode(&Value::Null, &ty()).unwrap()).await).await;
    assert!(told[0].contains("no configuration"), "{told:?}");
    let request = invoke_action::Request {
        action_type: "test_other".to_owned(),
        ..Default::default()
    };
    let events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    assert!(all(events).await.1[0].starts_with(": Unknown action type"));
    assert_eq!(tower.rung.load(Ordering::SeqCst), 0);
}

async fn plan(sound: impl Into<Value>, deferral: bool) -> plan_action::Response {
    let request = plan_action::Request {
        action_type: "test_ring".to_owned(),
        config: Some(config(sound, Value::unknown())),
        client_capabilities: Some(ClientCapabilities {
            deferral_allowed: deferral,
            ..ClientCapabilities::default()
        }),
    };
    let service = service(&Arc::default());
    service.plan_action(Request::new(request)).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_plan_takes_unknown_values_and_tells_errors() {
    let planned = plan(Value::unknown(), false).await;
    assert_eq!(told(&planned.diagnostics), [": Loud: "]);
    let refused = plan("forbidden", false).await;
    assert_eq!(told(&refused.diagnostics), [": Be quiet: It is night.", ": Loud: "]);
}

#[tokio::test]
async fn rule_40_a_plan_waits_only_for_the_provider_and_only_where_core_can_wait() {
    let waits = plan("waits", true).await;
    let reason = protocol::deferred::Reason::ProviderConfigUnknown as i32;
    assert_eq!(waits.deferred.unwrap().reason, reason);
    let refused = plan("waits", false).await;
    assert!(refused.deferred.is_none() && told(&refused.diagnostics)[0].contains("cannot be planned yet"));
}

#[tokio::test]
async fn a_configuration_is_checked_offline() {
    let validate = async |config| {
        let request = validate_action_config::Request {
            type_name: "test_ring".to_owned(),
            config: Some(config),
        };
        let response = service(&Arc::default())
            .validate_action_config(Request::new(request))
            .await
            .unwrap();
        told(&response.into_inner().diagnostics)
    };
    assert_eq!(validate(config("dong", -1)).await, [": Too few: At least none."]);
    assert!(
        validate(config(Value::unknown(), Value::unknown())).await.is_empty(),
        "rule 41"
    );
}

#[tokio::test]
async fn it_is_told_with_its_schema() {
    let service = service(&Arc::default());
    let schema = service
        .get_provider_schema(Request::new(get_provider_schema::Request {}))
        .await
        .unwrap()
        .into_inner();
    assert!(schema.diagnostics.is_empty(), "{:?}", schema.diagnostics);
    assert!(schema.action_schemas["test_ring"].schema.is_some());
    let metadata = service
        .get_metadata(Request::new(get_metadata::Request {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(metadata.actions[0].type_name, "test_ring");
}
