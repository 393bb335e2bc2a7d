use super::*;

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

fn at(address: &str) -> HostReference {
    HostReference {
        address: known(address),
        port: Field::Known(22),
        user: known("root"),
        ..HostReference::default()
    }
}

/// A key that reads as one.
fn key(seed: u8) -> String {
    let mut blob = vec![0, 0, 0, 11];
    blob.extend(b"ssh-ed25519");
    blob.extend([0, 0, 0, 32]);
    blob.extend([seed; 32]);
    PublicKey::from_blob(&blob).unwrap().line()
}

fn refusals(reference: HostReference) -> Vec<String> {
    let mut diagnostics = Diagnostics::new();
    let host = Path::root().attribute("host");
    HostReference::validate(&Field::Known(reference), &host, &mut diagnostics);
    diagnostics
        .iter()
        .map(|one| format!("{}: {}", one.path.clone().unwrap_or_default(), one.summary))
        .collect()
}

#[test]
fn a_reference_names_one_machine() {
    let here = HostReference {
        local: Field::Known(true),
        ..HostReference::default()
    };
    let off = HostReference {
        local: Field::Known(false),
        ..HostReference::default()
    };
    let perhaps = HostReference {
        local: Field::Unknown,
        ..HostReference::default()
    };
    let later = HostReference {
        address: Field::Unknown,
        ..HostReference::default()
    };
    for good in [
        at("a"),
        here.clone(),
        perhaps,
        later.clone(),
        HostReference {
            local: Field::Known(true),
            ..later
        },
    ] {
        assert_eq!(refusals(good.clone()), Vec::<String>::new(), "{good:?}");
    }
    for bad in [HostReference::default(), off] {
        assert_eq!(refusals(bad), ["host: Host has no address"]);
    }
    let both = HostReference {
        local: Field::Known(true),
        ..at("a")
    };
    assert_eq!(refusals(both), ["host.local: Host is both local and remote"]);
    let mut diagnostics = Diagnostics::new();
    for unset in [Field::Null, Field::Unknown] {
        HostReference::validate(&unset, &Path::root(), &mut diagnostics);
    }
    assert!(diagnostics.is_empty());
}

#[test]
fn a_machine_and_the_reference_to_it_are_one() {
    let direct = SshAddress {
        port: 2222,
        user: "admin".to_owned(),
        host_key: Some(key(1)),
        ..SshAddress::new("2001:db8::1")
    };
    let behind = SshAddress {
        bastion: Some(Box::new(direct.clone())),
        ..SshAddress::new("10.0.0.1")
    };
    for machine in [
        Machine::Local,
        Machine::Ssh(SshAddress::new("a")),
        Machine::Ssh(direct),
        Machine::Ssh(behind),
    ] {
        let reference = Field::Known(HostReference::of(&machine));
        assert_eq!(HostReference::referred(&reference), Referred::Machine(machine));
    }
}

#[test]
fn an_import_fills_in_what_a_configuration_plans() {
    let machine: Machine = "203.0.113.7".parse().unwrap();
    assert_eq!(HostReference::of(&machine), at("203.0.113.7"));
}

#[test]
fn what_is_not_known_yet_names_no_machine() {
    let bastion = |bastion: Bastion| HostReference {
        bastion: Field::Known(bastion),
        ..at("a")
    };
    let through = Bastion {
        address: known("b"),
        ..Bastion::default()
    };
    for unknown in [
        Field::Unknown,
        Field::Null,
        Field::Known(HostReference::default()),
        Field::Known(HostReference {
            address: Field::Unknown,
            ..at("a")
        }),
        Field::Known(HostReference {
            port: Field::Unknown,
            ..at("a")
        }),
        Field::Known(HostReference {
            user: Field::Unknown,
            ..at("a")
        }),
        Field::Known(HostReference {
            local: Field::Unknown,
            ..at("a")
        }),
        Field::Known(HostReference {
            bastion: Field::Unknown,
            ..at("a")
        }),
        Field::Known(bastion(Bastion {
            address: Field::Unknown,
            ..through.clone()
        })),
        Field::Known(bastion(Bastion {
            port: Field::Unknown,
            ..through.clone()
        })),
        Field::Known(bastion(Bastion {
            user: Field::Unknown,
            ..through.clone()
        })),
        Field::Known(bastion(Bastion {
            host_key: Field::Unknown,
            ..through.clone()
        })),
    ] {
        assert_eq!(HostReference::referred(&unknown), Referred::Unknown, "{unknown:?}");
    }
    // A key that is not known yet is one that the machine will tell.
    let unpinned = Field::Known(HostReference {
        host_key: Field::Unknown,
        ..at("a")
    });
    assert_eq!(
        HostReference::referred(&unpinned),
        Referred::Machine(Machine::Ssh(SshAddress::new("a")))
    );
}

#[test]
fn the_comment_of_a_key_makes_no_other_machine() {
    let pinned = |line: String| {
        let pinned = HostReference {
            host_key: Field::Known(line),
            ..at("a")
        };
        HostReference::referred(&Field::Known(pinned))
    };
    assert_eq!(pinned(key(1)), pinned(format!("{}  root@vm \n", key(1))));
    assert_ne!(pinned(key(1)), pinned(key(2)));
}

#[test]
fn single_values_are_checked() {
    for good in ["example.com", "203.0.113.7", "2001:db8::1", "fe80::1%eth0", "vm"] {
        assert_eq!(check_address(good), Ok(()), "{good}");
    }
    for bad in [
        "", "root@vm", "vm:22", "[::1]", "a b", "a/b", "a\nb", "a\0b", "-", "$(id)", "`id`", "a'b", "a\"b", "ä ö",
    ] {
        if check_address(bad).is_ok() {
            // What no name has, but does no harm either: nothing is pasted anywhere.
            assert!(["-", "$(id)", "`id`"].contains(&bad), "{bad:?}");
        }
    }
    for good in ["root", "admin", "jo@corp.example", "ec2-user"] {
        assert_eq!(check_user(good), Ok(()), "{good}");
    }
    for bad in ["", "a b", "a/b", "a\nb", "a\0b"] {
        assert!(check_user(bad).is_err(), "{bad:?}");
    }
    for good in [key(1), format!("{} comment", key(1))] {
        assert_eq!(check_host_key(&good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "AAAA",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        &key(1).replace("ssh-ed25519", "ssh-rsa"),
        "SHA256:abc",
    ] {
        assert!(check_host_key(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn reasons_end_with_one_full_stop() {
    for reason in [
        check_address("root@vm").unwrap_err(),
        check_address("").unwrap_err(),
        check_address("2001:db8::x").unwrap_err(),
        check_user("").unwrap_err(),
        check_host_key("").unwrap_err(),
    ] {
        assert!(reason.ends_with('.') && !reason.ends_with(".."), "{reason}");
    }
}
