//! The lists of the server's objects, filled by pushes and changed by single updates.
//!
//! They are parsed once, when they come. A reader gets a shared copy of the list, which later pushes do not change.
//!
//! Some changes are told of by no push, or by one that comes after the answer to the call that made them. What they
//! concern is marked, and asked for again when it is wanted.
//!
//! A list of all monitors that nobody asked for may be older than what is known: the servers put it together while other
//! changes go on, and the one that was begun first may come last. It is a hint that something has changed, and no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::super::object::{Monitor, Object, Snapshot};
use super::super::packet;
use super::Push;

/// When something was marked. What was asked for after that is newer than the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::api::uptime_kuma) struct Mark(u64);

/// All lists of one connection.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) monitors: Snapshot<Monitor>,
    pub(super) others: HashMap<Push, Snapshot<Object>>,
    pub(super) marks: Marks,
    /// The monitors of the first list.
    pub(super) first: BTreeSet<i64>,
    /// The last list of monitors that may not have been asked for.
    offered: Option<Offered>,
}

/// A list that is parsed only if it is wanted.
enum Offered {
    Text(String),
    Parsed(Snapshot<Monitor>),
}

/// What may have changed without a word.
#[derive(Debug, Default)]
pub(super) struct Marks {
    last: Mark,
    lists: HashMap<Push, Mark>,
    monitors: BTreeMap<i64, Mark>,
    pages: BTreeMap<String, Mark>,
    /// A list of monitors came that nobody asked for.
    hinted: bool,
}

/// What has to be asked for before a list is right again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::api::uptime_kuma) enum Outdated<K> {
    Nothing,
    /// These, each with its mark.
    Some(Vec<(K, Mark)>),
    All,
}

impl Lists {
    /// Takes in a whole list: an array, or an object by number.
    pub(super) fn replace(&mut self, push: Push, list: Value) {
        let rows: Vec<Value> = match list {
            Value::Array(rows) => rows,
            Value::Object(rows) => rows.into_iter().map(|(_, row)| row).collect(),
            _ => Vec::new(),
        };
        let rows = rows.into_iter().filter_map(numbered);
        if push == Push::Monitors {
            let monitors = rows.map(|(id, row)| (id, Arc::new(Monitor(row))));
            self.monitors = Arc::new(monitors.collect());
            if self.first.is_empty() {
                self.first = self.monitors.keys().copied().collect();
            }
        } else {
            let rows = rows.map(|(id, row)| (id, Arc::new(row)));
            self.others.insert(push, Arc::new(rows.collect()));
        }
    }

    /// Keeps a list of monitors that may not have been asked for, the body of its event.
    pub(super) fn offer(&mut self, body: &str) {
        self.offered = Some(Offered::Text(body.to_owned()));
        self.marks.hinted = true;
    }

    /// The list that was offered last was asked for.
    pub(super) fn accept(&mut self) {
        if let Some(monitors) = self.offered() {
            self.monitors = monitors;
            self.offered = None;
        }
        self.marks.hinted = false;
    }

    /// The list that was offered last, if none was accepted since.
    pub(super) fn offered(&mut self) -> Option<Snapshot<Monitor>> {
        let monitors = match self.offered.as_ref()? {
            Offered::Parsed(monitors) => Arc::clone(monitors),
            Offered::Text(body) => {
                let list = packet::arguments(body, true).ok()?.into_iter().next()?;
                let mut parsed = Self::default();
                parsed.replace(Push::Monitors, list);
                parsed.monitors
            }
        };
        self.offered = Some(Offered::Parsed(Arc::clone(&monitors)));
        Some(monitors)
    }

    /// Takes in a monitor that was made, unless the server has told of it. What it is like is still to be asked for.
    pub(super) fn made(&mut self, id: i64, wanted: &Object) {
        if self.monitors.contains_key(&id) {
            return;
        }
        let mut row = wanted.clone();
        row.insert("id".to_owned(), Value::from(id));
        Arc::make_mut(&mut self.monitors).insert(id, Arc::new(Monitor(row)));
        self.marks.monitor(id);
    }

    /// Takes in monitors that were changed. What the server tells of is newer than any mark.
    pub(super) fn update_monitors(&mut self, changed: Value) {
        let Value::Object(changed) = changed else { return };
        for (id, row) in changed.into_iter().filter_map(|(_, row)| numbered(row)) {
            self.marks.monitors.remove(&id);
            Arc::make_mut(&mut self.monitors).insert(id, Arc::new(Monitor(row)));
        }
    }

