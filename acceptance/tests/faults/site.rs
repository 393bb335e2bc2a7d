//! A machine, a small stack for it, and what tests ask about both.

use std::{collections::BTreeMap, time::Duration};

use acceptance::{
    harness::{Case, Failure, Tool, wait_until},
    prerequisites,
    testbed::{HostOptions, TestHost, Testbed},
};
use serde_json::{Value, json};

/// The stack of `main.tf`.
pub(crate) const STACK: &str = "quickfra_stack.small";

/// A bound against hanging, not a measurement.
pub(crate) const DEADLINE: Duration = Duration::from_mins(5);

/// The exporter's image, and another of the same software.
pub(crate) const EXPORTER: &str = "registry.test/prom/node-exporter:v1.9.1";
pub(crate) const OTHER_EXPORTER: &str = "registry.test/prom/node-exporter:v1.9.1-r2";
/// One that starts and never gets well.
pub(crate) const SICK_EXPORTER: &str = "registry.test/prom/node-exporter:v1.9.1-sick";

/// A machine and the configuration of a small stack on it.
pub(crate) struct Site {
    pub(crate) case: Case,
    pub(crate) host: TestHost,
}

impl Site {
    /// A machine with a container engine.
    pub(crate) fn new(tool: Tool) -> Self {
        Self::with(
            tool,
            HostOptions {
                engine: true,
                ..HostOptions::default()
            },
        )
    }

    pub(crate) fn with(tool: Tool, options: HostOptions) -> Self {
        let host = testbed().host(options).unwrap();
        Self {
            case: case(tool, &host),
            host,
        }
    }

    /// Everything of Quickfra on the machine, with inode and time of each file, and the containers.
    pub(crate) fn footprint(&self) -> String {
        let script = "find /opt/quickfra -printf '%p %i %T@\\n' 2>/dev/null | sort
            docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' 2>/dev/null | sort";
        self.host.exec(script).unwrap()
    }

    /// Ids of the stack's containers by service.
    pub(crate) fn containers(&self) -> BTreeMap<String, String> {
        let format = "{{.Label \"com.docker.compose.service\"}} {{.ID}}";
        let list = self
            .host
            .exec(&format!("docker ps --all --no-trunc --format '{format}'"))
            .unwrap();
        list.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(service, id)| (service.to_owned(), id.to_owned()))
            .collect()
    }

    /// Image reference of the exporter's container.
    pub(crate) fn exporter(&self) -> String {
        let script = "docker ps --format '{{.Image}}' --filter label=com.docker.compose.service=metrics-node";
        self.host.exec(script).unwrap().trim().to_owned()
    }

    /// The release in force.
    pub(crate) fn release(&self) -> String {
        let output = self
            .host
            .exec_output("readlink /opt/quickfra/small/current", &[])
            .unwrap();
        String::from_utf8_lossy(&output.stdout)
            .trim()
            .trim_start_matches("releases/")
            .to_owned()
    }

    /// Waits until no transaction holds the stack: one whose caller is gone ends by itself.
    #[track_caller]
    pub(crate) fn idle(&self) {
        let script = "[ ! -e /run/quickfra/small.lock ] || flock --nonblock /run/quickfra/small.lock true";
        let free = wait_until(DEADLINE, || {
            let output = self.host.exec_output(script, &[]).unwrap();
            output.status.success().then_some(())
        });
        assert!(free.is_some(), "a transaction is still at work on the machine");
    }
}

pub(crate) fn testbed() -> Testbed {
    prerequisites::ensure().unwrap();
    Testbed::shared().unwrap()
}

/// The small stack's configuration for this machine.
pub(crate) fn case(tool: Tool, host: &TestHost) -> Case {
    let mut case = Case::new(tool);
    case.fixture("faults")
        .variable("host", reference(host))
        .variable("key_file", host.key_file().display().to_string())
        .hide(host.address().to_string(), "address")
        .hide(host.key_file().display().to_string(), "key file");
    case
}

/// The object `host` that means this machine and trusts no key but its own.
pub(crate) fn reference(host: &TestHost) -> Value {
    json!({
        "address": host.address().to_string(),
        "user": host.user().name(),
        "host_key": host.host_key(),
    })
}

/// What a person reads of a failure, without the frame around it and the breaks of its lines: where these stand depends
/// on the lengths of what is hidden.
pub(crate) fn message(case: &Case, failure: &Failure) -> String {
    let mut text = String::new();
    let mut in_paragraph = false;
    for line in failure.finished.stderr.lines() {
        let line = line.trim_start_matches(['│', '╷', '╵']);
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        let flowing = !line.is_empty() && !line.starts_with(' ');
        text.push_str(if flowing && in_paragraph { " " } else { "\n" });
        text.push_str(line);
        in_paragraph = flowing;
    }
    case.redact(text.trim())
}
