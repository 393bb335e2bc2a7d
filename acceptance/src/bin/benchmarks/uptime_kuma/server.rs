//! The server that is measured: the live one that the environment names, else one that is made.

use std::path::Path;
use std::process::Command;

use acceptance::testbed::{StatusServer, Testbed};

use crate::Result;

/// The variables that name a live server, as for the acceptance tests.
const VARIABLES: [&str; 3] = [
    "QUICKFRA_UPTIME_KUMA_URL",
    "QUICKFRA_UPTIME_KUMA_USERNAME",
    "QUICKFRA_UPTIME_KUMA_PASSWORD",
];

/// A server with an administrator. It should have nothing else.
#[derive(Debug)]
pub(super) struct Server {
    /// Host and port.
    pub(super) authority: String,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) version: String,
    /// Removed with this value.
    _own: Option<StatusServer>,
}

impl Server {
    /// `administrator` is the example of the client that makes the first administrator and says the version.
    pub(super) fn set_up(administrator: &Path) -> Result<Self> {
        let given: Vec<String> = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect();
        let (authority, username, password, own) = match <[String; 3]>::try_from(given) {
            Ok([url, username, password]) => {
                let authority = url
                    .strip_prefix("http://")
                    .ok_or("the server must be reached over plain HTTP")?;
                (authority.to_owned(), username, password, None)
            }
            Err(given) if given.is_empty() => {
                let own = Testbed::shared()?.status_server()?;
                (
                    own.authority(),
                    "admin".to_owned(),
                    "a-password-for-tests-1".to_owned(),
                    Some(own),
                )
            }
            Err(_) => return Err(format!("a live server needs all of {VARIABLES:?}").into()),
        };
        let output = Command::new(administrator)
            .args([&authority, &username, &password])
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = said
            .lines()
            .find_map(|line| line.strip_prefix("Uptime Kuma ")?.split(',').next());
        let version = version.ok_or_else(|| format!("no Uptime Kuma at {authority}: {said}"))?;
        Ok(Self {
            version: version.to_owned(),
            authority,
            username,
            password,
            _own: own,
        })
    }
}
