//! One login for all monitors beside a login for each.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use super::server::Server;
use super::terraform::Candidate;
use crate::{Result, figures::Sample};

/// How many are read: the server takes twenty logins a minute.
pub(super) const READ: usize = 15;

/// After this, the server takes as many logins as at first.
pub(super) const MINUTE: Duration = Duration::from_secs(61);

/// Seconds for [`READ`] monitors.
#[derive(Debug, Default)]
pub(super) struct Logins {
    pub(super) one_session: Sample,
    pub(super) a_session_each: Sample,
}

#[derive(Debug, Deserialize)]
struct Told {
    read: usize,
    one_session: f64,
    a_session_each: f64,
}

pub(super) fn measure(reader: &Path, own: &Candidate, server: &Server, monitors: usize, runs: usize) -> Result<Logins> {
    let mut logins = Logins::default();
    let work = own.work(server, monitors)?;
    work.timed(&["apply", "-auto-approve"], 0)?;
    for _ in 0..runs {
        thread::sleep(MINUTE);
        let read = READ.to_string();
        let arguments = [&server.authority, &server.username, &server.password, &read];
        let output = Command::new(reader).args(arguments).output()?;
        let told: Told =
            serde_json::from_slice(&output.stdout).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
        if told.read != READ {
            return Err(format!("{} monitors were read in place of {READ}", told.read).into());
        }
        logins.one_session.add(told.one_session);
        logins.a_session_each.add(told.a_session_each);
    }
    work.timed(&["destroy", "-auto-approve"], 0)?;
    Ok(logins)
}
