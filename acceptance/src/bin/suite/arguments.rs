use super::steps::{STEPS, Step};

pub(crate) const USAGE: &str = "\
usage: cargo suite [--only STEP]... [--write]
       cargo suite --list

  --only STEP   run just this step; may be repeated
  --write       let the docs step write what it otherwise compares
  --list        print the steps";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Run(Arguments),
    List,
    Help,
}

/// How the steps are to be run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Names of the steps to run; empty means all that run by default.
    only: Vec<String>,
    /// Whether the docs step writes the pages instead of comparing them.
    pub(crate) write: bool,
}

impl Arguments {
    /// The steps to run, in their order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(|step| {
            if self.only.is_empty() {
                step.by_default
            } else {
                self.only.iter().any(|name| name == step.name)
            }
        })
    }
}

/// Reads the command line; the error is a sentence for the person who typed it.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut arguments = Arguments::default();
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => {
                let name = words.next().ok_or("--only needs the name of a step")?;
                if !STEPS.iter().any(|step| step.name == name) {
                    return Err(format!("there is no step {name}; `cargo suite --list` prints them"));
                }
                arguments.only.push(name);
            }
            "--write" => arguments.write = true,
            "--list" => return Ok(Request::List),
            "--help" | "-h" => return Ok(Request::Help),
            other => return Err(format!("{other} is no option")),
        }
    }
    Ok(Request::Run(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Vec<&'static str> {
        match parse(words.iter().map(ToString::to_string)) {
            Ok(Request::Run(arguments)) => arguments.steps().map(|step| step.name).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn steps_keep_their_order_whatever_the_options_order() {
        assert_eq!(names(&["--only", "clippy", "--only", "format"]), ["format", "clippy"]);
    }

    #[test]
    fn a_step_that_needs_the_outside_runs_only_when_asked_for() {
        assert!(!names(&[]).contains(&"advisories"));
        assert_eq!(names(&["--only", "advisories"]), ["advisories"]);
    }

    #[test]
    fn a_misspelt_step_is_refused() {
        let result = parse(["--only", "clipy"].iter().map(ToString::to_string));
        assert!(result.is_err_and(|message| message.contains("clipy")));
    }
}
