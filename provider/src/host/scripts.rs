//! The scripts as a machine is given them: each is put together of parts, so only the whole can be checked.

use super::apply::{APPLY, CANCEL, DESTROY, ITEMS, RESTART};
use super::probe::PROBE;
use super::run::Script;
use super::secrets::SECRETS;
use super::service::SERVICE;
use super::stream::RELAY;

/// Every script with its name.
pub const ALL: [(&str, Script); 9] = [
    ("probe", PROBE),
    ("apply", APPLY),
    ("items", ITEMS),
    ("cancel", CANCEL),
    ("destroy", DESTROY),
    ("secrets", SECRETS),
    ("service", SERVICE),
    ("relay", RELAY),
    ("restart", RESTART),
];
