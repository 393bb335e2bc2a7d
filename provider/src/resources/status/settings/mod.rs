//! `quickfra_status_settings`: the settings of a server.

mod days;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Diagnostic, Field, Model, Secret};

use super::fields::{Fields, Reading, Visit, Written};
use super::object::{Kind, Only, Single, single_key};
use super::secrets::{Shown, Words};
use super::server::{Server, ServerFacts, ServerStack, check_endpoint, on_server};
use crate::api::uptime_kuma::{Error, Object};
use days::Days;

/// The settings of an Uptime Kuma, which it has once.
///
/// What is left out is left alone: a setting that this resource was never given is neither changed nor looked at. One that
/// is taken out of the configuration goes back to what it is on a new server, as the plan shows. After an import, all that
/// was ever set on the server is in the state, so the first plan shows what the configuration leaves out. Destroying the
/// resource leaves the settings as they are.
///
/// Authentication cannot be switched off here: whoever reaches the page would be administrator, and anything of this
/// resource could be undone by anybody.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Settings {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Whether the server looks for new releases of itself. On a new server: `true`.
    #[attribute(optional)]
    pub check_update: Field<bool>,
    /// Whether it looks for beta releases too. On a new server: `false`.
    #[attribute(optional)]
    pub check_beta: Field<bool>,
    /// The address that notifications link to, such as `https://status.example.com`. On a new server: none.
    #[attribute(optional, validate = validators::url)]
    pub primary_base_url: Field<String>,
    /// Time zone of the server, such as `Europe/Berlin`. On a new server: that of its machine. A variable `TZ` in the
    /// server's environment wins after a restart.
    #[attribute(optional, validate = validators::not_empty)]
    pub server_timezone: Field<String>,
    /// Whether search engines may list the server. On a new server: `false`.
    #[attribute(optional)]
    pub search_engine_index: Field<bool>,
    /// What a visitor of the server's address sees: `dashboard`, or `statusPage-<slug>` for a status page. On a new server:
    /// `dashboard`.
    #[attribute(optional, validate = check_entry_page)]
    pub entry_page: Field<String>,
    /// How many days of history are kept; 0 for all. On a new server: 180.
    #[attribute(optional, validate = validators::range(0..=36_500))]
    pub keep_data_period_days: Field<i64>,
    /// How many days before a certificate ends it is told. On a new server: 7, 14 and 21.
    #[attribute(optional, validate = check_days)]
    pub tls_expiry_notify_days: Field<Vec<i64>>,
    /// How many days before the registration of a domain ends it is told; from 2.1. On a new server: 7, 14 and 21.
    #[attribute(optional, validate = check_days)]
    pub domain_expiry_notify_days: Field<Vec<i64>>,
    /// Whether the server believes what a proxy in front of it says of its visitors: their address, and the host name of a
    /// status page with a domain of its own. On a new server: `false`. Switch it on where the server is behind the ingress
    /// of a stack, and only there.
    #[attribute(optional)]
    pub trust_proxy: Field<bool>,
    /// Whether a server in a container keeps answers of name servers. On a new server: `true`.
    #[attribute(optional)]
    pub nscd: Field<bool>,
    /// Path of the browser for monitors of type `real-browser`. On a new server: it is searched for.
    #[attribute(optional, validate = validators::not_empty)]
    pub chrome_executable: Field<String>,
    /// Key of Steam's interface, for monitors of type `steam`.
    #[attribute(optional, write_only)]
    pub steam_api_key_wo: Field<Secret>,
    /// Token of Globalping, for monitors of type `globalping`; from 2.1.
    #[attribute(optional, write_only)]
    pub globalping_api_token_wo: Field<Secret>,
    /// Raise it to write the write-only values again. Without it, they are written when they change.
    #[attribute(optional)]
    pub secrets_wo_version: Field<i64>,
    /// The write-only values that were written or that an import found, in words: `set`, or `changed on the server`.
    #[attribute(computed)]
    pub secrets: Field<Words>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
