//! An installation that a person made on the page of a server: objects of every kind and every type.
//!
//! Monitors have all the fields that the page sends of each, whatever its type is.

use quickfra::api::uptime_kuma::object::overlay;
use quickfra::api::uptime_kuma::{Error, Object, Session};
use serde_json::{Value, json};

use crate::server::Server;

/// Something that was made, as an import names it.
pub(crate) struct Made {
    /// The resource, without what all begin with.
    pub(crate) kind: &'static str,
    /// Its name, without the test's mark.
    pub(crate) name: String,
    /// What the import id ends with.
    pub(crate) key: String,
    /// Its address in a configuration.
    pub(crate) address: String,
}

impl Made {
    fn new(kind: &'static str, name: &str, key: &impl ToString) -> Self {
        let name = name.replace('-', "_").to_lowercase();
        let key = key.to_string();
        let address = format!("quickfra_status_{kind}.{name}");
        Self {
            kind,
            name,
            key,
            address,
        }
    }

    /// Takes the address that the data source gave it; what it does not find keeps its own.
    pub(crate) fn found(&mut self, objects: &Value) {
        let resource = format!("quickfra_status_{}", self.kind);
        let end = format!("#{}", self.key);
        let mut same = objects.as_array().unwrap().iter().filter(|object| {
            object["resource"] == json!(resource) && object["import_id"].as_str().is_some_and(|id| id.ends_with(&end))
        });
        if let Some(found) = same.next() {
            found["address"].as_str().unwrap().clone_into(&mut self.address);
        }
    }

    /// Its number, for what has one.
    pub(crate) fn id(&self) -> i64 {
        self.key.parse().unwrap()
    }
}

/// All secrets of the installation hold this.
pub(crate) const CANARY: &str = "canary-of-a-hand-6b1f";

/// Makes everything. A live server keeps its settings and has no key added, since neither could be taken back.
pub(crate) fn install(server: &Server) -> Vec<Made> {
    let (newer, own, mark) = (server.is_newer(), server.is_own(), server.mark.as_str());
    server.hand.does(async |session| {
        let mut maker = Maker {
            session,
            mark,
            newer,
            made: Vec::new(),
        };
        maker.everything(own).await?;
        Ok(maker.made)
    })
}

struct Maker<'a> {
    session: &'a Session,
    mark: &'a str,
    newer: bool,
    made: Vec<Made>,
}