    /// Changes the monitors that `change` makes others of.
    pub(super) fn change_monitors(&mut self, change: impl Fn(&Monitor) -> Option<Monitor>) {
        let changed: Vec<_> = self
            .monitors
            .iter()
            .filter_map(|(id, monitor)| Some((*id, change(monitor)?)))
            .collect();
        for (id, monitor) in changed {
            Arc::make_mut(&mut self.monitors).insert(id, Arc::new(monitor));
        }
    }

    /// Takes a monitor off the list.
    pub(super) fn remove_monitor(&mut self, id: i64) {
        self.marks.monitors.remove(&id);
        if self.monitors.contains_key(&id) {
            Arc::make_mut(&mut self.monitors).remove(&id);
        }
    }

    /// Takes in a monitor that was asked for because of a mark, unless something newer came meanwhile.
    pub(super) fn settle_monitor(&mut self, id: i64, mark: Mark, monitor: Option<Monitor>) {
        if self.marks.monitors.get(&id) != Some(&mark) {
            return;
        }
        self.marks.monitors.remove(&id);
        let monitors = Arc::make_mut(&mut self.monitors);
        match monitor {
            Some(monitor) => drop(monitors.insert(id, Arc::new(monitor))),
            None => drop(monitors.remove(&id)),
        }
    }

    /// Takes in a status page that was asked for because of a mark.
    pub(super) fn settle_page(&mut self, slug: &str, mark: Mark, page: Option<Object>) {
        if self.marks.pages.get(slug) != Some(&mark) {
            return;
        }
        self.marks.pages.remove(slug);
        let pages = Arc::make_mut(self.others.entry(Push::StatusPages).or_default());
        pages.retain(|_, page| page.get("slug").and_then(Value::as_str) != Some(slug));
        if let Some((id, page)) = page.map(Value::Object).and_then(numbered) {
            pages.insert(id, Arc::new(page));
        }
    }
}

impl Marks {
    fn next(&mut self) -> Mark {
        self.last.0 += 1;
        self.last
    }

    /// The newest mark so far.
    pub(super) fn last(&self) -> Mark {
        self.last
    }

    pub(super) fn list(&mut self, list: Push) {
        let mark = self.next();
        self.lists.insert(list, mark);
    }

    pub(super) fn monitor(&mut self, id: i64) {
        let mark = self.next();
        self.monitors.insert(id, mark);
    }

    pub(super) fn page(&mut self, slug: &str) {
        let mark = self.next();
        self.pages.insert(slug.to_owned(), mark);
    }

    /// A whole list came that was asked for after this mark.
    pub(super) fn settle(&mut self, list: Push, until: Mark) {
        if self.lists.get(&list).is_some_and(|mark| *mark <= until) {
            self.lists.remove(&list);
        }
        if list == Push::Monitors {
            self.monitors.retain(|_, mark| *mark > until);
        }
    }

    pub(super) fn is_outdated(&self, list: Push) -> bool {
        self.lists.contains_key(&list) || (list == Push::Monitors && self.hinted)
    }

    pub(super) fn monitors(&self) -> Outdated<i64> {
        if self.is_outdated(Push::Monitors) {
            return Outdated::All;
        }
        some(&self.monitors)
    }

    /// The mark of one monitor.
    pub(super) fn of_monitor(&self, id: i64) -> Outdated<i64> {
        match self.monitors.get(&id) {
            _ if self.is_outdated(Push::Monitors) => Outdated::All,
            Some(mark) => Outdated::Some(vec![(id, *mark)]),
            None => Outdated::Nothing,
        }
    }

    pub(super) fn pages(&self) -> Outdated<String> {
        some(&self.pages)
    }
}

fn some<K: Clone>(marked: &BTreeMap<K, Mark>) -> Outdated<K> {
    if marked.is_empty() {
        return Outdated::Nothing;
    }
    Outdated::Some(marked.iter().map(|(key, mark)| (key.clone(), *mark)).collect())
}

