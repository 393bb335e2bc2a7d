//! Tries the client of Uptime Kuma on a live server: `uptime_kuma <address:port> <user> <password>`.
//!
//! Makes the first administrator if there is none, then makes, changes and deletes one of each thing, all with names that
//! begin with `client example`. Leaves nothing behind but the administrator.

#![expect(clippy::print_stdout, reason = "it is for people to read")]

use std::error::Error;

use quickfra::api::uptime_kuma::calls::{need_setup, setup};
use quickfra::api::uptime_kuma::{Address, Connection, Credentials, Endpoint, Limits, Login, Object, Session};
use serde_json::{Value, json};
use tokio::net::TcpStream;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, user, password] = arguments.as_slice() else {
        return Err("usage: uptime_kuma <address:port> <user> <password>".into());
    };
    let limits = Limits::default();
    let stream = TcpStream::connect(address).await?;
    let connection = Connection::open(stream, &Address::new(address), &limits).await?;
    if need_setup(&connection, limits.call).await? {
        setup(&connection, user, &password.as_str().into(), limits.call).await?;
        println!("made the first administrator");
    }
    drop(connection);

    let way = address.clone();
    let endpoint = Endpoint::new(Address::new(address), move || TcpStream::connect(way.clone()));
    let session = Session::new(
        endpoint.clone(),
        Login::Password(Credentials::new(user, password.as_str())),
        limits,
    );
    let version = session.version().await?;
    println!(
        "Uptime Kuma {version}, dialect {:?}, {} monitors",
        version.dialect(),
        session.monitors().list().await?.len()
    );
    let monitor = monitors(&session, address).await?;
    tags(&session, monitor).await?;
    items(&session).await?;
    maintenance(&session, monitor).await?;
    status_page(&session, monitor).await?;
    rest(&session).await?;
    two_factor(&session, &endpoint, Credentials::new(user, password.as_str())).await?;
    session.monitors().delete(monitor, false).await?;
    println!("gone: {:?}", session.monitors().get(monitor).await?);
    Ok(())
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

async fn monitors(session: &Session, address: &str) -> Result<i64, Box<dyn Error>> {
    let monitors = session.monitors();
    let mut wanted = object(json!({ "type": "http", "name": "client example", "url": format!("http://{address}/") }));
    wanted.insert("description".to_owned(), json!("stays"));
    let id = monitors.add_once(&wanted).await?.id;
    monitors
        .edit(
            id,
            &object(json!({ "name": "client example, edited", "maxretries": 3 })),
        )
        .await?;
    monitors.pause(id).await?;
    let read = monitors.get(id).await?.ok_or("the monitor is gone")?;
    println!(
        "{read:?}, on: {}, {} fields, description {}",
        read.switched_on(),
        read.0.len(),
        read.0["description"]
    );
    monitors.resume(id).await?;
    wanted.insert("notificationIDList".to_owned(), json!({ "99999": true }));
    wanted.insert("name".to_owned(), json!("client example, orphan"));
    println!(
        "a notification that does not exist: {}",
        refused(monitors.add_once(&wanted).await)?
    );
    println!(
        "left behind: {:?}",
        monitors.find_by_name("client example, orphan").await?
    );
    wanted.insert("notificationIDList".to_owned(), json!({}));
    wanted.insert("noSuchKey".to_owned(), json!("canary"));
    println!(
        "a field that does not exist: {}",
        refused(monitors.add_once(&wanted).await)?
    );
    println!("a monitor that does not exist: {:?}", monitors.get(99_999).await?);
    Ok(id)
}

fn refused<T>(outcome: Result<T, quickfra::api::uptime_kuma::Error>) -> Result<String, &'static str> {
    outcome.err().map(|error| error.to_string()).ok_or("it was not refused")
}

async fn tags(session: &Session, monitor: i64) -> Outcome {
    let tags = session.tags();
    let tag = tags.add("client example", "#059669").await?;
    tags.put(tag, monitor, "").await?;
    tags.put(tag, monitor, "prod").await?;
    tags.take_off(tag, monitor, "").await?;
    let read = session.monitors().get(monitor).await?.ok_or("the monitor is gone")?;
    println!("tags: {:?}", read.tags());
    tags.delete(tag).await?;
    Ok(())
}

