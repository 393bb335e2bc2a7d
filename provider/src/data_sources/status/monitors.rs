//! `quickfra_status_monitors`: all monitors, or some of them.

use tfplugin::server::{Call, DataSource};
use tfplugin::{Diagnostics, Field, Model};

use super::facts::Monitor;
use super::server;
use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack_reference::StackReference;
use crate::resources::status::server::check_endpoint;

/// The monitors of an Uptime Kuma, whoever made them: all, or those that meet each of the conditions.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct FoundMonitors {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<StackReference>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Only those of this type, as the server calls it, such as `http` or `json-query`.
    #[attribute(optional)]
    pub r#type: Field<String>,
    /// Only those that carry the tag of this name.
    #[attribute(optional)]
    pub tag: Field<String>,
    /// Only those whose tag has this value there. Needs `tag`.
    #[attribute(optional)]
    pub tag_value: Field<String>,
    /// Only those whose name holds this text.
    #[attribute(optional)]
    pub name_contains: Field<String>,
    /// What was found, by ascending number.
    #[attribute(computed)]
    pub monitors: Field<Vec<Monitor>>,
}

/// The data source `quickfra_status_monitors`.
pub struct MonitorsData {
    shared: Shared,
}

impl MonitorsData {
    /// The data source over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl DataSource for MonitorsData {
    type Model = FoundMonitors;
    const NAME: &'static str = "quickfra_status_monitors";

    fn validate(&self, config: &FoundMonitors, diagnostics: &mut Diagnostics) {
        server::validate(&config.stack, &config.endpoint, diagnostics);
        if config.tag.is_null() && config.tag_value.is_known() {
            let path = tfplugin::value::Path::root().attribute("tag_value");
            let detail = "A value is that of a tag: write the name of the tag in tag, too.";
            diagnostics.push(tfplugin::Diagnostic::error("A value without its tag", detail).at(path));
        }
    }

    async fn read(&self, call: &Call, mut config: FoundMonitors) -> Result<FoundMonitors, Diagnostics> {
        let Some(server) = server::reach(&self.shared, call, &config.stack, &config.endpoint).await? else {
            return Ok(config);
        };
        let failed = |error| diagnose::status::call(server.name(), "reading the monitors", &error);
        let all = server.session().monitors().snapshot().await.map_err(failed)?;
        let told = all.iter().map(|(id, monitor)| Monitor::of(*id, monitor));
        let found = told.filter(|monitor| meets(&config, monitor)).collect();
        config.monitors = Field::Known(found);
        Ok(config)
    }
}

/// Whether a monitor meets the conditions.
fn meets(config: &FoundMonitors, monitor: &Monitor) -> bool {
    let same = |wanted: &Field<String>, found: &Field<String>| wanted.is_null() || wanted == found;
    let name = monitor.name.known().map_or("", String::as_str);
    let part = config.name_contains.known().map_or("", String::as_str);
    let tags = monitor.tags.known().map_or(&[][..], Vec::as_slice);
    let tagged = config.tag.is_null()
        || tags
            .iter()
            .any(|tag| tag.name == config.tag && same(&config.tag_value, &tag.value));
    same(&config.r#type, &monitor.r#type) && name.contains(part) && tagged
}

#[cfg(test)]
mod tests {
    use super::super::facts::MonitorTag;
    use super::*;

    fn known(text: &str) -> Field<String> {
        Field::Known(text.to_owned())
    }

    #[test]
    fn each_condition_counts() {
        let monitor = Monitor {
            name: known("shop site"),
            r#type: known("http"),
            tags: Field::Known(vec![MonitorTag {
                name: known("env"),
                value: known("prod"),
                ..MonitorTag::default()
            }]),
            ..Monitor::default()
        };
        let meets = |change: fn(&mut FoundMonitors)| {
            let mut config = FoundMonitors::default();
            change(&mut config);
            meets(&config, &monitor)
        };
        assert!(meets(|_| {}));
        assert!(meets(|config| config.r#type = known("http")));
        assert!(!meets(|config| config.r#type = known("push")));
        assert!(meets(|config| config.name_contains = known("site")));
        assert!(!meets(|config| config.name_contains = known("Site")));
        assert!(meets(|config| config.tag = known("env")));
        assert!(!meets(|config| config.tag = known("team")));
        assert!(!meets(
            |config| (config.tag, config.tag_value) = (known("env"), known("test"))
        ));
    }
}
