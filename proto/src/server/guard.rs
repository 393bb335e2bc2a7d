//! What keeps a handler from taking the provider down with it: panics are caught, overruns are cut.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::{Pin, pin};
use std::sync::Once;
use std::task::{Context, Poll};

use super::Call;
use crate::diagnostics::{Diagnostic, Diagnostics};

thread_local! {
    /// How many guards are being polled on this thread.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Where the last guarded panic happened.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// How a handler ended.
pub(super) enum Outcome<T> {
    /// By itself.
    Returned(Result<T, Diagnostics>),
    /// By a panic or by the guard: whatever it was doing may be half done.
    Broken(Diagnostic),
}

impl<T> Outcome<T> {
    /// The result, for operations that change nothing.
    pub(super) fn into_result(self) -> Result<T, Diagnostics> {
        match self {
            Self::Returned(result) => result,
            Self::Broken(diagnostic) => Err(diagnostic.into()),
        }
    }
}

/// Runs a handler under the call's deadline: at the deadline its `cancel` is cancelled, and after a time of grace it is
/// cut. A panic inside ends only the handler.
pub(super) async fn run<T>(call: &Call, handler: impl Future<Output = Result<T, Diagnostics>>) -> Outcome<T> {
    let mut handler = pin!(Guarded {
        inner: Box::pin(handler),
        broken: false
    });
    let caught = match call.deadline {
        None => Some(handler.await),
        Some(deadline) => {
            if let Ok(caught) = tokio::time::timeout_at(deadline.into(), &mut handler).await {
                Some(caught)
            } else {
                call.cancel.cancel();
                tokio::time::timeout(call.grace(), &mut handler).await.ok()
            }
        }
    };
    match caught {
        Some(Ok(result)) => Outcome::Returned(result),
        Some(Err(location)) => Outcome::Broken(panicked(call, &location)),
        None => Outcome::Broken(overrun(call)),
    }
}

/// Runs a plain function; a panic inside is an error.
pub(super) fn run_plain<T>(call: &Call, function: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    guarded(function).map_err(|location| panicked(call, &location))
}

fn panicked(call: &Call, location: &str) -> Diagnostic {
    let what = name(call);
    Diagnostic::error(
        "The provider panicked",
        format!(
            "{what} panicked at {location}. This is a bug in the provider: please report it with this location. What was done before it has been kept."
        ),
    )
}

fn overrun(call: &Call) -> Diagnostic {
    let (operation, what) = (call.operation(), name(call));
    let limit = call.timeout().unwrap_or_default();
    let grace = call.grace();
    let longer = if operation.has_timeout() {
        format!(" If it needs longer, raise `{operation}` in the `timeouts` block.")
    } else {
        String::new()
    };
    Diagnostic::error(
        format!("The {operation} operation timed out"),
        format!("{what} did not end within {limit:?} and another {grace:?}, and was cut.{longer}"),
    )
}

/// «The create operation of `quickfra_stack`».
fn name(call: &Call) -> String {
    match call.subject() {
        "" => format!("The {} operation", call.operation()),
        subject => format!("The {} operation of `{subject}`", call.operation()),
    }
}

/// Catches the panics of a future at each poll.
struct Guarded<F> {
    inner: Pin<Box<F>>,
    broken: bool,
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.broken {
            return Poll::Ready(Err("an unknown place, polled again after it".to_owned()));
        }
        match guarded(|| self.inner.as_mut().poll(context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(location) => {
                self.broken = true;
                Poll::Ready(Err(location))
            }
        }
    }
}

/// Runs a function and gives the location of a panic inside it.
fn guarded<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let caught = panic::catch_unwind(AssertUnwindSafe(function));
    DEPTH.with(|depth| depth.set(depth.get() - 1));
    caught.map_err(|payload: Box<dyn Any + Send>| {
        // The payload is text of the handler and may hold secrets: it is dropped unread.
        drop(payload);
        LOCATION.take().unwrap_or_else(|| "an unknown place".to_owned())
    })
}

/// Replaces the panic hook by one that keeps a guarded panic's location and never prints its payload.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DEPTH.with(Cell::get) == 0 {
                return previous(info);
            }
            let location = info
                .location()
                .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
            tracing::error!(location, "a handler panicked");
            LOCATION.set(Some(location));
        }));
    });
}
