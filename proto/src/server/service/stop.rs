//! The end of the calls in flight, and of nothing else (protocol rule 42).

use std::sync::PoisonError;

use tokio_util::sync::CancellationToken;

use super::Service;
use crate::protocol::stop_provider::Response;

impl Service {
    /// A token of its own for one call, cancelled by the next `StopProvider`.
    pub(super) fn stop_token(&self) -> CancellationToken {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).child_token()
    }
}

pub(super) fn stop(service: &Service) -> Response {
    let ended = std::mem::take(&mut *service.stop.lock().unwrap_or_else(PoisonError::into_inner));
    ended.cancel();
    Response::default()
}
