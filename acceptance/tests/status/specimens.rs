//! One object of each kind, and what a person may do to it.

use std::borrow::Borrow;

use acceptance::harness::Tool;
use quickfra::api::uptime_kuma::calls::{Item, Tag};
use quickfra::api::uptime_kuma::object::overlay;
use quickfra::api::uptime_kuma::{Error, Object, Session};
use serde_json::{Value, json};
use tfplugin::client::core::Feature;

use crate::hand::Hand;
use crate::server::Server;

/// A kind of objects, and one of them in a configuration.
pub(crate) struct Specimen {
    /// The resource, without what all begin with.
    pub(crate) kind: &'static str,
    /// The attributes. `MARK` is the test's mark, and a part of the name.
    pub(crate) body: &'static str,
    /// The name that it is imported by.
    pub(crate) name: &'static str,
    /// A change of the configuration, and what a plan shows of it.
    pub(crate) change: (&'static str, &'static str),
    pub(crate) changed: &'static [&'static str],
    /// A change by hand, and what a plan shows of it, with the value on the server.
    pub(crate) edit: fn(&Hand, i64),
    pub(crate) edited: (&'static str, fn() -> Value),
    /// Its secrets: the attribute, and the variable with the value.
    pub(crate) secrets: &'static [(&'static str, &'static str)],
    /// Writes others in their place by hand.
    pub(crate) spoil: fn(&Hand, i64),
    pub(crate) delete: fn(&Hand, i64),
    /// All that are there, with their names.
    pub(crate) all: fn(&Hand) -> Vec<(i64, String)>,
}

impl Specimen {
    /// Its address in a configuration.
    pub(crate) fn address(&self) -> String {
        format!("quickfra_status_{}.it", self.kind)
    }

    /// As [`Self::block`], after the change.
    pub(crate) fn changed_block(&self) -> String {
        self.block().replacen(self.change.0, self.change.1, 1)
    }

    /// What an identity names it by, beside its server.
    pub(crate) fn key(&self, id: i64) -> String {
        match self.kind {
            "page" => format!("slug = \"{}\"", self.name),
            _ => format!("id = {id}"),
        }
    }

    /// What an import id ends with: the number, or what a page has in its place.
    pub(crate) fn number(&self, id: i64) -> String {
        match self.kind {
            "page" => self.name.to_owned(),
            _ => id.to_string(),
        }
    }

    /// Its resource block.
    pub(crate) fn block(&self) -> String {
        let variables: String = self.secrets.iter().map(|(_, name)| secret_variable(name)).collect();
        format!(
            "{variables}resource \"quickfra_status_{}\" \"it\" {{\n  endpoint = var.endpoint\n{}\n}}\n",
            self.kind, self.body
        )
    }
}

fn secret_variable(name: &str) -> String {
    let value = secret(name, "canary-5d21f0");
    format!("variable \"{name}\" {{\n  type      = string\n  ephemeral = true\n  default   = \"{value}\"\n}}\n")
}

/// A value for the variable of a secret, with this text in it.
pub(crate) fn secret(variable: &str, text: &str) -> String {
    match variable {
        "hook_url" => format!("http://192.0.2.7/{text}"),
        "browser_url" => format!("ws://192.0.2.7:3000/{text}"),
        _ => text.to_owned(),
    }
}

/// All kinds that the server has, and that the tool can have secrets of.
pub(crate) fn specimens(server: &Server, tool: Tool) -> Vec<Specimen> {
    let mut kinds = vec![
        tag(),
        proxy(),
        docker_host(),
        notification(),
        monitor(),
        maintenance(),
        page(),
    ];
    if server.is_newer() {
        kinds.push(remote_browser());
    }
    kinds.retain(|kind| kind.secrets.is_empty() || tool.has(Feature::WriteOnly));
    kinds
}

/// What the server has of a test.
pub(crate) fn left(server: &Server, kind: &Specimen) -> Vec<(i64, String)> {
    let all = (kind.all)(&server.hand);
    all.into_iter()
        .filter(|(_, name)| name.contains(&server.mark))
        .collect()
}

/// A configuration of all of them.
pub(crate) fn configuration<S: Borrow<Specimen>>(specimens: &[S]) -> String {
    let blocks: Vec<String> = specimens.iter().map(|one| one.borrow().block()).collect();
    blocks.join("\n")
}

fn tag() -> Specimen {
    Specimen {
        kind: "tag",
        body: r##"
  name  = "MARK production"
  color = "#059669""##,
        name: "MARK production",
        change: ("#059669", "#dc2626"),
        changed: &["/color"],
        edit: |hand, id| {
            hand.does(async |session| {
                let mut tag = tag_of(session, id).await?;
                "#2563eb".clone_into(&mut tag.color);
                session.tags().edit(&tag).await.map(drop)
            });
        },
        edited: ("/color", || json!("#2563eb")),
        secrets: &[],
        spoil: |_, _| {},
        delete: |hand, id| hand.does(async |session| session.tags().delete(id).await),
        all: |hand| {
            let tags = hand.does(async |session| session.tags().list().await);
            tags.into_iter().map(|tag| (tag.id, tag.name)).collect()
        },
    }
}

