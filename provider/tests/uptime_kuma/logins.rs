//! Logging in, and being logged in again.

use std::time::Duration;

use futures_util::future::join_all;
use quickfra::api::uptime_kuma::error::Reason;
use quickfra::api::uptime_kuma::session::Dialect as Spoken;
use quickfra::api::uptime_kuma::{Credentials, Error, Limits, Login, Session};
use tokio::time::Instant;

use crate::double::{Dialect, Double, Mischief, PASSWORD, SECRET, code};

fn with_codes(dialect: Dialect) -> (Double, Credentials) {
    let double = Double::new(dialect);
    double.state().codes = Some((String::new(), code));
    let mut credentials = Credentials::new("admin", PASSWORD);
    credentials.totp = Some(SECRET.into());
    (double, credentials)
}

#[tokio::test(start_paused = true)]
async fn many_callers_share_one_login_and_its_token_serves_the_next_connection() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let tags = session.tags();
        for tags in join_all((0..50).map(|_| tags.list())).await {
            tags.unwrap();
        }
        assert_eq!(session.token().unwrap().expose(), "token-0");
        double.does("getTags", Mischief::CutBefore);
        tags.list().await.unwrap();
        let state = double.state();
        assert_eq!((state.count("login"), state.count("loginByToken")), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_from_before_is_used_first_and_a_dead_one_is_replaced() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let mut credentials = Credentials::new("admin", PASSWORD);
        credentials.token = Some("token-0".into());
        double.session_of(credentials.clone()).version().await.unwrap();
        assert_eq!(double.count("login"), 0);
        double.state().generation = 1;
        let session = double.session_of(credentials);
        session.version().await.unwrap();
        assert_eq!((double.count("login"), double.count("loginByToken")), (1, 2));
        assert_eq!(session.token().unwrap().expose(), "token-1");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_once() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session_of(Credentials::new("admin", "canary"));
        let error = session.version().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server refused `login`: the user name or the password is wrong"
        );
        assert_eq!(double.count("login"), 1);
        assert!(!format!("{error:?} {session:?}").contains("canary"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_logins_is_waited_for_within_a_bound() {
    let double = Double::new(Dialect::Two);
    for _ in 0..20 {
        double.session().version().await.unwrap();
    }
    // The minute has just begun: all of it has to be waited for.
    double.session().version().await.unwrap();
    assert_eq!(double.count("loginByToken"), 0);
    let tried = double.count("login") - 21;
    assert!((5..10).contains(&tried), "{tried}");

    // Others use them all up, minute for minute.
    double.state().logins = (Instant::now() + Duration::from_hours(1), 20);
    let started = Instant::now();
    let error = double.session().version().await.unwrap_err();
    assert_eq!(error.refused(), Some(Reason::TooFrequent));
    let waited = started.elapsed();
    assert!(
        waited > Duration::from_secs(75) && waited < Duration::from_secs(95),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_one_time_code_is_made_and_never_used_twice_in_a_row() {
    for dialect in Dialect::BOTH {
        let (double, credentials) = with_codes(dialect);
        let beginning = double.state().now();
        let session = double.session_of(credentials.clone());
        session.version().await.unwrap();
        assert_eq!(double.count("login"), 1);
        // The token dies: the same session has to log in with a code again, and knows that the last one is used up.
        double.state().generation = 1;
        double.does("getTags", Mischief::CutBefore);
        session.tags().list().await.unwrap();
        assert_eq!(double.count("login"), 2);
        // Others do not know: they are refused at most once, and take another code, without waiting for the next one.
        for logins in [3, 5, 6, 8] {
            double.session_of(credentials.clone()).version().await.unwrap();
            assert_eq!(double.count("login"), logins);
        }
        assert!(double.state().now() < beginning + Duration::from_secs(30));
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_may_differ_by_a_step() {
    for (dialect, late) in [(Dialect::One, true), (Dialect::Two, false)] {
        let (double, credentials) = with_codes(dialect);
        let (now, step) = (double.state().now(), Duration::from_secs(30));
        let other = if late { now.saturating_sub(step) } else { now + step };
        for _ in 0..3 {
            let session = double.session_of(credentials.clone()).with_clock(move || other);
            session.version().await.unwrap();
        }
        let far = double.session_of(credentials).with_clock(move || other + step * 10);
        let error = far.version().await.unwrap_err();
        assert_eq!(error.refused(), Some(Reason::Token));
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_secret_the_code_is_asked_for() {
    let (double, mut credentials) = with_codes(Dialect::Two);
    credentials.totp = None;
    let error = double.session_of(credentials.clone()).version().await.unwrap_err();
    assert!(matches!(error, Error::CodeRequired), "{error}");
    credentials.totp = Some("not base32!".into());
    let error = double.session_of(credentials).version().await.unwrap_err();
    assert!(matches!(error, Error::CodeSecret), "{error}");
}

#[tokio::test(start_paused = true)]
async fn no_login_is_needed_where_authentication_is_off() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let off = || Session::new(double.endpoint(), Login::Off, Limits::default());
        let error = off().version().await.unwrap_err();
        assert!(matches!(error, Error::LoginRequired), "{error}");
        double.state().authentication_off = true;
        off().tags().list().await.unwrap();
        double
            .session_of(Credentials::new("admin", "an old password"))
            .tags()
            .list()
            .await
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_version_after_the_login_decides() {
    let double = Double::new(Dialect::One);
    double.state().version = "2.0.0-dev.0".to_owned();
    assert_eq!(double.session().version().await.unwrap().dialect(), Spoken::One);
    for version in ["0.9.1", "3.0.0-beta.0"] {
        double.state().version = version.to_owned();
        let error = double.session().version().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("Uptime Kuma {version} is not supported: this client knows 1.23 and 2.x")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_password_is_used_from_then_on() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let (session, other) = (double.session(), double.session());
        session.version().await.unwrap();
        other.version().await.unwrap();
        let wrong = session
            .account()
            .change_password(&"wrong".into(), &"new-password-1".into())
            .await;
        assert_eq!(wrong.unwrap_err().refused(), Some(Reason::Credentials));
        session
            .account()
            .change_password(&PASSWORD.into(), &"new-password-1".into())
            .await
            .unwrap();
        double.does("getTags", Mischief::CutBefore);
        session.tags().list().await.unwrap();
        // The other one was thrown out, and its token and password are dead.
        let error = other.tags().list().await.unwrap_err();
        assert_eq!(error.refused(), Some(Reason::Credentials));
    }
}
