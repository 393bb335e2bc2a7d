//! Ephemeral resources: opened, renewed, closed, and what a faulty one cannot do.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tonic::Request;

use super::super::{Service, codec};
use super::ask::told;
use super::offering::Offering;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{
    self, ClientCapabilities, close_ephemeral_resource, get_metadata, get_provider_schema, open_ephemeral_resource,
    renew_ephemeral_resource, stop_provider, validate_ephemeral_resource_config,
};
use crate::server::{Call, Deferral, EphemeralResource, Opened, Operation, ephemeral_resource};
use crate::value::{Type, Value};
use crate::{Diagnostic, Diagnostics, Field, Model, Secret, one_of};

/// A token for an account.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Token {
    /// The account; some names ask for faults.
    #[attribute(required)]
    account: Field<String>,
    /// What it allows.
    #[attribute(optional, default = "read", validate = one_of!["read", "write"])]
    scope: Field<String>,
    /// A number of many digits, which no `f64` holds.
    #[attribute(optional)]
    weight: Field<f64>,
    /// Where it came from.
    #[attribute(optional)]
    note: Field<String>,
    /// The token.
    #[attribute(computed)]
    value: Field<Secret>,
}

#[derive(Clone, Default)]
struct Tokens {
    /// What was done, in order.
    log: Arc<Mutex<Vec<String>>>,
}

impl Tokens {
    fn note(&self, what: String) {
        self.log.lock().unwrap().push(what);
    }
}

/// The moment of the first renewal.
fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000)
}

impl EphemeralResource for Tokens {
    type Model = Token;
    type Private = Vec<String>;
    const NAME: &'static str = "test_token";

    fn validate(&self, config: &Token, diagnostics: &mut Diagnostics) {
        if config.account.known().is_some_and(|name| name == "nobody") {
            diagnostics.error("No account", "Another one, please.");
        }
    }

    async fn open(&self, call: &Call, config: Token) -> Result<Opened<Self>, Diagnostics> {
        let account = config.account.known().cloned().unwrap_or_default();
        self.note(format!("open {account}"));
        call.warn(Diagnostic::warning("Opened", ""));
        let mut result = config;
        result.value = Field::Known(Secret::new("token"));
        match account.as_str() {
            "panic" => panic!("canary"),
            "fails" => return Err(Diagnostic::error("No token", "None is left.").into()),
            "waits" => return Ok(Opened::deferred(Deferral::AbsentPrerequisite)),
            "hangs" => {
                call.cancel.cancelled().await;
                return Err(Diagnostic::error("Cancelled", "").into());
            }
            "deaf" => std::future::pending().await,
            "unknown" => result.value = Field::Unknown,
            "noted" => result.note = Field::Known("mine".to_owned()),
            "renamed" => result.account = Field::Known("other".to_owned()),
            _ => {}
        }
        Ok(Opened::new(result).private(vec![account]).renew_at(moment()))
    }

    async fn renew(&self, _: &Call, private: &mut Vec<String>) -> Result<Option<SystemTime>, Diagnostics> {
        self.note(format!("renew {}", private.join(",")));
        if private.len() > 1 {
            return Err(Diagnostic::error("Too late", "").into());
        }
        private.push("again".to_owned());
        Ok(Some(moment() + Duration::from_secs(1)))
    }

    async fn close(&self, call: &Call, private: Vec<String>) -> Result<(), Diagnostics> {
        self.note(format!(
            "close {} cancelled={}",
            private.join(","),
            call.cancel.is_cancelled()
        ));
        assert!(private != ["bad end"], "canary");
        Ok(())
    }

    fn time_limit(operation: Operation) -> Option<Duration> {
        (operation == Operation::Open).then_some(Duration::from_millis(1))
    }
}

fn service(tokens: &Tokens) -> Service {
    let tokens = tokens.clone();
    let offering = Offering {
        ephemeral_resources: Box::new(move || vec![ephemeral_resource(tokens.clone())]),
        ..Offering::default()
    };
    offering.service().with_grace(Duration::from_millis(1))
}

fn ty() -> Type {
    Token::schema().implied_type()
}

fn config(account: impl Into<Value>) -> Value {
    Value::map([
        ("account", account.into()),
        ("scope", Value::Null),
        (
            "weight",
            Value::Number("0.12345678901234567890123456789".parse().unwrap()),
        ),
        ("note", Value::Null),
        ("value", Value::Null),
    ])
}

