//! One core with one provider: the calls in their order, and what is found to be wrong with the answers.

mod apply;
mod line;
mod other;
mod plan;
mod read;
mod schemas;
mod stored;
#[cfg(test)]
mod tests;

use std::fmt;

use tonic::transport::Channel;
use tonic::{Code, Response, Status};

pub use self::apply::Applied;
use self::line::Provider;
pub use self::other::Opened;
pub use self::plan::Planned;
pub use self::schemas::{ResourceShape, Schemas};
pub use self::stored::{Current, Private, Stored};
use super::release::{Feature, Walk};
use super::rules::{Violation, identity};
use super::{Release, Shape};
use crate::protocol::diagnostic::Severity;
use crate::protocol::{
    ClientCapabilities, Diagnostic, DynamicValue, ResourceIdentityData, configure_provider, get_provider_schema,
    get_resource_identity_schemas, provider_server, validate_provider_config, validate_resource_config,
};
use crate::value::{Path, Type, Value};

/// A breach of a rule, and the call that it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The method.
    pub method: &'static str,
    /// The resource type, or what else was asked about.
    pub subject: String,
    /// What is wrong.
    pub violation: Violation,
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}: {}", self.method, self.subject, self.violation)
    }
}

/// Why a core does not go on with an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Halt {
    /// The provider reported errors; warnings are among them.
    Refused(Vec<Diagnostic>),
    /// The answer cannot be used; [`Core::breaches`] says why.
    Broken,
}

/// A core that plays objects' lives against a provider, and collects what it would refuse.
pub struct Core {
    provider: Provider,
    /// Whether plans may wait too.
    defers: bool,
    /// The release that it plays.
    pub release: Release,
    /// What the provider offers.
    pub schemas: Schemas,
    /// What was found to be wrong so far.
    pub breaches: Vec<Breach>,
    /// Every diagnostic that was answered so far.
    pub told: Vec<Diagnostic>,
    /// The methods that were called so far.
    pub calls: Vec<&'static str>,
}

/// Calls a method, and keeps that it was called. A status is a breach: what goes wrong is told by diagnostics.
macro_rules! call {
    ($core:ident.$method:ident($request:expr), $subject:expr) => {{
        let answer = $core.provider.$method($request).await;
        $core.answered(stringify!($method), $subject, answer)
    }};
}
use call;

impl Core {
    /// A core of that release with a provider in another process.
    pub fn over(channel: Channel, release: Release) -> Self {
        Self::new(line::over(channel), release)
    }

    /// A core of that release with a provider in this process, without a socket: a [`Service`](crate::server::Service),
    /// or whatever else answers.
    pub fn within<P: provider_server::Provider>(service: P, release: Release) -> Self {
        Self::new(line::within(service), release)
    }

    /// The same where answers may wait for a later run in plans and imports too: `terraform plan -allow-deferral`, which is
    /// an experiment, and the plans of Terraform's stacks. A release that knows no deferral stays as it is.
    #[must_use]
    pub fn deferring(mut self) -> Self {
        self.defers = true;
        self
    }

    /// What is sent as `client_capabilities`.
    fn capabilities(&self, walk: Walk) -> Option<ClientCapabilities> {
        let mut sent = self.release.capabilities(walk)?;
        sent.deferral_allowed |= self.defers && self.release.has(Feature::Deferral);
        Some(sent)
    }

