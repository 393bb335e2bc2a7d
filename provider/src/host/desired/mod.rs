//! What a machine should look like: typed values without any IO.

pub mod check;
pub mod engine;
pub mod item;
pub mod layout;
pub mod release;

pub use check::InvalidRelease;
pub use engine::{EnginePlan, engine_plan};
pub use item::Item;
pub use layout::{Layout, file_set_hash};
pub use release::{
    ConfigFile, ExpectedCertificate, FirstRun, GeneratedSecret, LiveReload, OF_STACK, PortProtocol, PublishedPort,
    Release, ReloadMetric, ServiceExpectation,
};
