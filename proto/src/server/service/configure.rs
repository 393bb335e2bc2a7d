//! The provider's configuration.

use std::sync::atomic::Ordering;

use super::{Service, capabilities, codec, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::configure_provider::{Request, Response};
use crate::server::Operation;
use crate::server::rules::{propose, unknown};

pub(super) async fn configure(service: &Service, request: Request) -> Response {
    Response {
        diagnostics: message::diagnostics(answer(service, request).await),
    }
}

async fn answer(service: &Service, request: Request) -> Diagnostics {
    let provider = &service.provider;
    let block = &provider.schema.block;
    let config = match codec::decode_object(request.config.as_ref(), &provider.ty) {
        Ok(Some(config)) => config,
        Ok(None) => return Diagnostics::new(),
        Err(diagnostic) => return diagnostic.into(),
    };
    let allowed = capabilities(request.client_capabilities.as_ref());
    service.unknown.store(!config.is_wholly_known(), Ordering::Relaxed);
    if unknown::in_blocks(block, &config) {
        // No model can hold it; but then nothing that needs it is asked for in this run.
        if allowed.deferral && provider.handler.defers_while_unknown() {
            return Diagnostics::new();
        }
        return Diagnostic::error(
            "Provider configuration is not known yet",
            "A dynamic block of the provider's configuration depends on something that only an apply will tell. Use a value that is known before.",
        )
        .into();
    }
    let name = provider.handler.name();
    let call = service
        .call(Operation::Configure, name, None)
        .with_capabilities(allowed);
    // Defaults of the schema hold for a provider as well; nothing of it is ever stored.
    let config = propose::with_defaults(block, config);
    let mut found = provider
        .handler
        .configure(&call, config)
        .await
        .err()
        .unwrap_or_default();
    found.extend(call.take_warnings());
    found
}
