//! API keys and two-factor login, as resources switch them: cut at every place.

use std::collections::BTreeMap;
use std::sync::Mutex;

use quickfra::api::uptime_kuma::{Credentials, Error, Session};
use quickfra::catalog::status::TOTP_SECRET;
use quickfra::resources::status::api_key::{Wanted, make_key};
use quickfra::resources::status::server::SecretPlace;
use quickfra::resources::status::two_factor::{SwitchError, switch_off, switch_on};
use tfplugin::Secret;

use crate::double::{Dialect, Double, Mischief, PASSWORD, SECRET};

/// A place for secrets, which fails at what it is told to fail at, once.
#[derive(Default)]
struct Place {
    kept: Mutex<BTreeMap<String, String>>,
    fails: Mutex<Option<&'static str>>,
}

impl Place {
    fn failing(at: &'static str) -> Self {
        let place = Self::default();
        *place.fails.lock().unwrap() = Some(at);
        place
    }

    fn may(&self, what: &'static str) -> Result<(), Error> {
        let mut fails = self.fails.lock().unwrap();
        if *fails == Some(what) {
            *fails = None;
            return Err(Error::Caller("the disk is full".into()));
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().keys().cloned().collect()
    }

    fn secret(&self, name: &str) -> Option<Secret> {
        self.kept
            .lock()
            .unwrap()
            .get(name)
            .map(|secret| Secret::new(secret.as_str()))
    }
}

impl SecretPlace for Place {
    async fn keep(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        self.may("keep")?;
        self.kept
            .lock()
            .unwrap()
            .insert(name.to_owned(), secret.expose().to_owned());
        Ok(())
    }

    async fn kept(&self, name: &str) -> Result<Option<Secret>, Error> {
        self.may("kept")?;
        Ok(self.secret(name))
    }

    async fn remove(&self, name: &str) -> Result<(), Error> {
        self.may("remove")?;
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }

