//! Managed resources over a real connection, asked in values: identities, moves, lists, generated configurations.

#[path = "support/connection.rs"]
mod connection;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use connection::connected;
use tfplugin::client::KnownProvider;
use tfplugin::protocol::{RawState, move_resource_state};
use tfplugin::server::{
    Call, Change, Current, DynamicListResource, DynamicResource, Identifies, ImportBy, Imported, ListResource, Listing,
    MoveFrom, Moved, Provider, Resource, list_resource, resource,
};
use tfplugin::value::Value;
use tfplugin::{Diagnostics, Field, Identity, Model};

const NAME: &str = "test_note";

/// A note.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Note {
    #[attribute(required, replace)]
    name: Field<String>,
    #[attribute(optional, default = "plain")]
    paper: Field<String>,
    #[attribute(computed, keep)]
    number: Field<i64>,
}

#[derive(Debug, Clone, PartialEq, Identity)]
struct NoteIdentity {
    #[identity(required_for_import)]
    name: Field<String>,
    #[identity(optional_for_import)]
    number: Field<i64>,
}

impl Identifies<Note> for NoteIdentity {
    fn of(note: &Note) -> Self {
        Self {
            name: note.name.clone(),
            number: note.number,
        }
    }
}

struct Notes;

impl Notes {
    fn written(name: Field<String>) -> Note {
        Note {
            number: name.as_ref().map(|name| i64::try_from(name.len()).unwrap_or_default()),
            paper: Field::Known("plain".to_owned()),
            name,
        }
    }
}

impl Resource for Notes {
    type Model = Note;
    type Identity = NoteIdentity;
    type Private = String;
    const NAME: &'static str = NAME;

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = change.planned.clone().map(|planned| Note {
            paper: planned.paper,
            ..Self::written(planned.name)
        });
        Ok(())
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.create(call, change).await
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        let Some(note) = &mut current.state else { return Ok(()) };
        *note = Self::written(note.name.clone());
        Ok(())
    }

    async fn import(&self, _: &Call, by: ImportBy<'_, NoteIdentity>) -> Result<Imported<Self>, Diagnostics> {
        let name = match by {
            ImportBy::Id(id) => Field::Known(id.to_owned()),
            ImportBy::Identity(identity) => identity.name,
        };
        Ok(Imported {
            state: Self::written(name),
            private: "imported".to_owned(),
        })
    }

    fn moves() -> Vec<MoveFrom> {
        vec![MoveFrom::json::<Self>("example/paper", "paper_slip", 0..=1, |source| {
            Ok(Moved {
                state: serde_json::json!({"name": source.state["title"]}),
                private: String::new(),
            })
        })]
    }
}

#[derive(Debug, Clone, Default, Model)]
struct Search {
    #[attribute(required)]
    notes: Field<i64>,
}

/// Finds notes with long names, so that the connection's own buffers are soon full.
struct NoteList(Arc<AtomicI64>);

impl ListResource for NoteList {
    type Config = Search;
    type Resource = Notes;

    async fn list(&self, _: &Call, config: Search, listing: &mut Listing<Notes>) -> Result<(), Diagnostics> {
        for number in 0..config.notes.into_known().unwrap_or_default() {
            self.0.store(number, Ordering::SeqCst);
            let note = Notes::written(Field::Known(format!("{number}{}", " ".repeat(10_000))));
            listing.found(format!("note {number}"), &note).await?;
        }
        Ok(())
    }
}

struct Desk(Arc<AtomicI64>);

impl Provider for Desk {
    type Config = ();
    const NAME: &'static str = "test";

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(Notes)]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        vec![list_resource(NoteList(self.0.clone()))]
    }
}

/// A core that is connected to the provider, and the number of the note that its list came to last.
async fn core() -> (KnownProvider, Arc<AtomicI64>) {
    let listed = Arc::new(AtomicI64::new(-1));
    (connected(Desk(listed.clone())).await, listed)
}

fn identity(name: &str, number: Value) -> Value {
    Value::map([("name", Value::from(name)), ("number", number)])
}

#[tokio::test]
async fn an_import_by_identity_equals_one_by_id_and_plans_no_change() {
    let (mut core, _) = core().await;
    let (by_id, told) = core.import(NAME, ImportBy::Id("abc")).await.unwrap();
    assert!(told.is_empty(), "{told:?}");
    let by = ImportBy::Identity(identity("abc", Value::Null));
    let (by_identity, told) = core.import(NAME, by).await.unwrap();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(by_id, by_identity);
    let (found, _) = core.read(NAME, &by_identity.unwrap()).await.unwrap();
    assert_eq!(found.identity, Some(identity("abc", 3.into())));
    let (config, _) = core.generate(NAME, &found.state).await.unwrap();
    assert_eq!(
        config,
        Value::map([
            ("name", Value::from("abc")),
            ("paper", Value::Null),
            ("number", Value::Null)
        ])
    );
    let (planned, told) = core.plan(NAME, Some(&found), config).await.unwrap();
    assert!(told.is_empty() && !planned.deferred, "{told:?}");
    assert_eq!(planned.object, found);
}

#[tokio::test]
async fn an_identity_becomes_known_in_the_apply() {
    let (mut core, _) = core().await;
    let config = Value::map([("name", Value::from("abc"))]);
    let (planned, _) = core.plan(NAME, None, config.clone()).await.unwrap();
    assert_eq!(planned.object.identity, None);
    let (made, told) = core.apply(NAME, None, &planned.object, config).await.unwrap();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(made.identity, Some(identity("abc", 3.into())));
}

#[tokio::test]
async fn a_moved_state_and_an_old_identity_come_along() {
    let (mut core, _) = core().await;
    let source = move_resource_state::Request {
        source_provider_address: "registry.opentofu.org/example/paper".to_owned(),
        source_type_name: "paper_slip".to_owned(),
        source_schema_version: 1,
        source_state: Some(RawState {
            json: br#"{"title":"abc"}"#.to_vec().into(),
            ..RawState::default()
        }),
        ..move_resource_state::Request::default()
    };
    let (moved, told) = core.move_state(NAME, source).await.unwrap();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(moved.identity, Some(identity("abc", Value::Null)));
    let (upgraded, _) = core
        .upgrade_identity(NAME, 0, r#"{"name":"abc","gone":1}"#)
        .await
        .unwrap();
    assert_eq!(upgraded, Some(identity("abc", Value::Null)));
}

#[tokio::test]
async fn a_list_goes_as_far_as_core_takes_it() {
    let (mut core, last) = core().await;
    let search = Value::map([("notes", Value::from(100_000))]);
    let (listed, told) = core.list(NAME, search, true, 3).await.unwrap();
    assert!(told.is_empty(), "{told:?}");
    let names: Vec<&str> = listed.iter().map(|one| one.display_name.as_str()).collect();
    assert_eq!(names, ["note 0", "note 1", "note 2"]);
    assert!(listed.iter().all(|one| one.state.is_some()));
    assert_eq!(last.load(Ordering::SeqCst), 2);
    let (listed, _) = core
        .list(NAME, Value::map([("notes", Value::from(2))]), false, 100)
        .await
        .unwrap();
    assert!(listed.len() == 2 && listed.iter().all(|one| one.state.is_none()));
}
