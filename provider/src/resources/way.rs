//! The way to a machine as a part of identities: what an import id holds of it, in attributes.

use tfplugin::{Diagnostic, Diagnostics, Field};

use super::reference::{HostReference, check_address, check_user};
use crate::host::address::{Machine, SshAddress};

/// The address that stands for the machine Terraform runs on, where neither port nor user are given.
const LOCAL: &str = "local";

/// How a machine is reached, bastion and host key aside: as in an import id, those are found in the provider block and in
/// `known_hosts` files.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Way {
    pub(crate) address: Field<String>,
    pub(crate) port: Field<u16>,
    pub(crate) user: Field<String>,
}

impl Way {
    /// The way that a host object describes, as far as it is known.
    pub(super) fn of(host: &Field<HostReference>) -> Self {
        let unknown = Self {
            address: Field::Unknown,
            port: Field::Unknown,
            user: Field::Unknown,
        };
        let Field::Known(reference) = host else { return unknown };
        match reference.local {
            Field::Unknown => unknown,
            Field::Known(true) => Self {
                address: Field::Known(LOCAL.to_owned()),
                port: Field::Null,
                user: Field::Null,
            },
            Field::Null | Field::Known(false) => Self {
                address: reference.address.clone(),
                port: reference.port.or(Field::Known(SshAddress::PORT)),
                user: reference.user.clone().or(Field::Known(SshAddress::USER.to_owned())),
            },
        }
    }

    /// The machine at its end.
    pub(super) fn machine(&self) -> Result<Machine, Diagnostics> {
        let address = self.address.known().cloned().unwrap_or_default();
        if address == LOCAL && self.port.is_null() && self.user.is_null() {
            return Ok(Machine::Local);
        }
        let user = self.user.known().map_or(SshAddress::USER, String::as_str);
        let refuse = |attribute: &str, reason: String| {
            let detail = format!("The identity's {attribute} {reason}");
            Diagnostics::from(Diagnostic::error("The identity names no machine", detail))
        };
        check_address(&address).map_err(|reason| refuse("address", reason))?;
        check_user(user).map_err(|reason| refuse("user", reason))?;
        Ok(Machine::Ssh(SshAddress {
            port: self.port.known().copied().unwrap_or(SshAddress::PORT),
            user: user.to_owned(),
            ..SshAddress::new(address)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Field<String> {
        Field::Known(text.to_owned())
    }

    #[test]
    fn the_way_leads_back_to_the_same_machine() {
        for text in [
            "203.0.113.7",
            "admin@[2001:db8::1]:2222",
            "local",
            "local:22",
            "vm.example.com:2222",
        ] {
            let machine: Machine = text.parse().unwrap();
            let way = Way::of(&Field::Known(HostReference::of(&machine)));
            assert_eq!(way.machine().unwrap(), machine, "{text}");
        }
    }

    #[test]
    fn user_and_port_may_be_left_out() {
        let way = Way {
            address: known("203.0.113.7"),
            port: Field::Null,
            user: Field::Null,
        };
        assert_eq!(way.machine().unwrap(), "root@203.0.113.7:22".parse().unwrap());
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let unknown = Way {
            address: Field::Unknown,
            port: Field::Unknown,
            user: Field::Unknown,
        };
        assert_eq!(Way::of(&Field::Unknown), unknown);
        let reference = HostReference {
            address: Field::Unknown,
            ..HostReference::default()
        };
        let way = Way::of(&Field::Known(reference));
        assert_eq!(
            (way.address, way.port, way.user),
            (Field::Unknown, Field::Known(22), known("root"))
        );
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let way = |address: &str, user: &str| Way {
            address: known(address),
            port: Field::Null,
            user: known(user),
        };
        for (address, user, what) in [
            ("root@203.0.113.7", "root", "The identity's address must be"),
            ("", "root", "The identity's address"),
            ("203.0.113.7", "a b", "The identity's user"),
        ] {
            let error = way(address, user).machine().unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
