//! The shells' side of the language: what a request carries arrives byte for byte, and what a script answers reads back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use proptest::prelude::*;
use quickfra::host::frames::{Answer, Request};
use quickfra::host::run::{Input, Limits, Run as _, Script};
use support::{SHELLS, Sandbox};
use tokio_util::sync::CancellationToken;

/// Answers every line of the request as a record.
const ECHO: Script = Script::new(concat!(
    include_str!("../src/host/shell/library.sh"),
    "request_echo() { for field in \"$@\"; do record echo field \"$field\"; done; }\n",
    "read_request 'echo'\nrecord rest text \"$(cat)\"\nfinish\n",
));

fn echo(shell: &'static [&'static str], input: Vec<u8>) -> (Option<Answer>, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let sandbox = Sandbox::new(shell);
    let token = CancellationToken::new();
    let run = sandbox.run(&ECHO, Input::from(input), Limits::default(), &token, |_| {});
    let output = runtime.expect("a runtime").block_on(run).expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (Answer::parse(&output.stdout).ok(), stderr)
}

proptest! {
    // Each case starts a process for each shell.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_but_nul_arrive_and_come_back(
        fields in proptest::collection::vec(proptest::collection::vec(1..=255_u8, 0..40), 1..8),
        rest in "[a-z\n]{0,20}x",
    ) {
        let mut request = Request::new();
        for field in &fields {
            request.line("echo", [field]);
        }
        let mut input = request.finish().expect("there is no NUL");
        input.extend(rest.bytes());
        for shell in SHELLS {
            let (answer, stderr) = echo(shell, input.clone());
            let answer = answer.unwrap_or_else(|| panic!("{shell:?}: {stderr}"));
            let seen: Vec<&[u8]> = answer.all("echo").map(|record| record.bytes("field").expect("it is there")).collect();
            let sent: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(seen, sent, "{:?}", shell);
            prop_assert_eq!(answer.first("rest").expect("it is there").text("text"), Ok(rest.clone()));
        }
    }
}

#[test]
fn what_would_break_out_of_a_shell_arrives_as_it_is() {
    let hard = [
        "-",
        "",
        " ",
        "\n",
        "a\n",
        "\n\n",
        "\\",
        "\\0",
        "\\055",
        "$(id)",
        "`id`",
        "${HOME}",
        "'",
        "\"",
        "*",
        "?",
        "~",
        "%s%n",
        "-n",
        "--",
        "é\u{202e}",
        "a\tb",
        "\r\n",
        "\\n",
        "end 1",
        "!",
        "#",
        ";",
        "&",
    ];
    let mut request = Request::new();
    request.line("echo", hard);
    for shell in SHELLS {
        let (answer, stderr) = echo(shell, request.finish().expect("there is no NUL"));
        let answer = answer.unwrap_or_else(|| panic!("{shell:?}: {stderr}"));
        let seen: Vec<String> = answer
            .all("echo")
            .map(|record| record.text("field").expect("it is there"))
            .collect();
        assert_eq!(seen, hard, "{shell:?}");
    }
}

#[test]
fn a_request_that_is_cut_or_unknown_runs_nothing() {
    let mut request = Request::new();
    request.line("echo", ["one"]).line("echo", ["two"]);
    let whole = request.finish().expect("there is no NUL");
    let mut unknown = Request::new();
    unknown.line("rm", ["-rf"]);
    for shell in SHELLS {
        for at in 0..whole.len() {
            let (answer, _) = echo(shell, whole[..at].to_vec());
            assert!(answer.is_none(), "{shell:?} {at}");
        }
        assert!(echo(shell, unknown.finish().expect("there is no NUL")).0.is_none());
        assert!(echo(shell, whole.clone()).0.is_some());
    }
}
