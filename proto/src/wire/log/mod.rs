//! Log lines as go-plugin reads them: one JSON object on each line of standard error.
//!
//! Everything is written with the macros of `tracing`. Fields of the event, and of the spans around it, become keys.
//! Core adds the provider's name and puts the lines into its own log.

mod layer;
mod level;
mod line;

pub use layer::HclogLayer;
pub use level::{level_from_environment, provider_name};

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

/// Crates whose details are about the wire and not about the provider; only their warnings are passed on.
const WIRE_CRATES: [&str; 5] = ["h2", "hyper", "hyper_util", "tonic", "tower"];

/// Makes the log of this process, unless there is one.
///
/// With `LevelFilter::OFF` nothing is installed, and a log statement costs one comparison.
pub fn start(level: LevelFilter) {
    let Some(most) = level.into_level() else { return };
    let wire = most.min(Level::WARN);
    let filter = Targets::new()
        .with_default(level)
        .with_targets(WIRE_CRATES.map(|name| (name, wire)));
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(HclogLayer::new(std::io::stderr));
    // Fails when the program has its own subscriber, which then has its reasons.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
