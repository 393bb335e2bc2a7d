//! What is known of the server without asking it.

use std::sync::Arc;

use quickfra::api::uptime_kuma::Object;
use quickfra::api::uptime_kuma::object::MonitorTag;
use serde_json::json;

use crate::double::{Dialect, Double, object};

fn monitor(id: i64, more: &serde_json::Value) -> Object {
    let mut monitor = object(json!({ "id": id, "type": "http", "name": format!("monitor {id}"), "active": true }));
    monitor.extend(object(more.clone()));
    monitor
}

#[tokio::test(start_paused = true)]
async fn a_thousand_monitors_are_read_from_one_list_that_is_shared() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let many = (1..=1000).map(|id| (id, monitor(id, &json!({}))));
        double.state().monitors.extend(many);
        let session = double.session();
        let monitors = session.monitors();
        let first = monitors.snapshot().await.unwrap();
        for id in 1..=1000 {
            let known = monitors.known(id).await.unwrap().unwrap();
            assert!(Arc::ptr_eq(&known, &first[&id]));
        }
        assert!(Arc::ptr_eq(&first, &monitors.snapshot().await.unwrap()));
        assert_eq!((double.count("getMonitorList"), double.count("getMonitor")), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn tags_that_were_put_on_and_taken_off_are_known() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        double
            .state()
            .monitors
            .extend((1..=9).map(|id| (id, monitor(id, &json!({})))));
        let session = double.session();
        let (monitors, tags) = (session.monitors(), session.tags());
        let tag = tags.add("env", "#059669").await.unwrap();
        let row = |value: &str| MonitorTag {
            tag,
            value: value.to_owned(),
        };
        tags.put(tag, 1, "prod").await.unwrap();
        assert_eq!(monitors.known(1).await.unwrap().unwrap().tags(), [row("prod")]);
        tags.change(tag, 1, "dev").await.unwrap();
        assert_eq!(monitors.snapshot().await.unwrap()[&1].tags(), [row("dev")]);
        for id in 1..=9 {
            tags.put(tag, id, "all").await.unwrap();
        }
        let snapshot = monitors.snapshot().await.unwrap();
        assert!((1..=9).all(|id| snapshot[&id].tags().contains(&row("all"))));
        // The newer server told of all of it.
        let asked = (double.count("getMonitor"), double.count("getMonitorList"));
        assert_eq!(asked, if dialect == Dialect::Two { (0, 0) } else { (2, 1) });
        tags.delete(tag).await.unwrap();
        assert_eq!(monitors.known(1).await.unwrap().unwrap().tags(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_is_gone_is_gone_from_the_monitors() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let hook = object(json!({ "name": "hook", "type": "webhook" }));
        let id = session.notifications().add(&hook).await.unwrap();
        assert_eq!(session.notifications().known(id).await.unwrap().unwrap().name, "hook");
        let attached = json!({ "type": "http", "name": "a", "notificationIDList": { id.to_string(): true } });
        let monitor = session.monitors().add(&object(attached)).await.unwrap();
        session.notifications().delete(id).await.unwrap();
        assert_eq!(session.notifications().known(id).await.unwrap(), None);
        let known = session.monitors().known(monitor).await.unwrap().unwrap();
        assert_eq!(known.0["notificationIDList"], json!({}));
        assert_eq!(double.count("getMonitor"), usize::from(dialect == Dialect::One));
    }
}

/// The server tells of the group only.
#[tokio::test(start_paused = true)]
async fn the_monitors_of_a_group_are_asked_for_again_after_it_was_switched() {
    let double = Double::new(Dialect::Two);
    let group = |parent| json!({ "type": "group", "parent": parent });
    let members = [
        (1, monitor(1, &group(None))),
        (2, monitor(2, &group(Some(1)))),
        (3, monitor(3, &json!({ "parent": 2 }))),
        (4, monitor(4, &json!({ "parent": null }))),
    ];
    double.state().monitors.extend(members);
    let session = double.session();
    let monitors = session.monitors();
    monitors.pause(1).await.unwrap();
    double
        .state()
        .monitors
        .get_mut(&3)
        .unwrap()
        .insert("active".to_owned(), json!(false));
    assert_eq!(monitors.known(3).await.unwrap().unwrap().0["active"], json!(false));
    monitors.known(4).await.unwrap();
    assert_eq!(double.count("getMonitor"), 1);
    monitors.snapshot().await.unwrap();
    assert_eq!(double.count("getMonitor"), 2);
}
