//! The whole life of every kind of object: made, changed by hand and by the configuration, deleted by hand, imported in
//! every way, listed, destroyed.

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Plan, Tool};
use tfplugin::client::core::Feature;

use crate::server::Server;
use crate::specimens::{Specimen, configuration, left, specimens};

fn every_kind_lives_its_life(tool: Tool) {
    let server = Server::any();
    let kinds = specimens(&server, tool);
    let mut case = server.case(tool, &configuration(&kinds));
    let made = case.apply().succeeds();
    expect_all(&made.plan, &kinds, Action::Create);

    changed_by_hand_is_shown_and_put_right(&case, &server, &kinds);
    deleted_by_hand_is_made_anew(&case, &server, &kinds);

    let text: String = kinds.iter().map(Specimen::changed_block).collect();
    server.configure(&mut case, &text);
    let changed = case.apply().succeeds();
    for kind in &kinds {
        let address = kind.address();
        changed.plan.expect(&address, Action::Update);
        expect_changed(&changed.plan, kind, kind.changed);
    }

    imported_it_is_as_configured(&case, &server, &kinds, &text);

    case.destroy().succeeds();
    for kind in &kinds {
        assert_eq!(left(&server, kind), [], "{}", kind.kind);
    }
}

for_each_tool!(every_kind_lives_its_life);

fn changed_by_hand_is_shown_and_put_right(case: &Case, server: &Server, kinds: &[Specimen]) {
    for kind in kinds {
        (kind.edit)(&server.hand, id(case, kind));
    }
    let plan = case.apply().succeeds().plan;
    for kind in kinds {
        let address = kind.address();
        let (pointer, found) = kind.edited;
        plan.expect(&address, Action::Update);
        assert!(plan.changed(&address).contains(pointer), "{address}\n{}", plan.text);
        assert_eq!(
            plan.before(&address, pointer),
            Some(&found()),
            "{address}\n{}",
            plan.text
        );
    }
}

fn deleted_by_hand_is_made_anew(case: &Case, server: &Server, kinds: &[Specimen]) {
    for kind in kinds {
        (kind.delete)(&server.hand, id(case, kind));
        assert_eq!(left(server, kind), [], "{}", kind.kind);
    }
    let plan = case.apply().succeeds().plan;
    expect_all(&plan, kinds, Action::Create);
    for kind in kinds {
        assert_eq!(left(server, kind), [(id(case, kind), server.marked(kind.name))]);
    }
}

/// By number and by name in blocks, and by a command; by identity where the tool knows that.
fn imported_it_is_as_configured(case: &Case, server: &Server, kinds: &[Specimen], text: &str) {
    let by_number = |kind: &Specimen| format!("id = \"${{var.endpoint}}#{}\"", kind.number(id(case, kind)));
    // The change may have been one of the name.
    let name = |kind: &Specimen| kind.name.replacen(kind.change.0, kind.change.1, 1);
    let by_name = |kind: &Specimen| format!("id = \"${{var.endpoint}}#{}\"", name(kind));
    let by_identity =
        |kind: &Specimen| format!("identity = {{ endpoint = var.endpoint, {} }}", kind.key(id(case, kind)));
    let mut ways: Vec<&dyn Fn(&Specimen) -> String> = vec![&by_number, &by_name];
    if case.tool().has(Feature::Identity) {
        ways.push(&by_identity);
    }
    for way in ways {
        let import = |kind| format!("import {{\n  to = {}\n  {}\n}}", Specimen::address(kind), way(kind));
        let imports: Vec<String> = kinds.iter().map(import).collect();
        let importing = server.case(case.tool(), &format!("{text}{}\n", imports.join("\n")));
        let plan = importing.plan().succeeds();
        expect_all(&plan, kinds, Action::NoOp);
    }
    let kind = &kinds[0];
    let importing = server.case(case.tool(), &kind.changed_block());
    importing
        .import(&kind.address(), &format!("{}#{}", server.url, id(case, kind)))
        .succeeds();
    importing.expect_two_empty_plans();
}

fn expect_all(plan: &Plan, kinds: &[Specimen], action: Action) {
    for kind in kinds {
        plan.expect(&kind.address(), action);
    }
}

fn expect_changed(plan: &Plan, kind: &Specimen, pointers: &[&str]) {
    let changed: Vec<String> = plan.changed(&kind.address()).into_iter().collect();
    assert_eq!(changed, pointers, "{}\n{}", kind.kind, plan.text);
}

/// The number of an object in the state.
pub(crate) fn id(case: &Case, kind: &Specimen) -> i64 {
    let state = case.state();
    state
        .expect(&kind.address())
        .attribute("/id")
        .and_then(serde_json::Value::as_i64)
        .unwrap()
}
