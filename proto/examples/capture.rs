//! A provider that writes down what core sends it: each configuration of a `capture_value` and each stored state, byte
//! for byte, as a line of JSON in the file that the environment variable `CAPTURE_FILE` names.
//!
//! `tests/fixtures/core/README.md` says how the recorded files of this crate's tests are made with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tfplugin::protocol::provider_server::Provider as Methods;
use tfplugin::protocol::{self, DynamicValue};
use tfplugin::server::{Call, Change, Current, DynamicResource, Provider, Resource, Service, resource};
use tfplugin::value::{Number, Value};
use tfplugin::wire::Options;
use tfplugin::{Diagnostics, Field, Model};
use tonic::{Request, Response, Status};

/// A value of each type. What is not set is null.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Captured {
    /// What is shown here.
    #[attribute(required)]
    label: Field<String>,
    #[attribute(optional)]
    any: Field<Value>,
    #[attribute(optional)]
    text: Field<String>,
    #[attribute(optional)]
    number: Field<Number>,
    #[attribute(optional)]
    flag: Field<bool>,
    #[attribute(optional)]
    texts: Field<Vec<Field<String>>>,
    #[attribute(optional)]
    bag: Field<BTreeSet<String>>,
    #[attribute(optional)]
    numbers: Field<BTreeSet<Number>>,
    #[attribute(optional)]
    table: Field<BTreeMap<String, Field<String>>>,
    #[attribute(optional)]
    single: Field<Part>,
    #[attribute(optional)]
    list: Field<Vec<Part>>,
    #[attribute(optional)]
    map: Field<BTreeMap<String, Part>>,
    #[attribute(optional)]
    set: Field<BTreeSet<Part>>,
    #[block]
    one: Option<Part>,
    #[block]
    many: Vec<Part>,
    #[block(set)]
    sack: Vec<Part>,
}

/// A nested object.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Model)]
struct Part {
    #[attribute(optional)]
    key: Field<String>,
    #[attribute(optional)]
    weight: Field<Number>,
}

struct CapturedResource;

impl Resource for CapturedResource {
    type Model = Captured;
    type Private = ();
    type Identity = ();
    const NAME: &'static str = "capture_value";

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state.clone_from(&change.planned);
        Ok(())
    }

    async fn update(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state.clone_from(&change.planned);
        Ok(())
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &Call, _: &mut Current<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// The provider has no configuration.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Nothing {}

struct Capture;

impl Provider for Capture {
    type Config = Nothing;
    const NAME: &'static str = "capture";

    async fn configure(&self, _: &Call, _: Nothing) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(CapturedResource)]
    }
}

/// The framework's service, with a look at what passes.
struct Recorder(Service);

impl Recorder {
    fn write(line: &serde_json::Value) {
        let Some(path) = std::env::var_os("CAPTURE_FILE") else {
            return;
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        // One write for each line, since several processes append.
        if let Err(error) = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes())) {
            eprintln!("[ERROR] nothing can be recorded: {error}");
        }
    }

    fn value(sent: Option<&DynamicValue>) {
        let Some(sent) = sent else { return };
        let ty = Captured::schema().implied_type();
        let label = match Value::decode_msgpack(&sent.msgpack, &ty) {
            Ok(Value::Map(members)) => members.get("label").cloned().unwrap_or_default(),
            // That is what the recorded file is for.
            Err(error) => Value::from(error.to_string()),
            Ok(_) => Value::Null,
        };
        let label = if let Value::String(label) = label {
            label
        } else {
            String::new()
        };
        Self::write(&json!({"label": label, "msgpack": STANDARD.encode(&sent.msgpack)}));
    }
}

#[tonic::async_trait]
impl Methods for Recorder {
    async fn get_provider_schema(
        &self,
        request: Request<protocol::get_provider_schema::Request>,
    ) -> Result<Response<protocol::get_provider_schema::Response>, Status> {
        let ty = Captured::schema().implied_type().to_json();
        Self::write(&json!({"type": String::from_utf8_lossy(&ty)}));
        self.0.get_provider_schema(request).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<protocol::validate_provider_config::Request>,
    ) -> Result<Response<protocol::validate_provider_config::Response>, Status> {
        self.0.validate_provider_config(request).await
    }

    async fn configure_provider(
        &self,
        request: Request<protocol::configure_provider::Request>,
    ) -> Result<Response<protocol::configure_provider::Response>, Status> {
        self.0.configure_provider(request).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<protocol::validate_resource_config::Request>,
    ) -> Result<Response<protocol::validate_resource_config::Response>, Status> {
        self.0.validate_resource_config(request).await
    }

    async fn read_resource(
        &self,
        request: Request<protocol::read_resource::Request>,
    ) -> Result<Response<protocol::read_resource::Response>, Status> {
        self.0.read_resource(request).await
    }

    async fn stop_provider(
        &self,
        request: Request<protocol::stop_provider::Request>,
    ) -> Result<Response<protocol::stop_provider::Response>, Status> {
        self.0.stop_provider(request).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<protocol::plan_resource_change::Request>,
    ) -> Result<Response<protocol::plan_resource_change::Response>, Status> {
        let sent = request.get_ref();
        Self::value(sent.config.as_ref());
        Self::value(sent.proposed_new_state.as_ref());
        self.0.plan_resource_change(request).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<protocol::apply_resource_change::Request>,
    ) -> Result<Response<protocol::apply_resource_change::Response>, Status> {
        let sent = request.get_ref();
        Self::value(sent.config.as_ref());
        Self::value(sent.planned_state.as_ref());
        self.0.apply_resource_change(request).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<protocol::upgrade_resource_state::Request>,
    ) -> Result<Response<protocol::upgrade_resource_state::Response>, Status> {
        if let Some(raw) = &request.get_ref().raw_state {
            let stored: serde_json::Value = serde_json::from_slice(&raw.json).unwrap_or_default();
            Self::write(&json!({"label": stored["label"], "state": String::from_utf8_lossy(&raw.json)}));
        }
        self.0.upgrade_resource_state(request).await
    }
}

fn main() -> ExitCode {
    tfplugin::wire::serve(
        Recorder(Service::new(Capture)),
        Options::from_environment("registry.terraform.io/example/capture"),
    )
}
