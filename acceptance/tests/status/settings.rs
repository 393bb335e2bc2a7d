//! The settings of a server, which it has once: what is given is written and watched, what is left out is left alone.

use std::collections::BTreeSet;

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Tool};
use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};
use tfplugin::client::core::Feature;

use crate::server::Server;

const SETTINGS: &str = "quickfra_status_settings.it";

/// Few of them.
const FEW: &str = r#"
resource "quickfra_status_settings" "it" {
  endpoint              = var.endpoint
  check_update          = false
  keep_data_period_days = 90
}
"#;

/// What every version has.
const ALL: &str = r#"
  check_update           = false
  check_beta             = true
  primary_base_url       = "https://status.example.com"
  server_timezone        = "Europe/Berlin"
  search_engine_index    = true
  entry_page             = "statusPage-services"
  keep_data_period_days  = 30
  tls_expiry_notify_days = [5, 30]
  trust_proxy            = true
  nscd                   = false
  chrome_executable      = "/usr/bin/chromium"
  steam_api_key_wo       = var.steam_key
"#;

/// What came with 2.1.
const NEWER: &str = r"
  domain_expiry_notify_days = [10]
  globalping_api_token_wo   = var.globalping_token
";

/// Each setting of [`ALL`] and [`NEWER`]: the attribute, the name on the server, the value, and another one.
fn settings(newer: bool) -> Vec<(&'static str, &'static str, Value, Value)> {
    let mut settings = vec![
        ("/check_update", "checkUpdate", json!(false), json!(true)),
        ("/check_beta", "checkBeta", json!(true), json!(false)),
        (
            "/primary_base_url",
            "primaryBaseURL",
            json!("https://status.example.com"),
            json!("https://by-hand.example.com"),
        ),
        (
            "/server_timezone",
            "serverTimezone",
            json!("Europe/Berlin"),
            json!("Asia/Tokyo"),
        ),
        ("/search_engine_index", "searchEngineIndex", json!(true), json!(false)),
        (
            "/entry_page",
            "entryPage",
            json!("statusPage-services"),
            json!("dashboard"),
        ),
        ("/keep_data_period_days", "keepDataPeriodDays", json!(30), json!(10)),
        (
            "/tls_expiry_notify_days",
            "tlsExpiryNotifyDays",
            json!([5, 30]),
            json!([1, 2, 3]),
        ),
        ("/trust_proxy", "trustProxy", json!(true), json!(false)),
        ("/nscd", "nscd", json!(false), json!(true)),
        (
            "/chrome_executable",
            "chromeExecutable",
            json!("/usr/bin/chromium"),
            json!("/opt/chromium"),
        ),
    ];
    if newer {
        settings.push((
            "/domain_expiry_notify_days",
            "domainExpiryNotifyDays",
            json!([10]),
            json!([7]),
        ));
    }
    settings
}

/// The secrets: the attribute, the name on the server, and the variable.
fn secrets(newer: bool) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut secrets = vec![("/secrets/steam_api_key_wo", "steamAPIKey", "steam_key")];
    if newer {
        let token = (
            "/secrets/globalping_api_token_wo",
            "globalpingApiToken",
            "globalping_token",
        );
        secrets.push(token);
    }
    secrets
}

fn all(newer: bool) -> String {
    let more = if newer { NEWER } else { "" };
    let variable = |name| format!("variable \"{name}\" {{\n  type      = string\n  ephemeral = true\n}}\n");
    format!(
        "{}{}resource \"quickfra_status_settings\" \"it\" {{\n  endpoint = var.endpoint\n{ALL}{more}}}\n",
        variable("steam_key"),
        variable("globalping_token")
    )
}

fn stored(server: &Server) -> Object {
    server.hand.does(async |session| session.settings().get().await)
}

fn change_by_hand(server: &Server, change: Value) {
    let Value::Object(change) = change else {
        panic!("no object")
    };
    server
        .hand
        .does(async |session| session.settings().change(&change, None).await);
}

