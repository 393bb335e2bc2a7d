//! What is refused offline.

use tfplugin::Diagnostics;

use super::super::validate::validate;
use super::*;

fn told(stack: &Stack) -> Vec<String> {
    let mut diagnostics = Diagnostics::new();
    validate(stack, &mut diagnostics);
    diagnostics
        .iter()
        .map(|diagnostic| match &diagnostic.path {
            Some(path) => format!("{path}: {}", diagnostic.summary),
            None => diagnostic.summary.clone(),
        })
        .collect()
}

fn none() -> [String; 0] {
    []
}

#[test]
fn good_stacks_pass() {
    for stack in [minimal(), spread(), everything()] {
        assert_eq!(told(&stack), none());
    }
    let metrics = Stack {
        ingress: None,
        status: None,
        ..minimal()
    };
    assert_eq!(told(&metrics), none());
}

#[test]
fn a_stack_needs_a_service() {
    let empty = Stack {
        ingress: None,
        status: None,
        metrics: None,
        ..minimal()
    };
    assert_eq!(told(&empty), ["The stack has no service"]);
    let off = ["ingress", "status", "metrics"].iter().fold(minimal(), |stack, name| {
        with(&stack, &format!("{name}.enabled"), Value::from(false))
    });
    assert_eq!(told(&off), ["The stack has no service"]);
    let perhaps = with(&off, "metrics.enabled", Value::unknown());
    assert_eq!(told(&perhaps), none());
}

#[test]
fn the_status_page_needs_the_ingress_while_it_is_part_of_the_stack() {
    let without = Stack {
        ingress: None,
        ..minimal()
    };
    assert_eq!(told(&without), ["status: The status page needs the ingress"]);
    let off = with(&minimal(), "ingress.enabled", Value::from(false));
    assert_eq!(told(&off), ["status: The status page needs the ingress"]);
    for enabled in [Value::from(false), Value::unknown()] {
        assert_eq!(told(&with(&without, "status.enabled", enabled)), none());
    }
    assert_eq!(told(&with(&minimal(), "ingress.enabled", Value::unknown())), none());
}

#[test]
fn an_unknown_value_hides_no_other_fault() {
    let unknown = with(&minimal(), "domain", Value::unknown());
    assert_eq!(told(&unknown), none());
    let mut wrong = with(&unknown, "status.memory", Value::from(1));
    wrong = with(&wrong, "metrics.retention_days", Value::from(0));
    assert_eq!(
        told(&wrong),
        [
            "status.memory: Invalid configuration of a service",
            "metrics.retention_days: Invalid configuration of a service"
        ]
    );
}

#[test]
fn rules_between_values_are_kept() {
    let twice = with(
        &minimal(),
        "ingress.trusted_proxies",
        Value::from(vec![Value::from("203.0.113.1/8")]),
    );
    assert_eq!(
        told(&twice),
        ["ingress.trusted_proxies[0]: Invalid configuration of a service"]
    );
    let preload = with(&spread(), "ingress.security_headers.hsts_preload", Value::from(true));
    assert_eq!(
        told(&preload),
        ["ingress.security_headers.hsts_preload: Invalid configuration of a service"]
    );
}

#[test]
fn unknown_values_are_never_refused() {
    for (path, _) in values() {
        assert_eq!(told(&with(&spread(), path, Value::unknown())), none(), "{path}");
    }
    assert_eq!(told(&with(&spread(), "host", Value::unknown())), none());
}
