//! `quickfra_status_docker_host`: a container engine whose containers are watched.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::fields::{Fields, Visit};
use super::items;
use super::object::{Kind, number_key};
use super::server::{Server, ServerStack, check_endpoint, numbered};
use crate::api::uptime_kuma::{Error, Object};

/// A container engine that Uptime Kuma watches containers on. Docker monitors name it by its `id`.
///
/// The Uptime Kuma of a stack is not given the engine's socket of its own machine: that would be root there. Let a proxy
/// that only reads stand in front of an engine, and name it by `tcp`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct DockerHost {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Name of the docker host.
    #[attribute(required, validate = validators::not_empty)]
    pub name: Field<String>,
    /// How Uptime Kuma reaches the engine: `socket` or `tcp`.
    #[attribute(required, validate = validators::one_of(&["socket", "tcp"]))]
    pub r#type: Field<String>,
    /// Where the engine is: the path of its socket, such as `/var/run/docker.sock`, or an address such as
    /// `http://192.0.2.5:2375`.
    #[attribute(required, validate = validators::not_empty)]
    pub daemon: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(DockerHost);

impl Fields for DockerHost {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.text("type", "dockerType", &mut self.r#type, None);
        visit.text("daemon", "dockerDaemon", &mut self.daemon, None);
    }
}

/// The kind of docker hosts.
pub struct DockerHostKind;

impl Kind for DockerHostKind {
    type Model = DockerHost;
    number_key!();
    const NAME: &'static str = "quickfra_status_docker_host";
    const NOUN: &'static str = "docker host";

    fn name(model: &DockerHost) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn validate(config: &DockerHost, diagnostics: &mut Diagnostics) {
        let (Field::Known(kind), Field::Known(daemon)) = (&config.r#type, &config.daemon) else {
            return;
        };
        let what = match kind.as_str() {
            "socket" if !daemon.starts_with('/') => "the path of a socket, which begins with /",
            "tcp" if !daemon.contains("://") => "an address such as http://192.0.2.5:2375",
            _ => return,
        };
        diagnostics.push(
            Diagnostic::error(
                "The daemon does not fit its type",
                format!("The type {kind} takes {what}; {daemon:?} is none."),
            )
            .at(Path::root().attribute("daemon")),
        );
    }

    fn forget(planned: &mut DockerHost) {
        planned.id = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        items::find(&server.session().docker_hosts(), *key).await
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        items::all(&server.session().docker_hosts(), "name").await
    }

    async fn add(server: &Server, wanted: Object, _: &DockerHost) -> Result<i64, Error> {
        let added = server.session().docker_hosts().add_once(&wanted).await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().docker_hosts().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, _: &DockerHost) -> Result<Option<()>, Error> {
        items::save(&server.session().docker_hosts(), *key, &wanted).await
    }

    async fn delete(server: &Server, key: &i64, _: &DockerHost) -> Result<(), Error> {
        server.session().docker_hosts().delete(*key).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_fits_its_type() {
        let faults = |kind: &str, daemon: &str| {
            let mut diagnostics = Diagnostics::new();
            let host = DockerHost {
                r#type: Field::Known(kind.to_owned()),
                daemon: Field::Known(daemon.to_owned()),
                ..DockerHost::default()
            };
            DockerHostKind::validate(&host, &mut diagnostics);
            diagnostics.0.len()
        };
        assert_eq!(faults("socket", "/var/run/docker.sock"), 0);
        assert_eq!(faults("tcp", "http://192.0.2.5:2375"), 0);
        assert_eq!(faults("socket", "http://192.0.2.5:2375"), 1);
        assert_eq!(faults("tcp", "/var/run/docker.sock"), 1);
    }
}
