//! What tells one machine from another: the way to it.

use tfplugin::server::Identifies;
use tfplugin::{Field, Identity};

use super::model::Host;
use crate::resources::way::Way;

/// The identity of a `quickfra_host`.
#[derive(Debug, Clone, PartialEq, Identity)]
pub struct HostIdentity {
    /// Host name or IP address of the machine's SSH server; `local` alone means the machine that Terraform runs on.
    #[identity(required_for_import)]
    pub address: Field<String>,
    /// Port of the SSH server, 22 if left out.
    #[identity(optional_for_import)]
    pub port: Field<u16>,
    /// The user to log in as, `root` if left out.
    #[identity(optional_for_import)]
    pub user: Field<String>,
}

impl Identifies<Host> for HostIdentity {
    /// A host object may come to name another machine, which is an update.
    const MUTABLE: bool = true;

    fn of(host: &Host) -> Self {
        let Way { address, port, user } = Way::of(&host.host);
        Self { address, port, user }
    }
}

impl From<HostIdentity> for Way {
    fn from(identity: HostIdentity) -> Self {
        let HostIdentity { address, port, user } = identity;
        Self { address, port, user }
    }
}
