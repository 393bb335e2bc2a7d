//! The value codec on a value far bigger than a stack: many objects with text, numbers, lists and nulls.

use std::collections::BTreeMap;
use std::time::Instant;

use tfplugin::value::{Type, Value};

use crate::{Result, figures::Sample};

/// Bytes of `MessagePack` that the value has at least.
const SIZE: usize = 5_000_000;
/// Elements by which the value grows until it has its size.
const STEP: usize = 1000;

/// Throughput in MB (10^6 bytes of `MessagePack`) for each second.
#[derive(Debug, Default)]
pub(crate) struct Codec {
    pub(crate) bytes: usize,
    pub(crate) decode: Sample,
    pub(crate) encode: Sample,
    pub(crate) both: Sample,
}

pub(crate) fn measure(runs: usize) -> Result<Codec> {
    let kind = Type::List(Box::new(Type::Object(BTreeMap::from([
        ("name".to_owned(), Type::String),
        ("enabled".to_owned(), Type::Bool),
        ("count".to_owned(), Type::Number),
        ("lines".to_owned(), Type::List(Box::new(Type::String))),
        ("comment".to_owned(), Type::String),
    ]))));
    let mut elements = Vec::new();
    let bytes = loop {
        elements.extend((elements.len()..elements.len() + STEP).map(element));
        let bytes = Value::List(elements.clone()).encode_msgpack(&kind)?;
        if bytes.len() >= SIZE {
            break bytes;
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "some millions fit")]
    let megabytes = bytes.len() as f64 / 1e6;
    let mut codec = Codec {
        bytes: bytes.len(),
        ..Codec::default()
    };
    for _ in 0..runs {
        let begun = Instant::now();
        let value = Value::decode_msgpack(&bytes, &kind)?;
        let decoded = begun.elapsed().as_secs_f64();
        let again = value.encode_msgpack(&kind)?;
        let both = begun.elapsed().as_secs_f64();
        if again != bytes {
            return Err("the codec does not give back what it was given".into());
        }
        codec.decode.add(megabytes / decoded);
        codec.encode.add(megabytes / (both - decoded));
        codec.both.add(megabytes / both);
    }
    Ok(codec)
}

fn element(index: usize) -> Value {
    let lines = (0..4).map(|line| Value::String(format!("line {line} of {index}: a setting and its value")));
    Value::Map(BTreeMap::from([
        ("name".to_owned(), Value::String(format!("service-{index}"))),
        ("enabled".to_owned(), Value::Bool(index.is_multiple_of(2))),
        (
            "count".to_owned(),
            Value::Number(i64::try_from(index).unwrap_or_default().into()),
        ),
        ("lines".to_owned(), Value::List(lines.collect())),
        ("comment".to_owned(), Value::Null),
    ]))
}
