//! A create that meets what was there before it, and never gets well: what was there outlives it, even where the
//! configuration says that a destroy purges.

use acceptance::{
    for_each_tool,
    harness::{Action, Case, Finished, Tool},
};

use crate::site::{EXPORTER, SICK_EXPORTER, STACK, Site, case};

/// The same stack, with a destroy that takes its data along.
fn purging(case: &mut Case) {
    let domain = "  domain   = \"small.test\"\n";
    let main = include_str!("main.tf");
    assert!(main.contains(domain));
    case.config(&main.replace(domain, &format!("{domain}  on_destroy = \"purge\"\n")));
}

impl Site {
    /// Leaves something in the data volume that only whoever deletes the volume takes away.
    fn mark_data(&self) {
        self.host.exec(&format!("touch {MARK}")).unwrap();
    }

    #[track_caller]
    fn expect_data(&self) {
        let marked = self.host.exec_output(&format!("test -e {MARK}"), &[]).unwrap();
        assert!(marked.status.success(), "the data of before is gone");
    }

    fn volumes(&self) -> String {
        self.host.exec("docker volume ls --quiet").unwrap()
    }
}

const MARK: &str = "\"$(docker volume inspect --format '{{.Mountpoint}}' quickfra_small_metrics_data)/mark\"";

fn get_sick(case: &mut Case) {
    case.variable("exporter", SICK_EXPORTER).variable("timeout", "50s");
}

fn get_well(case: &mut Case) {
    case.variable("exporter", EXPORTER).variable("timeout", "10m");
}

#[track_caller]
fn says(finished: &Finished, text: &str) {
    let frame = ['│', '╷', '╵'];
    let told = [&finished.stdout, &finished.stderr].map(|text| text.replace(frame, " "));
    let words: Vec<&str> = told.iter().flat_map(|text| text.split_whitespace()).collect();
    assert!(words.join(" ").contains(text), "{text:?} is not told\n{finished}");
}

fn a_stack_that_cannot_be_taken_over_stays_as_it_was(tool: Tool) {
    let site = Site::new(tool);
    site.case.apply().succeeds();
    site.mark_data();
    let (containers, release) = (site.containers(), site.release());

    // Somebody else, whose state knows nothing of it.
    let mut other = case(tool, &site.host);
    purging(&mut other);
    get_sick(&mut other);
    for _ in 0..2 {
        let failure = other.apply().fails();
        failure.comes_from("apply").says("metrics-node");
        says(
            &failure.finished,
            "The stack that was on the machine before stays out of the state",
        );
        // Saved, it would be tainted: the next apply would first remove what runs.
        assert!(other.state().resource(STACK).is_none(), "{}", failure.finished);
        assert_eq!(site.release(), release);
        assert_eq!(site.containers()["metrics"], containers["metrics"]);
        site.expect_data();
    }

    get_well(&mut other);
    let applied = other.apply().succeeds();
    applied.plan.expect(STACK, Action::Create);
    says(&applied.finished, "was on the machine already, and was taken over");
    assert_eq!(site.containers()["metrics"], containers["metrics"]);
    site.expect_data();
    // From now on it is the other's own.
    other.destroy().succeeds();
    assert_eq!(site.volumes(), "");
}

fn data_of_before_outlives_a_create_that_never_finished(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.apply().succeeds();
    site.mark_data();
    site.case.destroy().succeeds();

    purging(&mut site.case);
    get_sick(&mut site.case);
    let _ = site.case.apply().fails().says("metrics-node");
    assert!(site.case.state().expect(STACK).is_tainted());
    let destroyed = site.case.destroy().succeeds();
    says(&destroyed, "Data from before an unfinished create was kept");
    says(&destroyed, "volume quickfra_small_metrics_data");
    site.expect_data();

    let _ = site.case.apply().fails().says("metrics-node");
    get_well(&mut site.case);
    let applied = site.case.apply().succeeds();
    applied.plan.expect(STACK, Action::Replace);
    says(&applied.finished, "Data from before an unfinished create was kept");
    site.expect_data();
    let state = site.case.state();
    assert!(!state.expect(STACK).is_tainted());
    assert_eq!(state.expect(STACK).text("/release"), site.release());
    // A create that has succeeded has made the data its own, as the configuration says.
    site.case.destroy().succeeds();
    assert_eq!(site.volumes(), "");
}

for_each_tool!(
    a_stack_that_cannot_be_taken_over_stays_as_it_was,
    data_of_before_outlives_a_create_that_never_finished,
);
