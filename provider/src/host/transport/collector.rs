//! Puts together what a script writes, and judges whether it was started at all.

use crate::host::error::{HostError, Peer};
use crate::host::run::{Exit, Output};

use super::loader;

/// Longest piece that is passed on as one line, in bytes.
const LINE: usize = 64 * 1024;
/// How much of the output of a script that was not started is shown, in characters.
const SHOWN: usize = 500;

/// The output of one run.
#[derive(Debug, Default)]
pub(in crate::host) struct Collector {
    stdout: Stream,
    stderr: Stream,
    /// Where the line begins that is not passed on yet.
    line: usize,
}

/// What one stream brings.
#[derive(Debug, Default)]
struct Stream {
    /// What the login shell printed; complete once the script has started.
    noise: Vec<u8>,
    started: bool,
    bytes: Vec<u8>,
}

impl Stream {
    fn add(&mut self, bytes: &[u8]) {
        if self.started {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        self.noise.extend_from_slice(bytes);
        let start = loader::START;
        if let Some(at) = self.noise.windows(start.len()).position(|window| window == start) {
            self.bytes = self.noise.split_off(at + start.len());
            self.started = true;
        }
    }
}

impl Collector {
    /// Adds bytes of standard output, and passes on the lines that they complete.
    pub(in crate::host) fn stdout(&mut self, bytes: &[u8], on_line: &mut impl FnMut(&str)) {
        self.stdout.add(bytes);
        self.pass_on(on_line);
    }

    /// Adds bytes of standard error.
    pub(in crate::host) fn stderr(&mut self, bytes: &[u8]) {
        self.stderr.add(bytes);
    }

    fn pass_on(&mut self, on_line: &mut impl FnMut(&str)) {
        loop {
            let rest = &self.stdout.bytes[self.line..];
            let within = &rest[..rest.len().min(LINE)];
            if let Some(end) = within.iter().position(|byte| *byte == b'\n') {
                on_line(&String::from_utf8_lossy(&within[..end]));
                self.line += end + 1;
            } else if rest.len() >= LINE {
                on_line(&String::from_utf8_lossy(within));
                self.line += LINE;
            } else {
                return;
            }
        }
    }

    /// The output of a run that has ended, or why the script was not started.
    pub(in crate::host) fn finish(
        self,
        status: Exit,
        peer: &Peer,
        user: &str,
        on_line: &mut impl FnMut(&str),
    ) -> Result<Output, HostError> {
        if !self.stdout.started {
            return Err(self.not_started(&status, peer, user));
        }
        if self.line < self.stdout.bytes.len() {
            on_line(&String::from_utf8_lossy(&self.stdout.bytes[self.line..]));
        }
        Ok(Output {
            status,
            stdout: self.stdout.bytes,
            stderr: self.stderr.bytes,
        })
    }

    fn not_started(&self, status: &Exit, peer: &Peer, user: &str) -> HostError {
        let peer = peer.clone();
        let said = [&self.stderr.noise[..], &self.stderr.bytes, &self.stdout.noise].concat();
        let said: String = String::from_utf8_lossy(&said).trim().chars().take(SHOWN).collect();
        if user == "root" || !said.contains("sudo") {
            let said = if said.is_empty() {
                "no output".to_owned()
            } else {
                format!("it said: {said}")
            };
            return HostError::NotStarted {
                peer,
                reason: format!("the login shell ended with {status}, {said}"),
            };
        }
        let reason = if *status == Exit::Code(127) {
            format!(
                "user {user} needs sudo to become root, but there is none: install sudo, or log in as root. The machine said: {said}"
            )
        } else {
            format!(
                "user {user} may not become root without a password: add the line\n  {user} ALL=(ALL) NOPASSWD: ALL\nto \
                 /etc/sudoers.d/quickfra on the machine, or log in as root. The machine said: {said}"
            )
        };
        HostError::Privilege { peer, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(chunks: &[&[u8]], status: Exit, user: &str) -> (Vec<String>, Result<Output, HostError>) {
        let mut lines = Vec::new();
        let mut on_line = |line: &str| lines.push(line.to_owned());
        let mut collector = Collector::default();
        for chunk in chunks {
            collector.stdout(chunk, &mut on_line);
        }
        let output = collector.finish(status, &Peer::local(), user, &mut on_line);
        (lines, output)
    }

    #[test]
    fn noise_of_the_login_shell_is_dropped_and_lines_are_joined() {
        let chunks: [&[u8]; 4] = [
            b"Welcome!\nquickfra: the scr",
            b"ipt starts\none\ntw",
            b"o\n\nlast \xff",
            b"!",
        ];
        let (lines, output) = collect(&chunks, Exit::Code(0), "root");
        assert_eq!(lines, ["one", "two", "", "last \u{fffd}!"]);
        assert_eq!(output.unwrap().stdout, b"one\ntwo\n\nlast \xff!");
    }

    #[test]
    fn a_long_line_is_cut() {
        let long = vec![b'x'; LINE + 3];
        let (lines, _) = collect(&[loader::START, &long, b"\nend"], Exit::Code(0), "root");
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [LINE, 3, 3]);
    }

    #[test]
    fn a_script_that_was_not_started_is_told_by_the_shell_s_words() {
        let say = |said: &[u8], status, user| collect(&[said], Exit::Code(status), user).1.unwrap_err().to_string();
        insta::assert_snapshot!(
            [
                say(b"This account is currently not available.\n", 1, "root"),
                say(b"sudo: a password is required\n", 1, "deploy"),
                say(b"bash: line 1: exec: sudo: not found\n", 127, "deploy"),
                say(b"", 74, "root"),
            ]
            .join("\n---\n")
        );
    }
}
