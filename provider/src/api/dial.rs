//! The way to a server that stands elsewhere, by its address: TCP, and TLS on top of it.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tfplugin::Secret;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::http::Uri;

use super::uptime_kuma::{Address, Endpoint};

/// How a server is reached, beyond its address.
#[derive(Debug, Clone, Default)]
pub struct DialOptions {
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// Headers for what stands before the server, such as an access proxy.
    pub headers: Vec<(String, Secret)>,
}

/// Whose certificates are accepted.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// Those of the authorities that the system trusts. On Linux and the BSDs, `SSL_CERT_FILE` and `SSL_CERT_DIR` name
    /// others.
    #[default]
    System,
    /// Those of the authorities in this PEM text, and no others.
    Bundle(String),
}

/// Why there is no way to a server.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DialError {
    /// The address cannot be used.
    #[error("the address of the server is not usable: {0}")]
    Url(&'static str),
    /// The given certificates cannot be read.
    #[error("the certificates of the bundle cannot be used: {0}")]
    Bundle(String),
    /// The system has no certificates.
    #[error("this machine has no certificates of authorities that it trusts{0}")]
    NoRoots(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    tls: bool,
    host: String,
    port: u16,
    authority: String,
    base_path: String,
}

/// Fails if a server could not be reached by this address, such as `https://status.example.com/kuma`.
pub fn check_url(url: &str) -> Result<(), DialError> {
    Place::read(url).map(drop)
}

/// The server at an address, `https://` or `http://`, with a path before the server's own ones if it has one. Connects to
/// nothing.
///
/// Over `http://`, passwords and tokens go as plain text: it is for this machine itself, and for networks that are
/// protected otherwise.
pub fn endpoint(url: &str, options: &DialOptions) -> Result<Endpoint, DialError> {
    let place = Place::read(url)?;
    let mut address = Address::new(place.authority.clone());
    address.base_path.clone_from(&place.base_path);
    address.headers.clone_from(&options.headers);
    let way = Arc::new((place.host, place.port));
    if !place.tls {
        return Ok(Endpoint::new(address, move || connect(Arc::clone(&way))));
    }
    let name = ServerName::try_from(way.0.clone()).map_err(|_| DialError::Url("its host is not a name"))?;
    let connector = TlsConnector::from(Arc::new(configuration(&options.trust)?));
    Ok(Endpoint::new(address, move || {
        let (way, name, connector) = (Arc::clone(&way), name.clone(), connector.clone());
        async move {
            let stream = connect(way).await?;
            connector.connect(name, stream).await.map_err(told)
        }
    }))
}

async fn connect(way: Arc<(String, u16)>) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((way.0.as_str(), way.1)).await?;
    // Calls are small, and each waits for its answer.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// What the library says of a certificate is for people who know its types.
fn told(error: io::Error) -> io::Error {
    use rustls::CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, UnknownIssuer,
    };
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let what = match inner {
        Some(rustls::Error::InvalidCertificate(UnknownIssuer | BadSignature)) => {
            "its authority is not among those that are trusted"
        }
        Some(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            "it is for another name"
        }
        Some(rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. })) => "it has expired",
        _ => return error,
    };
    io::Error::new(
        error.kind(),
        format!("the server's certificate is not accepted: {what}"),
    )
}

impl Place {
    fn read(url: &str) -> Result<Self, DialError> {
        let no = DialError::Url;
        let parsed: Uri = url.parse().map_err(|_| no("it is not a URL"))?;
        let tls = match parsed.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(no("it begins with neither `https://` nor `http://`")),
        };
        let authority = parsed.authority().ok_or(no("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(no("a user name or password does not belong in it"));
        }
        if parsed.query().is_some() || url.contains('#') {
            return Err(no("it has more than a path"));
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(no("it has no host"));
        }
        Ok(Self {
            tls,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            base_path: parsed.path().trim_end_matches('/').to_owned(),
        })
    }
}

