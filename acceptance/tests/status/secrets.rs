//! Values that are written and never kept: found nowhere afterwards, and yet a plan tells when they are others.

use acceptance::for_each_tool;
use acceptance::harness::{Action, Tool};
use serde_json::json;
use tfplugin::client::core::Feature;

use crate::life::id;
use crate::server::Server;
use crate::specimens::{Specimen, configuration, secret, specimens};

fn secrets_are_watched_and_kept_nowhere(tool: Tool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let server = Server::any();
    let kinds = specimens(&server, tool);
    let mut case = server.case(tool, &configuration(&kinds));
    case.traced();
    let mut canaries = vec![("the administrator's password".to_owned(), server.password.clone())];
    let has_secrets = |kind: &Specimen| !kind.secrets.is_empty();
    for (_, variable) in kinds.iter().flat_map(|kind| kind.secrets) {
        let canary = format!("canary-of-{variable}-7c19e2");
        case.variable(variable, secret(variable, &canary));
        canaries.push(((*variable).to_owned(), canary));
    }
    case.apply().succeeds();

    // Others in the configuration.
    for (_, variable) in kinds.iter().flat_map(|kind| kind.secrets) {
        let canary = format!("other-canary-of-{variable}-b04d");
        case.variable(variable, secret(variable, &canary));
        canaries.push((format!("the other {variable}"), canary));
    }
    let plan = case.apply().succeeds().plan;
    for kind in kinds.iter().filter(|kind| has_secrets(kind)) {
        plan.expect(&kind.address(), Action::Update);
        for pointer in pointers(kind) {
            assert!(plan.is_unknown(&kind.address(), &pointer), "{pointer}\n{}", plan.text);
        }
    }
    for kind in kinds.iter().filter(|kind| !has_secrets(kind)) {
        plan.expect(&kind.address(), Action::NoOp);
    }

    // Others on the server.
    for kind in &kinds {
        (kind.spoil)(&server.hand, id(&case, kind));
    }
    let plan = case.apply().succeeds().plan;
    for kind in kinds.iter().filter(|kind| has_secrets(kind)) {
        plan.expect(&kind.address(), Action::Update);
        for pointer in pointers(kind) {
            let found = plan.before(&kind.address(), &pointer);
            assert_eq!(found, Some(&json!("changed on the server")), "{pointer}\n{}", plan.text);
        }
    }

    case.destroy().succeeds();
    let canaries: Vec<(&str, &str)> = canaries
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    case.expect_no_leak(&canaries);
}

for_each_tool!(secrets_are_watched_and_kept_nowhere);

/// Where the state tells of the secrets.
fn pointers(kind: &Specimen) -> impl Iterator<Item = String> {
    kind.secrets
        .iter()
        .map(|(attribute, _)| format!("/secrets/{attribute}"))
}
