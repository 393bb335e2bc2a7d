use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};

use serde_json::{Map, Value};

use super::{
    Applied, Case, Finished, Given, Leak, Plan, Running, State, Step, case::must, running::Process, secrets,
    step::Meaning,
};

/// A step that takes longer hangs. Installing an engine and pulling images stays far below it.
const DEADLINE: Duration = Duration::from_mins(20);

/// The steps that a test takes.
impl Case {
    /// Runs `init` again, as after a change of a provider's version. Every step that needs it does so by itself.
    pub fn init(&self) -> Step<'_, Finished> {
        let finished = self.run(&["init"]);
        self.initialised.set(succeeded(&finished));
        self.step(finished, |_, finished| finished)
    }

    /// Checks the configuration without looking at any host.
    pub fn validate(&self) -> Step<'_, Finished> {
        self.tool_command(&["validate"])
    }

    /// Validates queries too; for releases that have them.
    pub fn validate_queries(&self) -> Step<'_, Finished> {
        self.tool_command(&["validate", "-query"])
    }

    /// Plans, refreshing the state first.
    pub fn plan(&self) -> Step<'_, Plan> {
        self.plan_with(&[])
    }

    /// Plans with further arguments, such as `-refresh=false`, `-destroy` or `-replace=...`.
    pub fn plan_with(&self, arguments: &[&str]) -> Step<'_, Plan> {
        let (finished, file) = self.planned(arguments);
        let give = move |case: &Case, _| case.shown(&file);
        let meaning = Meaning {
            succeeded: planned,
            give: Box::new(give),
        };
        Step::new(self, finished, meaning)
    }

    /// Plans and applies just this plan.
    pub fn apply(&self) -> Step<'_, Applied> {
        self.apply_with(&[])
    }

    /// Plans with further arguments, and applies just this plan. A plan that fails is the step's failure.
    pub fn apply_with(&self, arguments: &[&str]) -> Step<'_, Applied> {
        let (finished, file) = self.planned(arguments);
        if !planned(&finished) {
            let meaning = Meaning {
                succeeded: planned,
                give: Box::new(move |case: &Case, finished| case.applied(case.shown(&file), finished)),
            };
            return Step::new(self, finished, meaning);
        }
        let plan = self.shown(&file);
        let finished = self.run(&["apply", &file]);
        self.step(finished, move |case, finished| case.applied(plan, finished))
    }

    /// Plans, and starts to apply just this plan, so that the test can disturb it.
    #[track_caller]
    pub fn start_apply(&self) -> Running<'_, Applied> {
        let (finished, file) = self.planned(&[]);
        assert!(planned(&finished), "a plan that was to succeed failed\n{finished}");
        let plan = self.shown(&file);
        let process = self.start(&["apply", &file]);
        let give = move |case: &Case, finished| case.applied(plan, finished);
        let meaning = Meaning {
            succeeded,
            give: Box::new(give),
        };
        Running::new(self, process, meaning)
    }

    /// Imports what `id` names as `address`.
    pub fn import(&self, address: &str, id: &str) -> Step<'_, Finished> {
        self.tool_command(&["import", address, id])
    }

    /// Destroys everything; success means too that the state is empty.
    pub fn destroy(&self) -> Step<'_, Finished> {
        self.initialise();
        let finished = self.run(&["destroy", "-auto-approve"]);
        self.step(finished, |case, finished| {
            let left = case.state().addresses();
            assert!(
                left.is_empty(),
                "after the destroy the state holds {left:?}\n{finished}"
            );
            finished
        })
    }

    /// Runs any other command of the tool, such as `state rm`.
    pub fn tool_command(&self, arguments: &[&str]) -> Step<'_, Finished> {
        self.initialise();
        let finished = self.run(arguments);
        self.step(finished, |_, finished| finished)
    }

    /// A plan, and a comparison of the state with what is really there, are both to find nothing to do.
    #[track_caller]
    pub fn expect_two_empty_plans(&self) {
        self.initialise();
        let finished = self.run(&["plan", "-detailed-exitcode"]);
        let empty = finished.code() == Some(0);
        assert!(empty, "a plan that was to be empty is not\n{finished}");

        // Terraform's exit code says 2 for any state (hashicorp/terraform #36403), so the plan itself is asked.
        let (finished, file) = self.planned(&["-refresh-only"]);
        let file = self.environment.work().join(file);
        assert!(planned(&finished), "a plan that was to be empty failed\n{finished}");
        let found = must(difference(&file), "a plan file cannot be read");
        assert_eq!(
            found, None,
            "the refresh found something that the state does not hold\n{finished}"
        );
    }

    /// The state file, empty if there is none yet.
    #[track_caller]
    pub fn state(&self) -> State {
        let path = self.environment.work().join("terraform.tfstate");
        if !path.exists() {
            return State::new(Value::Null);
        }
        let text = must(fs::read_to_string(path), "the state cannot be read");
        State::new(must(serde_json::from_str(&text), "the state is no JSON"))
    }

    /// Replaces the state file, for example by one of an older version of the provider.
    #[track_caller]
    pub fn set_state(&mut self, content: &str) -> &mut Self {
        self.input("work/terraform.tfstate", content)
    }

    /// The log since [`Self::traced`], empty without it.
    pub fn log(&self) -> String {
        fs::read(self.log_file())
            .map(|log| String::from_utf8_lossy(&log).into_owned())
            .unwrap_or_default()
    }

    /// Searches all that the tool and the provider have written for secrets, given as name and value: the state and its
    /// backups, every plan file and its JSON, the logs, and what each command has printed.
    #[track_caller]
    pub fn leaks(&self, secrets: &[(&str, &str)]) -> BTreeSet<Leak> {
        // What `show -json` prints of the state is kept in a transcript, and each saved plan was shown when it was made.
        let shown = self.run(&["show", "-json"]);
        assert!(succeeded(&shown), "the state cannot be shown\n{shown}");
        must(
            secrets::search(self.folder(), &self.inputs, secrets),
            "the case's folder cannot be searched",
        )
    }

    /// None of the secrets, given as name and value, is to be found in what the tool and the provider have written.
    #[track_caller]
    pub fn expect_no_leak(&self, secrets: &[(&str, &str)]) {
        let leaks = self.leaks(secrets);
        assert!(leaks.is_empty(), "secrets were found: {leaks:#?}");
    }
}

