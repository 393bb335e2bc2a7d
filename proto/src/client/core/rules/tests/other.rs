//! Data sources, ephemeral resources and functions (protocol rules 36 to 38).

use super::sample::*;
use crate::client::core::rules::other::{data_source, ephemeral, function, pure};
use crate::client::core::{FunctionShape, Shape, Violation};
use crate::protocol::call_function::Response;
use crate::protocol::{DynamicValue, FunctionError};
use crate::value::{Type, Value};

type Check = fn(&Shape, &Value, Option<&DynamicValue>) -> (Value, Vec<Violation>);

#[test]
fn rules_36_37_the_result_completes_the_configuration() {
    let checks: [(u8, Check); 2] = [(36, data_source), (37, ephemeral)];
    for (rule, check) in checks {
        let config = sample([("plain", text("a"))]);
        let checked = |value: &Value| found(&check(&shape(), &config, Some(&sent(value, &shape().ty()))).1);
        let complete = |plain: &str, made: &str| sample([("plain", text(plain)), ("made", text(made))]);
        assert_eq!(checked(&complete("a", "1")), good());
        assert_eq!(checked(&complete("a", "?")), one(rule, "made"));
        assert_eq!(checked(&complete("b", "1")), one(16, "plain"));
        assert_eq!(checked(&Value::Null), one(rule, ""));
        assert_eq!(found(&check(&shape(), &config, None).1), one(10, ""));
    }
}

fn result(value: &Value, ty: &Type) -> Response {
    Response {
        result: Some(sent(value, ty)),
        error: None,
    }
}

#[test]
fn rule_38_a_function_gives_its_type_or_an_error() {
    let shape = FunctionShape {
        parameters: vec![Type::String],
        variadic: None,
        result: Type::Number,
    };
    let checked = |answer: &Response| found(&function(&shape, answer, 1).1);
    assert_eq!(checked(&result(&Value::from(1), &Type::Number)), good());
    assert_eq!(checked(&result(&Value::from(true), &Type::Bool)), one(38, ""));
    assert_eq!(checked(&Response::default()), one(38, ""));
    let error = |text: &str, function_argument| {
        checked(&Response {
            result: None,
            error: Some(FunctionError {
                text: text.to_owned(),
                function_argument,
            }),
        })
    };
    assert_eq!(error("no", None), good());
    assert_eq!(error("no", Some(0)), good());
    assert_eq!(error("no", Some(1)), one(38, ""));
    assert_eq!(error("", Some(0)), one(38, ""));
}

#[test]
fn rule_38_a_function_is_pure() {
    let answer = |number: i64| result(&Value::from(number), &Type::Number);
    assert_eq!(found(&pure(&answer(1), &answer(1))), good());
    assert_eq!(found(&pure(&answer(1), &answer(2))), one(38, ""));
}