async fn items(session: &Session) -> Outcome {
    let hook = object(
        json!({ "name": "client example", "type": "webhook", "isDefault": false, "applyExisting": false,
        "webhookURL": "http://127.0.0.1:9/", "webhookContentType": "json" }),
    );
    let id = session.notifications().add(&hook).await?;
    println!("notifications: {:?}", session.notifications().list().await?);
    println!("test: {}", refused(session.notifications().test(&hook).await)?);
    session.notifications().delete(id).await?;
    session.notifications().delete(id).await?;
    let proxy = object(
        json!({ "protocol": "http", "host": "127.0.0.1", "port": 9, "auth": false, "active": true,
        "default": false, "applyExisting": false }),
    );
    let id = session.proxies().add(&proxy).await?;
    println!("proxies: {:?}", session.proxies().list().await?);
    session.proxies().delete(id).await?;
    let engine = object(json!({ "name": "client example", "dockerType": "tcp", "dockerDaemon": "http://127.0.0.1:9" }));
    let id = session.docker_hosts().add(&engine).await?;
    println!("docker hosts: {:?}", session.docker_hosts().list().await?);
    session.docker_hosts().delete(id).await?;
    match session.remote_browsers().list().await {
        Ok(list) => println!("remote browsers: {list:?}"),
        Err(error) => println!("{error}"),
    }
    Ok(())
}

async fn maintenance(session: &Session, monitor: i64) -> Outcome {
    let maintenances = session.maintenances();
    let wanted = object(json!({ "title": "client example", "strategy": "manual", "active": false }));
    let id = maintenances.add(&wanted).await?;
    maintenances
        .edit(id, &object(json!({ "description": "edited" })))
        .await?;
    maintenances.set_monitors(id, &[monitor]).await?;
    let read = maintenances.get(id).await?.ok_or("the maintenance is gone")?;
    println!(
        "maintenance: {} for {:?}",
        read["description"],
        maintenances.monitors(id).await?
    );
    maintenances.delete(id).await?;
    println!("gone: {:?}", maintenances.get(id).await?);
    Ok(())
}

async fn status_page(session: &Session, monitor: i64) -> Outcome {
    let pages = session.status_pages();
    let slug = "client-example";
    pages.add("Client example", slug).await?;
    let groups = [json!({ "name": "Web", "monitorList": [{ "id": monitor }] })];
    let wanted = object(json!({ "description": "all is well" }));
    pages.save(slug, &wanted, "", &groups).await?;
    println!("groups: {:?}", pages.groups(slug).await?.map(|groups| groups.len()));
    println!("twice: {}", refused(pages.add("Again", slug).await)?);
    pages.delete(slug).await?;
    pages.delete(slug).await?;
    println!("gone: {:?}", pages.groups(slug).await?);
    Ok(())
}

async fn rest(session: &Session) -> Outcome {
    let (key, _) = session.api_keys().add("client example", None, true).await?;
    println!("keys: {:?}", session.api_keys().list().await?);
    session.api_keys().delete(key).await?;
    session
        .settings()
        .change(&object(json!({ "checkUpdate": false })), None)
        .await?;
    println!(
        "settings: {:?}",
        session.settings().get().await?.keys().collect::<Vec<_>>()
    );
    println!("two-factor login: {}", session.account().two_factor().await?);
    Ok(())
}

/// Two logins with one-time codes, the second of which has to wait for the next code.
async fn two_factor(session: &Session, endpoint: &Endpoint, mut credentials: Credentials) -> Outcome {
    let account = session.account();
    let password = credentials.password.clone();
    let secret = account.prepare_two_factor(&password).await?;
    credentials.totp = Some(secret.clone());
    println!("a wrong code: {}", account.check_code("000000", &password).await?);
    account.enable_two_factor(&password, &secret).await?;
    let mut outcome = Ok(());
    for _ in 0..2 {
        let login = Login::Password(credentials.clone());
        let other = Session::new(endpoint.clone(), login, Limits::default());
        outcome = outcome.and(other.tags().list().await.map(drop));
    }
    account.disable_two_factor(&password).await?;
    println!("two logins with codes: {outcome:?}");
    Ok(outcome?)
}
