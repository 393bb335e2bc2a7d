//! The same calls on every server: on the doubles of both dialects, and instead on a real one if there is one:
//!
//! ```sh
//! QUICKFRA_UPTIME_KUMA=127.0.0.1:3001 QUICKFRA_UPTIME_KUMA_USERNAME=admin QUICKFRA_UPTIME_KUMA_PASSWORD=... \
//!     cargo test --package terraform-provider-quickfra --test uptime_kuma live
//! ```
//!
//! A server without a user gets that one as its first administrator. All names begin with `live`, and all is deleted.

use std::collections::BTreeSet;
use std::env;

use futures_util::future::join_all;
use quickfra::api::uptime_kuma::calls::{Notice, need_setup, setup};
use quickfra::api::uptime_kuma::connection::Status;
use quickfra::api::uptime_kuma::error::Reason;
use quickfra::api::uptime_kuma::session::Dialect as Spoken;
use quickfra::api::uptime_kuma::{Address, Credentials, Endpoint, Error, Limits, Login, Object, Session};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::double::{Dialect, Double, PASSWORD, object};

/// A server, and who may log in to it.
struct Server {
    endpoint: Endpoint,
    credentials: Credentials,
    double: Option<Double>,
}

impl Server {
    fn session(&self) -> Session {
        self.session_of(self.credentials.clone())
    }

    fn session_of(&self, credentials: Credentials) -> Session {
        match &self.double {
            Some(double) => double.session_of(credentials),
            None => Session::new(self.endpoint.clone(), Login::Password(credentials), Limits::default()),
        }
    }
}

/// The real server that the environment names.
fn real() -> Option<Server> {
    let address = env::var("QUICKFRA_UPTIME_KUMA").ok()?;
    let named = |name: &str| env::var(format!("QUICKFRA_UPTIME_KUMA_{name}")).expect("a user name and a password");
    let way = address.clone();
    Some(Server {
        endpoint: Endpoint::new(Address::new(address), move || TcpStream::connect(way.clone())),
        credentials: Credentials::new(named("USERNAME"), named("PASSWORD").as_str()),
        double: None,
    })
}

fn double(dialect: Dialect) -> Server {
    let double = Double::fresh(dialect);
    Server {
        endpoint: double.endpoint(),
        credentials: Credentials::new("admin", PASSWORD),
        double: Some(double),
    }
}

fn monitor(name: &str) -> Object {
    object(
        json!({ "type": "http", "name": name, "url": "http://127.0.0.1:9/", "interval": 60, "description": "stays" }),
    )
}

/// Makes the first administrator if there is none.
async fn begin(server: &Server) {
    let limits = Limits::default();
    let login = &server.credentials;
    let connection = server.endpoint.connect(&limits).await.unwrap();
    if need_setup(&connection, limits.call).await.unwrap() {
        setup(&connection, &login.username, &login.password, limits.call)
            .await
            .unwrap();
    }
}

async fn monitors(session: &Session) -> i64 {
    let monitors = session.monitors();
    let id = monitors.add_once(&monitor("live")).await.unwrap().id;
    monitors
        .edit(id, &object(json!({ "name": "live, edited", "maxretries": 3 })))
        .await
        .unwrap()
        .unwrap();
    monitors.pause(id).await.unwrap();
    let known = monitors.known(id).await.unwrap().unwrap();
    let read = monitors.get(id).await.unwrap().unwrap();
    for read in [&read, &*known] {
        assert_eq!((read.name(), read.switched_on()), ("live, edited", false));
        assert_eq!(
            (&read.0["maxretries"], &read.0["description"]),
            (&json!(3), &json!("stays"))
        );
    }
    monitors.resume(id).await.unwrap();
    assert!(monitors.known(id).await.unwrap().unwrap().switched_on());

    let mut wanted = monitor("live, orphan");
    wanted.insert("notificationIDList".to_owned(), json!({ "99999": true }));
    let refused = monitors.add_once(&wanted).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Reason::Reference), "{refused}");
    assert!(monitors.find_by_name("live, orphan").await.unwrap().is_empty());
    wanted.insert("notificationIDList".to_owned(), json!({}));
    wanted.insert("noSuchKey".to_owned(), json!("canary"));
    let refused = monitors.add_once(&wanted).await.unwrap_err().to_string();
    assert!(
        refused.ends_with("this version does not know the field no_such_key"),
        "{refused}"
    );
    assert_eq!(monitors.get(99_999).await.unwrap(), None);
    id
}

