//! An installation that was made by hand is taken over whole: its configuration is generated, the plan has imports and
//! nothing else, and what the configuration cannot say, above all the secrets, stays on the server through later changes.

use std::collections::BTreeMap;
use std::fs;

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Plan, Tool};
use serde_json::{Value, json};
use tfplugin::client::core::Feature;

use crate::installation::{CANARY, Made, install, object};
use crate::server::Server;

/// Finds what a test has made.
const FOUND: &str = r#"
data "quickfra_status_objects" "all" {
  endpoint      = var.endpoint
  name_contains = "MARK"
}

output "objects" { value = data.quickfra_status_objects.all.objects }
output "import_blocks" { value = data.quickfra_status_objects.all.import_blocks }
"#;

/// What each object is on the server, by its address.
type Seen = BTreeMap<String, Value>;

fn an_installation_is_taken_over_whole(tool: Tool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let server = Server::any();
    let mut made = install(&server);
    let other = format!("left alone {}", std::process::id());
    let other = server
        .hand
        .does(async |session| session.tags().add(&other, "#2563eb").await);

    // The import blocks come from the data source, as the guide says; settings have no name to be found by.
    let mut case = server.case(tool, FOUND);
    let found = case.plan().succeeds();
    let found = &found.json()["planned_values"]["outputs"];
    for one in &mut made {
        one.found(&found["objects"]["value"]);
    }
    let settings = "import {\n  to = quickfra_status_settings.all\n  id = \"${var.endpoint}#settings\"\n}\n";
    let blocks = found["import_blocks"]["value"].as_str().unwrap();
    let before = look(&server, &made);
    server.configure(&mut case, &format!("{blocks}{settings}"));
    let plan = case.plan_with(&["-generate-config-out=takeover.tf"]).succeeds();
    expect_imports_alone(&plan, &made);

    // A secret that is named as it is on the server changes nothing either.
    let basic = made.iter().find(|one| one.name == "http_basic").unwrap();
    let generated = generated(&case);
    let named = with_password(&generated, basic);
    server.configure(&mut case, &format!("{named}{blocks}{settings}"));
    case.variable("basic", CANARY);
    expect_imports_alone(&case.apply().succeeds().plan, &made);
    let after = look(&server, &made);
    for (address, object) in &before {
        assert_eq!(&after[address], object, "{address}");
    }

    // Something else changes: what nobody named stays. What was named is written.
    let (text, mut expected) = changed(&named, &before, &made);
    let another = format!("{CANARY}-another");
    expected.get_mut(&basic.address).unwrap()["basic_auth_pass"] = json!(another);
    server.configure(&mut case, &text);
    case.variable("basic", another.as_str());
    let plan = case.apply().succeeds().plan;
    for one in made.iter().filter(|one| has_secrets(one)) {
        plan.expect(&one.address, Action::Update);
    }
    let secret = "/secrets/http.basic_auth.password_wo";
    assert!(plan.is_unknown(&basic.address, secret), "{}", plan.text);
    expect_all_there(&look(&server, &made), &expected);

    // Now it is the configuration's, and there has to be one.
    server.configure(
        &mut case,
        &text.replace("password_wo = var.basic", "password_wo = null"),
    );
    case.plan().fails().says("needs http.basic_auth.password_wo");

    server.configure(&mut case, &text);
    case.destroy().succeeds();
    case.expect_no_leak(&[
        ("the secrets", CANARY),
        ("the administrator's password", &server.password),
    ]);
    let left = server.hand.does(async |session| session.tags().list().await);
    assert!(left.iter().any(|tag| tag.id == other));
    assert!(!left.iter().any(|tag| tag.name.contains(&server.mark)));
    server.hand.does(async |session| session.tags().delete(other).await);
}

for_each_tool!(an_installation_is_taken_over_whole);

fn has_secrets(one: &Made) -> bool {
    matches!(one.kind, "monitor" | "notification" | "proxy" | "remote_browser")
}

fn expect_imports_alone(plan: &Plan, made: &[Made]) {
    for one in made {
        plan.expect(&one.address, Action::NoOp);
    }
    let changes = plan.json()["resource_changes"].as_array().unwrap();
    let imported = changes
        .iter()
        .filter(|change| change["change"]["importing"].is_object());
    assert_eq!(imported.count(), made.len(), "{}", plan.text);
    assert!(plan.is_empty(), "{}", plan.text);
}

/// The configuration that the tool has written, taken out of its folder.
fn generated(case: &Case) -> String {
    let file = case.folder().join("work/takeover.tf");
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(file).unwrap();
    text
}

