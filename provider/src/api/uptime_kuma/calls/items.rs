//! Notifications, proxies, docker hosts and remote browsers, which all are saved, listed and deleted the same way.

use std::fmt;

use serde_json::{Value, json};

use super::super::connection::{Push, Pushes};
use super::super::error::Error;
use super::super::object::{Monitor, Object, Snapshot, truth};
use super::super::session::{Kind, Session};
use super::{gone, number, without_id};

/// The calls of one kind of item.
#[derive(Debug, Clone, Copy)]
struct Events {
    save: &'static str,
    delete: &'static str,
    test: Option<&'static str>,
    list: Push,
    /// The field of a monitor that refers to it.
    reference: &'static str,
    /// What only 2.x has.
    newer: Option<&'static str>,
}

/// Calls about one kind of item.
#[derive(Debug, Clone, Copy)]
pub struct Items<'a> {
    pub(super) session: &'a Session,
    events: Events,
}

impl<'a> Items<'a> {
    pub(super) fn notifications(session: &'a Session) -> Self {
        let events = Events {
            save: "addNotification",
            delete: "deleteNotification",
            test: Some("testNotification"),
            list: Push::Notifications,
            reference: "notificationIDList",
            newer: None,
        };
        Self { session, events }
    }

    pub(super) fn proxies(session: &'a Session) -> Self {
        let events = Events {
            save: "addProxy",
            delete: "deleteProxy",
            test: None,
            list: Push::Proxies,
            reference: "proxyId",
            newer: None,
        };
        Self { session, events }
    }

    pub(super) fn docker_hosts(session: &'a Session) -> Self {
        let events = Events {
            save: "addDockerHost",
            delete: "deleteDockerHost",
            test: Some("testDockerHost"),
            list: Push::DockerHosts,
            reference: "docker_host",
            newer: None,
        };
        Self { session, events }
    }

    pub(super) fn remote_browsers(session: &'a Session) -> Self {
        let events = Events {
            save: "addRemoteBrowser",
            delete: "deleteRemoteBrowser",
            test: Some("testRemoteBrowser"),
            list: Push::RemoteBrowsers,
            reference: "remote_browser",
            newer: Some("remote browsers"),
        };
        Self { session, events }
    }

    /// What kind of items these are.
    pub(super) fn kind(&self) -> &'static str {
        self.events.reference
    }

    async fn supported(&self) -> Result<(), Error> {
        match self.events.newer {
            Some(what) => self.session.require(2, 0, what).await,
            None => Ok(()),
        }
    }

    /// All items by number, as the server sent them last. It sends the list with every change, whoever makes it.
    pub async fn snapshot(&self) -> Result<Snapshot<Object>, Error> {
        self.supported().await?;
        let live = self.session.live().await?;
        Ok(live.connection.pushes().rows(self.events.list))
    }

    /// One item of [`Items::snapshot`].
    pub async fn known(&self, id: i64) -> Result<Option<Item>, Error> {
        let items = self.snapshot().await?;
        Ok(items.get(&id).map(|row| Item(Object::clone(row))))
    }

    /// The same as a list.
    pub async fn list(&self) -> Result<Vec<Item>, Error> {
        let items = self.snapshot().await?;
        Ok(items.values().map(|row| Item(Object::clone(row))).collect())
    }

    /// Makes an item, and gives its number.
    pub async fn add(&self, wanted: &Object) -> Result<i64, Error> {
        without_id(self.events.save, wanted)?;
        self.save(wanted, Value::Null).await
    }

    /// Writes an item in place of the one of that number. The server merges nothing.
    pub async fn replace(&self, id: i64, wanted: &Object) -> Result<(), Error> {
        self.save(wanted, json!(id)).await.map(drop)
    }

    async fn save(&self, wanted: &Object, id: Value) -> Result<i64, Error> {
        self.supported().await?;
        let arguments = [Value::Object(wanted.clone()), id];
        let answer = self.session.call(Kind::Write, self.events.save, &arguments).await;
        // Then it was put on all monitors there are, of which the server does not tell.
        if wanted.get("applyExisting").and_then(truth) == Some(true) {
            self.session.tell(|pushes| pushes.mark_list(Push::Monitors)).await;
        }
        number(self.events.save, &answer?, "id")
    }

    /// Deletes an item; no error if it is gone. What refers to it loses the reference.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.supported().await?;
        let deleted = self.session.call(Kind::Write, self.events.delete, &[json!(id)]).await;
        gone(deleted)?;
        // The server does not tell of the monitors that lost it.
        let reference = self.events.reference;
        let without = |pushes: &Pushes| pushes.change_monitors(|monitor| unreferred(monitor, reference, id));
        self.session.tell(without).await;
        Ok(())
    }

    /// Has the server try an item that need not be saved. Sends a message if it is a notification.
    pub async fn test(&self, wanted: &Object) -> Result<(), Error> {
        self.supported().await?;
        let Some(event) = self.events.test else {
            return Err(Error::invalid(self.events.save, "the server has no test for it"));
        };
        let arguments = [Value::Object(wanted.clone())];
        self.session.call(Kind::Write, event, &arguments).await.map(drop)
    }
}