    fn new(provider: Provider, release: Release) -> Self {
        Self {
            provider,
            defers: false,
            release,
            schemas: Schemas::default(),
            breaches: Vec::new(),
            told: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Asks for the schemas, then validates and sets the provider's configuration.
    pub async fn start(&mut self, config: &Value) -> Result<(), Halt> {
        self.ask_schemas().await?;
        let config = self.encode("the provider", config, &self.schemas.provider.ty())?;
        let request = validate_provider_config::Request {
            config: Some(config.clone()),
        };
        let answer = call!(self.validate_provider_config(request), "the provider")?;
        self.accept(&answer.diagnostics)?;
        let request = configure_provider::Request {
            terraform_version: self.release.version(),
            config: Some(config),
            client_capabilities: self.capabilities(Walk::Plan),
        };
        let answer = call!(self.configure_provider(request), "the provider")?;
        self.accept(&answer.diagnostics)
    }

    /// Asks for the schemas alone.
    pub async fn ask_schemas(&mut self) -> Result<(), Halt> {
        let answer = call!(
            self.get_provider_schema(get_provider_schema::Request {}),
            "the provider"
        )?;
        self.accept(&answer.diagnostics)?;
        let (schemas, violations) = Schemas::read(self.release, &answer);
        self.schemas = schemas;
        self.found("get_provider_schema", "the provider", violations);
        if self.release.has(Feature::Identity) {
            let request = get_resource_identity_schemas::Request {};
            let answer = self.provider.get_resource_identity_schemas(request).await;
            // Core takes that as «there are none».
            if answer
                .as_ref()
                .is_err_and(|status| status.code() == Code::Unimplemented)
            {
                return Ok(());
            }
            let answer = self.answered("get_resource_identity_schemas", "the provider", answer)?;
            self.accept(&answer.diagnostics)?;
            let violations = self.schemas.add_identities(&answer);
            self.found("get_resource_identity_schemas", "the provider", violations);
        }
        Ok(())
    }

    /// Validates the configuration of a managed resource.
    pub async fn validate(&mut self, type_name: &str, config: &Value) -> Result<(), Halt> {
        let ty = self.resource(type_name).shape.ty();
        let request = validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(self.encode(type_name, config, &ty)?),
            client_capabilities: self.capabilities(Walk::Validate),
        };
        let answer = call!(self.validate_resource_config(request), type_name)?;
        self.accept(&answer.diagnostics)
    }

    /// The schema of a managed resource; an empty one where there is none of that name.
    pub fn resource(&self, type_name: &str) -> ResourceShape {
        self.schemas.resources.get(type_name).cloned().unwrap_or_default()
    }

    fn answered<T>(
        &mut self,
        method: &'static str,
        subject: &str,
        answer: Result<Response<T>, Status>,
    ) -> Result<T, Halt> {
        self.calls.push(method);
        answer.map(Response::into_inner).map_err(|status| {
            let what = format!("the call failed with a status: {status}");
            self.broken(method, subject, Violation::new(29, &Path::root(), what))
        })
    }

    fn found(&mut self, method: &'static str, subject: &str, violations: Vec<Violation>) {
        self.breaches.extend(violations.into_iter().map(|violation| Breach {
            method,
            subject: subject.to_owned(),
            violation,
        }));
    }

    /// Keeps what was found; goes on where that is nothing.
    fn demand(&mut self, method: &'static str, subject: &str, violations: Vec<Violation>) -> Result<(), Halt> {
        if violations.is_empty() {
            return Ok(());
        }
        self.found(method, subject, violations);
        Err(Halt::Broken)
    }

    /// Keeps a breach after which nothing can go on.
    fn broken(&mut self, method: &'static str, subject: &str, violation: Violation) -> Halt {
        self.found(method, subject, vec![violation]);
        Halt::Broken
    }

    /// Keeps what was told; goes on where no error is among it.
    fn accept(&mut self, told: &[Diagnostic]) -> Result<(), Halt> {
        self.told.extend_from_slice(told);
        if told.iter().any(|diagnostic| diagnostic.severity() != Severity::Warning) {
            return Err(Halt::Refused(told.to_vec()));
        }
        Ok(())
    }

    /// A value in the form in which core sends it. One that does not have the type is a fault of the caller.
    fn encode(&mut self, subject: &str, value: &Value, ty: &Type) -> Result<DynamicValue, Halt> {
        DynamicValue::encoded(value, ty).map_err(|error| {
            let what = format!("the caller's own value does not have the type: {}", error.fault);
            self.broken("encode", subject, Violation::new(10, &error.path, what))
        })
    }

    /// Checks an answered identity; what a release without identities does not see is nothing.
    fn read_identity(
        &self,
        type_name: &str,
        answered: Option<&ResourceIdentityData>,
        known: bool,
    ) -> (Option<Value>, Vec<Violation>) {
        let answered = answered.filter(|_| self.release.has(Feature::Identity));
        identity::read(self.identity_shape(type_name).as_ref(), answered, known)
    }

    fn identity_shape(&self, type_name: &str) -> Option<Shape> {
        self.resource(type_name).identity.map(|(_, shape)| shape)
    }
}
