//! A machine that cannot be reached when it is looked at.

use acceptance::{
    for_each_tool,
    harness::{Action, Tool},
};
use serde_json::json;

use crate::site::{STACK, Site, message};

fn a_machine_that_does_not_answer_stays_in_the_state(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    let known = site.case.state().expect(STACK).text("/release").to_owned();

    site.host.cut_link().unwrap();
    let failure = site.case.plan().fails();
    insta::assert_snapshot!("unreachable_at_refresh", message(&site.case, &failure));
    assert_eq!(site.case.state().expect(STACK).text("/release"), known);

    let plan = site.case.plan_with(&["-refresh=false"]).succeeds();
    assert!(plan.is_empty(), "{}", plan.text);

    site.case.variable("on_unreachable", "warn");
    let step = site.case.plan();
    let printed = step.finished().stdout.clone();
    let plan = step.succeeds();
    assert!(plan.is_empty(), "{}", plan.text);
    assert!(
        printed.contains("Warning: The machine cannot be reached; its state is kept"),
        "{printed}"
    );
    // What is to be changed there is planned all the same.
    site.case.variable("interval", 30);
    site.case.plan().succeeds().expect(STACK, Action::Update);
    let failure = site.case.apply().fails();
    failure
        .comes_from("apply")
        .says("The machine cannot be reached")
        .says("Nothing was changed");
    let state = site.case.state();
    assert_eq!(
        state.expect(STACK).attribute("/metrics/interval_seconds"),
        Some(&json!(15))
    );
    assert_eq!(state.expect(STACK).text("/release"), known);

    site.host.restore_link().unwrap();
    site.case.apply().succeeds();
}

for_each_tool!(a_machine_that_does_not_answer_stays_in_the_state);
