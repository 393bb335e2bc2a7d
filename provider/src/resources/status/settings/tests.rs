use super::*;

fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("no object")
    };
    object
}

fn settings() -> Settings {
    Settings {
        check_update: Field::Known(false),
        entry_page: Field::Known("statusPage-platform".to_owned()),
        keep_data_period_days: Field::Known(90),
        tls_expiry_notify_days: Field::Known(vec![30]),
        ..Settings::default()
    }
}

#[test]
fn each_setting_stands_in_both_lists() {
    let mut each = BTreeSet::new();
    Settings::default().each(&mut |key, _| assert!(each.insert(key), "{key} stands twice"));
    let written = Written::of(&Settings::default());
    let fields: BTreeSet<&str> = written.entries.iter().map(|entry| entry.key).collect();
    assert_eq!(each, fields);
    assert!(written.entries.iter().all(|entry| entry.is_default));
}

#[test]
fn what_was_never_given_is_not_written() {
    let mut wanted = Written::of(&settings()).object();
    wanted.insert(STEAM_KEY.to_owned(), Value::Null);
    wanted.insert(GLOBALPING_TOKEN.to_owned(), json!("token"));
    let expected = json!({ "checkUpdate": false, "entryPage": "statusPage-platform", "keepDataPeriodDays": 90,
        "tlsExpiryNotifyDays": [30], "steamAPIKey": "", "globalpingApiToken": "token" });
    assert_eq!(Value::Object(given(wanted, &settings())), expected);
}

#[test]
fn what_is_taken_out_goes_back() {
    let planned = Settings {
        check_update: Field::Known(false),
        trust_proxy: Field::Known(true),
        ..Settings::default()
    };
    let expected = json!({ "entryPage": "dashboard", "keepDataPeriodDays": 180, "tlsExpiryNotifyDays": [7, 14, 21] });
    assert_eq!(Value::Object(taken_out(&settings(), &planned)), expected);
    assert!(taken_out(&settings(), &settings()).is_empty());
}

#[test]
fn a_refresh_looks_at_what_was_given_and_an_import_at_all_that_was_ever_set() {
    let found = object(
        json!({ "checkUpdate": true, "nscd": false, "serverTimezone": "UTC", "tlsExpiryNotifyDays": [1, 2],
        "disableAuth": false, "steamAPIKey": "canary" }),
    );
    let mut state = settings();
    let secrets = SettingsKind::read(&found, &mut state, false);
    let expected = Settings {
        check_update: Field::Known(true),
        // Never stored, so it works as on a new server.
        entry_page: Field::Known("dashboard".to_owned()),
        keep_data_period_days: Field::Known(180),
        tls_expiry_notify_days: Field::Known(vec![1, 2]),
        ..Settings::default()
    };
    assert_eq!(state, expected);
    assert_eq!(secrets["steam_api_key_wo"], Some(Secret::new("canary")));
    let mut imported = Settings::default();
    SettingsKind::read(&found, &mut imported, true);
    let expected = Settings {
        check_update: Field::Known(true),
        nscd: Field::Known(false),
        server_timezone: Field::Known("UTC".to_owned()),
        tls_expiry_notify_days: Field::Known(vec![1, 2]),
        ..Settings::default()
    };
    assert_eq!(imported, expected);
}

#[test]
fn they_stay_with_a_warning() {
    assert!(SettingsKind::stays(&settings()).is_some());
}

#[test]
fn values_are_checked() {
    assert!(check_entry_page("dashboard").is_ok() && check_entry_page("statusPage-a").is_ok());
    assert!(check_entry_page("statusPage-").is_err() && check_entry_page("a").is_err());
    assert!(check_days(&[1, 3650]).is_ok() && check_days(&[]).is_ok());
    assert!(check_days(&[0]).is_err() && check_days(&[7, 3651]).is_err());
}
