//! What servers answered to `getMonitor`.

use serde_json::Value;

use super::object;
use crate::api::uptime_kuma::Object;
use crate::api::uptime_kuma::session::Version;

/// A monitor as a server told of it.
pub(super) struct Recorded {
    /// What had been done.
    pub(super) step: String,
    /// The answer.
    pub(super) monitor: Object,
}

/// The recordings of a server, with its version.
pub(super) struct Recording {
    pub(super) version: Version,
    pub(super) monitors: Vec<Recorded>,
}

/// All recordings.
pub(super) fn recordings() -> [Recording; 2] {
    [read(include_str!("2.5.3.jsonl")), read(include_str!("1.23.17.jsonl"))]
}

fn read(text: &str) -> Recording {
    let mut lines = text.lines().map(|line| object(serde_json::from_str(line).unwrap()));
    let about = lines.next().unwrap();
    let common = object(lines.next().unwrap().remove("common").unwrap());
    let monitors = lines.map(|mut line| {
        let mut monitor = common.clone();
        monitor.extend(object(line.remove("monitor").unwrap()));
        let step = line["step"].as_str().unwrap().to_owned();
        Recorded { step, monitor }
    });
    Recording {
        version: Version::read(about["version"].as_str().unwrap()).unwrap(),
        monitors: monitors.collect(),
    }
}

impl Recording {
    /// One monitor of a step.
    pub(super) fn one(&self, step: &str) -> &Object {
        let mut found = self.monitors.iter().filter(|recorded| recorded.step == step);
        &found.next().unwrap().monitor
    }

    /// The names of the types.
    pub(super) fn types(&self) -> Vec<&str> {
        let kinds = self
            .monitors
            .iter()
            .filter_map(|recorded| recorded.monitor["type"].as_str());
        kinds.collect()
    }

    /// Whether the objects have a field.
    pub(super) fn has(&self, key: &str) -> bool {
        self.monitors[0].monitor.contains_key(key)
    }
}

/// A value by its name.
pub(super) fn value<'a>(monitor: &'a Object, key: &str) -> &'a Value {
    monitor.get(key).unwrap_or(&Value::Null)
}
