//! Conditions that do not fit the type.

use tfplugin::value::Path;

use super::{Faults, at};
use crate::resources::status::monitor::conditions::{Condition, NUMBER_OPERATORS, TEXT_OPERATORS};
use crate::resources::status::monitor::model::Monitor;

/// Which variables a type has, and which of them are compared as numbers, too.
pub(super) fn check(config: &Monitor, faults: &mut Faults<'_>) {
    let mut each = |block: &str, conditions: &[Condition], variables: &[&str]| {
        for (condition, number) in conditions.iter().zip(0_i64..) {
            let path = at(block).attribute("condition").index(number);
            check_condition(condition, variables, &path, faults);
        }
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

fn check_condition(condition: &Condition, variables: &[&str], path: &Path, faults: &mut Faults<'_>) {
    let Some(variable) = condition.variable.known() else {
        return;
    };
    if !variables.contains(&variable.as_str()) {
        let wanted = format!("must be one of {}.", variables.join(", "));
        faults.add(&path.attribute("variable"), "Not a variable of this type", &wanted);
        return;
    }
    let Some(operator) = condition.operator.known() else {
        return;
    };
    if variable != "json_value" && NUMBER_OPERATORS.contains(&operator.as_str()) {
        let wanted = format!("{variable} is text: must be one of {}.", TEXT_OPERATORS.join(", "));
        faults.add(&path.attribute("operator"), "Not an operator for text", &wanted);
    }
}
