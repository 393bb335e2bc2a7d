//! Making a thing without leaving another one behind.
//!
//! The server stores a monitor first, and its notifications after that; when the second step fails, it says so and keeps
//! the monitor, without telling its number. And when the connection ends before the answer, nobody knows whether there is
//! one. Names are no help by themselves, since several things can have the same. So what was there before is compared
//! with what is there after, and things that are alike are made one after the other.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};
use tfplugin::Secret;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::super::error::Error;
use super::super::object::{Monitor, Object};
use super::super::session::Session;
use super::{ApiKeys, Items, Maintenances, Monitors, Notifications, StatusPages, Tags};

/// How often the server is asked for what a lost call has made, while connections end.
const LOOKS: u32 = 5;

/// A thing that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Its number.
    pub id: i64,
    /// Whether it was found again instead of being told of: the server may not have done all of it, so that it should be
    /// edited once more.
    pub found: bool,
}

/// The things that are being made: those that are alike have one turn each.
#[derive(Default)]
pub(in crate::api::uptime_kuma) struct Turns(Mutex<HashMap<String, Weak<Turn<()>>>>);

impl Turns {
    async fn take(&self, alike: String) -> OwnedMutexGuard<()> {
        let turn = {
            // No code that could panic runs under the lock.
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let running = turns.get(&alike).and_then(Weak::upgrade);
            let turn = running.unwrap_or_default();
            turns.insert(alike, Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }
}

/// Things that are made by a call, and can be told by some of their fields.
pub(super) trait Made {
    /// Whether the server keeps a part of what it refuses.
    const LEAVES: bool;
    fn session(&self) -> &Session;
    /// What things have in common that are alike.
    fn likeness(&self, wanted: &Object) -> Value;
    /// The numbers of those that are like the wanted one, asked for `anew` or as known.
    async fn alike(&self, wanted: &Object, anew: bool) -> Result<BTreeSet<i64>, Error>;
    async fn make(&self, wanted: &Object) -> Result<i64, Error>;
    async fn remove(&self, id: i64) -> Result<(), Error>;
}

/// Makes one, and clears up after a failure.
pub(super) async fn once<M: Made>(things: &M, wanted: &Object) -> Result<Added, Error> {
    let session = things.session();
    let _turn = session.turns().take(things.likeness(wanted).to_string()).await;
    let before = things.alike(wanted, false).await?;
    let error = match things.make(wanted).await {
        Ok(id) => return Ok(Added { id, found: false }),
        Err(error) if error.sent() && (M::LEAVES || !matches!(error, Error::Refused(_))) => error,
        Err(error) => return Err(error),
    };
    // If the server cannot be asked, the first error is the one to tell, and what was there before, for who asks later.
    let Ok(after) = look(things, wanted).await else {
        return Err(error.unsure(before));
    };
    let mut new = after.difference(&before);
    let id = match (new.next(), new.next()) {
        (Some(&id), None) => id,
        // The server may be at it still.
        (None, _) if matches!(error, Error::NoAnswer { .. }) => return Err(error.unsure(before)),
        _ => return Err(error),
    };
    if !matches!(error, Error::Refused(_)) {
        return Ok(Added { id, found: true });
    }
    tracing::debug!(id, "a refused call left something behind: deleting it");
    match things.remove(id).await {
        Ok(()) => Err(error),
        Err(_) => Err(error.unsure(before)),
    }
}

/// Looks for what is alike, again when the connection ends meanwhile: with it, calls of others have failed, which now look
/// too, or go on.
async fn look(things: &impl Made, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        match things.alike(wanted, true).await {
            Err(Error::Ended { .. }) if tries < LOOKS => {}
            other => return other,
        }
    }
}

/// A way to find what was made by a call that nobody knows the outcome of ([`Error::Unsure`]).
macro_rules! like {
    ($things:ident) => {
        impl $things<'_> {
            /// The numbers of those that are like the wanted one, asked for anew: with those of [`Error::Unsure`], they tell
            /// what the call has made.
            pub async fn like(&self, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
                look(self, wanted).await
            }
        }
    };
}
like!(Monitors);
like!(Items);
like!(Maintenances);
like!(Tags);

/// The values of some fields.
fn fields(object: &Object, keys: &[&str]) -> Vec<Value> {
    keys.iter()
        .map(|key| object.get(*key).cloned().unwrap_or_default())
        .collect()
}

