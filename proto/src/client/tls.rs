//! The client's end of mutual TLS.

use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme, SupportedProtocolVersion};

use super::identity::ClientIdentity;
use crate::wire::PinnedKey;

/// Trusts exactly the server with `certificate` (DER) and shows `identity`, if there is one.
pub(super) fn client_config(
    certificate: Vec<u8>,
    identity: Option<&ClientIdentity>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let certificate = CertificateDer::from(certificate);
    let verifier = PinnedServer {
        key: PinnedKey::of(&certificate, &provider)?,
        certificate,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    Ok(match identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(Always(Arc::clone(&identity.key)))),
        None => builder.with_no_client_auth(),
    })
}

/// Shows the one certificate whatever is asked for.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Trusts the server whose certificate stood in the handshake line.
#[derive(Debug)]
struct PinnedServer {
    certificate: CertificateDer<'static>,
    key: PinnedKey,
}

impl ServerCertVerifier for PinnedServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.key.verify_tls12(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.key.verify_tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.key.schemes()
    }
}

#[cfg(test)]
mod tests {
    use rustls::server::{ClientHello, ResolvesServerCert};
    use rustls::version::{TLS12, TLS13};
    use rustls::{ClientConnection, ServerConfig, ServerConnection};

    use super::*;

    impl ResolvesServerCert for Always {
        fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }

    /// Shakes hands with a server that shows `server`, trusting `trusted`.
    fn shake_hands(
        server: &ClientIdentity,
        trusted: &ClientIdentity,
        version: &'static SupportedProtocolVersion,
    ) -> Result<(), Error> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Always(Arc::clone(&server.key))));
        let mut server = ServerConnection::new(Arc::new(config))?;
        let certificate = trusted.key.cert.first().map(|first| first.to_vec()).unwrap_or_default();
        let config = client_config(certificate, None, &[version])?;
        let name = ServerName::try_from("localhost").map_err(|error| Error::General(error.to_string()))?;
        let mut client = ClientConnection::new(Arc::new(config), name)?;
        while client.is_handshaking() || server.is_handshaking() {
            let mut flight = Vec::new();
            client.write_tls(&mut flight).unwrap();
            server.read_tls(&mut flight.as_slice()).unwrap();
            server.process_new_packets()?;
            let mut flight = Vec::new();
            server.write_tls(&mut flight).unwrap();
            client.read_tls(&mut flight.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn servers_have_the_keys_of_go_plugin_or_others() {
        for server in [ClientIdentity::generate(), ClientIdentity::generate_p256().unwrap()] {
            for version in [&TLS12, &TLS13] {
                shake_hands(&server, &server, version).unwrap();
            }
        }
    }

    #[test]
    fn no_other_server_is_trusted() {
        let (announced, other) = (ClientIdentity::generate(), ClientIdentity::generate());
        for version in [&TLS12, &TLS13] {
            let refused = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
            assert_eq!(shake_hands(&other, &announced, version), Err(refused));
            // The announced certificate alone does not help without its key.
            let thief = announced.with_key_of(&other);
            let refused = Error::InvalidCertificate(CertificateError::BadSignature);
            assert_eq!(shake_hands(&thief, &announced, version), Err(refused));
        }
    }
}