/// The way from a method to a command and back.
impl Case {
    fn planned(&self, arguments: &[&str]) -> (Finished, String) {
        self.initialise();
        let file = format!("{:02}.tfplan", self.steps.get());
        let out = format!("-out={file}");
        let mut all = vec!["plan", "-detailed-exitcode", &out];
        all.extend_from_slice(arguments);
        (self.run(&all), file)
    }

    #[track_caller]
    fn shown(&self, file: &str) -> Plan {
        let json = self.run(&["show", "-json", file]);
        let text = self.run(&["show", file]);
        assert!(
            succeeded(&json) && succeeded(&text),
            "a plan cannot be shown\n{json}{text}"
        );
        let value = must(serde_json::from_str(&json.stdout), "show -json gave no JSON");
        Plan::new(value, &text.stdout, self.redactions.clone())
    }

    fn applied(&self, plan: Plan, finished: Finished) -> Applied {
        Applied {
            plan,
            text: self.redact(finished.stdout.trim()),
            finished,
        }
    }

    fn step<'case, T: Given>(
        &'case self,
        finished: Finished,
        give: impl FnOnce(&'case Case, Finished) -> T + 'case,
    ) -> Step<'case, T> {
        let meaning = Meaning {
            succeeded,
            give: Box::new(give),
        };
        Step::new(self, finished, meaning)
    }

    #[track_caller]
    fn initialise(&self) {
        if !self.initialised.get() {
            drop(self.init().succeeds());
        }
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Finished {
        self.end_of(self.start(arguments), DEADLINE)
    }

    #[track_caller]
    fn start(&self, arguments: &[&str]) -> Process {
        let mut command = must(self.environment.command(self.tool), "no tool");
        command.args(arguments);
        let shown = format!("{} {}", self.tool, arguments.join(" "));
        must(Process::start(command, shown), "the tool cannot be started")
    }

    #[track_caller]
    pub(crate) fn end_of(&self, process: Process, deadline: Duration) -> Finished {
        let ended = must(process.wait(deadline), "the tool cannot be waited for");
        let (Ok(finished) | Err(finished)) = &ended;
        let number = self.steps.replace(self.steps.get() + 1);
        let name = format!("transcripts/{number:02}-{}.txt", finished.subcommand());
        must(
            fs::write(self.folder().join(name), finished.to_string()),
            "a transcript cannot be written",
        );
        match ended {
            Ok(finished) => finished,
            Err(finished) => panic!("a command was still running after {deadline:?}\n{finished}"),
        }
    }
}

