//! Conditions: what an answer must be like, for types that compare it (2.x).

use serde_json::{Value, json};
use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use super::checks;
use crate::resources::status::fields::Json;

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

/// One comparison. Several are joined from the first to the last.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Condition {
    /// What is compared: `record` (of `dns`), `result` (of `sql_server`, `mysql` and
    /// `oracle_db`), `topic`, `message` or `json_value` (of `mqtt`).
    #[attribute(required)]
    pub variable: Field<String>,
    /// How: `equals`, `not_equals`, `contains`, `not_contains`, `starts_with`, `not_starts_with`, `ends_with` or
    /// `not_ends_with`; for `json_value` also `num_equals`, `num_not_equals`, `lt`, `gt`, `lte` or `gte`.
    #[attribute(required, validate = validators::one_of(&OPERATORS))]
    pub operator: Field<String>,
    /// With what.
    #[attribute(required, validate = checks::not_blank)]
    pub value: Field<String>,
    /// How it is joined to the comparison before it: `and` or `or`.
    #[attribute(optional, default = "and", validate = validators::one_of(&["and", "or"]))]
    pub join: Field<String>,
}

/// The conditions of a monitor on the server: a list of expressions, numbered by the client.
pub(crate) struct Conditions<'a>(pub(crate) &'a mut Vec<Condition>);

impl Json for Conditions<'_> {
    fn write(&self) -> Value {
        let said = |field: &Field<String>| field.known().cloned().unwrap_or_default();
        let conditions = self.0.iter().zip(1..).map(|(condition, number)| {
            let join = condition.join.known().map_or("and", String::as_str);
            json!({
                "type": "expression",
                "id": number.to_string(),
                "variable": said(&condition.variable),
                "operator": said(&condition.operator),
                "value": said(&condition.value),
                "andOr": join,
            })
        });
        Value::Array(conditions.collect())
    }

    fn read(&mut self, value: &Value) {
        let found = value.as_array().into_iter().flatten();
        *self.0 = found.map(condition).collect();
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self) {
        self.0.clear();
    }
}

/// One condition of the server. A group of conditions, which only the server's web page can make, has no block here: it
/// shows with its JSON as the value, so that the plan tells of it.
fn condition(found: &Value) -> Condition {
    let text = |key: &str| match found.get(key) {
        None | Some(Value::Null) => Field::Null,
        Some(Value::String(text)) => Field::Known(text.clone()),
        Some(other) => Field::Known(other.to_string()),
    };
    let join = text("andOr").or(Field::Known("and".to_owned()));
    if found.get("type").and_then(Value::as_str) == Some("group") {
        let group = || Field::Known("group".to_owned());
        return Condition {
            variable: group(),
            operator: group(),
            value: text("children"),
            join,
        };
    }
    Condition {
        variable: text("variable"),
        operator: text("operator"),
        value: text("value"),
        join,
    }
}
