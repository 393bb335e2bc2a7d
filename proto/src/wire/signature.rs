//! Checking a peer's signatures with the key of the certificate that was announced for it.

use std::fmt;

use p521::ecdsa::signature::Verifier as _;
use p521::ecdsa::{Signature, VerifyingKey};
use p521::pkcs8::DecodePublicKey as _;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

/// The key of one certificate, which is the only one that is let in.
pub(crate) enum PinnedKey {
    /// What go-plugin makes. The TLS library's own cryptography (ring) has no P-521: it would not offer the scheme,
    /// and Go would then send no certificate at all, or find no signature that both ends know.
    P521(VerifyingKey),
    /// What the TLS library can check itself: P-256, P-384, Ed25519, RSA.
    Usual(WebPkiSupportedAlgorithms),
}

impl fmt::Debug for PinnedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P521(_) => "P521",
            Self::Usual(_) => "Usual",
        })
    }
}

impl PinnedKey {
    /// Fails if `certificate` is none.
    pub(crate) fn of(certificate: &CertificateDer<'_>, provider: &CryptoProvider) -> Result<Self, Error> {
        let public_key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        Ok(match p521::PublicKey::from_public_key_der(public_key.as_ref()) {
            Ok(key) => Self::P521(
                VerifyingKey::from_affine(*key.as_affine()).map_err(|_| Error::from(CertificateError::BadEncoding))?,
            ),
            Err(_) => Self::Usual(provider.signature_verification_algorithms),
        })
    }

    /// What the peer may sign with.
    pub(crate) fn schemes(&self) -> Vec<SignatureScheme> {
        match self {
            Self::P521(_) => vec![SignatureScheme::ECDSA_NISTP521_SHA512],
            Self::Usual(algorithms) => algorithms.supported_schemes(),
        }
    }

    /// Checks a signature of TLS 1.2. `certificate` is to be the one that this is the key of.
    pub(crate) fn verify_tls12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self {
            Self::P521(key) => verify_p521(key, message, signed),
            Self::Usual(algorithms) => verify_tls12_signature(message, certificate, signed, algorithms),
        }
    }

    /// Checks a signature of TLS 1.3. `certificate` is to be the one that this is the key of.
    pub(crate) fn verify_tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self {
            Self::P521(key) => verify_p521(key, message, signed),
            Self::Usual(algorithms) => verify_tls13_signature(message, certificate, signed, algorithms),
        }
    }
}

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
