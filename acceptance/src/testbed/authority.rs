//! The certificate authority of the test world: hosts trust it, and it signs the registry and the ACME server's API.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use rcgen::string::Ia5String;
use rcgen::{BasicConstraints, CertificateParams, DnType, Issuer, KeyPair, KeyUsagePurpose, SanType};

use super::cache::{Cache, read_file, write_file};
use super::error::{Result, TestbedError};

const NAME: &str = "Quickfra test authority";

/// The authority of a cache. It is made once, since the images of hosts contain its certificate.
#[derive(Debug)]
pub(super) struct Authority {
    folder: PathBuf,
}

/// A certificate chain and its key as PEM text.
pub(super) struct Leaf {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    /// The authority of this cache, made when it is missing.
    pub(super) fn of(cache: &Cache) -> Result<Self> {
        let authority = Self {
            folder: cache.folder("authority")?,
        };
        let _maker = cache.lock("authority")?;
        if !authority.certificate_file().exists() {
            let failed = |source| TestbedError::Certificate {
                subject: NAME.into(),
                source,
            };
            let key = KeyPair::generate().map_err(failed)?;
            let certificate = parameters().map_err(failed)?.self_signed(&key).map_err(failed)?;
            write_file(&authority.folder.join("key.pem"), key.serialize_pem())?;
            // The certificate last: it says that the authority is complete.
            write_file(&authority.certificate_file(), certificate.pem())?;
        }
        Ok(authority)
    }

    /// The authority's certificate, PEM.
    pub(super) fn certificate_file(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// Signs a certificate for these names and addresses.
    pub(super) fn sign(&self, names: &[&str], addresses: &[Ipv4Addr]) -> Result<Leaf> {
        let key = read_file(&self.folder.join("key.pem"))?;
        let sign = || {
            let issuer = Issuer::new(parameters()?, KeyPair::from_pem(&key)?);
            let mut leaf = dated()?;
            for name in names {
                leaf.subject_alt_names
                    .push(SanType::DnsName(Ia5String::try_from(*name)?));
            }
            leaf.subject_alt_names
                .extend(addresses.iter().map(|address| SanType::IpAddress(IpAddr::V4(*address))));
            leaf.distinguished_name
                .push(DnType::CommonName, names.first().copied().unwrap_or(NAME));
            let key = KeyPair::generate()?;
            let certificate = leaf.signed_by(&key, &issuer)?;
            Ok(Leaf {
                certificate: certificate.pem(),
                key: key.serialize_pem(),
            })
        };
        sign().map_err(|source| TestbedError::Certificate {
            subject: names.join(", "),
            source,
        })
    }
}

/// What the authority's own certificate says.
fn parameters() -> std::result::Result<CertificateParams, rcgen::Error> {
    let mut parameters = dated()?;
    parameters.distinguished_name.push(DnType::CommonName, NAME);
    parameters.is_ca = rcgen::IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(parameters)
}

/// Parameters that are valid from years ago until in many years, so that neither a clock that steps back nor an old
/// cache makes a certificate invalid.
fn dated() -> std::result::Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.not_before = rcgen::date_time_ymd(2024, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2044, 1, 1);
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path()).unwrap();
        let first = read_file(&Authority::of(&cache).unwrap().certificate_file()).unwrap();
        let second = read_file(&Authority::of(&cache).unwrap().certificate_file()).unwrap();
        assert_eq!(first, second);
    }

    #[test]
    fn openssl_accepts_what_it_signs() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::of(&Cache::at(folder.path()).unwrap()).unwrap();
        let leaf = authority
            .sign(&["registry.test", "other.test"], &[Ipv4Addr::new(172, 31, 1, 3)])
            .unwrap();
        let file = folder.path().join("leaf.pem");
        write_file(&file, &leaf.certificate).unwrap();
        let mut verify = std::process::Command::new("openssl");
        verify
            .args(["verify", "-verify_hostname", "other.test", "-CAfile"])
            .arg(authority.certificate_file())
            .arg(&file);
        super::super::command::run(&mut verify).unwrap();
    }
}
