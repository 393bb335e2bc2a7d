//! Comparing what should be with what is: pure.

mod items;
mod release;

pub use items::diff;
pub use release::{diff_release, drift};

use std::fmt;

/// One difference between what should be and what is. Displays as a sentence for people, without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Another release is in force, or none.
    Release {
        /// What is in force.
        from: Option<String>,
        /// What should be.
        to: String,
    },
    /// A transaction was cut.
    Unfinished {
        /// The step it was in.
        step: String,
    },
    /// The list of the release's files is gone, so that nothing can be told of them.
    ManifestMissing,
    /// A file differs from what it should be.
    File {
        /// The service; empty for the compose file.
        service: String,
        /// Path below the service's folder.
        path: String,
        /// In what.
        problem: FileProblem,
    },
    /// A service differs from what it should be.
    Service {
        /// Its name.
        name: String,
        /// In what.
        problem: ServiceProblem,
    },
    /// A generated secret is missing and will be made anew.
    Secret {
        /// `<service>/<name>`.
        name: String,
    },
    /// A first-run step was not done.
    Step {
        /// `<service>/<name>`.
        name: String,
    },
    /// The engine does not answer, so that nothing is known of containers.
    EngineSilent,
    /// A package is missing.
    Package {
        /// Its name.
        name: String,
        /// What apt would install, where that is known.
        candidate: Option<String>,
    },
    /// A path is not as it should be.
    Path {
        /// Absolute path.
        path: String,
        /// What is to be done, in words.
        what: String,
    },
    /// A unit is not as it should be.
    Unit {
        /// Its name.
        name: String,
        /// What is to be done, in words.
        what: String,
    },
    /// An image is not on the machine.
    Image {
        /// Its reference.
        reference: String,
    },
    /// A port is taken. No apply can change that.
    Port {
        /// The port.
        port: u16,
        /// TCP or UDP.
        protocol: super::desired::PortProtocol,
        /// Who holds it, where that is known.
        holder: Option<String>,
    },
    /// Too little disk is free. No apply can change that.
    Disk {
        /// Bytes free.
        free: u64,
        /// Bytes needed.
        needed: u64,
    },
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblem {
    /// It is not there.
    Missing,
    /// Its content was changed by hand.
    Content,
    /// Its mode was changed.
    Mode {
        /// What it is.
        found: u32,
        /// What it should be.
        expected: u32,
    },
    /// It belongs to somebody else.
    Owner {
        /// Numeric owner and group.
        found: (u32, u32),
    },
    /// It does not belong there.
    Extra,
}

/// How a service differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceProblem {
    /// It has no container.
    Missing,
    /// It does not run.
    State {
        /// State of its container.
        state: String,
        /// Exit status of its last run.
        exit_code: i64,
    },
    /// It runs, but its health check says otherwise.
    Unhealthy,
    /// It runs another image than the release names.
    Image {
        /// What it runs.
        found: String,
        /// What it should run; the same text where only the image behind the name differs.
        expected: String,
    },
    /// Its container was made from another configuration.
    Configuration,
    /// The release does not have it.
    Unwanted,
}

impl Change {
    /// Whether no apply can bring it about: then it is an error, and better told early.
    pub fn needs_the_user(&self) -> bool {
        matches!(self, Self::Port { .. } | Self::Disk { .. })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release { from: None, to } => write!(formatter, "release {to} is installed for the first time"),
            Self::Release { from: Some(from), to } => write!(formatter, "release {from} is replaced by {to}"),
            Self::Unfinished { step } => write!(formatter, "an apply was cut in its step {step}: it is finished"),
            Self::ManifestMissing => write!(formatter, "the release's list of files is gone: everything is put back"),
            Self::File { service, path, problem } => {
                let slash = if service.is_empty() { "" } else { "/" };
                write!(formatter, "file {service}{slash}{path} {problem}")
            }
            Self::Service { name, problem } => write!(formatter, "service {name} {problem}"),
            Self::Secret { name } => write!(formatter, "the generated secret {name} is missing: it is made anew"),
            Self::Step { name } => write!(formatter, "the first-run step {name} was not done: it is run"),
            Self::EngineSilent => write!(
                formatter,
                "the container engine does not answer: nothing is known of containers"
            ),
            Self::Package {
                name,
                candidate: Some(version),
            } => write!(formatter, "package {name} {version} is installed"),
            Self::Package { name, candidate: None } => write!(formatter, "package {name} is installed"),
            Self::Path { path, what } => write!(formatter, "{path} {what}"),
            Self::Unit { name, what } => write!(formatter, "unit {name} {what}"),
            Self::Image { reference } => write!(formatter, "image {reference} is pulled"),
            Self::Port { port, protocol, holder } => {
                let holder = holder.as_deref().unwrap_or("another process");
                write!(formatter, "port {port}/{protocol} is taken by {holder}")
            }
            Self::Disk { free, needed } => {
                write!(
                    formatter,
                    "{} MiB of disk are free, {} MiB are needed",
                    free >> 20,
                    needed >> 20
                )
            }
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("is missing: it is put back"),
            Self::Content => formatter.write_str("was changed on the machine: it is put back"),
            Self::Mode { found, expected } => write!(formatter, "has the mode {found:o} instead of {expected:o}"),
            Self::Owner { found: (owner, group) } => write!(formatter, "belongs to {owner}:{group} instead of root"),
            Self::Extra => formatter.write_str("does not belong there: it is removed"),
        }
    }
}

impl fmt::Display for ServiceProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("has no container: it is created"),
            Self::State { state, exit_code } if state == "exited" => {
                write!(formatter, "is stopped (status {exit_code}): it is started")
            }
            Self::State { state, .. } => write!(formatter, "is {state}: it is started"),
            Self::Unhealthy => formatter.write_str("is not healthy: it is restarted"),
            Self::Image { found, expected } if found == expected => {
                write!(
                    formatter,
                    "runs another image under the name {expected}: it is replaced"
                )
            }
            Self::Image { found, expected } => write!(formatter, "runs {found} instead of {expected}: it is replaced"),
            Self::Configuration => formatter.write_str("runs with another configuration: it is replaced"),
            Self::Unwanted => formatter.write_str("does not belong to the release: it is removed"),
        }
    }
}
