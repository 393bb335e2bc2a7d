//! Scripts, their input and output, and what they cost.

use std::io::Write as _;
use std::process::{Command, Stdio};

use quickfra::host::address::Machine;
use quickfra::host::credentials::Credentials;
use quickfra::host::pool::{Counts, Hosts};
use quickfra::host::run::{Exit, Input, Limits, Run as _, Script};
use tokio_util::sync::CancellationToken;

use super::server::{Server, output};
use super::{one, run, text};

#[tokio::test]
async fn status_output_error_and_lines_arrive() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    for host in [host, Hosts::new(Credentials::default()).host(&Machine::Local)] {
        let mut lines = Vec::new();
        let script = Script::new("echo \"to 'out'\"; echo \"to $(cat)\" >&2; printf last; exit 3");
        let input = Input::from(b"err!\\".to_vec());
        let on_line = |line: &str| lines.push(line.to_owned());
        let output = host
            .run(&script, input, Limits::default(), &CancellationToken::new(), on_line)
            .await
            .unwrap();
        assert_eq!(output.status, Exit::Code(3));
        assert_eq!(output.stdout, b"to 'out'\nlast");
        assert_eq!(output.stderr, b"to err!\\\n");
        assert_eq!(lines, ["to 'out'", "last"]);
        let killed = run(&host, "kill -TERM $$", b"").await.unwrap();
        assert_eq!(killed.status, Exit::Signal("TERM".to_owned()));
    }
}

#[tokio::test]
async fn lines_arrive_while_the_script_runs() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    for host in [host, Hosts::new(Credentials::default()).host(&Machine::Local)] {
        let gate = server.directory.path().join("gate");
        output(Command::new("mkfifo").arg(&gate));
        let input = gate.display().to_string().into_bytes();
        // The script goes on only after its first line was seen.
        let script = Script::new("gate=$(cat); echo first; cat \"$gate\"");
        let on_line = |line: &str| {
            if line == "first" {
                std::fs::write(&gate, "second").unwrap();
            }
        };
        let cancel = CancellationToken::new();
        let output = host
            .run(&script, Input::from(input), Limits::default(), &cancel, on_line)
            .await
            .unwrap();
        assert_eq!(output.stdout, b"first\nsecond");
        std::fs::remove_file(&gate).unwrap();
    }
}

#[tokio::test]
async fn many_jobs_cost_one_connection_and_one_exec_each() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let jobs = (0..20_u8).map(|number| {
        let host = host.clone();
        tokio::spawn(async move { text(&host, "cat", &[b'a' + number]).await })
    });
    let jobs: Vec<_> = jobs.collect();
    for (number, job) in (0..20_u8).zip(jobs) {
        assert_eq!(job.await.unwrap().as_bytes(), [b'a' + number]);
    }
    let counts = hosts.counts();
    assert_eq!((counts.connections, counts.channels, counts.execs), (1, 20, 20));
}

#[tokio::test]
async fn two_jobs_run_side_by_side_on_one_connection() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let gate = server.directory.path().join("gate");
    output(Command::new("mkfifo").arg(&gate));
    let path = gate.display().to_string().into_bytes();
    // Each end of a fifo opens only together with the other.
    let (reader, writer) = tokio::join!(
        text(&host, "gate=$(cat); cat \"$gate\"", &path),
        text(&host, "gate=$(cat); echo met > \"$gate\"", &path)
    );
    assert_eq!((reader.as_str(), writer.as_str()), ("met\n", ""));
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn a_server_that_allows_one_session_gets_one_at_a_time() {
    let server = Server::with("MaxSessions 1");
    let (hosts, host) = one(&server);
    let job = |number: &'static [u8]| text(&host, "sleep 0.2; cat", number);
    let done = tokio::join!(job(b"1"), job(b"2"), job(b"3"), job(b"4"));
    assert_eq!(done, ("1".into(), "2".into(), "3".into(), "4".into()));
    let Counts { connections, execs, .. } = hosts.counts();
    assert_eq!((connections, execs), (1, 4));
}

#[tokio::test]
async fn a_server_that_runs_no_command_is_told() {
    let server = Server::with("MaxSessions 0");
    let (_hosts, host) = one(&server);
    let error = run(&host, "true", b"").await.unwrap_err();
    assert!(error.to_string().contains("MaxSessions"), "{error}");
    let server = Server::with("ForceCommand echo no commands here");
    let (_hosts, host) = one(&server);
    let error = run(&host, "true", b"").await.unwrap_err();
    assert!(error.to_string().contains("it said: no commands here"), "{error}");
}

#[tokio::test]
async fn a_hundred_mebibytes_arrive_byte_for_byte() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let block: Vec<u8> = (0..1_048_573_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let mut bytes = block.repeat(100);
    bytes.extend_from_slice(b"the end without a line break");
    let mut hasher = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    hasher.stdin.take().unwrap().write_all(&bytes).unwrap();
    let expected = String::from_utf8(hasher.wait_with_output().unwrap().stdout).unwrap();
    let length = bytes.len() as u64;
    assert_eq!(text(&host, "sha256sum", &bytes).await, expected);
    assert!(hosts.counts().bytes_out > length);
}

#[tokio::test]
async fn much_output_comes_back_while_much_input_goes_out() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    let bytes: Vec<u8> = (0..8_000_000_u32).map(|i| (i % 251) as u8).collect();
    let twice = "tee /dev/stderr";
    let both = async || {
        let limits = Limits {
            output_limit: 32 << 20,
            ..Limits::default()
        };
        let input = Input::from(bytes.clone());
        host.run(&Script::new(twice), input, limits, &CancellationToken::new(), |_| {})
            .await
            .unwrap()
    };
    let (first, second) = tokio::join!(both(), both());
    for output in [first, second] {
        for (stream, sent) in [("output", &output.stdout), ("error", &output.stderr)] {
            let first_difference = sent.iter().zip(&bytes).position(|(one, other)| one != other);
            assert!(
                *sent == bytes,
                "{stream}: {} bytes, from {first_difference:?} on others: {:?}",
                sent.len(),
                String::from_utf8_lossy(first_difference.map_or(&[], |at| &sent[at..sent.len().min(at + 300)]))
            );
        }
    }
}

#[tokio::test]
async fn a_script_need_not_read_its_input() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let bytes = vec![b'x'; 20_000_000];
    for host in [host, Hosts::new(Credentials::default()).host(&Machine::Local)] {
        for _ in 0..3 {
            let output = run(&host, "echo enough; exit 5", &bytes).await.unwrap();
            assert_eq!((output.status, &output.stdout[..]), (Exit::Code(5), &b"enough\n"[..]));
        }
    }
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn a_cancelled_local_job_takes_its_children_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    output(Command::new("mkfifo").arg(&gate));
    let input = gate.display().to_string().into_bytes();
    let host = Hosts::new(Credentials::default()).host(&Machine::Local);
    let cancel = CancellationToken::new();
    // The child holds the writing end of the fifo: reading it ends when the child does.
    let script = Script::new("gate=$(cat); exec 3> \"$gate\"; sleep 1000 & echo ready; wait");
    let on_line = |_: &str| cancel.cancel();
    let reader = {
        let gate = gate.clone();
        std::thread::spawn(move || std::fs::read(gate).unwrap())
    };
    host.run(&script, Input::from(input), Limits::default(), &cancel, on_line)
        .await
        .unwrap_err();
    assert_eq!(reader.join().unwrap(), b"");
}
