//! Objects that real servers showed, for tests. They were taken from recordings of conversations; the first line of each
//! file names product and version.

use serde_json::{Value, from_str};

use crate::api::uptime_kuma::Object;

/// The versions, with the recorded objects of each.
pub(super) const VERSIONS: [(&str, &str); 2] = [
    ("1.23.17", include_str!("1.23.17.jsonl")),
    ("2.5.3", include_str!("2.5.3.jsonl")),
];

/// What was recorded of a kind of things, with the name of the step that showed it.
pub(super) fn all(recorded: &str, what: &str) -> Vec<(String, Value)> {
    let lines = recorded.lines().skip(1).map(|line| from_str::<Value>(line).unwrap());
    let of_kind = lines.filter(|line| line["what"] == what);
    let found: Vec<_> = of_kind
        .map(|line| (line["step"].as_str().unwrap().to_owned(), line["object"].clone()))
        .collect();
    assert!(!found.is_empty(), "nothing is recorded of {what}");
    found
}

/// An object of a step.
pub(super) fn one(recorded: &str, what: &str, step: &str) -> Object {
    let found = all(recorded, what).into_iter().find(|(name, _)| name == step);
    object(found.unwrap_or_else(|| panic!("{step} is not recorded")).1)
}

/// A JSON object.
pub(super) fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("no object: {other}"),
    }
}
