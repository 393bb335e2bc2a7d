//! `quickfra_status_page`: a status page, by its slug.

use serde_json::Value;
use tfplugin::server::{Call, DataSource};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::server;
use crate::api::uptime_kuma::Object;
use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack_reference::StackReference;
use crate::resources::status::server::check_endpoint;

/// A status page of Uptime Kuma, whoever made it, by the last part of its address.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct FoundPage {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<StackReference>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// The last part of its address.
    #[attribute(required)]
    pub slug: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed)]
    pub id: Field<i64>,
    /// Its title.
    #[attribute(computed)]
    pub title: Field<String>,
    /// The text below the title.
    #[attribute(computed)]
    pub description: Field<String>,
    /// Its theme: `auto`, `light` or `dark`.
    #[attribute(computed)]
    pub theme: Field<String>,
    /// The host names that show it in place of the server's own start page.
    #[attribute(computed)]
    pub domains: Field<Vec<String>>,
    /// Its public address; null for a server that has none.
    #[attribute(computed)]
    pub url: Field<String>,
    /// Its groups of monitors, in their order.
    #[attribute(computed)]
    pub groups: Field<Vec<PageGroup>>,
}

/// A group of monitors on a page.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct PageGroup {
    /// Its name.
    #[attribute(computed)]
    pub name: Field<String>,
    /// The numbers of its monitors, in their order.
    #[attribute(computed)]
    pub monitors: Field<Vec<i64>>,
}

/// The data source `quickfra_status_page`.
pub struct PageData {
    shared: Shared,
}

impl PageData {
    /// The data source over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl DataSource for PageData {
    type Model = FoundPage;
    const NAME: &'static str = "quickfra_status_page";

    fn validate(&self, config: &FoundPage, diagnostics: &mut Diagnostics) {
        server::validate(&config.stack, &config.endpoint, diagnostics);
    }

    async fn read(&self, call: &Call, mut config: FoundPage) -> Result<FoundPage, Diagnostics> {
        let Some(server) = server::reach(&self.shared, call, &config.stack, &config.endpoint).await? else {
            return Ok(config);
        };
        let slug = config.slug.known().cloned().unwrap_or_default();
        let failed =
            |error| diagnose::status::call(server.name(), &format!("reading the status page {slug:?}"), &error);
        let pages = server.session().status_pages();
        let Some(page) = pages.get(&slug).await.map_err(failed)? else {
            return Err(Diagnostic::error(
                "The status page is not on the server",
                format!("{} has no status page with the slug {slug:?}.", server.name()),
            )
            .at(Path::root().attribute("slug"))
            .into());
        };
        let groups = pages.groups(&slug).await.map_err(failed)?.unwrap_or_default();
        fill(&mut config, &page, &groups);
        let url = server.facts().url.as_ref().map(|url| format!("{url}/status/{slug}"));
        config.url = Field::from(url);
        Ok(config)
    }
}

fn fill(config: &mut FoundPage, page: &Object, groups: &[Value]) {
    let text = |key: &str| {
        let text = page.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        Field::from(text.map(str::to_owned))
    };
    config.id = Field::from(page.get("id").and_then(Value::as_i64));
    config.title = text("title");
    config.description = text("description");
    config.theme = text("theme");
    let domains = page.get("domainNameList").and_then(Value::as_array);
    let domains = domains.into_iter().flatten().filter_map(Value::as_str);
    config.domains = Field::Known(domains.map(str::to_owned).collect());
    config.groups = Field::Known(groups.iter().map(group).collect());
}

fn group(group: &Value) -> PageGroup {
    let monitors = group.get("monitorList").and_then(Value::as_array);
    let ids = monitors
        .into_iter()
        .flatten()
        .filter_map(|monitor| monitor.get("id")?.as_i64());
    PageGroup {
        name: Field::from(group.get("name").and_then(Value::as_str).map(str::to_owned)),
        monitors: Field::Known(ids.collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_told_with_its_groups_in_order() {
        let Value::Object(page) = json!({ "id": 1, "title": "Status", "description": null, "theme": "auto",
            "domainNameList": ["status.example.com"] })
        else {
            panic!("no object")
        };
        let groups = [
            json!({ "name": "Web", "monitorList": [{ "id": 7 }, { "id": 3 }] }),
            json!({ "name": "Mail" }),
        ];
        let mut told = FoundPage::default();
        fill(&mut told, &page, &groups);
        assert_eq!((told.id, told.description), (Field::Known(1), Field::Null));
        let Field::Known(groups) = told.groups else {
            panic!("no groups")
        };
        assert_eq!(groups[0].monitors, Field::Known(vec![7, 3]));
        assert_eq!(groups[1].monitors, Field::Known(Vec::new()));
    }
}
