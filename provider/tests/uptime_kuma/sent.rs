//! The client is held to recorded conversations too: with the wishes of the recorded client, it sends what that one sent.

use quickfra::api::uptime_kuma::calls::Notice;
use quickfra::api::uptime_kuma::{Object, Session};
use serde_json::{Value, json};

use crate::double::{Dialect, Double, frames, object};

/// What the recorded client sent with an event, in its arguments.
fn recorded(dialect: Dialect, step: &str, event: &str) -> Vec<Value> {
    let frames = frames(dialect.recording());
    let sent = frames.into_iter().filter(|(of, client, _)| of == step && *client);
    let mut bodies = sent.map(|(.., line)| {
        let frame = line["frame"].as_str().unwrap().to_owned();
        serde_json::from_str::<Vec<Value>>(&frame[frame.find('[').unwrap()..]).unwrap()
    });
    let mut body = bodies.find(|body| body[0] == event).unwrap();
    body.remove(0);
    body
}

/// Holds what was sent last to what was recorded.
fn compare(double: &Double, dialect: Dialect, step: &str, event: &str) {
    let sent = double.state().sent[event].clone();
    assert_eq!(sent, recorded(dialect, step, event), "{dialect:?}, {step}");
}

/// The first argument of a recorded call.
fn wish(dialect: Dialect, step: &str, event: &str) -> Object {
    object(recorded(dialect, step, event)[0].clone())
}

async fn items(double: &Double, session: &Session, dialect: Dialect) {
    double.state().proxies.begin_at(2);
    let proxies = session.proxies();
    let id = proxies
        .add_once(&wish(dialect, "proxy.add", "addProxy"))
        .await
        .unwrap()
        .id;
    compare(double, dialect, "proxy.add", "addProxy");
    proxies
        .replace(id, &wish(dialect, "proxy.edit", "addProxy"))
        .await
        .unwrap();
    compare(double, dialect, "proxy.edit", "addProxy");
    assert_eq!(proxies.known(id).await.unwrap().unwrap().0["port"], 8);
    proxies.delete(id).await.unwrap();
    compare(double, dialect, "proxy.delete", "deleteProxy");
    assert_eq!(proxies.known(id).await.unwrap(), None);

    let engines = session.docker_hosts();
    let id = engines
        .add(&wish(dialect, "dockerHost.add", "addDockerHost"))
        .await
        .unwrap();
    compare(double, dialect, "dockerHost.add", "addDockerHost");
    engines
        .replace(id, &wish(dialect, "dockerHost.edit", "addDockerHost"))
        .await
        .unwrap();
    compare(double, dialect, "dockerHost.edit", "addDockerHost");

    if dialect == Dialect::Two {
        let browsers = session.remote_browsers();
        let id = browsers
            .add(&wish(dialect, "remoteBrowser.add", "addRemoteBrowser"))
            .await
            .unwrap();
        compare(double, dialect, "remoteBrowser.add", "addRemoteBrowser");
        browsers.delete(id).await.unwrap();
        compare(double, dialect, "remoteBrowser.delete", "deleteRemoteBrowser");
    }
}

async fn maintenance(double: &Double, session: &Session, dialect: Dialect) {
    let maintenances = session.maintenances();
    let (add, edit) = ("maintenance.manual.add", "maintenance.manual.edit");
    let id = maintenances
        .add_once(&wish(dialect, add, "addMaintenance"))
        .await
        .unwrap()
        .id;
    compare(double, dialect, add, "addMaintenance");
    maintenances
        .edit(id, &wish(dialect, edit, "editMaintenance"))
        .await
        .unwrap()
        .unwrap();
    compare(double, dialect, edit, "editMaintenance");
    assert_eq!(maintenances.known(id).await.unwrap().unwrap()["title"], "manual edited");
    maintenances.set_monitors(id, &[1, 4]).await.unwrap();
    compare(double, dialect, "maintenance.assign-monitors", "addMonitorMaintenance");
    assert_eq!(maintenances.monitors(id).await.unwrap(), [1, 4]);
    maintenances.set_status_pages(id, &[1]).await.unwrap();
    compare(
        double,
        dialect,
        "maintenance.assign-status-page",
        "addMaintenanceStatusPage",
    );
    assert_eq!(maintenances.status_pages(id).await.unwrap(), [1]);
    maintenances.resume(id).await.unwrap();
    assert_eq!(maintenances.known(id).await.unwrap().unwrap()["active"], true);
    maintenances.pause(id).await.unwrap();
    compare(double, dialect, "maintenance.pause", "pauseMaintenance");
    assert_eq!(maintenances.known(id).await.unwrap().unwrap()["active"], false);
    maintenances.delete(id).await.unwrap();
    assert_eq!(maintenances.known(id).await.unwrap(), None);
}

