//! Running programs: a failure always carries the command line and what was printed.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::error::{Result, TestbedError};

/// How much of a failed program's output an error shows, in bytes counted from its end.
const SHOWN_OUTPUT: usize = 4000;

/// Runs the command and returns its standard output. An exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    run_with_input(command, &[])
}

/// Runs the command with `input` on its standard input and returns its standard output.
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Result<String> {
    let output = output_with_input(command, input)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Err(TestbedError::Command {
        command: shown(command),
        status: output.status,
        output: tail(&text, SHOWN_OUTPUT),
    })
}

/// Runs the command with `input` on its standard input; how it ended is the caller's to judge.
pub(crate) fn output_with_input(command: &mut Command, input: &[u8]) -> Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let start_failed = |source| TestbedError::Start {
        program: program.clone(),
        source,
    };
    let stdin = if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    };
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start_failed)?;
    let writer = child.stdin.take().map(|mut pipe| {
        let input = input.to_vec();
        // A program that ends without reading all of it breaks the pipe; its exit code tells more than that.
        std::thread::spawn(move || drop(pipe.write_all(&input)))
    });
    let output = child.wait_with_output().map_err(start_failed)?;
    if let Some(writer) = writer {
        drop(writer.join());
    }
    Ok(output)
}

/// A command that runs as root: directly, or through `sudo` for everybody else.
pub(crate) fn as_root(program: impl AsRef<OsStr>) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg("--").arg(program);
    command
}

/// The command line as a person would read it.
fn shown(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

/// The last `limit` bytes of the text, cut between two characters.
fn tail(text: &str, limit: usize) -> String {
    let text = text.trim_end();
    let mut start = text.len().saturating_sub(limit);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_a_failed_program_is_in_the_error() {
        let error = run(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("out\nerr"), "{text}");
        assert!(text.contains('3'), "{text}");
    }

    #[test]
    fn input_larger_than_a_pipe_arrives_whole() {
        let input = vec![b'x'; 1 << 20];
        let output = run_with_input(&mut Command::new("cat"), &input).unwrap();
        assert_eq!(output.as_bytes(), input);
    }

    #[test]
    fn input_that_nobody_reads_is_no_error() {
        run_with_input(&mut Command::new("true"), &vec![b'x'; 1 << 20]).unwrap();
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(error.to_string().contains("no-such-program-anywhere"));
    }

    #[test]
    fn tail_cuts_between_characters() {
        assert_eq!(tail("aä", 1), "");
        assert_eq!(tail("aä", 2), "ä");
        assert_eq!(tail("aä\n", 10), "aä");
    }
}
