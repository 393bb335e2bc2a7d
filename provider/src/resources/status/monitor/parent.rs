//! The group that a monitor is in: never itself, and no monitor in it. A server that is told otherwise of a monitor itself
//! hangs, and no restart cures it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use crate::api::uptime_kuma::object::Monitor;

/// Why a monitor cannot be in a group.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Misplaced {
    /// It is the group.
    #[error("monitor {0} cannot be in itself")]
    Itself(i64),
    /// The group is in it.
    #[error("monitor {monitor} is what group {} is in ({}), so it cannot be in that group", .way[0], shown(.way))]
    Cycle {
        /// The monitor.
        monitor: i64,
        /// From the group to the monitor.
        way: Vec<i64>,
    },
    /// It is no group.
    #[error("monitor {0} is no group, but of the type {1}")]
    NoGroup(i64, String),
    /// There is none of that number.
    #[error("there is no monitor {0}")]
    Missing(i64),
}

fn shown(way: &[i64]) -> String {
    let numbers: Vec<String> = way.iter().map(ToString::to_string).collect();
    numbers.join(" in ")
}

/// Checks whether a monitor may be in a group, with what is on the server. `id` is none for a new monitor.
pub(crate) fn check_parent(
    id: Option<i64>,
    parent: i64,
    monitors: &BTreeMap<i64, Arc<Monitor>>,
) -> Result<(), Misplaced> {
    if id == Some(parent) {
        return Err(Misplaced::Itself(parent));
    }
    let group = monitors.get(&parent).ok_or(Misplaced::Missing(parent))?;
    if group.kind() != "group" {
        return Err(Misplaced::NoGroup(parent, group.kind().to_owned()));
    }
    let mut way = vec![parent];
    let mut seen = BTreeSet::from([parent]);
    let mut next = group.parent();
    while let Some(above) = next {
        way.push(above);
        if Some(above) == id {
            return Err(Misplaced::Cycle { monitor: above, way });
        }
        // A circle that is there already is not this monitor's.
        if !seen.insert(above) {
            break;
        }
        next = monitors.get(&above).and_then(|monitor| monitor.parent());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn monitor(kind: &str, parent: Option<i64>) -> Arc<Monitor> {
        let Value::Object(object) = json!({ "type": kind, "parent": parent }) else {
            panic!("no object")
        };
        Arc::new(Monitor(object))
    }

    fn monitors() -> BTreeMap<i64, Arc<Monitor>> {
        BTreeMap::from([
            (1, monitor("group", None)),
            (2, monitor("group", Some(1))),
            (3, monitor("group", Some(2))),
            (4, monitor("http", Some(3))),
            (8, monitor("group", Some(9))),
            (9, monitor("group", Some(8))),
        ])
    }

    #[test]
    fn a_monitor_is_in_no_circle() {
        let check = |id, parent| check_parent(id, parent, &monitors());
        assert_eq!(check(None, 3), Ok(()));
        assert_eq!(check(Some(4), 1), Ok(()));
        assert_eq!(check(Some(4), 8), Ok(()), "a circle of others is not this monitor's");
        let errors = [
            check(Some(1), 1),
            check(Some(1), 2),
            check(Some(1), 3),
            check(Some(1), 4),
            check(None, 7),
        ];
        let texts = errors.map(|error| error.unwrap_err().to_string()).join("\n");
        insta::assert_snapshot!(texts, @r"
        monitor 1 cannot be in itself
        monitor 1 is what group 2 is in (2 in 1), so it cannot be in that group
        monitor 1 is what group 3 is in (3 in 2 in 1), so it cannot be in that group
        monitor 4 is no group, but of the type http
        there is no monitor 7
        ");
    }

    proptest! {
        /// Whatever is allowed makes no circle, and the check always ends.
        #[test]
        fn what_is_allowed_makes_no_circle(
            parents in proptest::collection::vec(proptest::option::of(0_i64..8), 8),
            id in 0_i64..8,
            parent in 0_i64..8,
        ) {
            let mut all: BTreeMap<i64, Arc<Monitor>> =
                (0_i64..).zip(&parents).map(|(id, parent)| (id, monitor("group", *parent))).collect();
            if check_parent(Some(id), parent, &all).is_ok() {
                all.insert(id, monitor("group", Some(parent)));
                let mut at = Some(parent);
                for _ in 0..8 {
                    at = at.and_then(|at| all.get(&at).and_then(|monitor| monitor.parent()));
                    prop_assert_ne!(at, Some(id));
                }
            }
        }
    }
}
