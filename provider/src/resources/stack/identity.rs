//! What tells one stack from another: the way to its machine, and its name there.

use tfplugin::server::Identifies;
use tfplugin::{Field, Identity};

use super::model::Stack;
use crate::resources::way::Way;

/// The identity of a `quickfra_stack`.
#[derive(Debug, Clone, PartialEq, Identity)]
pub struct StackIdentity {
    /// Host name or IP address of the machine's SSH server; `local` alone means the machine that Terraform runs on.
    #[identity(required_for_import)]
    pub address: Field<String>,
    /// Port of the SSH server, 22 if left out.
    #[identity(optional_for_import)]
    pub port: Field<u16>,
    /// The user to log in as, `root` if left out.
    #[identity(optional_for_import)]
    pub user: Field<String>,
    /// Name of the stack on its machine.
    #[identity(required_for_import)]
    pub name: Field<String>,
}

impl Identifies<Stack> for StackIdentity {
    /// A stack may come to another machine, which is an update.
    const MUTABLE: bool = true;

    fn of(stack: &Stack) -> Self {
        let Way { address, port, user } = Way::of(&stack.host);
        let name = stack.name.clone();
        Self {
            address,
            port,
            user,
            name,
        }
    }
}

impl From<StackIdentity> for Way {
    fn from(identity: StackIdentity) -> Self {
        let StackIdentity {
            address, port, user, ..
        } = identity;
        Self { address, port, user }
    }
}
