//! Who may connect: the one client whose certificate core announced.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::signature::PinnedKey;

/// Lets in the client that presents exactly the announced certificate and holds its key.
///
/// The certificate is a self-signed authority used as a leaf, with a lifetime and names that say nothing: comparing it
/// byte for byte is both stricter than a check of its chain and independent of what stands in it.
#[derive(Debug)]
pub(super) struct PinnedClient {
    certificate: CertificateDer<'static>,
    key: PinnedKey,
}

impl PinnedClient {
    /// Fails if `certificate` is none.
    pub(super) fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Result<Self, Error> {
        let key = PinnedKey::of(&certificate, provider)?;
        Ok(Self { certificate, key })
    }
}

/// Signatures are looked at only after the certificate has passed, so the pinned key is that of the client.
impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
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
