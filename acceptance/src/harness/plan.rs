use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::{Map, Value, json};

use super::Redactions;

/// The legend of the symbols, which each tool breaks into lines in its own way.
static PREAMBLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?s)\w+ used the selected providers to generate the following\s+execution\s+plan\..*?\n\n";
    match Regex::new(pattern) {
        Ok(compiled) => compiled,
        Err(error) => panic!("{error}"),
    }
});

/// What a plan does with one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    /// Delete and create, in either order.
    Replace,
    /// Drop from the state, leave in the world.
    Forget,
}

/// A plan, as `show` tells it of a saved plan file.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The human rendering, with everything hidden that differs from run to run: for snapshots.
    pub text: String,
    json: Value,
    redactions: Redactions,
}

impl Plan {
    pub(crate) fn new(json: Value, text: &str, redactions: Redactions) -> Self {
        let text = PREAMBLE.replace(&redactions.apply(text.trim()), "").into_owned();
        Self { text, json, redactions }
    }

    /// The whole of `show -json`.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The changes of resources and outputs, with everything hidden that differs from run to run: for snapshots.
    /// Versions, the configuration and the prior state are left out, and so are resources that stay as they are.
    pub fn changes(&self) -> Value {
        let resources: Vec<Value> = self
            .resource_changes()
            .filter(|resource| Self::action_of(resource) != Some(Action::NoOp))
            .map(|resource| {
                let change = &resource["change"];
                let mut kept = Map::new();
                for member in ["actions", "before", "after", "after_unknown", "replace_paths"] {
                    if let Some(value) = change.get(member) {
                        kept.insert(member.to_owned(), value.clone());
                    }
                }
                json!({ "address": resource["address"], "change": kept })
            })
            .collect();
        let outputs = self.json.get("output_changes").cloned().unwrap_or_default();
        self.redactions
            .apply_json(&json!({ "resource_changes": resources, "output_changes": outputs }))
    }

    /// What the plan does with the resource at `address`, or `None` if it does not mention it.
    pub fn action(&self, address: &str) -> Option<Action> {
        self.resource(address).and_then(Self::action_of)
    }

    /// The plan is to do this with the resource at `address`.
    #[track_caller]
    pub fn expect(&self, address: &str, action: Action) -> &Self {
        assert_eq!(
            self.action(address),
            Some(action),
            "the plan for {address} is another\n{}",
            self.text
        );
        self
    }

    /// Whether the plan changes no resource and no output.
    pub fn is_empty(&self) -> bool {
        let resources = self
            .resource_changes()
            .all(|resource| Self::action_of(resource) == Some(Action::NoOp));
        let outputs = self.json["output_changes"]
            .as_object()
            .is_none_or(|outputs| outputs.values().all(|change| change["actions"] == json!(["no-op"])));
        resources && outputs
    }

    /// Value of an attribute before the change, by JSON pointer (`/ingress/rate_limit/average`).
    pub fn before(&self, address: &str, pointer: &str) -> Option<&Value> {
        self.resource(address)?["change"]["before"].pointer(pointer)
    }

    /// Value of an attribute after the change, by JSON pointer. An unknown value is missing here, see [`Self::is_unknown`].
    pub fn after(&self, address: &str, pointer: &str) -> Option<&Value> {
        self.resource(address)?["change"]["after"].pointer(pointer)
    }

    /// Whether an attribute, or something around it, is known only after the apply.
    pub fn is_unknown(&self, address: &str, pointer: &str) -> bool {
        let Some(resource) = self.resource(address) else {
            return false;
        };
        let mut here = &resource["change"]["after_unknown"];
        for step in pointer.split('/').skip(1) {
            if here == &Value::Bool(true) {
                return true;
            }
            here = match here {
                Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                other => other.get(step.replace("~1", "/").replace("~0", "~")),
            }
            .unwrap_or(&Value::Null);
        }
        here == &Value::Bool(true)
    }

