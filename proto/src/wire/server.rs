//! From the start of the process to its end.

use std::error::Error;
use std::future::Future;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream;
use tokio::sync::mpsc;
use tonic::transport::Server;

use super::accept::Door;
use super::connection::{Connection, ConnectionCount};
use super::controller::Companion;
use super::goplugin::grpc_broker_server::GrpcBrokerServer;
use super::goplugin::grpc_controller_server::GrpcControllerServer;
use super::goplugin::grpc_stdio_server::GrpcStdioServer;
use super::handshake::{Handshake, negotiate};
use super::lifetime::{Interrupt, handle_signals};
use super::listener::{Listener, ListenerError};
use super::options::Options;
use super::reattach::{Reattach, TERRAFORM_REGISTRY};
use super::tls::{TlsError, mutual_tls};
use super::{MESSAGE_LIMIT, log};
use crate::protocol::provider_server::{Provider, ProviderServer};

/// How long calls in flight may go on after a shutdown. Core kills two seconds after it asked.
const GRACE: Duration = Duration::from_secs(1);

/// How long threads of the runtime may go on after that.
const LAST_GRACE: Duration = Duration::from_millis(200);

/// Most calls at a time on one connection; tonic has no limit unless it is given one. Core makes as many as `-parallelism`
/// says, by default ten, and keeps a few open. It is far above, since `StopProvider` must never wait for another call.
const MOST_CALLS: u32 = 4096;

/// Faulty calls after which a connection is closed (RUSTSEC-2024-0003): what hyper has by itself and tonic takes away.
const MOST_FAULTS: usize = 1024;

/// Why a provider cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A person started the program. The text is for them.
    #[error(
        "This program is a plugin of Terraform and OpenTofu and does nothing on its own.\n\nName it in the \
         configuration and run `terraform init` or `tofu init`; they start it themselves:\n\n    terraform {{\n      \
         required_providers {{\n        {name} = {{\n          source = \"{source_address}\"\n        }}\n      }}\n    \
         }}\n\nTo attach a debugger, start it with --debug."
    )]
    NotAPlugin {
        /// The last part of the source address.
        name: String,
        /// The source address, without the default registry.
        source_address: String,
    },
    /// The asynchronous runtime or the signal handlers could not be set up.
    #[error("the runtime could not be started")]
    Runtime(#[source] io::Error),
    /// No address to listen on.
    #[error("the provider cannot listen for Terraform")]
    Listener(#[from] ListenerError),
    /// No encrypted connection.
    #[error("the connection to Terraform cannot be encrypted")]
    Tls(#[from] TlsError),
    /// Nobody reads standard output.
    #[error("the address could not be written to standard output")]
    Announcement(#[source] io::Error),
    /// The server broke off.
    #[error("the gRPC server broke off")]
    Server(#[from] tonic::transport::Error),
}

/// Serves `service` until core, or in debug mode a person, ends it. The result is `main`'s.
///
/// Everything runs on the caller's thread: a method that has to block does so on a thread of its own, or no other call is
/// answered meanwhile, not even the one that would cancel it. Every failure is written to standard error and gives exit code 1.
pub fn serve<S: Provider>(service: S, options: Options) -> ExitCode {
    match try_serve(service, options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to hear about a failure of this.
            let _ = writeln!(io::stderr(), "{}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn try_serve<S: Provider>(service: S, options: Options) -> Result<(), ServeError> {
    if !options.debug && !options.environment.started_by_core() {
        return Err(not_a_plugin(&options.address));
    }
    log::start(options.log_level);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let result = runtime.block_on(run(service, options));
    runtime.shutdown_timeout(LAST_GRACE);
    result
}

async fn run<S: Provider>(service: S, options: Options) -> Result<(), ServeError> {
    let Options {
        address,
        environment,
        debug,
        shutdown,
        ..
    } = options;
    // Before the announcement: from then on Ctrl-C may come.
    let interrupt = if debug { Interrupt::Ends } else { Interrupt::Ignored };
    handle_signals(interrupt, shutdown.clone()).map_err(ServeError::Runtime)?;

    let listener = Listener::bind(&environment)?;
    let endpoint = listener.endpoint()?;
    let (announcement, tls) = if debug {
        (Reattach::new(&endpoint).instructions(&address), None)
    } else {
        let tls = environment.client_certificate.as_deref().map(mutual_tls).transpose()?;
        let handshake = Handshake {
            protocol_version: negotiate(&environment.protocol_versions),
            endpoint,
            certificate: tls.as_ref().map(|tls| tls.certificate.clone()),
            tells_multiplexing: environment.multiplex,
        };
        (format!("{handshake}\n"), tls.map(|tls| tls.acceptor))
    };
    announce(&announcement).map_err(ServeError::Announcement)?;

    let count = ConnectionCount::default();
    let (connections, admitted) = mpsc::unbounded_channel();
    #[cfg(unix)]
    if !debug {
        tokio::spawn(super::lifetime::end_with_parent(count.clone(), shutdown.clone()));
    }
    let companion = if debug {
        Companion::of_debugged_process(shutdown.clone())
    } else {
        Companion::of_plugin(shutdown.clone())
    };
    let server = answer(service, companion, admitted, shutdown.clone().cancelled_owned());
    let door = Door {
        listener,
        tls,
        count,
        connections,
        shutdown: shutdown.clone(),
    };
    let end_of_grace = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ((), result) = futures_util::future::join(door.keep(), server) => Ok(result?),
        () = end_of_grace => {
            tracing::warn!("calls were still running at the end of the process");
            Ok(())
        }
    }
}

/// The one thing that goes to standard output.
fn announce(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Answers calls on the connections that the door let in.
///
/// No keepalive: both ends are on one machine, where the system tells of a dead peer, and a core that is stopped in a
/// debugger or by Ctrl-Z must not lose its provider.
fn answer<S: Provider>(
    service: S,
    companion: Companion,
    mut admitted: mpsc::UnboundedReceiver<Connection>,
    shutdown: impl Future<Output = ()>,
) -> impl Future<Output = Result<(), tonic::transport::Error>> {
    let provider = ProviderServer::new(service)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    let connections =
        stream::poll_fn(move |context| admitted.poll_recv(context).map(|next| next.map(Ok::<_, io::Error>)));
    Server::builder()
        .max_concurrent_streams(MOST_CALLS)
        .http2_max_local_error_reset_streams(Some(MOST_FAULTS))
        .add_service(provider)
        .add_service(GrpcControllerServer::new(companion.clone()))
        .add_service(GrpcStdioServer::new(companion.clone()))
        .add_service(GrpcBrokerServer::new(companion))
        .serve_with_incoming_shutdown(connections, shutdown)
}

fn not_a_plugin(address: &str) -> ServeError {
    let source_address = address.strip_prefix(TERRAFORM_REGISTRY).unwrap_or(address).to_owned();
    ServeError::NotAPlugin {
        name: log::provider_name(address).to_owned(),
        source_address,
    }
}

/// An error and what led to it, in one line.
fn with_causes(error: &ServeError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
