//! What was found of a machine, as state: pure.

use tfplugin::Field;

use super::model::{Engine, Host, OperatingSystem};
use crate::host::snapshot::{EngineState, Snapshot};

/// Writes what was found into `state`.
pub(super) fn observe(found: &Snapshot, state: &mut Host) {
    let facts = &found.facts;
    state.os = Field::Known(OperatingSystem {
        id: Field::Known(facts.os.clone()),
        version: Field::Known(facts.os_version.clone()),
        name: Field::Known(facts.os_name.clone()),
    });
    state.arch = Field::Known(facts.architecture.clone());
    state.cpus = Field::Known(i64::from(facts.cpus));
    state.memory = bytes(facts.memory);
    state.disk = bytes(facts.disk);
    state.engine = Field::Known(Engine {
        version: text(&found.engine.version),
        compose_version: text(&found.engine.compose),
        running: Field::Known(found.engine.state == EngineState::Running),
    });
}

/// The engine that an apply leaves, by what a refresh found: an engine that answers stays as it is, one that does not is
/// started or installed.
pub(super) fn wanted(found: &Field<Engine>) -> Field<Engine> {
    let Field::Known(engine) = found else {
        return Field::Unknown;
    };
    if engine.running == Field::Known(true) && engine.compose_version.is_known() {
        return found.clone();
    }
    Field::Known(Engine {
        version: Field::Unknown,
        compose_version: Field::Unknown,
        running: Field::Known(true),
    })
}

/// Marks everything unknown that another machine would tell.
pub(super) fn forget(planned: &mut Host) {
    planned.os = Field::Unknown;
    planned.arch = Field::Unknown;
    planned.cpus = Field::Unknown;
    planned.memory = Field::Unknown;
    planned.disk = Field::Unknown;
    planned.engine = Field::Unknown;
}

fn text(value: &str) -> Field<String> {
    if value.is_empty() {
        Field::Null
    } else {
        Field::Known(value.to_owned())
    }
}

fn bytes(value: u64) -> Field<i64> {
    i64::try_from(value).map_or(Field::Null, Field::Known)
}
