//! What is in an Uptime Kuma.

mod facts;
mod monitor;
mod monitors;
mod objects;
mod page;
mod server;

pub use facts::{Monitor, MonitorTag};
pub use monitor::{FoundMonitor, MonitorData, MonitorHealth};
pub use monitors::{FoundMonitors, MonitorsData};
pub use objects::{FoundObject, FoundObjects, ObjectsData};
pub use page::{FoundPage, PageData, PageGroup};
