//! Two applies at the same time.

use acceptance::{
    for_each_tool,
    harness::{Case, Tool},
};

use crate::site::{DEADLINE, SICK_EXPORTER, STACK, Site, case, message};

fn a_second_apply_names_the_first(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    let before = site.containers();

    let mut second = case(tool, &site.host);
    who(&mut second, "grace");
    let here = site.host.testbed().subnet().address(1);
    second
        .hide(here.to_string(), "this machine")
        .set_state(&site.case.state().json().to_string())
        .variable("interval", 30);

    // It waits for a container that never gets well.
    site.case.variable("exporter", SICK_EXPORTER).variable("timeout", "80s");
    who(&mut site.case, "ada");
    site.case.traced();
    let first = site.case.start_apply();
    first.wait_for("step=health", DEADLINE);

    let failure = second.apply().fails();
    failure.comes_from("apply");
    insta::assert_snapshot!("busy", message(&second, &failure));
    assert_eq!(
        second
            .state()
            .expect(STACK)
            .attribute("/metrics/interval_seconds")
            .unwrap(),
        15
    );

    first.wait(DEADLINE).fails().says("metrics-node");
    assert_eq!(
        site.containers()["metrics"],
        before["metrics"],
        "the second apply changed something"
    );

    second.apply().succeeds();
}

for_each_tool!(a_second_apply_names_the_first);

/// Names the person who applies, and hides the machine they do it on.
fn who(case: &mut Case, name: &str) {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    case.environment("USER", name)
        .hide(format!("@{}", machine.trim()), "@machine");
}
