//! `quickfra_status_monitor`: a monitor, by its name or its number.

use tfplugin::server::{Call, DataSource};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::facts::Monitor;
use super::server;
use crate::api::uptime_kuma::connection::{Health, Status};
use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack_reference::StackReference;
use crate::resources::status::server::check_endpoint;

/// A monitor of Uptime Kuma, whoever made it, by its name or its number.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct FoundMonitor {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<StackReference>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Its name. It must be the only one of that name.
    #[attribute(optional)]
    pub name: Field<String>,
    /// Its number, in place of the name.
    #[attribute(optional)]
    pub id: Field<i64>,
    /// What was found.
    #[attribute(computed)]
    pub monitor: Field<Monitor>,
    /// How it is doing, as of the reading; null for a monitor that never ran.
    #[attribute(computed)]
    pub health: Field<MonitorHealth>,
}

/// How a monitor is doing.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct MonitorHealth {
    /// `up`, `down`, `pending` or `maintenance`.
    #[attribute(computed)]
    pub status: Field<String>,
    /// Milliseconds of the last check; null where there is no such time.
    #[attribute(computed)]
    pub ping: Field<f64>,
    /// Share of the last 24 hours that it was up, from 0 to 1; null where the server tells none.
    #[attribute(computed)]
    pub uptime_day: Field<f64>,
    /// Share of the last 30 days that it was up, from 0 to 1; null where the server tells none.
    #[attribute(computed)]
    pub uptime_month: Field<f64>,
}

impl MonitorHealth {
    /// What the server says of a check is left out: it may tell of what was watched.
    fn of(health: &Health) -> Self {
        let status = health.status.map(|status| match status {
            Status::Down => "down",
            Status::Up => "up",
            Status::Pending => "pending",
            Status::Maintenance => "maintenance",
        });
        Self {
            status: Field::from(status.map(str::to_owned)),
            ping: Field::from(health.ping),
            uptime_day: Field::from(health.uptime_day),
            uptime_month: Field::from(health.uptime_month),
        }
    }
}

/// The data source `quickfra_status_monitor`.
pub struct MonitorData {
    shared: Shared,
}

impl MonitorData {
    /// The data source over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl DataSource for MonitorData {
    type Model = FoundMonitor;
    const NAME: &'static str = "quickfra_status_monitor";

    fn validate(&self, config: &FoundMonitor, diagnostics: &mut Diagnostics) {
        server::validate(&config.stack, &config.endpoint, diagnostics);
        let id = Path::root().attribute("id");
        match (&config.name, &config.id) {
            (Field::Null, Field::Null) => diagnostics.push(Diagnostic::error(
                "No monitor is named",
                "Write the monitor's name, or its id.",
            )),
            (Field::Known(_), Field::Known(_)) => diagnostics.push(
                Diagnostic::error("A monitor is named twice", "Keep the name or the id; either is enough.").at(id),
            ),
            _ => {}
        }
    }

    async fn read(&self, call: &Call, mut config: FoundMonitor) -> Result<FoundMonitor, Diagnostics> {
        let Some(server) = server::reach(&self.shared, call, &config.stack, &config.endpoint).await? else {
            return Ok(config);
        };
        let failed = |error| diagnose::status::call(server.name(), "reading the monitors", &error);
        let all = server.session().monitors().snapshot().await.map_err(failed)?;
        let wanted = |id: i64, name: &str| match (&config.id, &config.name) {
            (Field::Known(wanted), _) => *wanted == id,
            (_, Field::Known(wanted)) => wanted == name,
            _ => false,
        };
        let found: Vec<_> = all
            .iter()
            .filter(|(id, monitor)| wanted(**id, monitor.name()))
            .collect();
        match found.as_slice() {
            [(id, monitor)] => {
                config.monitor = Field::Known(Monitor::of(**id, monitor));
                let health = server.session().monitors().health(**id).await.map_err(failed)?;
                config.health = Field::from(health.as_ref().map(MonitorHealth::of));
            }
            [] => {
                let asked = match (&config.id, &config.name) {
                    (Field::Known(id), _) => id.to_string(),
                    (_, name) => name.known().cloned().unwrap_or_default(),
                };
                let meant = crate::suggest::question(&asked, all.values().map(|monitor| monitor.name()));
                return Err(Diagnostic::error(
                    "The monitor is not on the server",
                    format!(
                        "{} has no monitor {asked:?}, among {}.{meant}",
                        server.name(),
                        all.len()
                    ),
                )
                .into());
            }
            several => {
                let ids: Vec<String> = several.iter().map(|(id, _)| id.to_string()).collect();
                return Err(Diagnostic::error(
                    "Several monitors are called so",
                    format!(
                        "{} has the monitors {} of this name: write the id of one.",
                        server.name(),
                        ids.join(", ")
                    ),
                )
                .at(Path::root().attribute("name"))
                .into());
            }
        }
        Ok(config)
    }
}
