//! What a plan does before there is a machine, or before everything of it is known.

use std::net::TcpListener;

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Tool};
use serde_json::json;

use crate::site::{SERVICES, STACK, VM};

/// An address that leads nowhere or is not known yet is no obstacle to a plan: nothing is asked of a machine that is still
/// to be set up.
fn planning_a_create_touches_no_machine(tool: Tool) {
    // Whoever knocks is heard, and nobody is answered.
    let machine = TcpListener::bind("127.0.0.1:0").unwrap();
    machine.set_nonblocking(true).unwrap();
    let mut case = Case::new(tool);
    case.fixture("stack/unborn")
        .variable("port", machine.local_addr().unwrap().port());
    let plan = case.plan().succeeds();
    let knocked = machine.accept().unwrap_err();
    assert_eq!(knocked.kind(), std::io::ErrorKind::WouldBlock);

    for address in [VM, "quickfra_host.unborn", STACK, "quickfra_stack.unborn"] {
        plan.expect(address, Action::Create);
    }
    for stack in [STACK, "quickfra_stack.unborn"] {
        // What others build on is known, and one line stands for the thousand of all files.
        assert_eq!(
            plan.after(stack, "/endpoints"),
            Some(&json!({ "status": "https://status.example.com" }))
        );
        let services = plan
            .after(stack, "/services")
            .and_then(|value| value.as_object())
            .unwrap();
        assert_eq!(services.keys().collect::<Vec<_>>(), SERVICES);
        assert!(plan.is_unknown(stack, "/files"));
    }
    assert!(plan.is_unknown("quickfra_stack.unborn", "/host/address"));
}

for_each_tool!(planning_a_create_touches_no_machine);
