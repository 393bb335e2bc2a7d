//! The provider, run by the real terraform.

use std::{collections::BTreeMap, fs};

use crate::{
    Result,
    figures::{Row, Runs, Task},
    scene::{Distance, Scene, Timed},
};

/// Name of the stack on the host.
pub(crate) const STACK: &str = "bench";

/// What a run says in its log when it has ended, see `Host::run` of the provider.
const RUN_ENDED: &str = "a run has ended";

/// The stack: two services that are well within moments and one beside them, no first administrator, no route and so no
/// certificate to wait for.
fn configuration(scene: &Scene) -> Result<String> {
    Ok(format!(
        r#"terraform {{
  required_providers {{
    quickfra = {{
      source = "quickfra/quickfra"
    }}
  }}
}}

variable "average" {{
  type = number
}}

provider "quickfra" {{
  ssh {{
    private_key_files = [{key:?}]
  }}
}}

resource "quickfra_host" "vm" {{
  host = {{
    address  = "127.0.0.1"
    port     = {port}
    host_key = {host_key:?}
  }}
}}

resource "quickfra_stack" "bench" {{
  host     = quickfra_host.vm.host
  name     = "{STACK}"
  domain   = "bench.test"
  registry = "{registry}"

  ingress {{
    acme {{
      email         = "ops@bench.test"
      directory_url = "{directory}"
      ca_bundle     = <<-EOT
{authority}EOT
    }}
    rate_limit {{
      average = var.average
      burst   = 200
    }}
  }}

  metrics {{}}
}}
"#,
        key = scene.host.key_file().display().to_string(),
        port = scene.port(),
        host_key = scene.host.host_key(),
        registry = scene.testbed.registry(),
        directory = scene.testbed.acme_directory(),
        authority = fs::read_to_string(scene.testbed.authority_file())?,
    ))
}

pub(crate) fn measure(scene: &mut Scene, runs: usize) -> Result<Vec<Row>> {
    fs::write(scene.environment.work().join("main.tf"), configuration(scene)?)?;
    scene.terraform(&["init"], false)?.expect(0)?;
    println!("quickfra: pulling the images");
    let mut rows: BTreeMap<Task, Row> = BTreeMap::new();
    for task in Task::ALL {
        let row = Row {
            task,
            tool: "quickfra".to_owned(),
            near: Runs::default(),
            far: Runs::default(),
            execs: None,
            parts: Vec::new(),
        };
        rows.insert(task, row);
    }
    for distance in [Distance::Near, Distance::Far] {
        scene.go(distance)?;
        apply(scene, 100, false)?;
        for (task, row) in &mut rows {
            let mut figures = Runs::default();
            for run in 0..runs {
                prepare(scene, *task)?;
                let timed = perform(scene, *task, run, false)?;
                println!("quickfra: {task:?} {distance:?}: {:.2} s", timed.seconds);
                figures.seconds.add(timed.seconds);
                figures.traffic = timed.traffic;
            }
            match distance {
                Distance::Near => row.near = figures,
                Distance::Far => {
                    row.far = figures;
                    // Once more with the log, which tells what no clock outside can see.
                    prepare(scene, *task)?;
                    let logged = perform(scene, *task, runs, true)?;
                    row.execs = Some(logged.stderr.matches(RUN_ENDED).count());
                    row.parts = parts(&logged.stderr);
                }
            }
        }
    }
    // What the peers find.
    apply(scene, 100, false)?;
    Ok(rows.into_values().collect())
}

/// Brings the host to where the task begins.
fn prepare(scene: &Scene, task: Task) -> Result<()> {
    if task == Task::First {
        scene
            .terraform(&["destroy", "-auto-approve", "-var=average=100"], false)?
            .expect(0)?;
    }
    Ok(())
}

fn perform(scene: &Scene, task: Task, run: usize, logged: bool) -> Result<Timed> {
    match task {
        Task::Nothing => scene
            .terraform(&["plan", "-detailed-exitcode", "-var=average=100"], logged)?
            .expect(0),
        Task::First => apply(scene, 100, logged),
        // Each run changes the limit that the run before has set.
        Task::Change => apply(scene, 101 + run % 2, logged),
    }
}

fn apply(scene: &Scene, average: usize, logged: bool) -> Result<Timed> {
    let average = format!("-var=average={average}");
    scene
        .terraform(&["apply", "-auto-approve", &average], logged)?
        .expect(0)
}

/// The runs and the steps of a transaction with their seconds, as the log tells them.
fn parts(log: &str) -> Vec<(String, f64)> {
    let mut parts = Vec::new();
    let mut before = 0.0;
    for line in log.lines() {
        if line.contains(RUN_ENDED) {
            let milliseconds: f64 = value(line, "milliseconds")
                .unwrap_or_default()
                .parse()
                .unwrap_or(f64::NAN);
            parts.push(("whole run".to_owned(), milliseconds / 1000.0));
            before = 0.0;
        } else if line.contains("step done") {
            let elapsed: f64 = value(line, "elapsed").unwrap_or_default().parse().unwrap_or(f64::NAN);
            parts.push((value(line, "step").unwrap_or_default().to_owned(), elapsed - before));
            before = elapsed;
        }
    }
    parts
}

/// The value of `name=value` in a line of the log.
fn value<'line>(line: &'line str, name: &str) -> Option<&'line str> {
    line.split_whitespace()
        .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_runs_are_read_from_the_log() {
        let log = "2026 [INFO]  provider.x: step done: @module=a step=lock elapsed=0.5 timestamp=b\n\
                   2026 [INFO]  provider.x: step done: elapsed=2 step=preflight @module=a\n\
                   2026 [DEBUG] provider.x: a run has ended; the counts: execs=1 milliseconds=2300 machine=c\n";
        let expected = [("lock", 0.5), ("preflight", 1.5), ("whole run", 2.3)];
        assert_eq!(parts(log), expected.map(|(name, seconds)| (name.to_owned(), seconds)));
    }
}
