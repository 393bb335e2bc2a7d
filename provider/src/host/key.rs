//! Public keys: their text, their fingerprint, and what can be read of a private key without using it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A public key in the form of RFC 4253, section 6.6: the bytes that `known_hosts` files and fingerprints are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The type's name, as in `ssh-ed25519`.
    pub kind: String,
    blob: Vec<u8>,
}

impl PublicKey {
    /// A key from its bytes. `None` if they do not begin with the name of a type.
    pub fn from_blob(blob: &[u8]) -> Option<Self> {
        let (name, _) = take_string(blob)?;
        let kind = std::str::from_utf8(name).ok()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.@_".contains(c);
        (!kind.is_empty() && kind.chars().all(plain)).then(|| Self {
            kind: kind.to_owned(),
            blob: blob.to_vec(),
        })
    }

    /// A key from a line of a `.pub` file: type, base64 and an optional comment. `None` if it is not such a line, or if
    /// the type in front is not the one in the bytes.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (kind, text) = (words.next()?, words.next()?);
        Self::from_blob(&STANDARD.decode(text).ok()?).filter(|key| key.kind == kind)
    }

    /// The key as a line: type and base64.
    pub fn line(&self) -> String {
        format!("{} {}", self.kind, STANDARD.encode(&self.blob))
    }

    /// Whether it is a certificate of OpenSSH (PROTOCOL.certkeys), whose fingerprint is that of the key inside it.
    pub fn is_certificate(&self) -> bool {
        self.kind.contains("-cert-v01@")
    }

    /// Whether the bytes hold what the type needs, as far as the type is known, and nothing is cut off (RFC 4253, section
    /// 6.6; RFC 5656; RFC 8709; OpenSSH's PROTOCOL.u2f).
    pub fn is_whole(&self) -> bool {
        let mut fields = Vec::new();
        let mut rest = self.blob.as_slice();
        while let Some((field, behind)) = take_string(rest) {
            fields.push(field);
            rest = behind;
        }
        let needed = match self.kind.as_str() {
            "ssh-ed25519" => fields.get(1).is_some_and(|key| key.len() == 32) && fields.len() == 2,
            "ssh-rsa" => fields.len() == 3,
            kind if kind.starts_with("ecdsa-sha2-") => fields.len() == 3,
            _ => fields.len() > 1,
        };
        needed && rest.is_empty()
    }

    /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and 43 characters.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }
}

/// What the text of a private key says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateKeyText {
    /// An OpenSSH key that can be used. Comment: where it was made, often a mail address.
    OpenSsh { public: PublicKey, comment: Option<String> },
    /// A PEM key of another form; its public half is not readable without computing it.
    Pem,
    /// The key is protected by a passphrase.
    Encrypted(Option<PublicKey>),
    /// The public half of a key.
    Public,
    /// No private key.
    Unknown,
}

impl PrivateKeyText {
    /// Reads what can be read.
    pub fn of(text: &str) -> Self {
        if PublicKey::from_line(text).is_some() {
            return Self::Public;
        }
        let Some((_, rest)) = text.split_once("-----BEGIN ") else {
            return Self::Unknown;
        };
        let Some((label, body)) = rest.split_once("-----") else {
            return Self::Unknown;
        };
        if label == "OPENSSH PRIVATE KEY" {
            let base64: Zeroizing<String> = Zeroizing::new(
                body.chars()
                    .take_while(|c| *c != '-')
                    .filter(|c| !c.is_whitespace())
                    .collect(),
            );
            return STANDARD
                .decode(base64.as_bytes())
                .ok()
                .and_then(|bytes| open_ssh(&Zeroizing::new(bytes)))
                .unwrap_or(Self::Unknown);
        }
        if !label.ends_with("PRIVATE KEY") {
            return Self::Unknown;
        }
        if label.starts_with("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED") {
            Self::Encrypted(None)
        } else {
            Self::Pem
        }
    }
}

/// OpenSSH's own form (PROTOCOL.key): the public half stands in the clear before the private one.
fn open_ssh(bytes: &[u8]) -> Option<PrivateKeyText> {
    let rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    let (cipher, rest) = take_string(rest)?;
    let (_derivation, rest) = take_string(rest)?;
    let (_options, rest) = take_string(rest)?;
    let (_count, rest) = rest.split_at_checked(4)?;
    let (public, rest) = take_string(rest)?;
    let (private, _) = take_string(rest)?;
    let public = PublicKey::from_blob(public)?;
    if cipher != b"none" {
        return Some(PrivateKeyText::Encrypted(Some(public)));
    }
    let comment = comment(private).filter(|comment| !comment.is_empty());
    Some(PrivateKeyText::OpenSsh { public, comment })
}

/// The comment behind the fields of an unencrypted private key.
fn comment(private: &[u8]) -> Option<String> {
    let (_check, rest) = private.split_at_checked(8)?;
    let (kind, mut rest) = take_string(rest)?;
    let fields = match kind {
        b"ssh-ed25519" => 2,
        b"ssh-rsa" => 6,
        kind if kind.starts_with(b"ecdsa-sha2-") => 3,
        _ => return None,
    };
    for _ in 0..fields {
        rest = take_string(rest)?.1;
    }
    let text = String::from_utf8(take_string(rest)?.0.to_vec()).ok()?;
    Some(text.chars().filter(|c| !c.is_control()).collect())
}

/// A `string` of RFC 4251, section 5, and what stands behind it.
fn take_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
