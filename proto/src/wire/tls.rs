//! Mutual TLS: a certificate of our own for each process, and exactly one client that may connect.

use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem};
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use tokio_rustls::TlsAcceptor;

use super::verifier::PinnedClient;

/// The name core connects to, whatever the address.
const SERVER_NAME: &str = "localhost";

/// HTTP/2, the only protocol of gRPC.
const ALPN: &[u8] = b"h2";

/// Why no encrypted connection can be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// `PLUGIN_CLIENT_CERT` is set and holds no certificate.
    #[error("PLUGIN_CLIENT_CERT holds no certificate in PEM form")]
    ClientPem(#[source] pem::Error),
    /// `PLUGIN_CLIENT_CERT` holds something that is no X.509 certificate.
    #[error("the certificate in PLUGIN_CLIENT_CERT cannot be read")]
    ClientCertificate(#[source] rustls::Error),
    /// The own certificate could not be made.
    #[error("no certificate can be made for the connection")]
    ServerCertificate(#[from] rcgen::Error),
    /// The TLS library refused the settings.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}

/// What the server needs: how to accept, and what to announce.
pub(super) struct MutualTls {
    pub(super) acceptor: TlsAcceptor,
    /// The own certificate, DER.
    pub(super) certificate: Vec<u8>,
}

/// Makes a key and a certificate, and demands the client's certificate in `client_pem`.
pub(super) fn mutual_tls(client_pem: &str) -> Result<MutualTls, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let client = CertificateDer::from_pem_slice(client_pem.as_bytes()).map_err(TlsError::ClientPem)?;
    let verifier = PinnedClient::new(client, &provider).map_err(TlsError::ClientCertificate)?;
    let (certificate, key) = server_certificate()?;
    let config = server_config(provider, verifier, certificate.clone(), key).map_err(TlsError::Setup)?;
    Ok(MutualTls {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        certificate: certificate.to_vec(),
    })
}

fn server_config(
    provider: Arc<CryptoProvider>,
    verifier: PinnedClient,
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate], key.into())?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // A resumed session would skip the client's proof; one process sees one connection anyway.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(config)
}

/// A fresh P-256 key, the quickest to make, and a certificate that Go takes as its own root: for `localhost`, no
/// authority, valid as long as rcgen's default (1975 to 4096), since it lives only as long as the process.
fn server_certificate() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new([SERVER_NAME.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, SERVER_NAME);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), PrivatePkcs8KeyDer::from(key.serialize_der())))
}

#[cfg(test)]
mod tests {
    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    #[test]
    fn a_client_with_our_certificate_as_its_only_root_trusts_it_as_localhost() {
        let (certificate, _) = server_certificate().unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider()))
            .build()
            .unwrap();
        let verify = |name: &str| {
            let name = ServerName::try_from(name.to_owned()).unwrap();
            verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
        };
        assert!(verify("localhost").is_ok());
        assert!(verify("example.org").is_err());
    }

    #[test]
    fn every_process_has_its_own_certificate() {
        assert_ne!(server_certificate().unwrap().0, server_certificate().unwrap().0);
    }

    #[test]
    fn rubbish_instead_of_a_client_certificate_is_refused() {
        assert!(matches!(mutual_tls("rubbish"), Err(TlsError::ClientPem(_))));
        let empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(mutual_tls(empty), Err(TlsError::ClientCertificate(_))));
    }
}
