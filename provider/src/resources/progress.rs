//! What a running change tells: written to the log, since Terraform itself shows only «still creating».

use crate::host::apply::{Progress, ProgressState};

/// Writes a step to the log.
pub(super) fn log(progress: Progress) {
    let Progress { step, state, elapsed } = progress;
    let elapsed = elapsed.as_secs_f32();
    match state {
        ProgressState::Started => tracing::info!(step, elapsed, "step started"),
        ProgressState::Done => tracing::info!(step, elapsed, "step done"),
        ProgressState::Failed => tracing::warn!(step, elapsed, "step failed"),
    }
}
