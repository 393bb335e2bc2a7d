//! Who may connect: the one client whose certificate core announced.

use std::fmt;
use std::sync::Arc;

use p521::ecdsa::signature::Verifier as _;
use p521::ecdsa::{Signature, VerifyingKey};
use p521::pkcs8::DecodePublicKey as _;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

/// Lets in the client that presents exactly the announced certificate and holds its key.
///
/// The certificate is a self-signed authority used as a leaf, with a lifetime and names that say nothing: comparing it
/// byte for byte is both stricter than a check of its chain and independent of what stands in it.
#[derive(Debug)]
pub(super) struct PinnedClient {
    certificate: CertificateDer<'static>,
    key: Key,
}

/// Who checks signatures of the client's key.
enum Key {
    /// What go-plugin makes. The TLS library's own cryptography (ring) has no P-521: it would not offer the scheme,
    /// and Go would then send no certificate at all.
    P521(VerifyingKey),
    /// What the TLS library can check itself: P-256, P-384, Ed25519, RSA.
    Usual(WebPkiSupportedAlgorithms),
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P521(_) => "P521",
            Self::Usual(_) => "Usual",
        })
    }
}

impl PinnedClient {
    /// Fails if `certificate` is none.
    pub(super) fn new(certificate: CertificateDer<'static>, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let public_key = ParsedCertificate::try_from(&certificate)?.subject_public_key_info();
        let key = match p521::PublicKey::from_public_key_der(public_key.as_ref()) {
            Ok(key) => Key::P521(
                VerifyingKey::from_affine(*key.as_affine()).map_err(|_| Error::from(CertificateError::BadEncoding))?,
            ),
            Err(_) => Key::Usual(provider.signature_verification_algorithms),
        };
        Ok(Self { certificate, key })
    }

    /// Only certificates that passed [`Self::verify_client_cert`] come here, so the pinned key is theirs.
    fn verify_p521(
        key: &VerifyingKey,
        message: &[u8],
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if signed.scheme != SignatureScheme::ECDSA_NISTP521_SHA512 {
            return Err(CertificateError::BadSignature.into());
        }
        let signature = Signature::from_der(signed.signature()).map_err(|_| CertificateError::BadSignature)?;
        key.verify(message, &signature)
            .map_err(|_| CertificateError::BadSignature)?;
        Ok(HandshakeSignatureValid::assertion())
    }
}

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
        match &self.key {
            Key::P521(key) => Self::verify_p521(key, message, signed),
            Key::Usual(algorithms) => verify_tls12_signature(message, certificate, signed, algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match &self.key {
            Key::P521(key) => Self::verify_p521(key, message, signed),
            Key::Usual(algorithms) => verify_tls13_signature(message, certificate, signed, algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        match &self.key {
            Key::P521(_) => vec![SignatureScheme::ECDSA_NISTP521_SHA512],
            Key::Usual(algorithms) => algorithms.supported_schemes(),
        }
    }
}
