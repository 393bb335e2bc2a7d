//! `cargo quickstart`: a disposable machine, and the real tool on `examples/quickstart`.
//!
//! Running it again goes on from where it stands; `--destroy` removes everything, also after a run that was cut off.
#![expect(clippy::print_stdout, reason = "what a command prints is what it is for")]

mod destroy;
mod error;
mod machine;
mod place;
mod tool;

use std::process::ExitCode;

use acceptance::harness::{Profile, Tool, build_provider};
use error::QuickstartError;
use place::Place;

const USAGE: &str = "\
usage: cargo quickstart [--tool terraform|tofu]
       cargo quickstart --destroy

Makes a disposable machine and applies examples/quickstart to it; --destroy removes all of it again.";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Apply(Option<Tool>),
    Destroy,
    Help,
}

fn main() -> ExitCode {
    let request = match parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // Ctrl-C reaches terraform too, which ends its work in order; this program waits for that, and says how to go on.
    if let Err(error) = tool::survive_interrupts() {
        eprintln!("quickstart: {error}");
    }
    let result = match request {
        Request::Apply(tool) => apply(tool),
        Request::Destroy => destroy::destroy(),
        Request::Help => {
            println!("{USAGE}");
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nquickstart failed: {}", error.chain());
            eprintln!(
                "Run `cargo quickstart` to go on from here, or `cargo quickstart --destroy` to remove what there is."
            );
            ExitCode::FAILURE
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Request, String> {
    let request = match words.next().as_deref() {
        None => Request::Apply(None),
        Some("--destroy") => Request::Destroy,
        Some("--help" | "-h") => Request::Help,
        Some("--tool") => {
            let name = words.next().unwrap_or_default();
            let tool = Tool::ALL.into_iter().find(|tool| tool.command() == name);
            Request::Apply(Some(tool.ok_or("--tool needs terraform or tofu")?))
        }
        Some(other) => return Err(format!("{other} is no option")),
    };
    match words.next() {
        None => Ok(request),
        Some(more) => Err(format!("{more} is one word too many")),
    }
}

fn apply(wanted: Option<Tool>) -> Result<(), QuickstartError> {
    heading("prerequisites");
    acceptance::prerequisites::ensure()?;
    let place = Place::open()?;
    let tool = tool::chosen(wanted, &place)?;
    heading(&format!("tools: {tool} runs the configuration"));
    println!("{}", tool.path()?.display());

    heading("provider: building it");
    let provider = build_provider(Profile::Development)?;
    println!("{}", provider.display());

    heading("machine: a disposable one");
    let machine = machine::ready(&place)?;
    println!("{} at {}", machine.name, machine.address);

    heading(&format!("{tool}: applying examples/quickstart"));
    let environment = place.environment()?;
    environment.mirror().offer(&provider).map_err(QuickstartError::Folder)?;
    place.write_configuration(&machine)?;
    tool::run(&environment, tool, &["init"])?;
    tool::run(&environment, tool, &["plan", "-out=plan"])?;
    tool::run(&environment, tool, &["apply", "plan"])?;

    println!("{}", machine.how_to_look(&place.root_certificate()));
    Ok(())
}

fn heading(text: &str) {
    println!("\n== {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Request, String> {
        parse(words.iter().map(ToString::to_string))
    }

    #[test]
    fn the_command_line_is_understood() {
        assert_eq!(parsed(&[]), Ok(Request::Apply(None)));
        assert_eq!(parsed(&["--tool", "tofu"]), Ok(Request::Apply(Some(Tool::Tofu))));
        assert_eq!(parsed(&["--destroy"]), Ok(Request::Destroy));
        assert!(parsed(&["--tool", "pulumi"]).is_err());
        assert!(parsed(&["--destroy", "now"]).is_err());
    }
}
