//! Fourteen faults of a provider that core is known to refuse: each is refused here with path and rule, or cannot
//! happen.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tonic::Request;

use super::super::codec;
use super::ask::*;
use super::fixture::*;
use crate::diagnostics::Diagnostics;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{apply_resource_change, read_resource};
use crate::schema::{Model, Schema};
use crate::server::{
    ApplyAnswer, ApplyRequest, Call, DynamicResource, ImportBy, PlanAnswer, PlanRequest, ReadAnswer, Service, Timeouts,
};
use crate::value::{Path, Refinement, Value};
use crate::{Diagnostic, Field};

/// A resource that answers any value, also one that no model could.
struct Raw(Value);

impl DynamicResource for Raw {
    fn name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: Thing::schema(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        Timeouts::none()
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    fn plan<'a>(&'a self, _: &'a Call, _: PlanRequest) -> BoxFuture<'a, Result<PlanAnswer, Diagnostics>> {
        async {
            Ok(PlanAnswer {
                planned: self.0.clone(),
                private: Vec::new(),
                replace: Vec::new(),
            })
        }
        .boxed()
    }

    fn plan_destroy<'a>(&'a self, _: &'a Call, _: Value) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async { Ok(()) }.boxed()
    }

    fn apply<'a>(&'a self, _: &'a Call, _: ApplyRequest) -> BoxFuture<'a, ApplyAnswer> {
        let state = Some(self.0.clone());
        async {
            ApplyAnswer {
                state,
                broken: false,
                private: Vec::new(),
                diagnostics: Diagnostics::new(),
            }
        }
        .boxed()
    }

    fn read<'a>(&'a self, _: &'a Call, _: Value, _: &'a [u8]) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>> {
        async {
            Ok(ReadAnswer {
                state: Some(self.0.clone()),
                private: Vec::new(),
            })
        }
        .boxed()
    }

    fn import<'a>(&'a self, _: &'a Call, _: ImportBy<'a, Value>) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>> {
        async { Err(Diagnostic::error("No", "").into()) }.boxed()
    }
}

fn raw(answer: Value) -> Service {
    service_of(Box::new(move || vec![Box::new(Raw(answer.clone()))]))
}

fn named() -> Value {
    config([("name", Value::from("n"))])
}

/// The named configuration with one member changed.
fn named_with(name: &str, member: Option<Value>) -> Value {
    let Value::Map(mut members) = named() else { panic!() };
    match member {
        Some(member) => members.insert(name.to_owned(), member),
        None => members.remove(name),
    };
    Value::Map(members)
}

/// Exactly one error, at that path, with that rule, naming the resource.
fn assert_refused(errors: &[String], path: &str, rule: u8) {
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = &errors[0];
    assert!(error.starts_with(&format!("{path}: ")), "{error}");
    assert!(error.contains(&format!("(protocol rule {rule})")), "{error}");
    assert!(
        error.contains("`test_thing`") && error.contains("please report it"),
        "{error}"
    );
}

async fn planned(behaviour: Behaviour) -> Planned {
    plan(&service(behaviour), &Value::Null, &named()).await
}

