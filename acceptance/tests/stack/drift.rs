//! A machine that somebody has changed by hand: the plan says what is different, and an apply puts right just that. All of
//! it is traced, so that it tells too whether anything secret is written down on the way.

use acceptance::harness::{Case, Tool};
use serde_json::json;

use crate::site::{SERVICES, STACK, Site, changed};

/// Stands for a password that a user gives the provider.
const SSH_PASSWORD: &str = "canary-ssh-password-5d21f0";
/// Stands in the middle of a key that cannot be read, to see what an error shows of it.
const BROKEN_KEY: &str = "Y2FuYXJ5IGluIGEgYnJva2VuIGtleSA3YzE5";

/// Something that somebody does to a machine, in the stack's folder.
struct Change {
    script: &'static str,
    /// Pointers of what the plan changes in the stack.
    shown: &'static [&'static str],
    /// Values before the change, as the plan tells them.
    found: &'static [(&'static str, &'static str)],
    /// Services whose containers the repair replaces.
    replaced: &'static [&'static str],
}

const CHANGES: &[Change] = &[
    Change {
        script: "sed -i 's/average: 100$/average: 5000/' live/ingress/common.yaml",
        shown: &["/files/ingress~1common.yaml/9"],
        found: &[("/files/ingress~1common.yaml/9", "        average: 5000")],
        replaced: &[],
    },
    Change {
        script: "sed -i 's/checkNewVersion: false/checkNewVersion: true/' files/ingress/*/traefik.yaml",
        shown: &["/files/ingress~1traefik.yaml/1"],
        found: &[("/files/ingress~1traefik.yaml/1", "  checkNewVersion: true")],
        replaced: &[],
    },
    Change {
        script: "rm live/metrics/targets.yaml",
        shown: &["/files/metrics~1targets.yaml"],
        found: &[],
        replaced: &[],
    },
    Change {
        script: "echo '# left by somebody' > live/ingress/more.yaml",
        shown: &["/files/ingress~1more.yaml"],
        found: &[("/files/ingress~1more.yaml/0", "# left by somebody")],
        replaced: &[],
    },
    Change {
        script: "chmod 0606 live/ingress/route-status.yaml",
        shown: &["/drift/0"],
        found: &[("/drift/0", "ingress/route-status.yaml has mode 0606 in place of 0644")],
        replaced: &[],
    },
    Change {
        script: "rm done/status/administrator",
        shown: &["/drift/0"],
        found: &[(
            "/drift/0",
            "the first-run step status/administrator is not marked as done",
        )],
        replaced: &[],
    },
    Change {
        script: "docker stop quickfra_platform-status-1",
        shown: &["/services/status/health", "/services/status/state"],
        found: &[("/services/status/state", "exited")],
        replaced: &[],
    },
    Change {
        script: "docker rm --force quickfra_platform-metrics-1",
        shown: &["/services/metrics/health", "/services/metrics/state"],
        found: &[("/services/metrics/state", "missing")],
        replaced: &["metrics"],
    },
    // Another image under another name.
    Change {
        script: "sed 's,node-exporter:v1.9.1$,&-r2,' current/compose.yaml > /tmp/other.yaml && \
            docker compose --file /tmp/other.yaml up --wait --no-deps metrics-node",
        shown: &[
            "/drift/0",
            "/services/metrics-node/digest",
            "/services/metrics-node/image",
        ],
        found: &[
            (
                "/services/metrics-node/image",
                "registry.test/prom/node-exporter:v1.9.1-r2",
            ),
            (
                "/drift/0",
                "the container of metrics-node was made from another configuration",
            ),
        ],
        replaced: &["metrics-node"],
    },
    // Another image under the same name.
    Change {
        script: "docker pull --quiet registry.test/prom/node-exporter:v1.9.1-r2 && \
            docker tag registry.test/prom/node-exporter:v1.9.1-r2 registry.test/prom/node-exporter:v1.9.1 && \
            docker compose --file current/compose.yaml up --wait --no-deps metrics-node",
        shown: &["/drift/0", "/services/metrics-node/digest"],
        found: &[(
            "/drift/0",
            "the container of metrics-node runs another image of the same name",
        )],
        replaced: &["metrics-node"],
    },
];

