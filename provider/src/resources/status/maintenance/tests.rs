//! What is written of maintenances, what is read, and what is refused.

use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::{Value, json};

use super::*;
use crate::resources::status::fields::testing::{anything, configured, planned, refusals};
use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::recorded::{self, object};

fn of(block: &str, content: &Value) -> Value {
    json!({ "title": "upgrade", "endpoint": "https://status.example.net", block: content })
}

fn all() -> [(&'static str, Value); 6] {
    [
        ("manual", json!({})),
        (
            "single",
            json!({ "start": "2030-01-01 00:00", "end": "2030-01-02T00:00" }),
        ),
        (
            "cron",
            json!({ "expression": "15 4 * * 1", "duration_minutes": 90, "until": "2031-01-01 00:00" }),
        ),
        (
            "recurring_interval",
            json!({ "days": 3, "start_time": "02:00", "end_time": "03:30", "from": "2030-01-01 00:00" }),
        ),
        (
            "recurring_weekday",
            json!({ "weekdays": ["sunday", "monday"], "start_time": "23:00", "end_time": "01:00" }),
        ),
        (
            "recurring_day_of_month",
            json!({ "days": [1, 15], "last_days": [1], "start_time": "02:00", "end_time": "03:30" }),
        ),
    ]
}

#[test]
fn each_strategy_is_written_in_the_servers_words() {
    let written: Vec<String> = all()
        .iter()
        .map(|(block, content)| {
            let wanted = own(Written::of(&planned::<Maintenance>(&of(block, content))).object());
            format!("{block}: {}", Value::Object(wanted))
        })
        .collect();
    insta::assert_snapshot!(written.join("\n"));
}

#[test]
fn both_kinds_of_defaults_are_the_same() {
    for (block, content) in all() {
        let config = of(block, &content);
        let (bare, full): (Maintenance, Maintenance) = (configured(&config), planned(&config));
        assert_ne!(bare, full);
        assert_eq!(Written::of(&bare).entries, Written::of(&full).entries, "{block}");
        let mut told = Written::of(&full).object();
        for entry in Written::of(&full).entries.into_iter().filter(|entry| entry.is_default) {
            told.remove(&*entry.key);
        }
        // An import has nothing but what the server tells.
        let mut imported = Maintenance::default();
        Reading::into(&told, &mut imported);
        assert_eq!(Written::of(&imported).entries, Written::of(&full).entries, "{block}");
        assert_eq!(imported.active, full.active);
    }
}

/// What was configured stays as it is written, whatever the server makes of it.
#[test]
fn what_the_server_makes_of_it_is_no_drift() {
    for (block, content) in all() {
        let mut config = of(block, &content);
        config["monitors"] = json!([4, 1]);
        config["status_pages"] = json!(["public"]);
        let planned: Maintenance = planned(&config);
        let mut found = Written::of(&planned).object();
        found.insert("id".to_owned(), json!(7));
        if block != "cron" {
            found.insert("cron".to_owned(), json!("0 2 * * *"));
        }
        if found.get("dateRange") == Some(&json!([])) {
            found.insert("dateRange".to_owned(), json!([null]));
        }
        if let Some(times) = found.get_mut("timeRange").and_then(Value::as_array_mut) {
            for time in times {
                time["seconds"] = json!(0);
            }
        }
        let mut state = planned.clone();
        Reading::into(&found, &mut state);
        assert_eq!(state, planned, "{block}");
    }
}

#[test]
fn recorded_maintenances_are_read_and_can_be_written_back() {
    for (version, recording) in recorded::VERSIONS {
        let mut read = Vec::new();
        for (step, found) in recorded::all(recording, "maintenance") {
            let found = object(found);
            let mut model = Maintenance::default();
            Reading::into(&found, &mut model);
            let wanted = own(Written::of(&model).object());
            for (key, value) in &wanted {
                let there = &found[key];
                let same = match key.as_str() {
                    "dateRange" => *there == *value || *there == json!([null]) && *value == json!([]),
                    "timeRange" => (0..2).all(|place| {
                        ["hours", "minutes"]
                            .iter()
                            .all(|part| there[place][*part] == value[place][*part])
                    }),
                    // The order of days means nothing.
                    "weekdays" => there.as_array().map(Vec::len) == value.as_array().map(Vec::len),
                    _ => there == value,
                };
                assert!(same, "{version} {step} {key}: {there} and {value}");
            }
            model.title = Field::Null;
            let told = tfplugin::Model::to_value(&model);
            let text = told
                .encode_json(&<Maintenance as tfplugin::Model>::schema().implied_type())
                .unwrap();
            let Value::Object(told) = serde_json::from_slice(&text).unwrap() else {
                panic!("no object")
            };
            let told: Object = told.into_iter().filter(|(_, value)| !value.is_null()).collect();
            read.push(format!("{step}: {}", Value::Object(told)));
        }
        // Both versions show the same.
        insta::assert_snapshot!("recorded", read.join("\n"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_window_comes_back(hours in 0..24_u32, minutes in 0..60_u32, day in 1..=28_u32, seed in any::<u64>()) {
        let content = json!({
            "days": 1 + seed % 3650,
            "start_time": format!("{hours:02}:{minutes:02}"),
            "end_time": "00:00",
            "from": format!("2030-02-{day:02} {hours:02}:{minutes:02}:00"),
        });
        let planned: Maintenance = planned(&of("recurring_interval", &content));
        let mut read = Maintenance::default();
        Reading::into(&Written::of(&planned).object(), &mut read);
        assert_eq!(read.recurring_interval, planned.recurring_interval);
        let plain: Maintenance = anything(seed);
        let mut again = Maintenance::default();
        let written = own(Written::of(&Maintenance { single: None, ..plain.clone() }).object());
        Reading::into(&written, &mut again);
        assert_eq!(again.title, plain.title);
        assert_eq!(again.time_zone, plain.time_zone);
    }
}

#[test]
fn another_strategy_takes_the_place_of_a_block() {
    let mut state: Maintenance = planned(&of("manual", &json!({})));
    let single = planned::<Maintenance>(&of("single", &all()[1].1));
    Reading::into(&Written::of(&single).object(), &mut state);
    assert_eq!(state.manual, None);
    assert_eq!(
        state.single.unwrap().start,
        Field::Known("2030-01-01 00:00:00".to_owned())
    );
}

#[test]
fn good_maintenances_pass() {
    for (block, content) in all() {
        assert_eq!(
            refusals(&of(block, &content), validate::validate),
            Vec::<String>::new(),
            "{block}"
        );
    }
}

#[test]
fn wrong_ones_are_refused() {
    let weekday = |days: Value, end: &str| json!({ "weekdays": days, "start_time": "02:00", "end_time": end });
    let wrong = [
        json!({ "title": "" }),
        json!({ "title": "two", "manual": {}, "single": { "start": "2030-01-01 00:00", "end": "2030-01-02 00:00" } }),
        of(
            "single",
            &json!({ "start": "2030-01-02 00:00", "end": "2030-01-01T23:00" }),
        ),
        of("single", &json!({ "start": "2030-02-30 00:00", "end": "tomorrow" })),
        of("cron", &json!({ "expression": "@daily", "duration_minutes": 0 })),
        of("cron", &json!({ "expression": "0 3 * * 1; x", "duration_minutes": 5 })),
        of("recurring_weekday", &weekday(json!(["Monday"]), "03:00")),
        of("recurring_weekday", &weekday(json!([]), "02:00")),
        of(
            "recurring_interval",
            &json!({ "days": 0, "start_time": "2:00", "end_time": "24:00" }),
        ),
        of(
            "recurring_day_of_month",
            &json!({ "days": [], "start_time": "02:00", "end_time": "03:00" }),
        ),
        of(
            "recurring_day_of_month",
            &json!({ "days": [0, 32], "last_days": [5], "start_time": "02:00", "end_time": "03:00" }),
        ),
        json!({ "title": "zone", "manual": {}, "time_zone": "Europe Berlin" }),
    ];
    let told: Vec<String> = wrong
        .iter()
        .flat_map(|config| refusals(config, validate::validate))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
