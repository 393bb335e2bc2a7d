//! A release that never gets well: what ran before runs again, and the state says so.

use std::time::Duration;

use acceptance::{
    for_each_tool,
    harness::{Action, Tool},
    testbed::TestHost,
};
use serde_json::json;

use crate::site::{EXPORTER, OTHER_EXPORTER, SICK_EXPORTER, STACK, Site, message};

/// Long enough for a pull on a busy machine, far shorter than the sick image's own verdict.
const SHORT: &str = "50s";

fn a_release_that_never_gets_well_goes_back(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    let (containers, release) = (site.containers(), site.release());
    assert_eq!(site.exporter(), EXPORTER);

    let events = Events::watch(&site.host);
    site.case.variable("exporter", SICK_EXPORTER).variable("timeout", SHORT);
    let failure = site.case.apply().fails();
    failure
        .comes_from("apply")
        .says("metrics-node")
        .says("sick: cannot open the database: it is not there");
    insta::assert_snapshot!("never_well", message(&site.case, &failure));

    let after = site.containers();
    assert_eq!(
        after["metrics"], containers["metrics"],
        "an unchanged service was touched"
    );
    assert_eq!(site.exporter(), EXPORTER);
    assert_eq!(site.release(), release);
    events.report(&containers["metrics-node"], &after["metrics-node"]);

    // The state tells what runs, so the next plan holds what is still to be done.
    let state = site.case.state();
    let stack = state.expect(STACK);
    assert!(!stack.is_tainted());
    assert_eq!(stack.text("/release"), release);
    assert_eq!(stack.text("/services/metrics-node/image"), EXPORTER);
    assert_eq!(stack.attribute("/metrics/node_exporter_image"), Some(&json!(null)));
    let plan = site.case.plan().succeeds();
    plan.expect(STACK, Action::Update);
    assert_eq!(
        plan.after(STACK, "/metrics/node_exporter_image"),
        Some(&json!(SICK_EXPORTER))
    );

    site.case
        .variable("exporter", OTHER_EXPORTER)
        .variable("timeout", "10m");
    site.case.apply().succeeds();
    assert_eq!(site.exporter(), OTHER_EXPORTER);
    assert_eq!(site.containers()["metrics"], containers["metrics"]);
}

fn a_first_release_that_never_gets_well_is_stopped(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.variable("exporter", SICK_EXPORTER).variable("timeout", SHORT);
    let failure = site.case.apply().fails();
    failure
        .comes_from("apply")
        .says("metrics-node")
        .says("sick: cannot open the database: it is not there");
    insta::assert_snapshot!("never_well_at_first", message(&site.case, &failure));
    assert_eq!(site.host.exec("docker ps --quiet").unwrap(), "", "something still runs");

    // Containers and data are there, so the state knows the stack.
    assert!(site.case.state().expect(STACK).is_tainted());
    site.case.variable("exporter", EXPORTER).variable("timeout", "10m");
    let applied = site.case.apply().succeeds();
    applied.plan.expect(STACK, Action::Replace);
    assert_eq!(site.exporter(), EXPORTER);
}

/// Ends the exporter as soon as nobody looks at its health any more, while the transaction stands still.
const END_EXPORTER: &str = "holder=/run/quickfra/small.holder
    end=$(($(date +%s) + 120))
    until [ -e $holder ]; do [ $(date +%s) -lt $end ] || exit 1; sleep 0.02; done
    while :; do
        name= process=
        while read -r key value; do
            case $key in step) name=$value ;; process) process=$value ;; esac
        done <$holder
        case ' first-run live switch prune certificates ' in
        *\" $name \"*)
            [ -z \"$process\" ] && continue
            kill -STOP \"$process\"
            docker kill quickfra_small-metrics-node-1
            kill -CONT \"$process\"
            exit ;;
        esac
    done";

fn a_service_that_dies_once_it_was_well_is_named(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    site.host.exec("rm -f /run/quickfra/small.holder").unwrap();
    site.case.variable("exporter", OTHER_EXPORTER);
    let (host, case) = (&site.host, &site.case);
    let failure = std::thread::scope(|scope| {
        let killer = scope.spawn(move || host.exec_output(END_EXPORTER, &[]).unwrap());
        let failure = case.apply().fails();
        assert!(killer.join().unwrap().status.success(), "{}", failure.finished);
        failure
    });
    failure.comes_from("apply").says("Last log lines of metrics-node:");
    // What the exporter logs is its own affair.
    let text = message(&site.case, &failure);
    let (told, rest) = text.split_once("Last log lines").unwrap();
    let (_, next) = rest.split_once("\n\n").unwrap();
    insta::assert_snapshot!("died", format!("{told}[log]\n\n{next}"));

    // The release is in force, and the state tells what became of the service.
    let state = site.case.state();
    let stack = state.expect(STACK);
    assert!(!stack.is_tainted());
    assert_eq!(stack.text("/release"), site.release());
    assert_eq!(stack.text("/services/metrics-node/image"), OTHER_EXPORTER);
    assert_eq!(stack.text("/services/metrics-node/state"), "exited");
    let applied = site.case.apply().succeeds();
    applied.plan.expect(STACK, Action::Update);
    assert_eq!(site.exporter(), OTHER_EXPORTER);
}

for_each_tool!(
    a_service_that_dies_once_it_was_well_is_named,
    a_release_that_never_gets_well_goes_back,
    a_first_release_that_never_gets_well_is_stopped,
);

/// The engine's own record of when containers ended, started and got well.
struct Events<'host> {
    host: &'host TestHost,
}

impl<'host> Events<'host> {
    fn watch(host: &'host TestHost) -> Self {
        let script = "systemd-run --quiet --unit events sh -c \"exec docker events --filter type=container \\
                --filter event=kill --filter event=die --filter event=start --filter event=health_status \\
                --format '{{.TimeNano}} {{.ID}} {{.Action}}' > /run/events\"
            until [ -e /run/events ]; do systemctl is-active --quiet events || exit 1; done";
        host.exec(script).unwrap();
        Self { host }
    }

    /// Says how long a service was away: from the stop of `before` until `after` was well. It is a figure to write down,
    /// which no test asserts.
    #[expect(
        clippy::print_stdout,
        reason = "the figure is for whoever runs the test with --nocapture"
    )]
    fn report(self, before: &str, after: &str) {
        let record = self.host.exec("cat /run/events").unwrap();
        let time = |what: &str, wanted: &dyn Fn(&str) -> bool| {
            let line = record.lines().find(|line| wanted(line));
            let line = line.unwrap_or_else(|| panic!("{what} is not in\n{record}"));
            Duration::from_nanos(line.split(' ').next().unwrap().parse().unwrap())
        };
        let stopped = time("the stop", &|line| line.contains(before) && line.ends_with(" kill"));
        let given_up = time("the verdict", &|line| {
            !line.contains(before) && !line.contains(after) && line.ends_with(" kill")
        });
        let well = time("the return", &|line| {
            line.contains(&format!("{after} health_status: healthy"))
        });
        println!(
            "the service was away for {:.1?}, of which {:.1?} from the verdict to the previous release being well",
            well.saturating_sub(stopped),
            well.saturating_sub(given_up)
        );
    }
}
