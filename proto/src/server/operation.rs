//! What a call does, for messages and for its time limit.

use std::fmt;

/// What the provider is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Checking a configuration, offline.
    Validate,
    /// Preparing the provider with its configuration.
    Configure,
    /// Telling what an apply would do.
    Plan,
    /// Making an object.
    Create,
    /// Changing an object.
    Update,
    /// Removing an object.
    Delete,
    /// Creating, updating or removing, before it is known which.
    Apply,
    /// Looking at an object.
    Read,
    /// Finding an object by its id or identity.
    Import,
    /// Bringing a stored state to the present form.
    Upgrade,
    /// Taking a state over from another resource type.
    Move,
    /// Finding the objects that exist.
    List,
    /// Writing the configuration of an object.
    Generate,
    /// Ending the calls in flight.
    Stop,
    /// Calling a function.
    Call,
    /// Opening an ephemeral resource.
    Open,
    /// Keeping an ephemeral resource alive.
    Renew,
    /// Ending an ephemeral resource.
    Close,
    /// Doing an action.
    Invoke,
}

impl Operation {
    /// Whether the user sets its time limit in a `timeouts` block.
    pub(crate) fn has_timeout(self) -> bool {
        !matches!(self, Self::Call | Self::Open | Self::Renew | Self::Close | Self::Invoke)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Validate => "validate",
            Self::Configure => "configure",
            Self::Plan => "plan",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Apply => "apply",
            Self::Read => "read",
            Self::Import => "import",
            Self::Upgrade => "upgrade",
            Self::Move => "move",
            Self::List => "list",
            Self::Generate => "generate",
            Self::Stop => "stop",
            Self::Call => "call",
            Self::Open => "open",
            Self::Renew => "renew",
            Self::Close => "close",
            Self::Invoke => "invoke",
        })
    }
}
