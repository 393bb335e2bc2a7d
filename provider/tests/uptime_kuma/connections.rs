//! What connections do, and how calls end with them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use quickfra::api::uptime_kuma::calls::need_setup;
use quickfra::api::uptime_kuma::error::Ended;
use quickfra::api::uptime_kuma::{Address, Connection, Credentials, Endpoint, Error, Limits, Login, Session};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Duration, Instant, sleep};

use crate::double::{Dialect, Double, Mischief, PASSWORD, object};

const SECOND: Duration = Duration::from_secs(1);

/// The newer server drops what comes before its `info`, and hangs up on what comes before it let the client in.
#[tokio::test(start_paused = true)]
async fn nothing_is_called_before_the_server_is_ready() {
    for dialect in Dialect::BOTH {
        let double = Double::fresh(dialect);
        double.state().late = 20 * SECOND;
        let stream = double.dial();
        let connection = Connection::open(stream, &Address::new("double"), &Limits::default())
            .await
            .unwrap();
        assert!(need_setup(&connection, SECOND).await.unwrap(), "{dialect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_gets_ready_is_given_up() {
    let double = Double::fresh(Dialect::Two);
    double.state().late = 100 * SECOND;
    let error = Connection::open(double.dial(), &Address::new("double"), &Limits::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotReady(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn many_calls_are_in_flight_and_each_gets_its_answer() {
    let double = Double::new(Dialect::Two);
    for id in 1..=200 {
        let monitor = object(json!({ "id": id, "name": format!("monitor {id}"), "type": "http" }));
        double.state().monitors.insert(id, monitor);
    }
    let session = double.session();
    let monitors = session.monitors();
    let read = join_all((1..=200).map(|id| monitors.get(id))).await;
    for (id, monitor) in (1..=200).zip(read) {
        assert_eq!(monitor.unwrap().unwrap().name(), format!("monitor {id}"));
    }
    assert_eq!((double.connections(), double.count("login")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_ends_in_time_and_harms_no_other() {
    let double = Double::new(Dialect::One);
    let session = double.session();
    double.does("pauseMonitor", Mischief::Silence);
    let monitors = session.monitors();
    let (paused, listed) = tokio::join!(monitors.pause(1), monitors.list());
    assert!(matches!(paused, Err(Error::NoAnswer { sent: true, .. })), "{paused:?}");
    assert!(listed.unwrap().is_empty());
    assert_eq!((double.connections(), double.count("pauseMonitor")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_cut_connection_fails_what_may_have_been_done_and_repeats_what_only_reads() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        session.version().await.unwrap();
        double.does("pauseMonitor", Mischief::CutBefore);
        let error = session.monitors().pause(1).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Ended {
                    sent: true,
                    reason: Ended::Dropped,
                    ..
                }
            ),
            "{error:?}"
        );
        double.does("getTags", Mischief::CutBefore);
        assert!(session.tags().list().await.unwrap().is_empty());
        let state = double.state();
        assert_eq!((state.count("pauseMonitor"), state.count("getTags")), (1, 2));
        assert_eq!(
            (state.count("login"), state.count("loginByToken"), state.connections),
            (1, 2, 3)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn all_calls_in_flight_fail_with_the_connection() {
    let double = Double::new(Dialect::Two);
    let session = double.session();
    session.version().await.unwrap();
    double.does("resumeMonitor", Mischief::Silence);
    double.does("pauseMonitor", Mischief::CutBefore);
    let monitors = session.monitors();
    let (one, two) = tokio::join!(monitors.resume(1), monitors.pause(1));
    for error in [one.unwrap_err(), two.unwrap_err()] {
        assert!(matches!(error, Error::Ended { sent: true, .. }), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_not_sent() {
    let double = Double::new(Dialect::Two);
    let session = double.session();
    let error = session.tags().add(&"x".repeat(1_000_000), "#fff").await.unwrap_err();
    let Error::TooLarge {
        size, limit: 1_000_000, ..
    } = error
    else {
        panic!("{error}")
    };
    assert!(size > 1_000_000 && !error.sent());
    session.tags().add("env", "#fff").await.unwrap();
    assert_eq!((double.count("addTag"), double.connections()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn pings_are_answered_and_their_absence_is_noticed() {
    let double = Double::new(Dialect::Two);
    let limits = Limits {
        call: 1000 * SECOND,
        ..Limits::default()
    };
    let login = Login::Password(Credentials::new("admin", PASSWORD));
    let session = Session::new(double.endpoint(), login, limits);
    session.version().await.unwrap();
    sleep(90 * SECOND).await;
    assert_eq!((double.pongs(), double.connections()), (3, 1));
    double.state().pings = false;
    double.does("pauseMonitor", Mischief::Silence);
    let error = session.monitors().pause(1).await.unwrap_err();
    let Error::Ended {
        reason: Ended::Silent(after),
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(after, 45 * SECOND);
}

/// A server that restarts: nothing listens at first, then connections drop, then it is there.
#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_is_tried_again_for_a_while() {
    let double = Double::new(Dialect::Two);
    double.state().refused = 3;
    let session = double.session();
    session.tags().list().await.unwrap();
    assert_eq!((double.connections(), double.count("getTags")), (4, 1));

    double.state().refused = 1000;
    double.does("getTags", Mischief::CutBefore);
    // One that was never there is given up sooner: its address may be wrong.
    for (session, expected) in [(session, 30), (double.session(), 10)] {
        let started = Instant::now();
        let error = session.tags().list().await.unwrap_err();
        assert!(matches!(error, Error::Handshake(_)) && !error.sent(), "{error:?}");
        let waited = started.elapsed();
        assert!(
            waited <= expected * SECOND && waited > (expected - 6) * SECOND,
            "{waited:?}"
        );
    }
}

/// The newer server answers everything with its page while it waits for the choice of its database.
#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_websocket_is_told() {
    let endpoint = Endpoint::new(Address::new("double"), || async {
        let (mut ours, theirs) = tokio::io::duplex(1024);
        tokio::spawn(async move {
            let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
            ours.write_all(page.as_bytes()).await.unwrap();
            let _ = ours.read_to_end(&mut Vec::new()).await;
        });
        Ok(theirs)
    });
    let session = Session::new(endpoint, Login::Off, Limits::default());
    let error = session.version().await.unwrap_err();
    assert!(matches!(error, Error::Upgrade { status: 200 }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_not_accepted_is_not_tried_again() {
    for (kind, expected) in [(io::ErrorKind::InvalidData, 1), (io::ErrorKind::ConnectionRefused, 5)] {
        let dialled = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&dialled);
        let endpoint = Endpoint::new(Address::new("double"), move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async move { Err::<DuplexStream, _>(io::Error::from(kind)) }
        });
        let session = Session::new(endpoint, Login::Off, Limits::default());
        let error = session.version().await.unwrap_err();
        assert!(matches!(error, Error::Dial(_)), "{error:?}");
        assert_eq!(dialled.load(Ordering::Relaxed), expected, "{kind:?}");
    }
}
