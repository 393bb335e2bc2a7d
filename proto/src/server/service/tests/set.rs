//! Sets of blocks, whose elements have no place of their own.

use super::ask::*;
use super::fixture::*;
use crate::Field;
use crate::value::{Path, Value};

fn rules(cidrs: &[&str]) -> Value {
    let rules = cidrs
        .iter()
        .map(|cidr| Value::map([("cidr", Value::from(*cidr))]))
        .collect();
    config([("name", Value::from("n")), ("rule", Value::List(rules))])
}

/// The addresses and ids of the planned rules, in the order of the addresses.
fn planned_rules(value: &Value) -> Vec<(String, Option<String>)> {
    let Some(Value::List(rules)) = value.at(&Path::root().attribute("rule")) else {
        panic!("no rules")
    };
    let text = |rule: &Value, name| match rule.at(&Path::root().attribute(name)) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let mut rules: Vec<_> = rules
        .iter()
        .map(|rule| (text(rule, "cidr").unwrap(), text(rule, "id")))
        .collect();
    rules.sort();
    rules
}

#[tokio::test]
async fn an_element_keeps_its_computed_values_when_others_come_and_go() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            let mut state = change.planned.clone().map(filled);
            for rule in &mut state.as_mut().unwrap().rule {
                rule.id = rule.cidr.clone();
            }
            change.state = state;
            Ok(())
        }),
        ..Behaviour::default()
    });
    let state = created(&service, &rules(&["c", "a"])).await;
    let planned = plan(&service, &state, &rules(&["b", "c"])).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    let known = |text: &str| Some(text.to_owned());
    assert_eq!(
        planned_rules(&planned.value),
        [("b".to_owned(), None), ("c".to_owned(), known("c"))]
    );
}

#[tokio::test]
async fn the_answer_may_have_another_order() {
    let service = service(Behaviour {
        plan: Box::new(|_, plan| {
            plan.planned.rule.reverse();
            for rule in &mut plan.planned.rule {
                rule.id = rule.cidr.clone().map(|cidr| format!("id of {cidr}"));
            }
            Ok(())
        }),
        ..Behaviour::default()
    });
    let planned = plan(&service, &Value::Null, &rules(&["a", "b"])).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    let id = |cidr: &str| (cidr.to_owned(), Some(format!("id of {cidr}")));
    assert_eq!(planned_rules(&planned.value), [id("a"), id("b")]);
}

#[tokio::test]
async fn rule_27_a_set_that_comes_back_otherwise_is_refused() {
    let service = service(Behaviour {
        apply: Box::new(|_, change| {
            let mut state = change.planned.clone().map(filled);
            state.as_mut().unwrap().rule[0].cidr = Field::Known("other".to_owned());
            change.state = state;
            Ok(())
        }),
        ..Behaviour::default()
    });
    let config = rules(&["a"]);
    let planned = plan(&service, &Value::Null, &config).await;
    let applied = apply(&service, &Value::Null, &planned.value, &config).await;
    assert!(applied.errors[0].starts_with("rule: "), "{:?}", applied.errors);
    assert!(applied.errors[0].contains("(protocol rule 27)"));
}
