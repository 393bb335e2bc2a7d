//! Machines as they may be found, and what becomes of them.

mod apply;
mod observe;
mod plan;

use tfplugin::Field;

use super::model::Host;
use crate::host::snapshot::{Engine, EngineState, Facts, Snapshot};
use crate::resources::reference::HostReference;

/// A machine with Debian 13 and the distribution's engine.
fn ready() -> Snapshot {
    Snapshot {
        facts: Facts {
            os: "debian".to_owned(),
            os_version: "13".to_owned(),
            os_name: "Debian GNU/Linux 13 (trixie)".to_owned(),
            architecture: "x86_64".to_owned(),
            cpus: 2,
            memory: 4 << 30,
            disk: 20 << 30,
            root: true,
            systemd: true,
            machine_id: "1f".to_owned(),
            ..Facts::default()
        },
        engine: Engine {
            state: EngineState::Running,
            version: "26.1.5+dfsg1".to_owned(),
            compose: "2.26.1-4".to_owned(),
            package: "docker.io".to_owned(),
        },
        ..Snapshot::default()
    }
}

/// The same machine before anything was installed.
fn bare() -> Snapshot {
    Snapshot {
        engine: Engine::default(),
        ..ready()
    }
}

/// What a user writes of the machine, as planned with its defaults.
fn written() -> Host {
    Host {
        host: Field::Known(HostReference {
            address: Field::Known("203.0.113.7".to_owned()),
            port: Field::Known(22),
            user: Field::Known("root".to_owned()),
            ..HostReference::default()
        }),
        ..Host::default()
    }
}

/// The state of a machine that was found like this.
fn state(found: &Snapshot) -> Host {
    let mut state = written();
    super::observe::observe(found, &mut state);
    state
}
