//! An apply that is cut: by the person, by the death of the provider or of the script on the machine, by the link. Nothing
//! is lost, the state is true, and the next apply heals.

use std::{fs, thread};

use acceptance::{
    for_each_tool,
    harness::{Applied, Running, Tool},
};
use serde_json::json;

use crate::breakpoint::{self, Then, steps};
use crate::site::{DEADLINE, EXPORTER, OTHER_EXPORTER, SICK_EXPORTER, STACK, Site};

impl Site {
    /// Asks for a stack that differs from the last one in a container, a live file and a release, so that each step of
    /// the transaction has something to do.
    fn ask_for(&mut self, round: usize) -> &'static str {
        let exporter = if round.is_multiple_of(2) {
            EXPORTER
        } else {
            OTHER_EXPORTER
        };
        self.case
            .variable("exporter", exporter)
            .variable("interval", 15 + round);
        // What the last rounds logged must not be taken for this one's.
        fs::write(self.case.folder().join("trace.log"), "").unwrap();
        exporter
    }

    /// Asks for another stack whose apply waits at the beginning of each step, see [`breakpoint`]; gives its exporter.
    fn ask_to_be_cut_in(&mut self, step: &str, round: usize) -> &'static str {
        let exporter = self.ask_for(round);
        if step == "pull" {
            self.forget_image(exporter);
        }
        breakpoint::arm(&self.host);
        exporter
    }

    /// Lets a pull have something to do: the image goes from the machine.
    fn forget_image(&self, exporter: &str) {
        self.host.exec(&format!("docker image rm --force {exporter}")).unwrap();
    }

    /// After an apply that was cut: whatever the machine does alone comes to its end, and the next apply heals.
    #[track_caller]
    fn heals(&mut self, round: usize, exporter: &str) {
        self.idle();
        let state = self.case.state();
        if let Some(stack) = state.resource(STACK) {
            assert!(!stack.is_tainted(), "round {round}");
        }
        self.case.apply().succeeds();
        assert_eq!(self.exporter(), exporter, "round {round}");
        let state = self.case.state();
        let stack = state.expect(STACK);
        assert_eq!(stack.attribute("/metrics/interval_seconds"), Some(&json!(15 + round)));
        assert_eq!(stack.text("/release"), self.release());
        let journal = self
            .host
            .exec("ls /opt/quickfra/small/transaction 2>/dev/null || true")
            .unwrap();
        assert_eq!(journal, "", "round {round}: a transaction is still open");
    }
}

/// Waits until the provider has logged that a step began, or a later one.
#[track_caller]
fn reach(running: &Running<'_, Applied>, step: &str) {
    running.wait_for(&format!("step={step}"), DEADLINE);
}

/// Starts an apply and kills the provider while the transaction is in the step.
#[track_caller]
fn kill_the_provider_in(site: &Site, step: &str) {
    let running = site.case.start_apply();
    breakpoint::reach(&site.host, step, Then::Hold);
    running.kill_provider();
    breakpoint::release(&site.host);
    let _ = running.wait(DEADLINE).fails();
}

fn the_provider_is_killed_at_each_step(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.traced();
    site.case.apply().succeeds();
    for (round, step) in steps().iter().enumerate() {
        let exporter = site.ask_to_be_cut_in(step, round + 1);
        kill_the_provider_in(&site, step);
        site.heals(round + 1, exporter);
    }
}

fn the_provider_is_killed_while_it_creates(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.traced();
    for (round, step) in ["stage", "start", "switch"].iter().enumerate() {
        let exporter = site.ask_to_be_cut_in(step, round);
        kill_the_provider_in(&site, step);
        site.heals(round, exporter);
        site.case.destroy().succeeds();
    }
}

fn the_script_is_killed_at_each_step(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    for (round, step) in steps().iter().enumerate() {
        let exporter = site.ask_to_be_cut_in(step, round + 1);
        let (host, case) = (&site.host, &site.case);
        thread::scope(|scope| {
            let killer = scope.spawn(|| breakpoint::reach(host, step, Then::Kill));
            let failure = case.apply().fails();
            killer.join().unwrap();
            failure
                .comes_from("apply")
                .says("The apply was cut on the machine")
                .says(&format!("The apply of stack small on root@{} port 22", host.address()))
                .says(&format!("in its step {step}"));
        });
        site.idle();
        // Whether the new release was in force already or not: the state names the one that is.
        let state = site.case.state();
        assert_eq!(state.expect(STACK).text("/release"), site.release(), "killed at {step}");
        site.heals(round + 1, exporter);
    }
}

fn a_short_cut_of_the_link_is_lived_through(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.traced();
    site.case.apply().succeeds();
    let exporter = site.ask_for(1);
    site.host.exec(&format!("docker pull --quiet {exporter}")).unwrap();
    let running = site.case.start_apply();
    reach(&running, "start");
    site.host.cut_link().unwrap();
    site.idle();
    site.host.restore_link().unwrap();
    running.wait(DEADLINE).succeeds();
    assert_eq!(site.exporter(), exporter);
}

fn the_link_is_cut_for_good(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.traced();
    site.case.apply().succeeds();
    for (round, step) in ["stage", "pull", "start"].iter().enumerate() {
        let exporter = site.ask_to_be_cut_in(step, round + 1);
        let running = site.case.start_apply();
        breakpoint::reach(&site.host, step, Then::Hold);
        site.host.cut_link().unwrap();
        breakpoint::release(&site.host);
        running
            .wait(DEADLINE)
            .fails()
            .says("The connection was lost")
            .says(&format!(
                "The apply of stack small on root@{} port 22",
                site.host.address()
            ));
        site.host.restore_link().unwrap();
        site.heals(round + 1, exporter);
    }
}

fn ctrl_c_takes_the_apply_back(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.traced();
    site.case.apply().succeeds();
    let (before, release) = (site.containers(), site.release());
    for whole_group in [false, true] {
        site.ask_for(1);
        // It would wait for minutes.
        site.case.variable("exporter", SICK_EXPORTER);
        let running = site.case.start_apply();
        reach(&running, "health");
        if whole_group {
            running.interrupt_group();
        } else {
            running.interrupt();
        }
        running
            .wait(DEADLINE)
            .fails()
            .says("The apply was cancelled")
            .says("The previous release runs again.");
        let now = site.containers();
        assert_eq!(now["metrics"], before["metrics"]);
        assert_eq!(site.exporter(), EXPORTER);
        assert_eq!(site.release(), release);
        let state = site.case.state();
        assert_eq!(state.expect(STACK).text("/release"), release);
        assert_eq!(state.expect(STACK).text("/services/metrics-node/image"), EXPORTER);
    }
    let exporter = site.ask_for(3);
    site.heals(3, exporter);
}

for_each_tool!(ctrl_c_takes_the_apply_back, the_provider_is_killed_while_it_creates);

/// What these show is the provider's and the machine's doing: one tool is enough, at the price of minutes for each.
mod with_one_tool {
    use super::Tool;

    #[test]
    fn the_provider_is_killed_at_each_step() {
        super::the_provider_is_killed_at_each_step(Tool::Terraform);
    }

    #[test]
    fn the_script_is_killed_at_each_step() {
        super::the_script_is_killed_at_each_step(Tool::Terraform);
    }

    #[test]
    fn a_short_cut_of_the_link_is_lived_through() {
        super::a_short_cut_of_the_link_is_lived_through(Tool::Terraform);
    }

    #[test]
    fn the_link_is_cut_for_good() {
        super::the_link_is_cut_for_good(Tool::Terraform);
    }
}