/// What is known without asking is what is told when asked.
async fn many(session: &Session) {
    let monitors = session.monitors();
    let names = (0..20).map(|number| {
        if number < 5 {
            "live, twin".to_owned()
        } else {
            format!("live {number}")
        }
    });
    let wanted: Vec<Object> = names.map(|name| monitor(&name)).collect();
    let made = join_all(wanted.iter().map(|wanted| monitors.add_once(wanted))).await;
    let ids: BTreeSet<i64> = made.into_iter().map(|added| added.unwrap().id).collect();
    assert_eq!(ids.len(), 20);
    let group = object(json!({ "type": "group", "name": "live, group", "interval": 60 }));
    let group = monitors.add_once(&group).await.unwrap().id;
    let child = *ids.first().unwrap();
    monitors
        .edit(child, &object(json!({ "parent": group })))
        .await
        .unwrap()
        .unwrap();
    monitors.pause(group).await.unwrap();
    same(session).await;
    assert!(monitors.known(child).await.unwrap().unwrap().switched_on());
    monitors.resume(group).await.unwrap();
    same(session).await;
    monitors.delete(group, false).await.unwrap();
    same(session).await;
    for deleted in join_all(ids.iter().map(|id| monitors.delete(*id, false))).await {
        deleted.unwrap();
    }
    assert!(ids.iter().all(|id| id != &group));
    same(session).await;
}

/// The parts of a monitor that do not change by themselves.
fn stable(monitor: &Object) -> Object {
    let mut stable = monitor.clone();
    // One asks for a single monitor, the other for a list, which differ in these; and maintenance comes and goes.
    for key in ["path", "pathName", "maintenance", "childrenIDs"] {
        stable.remove(key);
    }
    stable
}

async fn same(session: &Session) {
    let known = session.monitors().snapshot().await.unwrap();
    let asked = session.monitors().list().await.unwrap();
    let ids: Vec<_> = known.keys().collect();
    assert_eq!(ids, asked.keys().collect::<Vec<_>>());
    for (id, monitor) in asked.iter() {
        let (known, asked) = (stable(&known[id].0), stable(&monitor.0));
        // Other people's monitors may be among them, with what nobody is to read.
        let differing: Vec<_> = asked.keys().filter(|key| known.get(*key) != asked.get(*key)).collect();
        assert!(differing.is_empty(), "monitor {id} differs in {differing:?}");
    }
}

async fn tags(session: &Session, monitor: i64) {
    let tags = session.tags();
    let tag = tags.add_once("live", "#059669").await.unwrap().id;
    tags.put(tag, monitor, "").await.unwrap();
    tags.put(tag, monitor, "prod").await.unwrap();
    tags.take_off(tag, monitor, "").await.unwrap();
    let known = session.monitors().known(monitor).await.unwrap().unwrap();
    let values: Vec<_> = known.tags().into_iter().map(|it| (it.tag, it.value)).collect();
    assert_eq!(values, [(tag, "prod".to_owned())]);
    same(session).await;
    tags.delete(tag).await.unwrap();
    same(session).await;
}

