use std::time::Duration;

use tfplugin::diagnostics::SUMMARY_LIMIT;

use super::*;
use crate::host::address::SshAddress;
use crate::host::desired::InvalidRelease;
use crate::host::engine_error::{Cause, Failure, Left, Problem};
use crate::host::error::Peer;
use crate::host::frames::{FrameError, NulByte};
use crate::host::key::PublicKey;
use crate::host::known_hosts::{Distrust, HostKeyProblem};
use crate::host::run::Exit;
use crate::host::snapshot::Holder;

fn machine() -> Machine {
    Machine::Ssh(SshAddress::new("203.0.113.7"))
}

/// The errors of some work on a stack of the machine.
fn stack_error(doing: Doing, error: &EngineError) -> Diagnostics {
    engine_error(&Task::of_stack(doing, &machine(), "platform"), error)
}

/// Those of the way to the machine.
fn way_error(doing: Doing, error: &HostError) -> Diagnostics {
    host_error(&Task::of_stack(doing, &machine(), "platform"), error)
}

fn peer() -> Peer {
    Peer::ssh(&SshAddress::new("203.0.113.7"), "the agent")
}

fn key(seed: u8) -> PublicKey {
    let mut blob = vec![0, 0, 0, 11];
    blob.extend(b"ssh-ed25519");
    blob.extend([0, 0, 0, 32]);
    blob.extend([seed; 32]);
    PublicKey::from_blob(&blob).unwrap()
}

/// Every error on the way to a machine.
fn host_errors() -> Vec<HostError> {
    let reason = || "no such thing".to_owned();
    let unreachable = HostError::Unreachable {
        peer: peer(),
        attempts: vec!["203.0.113.7:22: connection refused".to_owned()],
    };
    let untrusted = |verdict| HostError::HostKey {
        peer: peer(),
        problem: Box::new(HostKeyProblem {
            verdict,
            seen: key(1),
            address: "203.0.113.7".to_owned(),
            port: 22,
        }),
    };
    vec![
        HostError::Resolve {
            peer: peer(),
            reason: reason(),
        },
        unreachable.clone(),
        HostError::Handshake {
            peer: peer(),
            reason: reason(),
        },
        untrusted(Distrust::Unknown {
            searched: vec!["~/.ssh/known_hosts".to_owned()],
        }),
        untrusted(Distrust::Changed {
            expected: vec![(key(2), "the host object".to_owned())],
        }),
        untrusted(Distrust::Revoked {
            place: "known_hosts line 3".to_owned(),
        }),
        HostError::Configuration {
            peer: peer(),
            reason: reason(),
        },
        HostError::Authentication {
            peer: peer(),
            tried: vec!["publickey SHA256:abc: refused".to_owned()],
            offered: Some("publickey".to_owned()),
        },
        HostError::Bastion {
            peer: peer(),
            cause: Box::new(unreachable),
        },
        HostError::Privilege {
            peer: peer(),
            reason: "sudo asks for a password.".to_owned(),
        },
        HostError::NotStarted {
            peer: peer(),
            reason: reason(),
        },
        HostError::Lost {
            peer: peer(),
            sent: false,
            reason: reason(),
        },
        HostError::Lost {
            peer: peer(),
            sent: true,
            reason: reason(),
        },
        HostError::Deadline {
            peer: peer(),
            sent: false,
            after: Duration::from_secs(10),
        },
        HostError::Deadline {
            peer: peer(),
            sent: true,
            after: Duration::from_secs(10),
        },
        HostError::Cancelled {
            peer: peer(),
            sent: true,
        },
        HostError::OutputLimit {
            peer: peer(),
            limit: 1024,
        },
        HostError::NoStream {
            peer: peer(),
            target: "port 3001 of the container quickfra_platform-status-1".to_owned(),
            attempts: vec!["172.18.0.3 port 3001: connect failed".to_owned()],
        },
        HostError::StreamLost {
            peer: peer(),
            reason: reason(),
        },
        HostError::Local {
            peer: peer(),
            what: "make a pipe",
            reason: reason(),
        },
    ]
}

fn failure(cause: Cause, service: Option<&str>, left: Left) -> EngineError {
    let service = service.map(str::to_owned);
    EngineError::Failed(Box::new(Failure {
        cause,
        step: "health".to_owned(),
        elapsed: Duration::from_secs(61),
        reason: "status is unhealthy".to_owned(),
        log: service.iter().map(|_| "cannot open the database".to_owned()).collect(),
        service,
        left,
    }))
}

fn cut(step: Option<&str>) -> EngineError {
    EngineError::Cut {
        step: step.map(str::to_owned),
        status: Exit::Signal("KILL".to_owned()),
        stderr: step.map_or("", |_| "sh: out of memory").to_owned(),
    }
}

