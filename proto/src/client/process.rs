//! A provider process and the connections to it.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint as ChannelEndpoint};

use super::ProviderClient;
use super::identity::ClientIdentity;
use super::tls::client_config;
use crate::wire::MESSAGE_LIMIT;
use crate::wire::environment::{CLIENT_CERTIFICATE, COOKIE, COOKIE_VARIABLE, MAX_PORT, MIN_PORT, PROTOCOL_VERSIONS};
use crate::wire::goplugin::Empty;
use crate::wire::goplugin::grpc_controller_client::GrpcControllerClient;
use crate::wire::handshake::{Endpoint, Handshake, HandshakeError, Network};

/// Who has not shaken hands by then is no provider. As long as Go's client for gRPC waits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// What can go wrong on the client's side.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The program cannot be started, or its end cannot be awaited.
    #[error("the provider process cannot be handled")]
    Process(#[source] io::Error),
    /// The first line of the program's output is something else.
    #[error("the provider did not shake hands")]
    Handshake(#[from] HandshakeError),
    /// The client's certificate or the TLS settings cannot be made.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// No connection.
    #[error("no connection to the provider")]
    Connection(#[from] tonic::transport::Error),
    /// No connection, when none with HTTP/2 was asked for.
    #[error("no connection to the provider")]
    Stream(#[source] io::Error),
    /// The provider does not let itself be ended.
    #[error("the provider refused to end")]
    Shutdown(#[from] Box<tonic::Status>),
}

/// How a connection is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to show; `None` shows no certificate.
    pub identity: Option<ClientIdentity>,
    /// TLS versions to offer.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// Protocols to offer above TLS (ALPN, RFC 7301), the most wanted first.
    pub protocols: Vec<Vec<u8>>,
}

impl Settings {
    /// Shows `identity` and offers TLS 1.3 and 1.2, with HTTP/2 above.
    pub fn new(identity: Option<ClientIdentity>) -> Self {
        Self {
            identity,
            versions: vec![&TLS13, &TLS12],
            protocols: vec![b"h2".to_vec()],
        }
    }
}

/// How long a provider may take to end once it was asked to.
const GRACE: Duration = Duration::from_secs(2);

/// A running provider. Dropping it kills the process.
#[derive(Debug)]
pub struct Plugin {
    /// The process.
    pub child: Child,
    /// The rest of its standard output, which ought to stay empty.
    pub output: BufReader<ChildStdout>,
    /// What it announced.
    pub handshake: Handshake,
    settings: Settings,
}

impl Plugin {
    /// Starts `command` as core does, with a new P-521 certificate.
    pub async fn start(command: std::process::Command) -> Result<Self, ClientError> {
        Self::start_as(command, Some(ClientIdentity::generate())).await
    }

    /// Starts `command` as core does. Without an identity the connection will not be encrypted.
    ///
    /// Standard error is left as `command` has it.
    pub async fn start_as(
        mut command: std::process::Command,
        identity: Option<ClientIdentity>,
    ) -> Result<Self, ClientError> {
        command
            .env(COOKIE_VARIABLE, COOKIE)
            .env(PROTOCOL_VERSIONS, "5,6")
            .env(MIN_PORT, "10000")
            .env(MAX_PORT, "25000");
        match &identity {
            Some(identity) => command.env(CLIENT_CERTIFICATE, identity.certificate_pem()),
            None => command.env_remove(CLIENT_CERTIFICATE),
        };
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .map_err(ClientError::Process)?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| ClientError::Process(io::ErrorKind::BrokenPipe.into()))?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line).await.map_err(ClientError::Process)?;
        Ok(Self {
            child,
            output,
            handshake: line.parse()?,
            settings: Settings::new(identity),
        })
    }

    /// A connection with the announced identity.
    pub async fn channel(&self) -> Result<Channel, ClientError> {
        connect(&self.handshake, &self.settings).await
    }

    /// The provider's methods over a new connection, with this protocol's message limits.
    pub async fn provider(&self) -> Result<ProviderClient, ClientError> {
        Ok(ProviderClient::new(self.channel().await?)
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT))
    }

    /// Asks the process to end and waits until it has; kills it after two seconds, as core does.
    pub async fn shutdown(mut self) -> Result<ExitStatus, ClientError> {
        let asked = ask_to_end(self.channel().await?).await;
        match tokio::time::timeout(GRACE, self.child.wait()).await {
            // A provider of Go closes the connection before it answers, and core looks at the process alone.
            Ok(ended) => ended.map_err(ClientError::Process),
            Err(_) => Err(asked
                .err()
                .unwrap_or(ClientError::Process(io::ErrorKind::TimedOut.into()))),
        }
    }
}

/// Asks the provider at the other end of `channel` to end.
pub async fn ask_to_end(channel: Channel) -> Result<(), ClientError> {
    GrpcControllerClient::new(channel)
        .shutdown(Empty {})
        .await
        .map_err(Box::new)?;
    Ok(())
}

/// Connects to a provider that announced `handshake`.
pub async fn connect(handshake: &Handshake, settings: &Settings) -> Result<Channel, ClientError> {
    let tls = connector(handshake, settings)?;
    let endpoint = handshake.endpoint.clone();
    let connector = tower::service_fn(move |_| {
        let (endpoint, tls) = (endpoint.clone(), tls.clone());
        async move { open(&endpoint, tls).await.map(TokioIo::new) }
    });
    // The address is never looked up: the connector knows the way.
    Ok(ChannelEndpoint::from_static("http://localhost")
        .connect_timeout(CONNECT_TIMEOUT)
        // As in Go's client, a stream that nobody reads takes no room from the others: each has 64 KiB of its own.
        .initial_connection_window_size(1 << 20)
        .connect_with_connector(connector)
        .await?)
}

/// Opens a connection without HTTP/2 on it: for tests that send what no client would.
pub async fn connect_raw(
    handshake: &Handshake,
    settings: &Settings,
) -> Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static + use<>, ClientError> {
    let tls = connector(handshake, settings)?;
    open(&handshake.endpoint, tls).await.map_err(ClientError::Stream)
}

/// What encrypts the connection, if it is to be.
fn connector(handshake: &Handshake, settings: &Settings) -> Result<Option<TlsConnector>, ClientError> {
    let Some(certificate) = &handshake.certificate else {
        return Ok(None);
    };
    let mut config = client_config(certificate.clone(), settings.identity.as_ref(), &settings.versions)?;
    config.alpn_protocols.clone_from(&settings.protocols);
    Ok(Some(TlsConnector::from(Arc::new(config))))
}

/// What a connection is made of.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn open(endpoint: &Endpoint, tls: Option<TlsConnector>) -> io::Result<Box<dyn Stream>> {
    let stream: Box<dyn Stream> = match endpoint.network {
        #[cfg(unix)]
        Network::Unix => Box::new(tokio::net::UnixStream::connect(&endpoint.address).await?),
        #[cfg(not(unix))]
        Network::Unix => return Err(io::ErrorKind::Unsupported.into()),
        Network::Tcp => Box::new(tokio::net::TcpStream::connect(&endpoint.address).await?),
    };
    match tls {
        None => Ok(stream),
        Some(connector) => {
            let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
            Ok(Box::new(connector.connect(name, stream).await?))
        }
    }
}
