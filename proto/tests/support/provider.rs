//! A provider with as little as possible in it: what the tests of the wire layer start.

use std::process::ExitCode;
use std::time::Duration;

use tfplugin::protocol::{
    Diagnostic, Function, Schema, call_function, configure_provider, diagnostic, function, get_metadata,
    get_provider_schema, provider_server, schema, stop_provider, validate_provider_config,
};
use tfplugin::wire::{Options, serve};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// Serves one function, `echo`.
struct Bare {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl provider_server::Provider for Bare {
    async fn get_provider_schema(
        &self,
        _request: Request<get_provider_schema::Request>,
    ) -> Result<Response<get_provider_schema::Response>, Status> {
        let _call = tracing::info_span!("call", method = "GetProviderSchema").entered();
        tracing::warn!(functions = 1, "two\nlines");
        let text = || bytes::Bytes::from_static(br#""string""#);
        let parameter = function::Parameter {
            name: "value".to_owned(),
            r#type: text(),
            ..Default::default()
        };
        let echo = Function {
            parameters: vec![parameter],
            r#return: Some(function::Return { r#type: text() }),
            ..Default::default()
        };
        Ok(Response::new(get_provider_schema::Response {
            provider: Some(Schema {
                version: 0,
                block: Some(schema::Block::default()),
            }),
            functions: [("echo".to_owned(), echo)].into(),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        _request: Request<validate_provider_config::Request>,
    ) -> Result<Response<validate_provider_config::Response>, Status> {
        Ok(Response::new(validate_provider_config::Response::default()))
    }

    async fn configure_provider(
        &self,
        _request: Request<configure_provider::Request>,
    ) -> Result<Response<configure_provider::Response>, Status> {
        Ok(Response::new(configure_provider::Response::default()))
    }

    /// Answers its own argument.
    async fn call_function(
        &self,
        request: Request<call_function::Request>,
    ) -> Result<Response<call_function::Response>, Status> {
        let result = request.into_inner().arguments.into_iter().next();
        Ok(Response::new(call_function::Response { result, error: None }))
    }

    /// Waits for the shutdown and tells that it came.
    async fn get_metadata(
        &self,
        _request: Request<get_metadata::Request>,
    ) -> Result<Response<get_metadata::Response>, Status> {
        self.shutdown.cancelled().await;
        let summary = "the shutdown came".to_owned();
        let severity = diagnostic::Severity::Warning.into();
        let told = Diagnostic {
            severity,
            summary,
            ..Default::default()
        };
        Ok(Response::new(get_metadata::Response {
            diagnostics: vec![told],
            ..Default::default()
        }))
    }

    /// Never answers.
    async fn stop_provider(
        &self,
        _request: Request<stop_provider::Request>,
    ) -> Result<Response<stop_provider::Response>, Status> {
        tokio::time::sleep(Duration::MAX).await;
        Ok(Response::new(stop_provider::Response::default()))
    }
}

fn main() -> ExitCode {
    let options = Options::from_environment("registry.terraform.io/example/bare");
    serve(
        Bare {
            shutdown: options.shutdown(),
        },
        options,
    )
}
