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
    fn new(kind: &'static str, name: &str, key: impl ToString) -> Self {
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
        self.made.push(Made::new("tag", "team", tag));
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
            self.made.push(Made::new("proxy", name, id));
        }
        let engine =
            json!({ "name": self.named("engine"), "dockerType": "tcp", "dockerDaemon": "http://192.0.2.5:2375" });
        let id = self.session.docker_hosts().add(&object(&engine)).await?;
        self.made.push(Made::new("docker_host", "engine", id));
        if self.newer {
            let browser = json!({ "name": self.named("browser"), "url": format!("ws://192.0.2.6:3000/{CANARY}") });
            let id = self.session.remote_browsers().add(&object(&browser)).await?;
            self.made.push(Made::new("remote_browser", "browser", id));
        }
        Ok(())
    }

    async fn notifications(&mut self) -> Result<(), Error> {
        for (name, fields) in notifications() {
            let common = json!({ "name": self.named(name), "isDefault": false, "applyExisting": false });
            let notification = overlay(&object(&common), &object(&fields));
            let id = self.session.notifications().add(&notification).await?;
            self.made.push(Made::new("notification", name, id));
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
        self.made.push(Made::new("monitor", "group", group));
        let known = self.session.monitors().get(group).await?.unwrap().0;
        let on_the_page = object(&as_the_page_sends_it());
        for (name, fields) in monitors() {
            let special = json!({ "name": self.named(name), "parent": group, "active": name == "push" });
            let mut monitor = overlay(&overlay(&on_the_page, &object(&fields)), &object(&special));
            self.refer(name, &mut monitor);
            let kind = monitor["type"].as_str().unwrap_or_default().to_owned();
            if !self.newer && NEWER.contains(&kind.as_str()) {
                continue;
            }
            monitor.retain(|key, _| known.contains_key(key) || UNTOLD.contains(&key.as_str()));
            let id = self.session.monitors().add(&monitor).await?;
            self.session.tags().put(tag, id, name).await?;
            self.made.push(Made::new("monitor", name, id));
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
            self.made.push(Made::new("page", name, slug));
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
        for (name, fields) in maintenances() {
            let common = json!({ "title": self.named(name), "description": "", "active": name != "manual",
                "intervalDay": 1, "dateRange": [], "timeRange": [{ "hours": 2, "minutes": 0 }, { "hours": 3, "minutes": 30 }],
                "weekdays": [], "daysOfMonth": [], "timezoneOption": "UTC", "cron": "30 3 * * *", "durationMinutes": 60 });
            let maintenance = overlay(&object(&common), &object(&fields));
            let all = self.session.maintenances();
            let id = all.add(&maintenance).await?;
            all.set_monitors(id, &concerned).await?;
            all.set_status_pages(id, &pages).await?;
            self.made.push(Made::new("maintenance", name, id));
        }
        Ok(())
    }

    async fn keys_and_settings(&mut self, own: bool) -> Result<(), Error> {
        if own || !self.session.api_keys().list().await?.is_empty() {
            let keys = self.session.api_keys();
            let (id, _) = keys.add(&self.named("key"), Some("2035-01-01 00:00:00"), false).await?;
            self.made.push(Made::new("api_key", "key", id));
        }
        if own {
            let settings = json!({ "checkUpdate": false, "keepDataPeriodDays": 90, "searchEngineIndex": false,
                "entryPage": "dashboard", "tlsExpiryNotifyDays": [7, 14], "trustProxy": false, "steamAPIKey": CANARY });
            self.session.settings().change(&object(&settings), None).await?;
        }
        self.made.push(Made::new("settings", "all", "settings"));
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

/// One monitor of each type but the group, and one for each way to log in.
fn monitors() -> Vec<(&'static str, Value)> {
    let web = "http://192.0.2.8/";
    let database = |scheme: &str| format!("{scheme}://ada:{CANARY}@192.0.2.9/app");
    vec![
        (
            "http",
            json!({ "type": "http", "url": web, "headers": "{\n    \"Accept\": \"text/html\"\n}",
            "method": "POST", "body": "{\"a\": 1}", "description": "typed by hand", "maxretries": 2,
            "retryInterval": 30, "resendInterval": 5, "maxredirects": 3, "ignoreTls": true, "ipFamily": "ipv4" }),
        ),
        (
            "http-basic",
            json!({ "type": "http", "url": web, "authMethod": "basic", "basic_auth_user": "ada",
            "basic_auth_pass": CANARY, "headers": format!("{{\n    \"X-Token\": \"{CANARY}\"\n}}") }),
        ),
        (
            "http-bare",
            json!({ "type": "http", "url": web, "authMethod": "basic", "basic_auth_user": "ada" }),
        ),
        (
            "http-bearer",
            json!({ "type": "http", "url": web, "authMethod": "bearer", "bearer_token": CANARY }),
        ),
        (
            "http-oauth",
            json!({ "type": "http", "url": web, "authMethod": "oauth2-cc",
            "oauth_token_url": "http://192.0.2.8/token", "oauth_client_id": "kuma", "oauth_client_secret": CANARY,
            "oauth_scopes": "read" }),
        ),
        (
            "http-ntlm",
            json!({ "type": "http", "url": web, "authMethod": "ntlm", "basic_auth_user": "ada",
            "basic_auth_pass": CANARY, "authDomain": "EXAMPLE", "authWorkstation": "kuma" }),
        ),
        (
            "http-mtls",
            json!({ "type": "http", "url": web, "authMethod": "mtls", "tlsCert": "certificate",
            "tlsKey": CANARY, "tlsCa": "authority" }),
        ),
        (
            "keyword",
            json!({ "type": "keyword", "url": web, "keyword": "up", "invertKeyword": true }),
        ),
        (
            "json-query",
            json!({ "type": "json-query", "url": web, "jsonPath": "$.status", "jsonPathOperator": "==",
            "expectedValue": "up" }),
        ),
        (
            "port",
            json!({ "type": "port", "hostname": "192.0.2.10", "port": 5432 }),
        ),
        (
            "ping",
            json!({ "type": "ping", "hostname": "192.0.2.10", "packetSize": 64, "timeout": 10, "ping_count": 3,
            "ping_numeric": true, "ping_per_request_timeout": 2 }),
        ),
        (
            "dns",
            json!({ "type": "dns", "hostname": "example.com", "dns_resolve_server": "192.0.2.53", "port": 53,
            "conditions": [{ "type": "expression", "id": "1", "variable": "record", "operator": "contains",
            "value": "192.0.2.", "andOr": "and" }] }),
        ),
        ("docker", json!({ "type": "docker", "docker_container": "web" })),
        (
            "push",
            json!({ "type": "push", "pushToken": format!("{}aZ09", CANARY.replace('-', "")) }),
        ),
        ("manual", json!({ "type": "manual", "manual_status": 1 })),
        ("real-browser", json!({ "type": "real-browser", "url": web })),
        (
            "websocket-upgrade",
            json!({ "type": "websocket-upgrade", "url": "ws://192.0.2.8/",
            "accepted_statuscodes": ["1000"], "wsSubprotocol": "mqtt", "authMethod": "basic", "basic_auth_user": "ada",
            "basic_auth_pass": CANARY }),
        ),
        (
            "grpc-keyword",
            json!({ "type": "grpc-keyword", "grpcUrl": "192.0.2.8:50051", "keyword": "SERVING",
            "grpcServiceName": "Health", "grpcMethod": "check", "grpcProtobuf": "syntax = \"proto3\";\n",
            "grpcBody": "{}", "grpcMetadata": format!("{{\"token\": \"{CANARY}\"}}") }),
        ),
        (
            "globalping",
            json!({ "type": "globalping", "subtype": "ping", "hostname": "example.com",
            "protocol": "ICMP", "ping_count": 3 }),
        ),
        (
            "globalping-http",
            json!({ "type": "globalping", "subtype": "http", "url": "https://example.com/",
            "authMethod": "bearer", "bearer_token": CANARY, "keyword": "up" }),
        ),
        (
            "globalping-dns",
            json!({ "type": "globalping", "subtype": "dns", "hostname": "example.com",
            "dns_resolve_type": "MX" }),
        ),
        (
            "smtp",
            json!({ "type": "smtp", "hostname": "192.0.2.10", "port": 25, "smtpSecurity": "nostarttls" }),
        ),
        (
            "snmp",
            json!({ "type": "snmp", "hostname": "192.0.2.10", "port": 161, "radiusPassword": CANARY,
            "snmpOid": "1.3.6.1.2.1.1.3.0", "snmpVersion": "2c", "jsonPath": "$", "jsonPathOperator": ">=",
            "expectedValue": "0", "timeout": 5 }),
        ),
        (
            "snmp-user",
            json!({ "type": "snmp", "hostname": "192.0.2.10", "port": 161, "snmpV3Username": "ada",
            "snmpOid": "1.3.6.1.2.1.1.3.0", "snmpVersion": "3", "jsonPath": "$", "jsonPathOperator": "==",
            "expectedValue": "0", "timeout": 5 }),
        ),
        ("ntp", json!({ "type": "ntp", "hostname": "192.0.2.10", "port": 123 })),
        (
            "radius",
            json!({ "type": "radius", "hostname": "192.0.2.10", "port": 1812, "radiusUsername": "ada",
            "radiusPassword": CANARY, "radiusSecret": format!("{CANARY}-shared"), "radiusCalledStationId": "called",
            "radiusCallingStationId": "calling" }),
        ),
        (
            "sip-options",
            json!({ "type": "sip-options", "hostname": "192.0.2.10", "port": 5060 }),
        ),
        (
            "tailscale-ping",
            json!({ "type": "tailscale-ping", "hostname": "peer" }),
        ),
        (
            "mqtt",
            json!({ "type": "mqtt", "hostname": "192.0.2.10", "port": 1883, "mqttTopic": "a/b",
            "mqttUsername": "ada", "mqttPassword": CANARY, "mqttSuccessMessage": "ok" }),
        ),
        (
            "rabbitmq",
            json!({ "type": "rabbitmq", "rabbitmqNodes": ["http://192.0.2.10:15672/"],
            "rabbitmqUsername": "ada", "rabbitmqPassword": CANARY }),
        ),
        (
            "kafka-producer",
            json!({ "type": "kafka-producer", "kafkaProducerBrokers": ["192.0.2.10:9092"],
            "kafkaProducerTopic": "t", "kafkaProducerMessage": "m", "kafkaProducerSaslOptions":
            { "mechanism": "plain", "username": "ada", "password": CANARY }, "timeout": 1 }),
        ),
        (
            "kafka-open",
            json!({ "type": "kafka-producer", "kafkaProducerBrokers": ["192.0.2.10:9092"],
            "kafkaProducerTopic": "t", "kafkaProducerMessage": "m", "timeout": 1 }),
        ),
        (
            "sqlserver",
            json!({ "type": "sqlserver", "databaseQuery": "SELECT 1",
            "databaseConnectionString": format!("Server=192.0.2.9,1433;User Id=ada;Password={CANARY}") }),
        ),
        (
            "postgres",
            json!({ "type": "postgres", "databaseConnectionString": database("postgres"),
            "databaseQuery": "SELECT 1" }),
        ),
        (
            "mysql",
            json!({ "type": "mysql", "databaseConnectionString": "mysql://ada@192.0.2.9/app",
            "radiusPassword": CANARY }),
        ),
        (
            "oracledb",
            json!({ "type": "oracledb", "databaseConnectionString": format!("192.0.2.9/{CANARY}"),
            "basic_auth_user": "ada", "basic_auth_pass": CANARY }),
        ),
        (
            "mongodb",
            json!({ "type": "mongodb", "databaseConnectionString": database("mongodb"),
            "databaseQuery": "{\"ping\": 1}" }),
        ),
        (
            "redis",
            json!({ "type": "redis", "databaseConnectionString": database("redis") }),
        ),
        (
            "system-service",
            json!({ "type": "system-service", "system_service_name": "nginx" }),
        ),
        ("pm2", json!({ "type": "pm2", "system_service_name": "worker" })),
        (
            "steam",
            json!({ "type": "steam", "hostname": "192.0.2.10", "port": 27015 }),
        ),
        (
            "gamedig",
            json!({ "type": "gamedig", "hostname": "192.0.2.10", "port": 25565, "game": "minecraft",
            "gamedigToken": CANARY }),
        ),
    ]
}

/// One notification of each type that has a block, and some of types that have none.
fn notifications() -> Vec<(&'static str, Value)> {
    let url = format!("https://192.0.2.7/{CANARY}");
    vec![
        (
            "email",
            json!({ "type": "smtp", "smtpHost": "192.0.2.25", "smtpPort": 587, "smtpSecure": false,
            "smtpFrom": "kuma@example.com", "smtpTo": "ada@example.com, bob@example.com", "smtpUsername": "ada",
            "smtpPassword": CANARY, "smtpDkimDomain": "example.com", "smtpDkimKeySelector": "kuma",
            "smtpDkimPrivateKey": CANARY, "customSubject": "{{ name }}" }),
        ),
        (
            "webhook",
            json!({ "type": "webhook", "webhookURL": url, "webhookContentType": "json", "httpMethod": "post",
            "webhookAdditionalHeaders": format!("{{\"Authorization\": \"{CANARY}\"}}") }),
        ),
        (
            "telegram",
            json!({ "type": "telegram", "telegramBotToken": CANARY, "telegramChatID": "-100",
            "telegramServerUrl": "https://api.telegram.org" }),
        ),
        (
            "ntfy",
            json!({ "type": "ntfy", "ntfytopic": "kuma", "ntfyserverurl": "https://ntfy.sh", "ntfyPriority": 5,
            "ntfyAuthenticationMethod": "usernamePassword", "ntfyusername": "ada", "ntfypassword": CANARY }),
        ),
        (
            "ntfy-token",
            json!({ "type": "ntfy", "ntfytopic": "kuma", "ntfyserverurl": "https://ntfy.sh",
            "ntfyPriority": 4, "ntfyAuthenticationMethod": "accessToken", "ntfyaccesstoken": CANARY }),
        ),
        (
            "slack",
            json!({ "type": "slack", "slackwebhookURL": url, "slackchannel": "#status" }),
        ),
        (
            "discord",
            json!({ "type": "discord", "discordWebhookUrl": url, "discordUsername": "kuma" }),
        ),
        (
            "gotify",
            json!({ "type": "gotify", "gotifyserverurl": "https://192.0.2.7", "gotifyapplicationToken": CANARY,
            "gotifyPriority": 8 }),
        ),
        (
            "pagerduty",
            json!({ "type": "PagerDuty", "pagerdutyIntegrationKey": CANARY,
            "pagerdutyIntegrationUrl": "https://events.pagerduty.com/v2/enqueue", "pagerdutyPriority": "warning",
            "pagerdutyAutoResolve": "resolve" }),
        ),
        (
            "matrix",
            json!({ "type": "matrix", "homeserverUrl": "https://192.0.2.7", "internalRoomId": "!a:example.org",
            "accessToken": CANARY }),
        ),
        (
            "pushover",
            json!({ "type": "pushover", "pushoveruserkey": CANARY, "pushoverapptoken": CANARY,
            "pushoverpriority": "1", "pushoversounds": "siren" }),
        ),
        ("teams", json!({ "type": "teams", "webhookUrl": url })),
        (
            "signal",
            json!({ "type": "signal", "signalURL": "http://192.0.2.7/v2/send", "signalNumber": "+4900000",
            "signalRecipients": "+4900001,+4900002" }),
        ),
        (
            "apprise",
            json!({ "type": "apprise", "appriseURL": format!("json://192.0.2.7/{CANARY}"), "title": "Status" }),
        ),
        (
            "mattermost",
            json!({ "type": "mattermost", "mattermostWebhookUrl": url, "mattermostusername": "kuma" }),
        ),
        (
            "pushbullet",
            json!({ "type": "pushbullet", "pushbulletAccessToken": CANARY }),
        ),
    ]
}

/// One maintenance of each strategy.
fn maintenances() -> Vec<(&'static str, Value)> {
    vec![
        ("manual", json!({ "strategy": "manual" })),
        (
            "single",
            json!({ "strategy": "single", "dateRange": ["2035-01-01 00:00:00", "2035-01-01 02:00:00"] }),
        ),
        (
            "cron",
            json!({ "strategy": "cron", "cron": "15 4 * * 1", "durationMinutes": 90,
            "timezoneOption": "SAME_AS_SERVER", "description": "by hand" }),
        ),
        (
            "interval",
            json!({ "strategy": "recurring-interval", "intervalDay": 3, "dateRange": ["2035-01-01 00:00:00"] }),
        ),
        (
            "weekday",
            json!({ "strategy": "recurring-weekday", "weekdays": [1, 3, 0], "timezoneOption": "Europe/Berlin" }),
        ),
        (
            "day-of-month",
            json!({ "strategy": "recurring-day-of-month", "daysOfMonth": [1, 15, "lastDay1"],
            "dateRange": ["2035-01-01 00:00:00", "2036-01-01 00:00:00"] }),
        ),
    ]
}

/// A JSON object.
pub(crate) fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}
