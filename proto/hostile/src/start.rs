//! What a process is told at its start, and what it says.

use std::ffi::OsString;

use tfplugin::client::takes_certificate;
use tfplugin::wire::environment::{Environment, PROTOCOL_VERSIONS};
use tfplugin::wire::handshake::{Handshake, negotiate};

use crate::cut;

/// An environment, one variable a line, a zero, and a handshake line.
pub fn handshake(data: &[u8]) {
    let (environment, line) = cut(data);
    let text = String::from_utf8_lossy(environment);
    let read = Environment::read(|name| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.map(OsString::from)
    });
    assert!(text.contains(PROTOCOL_VERSIONS) || read.protocol_versions.is_empty());
    assert_eq!(negotiate(&read.protocol_versions), 6);
    if let Ok(handshake) = String::from_utf8_lossy(line).parse::<Handshake>() {
        assert_eq!(handshake.to_string().parse().as_ref(), Ok(&handshake));
    }
}

/// The certificate of core, as PEM.
pub fn certificate(data: &[u8]) {
    let _ = takes_certificate(&String::from_utf8_lossy(data));
}
