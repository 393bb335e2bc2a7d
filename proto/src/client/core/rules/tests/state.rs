//! What may become state (protocol rules 23, 27, 28 and 31 to 34).

use super::sample::*;
use crate::client::core::Violation;
use crate::client::core::rules::state;
use crate::protocol::import_resource_state::{ImportedResource, Response};
use crate::protocol::{Deferred, DynamicValue};
use crate::value::Value;

fn applied(planned: &Value, state: &Value) -> Vec<(u8, String)> {
    found(&state::applied(&shape(), planned, state))
}

fn answered(value: &Value) -> DynamicValue {
    sent(value, &shape().ty())
}

#[test]
fn rule_27_an_applied_object_is_known() {
    let open = sample([("made", text("?"))]);
    assert_eq!(applied(&open, &sample([("made", text("1"))])), good());
    assert_eq!(applied(&open, &open), one(27, "made"));
    assert_eq!(found(&state::left(&shape(), &open)), one(27, "made"));
    assert_eq!(found(&state::left(&shape(), &sample([]))), good());
}

#[test]
fn rule_28_an_apply_leaves_what_was_asked_for() {
    assert_eq!(applied(&Value::Null, &Value::Null), good());
    assert_eq!(applied(&Value::Null, &sample([])), one(28, ""));
    assert_eq!(applied(&sample([]), &Value::Null), one(28, ""));
}

#[test]
fn rule_23_an_applied_object_leaks_nothing() {
    let leak = sample([("secret", text("word"))]);
    assert_eq!(applied(&sample([]), &leak).first(), Some(&(23, "secret".to_owned())));
}

type Check = fn(&crate::client::core::Shape, Option<&DynamicValue>) -> (Value, Vec<Violation>);

#[test]
fn rules_31_32_34_stored_objects_are_known_and_leak_nothing() {
    let checks: [(u8, Check); 3] = [(31, state::read), (32, state::upgraded), (34, state::moved)];
    for (rule, check) in checks {
        let checked = |value: &Value| found(&check(&shape(), Some(&answered(value))).1);
        assert_eq!(checked(&sample([("made", text("1"))])), good());
        assert_eq!(checked(&sample([("made", text("?"))])), one(rule, "made"));
        assert_eq!(checked(&sample([("secret", text("a"))])), one(23, "secret"));
        assert_eq!(found(&check(&shape(), None).1), one(10, ""));
        let gone = if rule == 34 { one(34, "") } else { good() };
        assert_eq!(checked(&Value::Null), gone);
    }
}

#[test]
fn rule_33_an_import_finds_one_object() {
    let one_of = |type_name: &str, value: &Value| ImportedResource {
        type_name: type_name.to_owned(),
        state: Some(answered(value)),
        ..ImportedResource::default()
    };
    let imported = |imported_resources: Vec<ImportedResource>| {
        let answer = Response {
            imported_resources,
            ..Response::default()
        };
        found(&state::imported(&shape(), "thing", &answer).1)
    };
    let thing = || one_of("thing", &sample([("made", text("1"))]));
    assert_eq!(imported(vec![thing()]), good());
    assert_eq!(imported(vec![]), one(33, ""));
    assert_eq!(imported(vec![thing(), thing()]), one(33, ""));
    assert_eq!(imported(vec![one_of("other", &sample([]))]), one(33, ""));
    assert_eq!(imported(vec![one_of("thing", &Value::Null)]), one(33, ""));
    assert_eq!(
        imported(vec![one_of("thing", &sample([("made", text("?"))]))]),
        one(33, "made")
    );
}

#[test]
fn rule_33_an_import_that_waits_needs_no_object() {
    let waiting = |imported_resources: Vec<ImportedResource>| {
        let answer = Response {
            imported_resources,
            deferred: Some(Deferred::default()),
            ..Response::default()
        };
        found(&state::imported(&shape(), "thing", &answer).1)
    };
    let thing = |type_name: &str, value: &Value| ImportedResource {
        type_name: type_name.to_owned(),
        state: Some(answered(value)),
        ..ImportedResource::default()
    };
    assert_eq!(waiting(Vec::new()), good());
    assert_eq!(waiting(vec![thing("thing", &Value::Null)]), good());
    assert_eq!(waiting(vec![thing("other", &Value::Null)]), one(33, ""));
    assert_eq!(
        waiting(vec![thing("thing", &Value::Null), thing("thing", &Value::Null)]),
        one(33, "")
    );
    assert_eq!(
        waiting(vec![thing("thing", &sample([("secret", text("a"))]))]),
        one(23, "secret")
    );
}