/// Plans with the usual behaviour and applies with another one.
async fn applied(apply_step: impl Fn(&mut crate::server::Change<Things>) + Send + Sync + 'static) -> Applied {
    let service = service(Behaviour {
        apply: Box::new(move |_, change| {
            apply_step(change);
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    apply(&service, &Value::Null, &planned.value, &named()).await
}

#[tokio::test]
async fn plan_fault_1_a_value_for_a_null_attribute_that_is_not_computed() {
    let planned = planned(Behaviour {
        plan: Box::new(|_, plan| {
            plan.planned.size = Field::Known(3);
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = planned.await;
    assert_refused(&planned.errors, "size", 17);
    assert!(planned.value.is_null());
}

#[tokio::test]
async fn plan_fault_2_a_write_only_value_cannot_be_left_in_the_plan() {
    let service = raw(named_with("token_wo", Some(Value::from("canary"))));
    let planned = plan(
        &service,
        &Value::Null,
        &named_with("token_wo", Some(Value::from("canary"))),
    )
    .await;
    assert!(
        planned.errors.is_empty() && planned.at("token_wo").is_null(),
        "{planned:?}"
    );
}

#[tokio::test]
async fn plan_fault_3_an_attribute_that_is_dropped() {
    let planned = plan(&raw(named_with("size", None)), &Value::Null, &named()).await;
    assert_refused(&planned.errors, "size", 10);
}

#[tokio::test]
async fn plan_fault_4_nothing_planned_for_a_creation() {
    for nothing in [Value::Null, Value::unknown()] {
        assert_refused(&plan(&raw(nothing), &Value::Null, &named()).await.errors, "", 21);
    }
}

#[tokio::test]
async fn plan_fault_5_a_value_of_the_wrong_type() {
    let planned = plan(&raw(named_with("id", Some(Value::from(true)))), &Value::Null, &named()).await;
    assert_refused(&planned.errors, "id", 10);
}

#[tokio::test]
async fn plan_fault_6_a_replacement_at_a_path_that_does_not_exist() {
    let planned = planned(Behaviour {
        plan: Box::new(|_, plan| {
            plan.replace(Path::root().attribute("nowhere"));
            Ok(())
        }),
        ..Behaviour::default()
    });
    assert_refused(&planned.await.errors, "nowhere", 22);
}

#[tokio::test]
async fn plan_faults_of_blocks() {
    let more = planned(Behaviour {
        plan: Box::new(|_, plan| {
            plan.planned.volume.push(Volume::default());
            Ok(())
        }),
        ..Behaviour::default()
    });
    assert_refused(&more.await.errors, "volume", 19);
    let single = planned(Behaviour {
        plan: Box::new(|_, plan| {
            plan.planned.ingress = Some(Ingress::default());
            Ok(())
        }),
        ..Behaviour::default()
    });
    assert_refused(&single.await.errors, "ingress", 19);
}

#[tokio::test]
async fn apply_fault_7_a_planned_value_that_changed() {
    let applied = applied(|change| {
        change.state = change.planned.clone().map(filled);
        change.state.as_mut().unwrap().on_destroy = Field::Known("purge".to_owned());
    });
    let applied = applied.await;
    assert_refused(&applied.errors, "on_destroy", 27);
    assert_eq!(
        applied.at("on_destroy"),
        &Value::from("purge"),
        "the state says what is there"
    );
}

#[tokio::test]
async fn apply_fault_8_a_value_that_is_still_unknown() {
    let applied = applied(|change| {
        change.state = change.planned.clone().map(filled);
        change.state.as_mut().unwrap().id = Field::Unknown;
    });
    let applied = applied.await;
    assert_refused(&applied.errors, "id", 27);
    assert!(applied.at("id").is_null(), "it is saved as null");
    assert_eq!(applied.at("name"), &Value::from("n"));
}

#[tokio::test]
async fn apply_fault_9_a_null_where_the_plan_promised_a_value() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            change.state = change.planned.clone().map(filled);
            change.state.as_mut().unwrap().id = Field::Null;
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    let Value::Map(mut members) = planned.value else {
        panic!()
    };
    members.insert("id".to_owned(), Value::Unknown(Refinement::not_null()));
    let applied = apply(&service, &Value::Null, &Value::Map(members), &named()).await;
    assert_refused(&applied.errors, "id", 13);
}

#[tokio::test]
async fn apply_fault_10_a_write_only_value_cannot_leak() {
    let applied = applied(|change| {
        change.state = change.planned.clone().map(filled);
        change.state.as_mut().unwrap().token_wo = Field::Known("canary".into());
    });
    let applied = applied.await;
    assert!(
        applied.errors.is_empty() && applied.at("token_wo").is_null(),
        "{applied:?}"
    );
}

#[tokio::test]
async fn apply_fault_11_nothing_given_back_after_a_creation() {
    let applied = applied(|change| change.state = None).await;
    assert_refused(&applied.errors, "", 28);
    assert_eq!(
        applied.at("name"),
        &Value::from("n"),
        "what was planned is kept, so that nothing is lost"
    );
    assert!(applied.at("id").is_null());
}

#[tokio::test]
async fn apply_fault_12_there_is_always_a_new_state() {
    let broken = service(Behaviour::default());
    let garbage = Some(crate::protocol::DynamicValue {
        msgpack: vec![0xc1].into(),
        ..Default::default()
    });
    let prior = Some(encoded(&named()));
    let request = apply_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: prior.clone(),
        planned_state: garbage,
        config: prior.clone(),
        ..Default::default()
    };
    let answer = broken
        .apply_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.new_state, prior, "nothing was done, so the prior object is kept");
    assert_eq!(answer.diagnostics.len(), 1);
    let wrong = raw(Value::from("no object"));
    assert_refused(&apply(&wrong, &Value::Null, &named(), &named()).await.errors, "", 10);
}

#[tokio::test]
async fn apply_fault_13_no_failure_is_a_grpc_status() {
    let service = service(Behaviour::default());
    let apply = apply_resource_change::Request {
        type_name: "test_nothing".to_owned(),
        ..Default::default()
    };
    let read = read_resource::Request {
        type_name: "test_nothing".to_owned(),
        ..Default::default()
    };
    let applied = service
        .apply_resource_change(Request::new(apply))
        .await
        .unwrap()
        .into_inner();
    let read = service.read_resource(Request::new(read)).await.unwrap().into_inner();
    assert!(told(&applied.diagnostics)[0].contains("`test_nothing`"));
    assert!(told(&read.diagnostics)[0].contains("`test_nothing`"));
}

#[tokio::test]
async fn apply_fault_14_a_panic_keeps_the_object_and_tells_only_its_place() {
    let applied = applied(|change| {
        let name = change.planned.as_ref().unwrap().name.known().cloned();
        panic!("canary {name:?}");
    });
    let applied = applied.await;
    assert_eq!(applied.errors.len(), 1);
    assert!(
        applied.errors[0].contains("service/tests/faults.rs:"),
        "{:?}",
        applied.errors
    );
    assert!(
        applied.errors[0].contains("The create operation of `test_thing` panicked"),
        "{:?}",
        applied.errors
    );
    assert!(!applied.errors[0].contains("canary"), "{:?}", applied.errors);
    assert_eq!(applied.at("name"), &Value::from("n"), "core marks it as tainted");
    assert!(applied.at("id").is_null());
}

#[tokio::test]
async fn a_panic_in_plan_and_read_is_an_error() {
    let service = service(Behaviour {
        plan: Box::new(|_, _| panic!("canary")),
        read: Box::new(|_, _| panic!("canary")),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &named()).await;
    assert!(
        planned.errors[0].contains("The plan operation of `test_thing` panicked"),
        "{:?}",
        planned.errors
    );
    let request = read_resource::Request {
        type_name: "test_thing".to_owned(),
        current_state: Some(encoded(&named())),
        ..Default::default()
    };
    let read = service.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert!(told(&read.diagnostics)[0].contains("panicked"));
    assert_eq!(codec::decode(read.new_state.as_ref(), &ty()).unwrap(), named());
}