#[test]
fn what_was_changed_by_hand_is_shown_and_put_right() {
    let site = Site::new(true);
    let mut case = site.case(Tool::Terraform);
    case.traced().variable("ssh_password", SSH_PASSWORD);
    case.apply().succeeds();
    for change in CHANGES {
        put_right(&case, &site, change);
    }
    a_lost_password_is_not_replaced(&case, &site);
    errors_come_up(&mut case, &site);
    nothing_secret_is_written_down(&case, &site);
}

fn put_right(case: &Case, site: &Site, change: &Change) {
    let script = change.script;
    let before = site.containers();
    site.run(&format!("cd {} && {script}", crate::site::FOLDER));
    let applied = case.apply().succeeds();
    let plan = applied.plan;
    assert_eq!(changed(&plan), change.shown, "{script}\n{}", plan.text);
    for (pointer, value) in change.found {
        assert_eq!(
            plan.before(STACK, pointer),
            Some(&json!(value)),
            "{script}\n{}",
            plan.text
        );
    }
    if script.contains("average: 5000") {
        insta::assert_snapshot!("edited_file", plan.text);
    }
    let after = site.containers();
    for service in SERVICES {
        let replaced = before[service] != after[service];
        assert_eq!(replaced, change.replaced.contains(&service), "{service} after {script}");
    }
}

/// Uptime Kuma knows its administrator's password as a hash alone. Another one on the machine would open nothing.
fn a_lost_password_is_not_replaced(case: &Case, site: &Site) {
    const SECRETS: &str = "/opt/quickfra/platform/secrets/status";
    let (containers, password) = (site.containers(), site.password());
    site.run(&format!("mv {SECRETS}/administrator-password /root/password"));
    let plan = case.plan().succeeds();
    assert_eq!(changed(&plan), ["/drift/0"]);
    let drift = plan.before(STACK, "/drift/0").unwrap().as_str().unwrap();
    assert!(
        drift.contains("status/administrator-password is missing and cannot be made anew"),
        "{drift}"
    );
    case.apply()
        .fails()
        .comes_from("apply")
        .says("A generated secret is gone, and cannot be made anew")
        .says("Nothing was changed on the machine.");
    assert_eq!(site.containers(), containers);
    assert_eq!(site.run(&format!("ls {SECRETS}")), "");
    // Written back by whoever knows it.
    site.run(&format!("mv /root/password {SECRETS}/administrator-password"));
    let plan = case.plan().succeeds();
    assert!(plan.is_empty(), "{}", plan.text);
    assert_eq!(site.password(), password);
}

/// Lets the provider tell of what it was given: a machine that cannot be reached, and a key that cannot be read.
fn errors_come_up(case: &mut Case, site: &Site) {
    let machine = |port: u16| json!({ "address": site.host.address(), "host_key": site.host.host_key(), "port": port });
    case.variable("host", machine(9));
    case.plan().succeeds();
    case.apply()
        .fails()
        .comes_from("apply")
        .says(&format!("{}", site.host.address()));
    case.variable("host", machine(22)).variable(
        "ssh_key",
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{BROKEN_KEY}\n-----END OPENSSH PRIVATE KEY-----\n"),
    );
    let _ = case.plan().fails().comes_from("plan");
}

fn nothing_secret_is_written_down(case: &Case, site: &Site) {
    let key = std::fs::read_to_string(site.host.key_file()).unwrap();
    let line_of_key = key.lines().nth(2).unwrap();
    let (password, acme) = (site.password(), site.acme());
    assert_eq!(password.len(), 32);
    let acme_key = acme["acme"]["Account"]["PrivateKey"].as_str().unwrap();
    assert!(case.log().contains("quickfra_stack.platform"), "the log is missing");
    case.expect_no_leak(&[
        ("ssh.private_key", &key),
        ("a line of ssh.private_key", line_of_key),
        ("ssh.password", SSH_PASSWORD),
        ("a broken ssh.private_key", BROKEN_KEY),
        ("the administrator's password", &password),
        ("the key of the ACME account", acme_key),
    ]);
}
