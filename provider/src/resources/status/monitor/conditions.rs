//! Conditions: what an answer must be like, for types that compare it (2.x).
//!
//! The server has a list of comparisons and groups, and groups hold such lists, as deep as one likes. They are joined from
//! the first to the last, so comparisons and groups are blocks of one name here: blocks of two names have no common order.
//! Blocks of a schema end at some depth, and what is deeper is the server's own JSON.

mod blocks;
#[cfg(test)]
pub(super) mod tests;
mod tree;

use serde_json::Value;

use crate::resources::status::fields::Json;
pub use blocks::{Condition, InGroup, InGroups, Innermost};
pub(crate) use tree::{Node, read_json};

/// Operators on text.
pub(crate) const TEXT_OPERATORS: [&str; 8] = [
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
];
/// Operators on numbers, which only `json_value` of `mqtt` has.
pub(crate) const NUMBER_OPERATORS: [&str; 6] = ["num_equals", "num_not_equals", "lt", "gt", "lte", "gte"];
const OPERATORS: [&str; 14] = [
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "num_equals",
    "num_not_equals",
    "lt",
    "gt",
    "lte",
    "gte",
];
/// How conditions are joined.
pub(crate) const JOINS: [&str; 2] = ["and", "or"];

/// The conditions of a monitor on the server.
pub(crate) struct Conditions<'a>(pub(crate) &'a mut Vec<Condition>);

impl Json for Conditions<'_> {
    fn write(&self) -> Value {
        let nodes: Vec<Node> = self.0.iter().map(Node::from).collect();
        tree::write(&nodes)
    }

    fn read(&mut self, value: &Value) {
        let before = std::mem::take(self.0);
        let nodes = tree::read(value).into_iter().enumerate();
        *self.0 = nodes
            .map(|(place, node)| Condition::of(node, before.get(place)))
            .collect();
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self) {
        self.0.clear();
    }
}