/// Nothing of what is expected is missing or says another thing. A change writes out what the page leaves to the server,
/// and it may empty what is of no use, such as the password of a login that is not the monitor's.
fn expect_all_there(found: &Seen, expected: &Seen) {
    let mut differences = Vec::new();
    for (address, object) in expected {
        for (key, value) in object.as_object().unwrap() {
            let now = &found[address][key];
            let nothing = value.is_null() || value == &json!("");
            if !nothing && plain(now) != plain(value) {
                differences.push(format!("{address} {key}: {now} in place of {value}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What a value says, in whatever words.
fn plain(value: &Value) -> Value {
    let text = value.as_str().map(|text| text.replace(", ", ","));
    let said = text.map_or_else(
        || value.clone(),
        |text| serde_json::from_str(&text).unwrap_or(json!(text)),
    );
    match said.as_i64() {
        Some(number @ 0..=1) => json!(number == 1),
        _ => said,
    }
}

/// Another text in every object that has secrets, and what the server is to have then.
fn changed(generated: &str, before: &Seen, made: &[Made]) -> (String, Seen) {
    let mut expected = before.clone();
    for one in made.iter().filter(|one| has_secrets(one)) {
        let object = expected.get_mut(&one.address).unwrap();
        match one.kind {
            "monitor" => object["description"] = json!("taken over"),
            "remote_browser" => object["name"] = json!(format!("{} renamed", object["name"].as_str().unwrap())),
            "proxy" => object["port"] = json!(8080),
            _ => object["isDefault"] = json!(true),
        }
    }
    let mut kind = "";
    let lines = generated.lines().map(|line| {
        if let Some(rest) = line.strip_prefix("resource \"quickfra_status_") {
            kind = rest.split('"').next().unwrap_or_default();
        }
        // What stands in no inner block has two spaces before it.
        match (kind, line.split_whitespace().next()) {
            (_, _) if line.starts_with("   ") => line.to_owned(),
            ("monitor", Some("description")) => "  description = \"taken over\"".to_owned(),
            ("notification", Some("default")) => "  default = true".to_owned(),
            ("proxy", Some("port")) => "  port = 8080".to_owned(),
            ("remote_browser", Some("name")) => format!("{} renamed\"", line.trim_end_matches('"')),
            _ => line.to_owned(),
        }
    });
    (lines.collect::<Vec<_>>().join("\n"), expected)
}

/// The configuration with a password in a monitor that logs in with one.
fn with_password(text: &str, one: &Made) -> String {
    let (_, label) = one.address.split_once('.').unwrap();
    let start = text.find(&format!("\"quickfra_status_monitor\" \"{label}\"")).unwrap();
    let place = start + text[start..].find("password_wo").unwrap();
    let end = place + text[place..].find('\n').unwrap();
    let variable = "variable \"basic\" {\n  type = string\n  ephemeral = true\n}\n";
    format!("{variable}{}password_wo = var.basic{}", &text[..place], &text[end..])
}

/// Everything that the server tells of what was made, secrets included.
fn look(server: &Server, made: &[Made]) -> Seen {
    server.hand.does(async |session| {
        let mut seen = Seen::new();
        for one in made {
            let object = match one.kind {
                "monitor" => session.monitors().get(one.id()).await?.map(|found| found.0),
                "notification" => session.notifications().known(one.id()).await?.map(|found| {
                    let mut object = found.config;
                    object.insert("isDefault".to_owned(), json!(found.is_default));
                    object
                }),
                "maintenance" => {
                    let all = session.maintenances();
                    let mut object = all.get(one.id()).await?.unwrap();
                    object.insert("monitors".to_owned(), json!(all.monitors(one.id()).await?));
                    object.insert("pages".to_owned(), json!(all.status_pages(one.id()).await?));
                    Some(object)
                }
                "page" => {
                    let pages = session.status_pages();
                    let mut object = pages.get(&one.key).await?.unwrap();
                    object.insert("groups".to_owned(), json!(pages.groups(&one.key).await?));
                    object.insert("incidents".to_owned(), json!(pages.incidents(&one.key).await?));
                    Some(object)
                }
                "proxy" => session.proxies().known(one.id()).await?.map(|item| item.0),
                "docker_host" => session.docker_hosts().known(one.id()).await?.map(|item| item.0),
                "remote_browser" => session.remote_browsers().known(one.id()).await?.map(|item| item.0),
                "settings" => Some(session.settings().get().await?),
                "api_key" => session.api_keys().known(one.id()).await?.map(|key| {
                    let told = json!({ "name": key.name, "expires": key.expires, "active": key.active });
                    object(&told)
                }),
                "tag" => session
                    .tags()
                    .list()
                    .await?
                    .into_iter()
                    .find(|tag| tag.id == one.id())
                    .map(|tag| object(&json!({ "name": tag.name, "color": tag.color }))),
                other => panic!("{other} is not looked at"),
            };
            seen.insert(one.address.clone(), Value::Object(object.unwrap()));
        }
        Ok(seen)
    })
}
