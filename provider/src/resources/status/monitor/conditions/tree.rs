//! Conditions at whatever depth, between the blocks and the server.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tfplugin::Field;

/// A comparison, or a group, which is what compares nothing itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Node {
    pub(crate) variable: Field<String>,
    pub(crate) operator: Field<String>,
    pub(crate) value: Field<String>,
    pub(crate) join: Field<String>,
    /// The conditions of a group.
    pub(crate) inner: Vec<Node>,
    /// The conditions of a group as JSON, where there are no blocks for them.
    pub(crate) json: Field<String>,
}

impl Node {
    /// The parts of a comparison, by their names.
    pub(crate) fn comparison(&self) -> [(&'static str, &Field<String>); 3] {
        [
            ("variable", &self.variable),
            ("operator", &self.operator),
            ("value", &self.value),
        ]
    }

    pub(crate) fn compares(&self) -> bool {
        self.comparison().iter().any(|(_, part)| !part.is_null())
    }

    /// Whether it holds conditions.
    pub(crate) fn holds(&self) -> bool {
        !self.inner.is_empty() || !self.json.is_null()
    }

    /// Whether it, or one in it, compares this variable. Of JSON that is not known yet, nothing is.
    pub(crate) fn looks_at(&self, variable: &str) -> bool {
        let inside = self.json.known().and_then(|text| read_json(text).ok());
        let mut inside = self.inner.iter().chain(inside.iter().flatten());
        self.variable.known().is_some_and(|found| found == variable) || inside.any(|node| node.looks_at(variable))
    }
}

/// Conditions as the server has them. Its own page numbers none of them; older ones numbered comparisons.
pub(super) fn write(nodes: &[Node]) -> Value {
    Value::Array(nodes.iter().zip(1..).map(|(node, number)| one(node, number)).collect())
}

fn one(node: &Node, number: i64) -> Value {
    let said = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    let join = node.join.known().map_or("and", String::as_str);
    if node.compares() {
        return json!({
            "type": "expression",
            "id": number.to_string(),
            "variable": said(&node.variable),
            "operator": said(&node.operator),
            "value": said(&node.value),
            "andOr": join,
        });
    }
    let children = match node.json.known().map(|text| read_json(text)) {
        Some(inside) => write(&inside.unwrap_or_default()),
        None => write(&node.inner),
    };
    json!({ "type": "group", "children": children, "andOr": join })
}

/// What the server has.
pub(super) fn read(value: &Value) -> Vec<Node> {
    value.as_array().into_iter().flatten().map(found).collect()
}

fn found(value: &Value) -> Node {
    let text = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Field::Null,
        Some(Value::String(text)) => Field::Known(text.clone()),
        Some(other) => Field::Known(other.to_string()),
    };
    let node = Node {
        join: text("andOr").or(Field::Known("and".to_owned())),
        ..Node::default()
    };
    if value.get("type").and_then(Value::as_str) == Some("group") {
        let inner = value.get("children").map(read).unwrap_or_default();
        return Node { inner, ..node };
    }
    Node {
        variable: text("variable"),
        operator: text("operator"),
        value: text("value"),
        ..node
    }
}

/// Conditions in the text of a configuration: as the server has them, and nothing else. The error says what they must be.
pub(crate) fn read_json(text: &str) -> Result<Vec<Node>, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("must be JSON, and is not: {error}."))?;
    strict(&value)
}

fn strict(value: &Value) -> Result<Vec<Node>, String> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or("must be a list of at least one condition.")?;
    list.iter().map(strict_one).collect()
}

fn strict_one(value: &Value) -> Result<Node, String> {
    let object = value.as_object().ok_or("must be a list of objects.")?;
    let known: &[&str] = match value.get("type").and_then(Value::as_str) {
        Some("group") => &["type", "id", "children", "andOr"],
        Some("expression") => &["type", "id", "variable", "operator", "value", "andOr"],
        _ => return Err("has a condition whose type is neither \"expression\" nor \"group\".".to_owned()),
    };
    if let Some(name) = object.keys().find(|name| !known.contains(&name.as_str())) {
        let names = known.join(", ");
        return Err(format!("has a condition with {name:?}, which knows only {names}."));
    }
    let part = known
        .iter()
        .find(|part| !["id", "andOr"].contains(part) && !object.contains_key(**part));
    if let Some(part) = part {
        return Err(format!("has a condition without {part:?}."));
    }
    if let Some(part) = object
        .iter()
        .find(|(name, part)| *name != "children" && !part.is_string())
    {
        return Err(format!("has a condition whose {:?} is no text.", part.0));
    }
    let mut node = found(value);
    if let Some(children) = object.get("children") {
        node.inner = strict(children)?;
    }
    Ok(node)
}

/// Conditions as the text that `jsonencode` makes of them.
pub(super) fn text(nodes: &[Node]) -> String {
    sorted(&Value::Array(nodes.iter().map(plain).collect()))
}

/// One of them without a number, which says nothing.
fn plain(node: &Node) -> Value {
    let mut value = one(node, 0);
    if let Some(object) = value.as_object_mut() {
        object.remove("id");
        if let Some(children) = object.get_mut("children") {
            *children = Value::Array(node.inner.iter().map(plain).collect());
        }
    }
    value
}

/// JSON text with the names of each object in order.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let members: BTreeMap<&String, String> = object.iter().map(|(name, value)| (name, sorted(value))).collect();
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}:{value}", json!(name)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(sorted).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