/// Every error of what was asked of a machine.
fn engine_errors() -> Vec<EngineError> {
    let problem = |kind: &str| Problem {
        kind: kind.to_owned(),
        summary: format!("Something is wrong with {kind}"),
        remedy: "Mend it.".to_owned(),
    };
    let kinds = [
        "port", "disk", "engine", "compose", "root", "os", "secret", "tool", "other",
    ];
    vec![
        EngineError::Host(HostError::Cancelled {
            peer: peer(),
            sent: false,
        }),
        EngineError::Answer {
            status: Exit::Code(1),
            stderr: "sh: not found".to_owned(),
            source: FrameError::Truncated,
        },
        cut(None),
        cut(Some("pull")),
        cut(Some("health")),
        cut(Some("certificates")),
        cut(Some("packages")),
        EngineError::Release(InvalidRelease::Name {
            kind: "stack",
            name: "A".to_owned(),
        }),
        EngineError::Value(NulByte { verb: "name" }),
        EngineError::Archive("no room".to_owned()),
        EngineError::Busy(Holder {
            who: "jo@laptop".to_owned(),
            from: "198.51.100.1".to_owned(),
            since: "2026-11-22T10:00:00Z".to_owned(),
            step: "pull".to_owned(),
            process: 7,
        }),
        EngineError::Preflight(kinds.map(problem).to_vec()),
        failure(Cause::Failed, Some("status"), Left::Previous),
        failure(Cause::Failed, None, Left::Untouched),
        failure(Cause::Deadline, Some("status"), Left::PreviousUnwell),
        failure(Cause::Deadline, None, Left::Stopped),
        failure(Cause::Cancelled, None, Left::Same),
        failure(Cause::Cancelled, Some("status"), Left::Unfinished),
    ]
}

fn print(diagnostics: &Diagnostics) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|one| {
            let path = one.path.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            format!("## {} [{path}]\n{}\n", one.summary, one.detail)
        })
        .collect();
    texts.concat()
}

const DOINGS: [Doing; 3] = [Doing::Reading, Doing::Changing, Doing::Removing];

#[test]
fn errors_on_the_way_to_a_machine() {
    for doing in DOINGS {
        let text: Vec<String> = host_errors()
            .iter()
            .map(|error| print(&way_error(doing, error)))
            .collect();
        insta::assert_snapshot!(format!("way_{doing:?}"), text.join("\n"));
    }
}

#[test]
fn errors_of_what_was_asked() {
    let text: Vec<String> = engine_errors()
        .iter()
        .map(|error| print(&stack_error(Doing::Changing, error)))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_failed_destroy_or_restart_is_not_called_an_apply() {
    let text: Vec<String> = [Doing::Removing, Doing::Restarting]
        .into_iter()
        .flat_map(|doing| {
            [
                failure(Cause::Failed, Some("status"), Left::Same),
                failure(Cause::Failed, None, Left::Unfinished),
                failure(Cause::Deadline, None, Left::Untouched),
                failure(Cause::Cancelled, None, Left::Unfinished),
            ]
            .map(|error| print(&stack_error(doing, &error)))
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn errors_of_the_configuration() {
    let refused =
        |path: &str| RenderError::Invalid(Invalid::new(path, "the memory in MiB must be from 64 to 100, not 1"));
    for (place, path) in [
        ("name", Path::root().attribute("name")),
        (
            "ingress.acme.email",
            Path::root().attribute("ingress").attribute("acme").attribute("email"),
        ),
        (
            "ingress.trusted_proxies[12]",
            Path::root().attribute("ingress").attribute("trusted_proxies").index(12),
        ),
    ] {
        let told = render_error(&refused(place));
        assert_eq!(told.0[0].path, Some(path), "{place}");
    }
    let release = InvalidRelease::Name {
        kind: "stack",
        name: "A".to_owned(),
    };
    let text = [refused("status.memory"), RenderError::Release(release)].map(|error| print(&render_error(&error)));
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn every_summary_is_short_and_every_sentence_ends_once() {
    let mut all = Diagnostics::new();
    for doing in DOINGS {
        for error in host_errors() {
            all.extend(way_error(doing, &error));
        }
        for error in engine_errors() {
            all.extend(stack_error(doing, &error));
        }
    }
    for one in &all {
        assert!(one.summary.chars().count() < SUMMARY_LIMIT, "{}", one.summary);
        assert!(!one.summary.ends_with('.'), "{}", one.summary);
        for wrong in ["..\n", ".. ", ".:", ": :", "\n\n\n", "  \n", " ."] {
            assert!(!one.detail.contains(wrong), "{wrong:?} in {:?}", one.detail);
        }
        assert!(!one.detail.ends_with(".."), "{}", one.detail);
        assert!(
            one.detail
                .starts_with(|first: char| !first.is_lowercase() || one.detail.starts_with("root@")),
            "{}",
            one.detail
        );
    }
}

#[test]
fn an_error_says_where_the_trouble_is() {
    for doing in DOINGS {
        for error in host_errors() {
            let told = way_error(doing, &error);
            assert!(told.0[0].detail.contains("root@203.0.113.7 port 22"), "{told}");
            assert_eq!(told.0[0].path, Some(host()));
        }
    }
}

#[test]
fn an_error_says_what_was_at_work_where() {
    for error in engine_errors() {
        for one in &stack_error(Doing::Changing, &error) {
            assert!(one.detail.contains("root@203.0.113.7 port 22"), "{}", one.detail);
        }
        for one in &engine_error(&Task::new(Doing::Changing, &machine()), &error) {
            assert!(one.detail.contains("root@203.0.113.7 port 22"), "{}", one.detail);
        }
    }
    let lost = HostError::Lost {
        peer: peer(),
        sent: true,
        reason: "reset (in the step start)".to_owned(),
    };
    let told = way_error(Doing::Changing, &lost);
    assert!(
        told.0[0]
            .detail
            .contains("The apply of stack platform on root@203.0.113.7 port 22 was under way")
    );
    let removed = stack_error(Doing::Removing, &cut(Some("files")));
    assert_eq!(removed.0[0].summary, "The destroy was cut on the machine");
    assert!(
        removed.0[0]
            .detail
            .starts_with("The destroy of stack platform on root@203.0.113.7 port 22")
    );
}

#[test]
fn a_machine_has_a_name() {
    assert_eq!(machine_name(&Machine::Local), "this machine");
    assert_eq!(machine_name(&Machine::Ssh(SshAddress::new("vm"))), "vm");
}
