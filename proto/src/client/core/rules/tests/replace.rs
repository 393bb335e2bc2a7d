//! What a plan comes to, made once and again (protocol rules 22 and 24).

use super::sample::*;
use crate::client::core::rules::replace::{action, effective};
use crate::client::core::rules::{Action, path, stable};
use crate::protocol::AttributePath;
use crate::protocol::attribute_path::{Step, step::Selector};
use crate::value::{Path, Value};

fn at(selectors: Vec<Selector>) -> Path {
    path(&AttributePath {
        steps: selectors
            .into_iter()
            .map(|selector| Step {
                selector: Some(selector),
            })
            .collect(),
    })
}

fn plain() -> Path {
    at(vec![Selector::AttributeName("plain".to_owned())])
}

fn replaced(prior: &Value, planned: &Value, path: Path) -> (usize, Vec<(u8, String)>) {
    let (paths, violations) = effective(&shape(), prior, planned, &[path]);
    (paths.len(), found(&violations))
}

#[test]
fn rule_22_a_change_asks_for_another_object() {
    let (a, b) = (sample([("plain", text("a"))]), sample([("plain", text("b"))]));
    assert_eq!(replaced(&a, &b, plain()), (1, good()));
    assert_eq!(replaced(&a, &a, plain()), (0, good()));
    assert_eq!(replaced(&Value::Null, &b, plain()), (0, good()));
    assert_eq!(replaced(&a, &sample([("plain", text("?"))]), plain()), (1, good()));
}

#[test]
fn rule_22_a_write_only_path_asks_without_a_change() {
    let same = sample([]);
    let secret = at(vec![Selector::AttributeName("secret".to_owned())]);
    assert_eq!(replaced(&same, &same, secret), (1, good()));
}

#[test]
fn rule_22_the_path_exists_in_one_of_the_two() {
    let place = |index| {
        at(vec![
            Selector::AttributeName("many".to_owned()),
            Selector::ElementKeyInt(index),
            Selector::AttributeName("key".to_owned()),
        ])
    };
    let (none, some) = (sample([]), sample([("many", list([item("a", "", "")]))]));
    assert_eq!(replaced(&none, &some, place(0)), (1, good()));
    assert_eq!(replaced(&some, &none, place(0)), (1, good()));
    assert_eq!(replaced(&some, &some, place(1)), (0, one(22, "many[1].key")));
    let key = at(vec![
        Selector::AttributeName("named".to_owned()),
        Selector::ElementKeyString("k".to_owned()),
    ]);
    assert_eq!(replaced(&none, &none, key), (0, one(22, "named[\"k\"]")));
}

#[test]
fn the_action_follows_from_the_objects() {
    let (a, b) = (sample([("plain", text("a"))]), sample([("plain", text("b"))]));
    let action = |prior: &Value, planned: &Value, replaced: &[Path]| action(&shape(), prior, planned, replaced);
    assert_eq!(action(&Value::Null, &a, &[]), Action::Create);
    assert_eq!(action(&a, &a, &[]), Action::NoOp);
    assert_eq!(action(&a, &b, &[]), Action::Update);
    assert_eq!(action(&a, &sample([("plain", text("?"))]), &[]), Action::Update);
    assert_eq!(action(&a, &b, &[plain()]), Action::Replace);
    assert_eq!(action(&a, &Value::Null, &[]), Action::Delete);
}

#[test]
fn rule_24_a_plan_made_again_is_the_same() {
    let check = |shown: (Action, Value), again: (Action, Value)| {
        found(&stable::check(&shape(), (shown.0, &shown.1), (again.0, &again.1)))
    };
    let made = |id: &str| sample([("made", text(id))]);
    assert_eq!(check((Action::Update, made("?")), (Action::Update, made("1"))), good());
    assert_eq!(check((Action::Update, made("?")), (Action::NoOp, made("1"))), good());
    assert_eq!(
        check((Action::Update, made("1")), (Action::Replace, made("1"))),
        one(24, "")
    );
    assert_eq!(
        check((Action::Update, made("1")), (Action::Update, made("2"))),
        one(24, "made")
    );
    assert_eq!(
        check((Action::Create, made("1")), (Action::Create, made("?"))),
        one(24, "made")
    );
}
