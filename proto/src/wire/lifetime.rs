//! When the process ends other than by core's request.

use std::io;

use tokio_util::sync::CancellationToken;

#[cfg(unix)]
use super::connection::ConnectionCount;

/// What an interrupt (Ctrl-C) means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// Nothing: it reaches core too, which then asks for what it wants. Dying here would lose what a running apply
    /// has made so far.
    Ignored,
    /// The end, under a debugger.
    Ends,
}

/// Takes over the signals. Once this returns, none of them ends the process by itself.
pub(super) fn handle_signals(interrupt: Interrupt, shutdown: CancellationToken) -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut terminations = signal(SignalKind::terminate())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupts.recv() => if interrupt == Interrupt::Ends { shutdown.cancel() },
                    _ = terminations.recv() => shutdown.cancel(),
                }
            }
        });
    }
    #[cfg(windows)]
    {
        let mut interrupts = tokio::signal::windows::ctrl_c()?;
        tokio::spawn(async move {
            while interrupts.recv().await.is_some() {
                if interrupt == Interrupt::Ends {
                    shutdown.cancel();
                }
            }
        });
    }
    Ok(())
}

/// Watches for the death of core: a parent that was killed asks for nothing any more, and its plugins would stay for
/// ever.
///
/// A closed connection alone is no sign, since core drops a connection that was idle for long and makes a new one. So
/// the shutdown comes when no connection is open any more, one was, and the parent process has changed.
#[cfg(unix)]
pub(super) async fn end_with_parent(count: ConnectionCount, shutdown: CancellationToken) {
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    /// A dying parent closes its connections a little before the system gives its children away.
    const INTERVAL: Duration = Duration::from_secs(1);

    let parent = parent_id();
    let mut open = count.watch();
    if open.wait_for(|count| *count > 0).await.is_err() {
        return;
    }
    while open.wait_for(|count| *count == 0).await.is_ok() {
        if parent_id() != parent {
            tracing::warn!("the process that started this one is gone");
            shutdown.cancel();
            return;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
