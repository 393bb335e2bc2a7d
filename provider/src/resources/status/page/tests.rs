//! What is written of status pages, what is read, and what is refused.

use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::{Value, json};

use super::groups::WATCHED;
use super::model::GROUPS;
use super::*;
use crate::api::uptime_kuma::session::Version;
use crate::resources::status::fields::testing::{anything, configured, planned, refusals};
use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::recorded::{self, object};

/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn minimal() -> Value {
    json!({ "slug": "public", "title": "Status", "endpoint": "https://status.example.net" })
}

fn full() -> Value {
    json!({
        "slug": "test-page", "title": "Test Page", "description": "All systems", "theme": "dark",
        "auto_refresh_interval": 60, "domains": ["status.example.com"], "custom_css": "body { }", "footer": "foot",
        "rss_title": "Feed", "icon": "/logo.svg", "show_tags": true, "show_powered_by": false,
        "show_certificate_expiry": true, "show_only_last_heartbeat": true,
        "analytics": { "type": "umami", "id": "a", "script_url": "https://example.com/a.js" },
        "group": [
            { "name": "Web", "monitor": [{ "id": 1, "send_url": true, "url": "https://www.example.com/" }, { "id": 2 }] },
            { "name": "Other", "monitor": [{ "id": 4 }] },
            { "name": "Empty" },
        ],
    })
}

fn version(text: &str) -> Version {
    Version::read(text).unwrap()
}

/// What the server would show of what was written.
fn shown(written: &Object) -> Object {
    let mut shown = written.clone();
    shown.insert("id".to_owned(), json!(1));
    if shown[ICON] == json!("") {
        shown.insert(ICON.to_owned(), json!("/icon.svg"));
    }
    shown
}

fn read_into(object: &Object, state: &Page) -> Page {
    let mut state = state.clone();
    Reading::into(object, &mut state);
    state
}

#[test]
fn a_page_is_written_in_the_servers_words() {
    let written = Written::of(&planned::<Page>(&full())).object();
    insta::assert_snapshot!(format!("{:#}", Value::Object(written)));
}

#[test]
fn both_kinds_of_defaults_are_the_same() {
    let (bare, planned): (Page, Page) = (configured(&minimal()), planned(&minimal()));
    assert_ne!(bare, planned);
    assert_eq!(Written::of(&bare).entries, Written::of(&planned).entries);
    let mut told = Written::of(&planned).object();
    for entry in Written::of(&planned)
        .entries
        .into_iter()
        .filter(|entry| entry.is_default)
    {
        told.remove(&*entry.key);
    }
    let mut imported = read_into(&told, &Page::default());
    imported.endpoint = planned.endpoint.clone();
    assert_eq!(imported, planned);
    // Those of the blocks, too.
    let with = json!({ "slug": "a", "title": "A", "incident": { "title": "t", "content": "c" },
        "group": [{ "name": "g", "monitor": [{ "id": 1 }] }] });
    let (bare, planned): (Page, Page) = (configured(&with), planned_page(&with));
    assert_ne!(bare, planned);
    assert_eq!(Written::of(&bare).entries, Written::of(&planned).entries);
}

fn planned_page(json: &Value) -> Page {
    planned(json)
}

