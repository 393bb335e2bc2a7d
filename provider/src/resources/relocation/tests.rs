use tfplugin::server::Operation;

use super::*;

const FIRST: &str = "ssh-ed25519 AAAAfirst";
const SECOND: &str = "ssh-ed25519 AAAAsecond";

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

fn at(address: &str, host_key: Field<String>) -> HostReference {
    HostReference {
        address: known(address),
        port: Field::Known(22),
        user: known("root"),
        host_key,
        ..HostReference::default()
    }
}

/// What is planned of a configuration: a key that is not pinned stays the learnt one.
fn planned(config: &HostReference, prior: &HostReference) -> HostReference {
    HostReference {
        host_key: config.host_key.clone().or(prior.host_key.clone()),
        ..config.clone()
    }
}

/// The answer, the planned key, and the warnings.
fn moved(
    config: &HostReference,
    prior: &HostReference,
    other_key: Option<&str>,
) -> (Result<Move, String>, Field<String>, Vec<String>) {
    let call = Call::new(Operation::Plan);
    let memory = Memory {
        other_key: other_key.map(str::to_owned),
        ..Memory::default()
    };
    let mut wanted = Field::Known(planned(config, prior));
    let answer = plan_move(
        &call,
        &Field::Known(config.clone()),
        &Field::Known(prior.clone()),
        &mut wanted,
        &memory,
    );
    let warnings = call
        .take_warnings()
        .iter()
        .map(|warning| warning.summary.clone())
        .collect();
    let answer = answer.map_err(|refused| {
        let first = &refused.0[0];
        format!("{}: {}", first.path.clone().unwrap_or_default(), first.summary)
    });
    (answer, wanted.known().unwrap().host_key.clone(), warnings)
}

#[test]
fn the_same_machine_stays() {
    let prior = at("a", known(FIRST));
    let none: Vec<String> = Vec::new();
    for config in [
        at("a", Field::Null),
        at("a", known(FIRST)),
        at("a", known("ssh-ed25519  AAAAfirst root@vm")),
        HostReference {
            local: Field::Known(false),
            ..at("a", Field::Null)
        },
        HostReference {
            user: known("admin"),
            ..at("a", Field::Null)
        },
    ] {
        let (answer, key, warnings) = moved(&config, &prior, None);
        assert_eq!((answer, warnings), (Ok(Move::Same), none.clone()), "{config:?}");
        assert!(key.is_known());
    }
    let here = HostReference {
        local: Field::Known(true),
        ..HostReference::default()
    };
    assert_eq!(moved(&here, &here, None).0, Ok(Move::Same));
}

#[test]
fn another_place_is_another_machine_whose_key_is_still_to_be_learnt() {
    let prior = at("a", known(FIRST));
    let port = HostReference {
        port: Field::Known(2222),
        ..at("a", Field::Null)
    };
    for config in [at("b", Field::Null), port.clone()] {
        assert_eq!(
            moved(&config, &prior, None),
            (Ok(Move::Elsewhere), Field::Unknown, vec!["Another machine".to_owned()])
        );
    }
    // A key that was seen at the old place says nothing of the new one.
    assert_eq!(moved(&port, &prior, Some(SECOND)).0, Ok(Move::Elsewhere));
    let pinned = at("b", known(SECOND));
    assert_eq!(moved(&pinned, &prior, None).1, known(SECOND));
    let later = HostReference {
        address: Field::Unknown,
        ..at("a", Field::Null)
    };
    assert_eq!(
        moved(&later, &prior, None),
        (Ok(Move::Elsewhere), Field::Unknown, Vec::new())
    );
    let here = HostReference {
        local: Field::Known(true),
        ..HostReference::default()
    };
    assert_eq!(moved(&here, &prior, None).0, Ok(Move::Elsewhere));
}

#[test]
fn a_reference_that_is_not_known_yet_may_be_anywhere() {
    let call = Call::new(Operation::Plan);
    let prior = Field::Known(at("a", known(FIRST)));
    let mut planned = Field::Unknown;
    let answer = plan_move(&call, &Field::Unknown, &prior, &mut planned, &Memory::default());
    assert_eq!(answer, Ok(Move::Elsewhere));
    assert!(planned.is_unknown());
}

#[test]
fn another_key_at_the_same_place_is_refused_until_it_is_pinned() {
    let prior = at("a", known(FIRST));
    for config in [
        at("a", Field::Null),
        at("a", known(FIRST)),
        at("a", known("ssh-ed25519 AAAAthird")),
    ] {
        assert_eq!(
            moved(&config, &prior, Some(SECOND)).0,
            Err("host.host_key: The machine's host key has changed".to_owned())
        );
    }
    for pin in [SECOND.to_owned(), format!("{SECOND} root@vm")] {
        assert_eq!(
            moved(&at("a", known(&pin)), &prior, Some(SECOND)),
            (
                Ok(Move::Elsewhere),
                known(&pin),
                vec!["The machine was replaced".to_owned()]
            )
        );
    }
}

#[test]
fn a_pin_that_changes_unseen_may_mean_another_machine() {
    let prior = at("a", known(FIRST));
    assert_eq!(moved(&at("a", known(SECOND)), &prior, None).0, Ok(Move::Elsewhere));
    assert_eq!(moved(&at("a", Field::Unknown), &prior, None).0, Ok(Move::Elsewhere));
}
