use proptest::prelude::*;
use serde_json::{Value, json};
use tfplugin::value::Path;
use tfplugin::{Field, Model as _};

use super::*;

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

fn read(found: &Value) -> Vec<Condition> {
    let mut conditions = Vec::new();
    Conditions(&mut conditions).read(found);
    conditions
}

fn written(mut conditions: Vec<Condition>) -> Value {
    Conditions(&mut conditions).write()
}

/// Without the numbers, which say nothing.
pub(in super::super) fn plain(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(object) => {
            let members = object.iter().filter(|(name, _)| *name != "id");
            Value::Object(members.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}

fn expression(value: &str, join: &str) -> Value {
    json!({ "type": "expression", "variable": "record", "operator": "equals", "value": value, "andOr": join })
}

fn group(children: &[Value], join: &str) -> Value {
    json!({ "type": "group", "children": children, "andOr": join })
}

/// A group in as many others.
fn deep(depth: usize) -> Value {
    let innermost = expression("1", "and");
    (0..depth).fold(innermost, |inner, _| group(&[inner], "and"))
}

/// As the server's own page makes them: a comparison, a group with one in it, and a comparison again.
#[test]
fn comparisons_and_groups_keep_their_order() {
    let found = json!([
        expression("1", "and"),
        group(&[expression("2", "and"), group(&[expression("3", "and")], "or")], "or"),
        expression("4", "and"),
    ]);
    let conditions = read(&found);
    assert_eq!(conditions[0].value, known("1"));
    assert_eq!(
        (&conditions[1].variable, &conditions[1].join),
        (&Field::Null, &known("or"))
    );
    let inner = &conditions[1].condition;
    assert_eq!(
        (&inner[0].value, &inner[1].condition[0].value),
        (&known("2"), &known("3"))
    );
    assert_eq!(conditions[2].value, known("4"));
    let numbered = written(conditions);
    assert_eq!(plain(&numbered), found);
    assert_eq!(
        (&numbered[0]["id"], &numbered[1]["children"][0]["id"]),
        (&json!("1"), &json!("1"))
    );
}

#[test]
fn what_is_deeper_than_blocks_is_text() {
    let innermost = |conditions: &[Condition]| conditions[0].condition[0].condition[0].condition[0].clone();
    let three = read(&json!([deep(3)]));
    assert_eq!(
        (innermost(&three).value, innermost(&three).conditions_json),
        (known("1"), Field::Null)
    );
    let found = json!([deep(4)]);
    let four = read(&found);
    let text = r#"[{"andOr":"and","operator":"equals","type":"expression","value":"1","variable":"record"}]"#;
    assert_eq!(innermost(&four).conditions_json, known(text));
    assert_eq!(plain(&written(four.clone())), found);
    assert_eq!(plain(&written(read(&json!([deep(7)])))), json!([deep(7)]));

    // The same in other words stays as it was written, and other conditions do not.
    let mut own = four;
    let words = r#"[ {"type": "expression", "id": "a", "variable": "record", "operator": "equals", "value": "1"} ]"#;
    own[0].condition[0].condition[0].condition[0].conditions_json = known(words);
    let mut again = own.clone();
    Conditions(&mut again).read(&found);
    assert_eq!(again, own);
    Conditions(&mut again).read(&json!([group(
        &[group(
            &[group(&[group(&[expression("2", "and")], "and")], "and")],
            "and"
        )],
        "and"
    )]));
    assert_eq!(
        innermost(&again).conditions_json,
        known(&text.replace("\"1\"", "\"2\""))
    );
}

#[test]
fn text_says_what_the_server_has_and_nothing_else() {
    let said = |text: &str| read_json(text).unwrap_err();
    let texts = [
        "[",
        "{}",
        "[]",
        "[1]",
        r#"[{"type":"comparison"}]"#,
        r#"[{"type":"expression","variable":"record","operator":"equals","value":"1","join":"or"}]"#,
        r#"[{"type":"expression","variable":"record","value":"1"}]"#,
        r#"[{"type":"expression","variable":"record","operator":"equals","value":1}]"#,
        r#"[{"type":"group","children":[]}]"#,
    ];
    insta::assert_snapshot!(texts.map(said).join("\n"), @r#"
    must be JSON, and is not: EOF while parsing a list at line 1 column 1.
    must be a list of at least one condition.
    must be a list of at least one condition.
    must be a list of objects.
    has a condition whose type is neither "expression" nor "group".
    has a condition with "join", which knows only type, id, variable, operator, value, andOr.
    has a condition without "operator".
    has a condition whose "value" is no text.
    must be a list of at least one condition.
    "#);
}

/// Conditions as a server may have them, some deeper than blocks go.
fn conditions() -> impl Strategy<Value = Value> {
    let join = || prop_oneof![Just("and"), Just("or")];
    let text = || "[a-z\"\\\\ ]{1,4}";
    let comparison = (text(), text(), text(), join()).prop_map(|(variable, operator, value, join)| {
        json!({ "type": "expression", "variable": variable, "operator": operator, "value": value, "andOr": join })
    });
    let any = comparison.prop_recursive(7, 24, 3, move |inner| {
        (proptest::collection::vec(inner, 1..3), join()).prop_map(|(children, join)| group(&children, join))
    });
    proptest::collection::vec(any, 0..4).prop_map(Value::Array)
}

proptest! {
    /// Whatever the server has survives: read, stored in a state, and written again with an unrelated change.
    #[test]
    fn what_is_read_is_written_again(found in conditions()) {
        let first = read(&found);
        let stored = first.iter().map(tfplugin::Model::to_value);
        let stored: Vec<Condition> =
            stored.map(|value| Condition::from_value(&value, &Path::root()).unwrap()).collect();
        prop_assert_eq!(&stored, &first);
        let sent = written(stored);
        prop_assert_eq!(plain(&sent), found);
        let mut again = first.clone();
        Conditions(&mut again).read(&sent);
        prop_assert_eq!(again, first);
    }
}
