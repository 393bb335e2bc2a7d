//! What goes wrong: on the way to a machine, on it, and with an apply that is cut. Real machines, the real tools.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod breakpoint;
mod busy;
mod cuts;
mod errors;
mod replaced;
mod sick;
mod site;
mod unfinished;
mod unreachable;