async fn open_with(service: &Service, config: &Value, deferral: bool) -> open_ephemeral_resource::Response {
    let request = open_ephemeral_resource::Request {
        type_name: "test_token".to_owned(),
        config: Some(codec::encode(config, &ty()).unwrap()),
        client_capabilities: Some(ClientCapabilities {
            deferral_allowed: deferral,
            ..ClientCapabilities::default()
        }),
    };
    service
        .open_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner()
}

/// Opens it for an account: the answer and the log.
async fn open(account: &str) -> (open_ephemeral_resource::Response, Vec<String>) {
    let tokens = Tokens::default();
    let response = open_with(&service(&tokens), &config(account), false).await;
    let log = tokens.log.lock().unwrap().clone();
    (response, log)
}

/// Opens it for an account that cannot be: what was told.
async fn refused(account: &str) -> (String, Vec<String>) {
    let (response, log) = open(account).await;
    assert!(response.result.is_none() && response.private.is_none() && response.renew_at.is_none());
    (told(&response.diagnostics)[0].clone(), log)
}

#[tokio::test]
async fn its_life() {
    let tokens = Tokens::default();
    let service = service(&tokens);
    let opened = open_with(&service, &config("me"), false).await;
    assert_eq!(told(&opened.diagnostics), [": Opened: "]);
    let Value::Map(mut expected) = config("me") else {
        panic!("an object")
    };
    expected.insert("scope".to_owned(), Value::from("read"));
    expected.insert("value".to_owned(), Value::from("token"));
    let result = codec::decode(opened.result.as_ref(), &ty()).unwrap();
    assert_eq!(result, Value::Map(expected), "defaults hold, and numbers are exact");
    assert_eq!(opened.renew_at.map(|at| (at.seconds, at.nanos)), Some((1_000, 0)));

    let type_name = "test_token".to_owned();
    let request = renew_ephemeral_resource::Request {
        type_name: type_name.clone(),
        private: opened.private,
    };
    let renewed = service
        .renew_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(renewed.renew_at.map(|at| at.seconds), Some(1_001));
    let request = renew_ephemeral_resource::Request {
        type_name: type_name.clone(),
        private: renewed.private.clone(),
    };
    let late = service
        .renew_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(told(&late.diagnostics), [": Too late: "]);
    assert_eq!(late.private, renewed.private, "it is closed with what was known before");

    // Stop ends what is in flight, and not the closing after it.
    let stopped = service
        .stop_provider(Request::new(stop_provider::Request {}))
        .await
        .unwrap();
    assert_eq!(stopped.into_inner().error, "");
    let request = close_ephemeral_resource::Request {
        type_name,
        private: late.private,
    };
    let closed = service
        .close_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(closed.diagnostics.is_empty());
    assert_eq!(
        *tokens.log.lock().unwrap(),
        [
            "open me",
            "renew me",
            "renew me,again",
            "close me,again cancelled=false"
        ]
    );
}

#[tokio::test]
async fn rule_37_nothing_unknown_is_left_and_what_was_refused_is_closed() {
    let (told, log) = refused("unknown").await;
    assert!(
        told.starts_with("value: ") && told.contains("(protocol rule 37)"),
        "{told}"
    );
    assert_eq!(log, ["open unknown", "close unknown cancelled=false"]);
}

#[tokio::test]
async fn rule_37_the_result_is_held_against_the_configuration() {
    let (told, log) = refused("noted").await;
    assert!(
        told.starts_with("note: ") && told.contains("(protocol rule 17)"),
        "{told}"
    );
    assert_eq!(log.len(), 2);
    // What was configured is put back, as in a plan.
    let (response, _) = open("renamed").await;
    let result = codec::decode(response.result.as_ref(), &ty()).unwrap();
    assert!(format!("{result:?}").contains("renamed"), "{result:?}");
}

#[tokio::test]
async fn errors_panics_and_overruns_are_told() {
    let (told, log) = refused("fails").await;
    assert_eq!((told.as_str(), log.len()), (": No token: None is left.", 1));
    let (told, _) = refused("panic").await;
    assert!(
        told.contains("panicked at") && told.contains("open operation of `test_token`"),
        "{told}"
    );
    assert!(!told.contains("canary"), "{told}");
    let (told, _) = refused("hangs").await;
    assert_eq!(told, ": Cancelled: ", "the deadline cancels");
    let (told, _) = refused("deaf").await;
    assert!(told.contains("was cut") && !told.contains("`timeouts`"), "{told}");
}

