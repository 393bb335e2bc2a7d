//! The gRPC service: one file for each group of methods, one trait implementation that hands over to them.
//!
//! No method fails with a gRPC status, since core would lose the object that was being made (protocol rule 29): what
//! goes wrong is a diagnostic, panics included. What the provider offers beside resources and data sources has a file for
//! each kind. The methods of state stores answer `Unimplemented`.

mod action;
mod apply;
mod codec;
mod configure;
mod data_source;
mod deferral;
mod entity;
mod ephemeral;
mod function;
mod generate;
mod identity;
mod import;
mod list;
mod message;
mod meta;
mod moving;
mod plan;
mod read;
mod schema;
mod shield;
mod stop;
#[cfg(test)]
mod tests;
mod upgrade;
mod validate;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use self::entity::{Entity, Managed};
use self::meta::Meta;
use self::shield::{shield, shield_stream};
use super::call::GRACE;
use super::{
    Call, Capabilities, DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicListResource,
    DynamicProvider, Operation, Provider,
};
use crate::protocol::{self, provider_server};

/// Everything a provider offers, ready to be asked.
pub struct Service {
    provider: Entity<dyn DynamicProvider>,
    resources: BTreeMap<String, Arc<Managed>>,
    data_sources: BTreeMap<String, Entity<dyn DynamicDataSource>>,
    list_resources: BTreeMap<String, Arc<Entity<dyn DynamicListResource>>>,
    /// What a module may say to the provider.
    meta: Option<Meta>,
    /// Whether some of the provider's configuration is unknown in this run.
    unknown: AtomicBool,
    functions: BTreeMap<String, function::Known>,
    ephemeral_resources: BTreeMap<String, Entity<dyn DynamicEphemeralResource>>,
    /// Each is at work in a task of its own, which may outlive the call.
    actions: BTreeMap<String, Arc<Entity<dyn DynamicAction>>>,
    /// Faults of the schemas, told with them.
    faults: Vec<crate::schema::check::SchemaError>,
    /// Ends the calls in flight; replaced by each `StopProvider` (protocol rule 42).
    stop: Mutex<CancellationToken>,
    grace: Duration,
}

impl Service {
    /// Prepares a provider.
    pub fn new<P: Provider>(provider: P) -> Self {
        let faults = super::check::check_schemas(&provider);
        let provider = super::provider(provider);
        let resources = provider.resources().into_iter();
        let data_sources = provider.data_sources().into_iter();
        let list_resources = provider.list_resources().into_iter();
        let functions = provider.functions().into_iter();
        let ephemeral_resources = provider.ephemeral_resources().into_iter();
        let actions = provider.actions().into_iter();
        Self {
            resources: resources
                .map(|one| (one.name().to_owned(), Arc::new(Managed::new(one))))
                .collect(),
            list_resources: list_resources
                .map(|one| (one.name().to_owned(), Arc::new(Entity::new(one.schema(), one))))
                .collect(),
            meta: provider.meta().map(Meta::new),
            unknown: AtomicBool::new(false),
            data_sources: data_sources
                .map(|one| (one.name().to_owned(), Entity::new(one.schema(), one)))
                .collect(),
            functions: functions
                .map(|one| (one.name().to_owned(), function::Known::new(one)))
                .collect(),
            ephemeral_resources: ephemeral_resources
                .map(|one| (one.name().to_owned(), Entity::new(one.schema(), one)))
                .collect(),
            actions: actions
                .map(|one| (one.name().to_owned(), Arc::new(Entity::new(one.schema(), one))))
                .collect(),
            provider: Entity::new(provider.schema(), provider),
            faults,
            stop: Mutex::default(),
            grace: GRACE,
        }
    }

    /// The same with another time of grace after a deadline.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Whether some of the provider's configuration is unknown in this run.
    fn defers(&self) -> bool {
        self.unknown.load(Ordering::Relaxed)
    }

    fn call(&self, operation: Operation, subject: &str, timeout: Option<Duration>) -> Call {
        Call::new(operation)
            .about(subject)
            .with_cancel(self.stop_token())
            .with_timeout(timeout)
            .with_grace(self.grace)
    }
}

