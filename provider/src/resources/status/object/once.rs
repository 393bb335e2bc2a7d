//! Making an object without making two, when the answer gets lost.
//!
//! The server does what it is asked, and the connection ends before its answer: then nobody knows the new object's key, and
//! the next apply would make another one. So what was there before is compared with what is there after. Names are no help
//! by themselves, since several objects can have the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Kind;
use crate::api::uptime_kuma::{Error, Object};
use crate::resources::status::server::Server;

/// Makes an object. If the answer got lost, and there is exactly one new object as it was to be, that one is it.
pub(super) async fn add<K: Kind>(server: &Server, wanted: &Object, planned: &K::Model) -> Result<K::Key, Error> {
    if !K::FOUND_AGAIN {
        return K::add(server, wanted.clone(), planned).await;
    }
    let before = K::all(server).await?;
    let before: BTreeSet<String> = before.into_iter().map(|(key, _)| key.to_string()).collect();
    let error = match K::add(server, wanted.clone(), planned).await {
        Err(error) if error.sent() && error.refused().is_none() => error,
        done => return done,
    };
    // If the server cannot be asked, the first error is the one to tell: it says that something may have been made.
    let Ok(after) = K::all(server).await else {
        return Err(error);
    };
    let mut made = Vec::new();
    for (key, name) in after {
        if name != K::name(planned) || before.contains(&key.to_string()) {
            continue;
        }
        let Ok(found) = K::find(server, &key).await else {
            return Err(error);
        };
        if found.is_some_and(|found| is_as(&found, wanted)) {
            made.push(key);
        }
    }
    match (made.pop(), made.is_empty()) {
        (Some(key), true) => {
            tracing::debug!(%key, "an answer got lost, and what it was about was found");
            Ok(key)
        }
        _ => Err(error),
    }
}

/// Whether an object has all texts and numbers that were wanted. Truth values may have become numbers.
fn is_as(found: &Object, wanted: &Object) -> bool {
    let mut plain = wanted
        .iter()
        .filter(|(_, value)| matches!(value, Value::String(_) | Value::Number(_)));
    plain.all(|(key, value)| found.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_is_known_by_its_texts_and_numbers() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let wanted = object(json!({ "host": "a", "port": 1, "auth": true, "password": null }));
        let is = |found: Value| is_as(&object(found), &wanted);
        assert!(is(
            json!({ "id": 7, "host": "a", "port": 1, "auth": 1, "password": null })
        ));
        assert!(!is(json!({ "id": 7, "host": "a", "port": 2, "auth": 1 })));
        assert!(!is(json!({ "id": 7, "port": 1 })));
    }
}