impl Maker<'_> {
    async fn everything(&mut self, own: bool) -> Result<(), Error> {
        let tag = self.session.tags().add(&self.named("team"), "#059669").await?;
        self.made.push(Made::new("tag", "team", &tag));
        self.items().await?;
        self.notifications().await?;
        self.monitors(tag).await?;
        self.pages().await?;
        self.maintenances().await?;
        self.keys_and_settings(own).await
    }

    fn named(&self, name: &str) -> String {
        format!("{} {name}", self.mark)
    }

    fn id(&self, kind: &str, name: &str) -> i64 {
        let found = self.made.iter().find(|made| made.kind == kind && made.name == name);
        found.unwrap().id()
    }

    async fn items(&mut self) -> Result<(), Error> {
        let host = format!("{}.proxy.test", self.mark);
        let login = json!({ "protocol": "http", "host": host, "port": 3128, "auth": true, "username": "ada",
            "password": CANARY, "active": true, "default": false, "applyExisting": false });
        let plain = overlay(
            &object(&login),
            &object(&json!({ "protocol": "socks5", "auth": false, "username": null, "password": null })),
        );
        for (name, proxy) in [("login", object(&login)), ("plain", plain)] {
            let id = self.session.proxies().add(&proxy).await?;
            self.made.push(Made::new("proxy", name, &id));
        }
        let engine =
            json!({ "name": self.named("engine"), "dockerType": "tcp", "dockerDaemon": "http://192.0.2.5:2375" });
        let id = self.session.docker_hosts().add(&object(&engine)).await?;
        self.made.push(Made::new("docker_host", "engine", &id));
        if self.newer {
            let browser = json!({ "name": self.named("browser"), "url": format!("ws://192.0.2.6:3000/{CANARY}") });
            let id = self.session.remote_browsers().add(&object(&browser)).await?;
            self.made.push(Made::new("remote_browser", "browser", &id));
        }
        Ok(())
    }

    async fn notifications(&mut self) -> Result<(), Error> {
        for (name, fields) in typed("notifications") {
            let common = json!({ "name": self.named(&name), "isDefault": false, "applyExisting": false });
            let notification = overlay(&object(&common), &object(&fields));
            let id = self.session.notifications().add(&notification).await?;
            self.made.push(Made::new("notification", &name, &id));
        }
        Ok(())
    }

    async fn monitors(&mut self, tag: i64) -> Result<(), Error> {
        let group = json!({ "type": "group", "name": self.named("group"), "interval": 60, "retryInterval": 60,
            "timeout": 48, "accepted_statuscodes": ["200-299"], "notificationIDList": {} });
        let mut group = object(&group);
        if self.newer {
            group.insert("conditions".to_owned(), json!([]));
        }
        let group = self.session.monitors().add(&group).await?;
        self.made.push(Made::new("monitor", "group", &group));
        let known = self.session.monitors().get(group).await?.unwrap().0;
        let on_the_page = object(&as_the_page_sends_it());
        for (name, fields) in typed("monitors") {
            let special = json!({ "name": self.named(&name), "parent": group, "active": name == "push" });
            let mut monitor = overlay(&overlay(&on_the_page, &object(&fields)), &object(&special));
            self.refer(&name, &mut monitor);
            let kind = monitor["type"].as_str().unwrap_or_default().to_owned();
            if !self.newer && NEWER.contains(&kind.as_str()) {
                continue;
            }
            monitor.retain(|key, _| known.contains_key(key) || UNTOLD.contains(&key.as_str()));
            let id = self.session.monitors().add(&monitor).await?;
            self.session.tags().put(tag, id, &name).await?;
            self.made.push(Made::new("monitor", &name, &id));
        }
        Ok(())
    }

    /// Fills in the numbers of what a monitor goes through and tells.
    fn refer(&self, name: &str, monitor: &mut Object) {
        let mut set = |key: &str, value: Value| monitor.insert(key.to_owned(), value);
        match name {
            "http-basic" => {
                let told = [self.id("notification", "email"), self.id("notification", "apprise")];
                set(
                    "notificationIDList",
                    json!({ told[0].to_string(): true, told[1].to_string(): true }),
                );
                set("proxyId", json!(self.id("proxy", "login")));
            }
            "docker" => {
                set("docker_host", json!(self.id("docker_host", "engine")));
            }
            "real-browser" if self.newer => {
                set("remote_browser", json!(self.id("remote_browser", "browser")));
            }
            _ => {}
        }
    }

    async fn pages(&mut self) -> Result<(), Error> {
        let pages = self.session.status_pages();
        for name in ["full", "empty"] {
            let slug = format!("{}-{name}", self.mark);
            pages.add(&self.named(name), &slug).await?;
            self.made.push(Made::new("page", name, &slug));
        }
        let slug = format!("{}-full", self.mark);
        let shown = [("http", true), ("ping", false), ("push", false)];
        let shown = shown.map(|(name, url)| json!({ "id": self.id("monitor", name), "sendUrl": url }));
        let groups = [
            json!({ "name": "Web", "monitorList": [shown[0], shown[1]] }),
            json!({ "name": "Jobs", "monitorList": [shown[2]] }),
        ];
        let config = json!({ "title": self.named("full"), "description": "All that there is", "theme": "dark",
            "domainNameList": [format!("{}.status.test", self.mark)], "customCSS": "body {\n  color: red;\n}\n",
            "footerText": "By hand", "showPoweredBy": false, "showTags": true });
        pages
            .save(&slug, &object(&config), "/upload/logo1.png?t=1", &groups)
            .await?;
        let incident = json!({ "title": "Trouble", "content": "We look into it", "style": "warning" });
        pages.post_incident(&slug, &object(&incident)).await.map(drop)
    }

    async fn maintenances(&mut self) -> Result<(), Error> {
        let concerned = [self.id("monitor", "http"), self.id("monitor", "ping")];
        let page = self.session.status_pages().get(&format!("{}-full", self.mark)).await?;
        let pages: Vec<i64> = page.iter().filter_map(|page| page["id"].as_i64()).collect();
        for (name, fields) in typed("maintenances") {
            let common = json!({ "title": self.named(&name), "description": "", "active": name != "manual",
                "intervalDay": 1, "dateRange": [], "timeRange": [{ "hours": 2, "minutes": 0 }, { "hours": 3, "minutes": 30 }],
                "weekdays": [], "daysOfMonth": [], "timezoneOption": "UTC", "cron": "30 3 * * *", "durationMinutes": 60 });
            let maintenance = overlay(&object(&common), &object(&fields));
            let all = self.session.maintenances();
            let id = all.add(&maintenance).await?;
            all.set_monitors(id, &concerned).await?;
            all.set_status_pages(id, &pages).await?;
            self.made.push(Made::new("maintenance", &name, &id));
        }
        Ok(())
    }

    async fn keys_and_settings(&mut self, own: bool) -> Result<(), Error> {
        if own || !self.session.api_keys().list().await?.is_empty() {
            let keys = self.session.api_keys();
            let (id, _) = keys.add(&self.named("key"), Some("2035-01-01 00:00:00"), false).await?;
            self.made.push(Made::new("api_key", "key", &id));
        }
        if own {
            let settings = json!({ "checkUpdate": false, "keepDataPeriodDays": 90, "searchEngineIndex": false,
                "entryPage": "dashboard", "tlsExpiryNotifyDays": [7, 14], "trustProxy": false, "steamAPIKey": CANARY });
            self.session.settings().change(&object(&settings), None).await?;
        }
        self.made.push(Made::new("settings", "all", &"settings"));
        Ok(())
    }
}

/// Types that the older dialect does not have.
const NEWER: [&str; 11] = [
    "manual",
    "websocket-upgrade",
    "globalping",
    "smtp",
    "snmp",
    "ntp",
    "sip-options",
    "rabbitmq",
    "oracledb",
    "system-service",
    "pm2",
];

/// What the server takes and never tells.
const UNTOLD: [&str; 2] = ["manual_status", "snmpV3Username"];

/// What the page has of a new monitor before anything is typed.
fn as_the_page_sends_it() -> Value {
    serde_json::from_str(include_str!("new-monitor.json")).unwrap()
}

/// What is typed, by names: `monitors` has one of each type but the group and one for each way to log in, `notifications`
/// one of each type that has a block and some of types that have none, `maintenances` one of each strategy.
fn typed(what: &str) -> Object {
    let text = include_str!("hand-made.json").replace("CANARY", CANARY);
    let all: Value = serde_json::from_str(&text).unwrap();
    object(&all[what])
}

/// A JSON object.
pub(crate) fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}
