//! The services that a stack can have, each in a folder of its own: its configuration as a plain typed struct, and its
//! description in neutral terms ([`description`]) that is later rendered to Compose. Nothing here does any IO.
//!
//! To add a service: make its folder with a `Config` that implements [`Service`], then add one field to [`StackConfig`]
//! and one line to [`StackConfig::services`].

pub mod description;
pub mod image;
pub mod ingress;
pub mod logins;
pub mod metrics;
pub mod pem;
pub mod status;
pub mod validate;
pub mod yaml;

use description::{Description, Offers};
use thiserror::Error;

/// What a stack consists of, as the user wrote it: a service that is `None` is not part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackConfig {
    /// Name of the stack, see [`validate::stack_name`].
    pub name: String,
    /// The domain below which services get their default names: `status.<domain>`.
    pub domain: String,
    /// Registry that stands in for `docker.io` in the default images: `registry.example.com:5000/mirror`.
    pub registry: Option<String>,
    /// HTTPS for every routed service.
    pub ingress: Option<ingress::Config>,
    /// The status page.
    pub status: Option<status::Config>,
    /// Metrics of the machine and of the other services.
    pub metrics: Option<metrics::Config>,
}

impl StackConfig {
    /// The configured services, in the order in which they are described.
    pub fn services(&self) -> Vec<&dyn Service> {
        let all: [Option<&dyn Service>; 3] = [
            self.ingress.as_ref().map(|config| config as &dyn Service),
            self.status.as_ref().map(|config| config as &dyn Service),
            self.metrics.as_ref().map(|config| config as &dyn Service),
        ];
        all.into_iter().flatten().collect()
    }

    /// What the services offer to each other.
    pub fn offers(&self) -> Offers {
        let facts = self.facts();
        let mut offers = Offers::default();
        for service in self.services() {
            let of_service = service.offers(&facts);
            offers.routes.extend(of_service.routes);
            offers.scrapes.extend(of_service.scrapes);
        }
        offers
    }

    /// What every service may know of its stack.
    pub fn facts(&self) -> StackFacts<'_> {
        StackFacts {
            name: &self.name,
            domain: &self.domain,
            registry: self.registry.as_deref(),
        }
    }
}

/// What every service may know of the stack it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackFacts<'a> {
    /// Name of the stack.
    pub name: &'a str,
    /// Domain of the stack.
    pub domain: &'a str,
    /// Registry that stands in for `docker.io`, if any.
    pub registry: Option<&'a str>,
}

/// One service of the catalog, made of its configuration.
pub trait Service {
    /// Its name: that of its block, its folder, its main container and its folders on the host.
    fn name(&self) -> &'static str;

    /// Refuses a configuration that could not work, or that could mean something else than it says. Pure and offline.
    fn validate(&self) -> Result<(), Invalid>;

    /// What it offers to other services: routes for the ingress, metrics to scrape.
    fn offers(&self, stack: &StackFacts<'_>) -> Offers;

    /// What it consists of. `offers` are those of all services of the stack; what depends on them must stand in live
    /// files, so that a service that comes or goes recreates no container of another.
    fn describe(&self, stack: &StackFacts<'_>, offers: &Offers) -> Result<Description, yaml::YamlError>;
}

/// A value of the configuration that is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {reason}")]
pub struct Invalid {
    /// Where it stands, as in HCL: `ingress.acme.email`.
    pub path: String,
    /// What is wrong and what is expected.
    pub reason: String,
}

impl Invalid {
    /// A refusal of the value at `path`.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }
}

/// Names the place of a refused value.
pub(crate) fn at(path: &str, checked: Result<(), String>) -> Result<(), Invalid> {
    checked.map_err(|reason| Invalid::new(path, reason))
}
