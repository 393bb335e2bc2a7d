//! What a user writes of a status page, and what Terraform shows of it.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use super::groups::{Group, Groups};
use super::icon::{self, Icon};
use super::incident::{Incident, Pinned};
use super::shapes::Domains;
use crate::resources::status::fields::{Fields, Visit, block};
use crate::resources::status::server::{ServerStack, check_endpoint};

/// A status page of Uptime Kuma, which everybody can see: groups of monitors, and an incident while there is one.
///
/// Groups and monitors stand on the page in the order in which they are written. What the page is not told here, such as
/// incidents that somebody posts on the web page, stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Page {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// The last part of the page's address: small letters, digits, and single hyphens between them. Another one makes
    /// another page, without the incidents of before.
    #[attribute(required, replace, validate = super::validate::slug)]
    pub slug: Field<String>,
    /// Its title.
    #[attribute(required, validate = validators::not_empty)]
    pub title: Field<String>,
    /// Text below the title, in Markdown.
    #[attribute(optional)]
    pub description: Field<String>,
    /// Its colours: `auto` follows the visitor's, `light`, `dark`.
    #[attribute(optional, default = "auto", validate = validators::one_of(&["auto", "light", "dark"]))]
    pub theme: Field<String>,
    /// Seconds after which the page loads anew by itself; at least 5. From version 2 on.
    #[attribute(optional, default = 300, validate = validators::range(5..=86_400))]
    pub auto_refresh_interval: Field<i64>,
    /// Host names at which the server shows this page in place of its own start page. A name that another page had is taken
    /// away from it.
    #[attribute(optional, validate = validators::each(validators::domain))]
    pub domains: Field<BTreeSet<String>>,
    /// Style sheet, in CSS.
    #[attribute(optional)]
    pub custom_css: Field<String>,
    /// Text at the bottom, in Markdown.
    #[attribute(optional)]
    pub footer: Field<String>,
    /// Title of the page's RSS feed, in place of its own. From version 2.1 on.
    #[attribute(optional)]
    pub rss_title: Field<String>,
    /// The icon: a web address, or a path of the server such as `/icon.svg`. Either this or `icon_png_base64`; without
    /// both, the page has the server's own icon.
    #[attribute(optional, validate = icon::address)]
    pub icon: Field<String>,
    /// The icon as a PNG picture: `filebase64("logo.png")`. It stands in the state; the server takes less than a megabyte
    /// for the whole page.
    #[attribute(optional, validate = icon::png)]
    pub icon_png_base64: Field<String>,
    /// Whether the tags of monitors are shown.
    #[attribute(optional, default = false)]
    pub show_tags: Field<bool>,
    /// Whether the page says that it is made by Uptime Kuma.
    #[attribute(optional, default = true)]
    pub show_powered_by: Field<bool>,
    /// Whether the page says when certificates expire.
    #[attribute(optional, default = false)]
    pub show_certificate_expiry: Field<bool>,
    /// Whether only the last beat of each monitor is shown. From version 2.1 on.
    #[attribute(optional, default = false)]
    pub show_only_last_heartbeat: Field<bool>,
    /// A service that counts the page's visitors.
    #[block]
    pub analytics: Option<Analytics>,
    /// A group of monitors. Without any, the page is empty.
    #[block]
    pub group: Vec<Group>,
    /// A message at the top of the page. It is posted when the block appears, changed with it, and resolved when the block
    /// goes. Incidents that were posted elsewhere are left alone.
    #[block]
    pub incident: Option<Incident>,
    /// Where the server has the icon. It shows that somebody uploaded another picture.
    #[attribute(computed, keep)]
    pub icon_path: Field<String>,
    /// Address of the page; null for a server that has no public address.
    #[attribute(computed, keep)]
    pub url: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}

/// A service that counts the page's visitors. Before version 2.1, there is only `google`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Analytics {
    /// Which one: `google`, `umami`, `plausible`, `matomo` or `rybbit`.
    #[attribute(required, validate = validators::one_of(&["google", "umami", "plausible", "matomo", "rybbit"]))]
    pub r#type: Field<String>,
    /// What the service calls the page: a measurement, website or site id, or the page's domain.
    #[attribute(required, validate = validators::not_empty)]
    pub id: Field<String>,
    /// Address of the service's script, for all but `google`.
    #[attribute(optional, validate = validators::url)]
    pub script_url: Field<String>,
}

/// What the server knows of a page's analytics.
pub(super) const ANALYTICS: [&str; 3] = ["analyticsType", "analyticsId", "analyticsScriptUrl"];

/// Where the groups stand in what is written and read here; the server has them apart.
pub(super) const GROUPS: &str = "publicGroupList";
/// Where the icon stands; it is written by an argument of its own.
pub(super) const ICON: &str = "icon";
/// Where the pinned incidents stand.
pub(super) const INCIDENTS: &str = "incidents";

impl Fields for Page {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("slug", "slug", &mut self.slug, None);
        visit.text("title", "title", &mut self.title, None);
        visit.text("description", "description", &mut self.description, None);
        visit.text("theme", "theme", &mut self.theme, Some("auto"));
        let refresh = ("auto_refresh_interval", "autoRefreshInterval");
        visit.number(refresh.0, refresh.1, &mut self.auto_refresh_interval, Some(300));
        visit.json("domains", "domainNameList", &mut Domains(&mut self.domains));
        visit.text("custom_css", "customCSS", &mut self.custom_css, None);
        visit.text("footer", "footerText", &mut self.footer, None);
        visit.text("rss_title", "rssTitle", &mut self.rss_title, None);
        let mut icon = Icon {
            address: &mut self.icon,
            png: &mut self.icon_png_base64,
            path: &self.icon_path,
        };
        visit.json("icon", ICON, &mut icon);
        visit.truth("show_tags", "showTags", &mut self.show_tags, false);
        visit.truth("show_powered_by", "showPoweredBy", &mut self.show_powered_by, true);
        let expiry = ("show_certificate_expiry", "showCertificateExpiry");
        visit.truth(expiry.0, expiry.1, &mut self.show_certificate_expiry, false);
        let last = ("show_only_last_heartbeat", "showOnlyLastHeartbeat");
        visit.truth(last.0, last.1, &mut self.show_only_last_heartbeat, false);
        block(visit, "analytics", &mut self.analytics, &|object| {
            object.get("analyticsType").is_some_and(serde_json::Value::is_string)
        });
        visit.json("group", GROUPS, &mut Groups(&mut self.group));
        visit.json("incident", INCIDENTS, &mut Pinned(&mut self.incident));
    }
}

impl Fields for Analytics {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("type", "analyticsType", &mut self.r#type, None);
        visit.text("id", "analyticsId", &mut self.id, None);
        visit.text("script_url", "analyticsScriptUrl", &mut self.script_url, None);
    }
}
