//! Who changes a machine, as its lock and its record of installations tell it.

use crate::host::apply::Origin;

/// The user and machine that this process runs as and on.
pub(crate) fn origin() -> Origin {
    let user = std::env::var("USER")
        .or_else(|_| std::env::var("LOGNAME"))
        .unwrap_or_else(|_| "unknown".to_owned());
    let node = rustix::system::uname();
    Origin {
        who: format!("{user}@{}", node.nodename().to_string_lossy()),
        provider: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
