//! A stack of services rendered to a [`Release`]: pure, without any IO, and the same for the same configuration.
//!
//! The text of each container depends on its own service's configuration and on the stack's name alone, never on other
//! services, release hashes, times or versions: Compose recreates a container when its text changes, and only then.

mod compose;
mod release;

use std::collections::BTreeMap;

use thiserror::Error;

pub use crate::catalog::StackConfig;
use crate::catalog::description::Description;
use crate::catalog::yaml::YamlError;
use crate::catalog::{Invalid, ingress};
use crate::catalog::{at, image, validate};
use crate::host::desired::{ConfigFile, InvalidRelease, Release};

/// Logical path of the Compose file.
pub const COMPOSE_FILE: &str = "compose.yaml";

/// A rendered stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What is brought to the host.
    pub release: Release,
    /// The address of each routed service: `status` -> `https://status.example.com`.
    pub endpoints: BTreeMap<String, String>,
    /// The lines of every rendered file by logical path: [`COMPOSE_FILE`], else `<service>/<path>` of the
    /// [`ConfigFile`]. Nothing in them is secret.
    pub files: BTreeMap<String, Vec<String>>,
    /// The image of each container.
    pub images: BTreeMap<String, String>,
}

/// Why a stack cannot be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// A value of the configuration is refused.
    #[error("{0}")]
    Invalid(Invalid),
    /// A file could not be written as YAML.
    #[error("a file could not be rendered")]
    Yaml(#[from] YamlError),
    /// The release breaks a rule of the engine: a mistake of this program.
    #[error("the rendered release breaks a rule")]
    Release(#[from] InvalidRelease),
}

impl From<Invalid> for RenderError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// Refuses a configuration that could not work, or that could mean something else than it says. Pure and offline;
/// [`render`] does the same first.
pub fn validate_stack(stack: &StackConfig) -> Result<(), Invalid> {
    at("name", validate::stack_name(&stack.name))?;
    at("domain", validate::domain(&stack.domain))?;
    if let Some(registry) = &stack.registry {
        at("registry", image::registry(registry))?;
    }
    let mut hosts: BTreeMap<String, &str> = BTreeMap::new();
    for service in stack.services() {
        service.validate()?;
        for route in service.offers(&stack.facts()).routes {
            let path = format!("{}.domain", service.name());
            // The default name is made of the stack's domain, and can be too long where that one is not.
            at(&path, validate::domain(&route.host))?;
            if stack.ingress.is_none() {
                return Err(Invalid::new(
                    service.name(),
                    format!(
                        "the service is reached through the ingress only; add the block {} to the stack",
                        ingress::NAME
                    ),
                ));
            }
            if let Some(other) = hosts.insert(route.host.clone(), service.name()) {
                return Err(Invalid::new(
                    path,
                    format!("{:?} is the domain of {other} already", route.host),
                ));
            }
        }
    }
    Ok(())
}

/// Renders a stack. Fails on an invalid configuration with the place and the reason.
pub fn render(stack: &StackConfig) -> Result<Rendered, RenderError> {
    validate_stack(stack)?;
    let facts = stack.facts();
    let services = stack.services();
    let offers = stack.offers();
    let described: Vec<(&str, Description)> = services
        .iter()
        .map(|service| Ok((service.name(), service.describe(&facts, &offers)?)))
        .collect::<Result<_, YamlError>>()?;
    let release = release::release(stack, &described, &offers)?;
    release.check()?;

    let mut files = BTreeMap::from([(COMPOSE_FILE.to_owned(), lines(release.compose.as_bytes()))]);
    for file in release.files.iter().chain(&release.live) {
        files.insert(logical_path(file), lines(&file.content));
    }
    Ok(Rendered {
        endpoints: offers
            .routes
            .iter()
            .map(|route| (route.service.clone(), route.url()))
            .collect(),
        images: release
            .services
            .iter()
            .map(|service| (service.name.clone(), service.image.clone()))
            .collect(),
        files,
        release,
    })
}

/// The path under which a file stands in [`Rendered::files`]: without any hash, so that it stays when the content changes.
pub fn logical_path(file: &ConfigFile) -> String {
    format!("{}/{}", file.service, file.path)
}

/// The lines of a text; the break at its end starts no line of its own.
pub fn lines(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    text.split('\n').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
