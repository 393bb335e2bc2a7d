//! What tells one server from another: the identity of what a server has once.

use tfplugin::server::Identifies;
use tfplugin::{Diagnostic, Diagnostics, Field, Identity};

use super::name::ServerName;
use super::reference::{OnServer, server_name};

/// The identity of what a server has once.
#[derive(Debug, Clone, PartialEq, Identity)]
pub struct ServerIdentity {
    /// The server: the stack's machine and name, such as `203.0.113.7/platform`, or the address of a server elsewhere, such
    /// as `https://status.example.net`.
    #[identity(required_for_import)]
    pub server: Field<String>,
}

impl<M: OnServer> Identifies<M> for ServerIdentity {
    /// A stack may come to another machine, which is an update.
    const MUTABLE: bool = true;

    fn of(model: &M) -> Self {
        let server = server_name(model).map_or(Field::Unknown, |name| Field::Known(name.word()));
        Self { server }
    }
}

impl ServerIdentity {
    /// The server that it names.
    pub(crate) fn server(&self) -> Result<ServerName, Diagnostics> {
        let word = self.server.known().map_or("", String::as_str);
        ServerName::of_word(word).map_err(|reason| {
            Diagnostic::error(
                "The identity names no server",
                format!(
                    "{word:?}: {reason}. It is the stack's machine and name, such as 203.0.113.7/platform, or the address of \
                     a server that stands elsewhere."
                ),
            )
            .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_as_it_is_written() {
        let read = |word: &str| {
            let identity = ServerIdentity {
                server: Field::Known(word.to_owned()),
            };
            identity.server()
        };
        for word in [
            "203.0.113.7/platform",
            "admin@a.example:2222/x",
            "local/x",
            "https://status.example.net/kuma",
        ] {
            assert_eq!(read(word).unwrap().word(), word);
        }
        assert_eq!(
            read("https://status.example.net/").unwrap().word(),
            "https://status.example.net"
        );
        for bad in [
            "",
            "platform",
            "203.0.113.7/Plat_Form",
            "203.0.113.7/a/b",
            "https://a?b",
            "a b/platform",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