/// Serves a provider until core, or in debug mode a person, ends it. The result is `main`'s.
pub fn serve<P: Provider>(provider: P, options: crate::wire::Options) -> ExitCode {
    crate::wire::serve(Service::new(provider), options)
}

fn capabilities(sent: Option<&protocol::ClientCapabilities>) -> Capabilities {
    Capabilities {
        write_only_attributes: sent.is_some_and(|sent| sent.write_only_attributes_allowed),
        deferral: sent.is_some_and(|sent| sent.deferral_allowed),
        store_planned_private: sent.is_some_and(|sent| sent.store_planned_private),
        computed_blocks: sent.is_some_and(|sent| sent.computed_blocks_allowed),
    }
}

/// One method: its messages, what it does, and which function answers it; with `@`, one that answers with a stream.
macro_rules! methods {
    (
        $($method:ident($messages:ident): $operation:ident => $answer:expr;)*
        $(@$stream:ident($events:ident): $streaming:ident => $start:expr;)*
    ) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {
            $(
                async fn $method(
                    &self,
                    request: Request<protocol::$messages::Request>,
                ) -> Result<Response<protocol::$messages::Response>, Status> {
                    let request = request.into_inner();
                    let answer = $answer;
                    Ok(Response::new(shield(Operation::$operation, request, |request| answer(self, request)).await))
                }
            )*
            $(
                async fn $stream(
                    &self,
                    request: Request<protocol::$events::Request>,
                ) -> Result<Response<BoxStream<protocol::$events::Event>>, Status> {
                    let start = || $start(self, &request.into_inner());
                    Ok(Response::new(shield_stream(Operation::$streaming, start)))
                }
            )*
        }
    };
}

/// An answer that needs no waiting.
fn now<Request, Response>(
    answer: fn(&Service, &Request) -> Response,
) -> impl FnOnce(&Service, Request) -> std::future::Ready<Response> {
    move |service, request| std::future::ready(answer(service, &request))
}

methods! {
    get_metadata(get_metadata): Validate => now(|service, _| schema::metadata(service));
    get_provider_schema(get_provider_schema): Validate => now(|service, _| schema::schemas(service));
    validate_provider_config(validate_provider_config): Validate => now(validate::provider);
    validate_resource_config(validate_resource_config): Validate => now(validate::resource);
    validate_data_resource_config(validate_data_resource_config): Validate => now(validate::data_source);
    configure_provider(configure_provider): Configure => configure::configure;
    upgrade_resource_state(upgrade_resource_state): Upgrade => now(upgrade::upgrade);
    read_resource(read_resource): Read => read::read;
    plan_resource_change(plan_resource_change): Plan => plan::plan;
    apply_resource_change(apply_resource_change): Apply => apply::apply;
    import_resource_state(import_resource_state): Import => import::import;
    read_data_source(read_data_source): Read => data_source::read;
    get_resource_identity_schemas(get_resource_identity_schemas): Validate => now(|service, _| identity::schemas(service));
    upgrade_resource_identity(upgrade_resource_identity): Upgrade => now(identity::upgrade);
    move_resource_state(move_resource_state): Move => now(moving::take_over);
    generate_resource_config(generate_resource_config): Generate => now(generate::generate);
    validate_list_resource_config(validate_list_resource_config): Validate => now(validate::list_resource);
    stop_provider(stop_provider): Stop => now(|service, _| stop::stop(service));
    get_functions(get_functions): Validate => now(|service, _| function::functions(service));
    call_function(call_function): Call => now(function::call);
    validate_ephemeral_resource_config(validate_ephemeral_resource_config): Validate => now(ephemeral::validate);
    open_ephemeral_resource(open_ephemeral_resource): Open => ephemeral::open;
    renew_ephemeral_resource(renew_ephemeral_resource): Renew => ephemeral::renew;
    close_ephemeral_resource(close_ephemeral_resource): Close => ephemeral::close;
    validate_action_config(validate_action_config): Validate => now(action::validate);
    plan_action(plan_action): Plan => action::plan;
    @list_resource(list_resource): List => list::list;
    @invoke_action(invoke_action): Invoke => action::invoke;
}
