//! The resources of Uptime Kuma on real servers: their whole life, their secrets, what goes wrong, and what it costs.
//!
//! A server is made for each test. With `QUICKFRA_UPTIME_KUMA_URL`, `QUICKFRA_UPTIME_KUMA_USERNAME` and
//! `QUICKFRA_UPTIME_KUMA_PASSWORD` the tests that need not stop their server run against that one, one after the other
//! (`--test-threads=1`): it takes only twenty logins a minute.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod between;
mod browser;
mod canaries;
mod count;
mod faults;
mod hand;
mod installation;
mod life;
mod machine;
mod newer;
mod page;
mod secrets;
mod server;
mod settings;
mod site;
mod specimens;
mod takeover;
