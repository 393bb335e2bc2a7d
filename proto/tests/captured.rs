//! Values that other programs wrote, byte for byte: Terraform, OpenTofu, and another implementation of the encoding.
//! `fixtures/core/README.md` says how they were recorded.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path as File;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use tfplugin::value::{Number, Path, Type, Undeclared, Value};

const RECORDINGS: [&str; 2] = ["terraform-1.11.4.jsonl", "tofu-1.12.6.jsonl"];

fn lines(name: &str) -> Vec<Json> {
    let file = File::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/core")
        .join(name);
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'j>(line: &'j Json, name: &str) -> Option<&'j str> {
    line.get(name)?.as_str()
}

/// What a tool sent: the objects and the stored states of each label.
struct Recording {
    ty: Type,
    objects: Vec<(String, Vec<u8>)>,
    states: Vec<(String, String)>,
}

impl Recording {
    fn read(name: &str) -> Self {
        let lines = lines(name);
        let ty = lines.iter().find_map(|line| text(line, "type")).unwrap();
        let all = |part: &'static str| {
            let labelled = |line: &Json| Some((text(line, "label")?.to_owned(), text(line, part)?.to_owned()));
            lines.iter().filter_map(labelled).collect::<Vec<_>>()
        };
        Self {
            ty: Type::from_json(ty.as_bytes()).unwrap(),
            objects: all("msgpack")
                .into_iter()
                .map(|(label, packed)| (label, STANDARD.decode(packed).unwrap()))
                .collect(),
            states: all("state"),
        }
    }

    /// The objects of a label.
    fn of(&self, label: &str) -> Vec<Value> {
        let objects = self.objects.iter().filter(|(other, _)| other == label);
        let objects: Vec<Value> = objects
            .map(|(_, packed)| Value::decode_msgpack(packed, &self.ty).unwrap())
            .collect();
        assert!(!objects.is_empty(), "{label}");
        objects
    }

    /// What an attribute is in all objects of a label, which say the same.
    fn attribute(&self, label: &str, name: &str) -> Value {
        let objects = self.of(label);
        let values: Vec<&Value> = objects.iter().map(|object| member(object, name)).collect();
        assert!(values.iter().all(|value| *value == values[0]), "{label}");
        values[0].clone()
    }

    /// What an attribute is in those objects of a label in which it is unknown, or holds what is.
    fn open(&self, label: &str, name: &str) -> Value {
        let objects = self.of(label);
        let found = objects
            .iter()
            .map(|object| member(object, name))
            .find(|value| !value.is_wholly_known());
        found
            .unwrap_or_else(|| panic!("{label}: {name} is known everywhere"))
            .clone()
    }
}

fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    object.at(&Path::root().attribute(name)).unwrap()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn texts<const N: usize>(texts: [&str; N]) -> Value {
    Value::List(texts.into_iter().map(Value::from).collect())
}

#[test]
fn every_object_comes_back_byte_for_byte() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        assert!(recording.objects.len() > 50, "{name}");
        for (label, packed) in &recording.objects {
            let same = comes_back(packed, &recording.ty, label);
            // Only there stand sets of objects.
            assert_eq!(same, !matches!(label.as_str(), "nested" | "unknown"), "{name}, {label}");
        }
    }
}

/// Reads a value and writes it again: whether that had to give the same bytes, and gave them. Where the order of a set
/// is each implementation's own, it gives the same value in as many bytes.
fn comes_back(packed: &[u8], ty: &Type, place: &str) -> bool {
    let value = Value::decode_msgpack(packed, ty).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(value.conforms(ty), Ok(()), "{place}");
    let written = value.encode_msgpack(ty).unwrap();
    if has_set_of_compounds(&value, ty) {
        let read = Value::decode_msgpack(&written, ty).unwrap();
        assert!(read.equal(&value, ty) && written.len() == packed.len(), "{place}");
        return false;
    }
    assert_eq!(STANDARD.encode(written), STANDARD.encode(packed), "{place}");
    true
}

#[test]
fn every_stored_state_is_the_object_that_was_applied() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        assert!(recording.states.len() > 40, "{name}");
        for (label, state) in &recording.states {
            let json: Json = serde_json::from_str(state).unwrap();
            let stored = Value::from_json(&json, &recording.ty, Undeclared::Refuse).unwrap();
            assert!(
                recording
                    .of(label)
                    .iter()
                    .any(|object| object.equal(&stored, &recording.ty)),
                "{name}, {label}"
            );
            let written = stored.encode_json(&recording.ty).unwrap();
            assert_eq!(
                serde_json::from_slice::<Json>(&written).unwrap(),
                json,
                "{name}, {label}"
            );
        }
    }
}

#[test]
fn numbers_are_exact() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        for (label, exact) in [
            ("0.1", "0.1"),
            ("0.5", "0.5"),
            ("2^53+1", "9007199254740993"),
            ("2^63", "9223372036854775808"),
            ("2^64", "18446744073709551616"),
            ("1e100", "1e100"),
            ("1e-30", "1e-30"),
            ("parsed", "0.3"),
            ("many", "123456789012345678901234567890.123456789"),
        ] {
            let label = format!("number {label}");
            assert_eq!(recording.attribute(&label, "number"), number(exact), "{name}, {label}");
            let dynamic = Value::Dynamic(Box::new(Type::Number), Box::new(number(exact)));
            assert_eq!(recording.attribute(&label, "any"), dynamic, "{name}, {label}");
        }
    }
}

