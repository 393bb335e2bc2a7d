//! Lists: what is found, one event for each object (protocol rule 39).

use std::sync::atomic::Ordering;

use futures_util::StreamExt;
use tonic::Request;

use super::super::{Service, codec};
use super::ask::told;
use super::library::*;
use super::library_ask::*;
use crate::protocol::list_resource::{Event, Request as Wanted};
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{DynamicValue, get_metadata, stop_provider, validate_list_resource_config};
use crate::schema::Model;
use crate::value::Value;

fn shelf(books: Value, fault: &str) -> DynamicValue {
    let fault = Some(fault).filter(|fault| !fault.is_empty());
    let config = Value::map([("books", books), ("fault", Value::from(fault))]);
    codec::encode(&config, &Shelf::schema().implied_type()).unwrap()
}

fn wanted(books: i64, fault: &str) -> Wanted {
    Wanted {
        type_name: "test_book".to_owned(),
        config: Some(shelf(books.into(), fault)),
        include_resource_object: false,
        limit: 100,
    }
}

async fn listed(service: &Service, wanted: Wanted) -> Vec<Event> {
    let stream = service.list_resource(Request::new(wanted)).await.unwrap().into_inner();
    stream.map(Result::unwrap).collect().await
}

/// The events in short: names, or what is told.
fn short(events: &[Event]) -> Vec<String> {
    let text = |event: &Event| match event.diagnostic.first() {
        Some(_) => told(&event.diagnostic).join("; "),
        None => event.display_name.clone(),
    };
    events.iter().map(text).collect()
}

#[tokio::test]
async fn an_event_has_name_and_identity_and_the_object_only_if_asked_for() {
    let events = listed(&strict(), wanted(1, "")).await;
    assert_eq!(short(&events), ["book 0", ": Dusty: "]);
    let expected = identity("book 0", Value::Null, 0.into());
    assert_eq!(seen_identity(events[0].identity.as_ref()), Some(expected));
    assert!(events[0].resource_object.is_none());
    assert!(events[1].identity.is_none(), "a warning has no object");
    let with_object = Wanted {
        include_resource_object: true,
        ..wanted(1, "")
    };
    let events = listed(&strict(), with_object).await;
    let object = seen(events[0].resource_object.as_ref());
    let expected = book([("title", "book 0".into()), ("number", 0.into())]);
    assert_eq!(object, expected, "write-only values are taken out (rule 23)");
}

#[tokio::test]
async fn warnings_stand_where_they_arise() {
    let events = listed(&strict(), wanted(3, "")).await;
    assert_eq!(short(&events), ["book 0", ": Torn: ", "book 1", "book 2", ": Dusty: "]);
}

#[tokio::test]
async fn nothing_is_looked_for_beyond_the_limit() {
    let (service, last) = counted(Conduct::<BookIdentity>::default());
    let limited = Wanted {
        limit: 3,
        ..wanted(50, "")
    };
    let events = listed(&service, limited).await;
    let objects = events.iter().filter(|event| event.identity.is_some()).count();
    assert_eq!(objects, 3);
    assert_eq!(
        last.load(Ordering::Relaxed),
        2,
        "the handler ends with the last that is wanted"
    );
}

#[tokio::test]
async fn the_handler_waits_for_core_and_ends_with_it() {
    let (service, last) = counted(Conduct::<BookIdentity>::default());
    let stream = service.list_resource(Request::new(wanted(50, ""))).await.unwrap();
    let mut stream = stream.into_inner();
    assert_eq!(last.load(Ordering::Relaxed), -1, "nothing is done before core asks");
    stream.next().await.unwrap().unwrap();
    let ahead = last.load(Ordering::Relaxed);
    assert!(ahead <= 2, "it came to book {ahead} while core has taken one");
    drop(stream);
    tokio::task::yield_now().await;
    assert_eq!(last.load(Ordering::Relaxed), ahead);
}

#[tokio::test]
async fn an_error_is_the_last_event() {
    let events = listed(&strict(), wanted(3, "error")).await;
    assert_eq!(
        short(&events),
        ["book 0", ": Torn: ", ": Dusty: ; : Locked: The room is locked."]
    );
}

#[tokio::test]
async fn a_panic_is_an_error_event() {
    let events = listed(&strict(), wanted(3, "panic")).await;
    let last = short(&events).pop().unwrap();
    assert!(
        last.contains("The list operation of `test_book` panicked") && !last.contains("canary"),
        "{last}"
    );
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn an_object_without_an_identity_ends_the_list() {
    for (fault, what) in [("nameless", "`title` is null"), ("unknown", "`title` is unknown")] {
        let (service, last) = counted(Conduct::<BookIdentity>::default());
        let events = listed(&service, wanted(50, fault)).await;
        assert_eq!(events.len(), 1);
        let error = &short(&events)[0];
        assert!(error.contains(what) && error.contains("(protocol rule 35)"), "{error}");
        assert!(last.load(Ordering::Relaxed) < 3);
    }
}

#[tokio::test]
async fn rule_42_a_stop_ends_the_wait_of_the_handler() {
    let service = strict();
    let stream = service.list_resource(Request::new(wanted(3, "wait"))).await.unwrap();
    let mut stream = stream.into_inner();
    for _ in 0..2 {
        stream.next().await.unwrap().unwrap();
    }
    let stop = service.stop_provider(Request::new(stop_provider::Request::default()));
    let (rest, stopped) = tokio::join!(biased; stream.next(), stop);
    stopped.unwrap();
    assert_eq!(rest.unwrap().unwrap().display_name, "book 1");
}

#[tokio::test]
async fn a_configuration_is_checked_offline() {
    let validated = async |books: Value| {
        let request = validate_list_resource_config::Request {
            type_name: "test_book".to_owned(),
            config: Some(shelf(books, "")),
            ..Default::default()
        };
        let answer = strict().validate_list_resource_config(Request::new(request)).await;
        told(&answer.unwrap().into_inner().diagnostics)
    };
    assert_eq!(validated(Value::from(-1)).await, [": Too few: There is no such shelf."]);
    assert!(validated(Value::unknown()).await.is_empty(), "rule 41");
    let unknown = Wanted {
        config: Some(shelf(Value::unknown(), "")),
        ..wanted(0, "")
    };
    assert!(short(&listed(&strict(), unknown).await)[0].contains("not known"));
    let other = Wanted {
        type_name: "test_nothing".to_owned(),
        ..wanted(0, "")
    };
    assert!(short(&listed(&strict(), other).await)[0].contains("no list resource `test_nothing`"));
}

#[tokio::test]
async fn the_provider_says_that_it_can_be_listed() {
    let metadata = strict()
        .get_metadata(Request::new(get_metadata::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(metadata.list_resources[0].type_name, "test_book");
}