async fn tag_of(session: &Session, id: i64) -> Result<Tag, Error> {
    let tags = session.tags().list().await?;
    Ok(tags.into_iter().find(|tag| tag.id == id).unwrap())
}

fn proxy() -> Specimen {
    Specimen {
        kind: "proxy",
        body: r#"
  protocol = "http"
  host     = "MARK.proxy.test"
  port     = 3128

  basic_auth {
    username    = "ada"
    password_wo = var.proxy_password
  }"#,
        name: "MARK.proxy.test",
        change: ("3128", "8080"),
        changed: &["/port"],
        edit: |hand, id| edit_proxy(hand, id, &json!({ "port": 1080 })),
        edited: ("/port", || json!(1080)),
        secrets: &[("basic_auth.password_wo", "proxy_password")],
        spoil: |hand, id| edit_proxy(hand, id, &json!({ "password": "changed-by-hand" })),
        delete: |hand, id| hand.does(async |session| session.proxies().delete(id).await),
        all: |hand| named(&hand.does(async |session| session.proxies().list().await), "host"),
    }
}

fn edit_proxy(hand: &Hand, id: i64, change: &Value) {
    hand.does(async |session| {
        let changed = changed(session.proxies().list().await?, id, change);
        session.proxies().replace(id, &changed).await
    });
}

fn docker_host() -> Specimen {
    Specimen {
        kind: "docker_host",
        body: r#"
  name   = "MARK engine"
  type   = "tcp"
  daemon = "http://192.0.2.5:2375""#,
        name: "MARK engine",
        change: ("192.0.2.5", "192.0.2.6"),
        changed: &["/daemon"],
        edit: |hand, id| {
            hand.does(async |session| {
                let change = json!({ "dockerType": "socket", "dockerDaemon": "/var/run/docker.sock" });
                let changed = changed(session.docker_hosts().list().await?, id, &change);
                session.docker_hosts().replace(id, &changed).await
            });
        },
        edited: ("/daemon", || json!("/var/run/docker.sock")),
        secrets: &[],
        spoil: |_, _| {},
        delete: |hand, id| hand.does(async |session| session.docker_hosts().delete(id).await),
        all: |hand| named(&hand.does(async |session| session.docker_hosts().list().await), "name"),
    }
}

fn remote_browser() -> Specimen {
    Specimen {
        kind: "remote_browser",
        body: r#"
  name   = "MARK browser"
  url_wo = var.browser_url"#,
        name: "MARK browser",
        change: ("MARK browser", "MARK browser 2"),
        changed: &["/name"],
        edit: |hand, id| edit_browser(hand, id, &json!({ "name": "renamed by hand" })),
        edited: ("/name", || json!("renamed by hand")),
        secrets: &[("url_wo", "browser_url")],
        spoil: |hand, id| edit_browser(hand, id, &json!({ "url": "ws://changed-by-hand" })),
        delete: |hand, id| hand.does(async |session| session.remote_browsers().delete(id).await),
        all: |hand| {
            named(
                &hand.does(async |session| session.remote_browsers().list().await),
                "name",
            )
        },
    }
}

fn edit_browser(hand: &Hand, id: i64, change: &Value) {
    hand.does(async |session| {
        let changed = changed(session.remote_browsers().list().await?, id, change);
        session.remote_browsers().replace(id, &changed).await
    });
}

fn notification() -> Specimen {
    Specimen {
        kind: "notification",
        body: r#"
  name = "MARK hook"

  webhook {
    url_wo       = var.hook_url
    headers_wo   = jsonencode({ Authorization = var.hook_header })
    content_type = "json"
  }"#,
        name: "MARK hook",
        change: ("\"json\"", "\"form-data\""),
        changed: &["/webhook/content_type"],
        edit: |hand, id| edit_notification(hand, id, &json!({ "webhookContentType": "form-data" })),
        edited: ("/webhook/content_type", || json!("form-data")),
        secrets: &[("webhook.url_wo", "hook_url"), ("webhook.headers_wo", "hook_header")],
        spoil: |hand, id| {
            let change = json!({
                "webhookURL": "http://192.0.2.7/changed-by-hand",
                "webhookAdditionalHeaders": "{\"Authorization\":\"changed by hand\"}",
            });
            edit_notification(hand, id, &change);
        },
        delete: |hand, id| hand.does(async |session| session.notifications().delete(id).await),
        all: |hand| {
            let all = hand.does(async |session| session.notifications().list().await);
            all.into_iter().map(|one| (one.id, one.name)).collect()
        },
    }
}