async fn page(double: &Double, session: &Session, dialect: Dialect) {
    let pages = session.status_pages();
    let slug = "test-page";
    assert_eq!(pages.add_once("Test Page", slug).await.unwrap().id, 1);
    assert_eq!(pages.known(slug).await.unwrap().unwrap()["title"], "Test Page");
    let step = "statusPage.save";
    let [_, config, icon, groups] = recorded(dialect, step, "saveStatusPage").try_into().unwrap();
    let groups = groups.as_array().unwrap().clone();
    pages
        .save(slug, &object(config), icon.as_str().unwrap(), &groups)
        .await
        .unwrap()
        .unwrap();
    compare(double, dialect, step, "saveStatusPage");
    assert_eq!(pages.known(slug).await.unwrap().unwrap()["theme"], "dark");
    let renamed = object(json!({ "slug": "renamed" }));
    pages.save(slug, &renamed, "", &[]).await.unwrap().unwrap();
    assert_eq!(pages.known(slug).await.unwrap(), None);
    assert_eq!(pages.known("renamed").await.unwrap().unwrap()["id"], 1);
    pages
        .save("renamed", &object(json!({ "slug": slug })), "", &[])
        .await
        .unwrap()
        .unwrap();
    pages.add("Short lived", "short-lived").await.unwrap();
    compare(double, dialect, "statusPage.second-and-delete", "addStatusPage");
    pages.delete("short-lived").await.unwrap();
    compare(double, dialect, "statusPage.second-and-delete", "deleteStatusPage");
    let known = pages.snapshot().await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&1]);
}

fn notice(payload: &Value) -> Notice {
    let text = |key: &str| payload[key].as_str().unwrap().to_owned();
    Notice {
        title: text("title"),
        content: text("content"),
        style: text("style"),
    }
}

async fn incidents(double: &Double, session: &Session, dialect: Dialect) {
    let incidents = session.incidents("test-page");
    let posted = notice(&recorded(dialect, "incident.post", "postIncident")[1]);
    let id = incidents.post_once(&posted).await.unwrap().id;
    compare(double, dialect, "incident.post", "postIncident");
    let shown = incidents.list().await.unwrap().unwrap();
    assert_eq!((shown.len(), &shown[0].notice, shown[0].pinned), (1, &posted, true));
    if dialect == Dialect::One {
        let payload = recorded(dialect, "incident.edit-by-post", "postIncident")[1].clone();
        incidents.edit(id, &notice(&payload)).await.unwrap().unwrap();
        // The recorded client sent back what the server had told it; only this is written.
        let sent = double.state().sent["postIncident"][1].clone();
        let written = ["id", "title", "content", "style"].map(|key| (key, &payload[key]));
        assert_eq!(sent.as_object().unwrap().len(), written.len());
        assert!(written.iter().all(|(key, value)| sent[key] == **value));
        incidents.resolve(id).await.unwrap();
        compare(double, dialect, "incident.unpin", "unpinIncident");
        assert_eq!(incidents.list().await.unwrap().unwrap(), []);
        return;
    }
    let edited = notice(&recorded(dialect, "incident.edit", "editIncident")[2]);
    assert_eq!(incidents.edit(id, &edited).await.unwrap().unwrap().notice, edited);
    compare(double, dialect, "incident.edit", "editIncident");
    assert_eq!(incidents.edit(99_999, &edited).await.unwrap(), None);
    incidents.list().await.unwrap();
    compare(double, dialect, "incident.history", "getIncidentHistory");
    incidents.resolve(id).await.unwrap();
    compare(double, dialect, "incident.resolve", "resolveIncident");
    assert!(!incidents.list().await.unwrap().unwrap()[0].active);
    incidents.delete(id).await.unwrap();
    compare(double, dialect, "incident.delete", "deleteIncident");
    assert_eq!(session.incidents("nosuch").list().await.unwrap(), None);
}

async fn rest(double: &Double, session: &Session, dialect: Dialect) {
    let keys = session.api_keys();
    let (id, text) = keys.add_once("test key", None, true).await.unwrap();
    compare(double, dialect, "apiKey.add", "addAPIKey");
    assert!(text.expose().starts_with("uk1_"));
    keys.add("expiring", Some("2035-01-01 00:00:00"), true).await.unwrap();
    compare(double, dialect, "apiKey.add-expiring", "addAPIKey");
    keys.disable(id).await.unwrap();
    compare(double, dialect, "apiKey.disable", "disableAPIKey");
    assert_eq!(keys.known(id).await.unwrap().unwrap().status, "inactive");
    keys.delete(id).await.unwrap();
    compare(double, dialect, "apiKey.delete", "deleteAPIKey");
    assert_eq!(
        (keys.known(id).await.unwrap(), keys.list().await.unwrap().len()),
        (None, 1)
    );
    let wanted = wish(dialect, "settings.set", "setSettings");
    session.settings().change(&wanted, None).await.unwrap();
    compare(double, dialect, "settings.set", "setSettings");
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_is_what_the_recorded_client_sent() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let known = [1, 2, 4].map(|id| (id, object(json!({ "id": id }))));
        double.state().monitors.extend(known);
        let session = double.session();
        items(&double, &session, dialect).await;
        page(&double, &session, dialect).await;
        maintenance(&double, &session, dialect).await;
        incidents(&double, &session, dialect).await;
        rest(&double, &session, dialect).await;
    }
}
