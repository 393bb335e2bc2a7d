//! Answers that have to wait for a later run (protocol 6.6).

use crate::protocol::deferred::Reason;

/// Why an answer has to wait; given by [`super::Call::defer`] and [`super::Opened::deferred`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferral {
    /// The resource's or data source's configuration holds unknown values.
    ConfigUnknown,
    /// The provider's configuration holds unknown values.
    ProviderConfigUnknown,
    /// Something it needs is not there yet.
    AbsentPrerequisite,
}

impl Deferral {
    /// The reason in words, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ConfigUnknown => "its configuration is not known yet",
            Self::ProviderConfigUnknown => "the provider's configuration is not known yet",
            Self::AbsentPrerequisite => "something it needs is not there yet",
        }
    }
}

impl From<Deferral> for Reason {
    fn from(deferral: Deferral) -> Self {
        match deferral {
            Deferral::ConfigUnknown => Self::ResourceConfigUnknown,
            Deferral::ProviderConfigUnknown => Self::ProviderConfigUnknown,
            Deferral::AbsentPrerequisite => Self::AbsentPrereq,
        }
    }
}
