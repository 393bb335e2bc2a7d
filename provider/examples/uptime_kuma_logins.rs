//! What one login for all is worth: `uptime_kuma_logins <address:port> <user> <password> <monitors>`.
//!
//! Reads so many monitors of a live server twice: over one session, as the provider does, and with a session for each, as a
//! program without a place for sessions would. Prints the seconds of both as JSON. The server takes twenty logins a minute:
//! ask for no more than fifteen.

#![expect(clippy::print_stdout, reason = "it is for other programs to read")]

use std::error::Error;
use std::time::Instant;

use quickfra::api::uptime_kuma::{Address, Credentials, Endpoint, Limits, Login, Session};
use serde_json::json;
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, user, password, count] = arguments.as_slice() else {
        return Err("usage: uptime_kuma_logins <address:port> <user> <password> <monitors>".into());
    };
    let count: usize = count.parse()?;
    let session = || {
        let way = address.clone();
        let endpoint = Endpoint::new(Address::new(address), move || TcpStream::connect(way.clone()));
        let login = Login::Password(Credentials::new(user, password.as_str()));
        Session::new(endpoint, login, Limits::default())
    };

    let begun = Instant::now();
    let shared = session();
    let monitors = shared.monitors().snapshot().await?;
    let ids: Vec<i64> = monitors.keys().copied().take(count).collect();
    for id in &ids {
        shared.monitors().known(*id).await?;
    }
    let one = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    for id in &ids {
        session().monitors().known(*id).await?;
    }
    let each = begun.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "there": monitors.len(), "read": ids.len(), "one_session": one, "a_session_each": each })
    );
    Ok(())
}
