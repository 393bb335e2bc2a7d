//! What many monitors cost, in counts: they are exact where seconds are not.

use acceptance::harness::{Action, Tool};
use serde_json::json;
use tfplugin::client::core::Feature;

use crate::between::Between;
use crate::server::Server;

/// How many, if the environment does not say otherwise: with a thousand it takes minutes.
const MANY: usize = 150;
const MANY_VARIABLE: &str = "QUICKFRA_MONITORS";

/// Calls that tell of monitors.
const READS: [&str; 2] = ["getMonitor", "getMonitorList"];

/// One monitor, of which there will be many.
const ONE: &str = r#"
resource "quickfra_status_monitor" "one" {
  endpoint = var.endpoint
  name     = "website"
  active   = false

  http {
    url = "http://192.0.2.8/"
  }
}
"#;

/// As many rows more: to make them by calls would take the server minutes, since it tells of all of them each time.
const MORE: &str = "
CREATE TEMP TABLE one AS SELECT * FROM monitor;
UPDATE one SET id = NULL;
WITH RECURSIVE number(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM number WHERE i < MANY)
INSERT INTO monitor SELECT one.* FROM one, number;";

#[test]
fn many_monitors_take_one_login_and_no_call_each() {
    let tool = Tool::Terraform;
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let many = std::env::var(MANY_VARIABLE).map_or(MANY, |many| many.parse().unwrap());
    let server = Server::own();
    server.case(tool, ONE).apply().succeeds();
    server
        .process()
        .execute_sql(&MORE.replace("MANY", &many.to_string()))
        .unwrap();
    let monitors = server.hand.does(async |session| session.monitors().list().await);
    let ids: Vec<String> = monitors.keys().map(i64::to_string).collect();
    assert_eq!(ids.len(), many);

    let import = format!(
        "import {{\n  for_each = toset({})\n  to       = quickfra_status_monitor.one[each.key]\n  \
         id       = \"${{var.endpoint}}#${{each.key}}\"\n}}\n",
        json!(ids)
    );
    let all = ONE.replacen("\" {\n", &format!("\" {{\n  for_each = toset({})\n", json!(ids)), 1);
    let between = Between::new(server.authority());
    let mut case = server.case(tool, &format!("{all}{import}"));
    case.variable("endpoint", between.url());
    let imported = case.apply().succeeds_leaving_changes();
    let first = format!("quickfra_status_monitor.one[{}]", json!(ids[0]));
    imported.plan.expect(&first, Action::NoOp);
    assert_eq!(case.state().addresses().len(), many);

    between.forget();
    let plan = case.plan().succeeds();
    assert!(plan.is_empty(), "{}", plan.text);
    assert_eq!(between.count("login"), 1);
    let reads: usize = READS.iter().map(|event| between.count(event)).sum();
    assert!(reads <= 1, "{reads} calls to read {many} monitors");
}