fn configuration(trust: &Trust) -> Result<ClientConfig, DialError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let roots = versions
        .map_err(DialError::Setup)?
        .with_root_certificates(roots(trust)?);
    let mut configuration = roots.with_no_client_auth();
    // A proxy that would rather speak HTTP/2 could not carry a WebSocket that is opened as in HTTP/1.1.
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(configuration)
}

fn roots(trust: &Trust) -> Result<RootCertStore, DialError> {
    match trust {
        Trust::System => system_roots(),
        Trust::Bundle(text) => bundle(text),
    }
}

fn system_roots() -> Result<RootCertStore, DialError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    // Some that cannot be read do not matter among those that can.
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added > 0 {
        return Ok(roots);
    }
    let problem = found.errors.first().map(|error| format!(": {error}"));
    Err(DialError::NoRoots(problem.unwrap_or_default()))
}

fn bundle(text: &str) -> Result<RootCertStore, DialError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let certificate = certificate.map_err(|error| DialError::Bundle(error.to_string()))?;
        let added = roots.add(certificate);
        added.map_err(|error| DialError::Bundle(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(DialError::Bundle("there is none in it".to_owned()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let place = |url: &str| Place::read(url).unwrap();
        let far = place("https://status.example.com/kuma/");
        assert_eq!(
            (far.tls, far.host.as_str(), far.port),
            (true, "status.example.com", 443)
        );
        assert_eq!(
            (far.authority.as_str(), far.base_path.as_str()),
            ("status.example.com", "/kuma")
        );
        let near = place("http://[::1]:3001");
        assert_eq!((near.tls, near.host.as_str(), near.port), (false, "::1", 3001));
        assert_eq!((near.authority.as_str(), near.base_path.as_str()), ("[::1]:3001", ""));
        for odd in [
            "status.example.com",
            "wss://a",
            "https://",
            "https://user:canary@a",
            "https://a?b=c",
            "https://a/#b",
            "",
        ] {
            let error = check_url(odd).unwrap_err().to_string();
            assert!(
                error.starts_with("the address of the server is not usable: "),
                "{error}"
            );
            assert!(!error.contains("canary"));
        }
    }

    #[test]
    fn a_bundle_without_a_certificate_is_refused() {
        let refused = |text: &str| bundle(text).unwrap_err().to_string();
        assert!(refused("").ends_with("there is none in it"));
        let damaged = "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n";
        assert!(refused(damaged).starts_with("the certificates of the bundle cannot be used: "));
    }

    /// An authority as PEM text, and the port of a server on loopback that greets who accepts its certificate for `name`.
    async fn server(name: &str) -> (String, u16) {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &authority).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(configuration));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    stream.write_all(b"hello").await.unwrap();
                    let _ = stream.shutdown().await;
                }
            }
        });
        let text = BASE64_STANDARD.encode(authority.der());
        (
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"),
            port,
        )
    }

    async fn greeting(port: u16, trust: Trust) -> Result<String, String> {
        let options = DialOptions {
            trust,
            headers: Vec::new(),
        };
        let endpoint = endpoint(&format!("https://127.0.0.1:{port}"), &options).unwrap();
        let mut stream = endpoint.stream().await.map_err(|error| error.to_string())?;
        let mut greeting = String::new();
        stream.read_to_string(&mut greeting).await.unwrap();
        Ok(greeting)
    }

    #[tokio::test]
    async fn a_certificate_is_accepted_from_a_trusted_authority_for_the_right_name_only() {
        let (authority, port) = server("127.0.0.1").await;
        let trusted = Trust::Bundle(authority);
        assert_eq!(greeting(port, trusted.clone()).await.unwrap(), "hello");
        let (other, elsewhere) = server("status.example.com").await;
        let refused = |what: &str| Err(format!("the server's certificate is not accepted: {what}"));
        assert_eq!(
            greeting(elsewhere, trusted).await,
            refused("its authority is not among those that are trusted")
        );
        assert_eq!(
            greeting(elsewhere, Trust::Bundle(other)).await,
            refused("it is for another name")
        );
    }
}
