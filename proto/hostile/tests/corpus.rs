//! Every input that is kept, whole requests, and damaged copies of both, through every target.
//!
//! `TFPLUGIN_FUZZ_CASES` sets how many damaged copies of each input are tried.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use prost::Message as _;
use tfplugin::protocol::{
    DynamicValue, RawState, apply_resource_change, plan_resource_change, upgrade_resource_state,
    validate_resource_config,
};
use tfplugin::value::{Type, Value};
use tfplugin_hostile::TARGETS;

/// Damaged copies of each input, where nothing else is asked for.
const CASES: usize = 100;

#[test]
fn no_input_breaks_a_target() {
    let cases = std::env::var("TFPLUGIN_FUZZ_CASES").map_or(CASES, |text| text.parse().unwrap());
    // The same in every run, so that what fails once fails again.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for (name, target) in TARGETS {
        let mut inputs = corpus(name);
        if *name == "request" {
            inputs.extend(requests());
        }
        assert!(!inputs.is_empty(), "{name} has no input");
        for input in inputs {
            target(&input);
            for _ in 0..cases {
                target(&damaged(&input, &mut runner));
            }
        }
    }
}

/// The inputs that are kept for a target.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A copy with a few bytes changed, taken out, doubled, or the end cut off.
fn damaged(input: &[u8], runner: &mut TestRunner) -> Vec<u8> {
    let rng = runner.rng();
    let mut bytes = input.to_vec();
    for _ in 0..=below(rng, 3) {
        if bytes.is_empty() {
            break;
        }
        let place = below(rng, bytes.len());
        match below(rng, 5) {
            0 => bytes.truncate(place),
            1 => drop(bytes.remove(place)),
            2 => bytes.insert(place, u8::try_from(below(rng, 256)).unwrap()),
            3 => {
                let end = (place + 1 + below(rng, 16)).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                bytes.splice(place..place, piece);
            }
            _ => bytes[place] ^= 1 << below(rng, 8),
        }
    }
    bytes
}

fn below(rng: &mut TestRng, limit: usize) -> usize {
    use proptest::prelude::Rng as _;
    usize::try_from(rng.next_u64() % u64::try_from(limit).unwrap()).unwrap()
}

/// Requests about a shelf, as core sends them.
fn requests() -> Vec<Vec<u8>> {
    let json = |text: &str| DynamicValue {
        json: text.as_bytes().to_vec().into(),
        ..DynamicValue::default()
    };
    let shelf = r#"{"name":"a","material":null,"width":0.1,"code_wo":null,"code_wo_version":null,"password":null,
        "place":{"room":"hall","floor":null},"box":[{"name":"b","count":2}],"label":{"text":"t","upper":null},
        "visitor":[{"name":"v","allowed":null}],"timeouts":null,"serial":null,"content":null}"#;
    let name = "shelf_shelf".to_owned();
    let plan = plan_resource_change::Request {
        type_name: name.clone(),
        prior_state: Some(json("null")),
        proposed_new_state: Some(json(shelf)),
        config: Some(json(shelf)),
        ..Default::default()
    };
    let apply = apply_resource_change::Request {
        type_name: name.clone(),
        prior_state: Some(json(shelf)),
        planned_state: Some(json(shelf)),
        config: Some(json(shelf)),
        ..Default::default()
    };
    let upgrade = upgrade_resource_state::Request {
        type_name: name.clone(),
        version: 0,
        raw_state: Some(RawState {
            json: br#"{"name":"a","centimetres":90,"serial":"s"}"#.to_vec().into(),
            ..RawState::default()
        }),
    };
    let validate = validate_resource_config::Request {
        type_name: name,
        config: Some(DynamicValue::encoded(&Value::unknown(), &Type::Dynamic).unwrap()),
        ..Default::default()
    };
    let with = |method: u8, message: Vec<u8>| [vec![method], message].concat();
    vec![
        with(b'p', plan.encode_to_vec()),
        with(b'a', apply.encode_to_vec()),
        with(b's', upgrade.encode_to_vec()),
        with(b'v', validate.encode_to_vec()),
    ]
}

#[test]
fn a_hundred_megabytes_are_read_and_written() {
    let text = "é".repeat(50 << 20);
    let value = Value::String(text);
    let bytes = value.encode_msgpack(&Type::String).unwrap();
    assert!(bytes.len() > 100 << 20);
    assert_eq!(Value::decode_msgpack(&bytes, &Type::String).as_ref(), Ok(&value));
    let json = value.encode_json(&Type::String).unwrap();
    assert_eq!(Value::decode_json(&json, &Type::String), Ok(value));
}
