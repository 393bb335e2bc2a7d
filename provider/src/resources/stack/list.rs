//! Finding the stacks on given machines, for `terraform query`.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tfplugin::schema::validators;
use tfplugin::server::{Call, ListResource, Listing, Timeouts};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::StackResource;
use super::import::configured;
use super::model::Stack;
use super::observe::is_there;
use super::observe::{self, Files};
use crate::configuration::Shared;
use crate::host::address::Machine;
use crate::host::snapshot::{Snapshot, StackSnapshot};
use crate::resources::machine;
use crate::resources::reference::{Bastion, HostReference, Referred, check_address, check_host_key, check_user};

/// How many machines are looked at at a time.
const AT_A_TIME: usize = 8;

/// Finds the stacks on machines, whoever brought them there, so that `terraform query` can write their configuration and
/// their `import` blocks. One machine of several that cannot be looked at is told in a warning, and the others are listed.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct ListedStacks {
    /// A machine whose stacks are listed.
    #[block(min = 1)]
    pub host: Vec<HostBlock>,
}

/// How to reach a machine.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct HostBlock {
    /// Host name or IP address of the machine's SSH server. Required unless `local` is true.
    #[attribute(optional, validate = check_address)]
    pub address: Field<String>,
    /// Port of the SSH server. Defaults to `22`.
    #[attribute(optional, validate = validators::port)]
    pub port: Field<u16>,
    /// The user to log in as. One other than `root` needs password-less `sudo`. Defaults to `root`.
    #[attribute(optional, validate = check_user)]
    pub user: Field<String>,
    /// The machine's public host key in the form `ssh-ed25519 AAAA...`. Without it the key must stand in a `known_hosts`
    /// file.
    #[attribute(optional, validate = check_host_key)]
    pub host_key: Field<String>,
    /// Means the machine that Terraform runs on, instead of one reached by SSH.
    #[attribute(optional)]
    pub local: Field<bool>,
    /// A machine to go through, when this one is not reachable directly.
    #[block]
    pub bastion: Option<BastionBlock>,
}

/// A machine that only passes the connection on.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct BastionBlock {
    /// Host name or IP address of the bastion's SSH server.
    #[attribute(required, validate = check_address)]
    pub address: Field<String>,
    /// Port of the SSH server. Defaults to `22`.
    #[attribute(optional, validate = validators::port)]
    pub port: Field<u16>,
    /// The user to log in as. Defaults to `root`.
    #[attribute(optional, validate = check_user)]
    pub user: Field<String>,
    /// The bastion's public host key in the form `ssh-ed25519 AAAA...`. Without it the key must stand in a `known_hosts`
    /// file.
    #[attribute(optional, validate = check_host_key)]
    pub host_key: Field<String>,
}

impl HostBlock {
    /// The machine that is meant; nothing where the block names none.
    pub(crate) fn machine(&self) -> Option<Machine> {
        let bastion = self.bastion.clone().map(|bastion| Bastion {
            address: bastion.address,
            port: bastion.port,
            user: bastion.user,
            host_key: bastion.host_key,
        });
        let reference = HostReference {
            address: self.address.clone(),
            port: self.port,
            user: self.user.clone(),
            host_key: self.host_key.clone(),
            bastion: Field::from(bastion),
            local: self.local,
        };
        match HostReference::referred(&Field::Known(reference)) {
            Referred::Machine(machine) => Some(machine),
            Referred::Unknown => None,
        }
    }

    /// Says what is wrong with it, as far as it is known.
    pub(crate) fn validate(&self, path: &Path, diagnostics: &mut Diagnostics) {
        let (summary, detail) = match (&self.address, &self.local) {
            (Field::Known(_), Field::Known(true)) => (
                "Host is both local and remote",
                "Keep the address for a machine reached by SSH, or local = true for the machine that Terraform runs on.",
            ),
            (Field::Null, Field::Null | Field::Known(false)) => (
                "Host has no address",
                "The block needs the address of the machine's SSH server, or local = true for the machine that \
                 Terraform runs on.",
            ),
            _ => return,
        };
        diagnostics.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
}

/// The list resource `quickfra_stack`.
pub struct StackList {
    shared: Shared,
}

impl StackList {
    /// The list resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// One look at a machine; with the content of every file where whole objects are asked for.
    async fn look(&self, call: &Call, machine: Machine, whole: bool) -> (Machine, Result<Seen, Diagnostics>) {
        let seen = if whole {
            machine::introduce_with_contents(&self.shared, call, &machine).await
        } else {
            machine::introduce(&self.shared, call, &machine).await
        };
        (machine, seen)
    }
}

/// How a configuration would refer to a machine, and what was found there.
type Seen = (Field<HostReference>, Arc<Snapshot>);

impl ListResource for StackList {
    type Config = ListedStacks;
    type Resource = StackResource;

