//! Values that try to mean something else than they say: what is rendered is parsed back and compared.

use proptest::prelude::*;
use serde_json::Value;

use super::rules::compose;
use super::*;
use crate::catalog::yaml::to_yaml;

/// Compose's own rule for values: `$$` is a dollar sign, any other `$` starts a variable (refused here).
fn interpolate(text: &str) -> String {
    let parts: Vec<&str> = text.split("$$").collect();
    assert!(!parts.iter().any(|part| part.contains('$')), "a variable in {text:?}");
    parts.join("$")
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Sample {
    text: String,
    list: Vec<String>,
    map: BTreeMap<String, String>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn yaml_is_read_back_as_it_was_written(
        text in any::<String>(),
        list in prop::collection::vec("[ -~\\n]{0,20}|[0-9.:_eE+-]{0,12}|yes|no|on|off|null|~|true|0x1f|1_000|12:30:45|[\\PC]{0,8}", 0..6),
    ) {
        let map = list.iter().map(|item| (format!("key-{item}"), item.clone())).collect();
        let sample = Sample { text, list, map };
        let yaml = to_yaml(&sample).unwrap();
        prop_assert_eq!(&serde_saphyr::from_str::<Sample>(&yaml).unwrap(), &sample);
        // Read without knowing that they are strings, they are strings still.
        let untyped: Value = serde_saphyr::from_str(&yaml).unwrap();
        prop_assert_eq!(untyped, serde_json::to_value(&sample).unwrap());
    }

    #[test]
    fn dollar_signs_stay_dollar_signs(text in "[$a{}()-]{0,20}") {
        let escaped = serde_json::to_value(compose::Text::from(text.as_str())).unwrap();
        prop_assert_eq!(interpolate(escaped.as_str().unwrap()), text);
    }

    #[test]
    fn a_hostile_value_is_refused_or_changes_its_own_place_only(
        value in "[a-z0-9.@:/_$(){}`'\"\\\\ \\n\\r\\t\\x00é{}-]{0,24}|[a-z]{1,8}(\\.[a-z]{2,5}){1,2}(:[a-z0-9]{1,4})?",
        place in 0..7_usize,
    ) {
        let mut stack = complete();
        let ingress = stack.ingress.as_mut().unwrap();
        let status = stack.status.as_mut().unwrap();
        match place {
            0 => stack.name.clone_from(&value),
            1 => stack.domain.clone_from(&value),
            2 => stack.registry = Some(value.clone()),
            3 => ingress.acme.email.clone_from(&value),
            4 => ingress.acme.directory_url = format!("https://{value}"),
            5 => status.domain = Some(value.clone()),
            _ => status.image = Some(value.clone()),
        }
        let Ok(rendered) = render(&stack) else { return Ok(()) };
        // Everything has the shape of the stack that was not changed.
        let expected = compose(&complete());
        let parsed: Value = serde_saphyr::from_str(&rendered.release.compose).unwrap();
        prop_assert_eq!(shape(&parsed), shape(&expected));
        let original = render(&complete()).unwrap();
        for (path, lines) in &rendered.files {
            let text = lines.join("\n");
            prop_assert!(!text.contains("{{"), "{}: {}", path, text);
            let parsed: Value = serde_saphyr::from_str(&text).unwrap();
            let expected: Value = serde_saphyr::from_str(&original.files[path].join("\n")).unwrap();
            prop_assert_eq!(shape(&parsed), shape(&expected), "{}", path);
        }
        if place == 6 {
            prop_assert_eq!(&parsed["services"]["status"]["image"], &Value::from(value.as_str()));
        }
    }
}

/// A document with every string emptied.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::from(""),
        Value::Array(list) => list.iter().map(shape).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_bundle_arrives_byte_for_byte() {
    let bundle = format!(
        "# Größte Stelle $HOME ${{HOME}} `id` {{{{ x }}}} '\"\\\r\n{}",
        pem::tests::certificate(20)
    );
    let mut stack = complete();
    stack.ingress.as_mut().unwrap().acme.ca_bundle = Some(bundle.clone());
    let rendered = render(&stack).unwrap();
    let file = rendered
        .release
        .files
        .iter()
        .find(|file| file.path == "acme-ca.pem")
        .unwrap();
    assert_eq!(file.content, bundle.as_bytes());
    assert_eq!(rendered.files["ingress/acme-ca.pem"].join("\n") + "\n", bundle);
}

#[test]
fn arguments_with_dollar_signs_reach_the_program() {
    let compose = compose(&complete());
    let command: Vec<String> = compose["services"]["metrics-node"]["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|argument| interpolate(argument.as_str().unwrap()))
        .collect();
    assert!(
        command.iter().any(|argument| argument.ends_with("($|/)")),
        "{command:?}"
    );
}

#[test]
fn an_enormous_value_is_refused() {
    let huge = "a".repeat(1 << 20);
    for change in [
        |stack: &mut StackConfig, huge: &str| stack.name = huge.to_owned(),
        |stack: &mut StackConfig, huge: &str| stack.domain = format!("{huge}.com"),
        |stack: &mut StackConfig, huge: &str| stack.registry = Some(format!("{huge}.com")),
        |stack: &mut StackConfig, huge: &str| {
            stack.ingress.as_mut().unwrap().acme.email = format!("{huge}@example.com");
        },
        |stack: &mut StackConfig, huge: &str| {
            stack.ingress.as_mut().unwrap().acme.directory_url = format!("https://example.com/{huge}");
        },
        |stack: &mut StackConfig, huge: &str| stack.status.as_mut().unwrap().image = Some(format!("{huge}:1")),
        |stack: &mut StackConfig, huge: &str| stack.status.as_mut().unwrap().administrator = huge.to_owned(),
    ] {
        let mut stack = complete();
        change(&mut stack, &huge);
        match render(&stack) {
            Err(RenderError::Invalid(invalid)) => assert!(invalid.reason.len() < 200, "{}", invalid.path),
            other => panic!("not refused as invalid: {other:?}"),
        }
    }
}