on_server!(Settings);

/// A field that is null means the value of a new server, which is written only where one that was given is taken out.
impl Fields for Settings {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.truth("check_update", "checkUpdate", &mut self.check_update, true);
        visit.truth("check_beta", "checkBeta", &mut self.check_beta, false);
        visit.text("primary_base_url", "primaryBaseURL", &mut self.primary_base_url, None);
        visit.text("server_timezone", "serverTimezone", &mut self.server_timezone, None);
        visit.truth(
            "search_engine_index",
            "searchEngineIndex",
            &mut self.search_engine_index,
            false,
        );
        visit.text("entry_page", "entryPage", &mut self.entry_page, Some(DASHBOARD));
        let period = &mut self.keep_data_period_days;
        visit.number("keep_data_period_days", "keepDataPeriodDays", period, Some(180));
        let days = &mut Days(&mut self.tls_expiry_notify_days);
        visit.json("tls_expiry_notify_days", "tlsExpiryNotifyDays", days);
        let days = &mut Days(&mut self.domain_expiry_notify_days);
        visit.json("domain_expiry_notify_days", DOMAIN_DAYS, days);
        visit.truth("trust_proxy", "trustProxy", &mut self.trust_proxy, false);
        visit.truth("nscd", "nscd", &mut self.nscd, true);
        visit.text(
            "chrome_executable",
            "chromeExecutable",
            &mut self.chrome_executable,
            None,
        );
        visit.secret("steam_api_key_wo", STEAM_KEY, &mut self.steam_api_key_wo);
        visit.secret(
            "globalping_api_token_wo",
            GLOBALPING_TOKEN,
            &mut self.globalping_api_token_wo,
        );
    }
}

const DASHBOARD: &str = "dashboard";
const DOMAIN_DAYS: &str = "domainExpiryNotifyDays";
const STEAM_KEY: &str = "steamAPIKey";
const GLOBALPING_TOKEN: &str = "globalpingApiToken";

/// A field that may have no value.
trait Optional {
    fn is_null(&self) -> bool;
    fn clear(&mut self);
}

impl<T> Optional for Field<T> {
    fn is_null(&self) -> bool {
        Self::is_null(self)
    }

    fn clear(&mut self) {
        *self = Self::Null;
    }
}

impl Settings {
    /// Shows each setting but the secrets, by its name on the server.
    fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Optional)) {
        visit("checkUpdate", &mut self.check_update);
        visit("checkBeta", &mut self.check_beta);
        visit("primaryBaseURL", &mut self.primary_base_url);
        visit("serverTimezone", &mut self.server_timezone);
        visit("searchEngineIndex", &mut self.search_engine_index);
        visit("entryPage", &mut self.entry_page);
        visit("keepDataPeriodDays", &mut self.keep_data_period_days);
        visit("tlsExpiryNotifyDays", &mut self.tls_expiry_notify_days);
        visit(DOMAIN_DAYS, &mut self.domain_expiry_notify_days);
        visit("trustProxy", &mut self.trust_proxy);
        visit("nscd", &mut self.nscd);
        visit("chromeExecutable", &mut self.chrome_executable);
    }

    /// The settings that were not given, by their names on the server.
    fn left_out(&self) -> BTreeSet<&'static str> {
        let mut left_out = BTreeSet::new();
        self.clone().each(&mut |key, field| {
            if field.is_null() {
                left_out.insert(key);
            }
        });
        left_out
    }
}

/// The kind of settings.
pub struct SettingsKind;

impl Single for SettingsKind {
    const WORD: &'static str = "settings";
}

impl Kind for SettingsKind {
    type Model = Settings;
    single_key!();
    const NAME: &'static str = "quickfra_status_settings";
    const NOUN: &'static str = "settings";

    fn secrets(model: &mut Settings) -> Option<(&mut Shown, Field<i64>)> {
        Some((&mut model.secrets, model.secrets_wo_version))
    }

