//! What was found of a machine, as state.

use super::super::model::{Engine, OperatingSystem};
use super::super::observe::{forget, wanted};
use super::*;

fn text(value: &str) -> Field<String> {
    Field::Known(value.to_owned())
}

#[test]
fn every_fact_is_told() {
    let state = state(&ready());
    assert_eq!(state.host, written().host);
    assert_eq!(
        state.os,
        Field::Known(OperatingSystem {
            id: text("debian"),
            version: text("13"),
            name: text("Debian GNU/Linux 13 (trixie)"),
        })
    );
    assert_eq!((state.arch, state.cpus), (text("x86_64"), Field::Known(2)));
    assert_eq!(
        (state.memory, state.disk),
        (Field::Known(4 << 30), Field::Known(20 << 30))
    );
    assert_eq!(
        state.engine,
        Field::Known(Engine {
            version: text("26.1.5+dfsg1"),
            compose_version: text("2.26.1-4"),
            running: Field::Known(true),
        })
    );
}

#[test]
fn what_is_not_there_is_null() {
    let engine = state(&bare()).engine.known().unwrap().clone();
    assert_eq!((engine.version, engine.compose_version), (Field::Null, Field::Null));
    assert_eq!(engine.running, Field::Known(false));
    // A size that does not fit into a number of Terraform's is not told wrong.
    let mut huge = ready();
    huge.facts.memory = u64::MAX;
    assert_eq!(state(&huge).memory, Field::Null);
}

#[test]
fn only_an_engine_that_answers_runs() {
    for silent in [EngineState::Dead("no socket".to_owned()), EngineState::Hung] {
        let mut found = ready();
        found.engine.state = silent;
        assert_eq!(state(&found).engine.known().unwrap().running, Field::Known(false));
    }
}

#[test]
fn an_engine_that_answers_is_wanted_as_it_is() {
    let found = state(&ready()).engine;
    assert_eq!(wanted(&found), found);
}

#[test]
fn an_engine_that_does_not_answer_is_wanted_to_run() {
    let mut silent = ready();
    silent.engine.state = EngineState::Hung;
    let mut no_compose = ready();
    no_compose.engine.compose.clear();
    for found in [bare(), silent, no_compose] {
        let wanted = wanted(&state(&found).engine).known().unwrap().clone();
        assert_eq!(wanted.running, Field::Known(true));
        assert!(wanted.version.is_unknown() && wanted.compose_version.is_unknown());
    }
    assert!(wanted(&Field::Unknown).is_unknown() && wanted(&Field::Null).is_unknown());
}

#[test]
fn nothing_is_known_of_another_machine() {
    let mut planned = state(&ready());
    forget(&mut planned);
    assert!(planned.os.is_unknown() && planned.arch.is_unknown() && planned.engine.is_unknown());
    assert!(planned.cpus.is_unknown() && planned.memory.is_unknown() && planned.disk.is_unknown());
    assert_eq!(planned.host, written().host, "which machine is meant is written");
}
