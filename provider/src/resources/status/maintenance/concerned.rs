//! The monitors and status pages that a maintenance concerns. The server has them apart from it, replaces all of them at
//! once, and drops the old ones before it finds that a new one does not exist: so that is found out before.

use std::collections::BTreeSet;

use serde_json::Value;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::model::Maintenance;
use crate::api::uptime_kuma::Error;
use crate::diagnose;
use crate::resources::status::server::Server;

/// Refuses a plan that names monitors or status pages that are not on the server.
pub(super) async fn check(server: &Server, planned: &Maintenance) -> Result<(), Diagnostics> {
    let failed = |error: Error| diagnose::status::call(server.name(), "reading monitors and status pages", &error);
    let session = server.session();
    let mut missing = Diagnostics::new();
    if let Some(wanted) = planned.monitors.known() {
        let there = session.monitors().snapshot().await.map_err(failed)?;
        let gone: Vec<String> = wanted
            .iter()
            .filter(|id| !there.contains_key(id))
            .map(ToString::to_string)
            .collect();
        missing.extend(absent(server, "monitors", "monitor", &gone));
    }
    if let Some(wanted) = planned.status_pages.known() {
        let mut gone = Vec::new();
        for slug in wanted {
            if session.status_pages().get(slug).await.map_err(failed)?.is_none() {
                gone.push(slug.clone());
            }
        }
        missing.extend(absent(server, "status_pages", "status page", &gone));
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

fn absent(server: &Server, attribute: &str, noun: &str, gone: &[String]) -> Option<Diagnostic> {
    if gone.is_empty() {
        return None;
    }
    let detail = format!(
        "{} has no {noun} {}. Refer to the resource that makes it, such as quickfra_status_{}.<name>, so that it is there \
         first. Nothing was changed.",
        server.name(),
        gone.join(", "),
        noun.replace(' ', "_").replace("status_page", "page"),
    );
    let summary = format!("A {noun} of the maintenance does not exist");
    Some(Diagnostic::error(summary, detail).at(Path::root().attribute(attribute)))
}

/// The numbers of the monitors, and the slugs of the status pages.
pub(super) async fn read(server: &Server, id: i64) -> Result<(Vec<i64>, Vec<String>), Error> {
    let session = server.session();
    let monitors = session.maintenances().monitors(id).await?;
    let numbers = session.maintenances().status_pages(id).await?;
    if numbers.is_empty() {
        return Ok((monitors, Vec::new()));
    }
    let pages = session.status_pages().snapshot().await?;
    let slug = |id: &i64| Some(pages.get(id)?.get("slug")?.as_str()?.to_owned());
    // A page that somebody else made since the login has no slug that is known: its number shows that it is there.
    let slugs = numbers.iter().map(|id| slug(id).unwrap_or_else(|| format!("#{id}")));
    Ok((monitors, slugs.collect()))
}

/// Sets both.
pub(super) async fn write(server: &Server, id: i64, planned: &Maintenance) -> Result<(), Error> {
    let maintenances = server.session().maintenances();
    let monitors: Vec<i64> = planned.monitors.known().into_iter().flatten().copied().collect();
    let before: BTreeSet<i64> = maintenances.monitors(id).await?.into_iter().collect();
    if before != monitors.iter().copied().collect() {
        maintenances.set_monitors(id, &monitors).await?;
    }
    let mut pages = Vec::new();
    for slug in planned.status_pages.known().into_iter().flatten() {
        let page = server.session().status_pages().get(slug).await?;
        pages.extend(page.and_then(|page| page.get("id").and_then(Value::as_i64)));
    }
    let before: BTreeSet<i64> = maintenances.status_pages(id).await?.into_iter().collect();
    if before != pages.iter().copied().collect() {
        maintenances.set_status_pages(id, &pages).await?;
    }
    Ok(())
}