#[tokio::test]
async fn a_panic_at_the_end_is_told() {
    let service = service(&Tokens::default());
    let request = close_ephemeral_resource::Request {
        type_name: "test_token".to_owned(),
        private: Some(br#"{"framework":{"format":1},"resource":["bad end"]}"#.to_vec().into()),
    };
    let closed = service
        .close_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told = told(&closed.diagnostics);
    assert!(told[0].contains("panicked") && !told[0].contains("canary"), "{told:?}");
}

#[tokio::test]
async fn what_waits_is_deferred_only_where_core_can_wait() {
    let tokens = Tokens::default();
    let service = service(&tokens);
    let waits = open_with(&service, &config("waits"), true).await;
    assert_eq!(
        waits.deferred.unwrap().reason,
        protocol::deferred::Reason::AbsentPrereq as i32
    );
    let (told, _) = refused("waits").await;
    assert!(told.contains("cannot be opened yet"), "{told}");

    let unknown = open_with(&service, &config(Value::unknown()), true).await;
    let reason = protocol::deferred::Reason::ResourceConfigUnknown as i32;
    assert_eq!(unknown.deferred.unwrap().reason, reason);
    let refused = open_with(&service, &config(Value::unknown()), false).await;
    assert!(refused.result.is_none() && refused.diagnostics.len() == 1);
    assert_eq!(
        *tokens.log.lock().unwrap(),
        ["open waits"],
        "what is unknown is not opened"
    );
}

#[tokio::test]
async fn a_configuration_is_checked_offline() {
    let validate = async |config: Value| {
        let request = validate_ephemeral_resource_config::Request {
            type_name: "test_token".to_owned(),
            config: Some(codec::encode(&config, &ty()).unwrap()),
        };
        let service = service(&Tokens::default());
        let response = service
            .validate_ephemeral_resource_config(Request::new(request))
            .await
            .unwrap();
        told(&response.into_inner().diagnostics)
    };
    assert_eq!(validate(config("nobody")).await, [": No account: Another one, please."]);
    let Value::Map(mut bad) = config(Value::unknown()) else {
        panic!("an object")
    };
    assert!(validate(Value::Map(bad.clone())).await.is_empty(), "rule 41");
    bad.insert("scope".to_owned(), Value::from("all"));
    assert!(validate(Value::Map(bad)).await[0].starts_with("scope: "));
}

#[tokio::test]
async fn an_unknown_type_is_an_error_everywhere() {
    let service = service(&Tokens::default());
    let type_name = "test_other".to_owned();
    let open = open_ephemeral_resource::Request {
        type_name: type_name.clone(),
        ..Default::default()
    };
    let open = service
        .open_ephemeral_resource(Request::new(open))
        .await
        .unwrap()
        .into_inner();
    let private = Some(b"kept".to_vec().into());
    let renew = renew_ephemeral_resource::Request {
        type_name: type_name.clone(),
        private: private.clone(),
    };
    let renew = service
        .renew_ephemeral_resource(Request::new(renew))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(renew.private, private);
    let close = close_ephemeral_resource::Request { type_name, private };
    let close = service
        .close_ephemeral_resource(Request::new(close))
        .await
        .unwrap()
        .into_inner();
    for diagnostics in [open.diagnostics, renew.diagnostics, close.diagnostics] {
        assert_eq!(diagnostics[0].summary, "Unknown ephemeral resource type");
    }
}

#[tokio::test]
async fn it_is_told_with_its_schema() {
    let tokens = Tokens::default();
    let service = service(&tokens);
    let schema = service
        .get_provider_schema(Request::new(get_provider_schema::Request {}))
        .await
        .unwrap()
        .into_inner();
    assert!(schema.diagnostics.is_empty(), "{:?}", schema.diagnostics);
    assert!(schema.ephemeral_resource_schemas.contains_key("test_token"));
    let metadata = service
        .get_metadata(Request::new(get_metadata::Request {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(metadata.ephemeral_resources[0].type_name, "test_token");
}
