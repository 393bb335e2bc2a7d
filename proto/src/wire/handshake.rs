//! The line a plugin prints first, and all it ever prints on standard output.
//!
//! Source: go-plugin 1.8 `server.go` (Serve) and `client.go` (Start).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Version of the handshake itself.
pub const CORE_VERSION: u32 = 1;

/// Major version of the plugin protocol that this crate speaks.
pub const PROTOCOL_VERSION: u32 = 6;

/// Shorter certificates are no certificates: go-plugin's client ignores a sixth part of up to 50 characters.
const SHORTEST_CERTIFICATE: usize = 51;

/// The protocol version to announce to a core that speaks `offered`.
///
/// It is 6 in any case: where core does not speak it, core has the better words for saying so.
pub fn negotiate(offered: &[u32]) -> u32 {
    if !offered.is_empty() && !offered.contains(&PROTOCOL_VERSION) {
        tracing::warn!(?offered, "core does not speak plugin protocol {PROTOCOL_VERSION}");
    }
    PROTOCOL_VERSION
}

/// The two kinds of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// A unix socket, by its path.
    Unix,
    /// TCP, as `host:port`.
    Tcp,
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unix => "unix",
            Self::Tcp => "tcp",
        })
    }
}

/// Where a plugin listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Kind of `address`.
    pub network: Network,
    /// A path or `host:port`.
    pub address: String,
}

/// The handshake line: `1|6|unix|/tmp/x|grpc|<certificate>`, and `|false` after it where core asked for multiplexing,
/// which this crate does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// Major version of the plugin protocol.
    pub protocol_version: u32,
    /// Where to connect.
    pub endpoint: Endpoint,
    /// The plugin's certificate (DER); none means that the connection is not encrypted.
    pub certificate: Option<Vec<u8>>,
    /// Whether the seventh part is written.
    pub tells_multiplexing: bool,
}

impl fmt::Display for Handshake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { network, address } = &self.endpoint;
        let certificate = self
            .certificate
            .as_ref()
            .map(|der| STANDARD_NO_PAD.encode(der))
            .unwrap_or_default();
        write!(
            formatter,
            "{CORE_VERSION}|{}|{network}|{address}|grpc|{certificate}",
            self.protocol_version
        )?;
        if self.tells_multiplexing {
            formatter.write_str("|false")
        } else {
            Ok(())
        }
    }
}

/// A line that is no handshake.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HandshakeError {
    /// Fewer than the four parts that every version has.
    #[error("not a handshake line: {0:?}")]
    Form(String),
    /// A number that is none or has another value than the only one supported.
    #[error("the handshake's {part} is {value:?}, which is not supported")]
    Unsupported {
        /// Which part of the line.
        part: &'static str,
        /// What stands there.
        value: String,
    },
    /// The certificate is not base64 without padding.
    #[error("the handshake's certificate is not base64")]
    Certificate,
}

impl FromStr for Handshake {
    type Err = HandshakeError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = line.trim().split('|').collect();
        let [core_version, protocol_version, network, address, rest @ ..] = parts.as_slice() else {
            return Err(HandshakeError::Form(line.to_owned()));
        };
        let unsupported = |part, value: &str| HandshakeError::Unsupported {
            part,
            value: value.to_owned(),
        };
        if core_version.parse() != Ok(CORE_VERSION) {
            return Err(unsupported("version", core_version));
        }
        let protocol_version = protocol_version
            .parse()
            .map_err(|_| unsupported("protocol version", protocol_version))?;
        let network = match *network {
            "unix" => Network::Unix,
            "tcp" => Network::Tcp,
            other => return Err(unsupported("network", other)),
        };
        match rest.first() {
            Some(&"grpc") => {}
            other => return Err(unsupported("transport", other.unwrap_or(&"netrpc"))),
        }
        let certificate = match rest.get(1) {
            Some(text) if text.len() >= SHORTEST_CERTIFICATE => {
                Some(STANDARD_NO_PAD.decode(text).map_err(|_| HandshakeError::Certificate)?)
            }
            _ => None,
        };
        let endpoint = Endpoint {
            network,
            address: (*address).to_owned(),
        };
        Ok(Self {
            protocol_version,
            endpoint,
            certificate,
            tells_multiplexing: rest.len() > 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handshake() -> Handshake {
        Handshake {
            protocol_version: 6,
            endpoint: Endpoint {
                network: Network::Unix,
                address: "/tmp/a b/s".to_owned(),
            },
            certificate: Some(vec![0xfb; 100]),
            tells_multiplexing: false,
        }
    }

    #[test]
    fn the_line_has_six_parts_and_unpadded_base64() {
        let line = handshake().to_string();
        let expected = format!("1|6|unix|/tmp/a b/s|grpc|{}+w", "+/v7".repeat(33));
        assert_eq!(line, expected);
        assert!(!line.contains('='), "the client decodes without padding");
    }

    #[test]
    fn without_certificate_the_last_part_is_empty() {
        let plain = Handshake {
            certificate: None,
            ..handshake()
        };
        assert_eq!(plain.to_string(), "1|6|unix|/tmp/a b/s|grpc|");
    }

    #[test]
    fn the_seventh_part_is_written_only_when_asked_for() {
        let plain = Handshake {
            certificate: None,
            tells_multiplexing: true,
            ..handshake()
        };
        assert_eq!(plain.to_string(), "1|6|unix|/tmp/a b/s|grpc||false");
    }

    #[test]
    fn every_line_reads_back() {
        for certificate in [None, Some(vec![1; 40])] {
            for tells_multiplexing in [false, true] {
                let written = Handshake {
                    certificate: certificate.clone(),
                    tells_multiplexing,
                    ..handshake()
                };
                assert_eq!(format!("{written}\n").parse(), Ok(written));
            }
        }
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "",
            "hello",
            "1|6|unix",
            "2|6|unix|/s|grpc|",
            "1|x|unix|/s|grpc|",
            "1|6|udp|/s|grpc|",
            "1|6|unix|/s",
        ] {
            assert!(line.parse::<Handshake>().is_err(), "{line}");
        }
        let bad = format!("1|6|unix|/s|grpc|{}", "!".repeat(60));
        assert_eq!(bad.parse::<Handshake>(), Err(HandshakeError::Certificate));
    }

    #[test]
    fn version_six_is_announced_to_everybody() {
        for offered in [&[5, 6][..], &[6, 5, 7], &[5], &[]] {
            assert_eq!(negotiate(offered), 6);
        }
    }
}
