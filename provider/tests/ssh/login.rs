//! Which keys log in, and which host keys are trusted.

use std::process::Command;

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::known_hosts::Distrust;
use quickfra::host::pool::Hosts;
use tfplugin::Secret;

use super::server::{Agent, Key, Server, output};
use super::{assert_error, run, text};

async fn attempt(credentials: Credentials, address: SshAddress) -> Result<String, HostError> {
    let host = Hosts::new(credentials).host(&Machine::Ssh(address));
    run(&host, "echo in", b"")
        .await
        .map(|output| String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn a_key_logs_in_from_text_file_and_agent() {
    let server = Server::start();
    let path = server.user_key.path().to_owned();
    let agent = Agent::start(server.directory.path());
    agent.add(&Key::generate(server.directory.path(), "other", "ed25519"));
    agent.add(&server.user_key);
    let text = server.credentials();
    let trimmed = Secret::from(server.user_key.private().expose().trim().to_owned());
    let trimmed = Credentials {
        private_keys: vec![trimmed],
        ..server.no_credentials()
    };
    let file = Credentials {
        private_key_files: vec![path],
        ..server.no_credentials()
    };
    let agent = Credentials {
        agent: true,
        agent_socket: Some(agent.socket.clone()),
        ..server.no_credentials()
    };
    for credentials in [text, trimmed, file, agent] {
        assert_eq!(attempt(credentials, server.address()).await.unwrap(), "in\n");
    }
}

#[tokio::test]
async fn every_common_key_type_logs_in() {
    let server = Server::start();
    let directory = server.directory.path();
    for kind in ["ecdsa", "rsa"] {
        let key = Key::generate(directory, kind, kind);
        std::fs::write(directory.join("authorized_keys"), key.public()).unwrap();
        let credentials = Credentials {
            private_keys: vec![key.private()],
            ..server.no_credentials()
        };
        assert_eq!(attempt(credentials, server.address()).await.unwrap(), "in\n", "{kind}");
    }
}

/// What a shell, a line or a C string would make something else of.
const PASSPHRASE: &str = " it's \"$(id)\" `id` ${HOME} \\n %s ü\u{20ac} ";

#[tokio::test]
async fn a_key_that_a_passphrase_protects_logs_in_from_text_and_file() {
    let server = Server::start();
    let directory = server.directory.path();
    for (name, kind, form) in [
        ("openssh-ed25519", "ed25519", &[][..]),
        ("openssh-ecdsa", "ecdsa", &[]),
        ("openssh-rsa", "rsa", &[]),
        ("pem-ecdsa", "ecdsa", &["-m", "PEM"]),
        ("pem-rsa", "rsa", &["-m", "PEM"]),
        ("pkcs8-ecdsa", "ecdsa", &["-m", "PKCS8"]),
        ("pkcs8-rsa", "rsa", &["-m", "PKCS8"]),
    ] {
        let key = Key::protected(directory, name, kind, PASSPHRASE, form);
        std::fs::write(directory.join("authorized_keys"), key.public()).unwrap();
        let with = |passphrase: &str| Credentials {
            passphrase: Some(Secret::from(passphrase)),
            ..server.no_credentials()
        };
        let text = Credentials {
            private_keys: vec![key.private()],
            ..with(PASSPHRASE)
        };
        let file = Credentials {
            private_key_files: vec![key.path().to_owned()],
            ..with(PASSPHRASE)
        };
        let wrong = Credentials {
            private_keys: vec![key.private()],
            ..with("another")
        };
        for credentials in [text, file] {
            let answer = attempt(credentials, server.address()).await;
            assert_eq!(answer.unwrap_or_else(|error| panic!("{name}: {error}")), "in\n");
        }
        let HostError::Authentication { tried, .. } = attempt(wrong, server.address()).await.unwrap_err() else {
            panic!("{name}: another error")
        };
        let place = "(the private key of the configuration, with the passphrase)";
        assert!(
            tried[0].contains(&format!("{place}: cannot be opened (")),
            "{name}: {tried:?}"
        );
    }
}

#[tokio::test]
async fn a_passphrase_changes_nothing_for_a_key_without_one() {
    let server = Server::start();
    let credentials = Credentials {
        passphrase: Some(Secret::from(PASSPHRASE)),
        ..server.credentials()
    };
    assert_eq!(attempt(credentials, server.address()).await.unwrap(), "in\n");
}

#[tokio::test]
async fn what_was_tried_is_told() {
    let server = Server::with("PasswordAuthentication yes");
    let directory = server.directory.path();
    let wrong = Key::generate(directory, "wrong", "ed25519");
    let locked = Key::protected(directory, "locked", "ed25519", "passphrase", &[]);
    let agent = Agent::start(directory);
    let credentials = Credentials {
        private_keys: vec![
            wrong.private(),
            Secret::from("nonsense".to_owned()),
            Secret::from(wrong.public()),
        ],
        private_key_files: vec![locked.path().to_owned(), directory.join("missing")],
        agent: true,
        agent_socket: Some(agent.socket.clone()),
        password: Some(Secret::from("canary-secret".to_owned())),
        ..server.no_credentials()
    };
    let error = attempt(credentials, server.address()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary-secret"));
    assert!(!error.unreachable() && !error.sent());
    assert_error!("nothing_accepted", error);
}

#[tokio::test]
async fn a_password_that_the_server_does_not_take_is_told() {
    let server = Server::with("PasswordAuthentication no");
    let credentials = Credentials {
        password: Some(Secret::from("canary-secret".to_owned())),
        ..server.no_credentials()
    };
    assert_error!(
        "password_not_taken",
        attempt(credentials, server.address()).await.unwrap_err()
    );
}

#[tokio::test]
async fn an_unknown_host_key_is_refused_with_the_way_to_pin_it() {
    let server = Server::start();
    let address = SshAddress {
        host_key: None,
        ..server.address()
    };
    let error = attempt(server.credentials(), address.clone()).await.unwrap_err();
    let HostError::HostKey { problem, .. } = &error else {
        panic!("{error}")
    };
    assert!(matches!(problem.verdict, Distrust::Unknown { .. }));
    assert_error!("host_key_unknown", error);
    // What the error advises works.
    let pinned = SshAddress {
        host_key: Some(problem.seen.line()),
        ..address
    };
    assert_eq!(attempt(server.credentials(), pinned).await.unwrap(), "in\n");
}

#[tokio::test]
async fn a_changed_host_key_is_refused() {
    let server = Server::start();
    let other = Key::generate(server.directory.path(), "other", "ed25519");
    let pinned = SshAddress {
        host_key: Some(other.public()),
        ..server.address()
    };
    assert_error!(
        "host_key_changed_pinned",
        attempt(server.credentials(), pinned).await.unwrap_err()
    );
    server.know(&format!("{} {}", server.name(), other.public()));
    let from_file = SshAddress {
        host_key: None,
        ..server.address()
    };
    assert_error!(
        "host_key_changed_file",
        attempt(server.credentials(), from_file).await.unwrap_err()
    );
}

#[tokio::test]
async fn a_revoked_host_key_is_refused() {
    let server = Server::start();
    let key = server.host_key.public();
    server.know(&format!("{} {key}\n@revoked * {key}\n", server.name()));
    let address = SshAddress {
        host_key: None,
        ..server.address()
    };
    assert_error!(
        "host_key_revoked",
        attempt(server.credentials(), address).await.unwrap_err()
    );
}

#[tokio::test]
async fn known_hosts_are_read_hashed_too_and_decide_which_key_is_asked_for() {
    let server = Server::start();
    let address = SshAddress {
        host_key: None,
        ..server.address()
    };
    // By itself libssh2 would ask for another of the server's two keys than at least one of these.
    for key in [&server.host_key, &server.ecdsa_host_key] {
        server.know(&format!("{} {}\n", server.name(), key.public()));
        assert_eq!(attempt(server.credentials(), address.clone()).await.unwrap(), "in\n");
        output(
            Command::new("ssh-keygen")
                .arg("-H")
                .arg("-f")
                .arg(server.directory.path().join("known_hosts")),
        );
        let hashed = std::fs::read_to_string(server.directory.path().join("known_hosts")).unwrap();
        assert!(hashed.starts_with("|1|"), "{hashed}");
        assert_eq!(attempt(server.credentials(), address.clone()).await.unwrap(), "in\n");
    }
}

#[tokio::test]
async fn a_host_key_that_is_none_is_told() {
    let server = Server::start();
    let address = SshAddress {
        host_key: Some("ssh-ed25519 nonsense".to_owned()),
        ..server.address()
    };
    assert_error!(
        "host_key_nonsense",
        attempt(server.credentials(), address).await.unwrap_err()
    );
}

#[tokio::test]
async fn a_bastion_passes_everything_through() {
    let (bastion, server) = (Server::start(), Server::start());
    // Both take the same key.
    std::fs::write(
        bastion.directory.path().join("authorized_keys"),
        server.user_key.public(),
    )
    .unwrap();
    let address = SshAddress {
        bastion: Some(Box::new(bastion.address())),
        ..server.address()
    };
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&Machine::Ssh(address));
    let port = text(&host, "echo \"${SSH_CONNECTION##* }\"", b"").await;
    assert_eq!(port.trim(), server.port.to_string());
    let bytes: Vec<u8> = (0..6_000_000_u32).map(|i| (i % 253) as u8).collect();
    let back = run(&host, "cat", &bytes).await.unwrap();
    assert!(back.stdout == bytes, "{} bytes came back", back.stdout.len());
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn a_bastion_that_cannot_pass_is_told() {
    let mut server = Server::start();
    let bastion = Server::start();
    std::fs::write(
        bastion.directory.path().join("authorized_keys"),
        server.user_key.public(),
    )
    .unwrap();
    let through = |bastion: SshAddress| SshAddress {
        bastion: Some(Box::new(bastion)),
        ..server.address()
    };
    let unknown = SshAddress {
        host_key: None,
        ..bastion.address()
    };
    let (closed, unknown) = (through(bastion.address()), through(unknown));
    assert_error!(
        "bastion_unknown",
        attempt(server.credentials(), unknown).await.unwrap_err()
    );
    server.stop();
    assert_error!(
        "bastion_target_closed",
        attempt(server.credentials(), closed).await.unwrap_err()
    );
}
