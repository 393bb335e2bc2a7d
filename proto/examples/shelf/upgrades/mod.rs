//! What older versions of the shelf stored: one frozen module for each, with an object that it stored beside it.

pub(crate) mod v0;
