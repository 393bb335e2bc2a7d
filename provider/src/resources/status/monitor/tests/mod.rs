//! Monitors that real servers told of, and configurations that people write.

mod recorded;
mod round_trip;
mod validate;
mod written;

use serde_json::Value;

use crate::api::uptime_kuma::Object;

/// What an object is in JSON text.
fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}
