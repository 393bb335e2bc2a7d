//! Whole requests to a provider in this process.

use std::cell::RefCell;
use std::time::Duration;

use prost::Message;
use tfplugin::protocol::provider_server::Provider as _;
use tfplugin::protocol::{
    ResourceIdentityData, apply_resource_change, call_function, configure_provider, import_resource_state,
    open_ephemeral_resource, plan_action, plan_resource_change, read_resource, upgrade_resource_identity,
    upgrade_resource_state, validate_resource_config,
};
use tfplugin::server::Service;
use tokio::runtime::Runtime;
use tonic::{Request, Response, Status};

use crate::shelf::ShelfProvider;

/// The resource that is asked about.
const RESOURCE: &str = "shelf_shelf";

/// No answer may take longer; it is far above what any takes.
const LIMIT: Duration = Duration::from_secs(10);

thread_local! {
    static SERVED: RefCell<(Runtime, Service)> = RefCell::new((runtime(), Service::new(ShelfProvider)));
}

fn runtime() -> Runtime {
    let built = tokio::runtime::Builder::new_current_thread().enable_time().build();
    built.unwrap_or_else(|error| panic!("no runtime: {error}"))
}

/// Asks, and checks that there is an answer, however hostile the question: never a status, never none at all.
macro_rules! ask {
    ($method:ident, $question:expr) => {
        SERVED.with_borrow(|(runtime, service)| {
            let answer = async {
                let asked: Result<Response<_>, Status> = service.$method(Request::new($question)).await;
                asked
            };
            match runtime.block_on(async { tokio::time::timeout(LIMIT, answer).await }) {
                Ok(Ok(_)) => {}
                Ok(Err(status)) => panic!("a status in place of an answer: {status}"),
                Err(_) => panic!("no answer in {LIMIT:?}"),
            }
        })
    };
}

/// A stored identity as JSON, a zero, and an identity as `MessagePack`.
pub fn identity(data: &[u8]) {
    let (json, msgpack) = crate::cut(data);
    let mut question = upgrade_resource_identity::Request {
        type_name: RESOURCE.to_owned(),
        ..Default::default()
    };
    question.raw_identity.get_or_insert_default().json = json.to_vec().into();
    ask!(upgrade_resource_identity, question);
    let mut sent = ResourceIdentityData::default();
    sent.identity_data.get_or_insert_default().msgpack = msgpack.to_vec().into();
    let question = import_resource_state::Request {
        type_name: RESOURCE.to_owned(),
        identity: Some(sent),
        ..Default::default()
    };
    ask!(import_resource_state, question);
}

/// Which method, and its message.
pub fn request(data: &[u8]) {
    let Some((method, message)) = data.split_first() else {
        return;
    };
    macro_rules! methods {
        ($($number:literal: $module:ident => $method:ident,)*) => {
            match method {
                $($number => if let Ok(question) = $module::Request::decode(message) {
                    ask!($method, question);
                },)*
                _ => {}
            }
        };
    }
    methods! {
        b'a': apply_resource_change => apply_resource_change,
        b'c': configure_provider => configure_provider,
        b'e': open_ephemeral_resource => open_ephemeral_resource,
        b'f': call_function => call_function,
        b'i': import_resource_state => import_resource_state,
        b'p': plan_resource_change => plan_resource_change,
        b'r': read_resource => read_resource,
        b's': upgrade_resource_state => upgrade_resource_state,
        b't': plan_action => plan_action,
        b'v': validate_resource_config => validate_resource_config,
    }
}
