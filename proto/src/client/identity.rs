//! Who the client is: a certificate that it announces, and the key to it.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{Signature, SigningKey};
use p521::elliptic_curve::rand_core::{OsRng, RngCore as _};
use p521::elliptic_curve::sec1::ToEncodedPoint as _;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{self, CertifiedKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use super::certificate::self_signed;

/// Characters in a line of PEM.
const PEM_LINE: usize = 64;

/// A `SubjectPublicKeyInfo` for P-521 up to the point, which has 133 bytes (RFC 5480).
const P521_PUBLIC_KEY_HEAD: [u8; 25] = [
    0x30, 0x81, 0x9b, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x23, 0x03, 0x81, 0x86, 0x00,
];

/// A certificate with its key.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    pub(super) key: Arc<CertifiedKey>,
}

impl ClientIdentity {
    /// A new one with a P-521 key, as go-plugin makes.
    pub fn generate() -> Self {
        let key = SigningKey::random(&mut OsRng);
        let point = p521::ecdsa::VerifyingKey::from(&key)
            .as_affine()
            .to_encoded_point(false);
        let public_key = [&P521_PUBLIC_KEY_HEAD, point.as_bytes()].concat();
        let certificate = self_signed(&public_key, OsRng.next_u64(), |body| sign_p521(&key, body));
        Self::new(certificate.into(), Arc::new(P521Key(Arc::new(key))))
    }

    /// A new one with a P-256 key, as other clients may make.
    ///
    /// Fails if the system has no randomness.
    pub fn generate_p256() -> Result<Self, rcgen::Error> {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let secret = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
        let key = ring::sign::any_ecdsa_type(&secret.into()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        Ok(Self::new(certified.cert.into(), key))
    }

    /// This identity's certificate with another one's key: what a thief of the certificate could present.
    #[must_use]
    pub fn with_key_of(&self, other: &Self) -> Self {
        Self {
            key: Arc::new(CertifiedKey::new(self.key.cert.clone(), Arc::clone(&other.key.key))),
        }
    }

    fn new(certificate: CertificateDer<'static>, key: Arc<dyn sign::SigningKey>) -> Self {
        Self {
            key: Arc::new(CertifiedKey::new(vec![certificate], key)),
        }
    }

    /// The value of `PLUGIN_CLIENT_CERT`.
    pub fn certificate_pem(&self) -> String {
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let der = self.key.cert.first().map(AsRef::as_ref).unwrap_or_default();
        for (index, character) in STANDARD.encode(der).chars().enumerate() {
            if index > 0 && index % PEM_LINE == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
        pem
    }
}

fn sign_p521(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}

/// A P-521 key for the TLS library.
#[derive(Clone)]
struct P521Key(Arc<SigningKey>);

impl fmt::Debug for P521Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("P521Key")
    }
}

impl sign::SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(self.clone()) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(sign_p521(&self.0, message))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

#[cfg(test)]
mod tests {
    use p521::pkcs8::DecodePublicKey as _;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::server::ParsedCertificate;

    use super::*;

    #[test]
    fn the_certificate_holds_the_key() {
        let identity = ClientIdentity::generate();
        let certificate = CertificateDer::from_pem_slice(identity.certificate_pem().as_bytes()).unwrap();
        let public_key = ParsedCertificate::try_from(&certificate)
            .unwrap()
            .subject_public_key_info();
        assert!(p521::PublicKey::from_public_key_der(public_key.as_ref()).is_ok());
    }
}