impl Monitors<'_> {
    /// Makes a monitor as [`Monitors::add`] does, and clears up after a failure. If the server refused, what it left is
    /// deleted. If its answer got lost and there is exactly one new monitor of this name and type, that one is given.
    ///
    /// Calls for monitors of the same name and type wait for each other. Someone else who makes such a monitor at the same
    /// time makes it impossible to tell them apart: then a lost answer is an error.
    pub async fn add_once(&self, wanted: &Object) -> Result<Added, Error> {
        once(self, wanted).await
    }
}

impl Made for Monitors<'_> {
    const LEAVES: bool = true;

    fn session(&self) -> &Session {
        self.0
    }

    fn likeness(&self, wanted: &Object) -> Value {
        json!(["monitor", fields(wanted, &["name", "type"])])
    }

    async fn alike(&self, wanted: &Object, anew: bool) -> Result<BTreeSet<i64>, Error> {
        let is = |key: &str, found: &str| wanted.get(key).and_then(Value::as_str) == Some(found);
        let alike = |it: &Monitor| is("name", it.name()) && is("type", it.kind());
        if !anew {
            return self.told(alike).await;
        }
        let monitors = self.list().await?;
        let found = monitors.iter().filter(|(_, monitor)| alike(monitor));
        Ok(found.map(|(id, _)| *id).collect())
    }

    async fn make(&self, wanted: &Object) -> Result<i64, Error> {
        self.add(wanted).await
    }

    async fn remove(&self, id: i64) -> Result<(), Error> {
        self.delete(id, false).await
    }
}

impl Items<'_> {
    /// Makes an item as [`Items::add`] does. If the answer got lost and there is exactly one new item like it, that one is
    /// given.
    pub async fn add_once(&self, wanted: &Object) -> Result<Added, Error> {
        once(self, wanted).await
    }
}

impl Notifications<'_> {
    /// Makes a notification as [`Items::add_once`] makes an item.
    pub async fn add_once(&self, wanted: &Object) -> Result<Added, Error> {
        self.0.add_once(wanted).await
    }

    /// The same as [`Items::like`].
    pub async fn like(&self, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        self.0.like(wanted).await
    }
}

/// What tells items apart; a proxy has no name.
const OF_ITEMS: [&str; 4] = ["name", "protocol", "host", "port"];

impl Made for Items<'_> {
    const LEAVES: bool = false;

    fn session(&self) -> &Session {
        self.session
    }

    fn likeness(&self, wanted: &Object) -> Value {
        json!([self.kind(), fields(wanted, &OF_ITEMS)])
    }

    /// The list comes with every change and with every login, so that it need not be asked for.
    async fn alike(&self, wanted: &Object, _anew: bool) -> Result<BTreeSet<i64>, Error> {
        let items = self.snapshot().await?;
        let likeness = fields(wanted, &OF_ITEMS);
        let alike = items.iter().filter(|(_, item)| fields(item, &OF_ITEMS) == likeness);
        Ok(alike.map(|(id, _)| *id).collect())
    }

    async fn make(&self, wanted: &Object) -> Result<i64, Error> {
        self.add(wanted).await
    }

    async fn remove(&self, id: i64) -> Result<(), Error> {
        self.delete(id).await
    }
}

impl Tags<'_> {
    /// Makes a tag as [`Tags::add`] does. If the answer got lost and there is exactly one new tag of this name and colour,
    /// that one is given.
    pub async fn add_once(&self, name: &str, color: &str) -> Result<Added, Error> {
        let wanted = Object::from_iter([("name".to_owned(), json!(name)), ("color".to_owned(), json!(color))]);
        once(self, &wanted).await
    }
}

impl Made for Tags<'_> {
    const LEAVES: bool = false;

    fn session(&self) -> &Session {
        self.0
    }

    fn likeness(&self, wanted: &Object) -> Value {
        json!(["tag", wanted])
    }

    async fn alike(&self, wanted: &Object, _anew: bool) -> Result<BTreeSet<i64>, Error> {
        let tags = self.list().await?.into_iter();
        let alike = tags.filter(|tag| fields(wanted, &["name", "color"]) == [json!(tag.name), json!(tag.color)]);
        Ok(alike.map(|tag| tag.id).collect())
    }

    async fn make(&self, wanted: &Object) -> Result<i64, Error> {
        let text = |key: &str| wanted.get(key).and_then(Value::as_str).unwrap_or_default();
        self.add(text("name"), text("color")).await
    }

    async fn remove(&self, id: i64) -> Result<(), Error> {
        self.delete(id).await
    }
}

