//! The command that is executed on the machine: always the same text but for one number.
//!
//! The script does not stand in the command, where it would have to be quoted for the user's login shell and could be
//! too long. It is the first part of standard input: the command reads exactly that many bytes, and leaves the rest to the
//! script. `dd` with `fullblock` never reads more than it was asked for, which `head -c` does in busybox.

use crate::host::run::Script;

/// What the command prints, on both streams, just before the script runs. Whatever came before is noise of the login
/// shell's start-up files, and if it never comes, the script was not started.
pub(super) const START: &[u8] = b"quickfra: the script starts\n";

/// The last line of what is sent. A script that arrives without it was cut, and is not run.
const END: &str = "\n# quickfra: the script ends";

/// What stands in front of the input.
pub(in crate::host) fn head(script: Script) -> Vec<u8> {
    [script.text(), END].concat().into_bytes()
}

/// The text for `sh -c`. It has no single quote, backslash, exclamation mark or line break, so that single quotes protect
/// it in every login shell, fish and csh included.
pub(super) fn text(head_length: usize) -> String {
    format!(
        "LC_ALL=C; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH; \
         quickfra_script=$(dd bs={head_length} count=1 iflag=fullblock 2>/dev/null); \
         case $quickfra_script in \
         *\"# quickfra: the script ends\") echo \"quickfra: the script starts\"; echo \"quickfra: the script starts\" >&2; eval \"$quickfra_script\";; \
         *) echo \"the script did not arrive whole\" >&2; exit 74;; esac"
    )
}

/// The command for the login shell of a user.
pub(in crate::host) fn command(user: &str, head_length: usize) -> String {
    let text = text(head_length);
    if user == "root" {
        format!("exec sh -c '{text}'")
    } else {
        format!("exec sudo -n -- sh -c '{text}'")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    const SCRIPT: Script = Script::new("set -e\nread -r first\nprintf '%s|' \"$first\" 'a b' \"$#\"\ncat\nexit 7\n");

    fn run(shell: &[&str], stdin: Vec<u8>, length: usize) -> (Option<i32>, Vec<u8>) {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg("-c").arg(text(length));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || pipe.write_all(&stdin));
        let output = child.wait_with_output().unwrap();
        // A shell that gives up closes the pipe early.
        drop(writer.join().unwrap());
        (output.status.code(), output.stdout)
    }

    #[test]
    fn every_shell_gives_the_script_all_of_its_input_and_no_more() {
        let input: Vec<u8> = b"first line\n"
            .iter()
            .copied()
            .chain((0..3_000_000_u32).map(|i| (i % 251) as u8))
            .collect();
        let head = head(SCRIPT);
        let mut expected = START.to_vec();
        expected.extend(b"first line|a b|0|");
        expected.extend(&input[11..]);
        for shell in [&["dash"][..], &["bash"], &["busybox", "sh"], &["sh"]] {
            let (code, stdout) = run(shell, [&head[..], &input].concat(), head.len());
            assert_eq!(code, Some(7), "{shell:?}");
            assert!(
                stdout == expected,
                "{shell:?}: {} bytes instead of {}",
                stdout.len(),
                expected.len()
            );
        }
    }

    #[test]
    fn a_script_that_was_cut_is_not_run() {
        let head = head(SCRIPT);
        for shell in [&["dash"][..], &["bash"], &["busybox", "sh"]] {
            let (code, stdout) = run(shell, head[..head.len() - 1].to_vec(), head.len());
            assert_eq!((code, stdout), (Some(74), Vec::new()), "{shell:?}");
        }
    }

    #[test]
    fn the_command_needs_no_quoting_but_single_quotes() {
        assert!(!text(12345).contains(['\'', '\\', '!', '\n']));
    }
}