#[test]
fn what_is_written_is_read_again() {
    for config in [minimal(), full()] {
        let planned = planned_page(&config);
        let found = shown(&Written::of(&planned).object());
        assert_eq!(read_into(&found, &planned), planned);
        let mut imported = read_into(&found, &Page::default());
        imported.endpoint = planned.endpoint.clone();
        assert_eq!(imported, planned);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_written_is_read_again(seed in any::<u64>()) {
        let mut drawn: Page = anything(seed);
        (drawn.stack, drawn.endpoint, drawn.timeouts) = (Field::Null, Field::Null, None);
        (drawn.incident, drawn.icon_png_base64) = (None, Field::Null);
        let found = shown(&Written::of(&drawn).object());
        assert_eq!(read_into(&found, &Page::default()), drawn);
        assert_eq!(read_into(&found, &drawn), drawn);
    }
}

#[test]
fn recorded_pages_are_read() {
    for (number, recording) in recorded::VERSIONS {
        let config = recorded::one(recording, "page", "statusPage.get-after-save");
        let mut page = dialect::today(config.clone());
        let groups = recorded::all(recording, "groups");
        let (_, mut groups) = groups.into_iter().find(|(step, _)| step == "statusPage.http").unwrap();
        groups[0]["monitorList"][0][WATCHED] = json!("http://127.0.0.1:3001/api/entry-page");
        page.insert(GROUPS.to_owned(), groups);
        let read = read_into(&page, &Page::default());
        let mut expected = full();
        for (attribute, value) in [
            ("auto_refresh_interval", json!(300)),
            ("show_only_last_heartbeat", json!(false)),
            ("icon", Value::Null),
            ("analytics", Value::Null),
        ] {
            expected[attribute] = value;
        }
        if number == "1.23.17" {
            // The older one knows neither, and links nowhere but to what is watched.
            expected["rss_title"] = Value::Null;
            expected["group"][0]["monitor"][0]["url"] = Value::Null;
        }
        assert_eq!(read, planned_page(&expected), "{number}");
        // What is sent are fields that this version shows.
        let version = version(number);
        let entries = Written::of(&read).entries.into_iter();
        let wanted = entries.filter(|entry| dialect::knows(&version, &entry.key));
        let wanted = wanted.map(|entry| (entry.key.into_owned(), entry.value)).collect();
        let wanted = dialect::of_version(wanted, &version);
        let known = |key: &&String| ![GROUPS, INCIDENTS].contains(&key.as_str());
        for key in wanted.keys().filter(known) {
            assert!(config.contains_key(key), "{number} has no {key}");
        }
    }
}

#[test]
fn the_order_of_groups_is_the_servers() {
    for (number, recording) in recorded::VERSIONS {
        let groups = recorded::all(recording, "groups").into_iter();
        let order = groups.map(|(_, groups)| {
            let page = object(json!({ "publicGroupList": groups }));
            let groups = read_into(&page, &Page::default()).group.into_iter();
            groups.map(|group| group.name.into_known().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(
            order.collect::<Vec<_>>(),
            [vec!["Web", "Other", "Empty"], vec!["Other", "Web"]],
            "{number}"
        );
    }
}

/// The server tells visitors where a link leads, not whether that was asked for.
#[test]
fn a_link_to_what_is_watched_is_no_link_of_its_own() {
    let state = |url: Value, send_url: bool| {
        planned_page(&json!({ "slug": "a", "title": "A",
            "group": [{ "name": "g", "monitor": [{ "id": 1, "send_url": send_url, "url": url }] }] }))
    };
    let seen = |monitor: Value, before: &Page| {
        let page = json!({ "slug": "a", "title": "A", GROUPS: [{ "name": "g", "monitorList": [monitor] }] });
        let read = read_into(&object(page), before);
        read.group[0].monitor[0].url.clone().into_known()
    };
    let link = |url: &str| json!({ "id": 1, "sendUrl": 1, "url": url, WATCHED: "https://watched.example" });
    let (none, same) = (state(Value::Null, true), state(json!("https://watched.example"), true));
    assert_eq!(seen(link("https://watched.example"), &none), None);
    assert_eq!(
        seen(link("https://watched.example"), &same).as_deref(),
        Some("https://watched.example")
    );
    assert_eq!(
        seen(link("https://other.example"), &same).as_deref(),
        Some("https://other.example")
    );
    assert_eq!(
        seen(link("https://other.example"), &none).as_deref(),
        Some("https://other.example")
    );
    let hidden = json!({ "id": 1, "sendUrl": 0, WATCHED: "https://watched.example" });
    assert_eq!(seen(hidden, &none), None);
}

#[test]
fn a_picture_is_sent_once_and_seen_to_be_another() {
    let config = json!({ "slug": "a", "title": "A", "icon_png_base64": PIXEL });
    let mut plan = planned_page(&config);
    PageKind::plan(None, &mut plan).unwrap();
    assert_eq!(plan.icon_path, Field::Unknown);
    assert_eq!(
        Written::of(&plan).object()[ICON],
        json!(format!("data:image/png;base64,{PIXEL}"))
    );

    let recorded = recorded::one(recorded::VERSIONS[1].1, "page", "statusPage.save-icon");
    let path = recorded[ICON].as_str().unwrap().to_owned();
    let facts = ServerFacts {
        url: Some("https://status.example.net".to_owned()),
        version: version("2.5.3"),
    };
    let mut state = plan;
    PageKind::observe(&facts, &recorded, &mut state);
    assert_eq!(state.icon_path, Field::Known(path.clone()));
    assert_eq!(
        state.url,
        Field::Known("https://status.example.net/status/a".to_owned())
    );
    let looked = read_into(&recorded, &state);
    assert_eq!(looked.icon_png_base64, state.icon_png_base64);

    // Something else changes: the picture stays where it is.
    let mut next = state.clone();
    next.title = Field::Known("B".to_owned());
    PageKind::plan(Some(&state), &mut next).unwrap();
    assert_eq!(Written::of(&next).object()[ICON], json!(path));

    // Somebody uploads another one: the plan sends ours again.
    let mut other = recorded;
    other.insert(ICON.to_owned(), json!("/upload/logo1.png?t=2"));
    let mut drifted = read_into(&other, &state);
    PageKind::observe(&facts, &other, &mut drifted);
    assert_eq!(
        (&drifted.icon_png_base64, drifted.icon.known().map(String::as_str)),
        (&Field::Null, Some("/upload/logo1.png?t=2"))
    );
    let mut again = planned_page(&config);
    PageKind::plan(Some(&drifted), &mut again).unwrap();
    assert_eq!(again.icon_path, Field::Unknown);
}

#[test]
fn only_the_own_incident_is_looked_at() {
    let facts = ServerFacts {
        url: None,
        version: version("2.5.3"),
    };
    for (number, recording) in recorded::VERSIONS {
        let incidents = recorded::all(recording, "incidents").remove(0).1;
        let recorded = incidents[0].clone();
        let mut page = object(json!({ "id": 1, "slug": "a", "title": "A", ICON: "/icon.svg" }));
        page.insert(INCIDENTS.to_owned(), incidents);
        assert_eq!(
            read_into(&page, &Page::default()).incident,
            None,
            "{number}: posted by somebody else"
        );
        let config = json!({ "slug": "a", "title": "A", "incident":
            { "title": recorded["title"], "content": recorded["content"], "style": recorded["style"] } });
        let mut state = planned_page(&config);
        PageKind::plan(None, &mut state).unwrap();
        assert_eq!(state.incident.as_ref().unwrap().id, Field::Unknown);
        PageKind::observe(&facts, &page, &mut state);
        assert_eq!(state.incident.as_ref().unwrap().id, Field::Known(1), "{number}");
        assert_eq!(read_into(&page, &state).incident, state.incident, "{number}");

        page[INCIDENTS][0]["title"] = json!("edited");
        assert_eq!(
            read_into(&page, &state).incident.unwrap().title,
            Field::Known("edited".to_owned())
        );
        page[INCIDENTS][0]["pin"] = json!(0);
        assert_eq!(read_into(&page, &state).incident, None, "{number}: resolved");

        // A changed one keeps its number, a new one has none yet.
        let mut next = state.clone();
        PageKind::plan(Some(&state), &mut next).unwrap();
        assert_eq!(next, state);
        let before = Page {
            incident: None,
            ..state.clone()
        };
        PageKind::plan(Some(&before), &mut next).unwrap();
        assert_eq!(next.incident.unwrap().id, Field::Unknown);
    }
}

#[test]
fn a_page_that_comes_to_another_server_has_no_key_there() {
    let mut page = planned_page(&minimal());
    assert_eq!(PageKind::key(&page), Some(Slug("public".to_owned())));
    PageKind::forget(&mut page);
    assert_eq!(PageKind::key(&page), None);
    PageKind::set_key(&mut page, &Slug("public".to_owned()));
    assert_eq!(PageKind::key(&page), Some(Slug("public".to_owned())));
}

#[test]
fn analytics_that_go_are_emptied() {
    let (with, without) = (planned_page(&full()), planned_page(&minimal()));
    assert_eq!(PageKind::emptied(&with, &without), ANALYTICS);
    assert_eq!(PageKind::emptied(&with, &with), Vec::<String>::new());
    let emptied: Object = ANALYTICS.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
    let older = dialect::of_version(emptied, &version("1.23.17"));
    assert_eq!(Value::Object(older), json!({ "googleAnalyticsId": null }));
    let google = dialect::today(object(json!({ "googleAnalyticsId": "G-1" })));
    assert_eq!(
        read_into(&google, &Page::default()).analytics.unwrap().id,
        Field::Known("G-1".to_owned())
    );
}

#[test]
fn good_pages_pass() {
    let picture = json!({ "slug": "a", "title": "A", "icon_png_base64": PIXEL });
    for config in [minimal(), full(), picture] {
        assert_eq!(refusals(&config, validate::validate), Vec::<String>::new());
    }
}

#[test]
fn wrong_ones_are_refused() {
    let mut large = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    large.resize(750_000, 0);
    let large = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, large);
    let page = |more: Value| {
        let mut page = minimal();
        page.as_object_mut().unwrap().extend(object(more));
        page
    };
    let wrong = [
        page(json!({ "slug": "Team-A", "theme": "blue", "auto_refresh_interval": 1, "domains": ["x y"] })),
        page(json!({ "slug": "a--b", "title": "" })),
        page(json!({ "icon": "logo.svg" })),
        page(json!({ "icon": "/a.svg", "icon_png_base64": PIXEL })),
        page(json!({ "icon_png_base64": "PHN2Zz48L3N2Zz4=" })),
        page(json!({ "icon_png_base64": "not base64!" })),
        page(json!({ "icon_png_base64": large })),
        page(json!({ "analytics": { "type": "matomo", "id": "1" } })),
        page(json!({ "group": [{ "name": "a", "monitor": [{ "id": 1 }, { "id": 1 }] }] })),
        page(
            json!({ "group": [{ "name": "a" }, { "name": "b", "monitor": [{ "id": 1, "url": "https://example.com" }] }] }),
        ),
        page(json!({ "incident": { "title": "", "content": "c", "style": "red" } })),
    ];
    let told: Vec<String> = wrong
        .iter()
        .flat_map(|config| refusals(config, validate::validate))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn unknown_values_are_never_refused() {
    let mut page: Page = planned(&full());
    page.slug = Field::Unknown;
    page.icon = Field::Unknown;
    page.icon_png_base64 = Field::Unknown;
    page.group[0].monitor[0].id = Field::Unknown;
    page.group[0].monitor[1].id = Field::Unknown;
    let mut diagnostics = Diagnostics::new();
    validate::validate(&page, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
}
