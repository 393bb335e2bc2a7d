//! Asking a running transaction to take itself back.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::options::TransactionId;
use crate::host::engine_error::EngineError;
use crate::host::frames::Request;
use crate::host::probe::{decode_holder, parse, unreadable};
use crate::host::run::{Input, Limits, Run, Script};
use crate::host::snapshot::Holder;

pub(in crate::host) const CANCEL: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/cancel.sh")
));

/// How long asking may take.
const TIME: Duration = Duration::from_secs(30);

/// What a cancel met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The transaction runs and will see the request; its holder says where it is.
    Asked(Holder),
    /// No such transaction runs: it is over, or has not begun. If it begins, it will see the request.
    NotRunning,
}

/// Asks the transaction `id` on `stack` to stop and go back. [`apply`](super::apply) and [`destroy`](super::destroy()) do
/// this by themselves when their token fires. `root` is a folder that stands for `/`, empty but in tests.
pub async fn cancel<R: Run>(
    host: &R,
    stack: &str,
    id: &TransactionId,
    root: &str,
) -> Result<CancelOutcome, EngineError> {
    let mut request = Request::new();
    if !root.is_empty() {
        request.line("root", [root]);
    }
    request.line("stack", [stack]);
    request.line("transaction", [id.as_str()]);
    let input = Input::from(request.finish()?);
    let limits = Limits::until(Instant::now() + TIME);
    let output = host
        .run(&CANCEL, input, limits, &CancellationToken::new(), |_| {})
        .await?;
    let answer = parse(&output)?;
    let read = || {
        let record = answer.first("cancel")?;
        Ok(match record.optional("holder")? {
            Some(holder) => CancelOutcome::Asked(decode_holder(&holder)),
            None => CancelOutcome::NotRunning,
        })
    };
    read().map_err(|source| unreadable(&output, source))
}