fn settings_are_written_watched_and_left(tool: Tool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    // Not one that others use too: it has its settings once.
    let server = Server::own();
    let newer = server.is_newer();
    change_by_hand(&server, json!({ "searchEngineIndex": true, "keepDataPeriodDays": 365 }));
    let before = stored(&server);
    let mut case = server.case(tool, FEW);
    case.traced();
    case.variable("steam_key", "canary-steam-key-3f9a")
        .variable("globalping_token", "canary-globalping-token-81c2");
    case.apply().succeeds();
    let mut expected = before;
    expected.insert("checkUpdate".to_owned(), json!(false));
    expected.insert("keepDataPeriodDays".to_owned(), json!(90));
    assert_eq!(stored(&server), expected, "what was left out is another");

    server.configure(&mut case, &all(newer));
    case.apply().succeeds();
    expect_all_written(&server, newer);
    expect_by_hand_is_shown(&case, &server, newer);
    expect_all_written(&server, newer);
    it_is_imported(&server, tool, newer);

    // What is taken out goes back to what a new server has.
    server.configure(&mut case, FEW);
    case.apply().succeeds();
    let now = stored(&server);
    for (key, value) in [
        ("keepDataPeriodDays", json!(90)),
        ("entryPage", json!("dashboard")),
        ("trustProxy", json!(false)),
        ("steamAPIKey", json!("")),
    ] {
        assert_eq!(now.get(key), Some(&value), "{key}");
    }

    let destroyed = case.destroy().succeeds();
    let text = destroyed.stdout;
    assert!(text.contains("The settings of Uptime Kuma stay as they are"), "{text}");
    assert_eq!(stored(&server), now);
    case.expect_no_leak(&[
        ("the password", &server.password),
        ("the key of Steam", "canary-steam-key-3f9a"),
        ("the token of Globalping", "canary-globalping-token-81c2"),
        ("a secret that was written by hand", "canary-by-hand-77d0"),
    ]);
}

for_each_tool!(settings_are_written_watched_and_left);

fn expect_all_written(server: &Server, newer: bool) {
    let now = stored(server);
    for (_, key, value, _) in settings(newer) {
        assert_eq!(now.get(key), Some(&value), "{key}");
    }
    assert_eq!(now["steamAPIKey"], "canary-steam-key-3f9a");
    if newer {
        assert_eq!(now["globalpingApiToken"], "canary-globalping-token-81c2");
    }
}

/// Every field that was changed by hand is named by the plan, with what it is now, and put right by the apply.
fn expect_by_hand_is_shown(case: &Case, server: &Server, newer: bool) {
    let mut change = Object::new();
    for (_, key, _, other) in settings(newer) {
        change.insert(key.to_owned(), other);
    }
    for (_, key, _) in secrets(newer) {
        change.insert(key.to_owned(), json!("canary-by-hand-77d0"));
    }
    change_by_hand(server, Value::Object(change));
    let plan = case.apply().succeeds().plan;
    plan.expect(SETTINGS, Action::Update);
    let changed = plan.changed(SETTINGS);
    let attributes: BTreeSet<&str> = changed
        .iter()
        .map(|pointer| &pointer[..pointer[1..].find('/').map_or(pointer.len(), |at| at + 1)])
        .collect();
    let mut expected: BTreeSet<&str> = settings(newer).iter().map(|(pointer, ..)| *pointer).collect();
    expected.insert("/secrets");
    assert_eq!(attributes, expected, "{}", plan.text);
    for (pointer, _, value, other) in settings(newer) {
        assert_eq!(plan.before(SETTINGS, pointer), Some(&other), "{pointer}");
        assert_eq!(plan.after(SETTINGS, pointer), Some(&value), "{pointer}");
    }
    for (pointer, ..) in secrets(newer) {
        assert_eq!(plan.before(SETTINGS, pointer), Some(&json!("changed on the server")));
    }
}

fn it_is_imported(server: &Server, tool: Tool, newer: bool) {
    let mut ways = vec!["id = \"${var.endpoint}#settings\""];
    if tool.has(Feature::Identity) {
        ways.push("identity = { server = var.endpoint }");
    }
    for way in ways {
        let import = format!("import {{\n  to = {SETTINGS}\n  {way}\n}}\n");
        let mut case = server.case(tool, &format!("{}{import}", all(newer)));
        for (_, key, variable) in secrets(newer) {
            let secret = stored(server)[key].clone();
            case.variable(variable, secret);
        }
        if !newer {
            case.variable("globalping_token", "unused");
        }
        case.plan().succeeds().expect(SETTINGS, Action::NoOp);
    }
}