fn succeeded(finished: &Finished) -> bool {
    finished.code() == Some(0)
}

/// The resources of the state before and after a plan's refresh, private data included, if they differ.
fn difference(plan: &Path) -> Result<Option<(Value, Value)>, zip::result::ZipError> {
    let mut archive = zip::ZipArchive::new(File::open(plan)?)?;
    let mut resources = |name| -> Result<Value, zip::result::ZipError> {
        let mut state: Value = serde_json::from_reader(archive.by_name(name)?).map_err(io::Error::from)?;
        in_order(&mut state["resources"]);
        Ok(state["resources"].take())
    };
    let (before, after) = (resources("tfstate-prev")?, resources("tfstate")?);
    Ok((before != after).then(|| different(before, after)))
}

/// Puts the paths of sensitive attributes in order: Terraform writes the same ones now in one order, now in another.
fn in_order(resources: &mut Value) {
    let instances = resources.as_array_mut().into_iter().flatten();
    let instances = instances
        .filter_map(|resource| resource["instances"].as_array_mut())
        .flatten();
    for instance in instances {
        if let Some(paths) = instance["sensitive_attributes"].as_array_mut() {
            paths.sort_by_key(Value::to_string);
        }
    }
}

/// Just the parts of two values that differ, with what names the resource around them: a state is long.
fn different(before: Value, after: Value) -> (Value, Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(mut after)) => {
            let mut parts = (Map::new(), Map::new());
            for (key, before) in before {
                let after = after.remove(&key).unwrap_or_default();
                if before != after || key == "type" || key == "name" {
                    let (before, after) = different(before, after);
                    parts.0.insert(key.clone(), before);
                    parts.1.insert(key, after);
                }
            }
            parts.1.extend(after);
            (Value::Object(parts.0), Value::Object(parts.1))
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let pairs = before.into_iter().zip(after).filter(|(before, after)| before != after);
            let (before, after): (Vec<Value>, Vec<Value>) =
                pairs.map(|(before, after)| different(before, after)).unzip();
            (Value::Array(before), Value::Array(after))
        }
        pair => pair,
    }
}

/// `plan -detailed-exitcode` says 2 when there is something to do.
fn planned(finished: &Finished) -> bool {
    matches!(finished.code(), Some(0 | 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_sensitive_attributes_is_none() {
        let resources = |paths: &[&str]| {
            let mut resources = json!([{ "instances": [{ "sensitive_attributes": paths }] }]);
            in_order(&mut resources);
            resources
        };
        assert_eq!(resources(&["a", "b"]), resources(&["b", "a"]));
        assert_ne!(resources(&["a", "b"]), resources(&["a"]));
    }

    #[test]
    fn only_what_differs_is_told() {
        let state = |color: &str| {
            json!([
                { "type": "a", "name": "same", "instances": [1] },
                { "type": "b", "name": "other", "instances": [{ "attributes": { "color": color, "id": 1 } }] },
            ])
        };
        let (before, after) = different(state("red"), state("blue"));
        let part = |color: &str| json!([{ "type": "b", "name": "other", "instances": [{ "attributes": { "color": color } }] }]);
        assert_eq!((before, after), (part("red"), part("blue")));
    }
}
