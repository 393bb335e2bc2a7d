//! Answers that come in events: lists and actions (protocol rules 39 and 40).

use super::object::{decode, leaks, wholly_known};
use super::{Violation, identity};
use crate::client::core::shape::Shape;
use crate::protocol::diagnostic::Severity;
use crate::protocol::{Deferred, deferred, invoke_action, list_resource};
use crate::value::Path;

/// Checks the events of a list. `object` and `identity` are the shapes of the managed resource of that name.
pub fn list(
    object: &Shape,
    identity: &Shape,
    request: &list_resource::Request,
    events: &[list_resource::Event],
) -> Vec<Violation> {
    let root = Path::root();
    let mut found = Vec::new();
    let mut results = 0_i64;
    for event in events {
        let bare = event.identity.is_none() && event.resource_object.is_none();
        if bare && !event.diagnostic.is_empty() {
            continue;
        }
        results += 1;
        let failed = event
            .diagnostic
            .iter()
            .any(|diagnostic| diagnostic.severity() == Severity::Error);
        let (_, broken) = identity::read(Some(identity), event.identity.as_ref(), true);
        found.extend(broken.into_iter().map(|broken| Violation { rule: 39, ..broken }));
        match &event.resource_object {
            Some(_) if !request.include_resource_object => {
                found.push(Violation::new(
                    39,
                    &root,
                    "an object was answered that nobody asked for",
                ));
            }
            None if request.include_resource_object && !failed => {
                found.push(Violation::new(
                    39,
                    &root,
                    "the object was asked for, and was not answered",
                ));
            }
            None => {}
            answered => match decode(answered.as_ref(), &object.ty()) {
                Ok(value) => {
                    found.extend(wholly_known(39, &value, &object.ty()));
                    found.extend(leaks(object, &value));
                }
                Err(fault) => found.push(fault),
            },
        }
    }
    if request.limit > 0 && results > request.limit {
        found.push(Violation::new(39, &root, "there are more results than were asked for"));
    }
    found
}

/// Checks the events of an action: any progress, then its end, then nothing.
pub fn action(events: &[invoke_action::Event]) -> Vec<Violation> {
    use invoke_action::event::Type;
    let mut found = Vec::new();
    let mut add = |what: &str| found.push(Violation::new(40, &Path::root(), what));
    let ends = events
        .iter()
        .filter(|event| matches!(event.r#type, Some(Type::Completed(_))))
        .count();
    if ends != 1 {
        add("an action ends exactly once");
    }
    if ends > 0 && !matches!(events.last().map(|event| &event.r#type), Some(Some(Type::Completed(_)))) {
        add("something follows the end of the action");
    }
    if events.iter().any(|event| event.r#type.is_none()) {
        add("an event is neither progress nor the end");
    }
    found
}

/// An action may be deferred for an unknown configuration of the provider only.
pub fn action_deferral(deferred: Option<&Deferred>) -> Vec<Violation> {
    match deferred {
        Some(deferred) if deferred.reason() != deferred::Reason::ProviderConfigUnknown => {
            let what = "an action is deferred for another reason than the provider's configuration";
            vec![Violation::new(40, &Path::root(), what)]
        }
        _ => Vec::new(),
    }
}