async fn items(session: &Session, monitor: i64) {
    let hook = object(
        json!({ "name": "live", "type": "webhook", "isDefault": false, "applyExisting": false,
        "webhookURL": "http://127.0.0.1:9/", "webhookContentType": "json" }),
    );
    let notifications = session.notifications();
    let id = notifications.add_once(&hook).await.unwrap().id;
    let mut renamed = hook.clone();
    renamed.insert("name".to_owned(), json!("live, renamed"));
    notifications.replace(id, &renamed).await.unwrap();
    assert_eq!(notifications.known(id).await.unwrap().unwrap().name, "live, renamed");
    let attached = object(json!({ "notificationIDList": { id.to_string(): true } }));
    session.monitors().edit(monitor, &attached).await.unwrap().unwrap();
    notifications.delete(id).await.unwrap();
    notifications.delete(id).await.unwrap();
    assert_eq!(notifications.known(id).await.unwrap(), None);

    let proxy = object(
        json!({ "protocol": "http", "host": "127.0.0.1", "port": 9, "auth": false, "active": true,
        "default": false, "applyExisting": false }),
    );
    let id = session.proxies().add_once(&proxy).await.unwrap().id;
    let through = object(json!({ "proxyId": id }));
    session.monitors().edit(monitor, &through).await.unwrap().unwrap();
    assert_eq!(session.proxies().known(id).await.unwrap().unwrap().0["port"], 9);
    session.proxies().delete(id).await.unwrap();
    same(session).await;

    let engine = object(json!({ "name": "live", "dockerType": "tcp", "dockerDaemon": "http://127.0.0.1:9" }));
    let id = session.docker_hosts().add_once(&engine).await.unwrap().id;
    assert_eq!(session.docker_hosts().known(id).await.unwrap().unwrap().name(), "live");
    session.docker_hosts().delete(id).await.unwrap();
    let browser = object(json!({ "name": "live", "url": "ws://127.0.0.1:9/" }));
    match session.remote_browsers().add_once(&browser).await {
        Ok(added) => session.remote_browsers().delete(added.id).await.unwrap(),
        Err(Error::Unsupported { .. }) => assert_eq!(session.version().await.unwrap().dialect(), Spoken::One),
        Err(error) => panic!("{error}"),
    }
}

async fn maintenance(session: &Session, monitor: i64) {
    let maintenances = session.maintenances();
    let wanted = object(json!({ "title": "live", "strategy": "manual", "active": false }));
    let id = maintenances.add_once(&wanted).await.unwrap().id;
    maintenances
        .edit(id, &object(json!({ "description": "edited" })))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(maintenances.known(id).await.unwrap().unwrap()["description"], "edited");
    maintenances.set_monitors(id, &[monitor]).await.unwrap();
    assert_eq!(maintenances.monitors(id).await.unwrap(), [monitor]);
    maintenances.resume(id).await.unwrap();
    let active = maintenances.known(id).await.unwrap().unwrap()["active"].clone();
    assert!(active == true || active == 1, "{active}");
    maintenances.delete(id).await.unwrap();
    assert_eq!(maintenances.known(id).await.unwrap(), None);
    let odd = object(json!({ "title": "live, odd", "strategy": "cron", "cron": "nonsense" }));
    maintenances.add_once(&odd).await.unwrap_err();
    assert!(maintenances.find_by_title("live, odd").await.unwrap().is_empty());
}

async fn page(session: &Session, monitor: i64) {
    let pages = session.status_pages();
    let slug = "live-page";
    let id = pages.add_once("Live", slug).await.unwrap().id;
    let groups = [json!({ "name": "Web", "monitorList": [{ "id": monitor }] })];
    let wanted = object(json!({ "description": "all is well" }));
    let saved = pages.save(slug, &wanted, "", &groups).await.unwrap().unwrap();
    assert!(saved[0]["id"].is_i64());
    let known = pages.known(slug).await.unwrap().unwrap();
    assert_eq!(
        (&known["id"], &known["description"]),
        (&json!(id), &json!("all is well"))
    );
    assert_eq!(pages.groups(slug).await.unwrap().unwrap()[0]["name"], "Web");
    let again = pages.add_once("Again", slug).await.unwrap_err();
    assert_eq!(again.refused(), Some(Reason::Taken));

    let incidents = session.incidents(slug);
    let notice = |title: &str| Notice {
        title: title.to_owned(),
        content: "We look into it.".to_owned(),
        style: "danger".to_owned(),
    };
    let posted = incidents.post_once(&notice("live")).await.unwrap().id;
    let edited = incidents.edit(posted, &notice("live, edited")).await.unwrap().unwrap();
    assert_eq!(
        (edited.id, edited.pinned, edited.notice.title.as_str()),
        (posted, true, "live, edited")
    );
    if session.version().await.unwrap().at_least(2, 1) {
        incidents.resolve(posted).await.unwrap();
        let all = incidents.list().await.unwrap().unwrap();
        assert_eq!((all.len(), all[0].active, all[0].pinned), (1, false, false));
    }
    incidents.delete(posted).await.unwrap();
    pages.delete(slug).await.unwrap();
    pages.delete(slug).await.unwrap();
    assert_eq!(pages.known(slug).await.unwrap(), None);
    assert_eq!(pages.groups(slug).await.unwrap(), None);
}