    fn forget(_: &mut Settings) {}

    fn knows(facts: &ServerFacts, key: &str) -> bool {
        ![DOMAIN_DAYS, GLOBALPING_TOKEN].contains(&key) || facts.version.at_least(2, 1)
    }

    async fn find(server: &Server, _: &Only<Self>) -> Result<Option<Object>, Error> {
        server.session().settings().get().await.map(Some)
    }

    async fn all(_: &Server) -> Result<Vec<(Only<Self>, String)>, Error> {
        Ok(vec![(Only::default(), String::new())])
    }

    async fn add(server: &Server, wanted: Object, planned: &Settings) -> Result<Only<Self>, Error> {
        let wanted = given(wanted, planned);
        server.session().settings().change(&wanted, None).await?;
        Ok(Only::default())
    }

    async fn save(server: &Server, _: &Only<Self>, wanted: Object, planned: &Settings) -> Result<Option<()>, Error> {
        Self::add(server, wanted, planned).await?;
        Ok(Some(()))
    }

    /// What was taken out of the configuration goes back to what it is on a new server.
    async fn complete(
        server: &Server,
        _: &Only<Self>,
        prior: Option<&Settings>,
        planned: &Settings,
    ) -> Result<(), Error> {
        let Some(prior) = prior else { return Ok(()) };
        let back = taken_out(prior, planned);
        if back.is_empty() {
            return Ok(());
        }
        server.session().settings().change(&back, None).await
    }

    /// Not called: they stay.
    async fn delete(_: &Server, _: &Only<Self>, _: &Settings) -> Result<(), Error> {
        Ok(())
    }

    fn read(object: &Object, state: &mut Settings, imported: bool) -> BTreeMap<String, Option<Secret>> {
        let left_out = state.left_out();
        let secrets = Reading::into(object, state);
        state.each(&mut |key, field| {
            let foreign = if imported {
                !object.contains_key(key)
            } else {
                left_out.contains(key)
            };
            if foreign {
                field.clear();
            }
        });
        secrets
    }

    fn stays(_: &Settings) -> Option<Diagnostic> {
        Some(Diagnostic::warning(
            "The settings of Uptime Kuma stay as they are",
            "A server is never without settings, so there is nothing to delete: they are no longer managed. To put one back, \
             take it out of the configuration and apply before the resource is removed.",
        ))
    }
}

/// What is sent of what is wanted: nothing of what is left out. A secret that is taken away is empty, as the web page
/// stores it.
fn given(wanted: Object, planned: &Settings) -> Object {
    let left_out = planned.left_out();
    let given = wanted.into_iter().filter(|(key, _)| !left_out.contains(key.as_str()));
    let empty = |key: &str, value: &Value| value.is_null() && [STEAM_KEY, GLOBALPING_TOKEN].contains(&key);
    given
        .map(|(key, value)| {
            let value = if empty(&key, &value) { json!("") } else { value };
            (key, value)
        })
        .collect()
}

/// The settings that were given before and are left out now, with the values of a new server.
fn taken_out(prior: &Settings, planned: &Settings) -> Object {
    let (before, now) = (prior.left_out(), planned.left_out());
    let mut back = Written::of(&Settings::default()).object();
    back.retain(|key, _| now.contains(key.as_str()) && !before.contains(key.as_str()));
    back
}

fn check_entry_page(page: &str) -> Result<(), String> {
    if page == DASHBOARD || page.strip_prefix("statusPage-").is_some_and(|slug| !slug.is_empty()) {
        return Ok(());
    }
    Err(format!(
        "must be {DASHBOARD}, or statusPage- and the slug of a status page."
    ))
}

fn check_days(days: &[i64]) -> Result<(), String> {
    if days.iter().all(|day| (1..=3650).contains(day)) {
        return Ok(());
    }
    Err("must be numbers of days from 1 to 3650.".to_owned())
}

#[cfg(test)]
mod tests;
