//! The scripts as a machine is given them: each is put together of parts, so only the whole can be checked.

use super::apply::{APPLY, CANCEL, DESTROY, ITEMS, RESTART};
use super::probe::PROBE;
use super::run::Script;
use super::secrets::SECRETS;

/// Every script with its name.
pub const ALL: [(&str, Script); 7] = [
    ("probe", PROBE),
    ("apply", APPLY),
    ("items", ITEMS),
    ("cancel", CANCEL),
    ("destroy", DESTROY),
    ("secrets", SECRETS),
    ("restart", RESTART),
];
