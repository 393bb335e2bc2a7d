//! `quickfra_status_objects`: everything that can be managed, with the `import` blocks that take it over.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tfplugin::server::{Call, DataSource};
use tfplugin::{Diagnostics, Field, Model};

use super::server;
use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack_reference::StackReference;
use crate::resources::status::api_key::ApiKeyKind;
use crate::resources::status::docker_host::DockerHostKind;
use crate::resources::status::maintenance::MaintenanceKind;
use crate::resources::status::monitor::MonitorKind;
use crate::resources::status::notification::NotificationKind;
use crate::resources::status::object::Kind;
use crate::resources::status::page::PageKind;
use crate::resources::status::proxy::ProxyKind;
use crate::resources::status::remote_browser::RemoteBrowserKind;
use crate::resources::status::server::{Server, check_endpoint};
use crate::resources::status::settings::SettingsKind;
use crate::resources::status::tag::TagKind;

/// Everything in an Uptime Kuma that a resource can manage, whoever made it: monitors, notifications, tags, proxies, Docker
/// hosts, remote browsers, status pages, maintenances, API keys and the settings.
///
/// It is there to take over what was made by hand: `import_blocks` is the text of a file that imports all of it. See the
/// guide on Uptime Kuma. Terraform 1.14 and newer can do the same with `terraform query`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct FoundObjects {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<StackReference>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Only those whose name or title holds this text.
    #[attribute(optional)]
    pub name_contains: Field<String>,
    /// What was found, by kind.
    #[attribute(computed)]
    pub objects: Field<Vec<FoundObject>>,
    /// An `import` block for each of them.
    #[attribute(computed)]
    pub import_blocks: Field<String>,
}

/// An object, as it was found.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct FoundObject {
    /// The resource that can manage it, such as `quickfra_status_monitor`.
    #[attribute(computed)]
    pub resource: Field<String>,
    /// Its name or title; null for the settings, which have none.
    #[attribute(computed)]
    pub name: Field<String>,
    /// The id that imports it.
    #[attribute(computed)]
    pub import_id: Field<String>,
    /// The address that `import_blocks` gives it: made of its name, so that it can be read.
    #[attribute(computed)]
    pub address: Field<String>,
}

/// The data source `quickfra_status_objects`.
pub struct ObjectsData {
    shared: Shared,
}

impl ObjectsData {
    /// The data source over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl DataSource for ObjectsData {
    type Model = FoundObjects;
    const NAME: &'static str = "quickfra_status_objects";

    fn validate(&self, config: &FoundObjects, diagnostics: &mut Diagnostics) {
        server::validate(&config.stack, &config.endpoint, diagnostics);
    }

    async fn read(&self, call: &Call, mut config: FoundObjects) -> Result<FoundObjects, Diagnostics> {
        let Some(server) = server::reach(&self.shared, call, &config.stack, &config.endpoint).await? else {
            return Ok(config);
        };
        let mut found = Found::new(&server, config.name_contains.known().map_or("", String::as_str));
        found.all::<TagKind>().await?;
        found.all::<ProxyKind>().await?;
        found.all::<DockerHostKind>().await?;
        if server.facts().version.at_least(2, 0) {
            found.all::<RemoteBrowserKind>().await?;
        }
        found.all::<NotificationKind>().await?;
        found.all::<MonitorKind>().await?;
        found.all::<PageKind>().await?;
        found.all::<MaintenanceKind>().await?;
        found.all::<ApiKeyKind>().await?;
        found.all::<SettingsKind>().await?;
        let objects = found.objects;
        config.import_blocks = Field::Known(blocks(&objects));
        config.objects = Field::Known(objects);
        Ok(config)
    }
}

/// What was found so far.
struct Found<'a> {
    server: &'a Server,
    part: &'a str,
    objects: Vec<FoundObject>,
}

impl<'a> Found<'a> {
    fn new(server: &'a Server, part: &'a str) -> Self {
        Self {
            server,
            part,
            objects: Vec::new(),
        }
    }

    /// Adds all of a kind.
    async fn all<K: Kind>(&mut self) -> Result<(), Diagnostics> {
        let failed = |error| diagnose::status::call(self.server.name(), &format!("listing each {}", K::NOUN), &error);
        let all = K::all(self.server).await.map_err(failed)?;
        let mut labels = BTreeSet::new();
        for (key, name) in all.into_iter().filter(|(_, name)| name.contains(self.part)) {
            let key = key.to_string();
            let label = label(&name, &key, &mut labels);
            self.objects.push(FoundObject {
                resource: Field::Known(K::NAME.to_owned()),
                name: Field::from(Some(name).filter(|name| !name.is_empty())),
                import_id: Field::Known(self.server.name().id_of(&key)),
                address: Field::Known(format!("{}.{label}", K::NAME)),
            });
        }
        Ok(())
    }
}

/// A name for a configuration, which no other object of the kind has.
fn label(name: &str, key: &str, taken: &mut BTreeSet<String>) -> String {
    let words = |text: &str| {
        let signs = text.chars().map(|sign| {
            if sign.is_ascii_alphanumeric() {
                sign.to_ascii_lowercase()
            } else {
                '_'
            }
        });
        let words: String = signs.collect();
        words
            .split('_')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_")
    };
    let (mut label, key) = (words(name), words(key));
    if label.is_empty() {
        label.clone_from(&key);
    }
    if label.starts_with(|sign: char| sign.is_ascii_digit()) {
        label.insert(0, '_');
    }
    while taken.contains(&label) {
        label = format!("{label}_{key}");
    }
    taken.insert(label.clone());
    label
}

/// The `import` blocks.
fn blocks(objects: &[FoundObject]) -> String {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    let mut blocks = String::new();
    for object in objects {
        let (address, id) = (text(&object.address), text(&object.import_id));
        // Text can always be written to.
        let _ = writeln!(blocks, "import {{\n  to = {address}\n  id = {}\n}}\n", quoted(&id));
    }
    blocks
}

/// A text of the configuration language, in which nothing is a template.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels_that_differ() {
        let mut taken = BTreeSet::new();
        let mut of = |name: &str, key: &str| label(name, key, &mut taken);
        assert_eq!(of("Shop (EU)", "1"), "shop_eu");
        assert_eq!(of("shop EU", "2"), "shop_eu_2");
        assert_eq!(of("shop eu 2", "3"), "shop_eu_2_3");
        assert_eq!(of("1st", "4"), "_1st");
        assert_eq!(of("übersicht", "5"), "bersicht");
        assert_eq!(of("日本", "6"), "_6");
        assert_eq!(of("", "settings"), "settings");
        assert_eq!(of("\"} resource {", "7"), "resource");
    }

    #[test]
    fn each_object_has_its_block() {
        let object = FoundObject {
            resource: Field::Known("quickfra_status_tag".to_owned()),
            name: Field::Known("a".to_owned()),
            import_id: Field::Known("https://status.example.net#1${x}\"".to_owned()),
            address: Field::Known("quickfra_status_tag.a".to_owned()),
        };
        insta::assert_snapshot!(blocks(&[object]), @r#"
        import {
          to = quickfra_status_tag.a
          id = "https://status.example.net#1$${x}\""
        }
        "#);
    }
}
