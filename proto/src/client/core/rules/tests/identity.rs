//! Which identities core refuses (protocol rule 35).

use super::sample::*;
use crate::client::core::Shape;
use crate::client::core::rules::identity::{answers, complete, read, unchanged};
use crate::protocol::resource_identity_schema::IdentityAttribute;
use crate::protocol::{ResourceIdentityData, ResourceIdentitySchema};
use crate::value::{Type, Value};

fn schema() -> Shape {
    Shape::read_identity(&ResourceIdentitySchema {
        version: 0,
        identity_attributes: ["id", "zone"]
            .map(|name| IdentityAttribute {
                name: name.to_owned(),
                r#type: Type::String.to_json().into(),
                required_for_import: name == "id",
                optional_for_import: name == "zone",
                ..IdentityAttribute::default()
            })
            .into(),
    })
    .unwrap()
}

fn data(value: &Value) -> ResourceIdentityData {
    ResourceIdentityData {
        identity_data: Some(sent(value, &schema().ty())),
    }
}

fn id(id: &str) -> Value {
    in_zone(id, "")
}

fn in_zone(id: &str, zone: &str) -> Value {
    map([("id", text(id)), ("zone", text(zone))])
}

#[test]
fn rule_35_an_identity_is_there_and_known() {
    let check = |value: &Value, known| found(&read(Some(&schema()), Some(&data(value)), known).1);
    assert_eq!(check(&id("1"), true), good());
    assert_eq!(check(&id("?"), false), good());
    assert_eq!(check(&id("?"), true), one(35, "id"));
    assert_eq!(check(&Value::Null, true), one(35, ""));
    assert_eq!(found(&read(Some(&schema()), None, true).1), one(35, ""));
    assert_eq!(found(&read(None, None, true).1), good());
    assert_eq!(found(&read(None, Some(&data(&id("1"))), true).1), one(35, ""));
    let wrong = ResourceIdentityData {
        identity_data: Some(sent(&text("1"), &Type::String)),
    };
    assert_eq!(found(&read(Some(&schema()), Some(&wrong), true).1), one(35, ""));
}

#[test]
fn rule_35_an_object_keeps_its_identity() {
    assert_eq!(found(&unchanged(Some(&id("1")), Some(&id("1")))), good());
    assert_eq!(found(&unchanged(Some(&id("?")), Some(&id("1")))), good());
    assert_eq!(found(&unchanged(Some(&id("1")), Some(&id("2")))), one(35, ""));
}

#[test]
fn rule_35_an_identity_can_be_imported_by() {
    let check = |value: &Value| found(&complete(&schema(), value));
    assert_eq!(check(&id("1")), good());
    assert_eq!(check(&in_zone("1", "z")), good());
    assert_eq!(check(&in_zone("", "z")), one(35, "id"));
    assert_eq!(check(&in_zone("1", "?")), one(35, "zone"));
    // As it is answered, too; in the plan of a creation it may still be open.
    let answered = |known| found(&read(Some(&schema()), Some(&data(&in_zone("", "z"))), known).1);
    assert_eq!(answered(true), one(35, "id"));
    assert_eq!(answered(false), good());
}

#[test]
fn rule_35_an_import_by_an_identity_answers_that_one() {
    let check = |wanted: &Value, answered: Option<&Value>| found(&answers(&schema(), wanted, answered));
    assert_eq!(check(&id("1"), Some(&id("1"))), good());
    assert_eq!(check(&id("1"), Some(&in_zone("1", "found"))), good());
    assert_eq!(check(&in_zone("1", "z"), Some(&in_zone("1", "other"))), one(35, "zone"));
    assert_eq!(check(&id("1"), Some(&id("2"))), one(35, "id"));
    assert_eq!(check(&id("1"), None), one(35, ""));
}