async fn keys_and_settings(session: &Session) {
    let keys = session.api_keys();
    let (id, text) = keys.add_once("live", None, true).await.unwrap();
    assert!(text.expose().starts_with(&format!("uk{id}_")));
    keys.disable(id).await.unwrap();
    assert_eq!(keys.known(id).await.unwrap().unwrap().status, "inactive");
    keys.delete(id).await.unwrap();
    assert_eq!(keys.known(id).await.unwrap(), None);
    let settings = session.settings();
    settings
        .change(&object(json!({ "checkUpdate": false })), None)
        .await
        .unwrap();
    assert_eq!(settings.get().await.unwrap()["checkUpdate"], Value::Bool(false));
}

/// Another session sees what this one did, and logs in with a code.
async fn two_factor(server: &Server, session: &Session, monitor: i64) {
    let account = session.account();
    let password = &server.credentials.password;
    let secret = account.prepare_two_factor(password).await.unwrap();
    assert!(account.check_secret(&secret, password).await.unwrap());
    account.enable_two_factor(password, &secret).await.unwrap();
    assert!(account.two_factor().await.unwrap());
    let refused = server.session().version().await.unwrap_err();
    let mut credentials = server.credentials.clone();
    credentials.totp = Some(secret);
    let other = server.session_of(credentials);
    let known = other.monitors().known(monitor).await;
    let health = other.monitors().health(monitor).await;
    let types = other.monitor_types().await;
    // Before anything is asserted, so that a failure locks nobody out.
    account.disable_two_factor(password).await.unwrap();
    assert!(matches!(refused, Error::CodeRequired), "{refused}");
    assert_eq!(known.unwrap().unwrap().name(), "live, edited");
    let health = health.unwrap().unwrap();
    // On a real server, nothing listens where the monitor looks.
    let up = health.status == Some(Status::Up);
    assert_eq!(
        (health.status.is_some(), up),
        (true, server.double.is_some()),
        "{health:?}"
    );
    // 2.0.0-dev.0 fails on its own query of them.
    let shares = session.version().await.unwrap().to_string() != "2.0.0-dev.0";
    let found = (health.uptime_day.is_some(), health.uptime_month.is_some());
    assert_eq!(found, (shares, shares), "{health:?}");
    let types = types.unwrap();
    match session.version().await.unwrap().dialect() {
        Spoken::One => assert_eq!(types, None),
        Spoken::Two => assert!(types.unwrap()["dns"].conditions["record"].contains(&"equals".to_owned())),
    }
}

async fn everything(server: Server) {
    begin(&server).await;
    let session = server.session();
    let id = monitors(&session).await;
    many(&session).await;
    tags(&session, id).await;
    items(&session, id).await;
    maintenance(&session, id).await;
    page(&session, id).await;
    keys_and_settings(&session).await;
    two_factor(&server, &session, id).await;
    session.monitors().delete(id, false).await.unwrap();
    assert_eq!(session.monitors().get(id).await.unwrap(), None);
}

fn run(server: impl FnOnce() -> Server, paused: bool) {
    let runtime = Builder::new_current_thread().enable_all().start_paused(paused).build();
    runtime.unwrap().block_on(async { everything(server()).await });
}

#[test]
fn every_server_is_spoken_to_alike() {
    match real() {
        Some(server) => run(|| server, false),
        None => Dialect::BOTH
            .into_iter()
            .for_each(|dialect| run(|| double(dialect), true)),
    }
}
