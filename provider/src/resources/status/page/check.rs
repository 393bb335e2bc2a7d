//! What can be refused once the server is known. It saves a page in several steps and takes none back, so what one of them
//! would fail at is found out before.

use std::collections::BTreeSet;

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::dialect;
use super::identity::Slug;
use super::model::Page;
use crate::api::uptime_kuma::Error;
use crate::api::uptime_kuma::session::Dialect;
use crate::diagnose;
use crate::resources::status::monitor::MonitorKind;
use crate::resources::status::references::{self, absent};
use crate::resources::status::server::Server;

/// Refuses a plan that the server would refuse in the midst of it.
pub(super) async fn check(server: &Server, key: Option<&Slug>, planned: &Page) -> Result<(), Diagnostics> {
    let failed = |error: Error| diagnose::status::call(server.name(), "reading status pages and monitors", &error);
    let mut refused = Diagnostics::new();
    if let (None, Some(slug)) = (key, planned.slug.known())
        && super::validate::slug(slug).is_ok()
        && server
            .session()
            .status_pages()
            .get(slug)
            .await
            .map_err(failed)?
            .is_some()
    {
        refused.push(taken(server, slug));
    }
    let there = references::there::<MonitorKind>(server).await.map_err(failed)?;
    let mut told = BTreeSet::new();
    for (group, number) in planned.group.iter().zip(0..) {
        for (monitor, place) in group.monitor.iter().zip(0..) {
            let at = |attribute| {
                let group = Path::root().attribute("group").index(number);
                group.attribute("monitor").index(place).attribute(attribute)
            };
            let new = monitor.id.known().filter(|id| told.insert(**id));
            refused.extend(absent::<MonitorKind, _>(server.name(), "page", new, &there, at("id")));
            if monitor.url.is_known() && server.facts().version.dialect() == Dialect::One {
                refused.push(lacks(server, "links of your own on a status page").at(at("url")));
            }
        }
    }
    if let Some(kind) = planned
        .analytics
        .as_ref()
        .and_then(|analytics| analytics.r#type.known())
        && kind != "google"
        && !dialect::any_analytics(&server.facts().version)
    {
        let place = Path::root().attribute("analytics").attribute("type");
        refused.push(lacks(server, &format!("analytics of {kind}: it has google only")).at(place));
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

fn taken(server: &Server, slug: &str) -> Diagnostic {
    Diagnostic::error(
        "There is a status page of this slug already",
        format!(
            "{} has a status page {slug}. Nothing was changed.\n\nTo manage that page, import it: the id is {}. Otherwise \
             choose another slug.",
            server.name(),
            server.name().id_of(slug)
        ),
    )
    .at(Path::root().attribute("slug"))
}

fn lacks(server: &Server, what: &str) -> Diagnostic {
    Diagnostic::error(
        "This version of Uptime Kuma lacks it",
        format!(
            "{} is of version {}, which lacks {what}. Leave it out, or bring the server to a newer version. Nothing was \
             changed.",
            server.name(),
            server.facts().version
        ),
    )
}
