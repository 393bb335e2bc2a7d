//! Lists and actions (protocol rules 39 and 40).

use super::sample::*;
use crate::client::core::Shape;
use crate::client::core::rules::stream::{action, action_deferral, list as check_list};
use crate::protocol::diagnostic::Severity;
use crate::protocol::invoke_action::event::{Completed, Progress, Type as Kind};
use crate::protocol::resource_identity_schema::IdentityAttribute;
use crate::protocol::{
    Deferred, Diagnostic, ResourceIdentityData, ResourceIdentitySchema, deferred, invoke_action, list_resource,
};
use crate::value::{Type, Value};

fn identity() -> Shape {
    Shape::read_identity(&ResourceIdentitySchema {
        version: 0,
        identity_attributes: vec![IdentityAttribute {
            name: "id".to_owned(),
            r#type: Type::String.to_json().into(),
            required_for_import: true,
            ..IdentityAttribute::default()
        }],
    })
    .unwrap()
}

fn event(object: Option<&Value>) -> list_resource::Event {
    list_resource::Event {
        identity: Some(ResourceIdentityData {
            identity_data: Some(sent(&map([("id", text("1"))]), &identity().ty())),
        }),
        display_name: "one".to_owned(),
        resource_object: object.map(|object| sent(object, &shape().ty())),
        diagnostic: Vec::new(),
    }
}

fn listed(limit: i64, include_resource_object: bool, events: &[list_resource::Event]) -> Vec<(u8, String)> {
    let request = list_resource::Request {
        include_resource_object,
        limit,
        ..list_resource::Request::default()
    };
    found(&check_list(&shape(), &identity(), &request, events))
}

#[test]
fn rule_39_every_result_has_its_identity() {
    assert_eq!(listed(10, false, &[event(None), event(None)]), good());
    let bare = list_resource::Event::default();
    assert_eq!(listed(10, false, &[bare]), one(39, ""));
    let warning = list_resource::Event {
        diagnostic: vec![Diagnostic {
            severity: Severity::Warning.into(),
            ..Diagnostic::default()
        }],
        ..list_resource::Event::default()
    };
    assert_eq!(listed(1, false, &[warning, event(None)]), good());
}

#[test]
fn rule_39_a_list_keeps_to_what_was_asked_for() {
    assert_eq!(listed(1, false, &[event(None), event(None)]), one(39, ""));
    let object = sample([("made", text("1"))]);
    assert_eq!(listed(1, true, &[event(Some(&object))]), good());
    assert_eq!(listed(1, false, &[event(Some(&object))]), one(39, ""));
    assert_eq!(listed(1, true, &[event(None)]), one(39, ""));
    assert_eq!(
        listed(1, true, &[event(Some(&sample([("made", text("?"))])))]),
        one(39, "made")
    );
    assert_eq!(
        listed(1, true, &[event(Some(&sample([("secret", text("a"))])))]),
        one(23, "secret")
    );
}

#[test]
fn rule_40_an_action_ends_once() {
    let progress = || invoke_action::Event {
        r#type: Some(Kind::Progress(Progress::default())),
    };
    let end = || invoke_action::Event {
        r#type: Some(Kind::Completed(Completed::default())),
    };
    assert_eq!(found(&action(&[progress(), end()])), good());
    assert_eq!(found(&action(&[progress()])), one(40, ""));
    assert_eq!(found(&action(&[end(), end()])), one(40, ""));
    assert_eq!(found(&action(&[end(), progress()])), one(40, ""));
    assert_eq!(found(&action(&[invoke_action::Event::default(), end()])), one(40, ""));
}

#[test]
fn rule_40_an_action_waits_for_the_provider_only() {
    let because = |reason: deferred::Reason| {
        let deferred = Deferred { reason: reason.into() };
        found(&action_deferral(Some(&deferred)))
    };
    assert_eq!(because(deferred::Reason::ProviderConfigUnknown), good());
    assert_eq!(because(deferred::Reason::AbsentPrereq), one(40, ""));
    assert_eq!(found(&action_deferral(None)), good());
}