    fn timeouts() -> Timeouts {
        Timeouts::none().read(Duration::from_mins(5))
    }

    fn validate(&self, config: &ListedStacks, diagnostics: &mut Diagnostics) {
        let hosts = Path::root().attribute("host");
        for (position, host) in (0..).zip(&config.host) {
            host.validate(&hosts.index(position), diagnostics);
        }
    }

    async fn list(
        &self,
        call: &Call,
        config: ListedStacks,
        listing: &mut Listing<StackResource>,
    ) -> Result<(), Diagnostics> {
        let whole = listing.wants_objects();
        let machines: Vec<Machine> = config.host.iter().filter_map(HostBlock::machine).collect();
        let only_one = machines.len() == 1;
        let mut looks = stream::iter(machines)
            .map(|machine| self.look(call, machine, whole))
            .buffered(AT_A_TIME);
        while let Some((machine, seen)) = looks.next().await {
            let (reference, snapshot) = match seen {
                Ok(seen) => seen,
                Err(errors) if only_one => return Err(errors),
                Err(errors) => {
                    for error in errors {
                        listing.warn(not_listed(&machine.to_string(), &error)).await?;
                    }
                    continue;
                }
            };
            for (name, found) in snapshot.stacks.iter().filter(|(_, found)| is_there(found)) {
                let title = format!("{name} on {machine}");
                match object(&reference, name, found, whole) {
                    Ok(stack) => listing.found(title, &stack).await?,
                    Err(errors) => {
                        for error in errors {
                            listing.warn(not_listed(&title, &error)).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// A stack as a refresh after an import shows it; without its content where that is not asked for.
fn object(host: &Field<HostReference>, name: &str, found: &StackSnapshot, whole: bool) -> Result<Stack, Diagnostics> {
    if !whole {
        return Ok(Stack {
            host: host.clone(),
            name: Field::Known(name.to_owned()),
            ..Stack::default()
        });
    }
    let mut stack = configured(found, host.clone(), name.to_owned())?;
    observe::observe(found, &Files::new(), &mut stack);
    Ok(stack)
}

/// What cannot be listed does not keep the rest from being listed.
fn not_listed(what: &str, error: &Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        "Not everything is listed",
        format!("{what}: {}.\n\n{}", error.summary, error.detail),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(address: &str) -> HostBlock {
        HostBlock {
            address: Field::Known(address.to_owned()),
            ..HostBlock::default()
        }
    }

    fn faults(host: HostBlock) -> Vec<String> {
        let mut diagnostics = Diagnostics::new();
        let config = ListedStacks {
            host: vec![block("203.0.113.7"), host],
        };
        StackList::new(Shared::default()).validate(&config, &mut diagnostics);
        diagnostics.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_block_names_one_machine() {
        let local = |local| HostBlock {
            local,
            ..HostBlock::default()
        };
        assert_eq!(block("203.0.113.7").machine(), "203.0.113.7".parse().ok());
        assert_eq!(local(Field::Known(true)).machine(), Some(Machine::Local));
        assert!(faults(block("203.0.113.8")).is_empty());
        assert!(faults(local(Field::Known(true))).is_empty());
        assert!(faults(local(Field::Unknown)).is_empty());
        let fault = faults(HostBlock::default());
        assert!(
            fault[0].starts_with("error: Host has no address (at host[1])"),
            "{fault:?}"
        );
        let both = HostBlock {
            local: Field::Known(true),
            ..block("203.0.113.7")
        };
        assert!(faults(both)[0].contains("both local and remote"));
    }

    #[test]
    fn the_bastion_is_part_of_the_way() {
        let host = HostBlock {
            bastion: Some(BastionBlock {
                address: Field::Known("198.51.100.9".to_owned()),
                ..BastionBlock::default()
            }),
            ..block("203.0.113.7")
        };
        let Some(Machine::Ssh(address)) = host.machine() else {
            panic!("no machine")
        };
        assert_eq!(
            address.bastion.map(|bastion| bastion.address).as_deref(),
            Some("198.51.100.9")
        );
    }

    #[test]
    fn without_the_whole_object_the_identity_is_known() {
        use tfplugin::schema::Identity as _;
        use tfplugin::server::Identifies as _;

        let host = Field::Known(HostReference::of(&"admin@203.0.113.7".parse().unwrap()));
        let stack = object(&host, "platform", &StackSnapshot::default(), false).unwrap();
        assert!(super::super::StackIdentity::of(&stack).to_value().is_wholly_known());
        let missing = object(&host, "platform", &StackSnapshot::default(), true);
        assert!(missing.unwrap_err().to_string().contains("configuration is missing"));
    }
}
