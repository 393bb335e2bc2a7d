//! Typed calls, on both dialects.

use quickfra::api::uptime_kuma::error::Reason;
use quickfra::api::uptime_kuma::object::MonitorTag;
use quickfra::api::uptime_kuma::{Error, Object};
use serde_json::{Value, json};

use crate::double::{Dialect, Double, object};

fn monitor(name: &str) -> Object {
    object(json!({ "type": "http", "name": name, "url": "http://127.0.0.1/", "port": 8080, "description": "by hand" }))
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_made_changed_and_deleted() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let monitors = session.monitors();
        let id = monitors.add(&monitor("site")).await.unwrap();
        let wanted = object(json!({ "name": "new name" }));
        monitors.edit(id, &wanted).await.unwrap().unwrap();
        monitors.pause(id).await.unwrap();
        let read = monitors.get(id).await.unwrap().unwrap();
        assert_eq!(
            (read.name(), read.kind(), read.switched_on()),
            ("new name", "http", false)
        );
        // The server resets what an edit leaves out.
        assert_eq!(
            (&read.0["port"], &read.0["description"]),
            (&json!(8080), &json!("by hand"))
        );
        monitors.resume(id).await.unwrap();
        assert!(monitors.known(id).await.unwrap().unwrap().switched_on());
        assert_eq!(monitors.find_by_name("new name").await.unwrap().len(), 1);
        monitors.delete(id, false).await.unwrap();
        assert_eq!(monitors.known(id).await.unwrap(), None);
        assert_eq!(monitors.get(id).await.unwrap(), None);
        assert_eq!(monitors.edit(id, &wanted).await.unwrap(), None);
        assert!(monitors.list().await.unwrap().is_empty());
        assert_eq!(double.count("deleteMonitor"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_goes_with_its_monitors_only_where_that_exists() {
    let double = Double::new(Dialect::One);
    let error = double.session().monitors().delete(1, true).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Uptime Kuma 1.23.17 has no deletion of a group with its monitors"
    );
    let double = Double::new(Dialect::Two);
    double.session().monitors().delete(1, true).await.unwrap();
    assert!(double.state().calls.contains(&("deleteMonitor".to_owned(), 2)));
}

#[tokio::test(start_paused = true)]
async fn a_monitor_in_itself_never_reaches_the_server() {
    let double = Double::new(Dialect::Two);
    let session = double.session();
    let id = session.monitors().add(&monitor("site")).await.unwrap();
    let error = session
        .monitors()
        .edit(id, &object(json!({ "parent": id })))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Invalid { .. }) && double.count("editMonitor") == 0,
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_never_shows_what_was_sent() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let mut wanted = monitor("site");
        wanted.extend(object(json!({ "basic_auth_pass": "canary", "noSuchKey": 1 })));
        let error = double.session().monitors().add(&wanted).await.unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("this version does not know the field no_such_key"),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_are_known_as_soon_as_they_are_saved() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let notifications = session.notifications();
        let wanted =
            object(json!({ "name": "hook", "type": "webhook", "webhookURL": "https://canary", "isDefault": true }));
        let id = notifications.add(&wanted).await.unwrap();
        let mut again = wanted.clone();
        again.insert("name".to_owned(), json!("renamed"));
        notifications.replace(id, &again).await.unwrap();
        let listed = notifications.list().await.unwrap();
        assert_eq!((listed.len(), listed[0].id, listed[0].kind()), (1, id, "webhook"));
        assert_eq!((listed[0].name.as_str(), &listed[0].config), ("renamed", &again));
        notifications.delete(id).await.unwrap();
        notifications.delete(id).await.unwrap();
        assert!(notifications.list().await.unwrap().is_empty());
        let error = notifications.replace(id, &wanted).await.unwrap_err();
        assert_eq!(error.refused(), Some(Reason::MaybeGone));
    }
}

#[tokio::test(start_paused = true)]
async fn remote_browsers_are_of_the_newer_dialect() {
    let error = Double::new(Dialect::One)
        .session()
        .remote_browsers()
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Uptime Kuma 1.23.17 has no remote browsers");
    assert!(
        Double::new(Dialect::Two)
            .session()
            .remote_browsers()
            .list()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn settings_that_are_not_wanted_stay() {
    let double = Double::new(Dialect::Two);
    let wanted = object(json!({ "entryPage": "dashboard" }));
    double.session().settings().change(&wanted, None).await.unwrap();
    let expected = json!({ "serverTimezone": "UTC", "entryPage": "dashboard", "nscd": true });
    assert_eq!(Value::Object(double.state().settings.clone()), expected);
}

#[tokio::test(start_paused = true)]
async fn the_groups_of_a_page_are_read_as_its_visitors_do() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let pages = session.status_pages();
        assert_eq!(pages.groups("test-page").await.unwrap(), None);
        let page = pages.add_once("Test page", "test-page").await.unwrap();
        let id = session.monitors().add(&monitor("site")).await.unwrap();
        let groups = [json!({ "name": "Web", "monitorList": [{ "id": id }] })];
        pages
            .save("test-page", &Object::new(), "", &groups)
            .await
            .unwrap()
            .unwrap();
        let read = pages.groups("test-page").await.unwrap().unwrap();
        assert_eq!(
            (&read[0]["name"], &read[0]["monitorList"][0]["id"]),
            (&json!("Web"), &json!(id))
        );
        assert!(!page.found);
    }
}

#[tokio::test(start_paused = true)]
async fn tags_are_listed_and_read_from_monitors() {
    let double = Double::new(Dialect::Two);
    let session = double.session();
    let id = session.tags().add("env", "#059669").await.unwrap();
    let listed = session.tags().list().await.unwrap();
    assert_eq!((listed[0].id, listed[0].name.as_str()), (id, "env"));
    let row = json!([{ "tag_id": id, "monitor_id": 9, "value": "", "name": "env", "color": "#059669" }]);
    double
        .state()
        .monitors
        .insert(9, object(json!({ "id": 9, "tags": row })));
    let read = session.monitors().get(9).await.unwrap().unwrap();
    assert_eq!(
        read.tags(),
        [MonitorTag {
            tag: id,
            value: String::new()
        }]
    );
}
