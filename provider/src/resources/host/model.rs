//! What a user writes of a machine, and what Terraform shows of it.

use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use crate::resources::reference::HostReference;

/// A machine made ready for stacks: a container engine with Compose v2 from the distribution's own packages, or the
/// engine that is there if it is good enough.
///
/// Destroying the resource leaves the machine as it is: the engine may carry what others need.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Host {
    /// How to reach the machine. Pass it on to what depends on it: `host = quickfra_host.<name>.host`.
    #[attribute(required)]
    pub host: Field<HostReference>,
    /// The operating system.
    #[attribute(computed, keep)]
    pub os: Field<OperatingSystem>,
    /// Processor architecture as the kernel names it, such as `x86_64` or `aarch64`.
    #[attribute(computed, keep)]
    pub arch: Field<String>,
    /// Number of processors.
    #[attribute(computed, keep)]
    pub cpus: Field<i64>,
    /// Memory in bytes.
    #[attribute(computed, keep)]
    pub memory: Field<i64>,
    /// Size of the root file system in bytes.
    #[attribute(computed, keep)]
    pub disk: Field<i64>,
    /// The container engine.
    #[attribute(computed)]
    pub engine: Field<Engine>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}

/// The operating system of a machine.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct OperatingSystem {
    /// `ID` of os-release(5), such as `debian`.
    #[attribute(computed)]
    pub id: Field<String>,
    /// `VERSION_ID` of os-release(5), such as `13`.
    #[attribute(computed)]
    pub version: Field<String>,
    /// `PRETTY_NAME` of os-release(5).
    #[attribute(computed)]
    pub name: Field<String>,
}

/// The container engine of a machine.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Engine {
    /// Version of the engine; null where there is none.
    #[attribute(computed)]
    pub version: Field<String>,
    /// Version of Compose; null where there is none.
    #[attribute(computed)]
    pub compose_version: Field<String>,
    /// Whether the engine answers.
    #[attribute(computed)]
    pub running: Field<bool>,
}
