//! What the server sends without being asked.
//!
//! Several lists cannot be asked for, so the last value of each is kept. Beats, pings and uptimes come for every monitor and
//! are not kept: they are not even parsed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::super::object::Object;
use super::super::packet::{self, Malformed};

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
            _ => return None,
        })
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
    values: HashMap<Push, (u64, Arc<Value>)>,
    ended: bool,
}

/// Lists hold passwords and tokens.
impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

impl Pushes {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // No code that could panic runs under the lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last value, if there was one.
    pub fn last(&self, push: Push) -> Option<Arc<Value>> {
        self.kept().values.get(&push).map(|(_, value)| Arc::clone(value))
    }

    /// How often it came.
    pub fn count(&self, push: Push) -> u64 {
        self.kept().values.get(&push).map_or(0, |(count, _)| *count)
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
            "updateMonitorIntoList" => {
                if let Value::Object(changed) = first(body)? {
                    self.change_monitors(|monitors| monitors.extend(changed));
                }
            }
            "deleteMonitorFromList" => {
                let id = match first(body)? {
                    Value::String(id) => id,
                    other => other.to_string(),
                };
                self.change_monitors(|monitors| drop(monitors.remove(&id)));
            }
            event => {
                if let Some(push) = Push::of(event) {
                    let value = Arc::new(first(body)?);
                    let mut kept = self.kept();
                    let count = kept.values.get(&push).map_or(0, |(count, _)| *count);
                    kept.values.insert(push, (count + 1, value));
                }
            }
        }
        self.changed.send_modify(|count| *count += 1);
        Ok(())
    }

    fn change_monitors(&self, change: impl FnOnce(&mut Object)) {
        if let Some((_, list)) = self.kept().values.get_mut(&Push::Monitors)
            && let Value::Object(monitors) = Arc::make_mut(list)
        {
            change(monitors);
        }
    }

    /// Nothing more will come.
    pub(super) fn end(&self) {
        self.kept().ended = true;
        self.changed.send_modify(|count| *count += 1);
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
        note(&json!(["updateMonitorIntoList", { "9": {} }]));
        assert_eq!(pushes.last(Push::Monitors), None);
        note(&json!(["monitorList", { "1": { "name": "a" }, "2": { "name": "b" } }]));
        let before = pushes.last(Push::Monitors).unwrap();
        note(&json!(["updateMonitorIntoList", { "2": { "name": "c" }, "3": {} }]));
        note(&json!(["deleteMonitorFromList", 1]));
        note(&json!(["deleteMonitorFromList", "7"]));
        assert_eq!(
            *pushes.last(Push::Monitors).unwrap(),
            json!({ "2": { "name": "c" }, "3": {} })
        );
        assert_eq!(before["2"]["name"], "b");
        assert_eq!(pushes.count(Push::Monitors), 1);
    }

    #[test]
    fn beats_are_not_even_parsed() {
        let pushes = Pushes::default();
        pushes.note("[\"heartbeat\",not json").unwrap();
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
