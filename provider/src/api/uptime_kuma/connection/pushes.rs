//! What the server sends without being asked.
//!
//! Several lists cannot be asked for, so each is kept, as [`lists`](super::lists) says, and how monitors are doing, as
//! [`health`](super::health) says. What nobody asks for is not even parsed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::super::object::{Monitor, Object, Snapshot};
use super::super::packet::{self, Malformed};
use super::health::{Beats, Health};
use super::lists::{Lists, Mark, Outdated};

/// The pushes that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Push {
    /// Time zone, and after the login the version.
    Info,
    /// Authentication is switched off, and the connection is logged in.
    AutoLogin,
    /// A login is needed. The older dialect does not say so.
    LoginRequired,
    /// There is no user yet.
    Setup,
    /// All monitors by number, kept up to date with the changes that 2.x sends.
    Monitors,
    Notifications,
    Proxies,
    DockerHosts,
    /// From 2.0.
    RemoteBrowsers,
    ApiKeys,
    Maintenances,
    /// Sent at the login only.
    StatusPages,
    /// From 2.0: what types of monitors can do. Not all types are in it.
    MonitorTypes,
}

impl Push {
    fn of(event: &str) -> Option<Self> {
        Some(match event {
            "info" => Self::Info,
            "autoLogin" => Self::AutoLogin,
            "loginRequired" => Self::LoginRequired,
            "setup" => Self::Setup,
            "monitorList" => Self::Monitors,
            "notificationList" => Self::Notifications,
            "proxyList" => Self::Proxies,
            "dockerHostList" => Self::DockerHosts,
            "remoteBrowserList" => Self::RemoteBrowsers,
            "apiKeyList" => Self::ApiKeys,
            "maintenanceList" => Self::Maintenances,
            "statusPageList" => Self::StatusPages,
            "monitorTypeList" => Self::MonitorTypes,
            _ => return None,
        })
    }

    /// Whether it is a list of objects with numbers.
    fn is_list(self) -> bool {
        !matches!(
            self,
            Self::Info | Self::AutoLogin | Self::LoginRequired | Self::Setup | Self::MonitorTypes
        )
    }
}

/// The last value of each push, and how often it came.
#[derive(Debug, Default)]
pub struct Pushes {
    kept: Mutex<Kept>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    counts: HashMap<Push, u64>,
    values: HashMap<Push, Arc<Value>>,
    lists: Lists,
    beats: Beats,
    ended: bool,
}

/// Lists hold passwords and tokens.
impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.counts.keys()).finish()
    }
}

impl Pushes {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // No code that could panic runs under the lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last value of what is no list, if there was one.
    pub fn last(&self, push: Push) -> Option<Arc<Value>> {
        self.kept().values.get(&push).map(Arc::clone)
    }

    /// The monitors as they were told of last.
    pub fn monitors(&self) -> Snapshot<Monitor> {
        Arc::clone(&self.kept().lists.monitors)
    }

    /// The objects of any other list as they were told of last.
    pub fn rows(&self, list: Push) -> Snapshot<Object> {
        self.kept().lists.others.get(&list).map(Arc::clone).unwrap_or_default()
    }

    /// How a monitor is doing, if the server told of it.
    pub fn health(&self, id: i64) -> Option<Health> {
        self.kept().beats.0.get(&id).cloned()
    }

    /// Whether a monitor was there at the login: of those, the server tells how they are doing.
    pub(in crate::api::uptime_kuma) fn was_there(&self, id: i64) -> bool {
        self.kept().lists.first.contains(&id)
    }

    /// How often it came.
    pub fn count(&self, push: Push) -> u64 {
        self.kept().counts.get(&push).copied().unwrap_or_default()
    }

    /// Waits until `ready` has a result, which it is asked for after every push. None if the connection ends before. The
    /// caller sets the time limit.
    pub async fn wait<T>(&self, mut ready: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            if let Some(result) = ready(self) {
                return Some(result);
            }
            if self.kept().ended || changed.changed().await.is_err() {
                return None;
            }
        }
    }

    /// Takes in an event.
    pub(super) fn note(&self, body: &str) -> Result<(), Malformed> {
        let name = packet::event_name(body)?;
        let first = |body| Ok(packet::arguments(body, true)?.into_iter().next().unwrap_or(Value::Null));
        match name.as_str() {
            // The first list is the one of the login.
            "monitorList" if self.count(Push::Monitors) > 0 => {
                let mut kept = self.kept();
                *kept.counts.entry(Push::Monitors).or_default() += 1;
                kept.lists.offer(body);
            }
            // Before the first list, a change of it says nothing.
            "updateMonitorIntoList" if self.count(Push::Monitors) > 0 => {
                let changed = first(body)?;
                self.kept().lists.update_monitors(changed);
            }
            "deleteMonitorFromList" => {
                let id = match first(body)? {
                    Value::String(id) => id.parse().ok(),
                    other => other.as_i64(),
                };
                if let Some(id) = id {
                    self.remove_monitor(id);
                }
            }
            event if self.kept().beats.note(event, body) => {}
            event => {
                if let Some(push) = Push::of(event) {
                    let value = first(body)?;
                    let mut kept = self.kept();
                    *kept.counts.entry(push).or_default() += 1;
                    if push.is_list() {
                        kept.lists.replace(push, value);
                    } else {
                        kept.values.insert(push, Arc::new(value));
                    }
                }
            }
        }
        self.changed.send_modify(|count| *count += 1);
        Ok(())
    }

    /// The answer to a call came. The list of monitors that was asked for comes right before its answer.
    pub(super) fn answered(&self, event: &str) {
        if event == "getMonitorList" {
            self.kept().lists.accept();
        }
    }

    /// Nothing more will come.
    pub(super) fn end(&self) {
        self.kept().ended = true;
        self.changed.send_modify(|count| *count += 1);
    }
}