fn edit_notification(hand: &Hand, id: i64, change: &Value) {
    hand.does(async |session| {
        let all = session.notifications().list().await?;
        let found = all.into_iter().find(|one| one.id == id).unwrap();
        let changed = overlay(&found.config, change.as_object().unwrap());
        session.notifications().replace(id, &changed).await
    });
}

fn monitor() -> Specimen {
    Specimen {
        kind: "monitor",
        body: r#"
  name          = "MARK website"
  description   = "made by a test"
  interval      = 60
  active        = false
  notifications = [quickfra_status_notification.it.id]

  http {
    url    = "http://192.0.2.8/"
    method = "GET"

    basic_auth {
      username    = "ada"
      password_wo = var.website_password
    }
  }

  tag {
    id    = quickfra_status_tag.it.id
    value = "blue"
  }"#,
        name: "MARK website",
        change: ("60", "120"),
        changed: &["/interval"],
        edit: |hand, id| edit_monitor(hand, id, &json!({ "method": "HEAD", "description": "by hand" })),
        edited: ("/http/method", || json!("HEAD")),
        secrets: &[("http.basic_auth.password_wo", "website_password")],
        spoil: |hand, id| edit_monitor(hand, id, &json!({ "basic_auth_pass": "changed-by-hand" })),
        delete: |hand, id| hand.does(async |session| session.monitors().delete(id, false).await),
        all: |hand| {
            let all = hand.does(async |session| session.monitors().list().await);
            all.iter().map(|(id, one)| (*id, one.name().to_owned())).collect()
        },
    }
}

fn edit_monitor(hand: &Hand, id: i64, change: &Value) {
    hand.does(async |session| session.monitors().edit(id, change.as_object().unwrap()).await.map(drop));
}

fn maintenance() -> Specimen {
    Specimen {
        kind: "maintenance",
        body: r#"
  title    = "MARK works"
  monitors = [quickfra_status_monitor.it.id]

  single {
    start = "2035-01-01 00:00:00"
    end   = "2035-01-01 02:00:00"
  }"#,
        name: "MARK works",
        change: ("2035-01-01 02", "2035-01-01 03"),
        changed: &["/single/end"],
        edit: |hand, id| {
            let change = json!({ "title": "renamed by hand" });
            let change = change.as_object().unwrap();
            hand.does(async |session| session.maintenances().edit(id, change).await.map(drop));
        },
        edited: ("/title", || json!("renamed by hand")),
        secrets: &[],
        spoil: |_, _| {},
        delete: |hand, id| hand.does(async |session| session.maintenances().delete(id).await),
        all: |hand| {
            let all = hand.does(async |session| session.maintenances().list().await);
            all.iter().map(|one| row(one, "title")).collect()
        },
    }
}

fn page() -> Specimen {
    Specimen {
        kind: "page",
        body: r#"
  slug  = "MARK-page"
  title = "Page of MARK"
  theme = "light"

  group {
    name = "All"

    monitor {
      id = quickfra_status_monitor.it.id
    }
  }"#,
        name: "MARK-page",
        change: ("\"light\"", "\"dark\""),
        changed: &["/theme"],
        edit: |hand, id| {
            let slug = slug(hand, id);
            hand.does(async |session| {
                let groups = session.status_pages().groups(&slug).await?.unwrap();
                let change = json!({ "footerText": "by hand" });
                let pages = session.status_pages();
                pages
                    .save(&slug, change.as_object().unwrap(), "", &groups)
                    .await
                    .map(drop)
            });
        },
        edited: ("/footer", || json!("by hand")),
        secrets: &[],
        spoil: |_, _| {},
        delete: |hand, id| {
            let slug = slug(hand, id);
            hand.does(async |session| session.status_pages().delete(&slug).await);
        },
        all: |hand| {
            let all = hand.does(async |session| session.status_pages().snapshot().await);
            all.values().map(|one| row(one, "slug")).collect()
        },
    }
}

fn slug(hand: &Hand, id: i64) -> String {
    let pages = (page().all)(hand);
    pages.into_iter().find(|(found, _)| *found == id).unwrap().1
}

fn row(object: &Object, key: &str) -> (i64, String) {
    let name = object.get(key).and_then(Value::as_str).unwrap_or_default();
    (object["id"].as_i64().unwrap(), name.to_owned())
}

/// One of the items, with other values.
fn changed(items: Vec<Item>, id: i64, change: &Value) -> Object {
    let mut item = items.into_iter().find(|item| item.id() == Some(id)).unwrap().0;
    for key in ["id", "userId", "user_id"] {
        item.remove(key);
    }
    overlay(&item, change.as_object().unwrap())
}

fn named(items: &[Item], key: &str) -> Vec<(i64, String)> {
    let name = |item: &Item| item.0.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    items.iter().map(|item| (item.id().unwrap(), name(item))).collect()
}
