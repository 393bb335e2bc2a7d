//! The scripts as a machine is given them: each is put together of parts, so only the whole can be checked.

use super::apply::{APPLY, CANCEL, DESTROY, ITEMS, RESTART};
use super::probe::PROBE;
use super::run::Script;
use super::secret_store::SECRET_STORE;
use super::secrets::SECRETS;
use super::service::SERVICE;
use super::stream::RELAY;

/// Every script with its name.
pub const ALL: [(&str, Script); 10] = [
    ("probe", PROBE),
    ("apply", APPLY),
    ("items", ITEMS),
    ("cancel", CANCEL),
    ("destroy", DESTROY),
    ("secrets", SECRETS),
    ("secret store", SECRET_STORE),
    ("service", SERVICE),
    ("relay", RELAY),
    ("restart", RESTART),
];
