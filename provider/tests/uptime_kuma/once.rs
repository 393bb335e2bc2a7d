//! What is made once is made once, whatever happens to the call.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use quickfra::api::uptime_kuma::calls::Added;
use quickfra::api::uptime_kuma::error::Reason;
use quickfra::api::uptime_kuma::{Error, Object, Session};
use serde_json::json;

use crate::double::{Dialect, Double, Mischief, object};

fn monitor(name: &str) -> Object {
    object(json!({ "type": "http", "name": name, "url": "http://127.0.0.1/" }))
}

/// The server keeps the monitor whose notification it could not store.
#[tokio::test(start_paused = true)]
async fn a_refused_monitor_is_not_left_behind() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let monitors = session.monitors();
        let before = monitors.add(&monitor("twin")).await.unwrap();
        let mut wanted = monitor("twin");
        wanted.insert("notificationIDList".to_owned(), json!({ "99999": true }));
        assert_eq!(
            monitors.add(&wanted).await.unwrap_err().refused(),
            Some(Reason::Reference)
        );
        assert_eq!(double.monitors().len(), 2);
        double.state().monitors.retain(|&id, _| id == before);
        let error = monitors.add_once(&wanted).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server refused `add`: something it refers to does not exist"
        );
        assert_eq!(double.monitors(), [before]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_monitor_whose_answer_got_lost_is_found_and_not_made_twice() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let monitors = session.monitors();
        let before = monitors.add(&monitor("twin")).await.unwrap();
        double.does("add", Mischief::CutAfter);
        let Added { id, found } = monitors.add_once(&monitor("twin")).await.unwrap();
        assert!(found && id != before);
        assert_eq!(double.monitors().len(), 2);
        double.does("add", Mischief::CutBefore);
        let error = monitors.add_once(&monitor("twin")).await.unwrap_err();
        assert!(error.sent() && matches!(error, Error::Ended { .. }), "{error}");
        assert_eq!((double.monitors().len(), double.count("add")), (2, 3));
        let Added { found, .. } = monitors.add_once(&monitor("other")).await.unwrap();
        assert!(!found);
    }
}

/// Without taking turns, both would find the one monitor that was made, and take it for theirs.
#[tokio::test(start_paused = true)]
async fn monitors_that_are_alike_are_never_taken_for_each_other() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = Arc::new(double.session());
        double.does("add", Mischief::CutAfter);
        double.does("add", Mischief::CutAfter);
        let made = (0..5).map(|_| {
            let session = Arc::clone(&session);
            tokio::spawn(async move { session.monitors().add_once(&monitor("twin")).await.unwrap() })
        });
        let made: Vec<Added> = join_all(made).await.into_iter().map(Result::unwrap).collect();
        let ids: BTreeSet<i64> = made.iter().map(|added| added.id).collect();
        assert_eq!((ids.len(), double.monitors().len()), (5, 5), "{made:?}");
        assert_eq!(made.iter().filter(|added| added.found).count(), 2);
    }
}

/// A connection that ends takes all calls with it, of which the server has seen some.
#[tokio::test(start_paused = true)]
async fn of_many_that_were_in_flight_each_is_made_or_told_to_have_failed() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let monitors = session.monitors();
        session.version().await.unwrap();
        for _ in 0..3 {
            double.does("add", Mischief::CutAfter);
        }
        let wanted: Vec<Object> = (0..50).map(|number| monitor(&format!("monitor {number}"))).collect();
        let made = join_all(wanted.iter().map(|wanted| monitors.add_once(wanted))).await;
        let ids: BTreeSet<i64> = made.iter().flatten().map(|added| added.id).collect();
        assert_eq!(ids, double.monitors().into_iter().collect());
        assert!(made.iter().flatten().any(|added| added.found));
        let failed = made.iter().filter_map(|made| made.as_ref().err());
        assert!(failed.clone().all(Error::sent), "{:?}", failed.collect::<Vec<_>>());
        // The next run makes what is missing, and nothing twice.
        for (wanted, made) in wanted.iter().zip(&made) {
            if made.is_err() {
                monitors.add_once(wanted).await.unwrap();
            }
        }
        assert_eq!(double.monitors().len(), 50);
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_and_tags_whose_answer_got_lost_are_found() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let hook = object(json!({ "name": "hook", "type": "webhook" }));
        let first = session.notifications().add_once(&hook).await.unwrap();
        double.does("addNotification", Mischief::CutAfter);
        let second = session.notifications().add_once(&hook).await.unwrap();
        assert!(!first.found && second.found && first.id != second.id);
        double.does("addTag", Mischief::CutAfter);
        let tag = session.tags().add_once("env", "#059669").await.unwrap();
        let known = double.state().tags.keys().copied().collect::<Vec<_>>();
        assert_eq!((tag.found, known), (true, vec![tag.id]));
        double.does("addTag", Mischief::CutBefore);
        let error = session.tags().add_once("env", "#059669").await.unwrap_err();
        assert!(error.sent(), "{error}");
    }
}

/// Makes something of which nobody can say then whether it is there; gives a later session.
async fn unsure<T>(
    double: &Double,
    event: &'static str,
    make: impl AsyncFnOnce(&Session) -> Result<T, Error>,
) -> Session {
    let session = double.session();
    session.version().await.unwrap();
    double.does(event, Mischief::Vanish);
    let error = make(&session).await.map(drop).unwrap_err();
    assert!(
        matches!(error, Error::Unsure { .. }) && error.sent(),
        "{event}: {error}"
    );
    assert_eq!(
        error.to_string(),
        format!(
            "it is not known whether it was made: the connection ended after sending `{event}`: the connection dropped"
        )
    );
    double.state().refused = 0;
    double.session()
}

#[tokio::test(start_paused = true)]
async fn what_was_made_before_the_server_was_out_of_reach_is_found_later() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let twin = double.session().monitors().add(&monitor("twin")).await.unwrap();
        let later = unsure(&double, "add", async |session| {
            session.monitors().add_once(&monitor("twin")).await
        });
        let alike = later.await.monitors().like(&monitor("twin")).await.unwrap();
        assert!(alike.contains(&twin) && alike.len() == 2, "{alike:?}");

        let hook = object(json!({ "name": "hook", "type": "webhook" }));
        let later = unsure(&double, "addNotification", async |session| {
            session.notifications().add_once(&hook).await
        });
        assert_eq!(later.await.notifications().like(&hook).await.unwrap().len(), 1);

        let tag = object(json!({ "name": "env", "color": "#059669" }));
        let later = unsure(&double, "addTag", async |session| {
            session.tags().add_once("env", "#059669").await
        });
        assert_eq!(later.await.tags().like(&tag).await.unwrap().len(), 1);

        let later = unsure(&double, "addAPIKey", async |session| {
            session.api_keys().add_once("metrics", None, true).await
        });
        assert_eq!(later.await.api_keys().like("metrics").await.unwrap().len(), 1);

        // No other can have its slug.
        let later = unsure(&double, "addStatusPage", async |session| {
            session.status_pages().add_once("Public", "public").await
        });
        assert!(later.await.status_pages().get("public").await.unwrap().is_some());
    }
}

/// It may be made yet.
#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_is_never_said_to_have_done_nothing() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        double.does("add", Mischief::Silence);
        let error = session.monitors().add_once(&monitor("slow")).await.unwrap_err();
        let Error::Unsure { before, .. } = error else {
            panic!("{error}")
        };
        assert!(before.is_empty());
    }
}
