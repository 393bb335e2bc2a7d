//! The monitors and status pages that a maintenance concerns. The server has them apart from it, replaces all of them at
//! once, and drops the old ones before it finds that a new one does not exist: so that is found out before.

use std::collections::BTreeSet;

use serde_json::Value;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::model::Maintenance;
use crate::api::uptime_kuma::Error;
use crate::diagnose;
use crate::resources::status::monitor::MonitorKind;
use crate::resources::status::object::Kind as _;
use crate::resources::status::page::PageKind;
use crate::resources::status::references::{self, Names, absent};
use crate::resources::status::server::{Server, ServerName};

/// What refers to them.
const OF: &str = "maintenance";

/// Refuses a plan that names monitors or status pages that are not on the server.
pub(super) async fn check(server: &Server, planned: &Maintenance) -> Result<(), Diagnostics> {
    let failed = |error: Error| diagnose::status::call(server.name(), "reading monitors and status pages", &error);
    let mut missing = Diagnostics::new();
    if let Some(wanted) = planned.monitors.known() {
        let there = references::there::<MonitorKind>(server).await.map_err(failed)?;
        missing.extend(no_monitors(server.name(), wanted, &there));
    }
    if let Some(wanted) = planned.status_pages.known() {
        let pages = pages(server, wanted).await.map_err(failed)?;
        missing.extend(no_pages(server.name(), wanted, &pages));
    }
    missing.into_result()
}

fn no_monitors(server: &ServerName, wanted: &BTreeSet<i64>, there: &Names) -> Option<Diagnostic> {
    let path = Path::root().attribute("monitors");
    absent::<MonitorKind, _>(server, OF, wanted, there, path)
}

fn no_pages(server: &ServerName, wanted: &BTreeSet<String>, there: &Names<String>) -> Option<Diagnostic> {
    let path = Path::root().attribute("status_pages");
    absent::<PageKind, _>(server, OF, wanted, there, path)
}

/// The status pages that are there, by their slugs. The server sends their list at the login only, so each that is wanted
/// is asked for.
async fn pages(server: &Server, wanted: &BTreeSet<String>) -> Result<Names<String>, Error> {
    let known = PageKind::all(server).await?;
    let mut there: Names<String> = known.into_iter().map(|(slug, title)| (slug.0, title)).collect();
    for slug in wanted {
        if server.session().status_pages().get(slug).await?.is_none() {
            there.remove(slug);
        } else if !there.contains_key(slug) {
            there.insert(slug.clone(), String::new());
        }
    }
    Ok(there)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_named_at_its_attribute() {
        let server = ServerName::endpoint("https://status.example.net");
        let monitors = Names::from([(1, "site".to_owned())]);
        let pages = Names::from([("public".to_owned(), "Public".to_owned())]);
        assert!(no_monitors(&server, &BTreeSet::from([1]), &monitors).is_none());
        assert!(no_pages(&server, &BTreeSet::from(["public".to_owned()]), &pages).is_none());
        let told = [
            no_monitors(&server, &BTreeSet::from([1, 2]), &monitors),
            no_pages(&server, &BTreeSet::from(["private".to_owned()]), &pages),
        ];
        let told = told.map(|error| {
            let error = error.unwrap();
            let detail = error.detail.split("\n\n").next().unwrap();
            format!("{}: {}. {detail}", error.path.unwrap(), error.summary)
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        monitors: A monitor of the maintenance does not exist. Uptime Kuma at https://status.example.net has no monitor 2. It has 1 (site).
        status_pages: A status page of the maintenance does not exist. Uptime Kuma at https://status.example.net has no status page private. It has public (Public).
        ");
    }
}
