//! The server's calls, with their arguments in the right number: the server gives no answer at all to a wrong one.
//!
//! Objects go in and come out whole. What this client adds is what the server needs and does not check.

mod account;
mod api_keys;
mod health;
mod http;
mod incidents;
mod items;
mod maintenance;
mod monitors;
mod once;
mod page_incidents;
mod settings;
mod setup;
mod status_pages;
mod tags;

use serde_json::Value;

use super::error::Error;
use super::object::Object;
use super::redact;
use super::session::Session;

pub use account::Account;
pub use api_keys::{ApiKey, ApiKeys};
pub use health::MonitorType;
pub use incidents::{Incident, Incidents, Notice};
pub use items::{Item, Items, Notification, Notifications};
pub use maintenance::Maintenances;
pub use monitors::Monitors;
pub use once::Added;
pub(super) use once::Turns;
pub use settings::Settings;
pub use setup::{need_setup, setup};
pub use status_pages::StatusPages;
pub use tags::{Tag, Tags};

impl Session {
    /// Monitors.
    pub fn monitors(&self) -> Monitors<'_> {
        Monitors(self)
    }

    /// Tags, and their places on monitors.
    pub fn tags(&self) -> Tags<'_> {
        Tags(self)
    }

    /// Where the server reports to.
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications(Items::notifications(self))
    }

    /// HTTP and SOCKS proxies.
    pub fn proxies(&self) -> Items<'_> {
        Items::proxies(self)
    }

    /// Docker engines that containers are watched on.
    pub fn docker_hosts(&self) -> Items<'_> {
        Items::docker_hosts(self)
    }

    /// Browsers elsewhere, from 2.0.
    pub fn remote_browsers(&self) -> Items<'_> {
        Items::remote_browsers(self)
    }

    /// Planned maintenance.
    pub fn maintenances(&self) -> Maintenances<'_> {
        Maintenances(self)
    }

    /// Status pages.
    pub fn status_pages(&self) -> StatusPages<'_> {
        StatusPages(self)
    }

    /// Incidents on the status page of a slug.
    pub fn incidents<'a>(&'a self, slug: &'a str) -> Incidents<'a> {
        Incidents::new(self, slug)
    }

    /// Keys that open `/metrics`.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    /// The server's settings.
    pub fn settings(&self) -> Settings<'_> {
        Settings(self)
    }

    /// The user's own password and two-factor login.
    pub fn account(&self) -> Account<'_> {
        Account(self)
    }
}

/// The one object of an answer, if it is `ok`.
pub(super) fn accepted(event: &'static str, answer: Vec<Value>) -> Result<Object, Error> {
    let Some(Value::Object(answer)) = answer.into_iter().next() else {
        let what = "it is not an object";
        return Err(Error::Unexpected { event, what });
    };
    match answer.get("ok") {
        Some(Value::Bool(true)) => Ok(answer),
        Some(Value::Bool(false)) => Err(Error::Refused(redact::refusal(event, &answer))),
        _ => {
            let what = "there is no `ok`";
            Err(Error::Unexpected { event, what })
        }
    }
}

/// A number of an answer.
fn number(event: &'static str, answer: &Object, key: &str) -> Result<i64, Error> {
    let what = "the number of the object is missing";
    let number = answer.get(key).and_then(Value::as_i64);
    number.ok_or(Error::Unexpected { event, what })
}

/// An object of an answer.
fn object(event: &'static str, mut answer: Object, key: &str) -> Result<Object, Error> {
    if let Some(Value::Object(object)) = answer.remove(key) {
        return Ok(object);
    }
    let what = "the object is missing";
    Err(Error::Unexpected { event, what })
}

/// A list of an answer.
fn list(event: &'static str, mut answer: Object, key: &str) -> Result<Vec<Value>, Error> {
    if let Some(Value::Array(list)) = answer.remove(key) {
        return Ok(list);
    }
    let what = "the list is missing";
    Err(Error::Unexpected { event, what })
}

/// Fails if an object that is to be made has a number: the server would overwrite the object of that number.
fn without_id(event: &'static str, object: &Object) -> Result<(), Error> {
    if object.contains_key("id") {
        let what = "a new object must not have an `id`: the server would overwrite the object of that number";
        return Err(Error::invalid(event, what));
    }
    Ok(())
}

/// Whether what a call was about is gone, or may be.
fn gone<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.refused() == Some(super::error::Reason::MaybeGone) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_ok_counts() {
        let answer = |value| accepted("add", vec![value]).map_err(|error| error.to_string());
        assert!(answer(json!({ "ok": true, "msg": "Error!" })).is_ok());
        let refused = answer(json!({ "ok": false, "msg": "secret canary" })).unwrap_err();
        assert!(refused.starts_with("the server refused `add`: ") && !refused.contains("canary"));
        for odd in [json!({ "msg": "Saved." }), json!({ "ok": 1 }), json!(true)] {
            assert!(
                answer(odd)
                    .unwrap_err()
                    .starts_with("the answer to `add` is not as expected")
            );
        }
        assert!(accepted("logout", Vec::new()).is_err());
    }
}
