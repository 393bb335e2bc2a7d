//! Notifications, proxies, docker hosts and remote browsers, which all are saved, listed and deleted the same way.

use std::fmt;

use serde_json::{Value, json};

use super::super::connection::Push;
use super::super::error::Error;
use super::super::object::{Object, truth};
use super::super::session::{Kind, Session};
use super::{gone, number, objects, without_id};

/// The calls of one kind of item.
#[derive(Debug, Clone, Copy)]
struct Events {
    save: &'static str,
    delete: &'static str,
    test: Option<&'static str>,
    list: Push,
    /// What only 2.x has.
    newer: Option<&'static str>,
}

/// Calls about one kind of item.
#[derive(Debug, Clone, Copy)]
pub struct Items<'a> {
    session: &'a Session,
    events: Events,
}

impl<'a> Items<'a> {
    pub(super) fn notifications(session: &'a Session) -> Self {
        let events = Events {
            save: "addNotification",
            delete: "deleteNotification",
            test: Some("testNotification"),
            list: Push::Notifications,
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
            newer: Some("remote browsers"),
        };
        Self { session, events }
    }

    async fn supported(&self) -> Result<(), Error> {
        match self.events.newer {
            Some(what) => self.session.require(2, 0, what).await,
            None => Ok(()),
        }
    }

    /// All items, as the server sent them last. It sends the list after every change, whoever makes it, before or just
    /// after the answer to that change.
    pub async fn list(&self) -> Result<Vec<Item>, Error> {
        self.supported().await?;
        let list = self.session.last(self.events.list).await?;
        Ok(list
            .map(|list| objects(&list))
            .unwrap_or_default()
            .into_iter()
            .map(Item)
            .collect())
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
        let answer = self.session.call(Kind::Write, self.events.save, &arguments).await?;
        number(self.events.save, &answer, "id")
    }

    /// Deletes an item; no error if it is gone. What refers to it loses the reference.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.supported().await?;
        let deleted = self.session.call(Kind::Write, self.events.delete, &[json!(id)]).await;
        gone(deleted).map(drop)
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
    /// All notifications, as the server sent them last.
    pub async fn list(&self) -> Result<Vec<Notification>, Error> {
        let list = self.0.list().await?;
        Ok(list.iter().filter_map(|item| Notification::read(&item.0)).collect())
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
