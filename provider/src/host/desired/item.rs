//! Single things that a host should have.

use super::release::PortProtocol;

/// One thing that should be so on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A package of the distribution is installed, in whatever version.
    Package {
        /// Name of the package.
        name: String,
    },
    /// A folder exists.
    Directory {
        /// Absolute path.
        path: String,
        /// Permission bits.
        mode: u32,
        /// Owner and group, by name.
        owner: (String, String),
    },
    /// A file has this content.
    File {
        /// Absolute path.
        path: String,
        /// Permission bits.
        mode: u32,
        /// Owner and group, by name.
        owner: (String, String),
        /// Its bytes.
        content: Vec<u8>,
    },
    /// A systemd unit is enabled and running.
    Unit {
        /// Name with its suffix, such as `docker.service`.
        name: String,
        /// Whether it starts with the machine.
        enabled: bool,
        /// Whether it runs now.
        active: bool,
    },
    /// An image is on the machine.
    Image {
        /// Its reference.
        reference: String,
    },
    /// Nobody but the named compose project holds a port. Checked, never brought about.
    PortFree {
        /// Address; `0.0.0.0` and `::` stand for all.
        address: String,
        /// The port.
        port: u16,
        /// TCP or UDP.
        protocol: PortProtocol,
        /// The compose project that may hold it.
        project: Option<String>,
    },
    /// So many bytes are free where the engine keeps its data. Checked, never brought about.
    DiskFree {
        /// Bytes.
        bytes: u64,
    },
}
