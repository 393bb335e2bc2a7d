//! go-plugin's own services beside the provider.

use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use super::goplugin::grpc_broker_server::GrpcBroker;
use super::goplugin::grpc_controller_server::GrpcController;
use super::goplugin::grpc_stdio_server::GrpcStdio;
use super::goplugin::{ConnInfo, Empty, StdioData};

/// All three services.
#[derive(Debug, Clone)]
pub(super) struct Companion {
    shutdown: CancellationToken,
    obeys_shutdown: bool,
}

impl Companion {
    /// Ends the process when core asks for it.
    pub(super) fn of_plugin(shutdown: CancellationToken) -> Self {
        Self {
            shutdown,
            obeys_shutdown: true,
        }
    }

    /// Outlives core: a process under a debugger is ended by its person.
    pub(super) fn of_debugged_process(shutdown: CancellationToken) -> Self {
        Self {
            shutdown,
            obeys_shutdown: false,
        }
    }

    /// A stream that says nothing and ends with the process.
    ///
    /// `Unimplemented` would do, but go-plugin warns about it in every log.
    fn silence<T: Send + 'static>(&self) -> BoxStream<'static, Result<T, Status>> {
        stream::pending()
            .take_until(self.shutdown.clone().cancelled_owned())
            .boxed()
    }
}

#[tonic::async_trait]
impl GrpcController for Companion {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        if self.obeys_shutdown {
            tracing::debug!("core asked for the end of this process");
            self.shutdown.cancel();
        }
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Companion {
    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<BoxStream<'static, Result<StdioData, Status>>>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Companion {
    async fn start_stream(
        &self,
        _request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<'static, Result<ConnInfo, Status>>>, Status> {
        Ok(Response::new(self.silence()))
    }
}