    fn seen(&self) -> Vec<String> {
        self.names()
    }
}

/// What a run logs in with: the password, and the secret that is kept.
fn next_run(double: &Double, place: &Place) -> Session {
    let mut credentials = Credentials::new("admin", PASSWORD);
    credentials.totp = place.secret(TOTP_SECRET);
    double.session_of(credentials)
}

const WAYS: [Mischief; 3] = [Mischief::CutBefore, Mischief::CutAfter, Mischief::Silence];

#[tokio::test(start_paused = true)]
async fn two_factor_login_is_switched_on_and_off() {
    for dialect in Dialect::BOTH {
        let (double, place) = (Double::new(dialect), Place::default());
        let session = next_run(&double, &place);
        switch_on(&session, &place).await.unwrap();
        assert!(double.state().codes.is_some());
        assert_eq!(place.secret(TOTP_SECRET).unwrap().expose(), SECRET);
        // The session logs in with codes from now on, also when its token died.
        double.state().generation += 1;
        double.does("getTags", Mischief::CutBefore);
        session.tags().list().await.unwrap();
        // Once more changes nothing.
        switch_on(&next_run(&double, &place), &place).await.unwrap();
        assert_eq!((double.count("prepare2FA"), double.count("save2FA")), (1, 1));
        switch_off(&next_run(&double, &place), &place).await.unwrap();
        assert!(double.state().codes.is_none() && place.names().is_empty());
        switch_off(&next_run(&double, &place), &place).await.unwrap();
        assert_eq!(double.count("disable2FA"), 1);
    }
}

/// Whatever is cut, the next run logs in, and brings it to its end.
#[tokio::test(start_paused = true)]
async fn a_cut_while_switching_on_locks_nobody_out() {
    for dialect in Dialect::BOTH {
        for event in ["twoFAStatus", "prepare2FA", "verifyToken", "save2FA"] {
            for way in WAYS {
                let (double, place) = (Double::new(dialect), Place::default());
                double.does(event, way);
                // Reading is tried again by itself; the rest may fail.
                let _ = switch_on(&next_run(&double, &place), &place).await;
                let next = next_run(&double, &place);
                next.version().await.unwrap();
                switch_on(&next, &place).await.unwrap();
                assert!(double.state().codes.is_some(), "{event} {way:?}");
                next_run(&double, &place).version().await.unwrap();
                assert_eq!(place.secret(TOTP_SECRET).unwrap().expose(), SECRET, "{event} {way:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_while_switching_off_locks_nobody_out() {
    for dialect in Dialect::BOTH {
        for event in ["twoFAStatus", "disable2FA"] {
            for way in WAYS {
                let (double, place) = (Double::new(dialect), Place::default());
                switch_on(&next_run(&double, &place), &place).await.unwrap();
                double.does(event, way);
                let _ = switch_off(&next_run(&double, &place), &place).await;
                let next = next_run(&double, &place);
                next.version().await.unwrap();
                switch_off(&next, &place).await.unwrap();
                assert!(double.state().codes.is_none() && place.names().is_empty());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_place_for_its_secret_it_stays_off() {
    let (double, place) = (Double::new(Dialect::Two), Place::failing("keep"));
    let error = switch_on(&next_run(&double, &place), &place).await.unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    assert!(double.state().codes.is_none());
    next_run(&double, &place).version().await.unwrap();
    // Switched off, but the secret stays: it asks nobody for a code, and the next run removes it.
    switch_on(&next_run(&double, &place), &place).await.unwrap();
    *place.fails.lock().unwrap() = Some("remove");
    assert!(switch_off(&next_run(&double, &place), &place).await.is_err());
    let next = next_run(&double, &place);
    switch_off(&next, &place).await.unwrap();
    assert!(place.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_not_the_kept_one_is_left_in_force() {
    for kept in [None, Some("MFRGGZDFMZTWQ2LK")] {
        let (double, place) = (Double::new(Dialect::Two), Place::default());
        switch_on(&next_run(&double, &place), &place).await.unwrap();
        let session = next_run(&double, &place);
        place.kept.lock().unwrap().clear();
        if let Some(kept) = kept {
            place.keep(TOTP_SECRET, &Secret::new(kept)).await.unwrap();
        }
        let error = switch_on(&session, &place).await.unwrap_err();
        assert!(matches!(error, SwitchError::OtherSecret), "{error}");
        assert!(double.state().codes.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_that_differ_are_noticed_before_codes_are_asked_for() {
    let (double, place) = (Double::new(Dialect::Two), Place::default());
    let session = next_run(&double, &place);
    let session = session.with_clock(|| std::time::Duration::from_secs(1_000_000));
    let error = switch_on(&session, &place).await.unwrap_err();
    assert!(matches!(error, SwitchError::Clock), "{error}");
    assert!(double.state().codes.is_none() && place.names().is_empty());
    assert_eq!(double.count("save2FA"), 0);
}

const KEY: Wanted<'_> = Wanted {
    name: "prometheus",
    expires: Some("2035-01-01 00:00:00"),
    active: true,
};

#[tokio::test(start_paused = true)]
async fn the_value_of_a_key_is_kept_when_it_is_made() {
    for dialect in Dialect::BOTH {
        let (double, place) = (Double::new(dialect), Place::default());
        let session = double.session();
        let id = make_key(&session, &place, KEY).await.unwrap();
        let off = Wanted { active: false, ..KEY };
        let other = make_key(&session, &place, off).await.unwrap();
        let value = place.secret(&format!("api-key-{id}")).unwrap();
        assert!(value.expose().starts_with(&format!("uk{id}_")));
        let keys = session.api_keys().list().await.unwrap();
        let seen: Vec<_> = keys
            .iter()
            .map(|key| (key.id, key.active, key.status.as_str()))
            .collect();
        assert_eq!(seen, [(id, true, "active"), (other, false, "inactive")]);
        assert_eq!(keys[0].expires.as_deref(), KEY.expires);
    }
}

#[tokio::test(start_paused = true)]
async fn the_value_of_a_key_that_was_deleted_by_hand_goes_with_the_next_one() {
    for dialect in Dialect::BOTH {
        let (double, place) = (Double::new(dialect), Place::default());
        let session = double.session();
        let other = Secret::new("the administrator's");
        place.keep("administrator-password", &other).await.unwrap();
        let first = make_key(&session, &place, KEY).await.unwrap();
        let second = make_key(&session, &place, KEY).await.unwrap();
        session.api_keys().delete(first).await.unwrap();
        *place.fails.lock().unwrap() = Some("remove");
        // What cannot be removed does not fail the new key, and goes with the one after.
        let third = make_key(&session, &place, KEY).await.unwrap();
        assert!(place.secret(&format!("api-key-{first}")).is_some());
        let fourth = make_key(&session, &place, KEY).await.unwrap();
        let mut expected = [second, third, fourth].map(|id| format!("api-key-{id}")).to_vec();
        expected.insert(0, "administrator-password".to_owned());
        assert_eq!(place.names(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_value_is_lost_is_not_left_behind() {
    for dialect in Dialect::BOTH {
        let double = Double::new(dialect);
        let session = double.session();
        let first = make_key(&session, &Place::default(), KEY).await.unwrap();
        let keys = || double.state().keys.keys().copied().collect::<Vec<_>>();
        // The machine does not take it.
        let error = make_key(&session, &Place::failing("keep"), KEY).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), keys()), ("the disk is full", vec![first]));
        // The answer gets lost, with the value in it, or the call itself.
        for way in WAYS {
            double.does("addAPIKey", way);
            let place = Place::default();
            assert!(make_key(&session, &place, KEY).await.is_err());
            assert_eq!((keys(), place.names().len()), (vec![first], 0), "{way:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_would_take_for_switched_off_is_written_along() {
    let double = Double::new(Dialect::Two);
    let wanted = crate::double::object(serde_json::json!({ "checkBeta": true }));
    double.session().settings().change(&wanted, None).await.unwrap();
    double.state().settings.insert("nscd".to_owned(), false.into());
    double.session().settings().change(&wanted, None).await.unwrap();
    let expected = serde_json::json!({ "serverTimezone": "UTC", "checkBeta": true, "entryPage": "dashboard",
        "nscd": false });
    assert_eq!(serde_json::Value::Object(double.state().settings.clone()), expected);
}
