//! What only servers of the newer line have: they are live ones, as `main.rs` says. Others are seen to be left alone.

use acceptance::harness::{Action, Tool};
use quickfra::api::uptime_kuma::connection::Status;
use serde_json::{Value, json};
use tfplugin::client::core::Feature;

use crate::server::Server;

/// How often a server is looked at for the outcome of a check that it has begun.
const LOOKS: usize = 200;

const DNS: &str = r#"
resource "quickfra_status_monitor" "it" {
  endpoint = var.endpoint
  name     = "MARK records"
  active   = false

  dns {
    hostname = "a.example"

    CONDITIONS
  }
}
"#;

/// A comparison, a group with a comparison and a group in it, and a comparison: the order counts.
const GROUPS: &str = r#"
    condition {
      variable = "record"
      operator = "equals"
      value    = "1"
    }

    condition {
      join = "or"

      condition {
        variable = "record"
        operator = "equals"
        value    = "2"
      }

      condition {
        join = "or"

        condition {
          variable = "record"
          operator = "equals"
          value    = "3"
        }
      }
    }

    condition {
      variable = "record"
      operator = "equals"
      value    = "4"
    }
"#;

/// Four groups in each other.
const DEEP: &str = r#"
    condition {
      condition {
        condition {
          condition {
            conditions_json = jsonencode([{
              type = "expression", variable = "record", operator = "equals", value = "1", andOr = "and"
            }])
          }
        }
      }
    }
"#;

fn equals(value: &str) -> Value {
    json!({ "type": "expression", "variable": "record", "operator": "equals", "value": value, "andOr": "and" })
}

fn group(children: &[Value], join: &str) -> Value {
    json!({ "type": "group", "children": children, "andOr": join })
}

/// Without the numbers that say nothing.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(object) => {
            let members = object.iter().filter(|(name, _)| *name != "id");
            Value::Object(members.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn conditions_of_any_depth_are_written_and_survive() {
    let (tool, server) = (Tool::Terraform, Server::any());
    let text = DNS.replace("CONDITIONS", GROUPS);
    if !server.is_newer() {
        return expect_refused(&server, tool, &text, "This version of Uptime Kuma lacks it");
    }
    let address = "quickfra_status_monitor.it";
    let mut case = server.case(tool, &text);
    case.apply().succeeds();
    let state = case.state();
    let id = state.expect(address).attribute("/id").and_then(Value::as_i64).unwrap();
    let there = || {
        let found = server.hand.does(async |session| session.monitors().get(id).await);
        plain(&found.unwrap().0["conditions"])
    };
    let inner = group(&[equals("2"), group(&[equals("3")], "or")], "or");
    assert_eq!(there(), json!([equals("1"), inner, equals("4")]));

    // Somebody nests them deeper on the page than blocks go.
    let deep = json!([(0..4).fold(equals("1"), |inside, _| group(&[inside], "and"))]);
    let change = json!({ "conditions": deep });
    let change = change.as_object().unwrap();
    server
        .hand
        .does(async |session| session.monitors().edit(id, change).await.map(drop));
    let plan = case.plan().succeeds();
    plan.expect(address, Action::Update);
    let text = "/dns/condition/0/condition/0/condition/0/condition/0/conditions_json";
    let shown = plan.before(address, text).and_then(Value::as_str).unwrap();
    assert_eq!(serde_json::from_str::<Value>(shown).unwrap(), json!([equals("1")]));

    // Taken into the configuration there is nothing to do, and another change leaves them as they are.
    let taken = DNS.replace("CONDITIONS", DEEP);
    server.configure(&mut case, &taken);
    assert!(case.plan().succeeds().is_empty());
    server.configure(&mut case, &taken.replace("MARK records", "MARK renamed"));
    case.apply().succeeds();
    assert_eq!(there(), deep);
    case.destroy().succeeds();
}

const UNTOLD: &str = r#"
resource "quickfra_status_monitor" "manual" {
  endpoint = var.endpoint
  name     = "MARK manual"

  manual {
    status = "STATUS"
  }
}

resource "quickfra_status_monitor" "device" {
  endpoint = var.endpoint
  name     = "MARK device"
  active   = false

  snmp {
    hostname       = "192.0.2.8"
    version        = "3"
    username       = "USERNAME"
    oid            = "1.3.6.1.2.1.1.3.0"
    expected_value = "1"
  }
}
"#;

/// The status of a manual monitor, and the user of an SNMP one, whose other user is another monitor.
#[test]
fn what_the_server_never_tells_is_written_all_the_same() {
    let (tool, server) = (Tool::Terraform, Server::any());
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let text = |status: &str, username: &str| UNTOLD.replace("STATUS", status).replace("USERNAME", username);
    if !server.is_newer() {
        return expect_refused(
            &server,
            tool,
            &text("up", "ada"),
            "This version of Uptime Kuma lacks the type",
        );
    }
    let mut case = server.case(tool, &text("up", "ada"));
    // An empty plan follows each apply.
    case.apply().succeeds();
    let state = case.state();
    let number = |name: &str| {
        let resource = state.expect(&format!("quickfra_status_monitor.{name}"));
        resource.attribute("/id").and_then(Value::as_i64).unwrap()
    };
    let (manual, device) = (number("manual"), number("device"));
    expect_status(&server, manual, Status::Up);

    server.configure(&mut case, &text("down", "ada"));
    let plan = case.apply().succeeds().plan;
    plan.expect("quickfra_status_monitor.manual", Action::Update);
    plan.expect("quickfra_status_monitor.device", Action::NoOp);
    expect_status(&server, manual, Status::Down);

    server.configure(&mut case, &text("down", "bob"));
    let plan = case.apply().succeeds().plan;
    plan.expect("quickfra_status_monitor.device", Action::Replace);
    plan.expect("quickfra_status_monitor.manual", Action::NoOp);

    // Imported, it is not made anew for a user that nobody knows.
    let state = case.state();
    let again = state
        .expect("quickfra_status_monitor.device")
        .attribute("/id")
        .and_then(Value::as_i64)
        .unwrap();
    assert_ne!(again, device);
    let import = format!(
        "import {{\n  to = quickfra_status_monitor.device\n  id = \"${{var.endpoint}}#{again}\"\n}}\n\
         import {{\n  to = quickfra_status_monitor.manual\n  id = \"${{var.endpoint}}#{manual}\"\n}}\n"
    );
    let imported = server.case(tool, &format!("{}{import}", text("down", "bob")));
    imported
        .apply()
        .succeeds()
        .plan
        .expect("quickfra_status_monitor.device", Action::Update);
    case.destroy().succeeds();
}

/// An older server gets nothing of it.
#[track_caller]
fn expect_refused(server: &Server, tool: Tool, text: &str, summary: &str) {
    let case = server.case(tool, text);
    case.apply().fails().says(summary).says("Nothing was changed.");
    let monitors = server.hand.does(async |session| session.monitors().list().await);
    assert!(monitors.values().all(|monitor| !monitor.name().contains(&server.mark)));
}

/// The server begins a check with each change, and tells of its outcome a little later.
#[track_caller]
fn expect_status(server: &Server, monitor: i64, wanted: Status) {
    let found = (0..LOOKS).find_map(|_| {
        let health = server
            .hand
            .does(async |session| session.monitors().health(monitor).await);
        health
            .and_then(|health| health.status)
            .filter(|status| *status == wanted)
    });
    assert_eq!(found, Some(wanted));
}
