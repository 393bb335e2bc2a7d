//! The object `host`: how a resource says which machine it means.

use tfplugin::schema::validators;
use tfplugin::{Diagnostic, Diagnostics, Field, Model, value::Path};

use crate::host::address::{AddressError, Machine, SshAddress};
use crate::host::key::PublicKey;

/// How to reach a machine.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct HostReference {
    /// Host name or IP address of the machine's SSH server. Required unless `local` is true.
    #[attribute(optional, validate = check_address)]
    pub address: Field<String>,
    /// Port of the SSH server.
    #[attribute(optional, default = 22, validate = validators::port)]
    pub port: Field<u16>,
    /// The user to log in as. One other than `root` needs password-less `sudo`.
    #[attribute(optional, default = "root", validate = check_user)]
    pub user: Field<String>,
    /// The machine's public host key in the form `ssh-ed25519 AAAA...`. Without it the key must stand in a `known_hosts`
    /// file; a key that is neither pinned nor known is never accepted. Read back as the key that the machine presented.
    #[attribute(optional, computed, keep, validate = check_host_key)]
    pub host_key: Field<String>,
    /// A machine to go through, when this one is not reachable directly.
    #[attribute(optional)]
    pub bastion: Field<Bastion>,
    /// Means the machine that Terraform runs on, instead of one reached by SSH.
    #[attribute(optional)]
    pub local: Field<bool>,
}

/// A machine that only passes the connection on.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Bastion {
    /// Host name or IP address of the bastion's SSH server.
    #[attribute(required, validate = check_address)]
    pub address: Field<String>,
    /// Port of the SSH server.
    #[attribute(optional, default = 22, validate = validators::port)]
    pub port: Field<u16>,
    /// The user to log in as.
    #[attribute(optional, default = "root", validate = check_user)]
    pub user: Field<String>,
    /// The bastion's public host key in the form `ssh-ed25519 AAAA...`. Without it the key must stand in a `known_hosts`
    /// file.
    #[attribute(optional, validate = check_host_key)]
    pub host_key: Field<String>,
}

/// What a reference says of its machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Referred {
    /// Everything that is needed to reach it.
    Machine(Machine),
    /// Some of it is not known before the apply.
    Unknown,
}

impl HostReference {
    /// Refuses a reference that names no machine, or two. Unknown values are left for later.
    pub fn validate(field: &Field<Self>, path: &Path, diagnostics: &mut Diagnostics) {
        let Field::Known(reference) = field else { return };
        match (&reference.address, &reference.local) {
            (Field::Known(_), Field::Known(true)) => diagnostics.push(
                Diagnostic::error(
                    "Host is both local and remote",
                    "An address was given together with local = true. Keep the address for a machine reached by SSH, or \
                     local = true for the machine that Terraform runs on.",
                )
                .at(path.attribute("local")),
            ),
            (Field::Null, Field::Null | Field::Known(false)) => diagnostics.push(
                Diagnostic::error(
                    "Host has no address",
                    "The object needs the address of the machine's SSH server, or local = true for the machine that \
                     Terraform runs on. Names inside the object are not checked by Terraform: is one misspelt? It knows \
                     address, port, user, host_key, bastion and local.",
                )
                .at(path.clone()),
            ),
            _ => {}
        }
    }

    /// The machine that is meant, once all that leads to it is known.
    pub fn referred(field: &Field<Self>) -> Referred {
        let Field::Known(reference) = field else {
            return Referred::Unknown;
        };
        match (&reference.local, &reference.address) {
            (Field::Unknown, _) => Referred::Unknown,
            (Field::Known(true), _) => Referred::Machine(Machine::Local),
            (_, Field::Known(address)) => {
                if reference.port.is_unknown() || reference.user.is_unknown() {
                    return Referred::Unknown;
                }
                let bastion = match &reference.bastion {
                    Field::Unknown => return Referred::Unknown,
                    Field::Null => None,
                    Field::Known(bastion) => match bastion.address() {
                        Some(address) => Some(Box::new(address)),
                        None => return Referred::Unknown,
                    },
                };
                Referred::Machine(Machine::Ssh(SshAddress {
                    address: address.clone(),
                    port: reference.port.known().copied().unwrap_or(SshAddress::PORT),
                    user: user(&reference.user),
                    host_key: pin(&reference.host_key),
                    bastion,
                }))
            }
            (_, _) => Referred::Unknown,
        }
    }

    /// The reference that a normal configuration of this machine would give: what an import fills in.
    pub fn of(machine: &Machine) -> Self {
        match machine {
            Machine::Local => Self {
                port: Field::Known(SshAddress::PORT),
                user: Field::Known(SshAddress::USER.to_owned()),
                local: Field::Known(true),
                ..Self::default()
            },
            Machine::Ssh(address) => Self {
                address: Field::Known(address.address.clone()),
                port: Field::Known(address.port),
                user: Field::Known(address.user.clone()),
                host_key: Field::from(address.host_key.clone()),
                bastion: Field::from(address.bastion.as_deref().map(Bastion::of)),
                local: Field::Null,
            },
        }
    }
}

impl Bastion {
    fn address(&self) -> Option<SshAddress> {
        if self.port.is_unknown() || self.user.is_unknown() || self.host_key.is_unknown() {
            return None;
        }
        Some(SshAddress {
            address: self.address.known()?.clone(),
            port: self.port.known().copied().unwrap_or(SshAddress::PORT),
            user: user(&self.user),
            host_key: pin(&self.host_key),
            bastion: None,
        })
    }

    fn of(address: &SshAddress) -> Self {
        Self {
            address: Field::Known(address.address.clone()),
            port: Field::Known(address.port),
            user: Field::Known(address.user.clone()),
            host_key: Field::from(address.host_key.clone()),
        }
    }
}

/// The pinned key in the form in which a machine presents it, without the comment that a `.pub` file has: resources that
/// pin the same key mean the same machine, and share its session.
fn pin(field: &Field<String>) -> Option<String> {
    let written = field.known()?;
    Some(PublicKey::from_line(written).map_or_else(|| written.clone(), |key| key.line()))
}

fn user(field: &Field<String>) -> String {
    field.known().cloned().unwrap_or_else(|| SshAddress::USER.to_owned())
}

pub(super) fn check_address(text: &str) -> Result<(), String> {
    if text.contains('@') {
        return Err("must be a host name or an IP address alone; the user is an attribute of its own.".to_owned());
    }
    // The short form of a machine has the same rules; there an IPv6 address stands in brackets.
    let short = if text.contains(':') {
        format!("[{text}]")
    } else {
        text.to_owned()
    };
    parsed(&short)
}

pub(super) fn check_user(text: &str) -> Result<(), String> {
    parsed(&format!("{text}@localhost"))
}

fn parsed(short: &str) -> Result<(), String> {
    short
        .parse::<Machine>()
        .map(drop)
        .map_err(|error: AddressError| format!("{error}."))
}

pub(super) fn check_host_key(text: &str) -> Result<(), String> {
    if PublicKey::from_line(text).is_some() {
        return Ok(());
    }
    Err(
        "must be a public host key in the form ssh-ed25519 AAAA..., as in a .pub file or as ssh-keyscan prints it \
         without the host's name."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests;
