//! Changes of a stack that serves: who keeps asking notices nothing, and only what changes is touched.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use acceptance::harness::{Action, Tool};
use serde_json::json;

use crate::site::{STACK, Site, changed};
use crate::web::Client;

/// The most that a client asks while one change is made.
const MOST_REQUESTS: usize = 20_000;

#[test]
fn changes_touch_nothing_else_and_interrupt_nobody() {
    let site = Site::new(true);
    let client = Client::of(&site);
    let mut case = site.case(Tool::Terraform);
    case.apply().succeeds();
    let containers = site.containers();
    let before = format!("https://status.{}/api/entry-page", site.domain);

    // A limit.
    case.variable("average", 150);
    let ask = || client.get(&before).map(|answer| answer.status);
    let (applied, answers) = while_asking(ask, || case.apply().succeeds());
    assert_eq!(answers.keys().collect::<Vec<_>>(), [&Ok(200)], "{answers:?}");
    assert_eq!(
        changed(&applied.plan),
        [
            "/files/ingress~1common.yaml/9",
            "/ingress/rate_limit/average",
            "/release"
        ]
    );
    assert_eq!(site.containers(), containers);

    // A route. From the moment at which the old name is not known any more the new one leads to the service; its certificate
    // may need another moment.
    let name = site.add_name("uptime");
    let after = format!("https://{name}/api/entry-page");
    case.variable("status_domain", name.as_str());
    let ask = || match client.get_unverified(&before)?.status {
        404 => client.get_unverified(&after).map(|answer| answer.status),
        status => Ok(status),
    };
    let (applied, answers) = while_asking(ask, || case.apply().succeeds());
    assert_eq!(answers.keys().collect::<Vec<_>>(), [&Ok(200)], "{answers:?}");
    assert_eq!(
        changed(&applied.plan),
        [
            "/endpoints/status",
            "/files/ingress~1route-status.yaml/3",
            "/release",
            "/status/domain",
        ]
    );
    assert_eq!(site.containers(), containers);
    // The apply has waited for both.
    assert_eq!(client.get(&after).unwrap().status, 200);
    assert_eq!(client.get_unverified(&before).unwrap().status, 404);

    // An image.
    let image = format!("{}/prom/node-exporter:v1.9.1-r2", site.testbed.registry());
    case.variable("node_exporter_image", image.as_str());
    let applied = case.apply().succeeds();
    let changed_by_image = changed(&applied.plan);
    assert!(applied.plan.is_unknown(STACK, "/services/metrics-node/digest"));
    assert_eq!(
        changed_by_image
            .iter()
            .filter(|pointer| !pointer.starts_with("/files/compose.yaml/"))
            .collect::<Vec<_>>(),
        [
            "/metrics/node_exporter_image",
            "/release",
            "/services/metrics-node/digest",
            "/services/metrics-node/image",
        ]
    );
    let mut others = site.containers();
    assert_ne!(others.remove("metrics-node"), containers.get("metrics-node").cloned());
    let mut expected = containers;
    expected.remove("metrics-node");
    assert_eq!(others, expected);

    // A value that is known only after the apply: what does not depend on it stays known.
    let burst = "resource \"terraform_data\" \"burst\" {\n  input = var.burst\n}\n";
    let main = include_str!("main.tf").replace("var.burst", "terraform_data.burst.output");
    case.config(&[&main, include_str!("variables.tf"), burst].join("\n"))
        .variable("burst", 300);
    let applied = case.apply().succeeds();
    applied.plan.expect(STACK, Action::Update);
    assert_eq!(
        changed(&applied.plan),
        ["/files/ingress~1common.yaml", "/ingress/rate_limit/burst", "/release"],
        "{}",
        applied.plan.text
    );
    let state = case.state();
    let common = state.expect(STACK).attribute("/files/ingress~1common.yaml").unwrap();
    assert!(common.as_array().unwrap().contains(&json!("        burst: 300")));
}

/// What came back, and how often.
type Answers = BTreeMap<Result<u16, String>, usize>;

/// Asks on and on while `work` is done.
fn while_asking<T>(ask: impl Fn() -> Result<u16, String> + Sync, work: impl FnOnce() -> T) -> (T, Answers) {
    /// Ends the client also when the work panics.
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let client = scope.spawn(|| {
            let mut answers = Answers::new();
            for _ in 0..MOST_REQUESTS {
                *answers.entry(ask()).or_default() += 1;
                if done.load(Ordering::Relaxed) {
                    break;
                }
            }
            answers
        });
        let end = Done(&done);
        let given = work();
        drop(end);
        (given, client.join().unwrap())
    })
}
