//! The private data of an object: a small JSON map of the resource's part and the framework's own.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostics::Diagnostic;

/// The form of the envelope, so that a later one can be told apart.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Envelope<P> {
    framework: Framework,
    resource: P,
}

/// What the framework stores for itself.
#[derive(Serialize, Deserialize)]
struct Framework {
    format: u32,
}

/// Reads the resource's part; nothing stored is its default.
pub(super) fn decode<P: DeserializeOwned + Default>(stored: &[u8]) -> Result<P, Diagnostic> {
    if stored.is_empty() {
        return Ok(P::default());
    }
    let refusal = |error: &serde_json::Error| {
        // The error's own text may quote the data; its place is enough.
        let place = format!("column {}", error.column());
        Diagnostic::error(
            "Private data cannot be read",
            format!(
                "The data stored beside the state has another form than expected, at {place}. It was written by another version of the provider."
            ),
        )
    };
    serde_json::from_slice::<Envelope<P>>(stored)
        .map(|envelope| envelope.resource)
        .map_err(|error| refusal(&error))
}

/// Writes the resource's part in its envelope (protocol rule 30: with every answer, since an empty one erases it).
pub(super) fn encode<P: Serialize>(resource: &P) -> Result<Vec<u8>, Diagnostic> {
    let envelope = Envelope {
        framework: Framework { format: FORMAT },
        resource,
    };
    serde_json::to_vec(&envelope).map_err(|error| {
        Diagnostic::error(
            "Private data cannot be written",
            format!("{error}. This is a bug in the provider."),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn private_data_comes_back() {
        let data = BTreeMap::from([("a".to_owned(), 1)]);
        let stored = encode(&data).unwrap();
        assert_eq!(stored, br#"{"framework":{"format":1},"resource":{"a":1}}"#);
        assert_eq!(decode::<BTreeMap<String, i32>>(&stored).unwrap(), data);
        assert!(decode::<()>(&encode(&()).unwrap()).is_ok());
        assert!(decode::<BTreeMap<String, i32>>(b"").unwrap().is_empty());
    }

    #[test]
    fn an_error_does_not_quote_the_data() {
        let error = decode::<BTreeMap<String, i32>>(br#"{"framework":{"format":1},"resource":"canary"}"#).unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