    /// Pointers of the smallest values that the plan changes or turns unknown in the resource at `address`.
    pub fn changed(&self, address: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if let Some(resource) = self.resource(address) {
            let change = &resource["change"];
            differences(&change["before"], &change["after"], "", &mut found);
            unknowns(&change["after_unknown"], "", &mut found);
        }
        found
    }

    fn resource_changes(&self) -> impl Iterator<Item = &Value> {
        self.json["resource_changes"].as_array().into_iter().flatten()
    }

    fn resource(&self, address: &str) -> Option<&Value> {
        self.resource_changes().find(|resource| resource["address"] == address)
    }

    fn action_of(resource: &Value) -> Option<Action> {
        let actions: Vec<&str> = resource["change"]["actions"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        match actions[..] {
            ["no-op"] => Some(Action::NoOp),
            ["create"] => Some(Action::Create),
            ["read"] => Some(Action::Read),
            ["update"] => Some(Action::Update),
            ["delete"] => Some(Action::Delete),
            ["delete", "create"] | ["create", "delete"] => Some(Action::Replace),
            ["forget"] => Some(Action::Forget),
            _ => None,
        }
    }
}

fn differences(before: &Value, after: &Value, pointer: &str, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let before = before.get(key).unwrap_or(&Value::Null);
                let after = after.get(key).unwrap_or(&Value::Null);
                differences(before, after, &format!("{pointer}/{}", escaped(key)), found);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for index in 0..before.len().max(after.len()) {
                let before = before.get(index).unwrap_or(&Value::Null);
                let after = after.get(index).unwrap_or(&Value::Null);
                differences(before, after, &format!("{pointer}/{index}"), found);
            }
        }
        _ if before != after => {
            found.insert(pointer.to_owned());
        }
        _ => {}
    }
}

fn unknowns(mark: &Value, pointer: &str, found: &mut BTreeSet<String>) {
    match mark {
        Value::Bool(true) => {
            // What turns unknown stands as one change, not as the loss of each of its parts.
            found.retain(|other| !other.starts_with(&format!("{pointer}/")));
            found.insert(pointer.to_owned());
        }
        Value::Object(members) => {
            for (key, member) in members {
                unknowns(member, &format!("{pointer}/{}", escaped(key)), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                unknowns(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// A key as a step of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(change: &Value) -> Plan {
        let json = json!({ "resource_changes": [{ "address": "a.b", "change": change }] });
        Plan::new(json, "", Redactions::default())
    }

    #[test]
    fn the_smallest_changed_values_are_told() {
        let plan = plan(&json!({
            "actions": ["update"],
            "before": { "files": { "live/x.yaml": ["a", "b"] }, "release": "1", "same": [1] },
            "after": { "files": { "live/x.yaml": ["a", "c"] }, "same": [1] },
            "after_unknown": { "release": true, "files": {} },
        }));
        let expected = ["/files/live~1x.yaml/1", "/release"].map(str::to_owned);
        assert_eq!(plan.changed("a.b"), BTreeSet::from(expected));
        assert!(plan.is_unknown("a.b", "/release"));
        assert!(!plan.is_unknown("a.b", "/files/live~1x.yaml/1"));
        assert_eq!(plan.after("a.b", "/files/live~1x.yaml/1"), Some(&json!("c")));
        assert_eq!(plan.action("a.b"), Some(Action::Update));
        assert!(!plan.is_empty());
    }

    #[test]
    fn a_value_that_turns_wholly_unknown_is_one_change() {
        let plan = plan(&json!({
            "actions": ["update"],
            "before": { "files": { "x": ["a"] } },
            "after": {},
            "after_unknown": { "files": true },
        }));
        assert_eq!(plan.changed("a.b"), BTreeSet::from(["/files".to_owned()]));
        assert!(plan.is_unknown("a.b", "/files/x"));
    }

    #[test]
    fn a_plan_without_changes_is_empty() {
        let plan = plan(&json!({ "actions": ["no-op"], "before": {}, "after": {} }));
        assert!(plan.is_empty());
        assert_eq!(
            plan.changes(),
            json!({ "resource_changes": [], "output_changes": null })
        );
    }
}
