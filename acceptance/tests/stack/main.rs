//! `quickfra_host` and `quickfra_stack` on real hosts: from a bare machine to services behind HTTPS, what a plan says of
//! a machine that somebody has changed, and changes under traffic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod changes;
mod credentials;
mod drift;
mod life;
mod plans;
mod restart;
mod site;
mod web;
