//! Status pages.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::connection::{Outdated, Push};
use super::super::error::Error;
use super::super::object::{Object, Snapshot, overlay};
use super::super::session::{Dialect, Kind, Session};
use super::{gone, http, list, object};

/// Calls about status pages. A page is known by its slug, the last part of its address.
#[derive(Debug, Clone, Copy)]
pub struct StatusPages<'a>(pub(super) &'a Session);

impl StatusPages<'_> {
    /// The configurations of all pages by number, as they were when this connection logged in and as this session has
    /// changed them since: the server neither sends them again nor can be asked for all.
    pub async fn snapshot(&self) -> Result<Snapshot<Object>, Error> {
        let live = self.0.live().await?;
        let pushes = live.connection.pushes();
        if let Outdated::Some(marked) = pushes.outdated_pages() {
            for (slug, mark) in marked {
                let page = self.get(&slug).await?;
                pushes.settle_page(&slug, mark, page);
            }
        }
        Ok(pushes.rows(Push::StatusPages))
    }

    /// One page of [`StatusPages::snapshot`].
    pub async fn known(&self, slug: &str) -> Result<Option<Arc<Object>>, Error> {
        let pages = self.snapshot().await?;
        let page = pages
            .values()
            .find(|page| page.get("slug").and_then(Value::as_str) == Some(slug));
        Ok(page.cloned())
    }

    /// A call about a page, after which it is another one.
    async fn change(&self, slug: &str, event: &'static str, arguments: &[Value]) -> Result<Object, Error> {
        let answer = self.0.call(Kind::Write, event, arguments).await;
        self.0.tell(|pushes| pushes.mark_page(slug)).await;
        answer
    }

    /// The configuration of a page, or none if there is no such page. Its groups are not in it: see
    /// [`StatusPages::groups`].
    pub async fn get(&self, slug: &str) -> Result<Option<Object>, Error> {
        let event = "getStatusPage";
        let answer = gone(self.0.call(Kind::Read, event, &[json!(slug)]).await)?;
        answer.map(|answer| object(event, answer, "config")).transpose()
    }

    /// Makes an empty page. The slug has small letters, digits and single hyphens: the server would take capital ones, and
    /// then never find the page.
    pub async fn add(&self, title: &str, slug: &str) -> Result<(), Error> {
        let event = "addStatusPage";
        check_slug(event, slug)?;
        let arguments = [json!(title), json!(slug)];
        self.change(slug, event, &arguments).await.map(drop)
    }

    /// Writes a page: its configuration, read and overlaid with what is wanted; its icon, which is empty, an address, or a
    /// PNG picture as data URL; and its groups in their order, `{ id?, name, monitorList: [{ id, sendUrl?, url? }] }`.
    /// Groups that are not among them are deleted. Gives the groups with their numbers; none if there is no such page.
    ///
    /// A group or monitor that does not exist makes the call fail after the rest was written.
    pub async fn save(
        &self,
        slug: &str,
        wanted: &Object,
        icon: &str,
        groups: &[Value],
    ) -> Result<Option<Vec<Value>>, Error> {
        let event = "saveStatusPage";
        if let Some(slug) = wanted.get("slug") {
            check_slug(event, slug.as_str().unwrap_or_default())?;
        }
        let Some(read) = self.get(slug).await? else {
            return Ok(None);
        };
        let dialect = self.0.version().await?.dialect();
        let config = complete(overlay(&read, wanted), dialect);
        let arguments = [json!(slug), Value::Object(config), json!(icon), json!(groups)];
        let answer = self.change(slug, event, &arguments).await;
        if let Some(renamed) = wanted.get("slug").and_then(Value::as_str) {
            self.0.tell(|pushes| pushes.mark_page(renamed)).await;
        }
        list(event, answer?, "publicGroupList").map(Some)
    }

    /// Deletes a page; no error if it is gone.
    pub async fn delete(&self, slug: &str) -> Result<(), Error> {
        let deleted = self.change(slug, "deleteStatusPage", &[json!(slug)]).await;
        gone(deleted).map(drop)
    }

    /// The groups of a page, or none if there is no such page. They can be read only as the page's visitors do, over plain
    /// HTTP on another stream of the same endpoint; the server caches them for five minutes, and forgets them with a save.
    pub async fn groups(&self, slug: &str) -> Result<Option<Vec<Value>>, Error> {
        check_slug("getStatusPage", slug)?;
        // The older dialect never answers a request for a page that it does not know.
        if self.get(slug).await?.is_none() {
            return Ok(None);
        }
        let path = format!("/api/status-page/{slug}");
        let page = http::get(self.0.endpoint(), &path, self.0.limits().call).await?;
        match page.map(|mut page| page.remove("publicGroupList")) {
            Some(Some(Value::Array(groups))) => Ok(Some(groups)),
            None => Ok(None),
            Some(_) => {
                let what = "there are no groups in the answer".to_owned();
                Err(Error::Http { path, what })
            }
        }
    }
}

/// Fields without which the server refuses a page.
fn complete(mut config: Object, dialect: Dialect) -> Object {
    config.entry("domainNameList").or_insert_with(|| json!([]));
    if dialect == Dialect::Two {
        config.entry("analyticsType").or_insert(Value::Null);
    }
    config
}

fn check_slug(event: &'static str, slug: &str) -> Result<(), Error> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let valid = slug.split('-').all(|part| !part.is_empty() && part.bytes().all(plain));
    if valid {
        return Ok(());
    }
    let what = "a slug has small letters and digits, and single hyphens between them";
    Err(Error::invalid(event, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_one_that_the_server_finds_again() {
        for slug in ["a", "test-page", "2026-11-22"] {
            assert!(check_slug("addStatusPage", slug).is_ok(), "{slug}");
        }
        for slug in ["", "-", "a--b", "-a", "Test", "a b", "a/../b", "ä"] {
            assert!(check_slug("addStatusPage", slug).is_err(), "{slug}");
        }
    }

    #[test]
    fn analytics_are_a_field_of_the_newer_dialect() {
        let complete = |dialect| Value::Object(complete(Object::new(), dialect));
        assert_eq!(complete(Dialect::One), json!({ "domainNameList": [] }));
        assert_eq!(
            complete(Dialect::Two),
            json!({ "domainNameList": [], "analyticsType": null })
        );
    }
}
