use tfplugin::value::{Path, Value};

use super::*;

const CANARY: &str = "canary-5e1f";

fn full() -> Configuration {
    Configuration {
        on_unreachable: Field::Known("warn".to_owned()),
        ssh: Some(Ssh {
            private_key: Field::Known(Secret::from(CANARY)),
            private_key_passphrase: Field::Known(Secret::from(CANARY)),
            private_key_files: Field::Known(vec!["~/.ssh/id".to_owned()]),
            password: Field::Known(Secret::from(CANARY)),
            agent: Field::Known(false),
            known_hosts_files: Field::Known(vec!["/etc/known".to_owned()]),
            connect_timeout: Field::Known("1m30s".to_owned()),
        }),
        status: Vec::new(),
    }
}

#[test]
fn every_setting_reaches_the_credentials() {
    let credentials = full().credentials();
    assert_eq!(credentials.private_keys, [Secret::from(CANARY)]);
    assert_eq!(credentials.private_key_files, [PathBuf::from("~/.ssh/id")]);
    assert_eq!(credentials.passphrase, Some(Secret::from(CANARY)));
    assert_eq!(credentials.password, Some(Secret::from(CANARY)));
    assert!(!credentials.agent);
    assert_eq!(credentials.known_hosts, [PathBuf::from("/etc/known")]);
    assert_eq!(credentials.connect_timeout, Duration::from_secs(90));
}

#[test]
fn what_is_left_out_is_as_without_a_block() {
    let without = Configuration::default();
    let empty = Configuration {
        ssh: Some(Ssh::default()),
        ..Configuration::default()
    };
    for configuration in [without, empty] {
        let credentials = configuration.credentials();
        assert!(credentials.private_keys.is_empty() && credentials.private_key_files.is_empty());
        assert!(credentials.password.is_none() && credentials.passphrase.is_none());
        assert!(credentials.known_hosts.is_empty());
        assert_eq!(credentials.agent, Credentials::default().agent);
        assert_eq!(credentials.connect_timeout, CONNECT_TIMEOUT);
        assert_eq!(configuration.on_unreachable(), OnUnreachable::Error);
        assert!(configuration.unknown_settings().is_empty());
    }
}

#[test]
fn only_the_word_itself_keeps_the_state_of_an_unreachable_machine() {
    assert_eq!(full().on_unreachable(), OnUnreachable::Warn);
    for careful in [Field::Null, Field::Unknown, Field::Known("error".to_owned())] {
        let configuration = Configuration {
            on_unreachable: careful,
            ..full()
        };
        assert_eq!(configuration.on_unreachable(), OnUnreachable::Error);
    }
}

#[test]
fn every_unknown_setting_is_named() {
    let schema = Ssh::schema();
    let names: Vec<String> = schema
        .attributes
        .iter()
        .map(|attribute| attribute.name.clone())
        .collect();
    assert!(full().unknown_settings().is_empty());
    for name in names {
        let mut ssh = full().ssh.unwrap().to_value();
        if let Value::Map(members) = &mut ssh {
            members.insert(name.clone(), Value::unknown());
        }
        let configuration = Configuration {
            ssh: Some(Ssh::from_value(&ssh, &Path::root()).unwrap()),
            ..full()
        };
        assert_eq!(configuration.unknown_settings(), [format!("ssh.{name}")]);
    }
}

#[test]
fn nothing_secret_is_printed() {
    let configuration = full();
    let credentials = configuration.credentials();
    for text in [
        format!("{configuration:?}"),
        format!("{configuration:#?}"),
        format!("{credentials:?}"),
        credentials.summary(),
    ] {
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[test]
fn secrets_are_marked_in_the_schema() {
    let ssh = Ssh::schema();
    for attribute in &ssh.attributes {
        let secret = ["private_key", "private_key_passphrase", "password"].contains(&attribute.name.as_str());
        assert_eq!(attribute.sensitive, secret, "{}", attribute.name);
    }
}

#[test]
fn what_is_no_private_key_is_refused_without_being_repeated() {
    for (text, what) in [
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
            "the public half",
        ),
        ("~/.ssh/id_ed25519", "private_key_files"),
        ("$(touch /tmp/x)", "and is none"),
        ("", "and is none"),
    ] {
        let reason = check_private_key(&Secret::from(text)).unwrap_err();
        assert!(reason.contains(what), "{reason}");
        assert!(text.is_empty() || !reason.contains(text), "{reason}");
    }
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(check_private_key(&Secret::from(pem)), Ok(()));
}