#[test]
fn texts_are_in_normal_form() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        for (label, normal) in [
            ("composed", "\u{e9}"),
            ("combining", "\u{e9}"),
            ("hangul", "\u{d55c}"),
            ("crab", "\u{1f980}"),
            ("zero", "\0"),
        ] {
            let label = format!("text {label}");
            assert_eq!(
                recording.attribute(&label, "text"),
                Value::from(normal),
                "{name}, {label}"
            );
        }
        let Value::String(long) = recording.attribute("text 65536", "text") else {
            panic!("a text")
        };
        assert_eq!(long.len(), 65536);
    }
}

#[test]
fn sets_are_sorted_and_without_duplicates() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        assert_eq!(recording.attribute("collections", "bag"), texts(["a", "b", "\u{e9}"]));
        let Value::List(numbers) = recording.attribute("collections", "numbers") else {
            panic!("a set")
        };
        let expected = ["-1", "0.1", "1", "2", "3", "18446744073709551616"];
        assert_eq!(numbers.len(), expected.len(), "{name}");
        assert!(expected.iter().all(|text| numbers.contains(&number(text))), "{name}");
        let Value::List(sack) = recording.attribute("nested", "sack") else {
            panic!("blocks")
        };
        assert_eq!(sack.len(), 2, "{name}");
    }
}

#[test]
fn unknown_values_and_what_is_known_of_them() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        let refinement = |label: &str, attribute: &str| match recording.open(label, attribute) {
            Value::Unknown(refinement) => refinement,
            other => panic!("{name}, {label}.{attribute} is {}", other.kind()),
        };
        assert!(recording.open("unknown", "any").is_unknown(), "{name}");
        assert_eq!(refinement("refined", "text").prefix(), "a-longer-prefix-", "{name}");
        assert!(refinement("refined", "text").is_not_null(), "{name}");
        let length = refinement("unknown", "number");
        assert_eq!(
            length.lower_bound().map(|bound| bound.value.clone()),
            Some(Number::from(0)),
            "{name}"
        );
        for block in ["many", "sack"] {
            assert!(
                recording.open("unknown as a whole", block).is_unknown(),
                "{name}, {block}"
            );
        }
        // A block that may be there is one whose content is unknown.
        let single = recording.open("unknown as a whole", "one");
        assert!(member(&single, "key").is_unknown(), "{name}");
        let inside = recording.open("unknown", "table");
        assert!(inside.at(&Path::root().key("a")).unwrap().is_unknown(), "{name}");
        assert_eq!(inside.at(&Path::root().key("b")), Some(&Value::from("c")), "{name}");
    }
}

#[test]
fn dynamic_values_carry_their_types() {
    for name in RECORDINGS {
        let recording = Recording::read(name);
        let carried = |label: &str| match recording.attribute(label, "any") {
            Value::Dynamic(ty, value) => (ty.to_string(), *value),
            other => panic!("{name}, {label} is {}", other.kind()),
        };
        assert_eq!(carried("any list"), ("list(string)".to_owned(), texts(["a", "b"])));
        assert_eq!(carried("any set"), ("set(string)".to_owned(), texts(["a", "b"])));
        assert_eq!(
            carried("any empty tuple"),
            ("tuple([])".to_owned(), Value::List(Vec::new()))
        );
        assert_eq!(carried("any typed null").1, Value::Null, "{name}");
        assert_eq!(recording.attribute("any null", "any"), Value::Null, "{name}");
    }
}

#[test]
fn the_two_tools_send_the_same() {
    let known = |name: &str| {
        let objects = Recording::read(name).objects.into_iter();
        let known = objects.filter(|(label, _)| !label.starts_with("unknown") && label != "refined");
        known.collect::<BTreeMap<_, _>>()
    };
    let [terraform, tofu] = RECORDINGS.map(known);
    assert_eq!(terraform, tofu);
}

#[test]
fn another_implementation_writes_the_same_bytes() {
    let lines = lines("pyvider-cty-0.6.3.jsonl");
    let mut same = 0;
    for line in &lines {
        let ty = Type::from_json(text(line, "type").unwrap().as_bytes()).unwrap();
        let packed = STANDARD.decode(text(line, "msgpack").unwrap()).unwrap();
        same += usize::from(comes_back(&packed, &ty, &line.to_string()));
    }
    assert!(lines.len() > 800 && same > 600, "{same} of {}", lines.len());
}

/// Whether the order of a set is not said by its elements: that of compound ones is each implementation's own.
fn has_set_of_compounds(value: &Value, ty: &Type) -> bool {
    let mut found = false;
    let walked = value.walk(ty, &mut |_, ty, part| {
        let (part, ty) = match part {
            Value::Dynamic(carried, inner) => (&**inner, &**carried),
            _ => (part, ty),
        };
        let several = matches!(part, Value::List(elements) if elements.len() > 1);
        found |= several
            && matches!(ty, Type::Set(element) if !matches!(**element, Type::Bool | Type::Number | Type::String));
        Ok::<_, ()>(true)
    });
    walked.is_ok() && found
}