/// A row and its number.
fn numbered(row: Value) -> Option<(i64, Object)> {
    let Value::Object(row) = row else { return None };
    Some((row.get("id")?.as_i64()?, row))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lists() -> Lists {
        let mut lists = Lists::default();
        lists.replace(
            Push::Monitors,
            json!({ "1": { "id": 1, "name": "a" }, "2": { "id": 2, "name": "b" } }),
        );
        lists
    }

    fn monitor(name: &str) -> Option<Monitor> {
        let row = json!({ "id": 1, "name": name });
        row.as_object().cloned().map(Monitor)
    }

    #[test]
    fn what_was_asked_for_never_replaces_what_is_newer() {
        let mut lists = lists();
        lists.marks.monitor(1);
        let Outdated::Some(first) = lists.marks.of_monitor(1) else {
            panic!("no mark")
        };
        lists.marks.monitor(1);
        lists.settle_monitor(1, first[0].1, monitor("too old"));
        assert_eq!(lists.monitors[&1].name(), "a");
        let Outdated::Some(second) = lists.marks.monitors() else {
            panic!("no mark")
        };
        lists.update_monitors(json!({ "1": { "id": 1, "name": "pushed" } }));
        lists.settle_monitor(1, second[0].1, monitor("too old"));
        assert_eq!(
            (lists.monitors[&1].name(), lists.marks.monitors()),
            ("pushed", Outdated::Nothing)
        );
        lists.marks.monitor(1);
        let Outdated::Some(third) = lists.marks.monitors() else {
            panic!("no mark")
        };
        lists.settle_monitor(1, third[0].1, None);
        assert_eq!(lists.monitors.keys().collect::<Vec<_>>(), [&2]);
    }

    #[test]
    fn a_whole_list_settles_what_was_marked_before_it_was_asked_for() {
        let mut marks = Marks::default();
        marks.list(Push::Monitors);
        marks.monitor(7);
        assert_eq!(marks.of_monitor(1), Outdated::All);
        let asked = marks.last();
        marks.monitor(8);
        marks.settle(Push::Monitors, asked);
        assert_eq!(
            (marks.of_monitor(7), marks.of_monitor(1)),
            (Outdated::Nothing, Outdated::Nothing)
        );
        assert!(matches!(marks.of_monitor(8), Outdated::Some(_)));
        marks.settle(Push::ApiKeys, marks.last());
        assert!(matches!(marks.monitors(), Outdated::Some(_)));
    }

    /// As the older dialect does when several changes go on at the same time.
    #[test]
    fn a_list_that_nobody_asked_for_is_a_hint_only() {
        let mut lists = lists();
        lists.made(3, json!({ "name": "new" }).as_object().unwrap());
        lists.offer(r#"["monitorList",{"1":{"id":1,"name":"too old"}}]"#);
        assert_eq!(
            (lists.monitors[&3].name(), lists.marks.monitors()),
            ("new", Outdated::All)
        );
        assert_eq!(lists.offered().unwrap().keys().collect::<Vec<_>>(), [&1]);
        lists.offer(r#"["monitorList",{"1":{"id":1,"name":"asked for"}}]"#);
        lists.accept();
        assert_eq!(lists.monitors[&1].name(), "asked for");
        assert!(!lists.monitors.contains_key(&3) && !lists.marks.is_outdated(Push::Monitors));
        assert!(lists.offered().is_none());
    }

    #[test]
    fn a_page_under_a_new_slug_leaves_none_under_the_old_one() {
        let mut lists = Lists::default();
        lists.replace(Push::StatusPages, json!({ "3": { "id": 3, "slug": "old" } }));
        lists.marks.page("old");
        lists.marks.page("new");
        let Outdated::Some(marked) = lists.marks.pages() else {
            panic!("no mark")
        };
        for (slug, mark) in marked {
            let page = json!({ "id": 3, "slug": slug }).as_object().cloned();
            lists.settle_page(&slug, mark, page.filter(|_| slug == "new"));
        }
        let slugs: Vec<_> = lists.others[&Push::StatusPages]
            .values()
            .map(|page| &page["slug"])
            .collect();
        assert_eq!(slugs, ["new"]);
    }

    #[test]
    fn a_snapshot_stays_and_only_changed_monitors_are_copied() {
        let mut lists = lists();
        let before = Arc::clone(&lists.monitors);
        lists.change_monitors(|monitor| {
            let mut changed = monitor.clone();
            (monitor.id() == Some(1)).then(|| {
                changed.0.insert("name".to_owned(), json!("changed"));
                changed
            })
        });
        lists.remove_monitor(7);
        assert_eq!((before[&1].name(), lists.monitors[&1].name()), ("a", "changed"));
        assert!(Arc::ptr_eq(&before[&2], &lists.monitors[&2]));
    }
}
