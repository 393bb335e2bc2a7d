//! Errors of Uptime Kuma, as a person reads them.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use crate::api::uptime_kuma::Error;
use crate::api::uptime_kuma::error::{Ended, Reason};
use crate::resources::stack_reference;
use crate::resources::status::server::ServerName;

/// The summary of an error on the way to a server.
pub(crate) const UNREACHABLE: &str = "Uptime Kuma cannot be reached";

/// An error on the way to a server, or at its login.
pub(crate) fn connection(server: &ServerName, error: &Error) -> Diagnostics {
    let (summary, next) = match error {
        Error::Handshake(Ended::Dropped)
        | Error::Dial(_)
        | Error::NotReady(_)
        | Error::Ended { .. }
        | Error::NoAnswer { .. } => (
            UNREACHABLE,
            "It may be starting: try again in a while. If not, look at its log, and at what stands before it.",
        ),
        Error::Handshake(_) | Error::Upgrade { .. } => (
            "Something else than Uptime Kuma answered",
            "Check the address, and whether what stands before the server lets WebSockets through.",
        ),
        Error::Version { .. } => (
            "This version of Uptime Kuma is not supported",
            "Nothing was changed. Use a supported version, or a newer provider.",
        ),
        Error::CodeRequired => (
            "Uptime Kuma asks for a one-time code",
            "The login is protected by a second factor: give its secret as totp_secret in the provider's status block.",
        ),
        Error::CodeSecret | Error::LoginRequired => ("Uptime Kuma cannot be logged in to", LOGIN),
        Error::Refused(refusal) => match refusal.reason {
            Reason::Credentials | Reason::Token => ("Uptime Kuma refused the login", LOGIN),
            Reason::TooFrequent => (
                "Uptime Kuma takes no more logins for now",
                "It allows twenty logins a minute to all its users together, and somebody else uses them up. Wait a \
                 minute, then try again.",
            ),
            _ => ("Uptime Kuma cannot be logged in to", LOGIN),
        },
        _ => ("Uptime Kuma cannot be used", REPORT),
    };
    let source = std::error::Error::source(error).map_or_else(String::new, |source| format!(": {source}"));
    Diagnostic::error(summary, format!("{server}: {error}{source}.\n\n{next}"))
        .at(place(server))
        .into()
}

/// What was told already, on its way through an error of a call.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(Diagnostics);

/// An error that [`call`] gives as these very diagnostics: what has to be done on the machine between two calls failed.
pub(crate) fn told(diagnostics: impl Into<Diagnostics>) -> Error {
    Error::Caller(Box::new(Told(diagnostics.into())))
}

/// An error of a call. `doing` is what was done, in the middle of a sentence: `making the monitor site`.
pub(crate) fn call(server: &ServerName, doing: &str, error: &Error) -> Diagnostics {
    if let Error::Caller(source) = error
        && let Some(Told(told)) = source.downcast_ref()
    {
        return told.clone();
    }
    let (summary, next) = match error {
        Error::Refused(refusal) => match refusal.reason {
            Reason::Reference => (
                "Uptime Kuma does not have what is referred to",
                "Check the numbers of what it refers to (parent, notifications, proxy and the like): is one of them gone?",
            ),
            Reason::Taken => (
                "There is one already",
                "Give it another name, or take over the one that is there with an import block.",
            ),
            Reason::Unreachable => (
                "Uptime Kuma could not reach something else",
                "Check what it was to reach.",
            ),
            _ => (
                "Uptime Kuma refused it",
                "Check the configuration against what the server's own page allows.",
            ),
        },
        Error::Unsupported { .. } => (
            "This version of Uptime Kuma lacks it",
            "Leave it out, or bring the server to a newer version.",
        ),
        Error::Invalid { .. } | Error::TooLarge { .. } => ("Uptime Kuma would not take it", "Nothing was sent."),
        Error::Unexpected { .. } | Error::Http { .. } => ("The answer of Uptime Kuma is not as expected", REPORT),
        Error::Unsure { .. } => (
            "Uptime Kuma did not answer",
            "It may have been made or not. The next plan looks for it: what was made is taken for this one and made anew, so \
             that there are not two.",
        ),
        Error::Ended { .. } | Error::NoAnswer { .. } if error.sent() => (
            "Uptime Kuma did not answer",
            "It may have been done or not. Plan again: that shows what is there.",
        ),
        _ => return connection(server, error),
    };
    let detail = format!("{server}, {doing}: {error}.\n\n{next}");
    Diagnostic::error(summary, detail).into()
}

const LOGIN: &str = "For the server of a stack, the login is the one that was generated on its machine; if it was changed \
    since, or the server stands elsewhere, give the provider a status block with the server's url, username and password.";
const REPORT: &str = "Try again with TF_LOG=TRACE. If it comes back, please report it with that log.";

/// The attribute that says which server is meant.
fn place(server: &ServerName) -> Path {
    match server {
        ServerName::Stack(..) => stack_reference::attribute(),
        ServerName::Endpoint(_) => Path::root().attribute("endpoint"),
    }
}
