//! The first administrator. Both calls need no login, and so work on a bare connection.

use std::time::Duration;

use serde_json::{Value, json};
use tfplugin::Secret;

use super::super::connection::Connection;
use super::super::error::Error;
use super::accepted;

/// Whether there is no user yet. Anyone who reaches the server then can become its administrator.
pub async fn need_setup(connection: &Connection, time: Duration) -> Result<bool, Error> {
    let event = "needSetup";
    let answer = connection.call(event, &[], time).await?;
    // The answer is the bare truth.
    let needed = answer.first().and_then(Value::as_bool);
    needed.ok_or(Error::Unexpected {
        event,
        what: "it is not true or false",
    })
}

/// Makes the first administrator, and does not log in. Refused if there is one: nothing is overwritten.
pub async fn setup(connection: &Connection, username: &str, password: &Secret, time: Duration) -> Result<(), Error> {
    let event = "setup";
    let arguments = [json!(username), json!(password.expose())];
    accepted(event, connection.call(event, &arguments, time).await?).map(drop)
}
