//! Which server is meant, as a word that a person can type: the first part of every import id.

use std::fmt;

use tfplugin::{Diagnostic, Diagnostics};

use crate::host::address::Machine;

/// A server of Uptime Kuma.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ServerName {
    /// That of a stack on a machine.
    Stack(Machine, String),
    /// One that stands elsewhere, by its address without a slash at its end.
    Endpoint(String),
}

impl ServerName {
    /// The server at an address.
    pub(crate) fn endpoint(url: &str) -> Self {
        Self::Endpoint(url.trim_end_matches('/').to_owned())
    }

    /// Reads an import id: the server, and what is left of the id.
    pub(crate) fn of_id<'a>(id: &'a str, noun: &str) -> Result<(Self, &'a str), Diagnostics> {
        let refuse = |reason: &str| {
            Diagnostics::from(Diagnostic::error(
                format!("The import id names no {noun}"),
                format!(
                    "{id:?}: {reason}.\n\nThe id says which server is meant and which {noun}: 203.0.113.7/platform/12 for \
                     the one of number 12 in the stack platform on the machine 203.0.113.7, or \
                     https://status.example.net#12 for a server elsewhere. In place of the number there may be the \
                     name; one that looks like a number is written name=12."
                ),
            ))
        };
        if id.starts_with("https://") || id.starts_with("http://") {
            let (url, object) = id
                .split_once('#')
                .ok_or_else(|| refuse("there is no # after the address"))?;
            super::reference::check_endpoint(url.trim_end_matches('/'))
                .map_err(|reason| refuse(&format!("the address {reason}")))?;
            return Ok((Self::endpoint(url), object));
        }
        let mut parts = id.splitn(3, '/');
        let (Some(machine), Some(stack), Some(object)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse("it has not three parts with a slash between them"));
        };
        let server = Self::in_stack(machine, stack).map_err(|reason| refuse(&reason))?;
        Ok((server, object))
    }

    fn in_stack(machine: &str, stack: &str) -> Result<Self, String> {
        let machine = machine
            .parse()
            .map_err(|error: crate::host::address::AddressError| error.to_string())?;
        crate::catalog::validate::stack_name(stack)?;
        Ok(Self::Stack(machine, stack.to_owned()))
    }

    /// Reads what [`Self::word`] gives, or says what is wrong with it.
    pub(crate) fn of_word(word: &str) -> Result<Self, String> {
        if word.starts_with("https://") || word.starts_with("http://") {
            super::reference::check_endpoint(word.trim_end_matches('/'))
                .map_err(|reason| format!("the address {reason}"))?;
            return Ok(Self::endpoint(word));
        }
        let (machine, stack) = word
            .split_once('/')
            .ok_or("it has not two parts with a slash between them")?;
        Self::in_stack(machine, stack)
    }

    /// The server alone, as an import id begins.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Stack(machine, stack) => format!("{machine}/{stack}"),
            Self::Endpoint(url) => url.clone(),
        }
    }

    /// The import id of one of its objects.
    pub(crate) fn id_of(&self, object: impl fmt::Display) -> String {
        let mark = match self {
            Self::Stack(..) => '/',
            Self::Endpoint(_) => '#',
        };
        format!("{}{mark}{object}", self.word())
    }
}

impl fmt::Display for ServerName {
    /// In the middle of a sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stack(machine, stack) => write!(formatter, "Uptime Kuma of the stack {stack} on {machine}"),
            Self::Endpoint(url) => write!(formatter, "Uptime Kuma at {url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        for id in [
            "admin@203.0.113.7:2222/platform/12",
            "local/platform/name=a/b#c",
            "https://status.example.net#12",
            "http://127.0.0.1:3001/kuma#site # one",
        ] {
            let (server, object) = ServerName::of_id(id, "monitor").unwrap();
            assert_eq!(server.id_of(object), id);
        }
        let (server, object) = ServerName::of_id("root@203.0.113.7:22/platform/site", "monitor").unwrap();
        assert_eq!(server.id_of(object), "203.0.113.7/platform/site");
        let (server, _) = ServerName::of_id("https://status.example.net/#12", "monitor").unwrap();
        assert_eq!(server, ServerName::Endpoint("https://status.example.net".to_owned()));
    }

    #[test]
    fn an_id_that_names_nothing_is_refused_with_the_reason() {
        let refused = |id| ServerName::of_id(id, "tag").unwrap_err().to_string();
        assert!(refused("12").contains("three parts"));
        assert!(refused("203.0.113.7/platform").contains("three parts"));
        assert!(refused("https://status.example.net/12").contains("there is no #"));
        assert!(refused("203.0.113.7/Plat_Form/12").contains("names no tag"));
        assert!(refused("a b/platform/12").contains("names no tag"));
    }
}