/// A monitor that referred to an item, without it.
fn unreferred(monitor: &Monitor, field: &str, id: i64) -> Option<Monitor> {
    let mut changed = monitor.clone();
    match changed.0.get_mut(field)? {
        Value::Object(references) => drop(references.remove(&id.to_string())?),
        reference if reference.as_i64() == Some(id) => *reference = Value::Null,
        _ => return None,
    }
    Some(changed)
}

/// A proxy, docker host or remote browser. Printed without its fields: passwords are among them.
#[derive(Clone, PartialEq)]
pub struct Item(pub Object);

impl Item {
    /// Its number.
    pub fn id(&self) -> Option<i64> {
        self.0.get("id").and_then(Value::as_i64)
    }

    /// Its name; a proxy has none.
    pub fn name(&self) -> &str {
        self.0.get("name").and_then(Value::as_str).unwrap_or_default()
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Item({:?}, {:?})", self.id(), self.name())
    }
}

/// Calls about notifications.
#[derive(Debug, Clone, Copy)]
pub struct Notifications<'a>(pub(super) Items<'a>);

impl Notifications<'_> {
    /// One notification, as the server sent it last.
    pub async fn known(&self, id: i64) -> Result<Option<Notification>, Error> {
        let rows = self.0.snapshot().await?;
        Ok(rows.get(&id).and_then(|row| Notification::read(row)))
    }

    /// All notifications, as the server sent them last.
    pub async fn list(&self) -> Result<Vec<Notification>, Error> {
        let rows = self.0.snapshot().await?;
        Ok(rows.values().filter_map(|row| Notification::read(row)).collect())
    }

    /// Makes a notification from `name`, `type` and the fields of that type, and gives its number.
    pub async fn add(&self, wanted: &Object) -> Result<i64, Error> {
        self.0.add(wanted).await
    }

    /// Writes a notification in place of the one of that number. The server merges nothing.
    pub async fn replace(&self, id: i64, wanted: &Object) -> Result<(), Error> {
        self.0.replace(id, wanted).await
    }

    /// Deletes a notification; no error if it is gone. Monitors lose it.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.0.delete(id).await
    }

    /// Has the server send a message.
    pub async fn test(&self, wanted: &Object) -> Result<(), Error> {
        self.0.test(wanted).await
    }
}

/// A notification. Printed without its configuration, which holds tokens.
#[derive(Clone, PartialEq)]
pub struct Notification {
    pub id: i64,
    pub name: String,
    /// Whether the web page offers it for new monitors. The server attaches nothing by itself.
    pub is_default: bool,
    /// What was saved, `name` and `type` among it.
    pub config: Object,
}

impl Notification {
    /// The configuration is text inside the JSON.
    fn read(row: &Object) -> Option<Self> {
        let config = row.get("config").and_then(Value::as_str).unwrap_or("{}");
        Some(Self {
            id: row.get("id")?.as_i64()?,
            name: row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            is_default: row.get("isDefault").and_then(truth).unwrap_or_default(),
            config: serde_json::from_str(config).unwrap_or_default(),
        })
    }

    /// Its type, such as `webhook`; may be one that this client does not know.
    pub fn kind(&self) -> &str {
        self.config.get("type").and_then(Value::as_str).unwrap_or_default()
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Notification({}, {:?}, {:?})",
            self.id,
            self.kind(),
            self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_loses_what_was_deleted() {
        let monitor =
            json!({ "id": 1, "notificationIDList": { "2": true, "3": true }, "proxyId": 2, "docker_host": null });
        let monitor = Monitor(monitor.as_object().unwrap().clone());
        let without = |field, id| unreferred(&monitor, field, id).map(|monitor| monitor.0[field].clone());
        assert_eq!(without("notificationIDList", 2), Some(json!({ "3": true })));
        assert_eq!(without("proxyId", 2), Some(Value::Null));
        for (field, id) in [
            ("notificationIDList", 4),
            ("proxyId", 3),
            ("docker_host", 2),
            ("remote_browser", 2),
        ] {
            assert_eq!(without(field, id), None, "{field}");
        }
    }

    #[test]
    fn a_notification_is_read_from_the_text_in_its_row() {
        let config = r#"{"name":"hook","type":"webhook","webhookURL":"https://canary","isDefault":true}"#;
        let row = json!({ "id": 2, "name": "hook", "isDefault": true, "config": config });
        let read = Notification::read(row.as_object().unwrap()).unwrap();
        assert_eq!((read.id, read.kind(), read.is_default), (2, "webhook", true));
        assert_eq!(read.config["webhookURL"], "https://canary");
        assert_eq!(format!("{read:?}"), r#"Notification(2, "webhook", "hook")"#);
        let odd = json!({ "id": 3, "name": null, "config": "not json" });
        assert!(Notification::read(odd.as_object().unwrap()).unwrap().config.is_empty());
    }
}
