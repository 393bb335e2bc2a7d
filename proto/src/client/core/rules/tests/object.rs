//! What holds for every answered object (protocol rules 10, 11, 19, 23) and for deferrals.

use super::sample::*;
use crate::client::core::rules::object::{decode, deferral, leaks, null_blocks, wholly_known};
use crate::protocol::{Deferred, DynamicValue};
use crate::value::{Type, Value};

fn fault(answered: Option<&DynamicValue>) -> Vec<(u8, String)> {
    found(&decode(answered, &shape().ty()).err().into_iter().collect::<Vec<_>>())
}

#[test]
fn rule_10_an_answer_has_the_type() {
    let ty = shape().ty();
    assert_eq!(fault(Some(&sent(&sample([]), &ty))), good());
    assert_eq!(fault(Some(&sent(&Value::Null, &ty))), good());
    assert_eq!(fault(None), one(10, ""));
    let other = Type::object([("plain", Type::String)]);
    let less = sent(&Value::map([("plain", text("a"))]), &other);
    assert_eq!(fault(Some(&less)).first().map(|(rule, _)| *rule), Some(10));
}

#[test]
fn rule_11_an_answer_is_in_msgpack() {
    let json = DynamicValue {
        json: "null".into(),
        ..DynamicValue::default()
    };
    assert_eq!(fault(Some(&json)), one(11, ""));
}

#[test]
fn unknowns_are_found_everywhere() {
    let ty = shape().ty();
    assert_eq!(found(&wholly_known(31, &sample([]), &ty)), good());
    let hidden = sample([("many", list([item("a", "", "?")]))]);
    assert_eq!(found(&wholly_known(31, &hidden, &ty)), one(31, "many[0].id"));
}

#[test]
fn rule_23_leaks_are_found() {
    assert_eq!(found(&leaks(&shape(), &sample([]))), good());
    assert_eq!(
        found(&leaks(&shape(), &sample([("secret", text("a"))]))),
        one(23, "secret")
    );
}

#[test]
fn rule_19_collections_of_blocks_are_never_null() {
    assert_eq!(found(&null_blocks(&shape(), &sample([]))), good());
    for name in ["many", "sack", "named", "group"] {
        assert_eq!(
            found(&null_blocks(&shape(), &sample([(name, Value::Null)]))),
            one(19, name)
        );
    }
}

#[test]
fn nothing_is_deferred_without_leave() {
    let deferred = Deferred::default();
    assert_eq!(found(&deferral(true, Some(&deferred))), good());
    assert_eq!(found(&deferral(false, None)), good());
    assert_eq!(found(&deferral(false, Some(&deferred))), one(40, ""));
}
