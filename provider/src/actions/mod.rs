//! The actions: what is done on request, and is no object.

pub mod stack_restart;