/// What this side knows of its own changes, which the server does not tell of in time.
impl Pushes {
    pub(in crate::api::uptime_kuma) fn made_monitor(&self, id: i64, wanted: &Object) {
        self.kept().lists.made(id, wanted);
    }

    /// The monitors of the last list that nobody asked for, if there was one since the last that was.
    pub(in crate::api::uptime_kuma) fn offered_monitors(&self) -> Option<Snapshot<Monitor>> {
        self.kept().lists.offered()
    }

    pub(in crate::api::uptime_kuma) fn remove_monitor(&self, id: i64) {
        self.kept().lists.remove_monitor(id);
    }

    /// Changes the monitors that `change` makes others of.
    pub(in crate::api::uptime_kuma) fn change_monitors(&self, change: impl Fn(&Monitor) -> Option<Monitor>) {
        self.kept().lists.change_monitors(change);
    }

    /// A whole list may have changed.
    pub(in crate::api::uptime_kuma) fn mark_list(&self, list: Push) {
        self.kept().lists.marks.list(list);
    }

    /// These monitors may have changed.
    pub(in crate::api::uptime_kuma) fn mark_monitors(&self, ids: impl IntoIterator<Item = i64>) {
        let mut kept = self.kept();
        ids.into_iter().for_each(|id| kept.lists.marks.monitor(id));
    }

    /// The status page may have changed.
    pub(in crate::api::uptime_kuma) fn mark_page(&self, slug: &str) {
        self.kept().lists.marks.page(slug);
    }

    /// The newest mark so far, for [`Pushes::settle`].
    pub(in crate::api::uptime_kuma) fn last_mark(&self) -> Mark {
        self.kept().lists.marks.last()
    }

    /// A whole list came that was asked for after the mark.
    pub(in crate::api::uptime_kuma) fn settle(&self, list: Push, until: Mark) {
        self.kept().lists.marks.settle(list, until);
    }

    pub(in crate::api::uptime_kuma) fn settle_monitor(&self, id: i64, mark: Mark, monitor: Option<Monitor>) {
        self.kept().lists.settle_monitor(id, mark, monitor);
    }

    pub(in crate::api::uptime_kuma) fn settle_page(&self, slug: &str, mark: Mark, page: Option<Object>) {
        self.kept().lists.settle_page(slug, mark, page);
    }

    pub(in crate::api::uptime_kuma) fn is_outdated(&self, list: Push) -> bool {
        self.kept().lists.marks.is_outdated(list)
    }

    /// What has to be asked for again before [`Pushes::monitors`] is right, for one monitor or all.
    pub(in crate::api::uptime_kuma) fn outdated_monitors(&self, one: Option<i64>) -> Outdated<i64> {
        let kept = self.kept();
        one.map_or_else(|| kept.lists.marks.monitors(), |id| kept.lists.marks.of_monitor(id))
    }

    pub(in crate::api::uptime_kuma) fn outdated_pages(&self) -> Outdated<String> {
        self.kept().lists.marks.pages()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_list_is_kept_and_changed_in_place() {
        let pushes = Pushes::default();
        let note = |body: &Value| pushes.note(&body.to_string()).unwrap();
        let named = |monitors: &Snapshot<Monitor>| -> Vec<(i64, String)> {
            let named = monitors.iter().map(|(id, monitor)| (*id, monitor.name().to_owned()));
            named.collect()
        };
        note(&json!(["updateMonitorIntoList", { "9": { "id": 9 } }]));
        assert!(pushes.monitors().is_empty());
        note(&json!(["monitorList", { "1": { "id": 1, "name": "a" }, "2": { "id": 2, "name": "b" } }]));
        let before = pushes.monitors();
        note(&json!(["updateMonitorIntoList", { "2": { "id": 2, "name": "c" }, "3": { "id": 3 } }]));
        note(&json!(["deleteMonitorFromList", 1]));
        note(&json!(["deleteMonitorFromList", "7"]));
        assert_eq!(named(&pushes.monitors()), [(2, "c".to_owned()), (3, String::new())]);
        assert_eq!(before[&2].name(), "b");
        assert_eq!(pushes.count(Push::Monitors), 1);
        note(&json!(["proxyList", [{ "id": 4, "host": "a" }, "odd", { "host": "no number" }]]));
        assert_eq!(pushes.rows(Push::Proxies).keys().collect::<Vec<_>>(), [&4]);
        assert!(pushes.rows(Push::DockerHosts).is_empty());
    }

    #[test]
    fn what_nobody_asks_for_is_not_even_parsed() {
        let pushes = Pushes::default();
        pushes.note("[\"certInfo\",not json").unwrap();
        assert_eq!(pushes.note("[\"info\",not json"), Err(Malformed::Body));
        assert_eq!(pushes.note("{}"), Err(Malformed::Body));
    }

    #[tokio::test]
    async fn waiting_ends_with_the_connection() {
        let pushes = Pushes::default();
        let waiting = pushes.wait(|pushes| pushes.last(Push::Setup));
        let (found, ()) = tokio::join!(waiting, async { pushes.note("[\"setup\"]").unwrap() });
        assert_eq!(*found.unwrap(), Value::Null);
        let waiting = pushes.wait(|pushes| pushes.last(Push::Info));
        let (found, ()) = tokio::join!(waiting, async { pushes.end() });
        assert_eq!(found, None);
    }
}
