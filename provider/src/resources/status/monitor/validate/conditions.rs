//! Conditions that do not fit the type.

use tfplugin::value::Path;

use super::{Faults, all_or_none, at};
use crate::resources::status::monitor::checks;
use crate::resources::status::monitor::conditions::{
    Condition, JOINS, NUMBER_OPERATORS, Node, TEXT_OPERATORS, read_json,
};
use crate::resources::status::monitor::model::Monitor;

/// Which variables a type has, and which of them are compared as numbers, too.
pub(super) fn check(config: &Monitor, faults: &mut Faults<'_>) {
    let mut each = |block: &str, conditions: &[Condition], variables: &[&str]| {
        let nodes: Vec<Node> = conditions.iter().map(Node::from).collect();
        check_all(&nodes, variables, &at(block), faults);
    };
    if let Some(dns) = &config.dns {
        each("dns", &dns.condition, &["record"]);
    }
    if let Some(mqtt) = &config.mqtt {
        each("mqtt", &mqtt.condition, &["topic", "message", "json_value"]);
    }
    if let Some(server) = &config.sql_server {
        each("sql_server", &server.condition, &["result"]);
    }
    if let Some(server) = &config.mysql {
        each("mysql", &server.condition, &["result"]);
    }
    if let Some(server) = &config.oracle_db {
        each("oracle_db", &server.condition, &["result"]);
    }
}

/// Checks conditions that are blocks in `above`.
fn check_all(nodes: &[Node], variables: &[&str], above: &Path, faults: &mut Faults<'_>) {
    for (node, number) in nodes.iter().zip(0_i64..) {
        let path = above.attribute("condition").index(number);
        match (node.compares(), node.holds()) {
            (true, true) => faults.add(
                &path,
                "A comparison and a group at once",
                "A condition compares by itself, or it is a group of others. Move the comparison into the group, as its \
                 first condition.",
            ),
            (false, false) => faults.add(
                &path,
                "The condition is empty",
                "Write variable, operator and value for a comparison, or blocks condition in it for a group.",
            ),
            (true, false) => {
                all_or_none(&node.comparison(), &path, faults);
                if let Some((attribute, summary, wanted)) = misfits(node, variables) {
                    faults.add(&path.attribute(attribute), summary, &wanted);
                }
            }
            (false, true) => {
                check_all(&node.inner, variables, &path, faults);
                check_json(node, variables, &path, faults);
            }
        }
    }
}

/// Checks the conditions that stand in JSON.
fn check_json(node: &Node, variables: &[&str], path: &Path, faults: &mut Faults<'_>) {
    let Some(Ok(nodes)) = node.json.known().map(|text| read_json(text)) else {
        return;
    };
    let mut nodes: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = nodes.pop() {
        nodes.extend(&node.inner);
        for (name, summary, wanted) in misfits(node, variables).into_iter().chain(foreign(node)) {
            faults.add(&path.attribute("conditions_json"), summary, &format!("{name} {wanted}"));
        }
    }
}

/// What of a comparison does not fit the type: the attribute, what is wrong, and what is wanted.
fn misfits(node: &Node, variables: &[&str]) -> Option<(&'static str, &'static str, String)> {
    let variable = node.variable.known()?;
    if !variables.contains(&variable.as_str()) {
        let wanted = format!("must be one of {}.", variables.join(", "));
        return Some(("variable", "Not a variable of this type", wanted));
    }
    let operator = node.operator.known()?;
    if variable != "json_value" && NUMBER_OPERATORS.contains(&operator.as_str()) {
        let wanted = format!("must be one of {}: {variable} is text.", TEXT_OPERATORS.join(", "));
        return Some(("operator", "Not an operator for text", wanted));
    }
    None
}

/// What is refused of each attribute where there are attributes.
fn foreign(node: &Node) -> Option<(&'static str, &'static str, String)> {
    let join = node.join.known()?;
    if !JOINS.contains(&join.as_str()) {
        return Some((
            "andOr",
            "Not a way to join",
            format!("must be one of {}.", JOINS.join(", ")),
        ));
    }
    let operator = node.operator.known()?;
    if !TEXT_OPERATORS.contains(&operator.as_str()) && !NUMBER_OPERATORS.contains(&operator.as_str()) {
        let all = [&TEXT_OPERATORS[..], &NUMBER_OPERATORS[..]].concat();
        return Some((
            "operator",
            "Not an operator",
            format!("must be one of {}.", all.join(", ")),
        ));
    }
    let value = node.value.known()?;
    let wanted = checks::not_blank(value).err()?;
    Some(("value", "Nothing to compare with", wanted))
}
