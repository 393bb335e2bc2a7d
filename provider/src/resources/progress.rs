//! What a running change tells: written to the log, since Terraform itself shows only «still creating».

use crate::host::apply::{Progress, ProgressState};

/// Writes a step to the log.
pub(super) fn log(progress: &Progress) {
    let elapsed = progress.elapsed.as_secs_f32();
    match progress.state {
        ProgressState::Started => tracing::info!(step = %progress.step, elapsed, "step started"),
        ProgressState::Done => tracing::info!(step = %progress.step, elapsed, "step done"),
        ProgressState::Failed => tracing::warn!(step = %progress.step, elapsed, "step failed"),
    }
}
