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

/// What each object is on the server, by its address.
type Seen = BTreeMap<String, Value>;

fn an_installation_is_taken_over_whole(tool: Tool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let server = Server::any();
    let made = install(&server);
    let other = server.marked("MARK another tag");
    let other = server.hand.does(async |session| session.tags().add(&other, "#2563eb").await);
    let before = look(&server, &made);

    let mut case = server.case(tool, &imports(&made));
    let applied = case.apply_with(&["-generate-config-out=takeover.tf"]).succeeds();
    expect_imports_alone(&applied.plan, &made);
    assert_eq!(look(&server, &made), before);

    // Something else changes: what nobody named stays.
    let generated = generated(&case);
    server.configure(&mut case, &generated);
    let plan = case.apply().succeeds().plan;
    assert!(plan.is_empty(), "{}", plan.text);
    let (text, expected) = changed(&generated, &before, &made);
    server.configure(&mut case, &text);
    let plan = case.apply().succeeds().plan;
    for one in made.iter().filter(|one| has_secrets(one)) {
        plan.expect(&one.address(), Action::Update);
    }
    assert_eq!(look(&server, &made), expected);

    // A secret that is named is compared with what is there, and belongs to the configuration once that has written it.
    let basic = "quickfra_status_monitor.http_basic";
    let id = made.iter().find(|one| one.address() == basic).unwrap().id();
    let secret = "/secrets/http.basic_auth.password_wo";
    server.configure(&mut case, &with_password(&text, Some(CANARY)));
    let plan = case.apply().succeeds().plan;
    assert!(plan.is_empty(), "{}", plan.text);
    let other_secret = format!("{CANARY}-another");
    server.configure(&mut case, &with_password(&text, Some(&other_secret)));
    let plan = case.apply().succeeds().plan;
    assert!(plan.expect(basic, Action::Update).is_unknown(basic, secret), "{}", plan.text);
    assert_eq!(password(&server, id), json!(other_secret));
    server.configure(&mut case, &with_password(&text, None));
    case.plan().fails().says("needs http.basic_auth.password_wo");

    case.destroy().succeeds();
    case.expect_no_leak(&[("the secrets", CANARY), ("the administrator's password", &server.password)]);
    let left = server.hand.does(async |session| session.tags().list().await);
    let left: Vec<i64> = left.into_iter().filter(|tag| tag.name.contains(&server.mark)).map(|tag| tag.id).collect();
    assert_eq!(left, [other]);
    server.hand.does(async |session| session.tags().delete(other).await);
}

for_each_tool!(an_installation_is_taken_over_whole);

fn has_secrets(one: &Made) -> bool {
    matches!(one.kind, "monitor" | "notification" | "proxy" | "remote_browser")
}

fn imports(made: &[Made]) -> String {
    let import = |one: &Made| {
        format!("import {{\n  to = {}\n  id = \"${{var.endpoint}}#{}\"\n}}\n", one.address(), one.key)
    };
    made.iter().map(import).collect()
}

fn expect_imports_alone(plan: &Plan, made: &[Made]) {
    for one in made {
        plan.expect(&one.address(), Action::NoOp);
    }
    let changes = plan.json()["resource_changes"].as_array().unwrap();
    let imported = changes.iter().filter(|change| change["change"]["importing"].is_object());
    assert_eq!(imported.count(), made.len(), "{}", plan.text);
    assert!(plan.is_empty(), "{}", plan.text);
}

/// The configuration that the tool has written.
fn generated(case: &Case) -> String {
    fs::read_to_string(case.folder().join("work/takeover.tf")).unwrap()
}

/// Another text in every object that has secrets, and what the server is to have then.
fn changed(generated: &str, before: &Seen, made: &[Made]) -> (String, Seen) {
    let mut expected = before.clone();
    for one in made.iter().filter(|one| has_secrets(one)) {
        let object = expected.get_mut(&one.address()).unwrap();
        match one.kind {
            "monitor" => object["description"] = json!("taken over"),
            "remote_browser" => object["name"] = json!(format!("{} renamed", object["name"].as_str().unwrap())),
            "proxy" => object["default"] = json!(true),
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
            ("notification" | "proxy", Some("default")) => "  default = true".to_owned(),
            ("remote_browser", Some("name")) => format!("{} renamed\"", line.trim_end_matches('"')),
            _ => line.to_owned(),
        }
    });
    (lines.collect::<Vec<_>>().join("\n"), expected)
}

/// The configuration with this password in the monitor that logs in with one.
fn with_password(text: &str, password: Option<&str>) -> String {
    let start = text.find("\"quickfra_status_monitor\" \"http_basic\"").unwrap();
    let place = start + text[start..].find("password_wo").unwrap();
    let end = place + text[place..].find('\n').unwrap();
    let value = password.map_or("null".to_owned(), |password| format!("\"{password}\""));
    format!("{}password_wo = {value}{}", &text[..place], &text[end..])
}

fn password(server: &Server, id: i64) -> Value {
    let found = server.hand.does(async |session| session.monitors().get(id).await);
    found.unwrap().0["basic_auth_pass"].clone()
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
                "tag" => session.tags().list().await?.into_iter().find(|tag| tag.id == one.id()).map(|tag| {
                    object(&json!({ "name": tag.name, "color": tag.color }))
                }),
                other => panic!("{other} is not looked at"),
            };
            seen.insert(one.address(), Value::Object(object.unwrap()));
        }
        Ok(seen)
    })
}