impl Maintenances<'_> {
    /// Makes one as [`Maintenances::add`] does, and clears up after a failure. If the server refused, what it left is
    /// deleted. If its answer got lost and there is exactly one new one of this title, that one is given.
    pub async fn add_once(&self, wanted: &Object) -> Result<Added, Error> {
        once(self, wanted).await
    }
}

impl Made for Maintenances<'_> {
    const LEAVES: bool = true;

    fn session(&self) -> &Session {
        self.0
    }

    fn likeness(&self, wanted: &Object) -> Value {
        json!(["maintenance", fields(wanted, &["title"])])
    }

    async fn alike(&self, wanted: &Object, anew: bool) -> Result<BTreeSet<i64>, Error> {
        if anew {
            self.list().await?;
        }
        let all = self.snapshot().await?;
        let alike = all.iter().filter(|(_, it)| it.get("title") == wanted.get("title"));
        Ok(alike.map(|(id, _)| *id).collect())
    }

    async fn make(&self, wanted: &Object) -> Result<i64, Error> {
        self.add(wanted).await
    }

    async fn remove(&self, id: i64) -> Result<(), Error> {
        self.delete(id).await
    }
}

impl ApiKeys<'_> {
    /// Makes a key as [`ApiKeys::add`] does. If the answer got lost, its text is lost with it: then the one new key of this
    /// name is deleted, so that none is left that nobody has.
    pub async fn add_once(&self, name: &str, expires: Option<&str>, active: bool) -> Result<(i64, Secret), Error> {
        let _turn = self.0.turns().take(json!(["key", name]).to_string()).await;
        let before = self.like(name).await?;
        let error = match self.add(name, expires, active).await {
            Err(error) if error.sent() => error,
            other => return other,
        };
        let Ok(after) = self.like(name).await else {
            return Err(error.unsure(before));
        };
        let mut new = after.difference(&before);
        match (new.next(), new.next()) {
            (Some(&id), None) => match self.delete(id).await {
                Ok(()) => Err(error),
                Err(_) => Err(error.unsure(before)),
            },
            (None, _) if matches!(error, Error::NoAnswer { .. }) => Err(error.unsure(before)),
            _ => Err(error),
        }
    }

    /// The numbers of all keys of a name, asked for anew: with those of [`Error::Unsure`], they tell what a call has made.
    pub async fn like(&self, name: &str) -> Result<BTreeSet<i64>, Error> {
        let keys = self.list().await?.into_iter();
        Ok(keys.filter(|key| key.name == name).map(|key| key.id).collect())
    }
}

impl StatusPages<'_> {
    /// Makes an empty page as [`StatusPages::add`] does, and gives its number. If the answer got lost and the page is there,
    /// which was not there before, that one is given: no other can have its slug.
    pub async fn add_once(&self, title: &str, slug: &str) -> Result<Added, Error> {
        let _turn = self.0.turns().take(json!(["page", slug]).to_string()).await;
        let before = self.get(slug).await?.is_some();
        let lost = match self.add(title, slug).await {
            Ok(()) => None,
            Err(error) if before || !error.sent() || matches!(error, Error::Refused(_)) => return Err(error),
            Err(error) => Some(error),
        };
        let found = lost.is_some();
        match (self.get(slug).await, lost) {
            (Ok(Some(page)), _) => {
                let id = page.get("id").and_then(Value::as_i64).unwrap_or_default();
                Ok(Added { id, found })
            }
            (Ok(None), Some(error @ Error::NoAnswer { .. })) | (Err(_), Some(error)) => {
                Err(error.unsure(BTreeSet::new()))
            }
            (Err(error), None) => Err(error.unsure(BTreeSet::new())),
            (Ok(None), lost) => {
                let (event, what) = ("addStatusPage", "there is no such page after it");
                Err(lost.unwrap_or(Error::Unexpected { event, what }))
            }
        }
    }
}
