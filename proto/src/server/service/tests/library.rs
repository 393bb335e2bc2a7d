//! A second provider under test: books with an identity, which can be listed, moved and deferred.

use std::sync::Arc;

use super::super::Service;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Block;
use crate::server::{
    Call, Change, Current, DynamicListResource, DynamicResource, Identifies, ImportBy, Imported, ListResource, Listing,
    MoveFrom, MoveSource, Moved, Plan, Provider, Resource, Upgrade, list_resource, resource,
};
use crate::{Field, Identity, Model, Secret};

/// A book.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Book {
    #[attribute(required, replace)]
    pub(super) title: Field<String>,
    #[attribute(optional)]
    pub(super) room: Field<String>,
    #[attribute(optional, write_only)]
    pub(super) note_wo: Field<Secret>,
    #[attribute(computed, keep)]
    pub(super) number: Field<i64>,
}

/// What tells one book from another.
#[derive(Debug, Clone, PartialEq, Identity)]
pub(super) struct BookIdentity {
    /// Its title.
    #[identity(required_for_import)]
    title: Field<String>,
    /// Its room.
    #[identity(optional_for_import)]
    room: Field<String>,
    #[identity(optional_for_import)]
    number: Field<i64>,
}

/// The same, where a book may be carried to another room.
#[derive(Debug, Clone, PartialEq, Identity)]
pub(super) struct MovableIdentity {
    #[identity(required_for_import)]
    title: Field<String>,
    #[identity(optional_for_import)]
    room: Field<String>,
    #[identity(optional_for_import)]
    number: Field<i64>,
}

impl Identifies<Book> for BookIdentity {
    const VERSION: i64 = 1;

    fn of(book: &Book) -> Self {
        assert!(book.title.known().is_none_or(|title| title != "panic"), "canary");
        Self {
            title: book.title.clone(),
            room: book.room.clone(),
            number: book.number,
        }
    }

    fn upgrades() -> Vec<Upgrade> {
        vec![Upgrade::new(0, r#"{"name":"t"}"#, |stored| {
            Ok(serde_json::json!({"title": stored["name"]}))
        })]
    }
}

impl Identifies<Book> for MovableIdentity {
    const MUTABLE: bool = true;

    fn of(book: &Book) -> Self {
        Self {
            title: book.title.clone(),
            room: book.room.clone(),
            number: book.number,
        }
    }
}

/// What is stored beside a book.
pub(super) type Loans = Vec<String>;
type Answer = Result<(), Diagnostics>;
type Step<T> = Box<dyn Fn(&Call, &mut T) -> Answer + Send + Sync>;

/// What the library does, so that each test can have its own.
pub(super) struct Conduct<I: Identifies<Book> + Into<Book> + 'static> {
    pub(super) plan: Step<Plan<Books<I>>>,
    pub(super) apply: Step<Change<Books<I>>>,
    pub(super) read: Step<Current<Books<I>>>,
    /// What an import finds, whatever is asked for.
    pub(super) found: Option<Book>,
}

impl<I: Identifies<Book> + Into<Book> + 'static> Default for Conduct<I> {
    fn default() -> Self {
        Self {
            plan: Box::new(|_, _| Ok(())),
            apply: Box::new(|_, change| {
                change.state = change.planned.clone().map(|mut book| {
                    if book.number.is_unknown() {
                        book.number = Field::Known(1);
                    }
                    book
                });
                Ok(())
            }),
            read: Box::new(|_, _| Ok(())),
            found: None,
        }
    }
}

/// The managed resource.
pub(super) struct Books<I: Identifies<Book> + Into<Book> + 'static>(Arc<Conduct<I>>);

impl<I> Resource for Books<I>
where
    I: Identifies<Book> + Into<Book> + 'static,
{
    type Model = Book;
    type Identity = I;
    type Private = Loans;
    const NAME: &'static str = "test_book";

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Answer {
        (self.0.plan)(call, plan)
    }

    async fn create(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        (self.0.apply)(call, change)
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        (self.0.apply)(call, change)
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Answer {
        Ok(())
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Answer {
        (self.0.read)(call, current)
    }

    async fn import(&self, call: &Call, by: ImportBy<'_, I>) -> Result<Imported<Self>, Diagnostics> {
        if let ImportBy::Id("later") = by {
            call.defer(crate::server::Deferral::AbsentPrerequisite);
        }
        let asked = match by {
            ImportBy::Id(id) => Book {
                title: Field::Known(id.to_owned()),
                ..Book::default()
            },
            ImportBy::Identity(identity) => identity.into(),
        };
        Ok(Imported {
            state: self.0.found.clone().unwrap_or(asked),
            private: Loans::new(),
        })
    }

    fn moves() -> Vec<MoveFrom> {
        vec![
            MoveFrom::typed::<Scroll, Self>(
                "example/archive",
                "archive_scroll",
                1..=2,
                |source: MoveSource<Scroll>| {
                    let unknown = source.state.name.known().is_some_and(|name| name == "unknown");
                    Ok(Moved {
                        state: Book {
                            title: if unknown { Field::Unknown } else { source.state.name },
                            note_wo: Field::Known("leak".into()),
                            ..Book::default()
                        },
                        private: vec![String::from_utf8_lossy(&source.private).into_owned()],
                    })
                },
            ),
            MoveFrom::json::<Self>(
                "registry.example.com/example/archive",
                "archive_tablet",
                0..=0,
                |source| {
                    let mut state = source.state;
                    state["room"] = source
                        .identity
                        .map_or(serde_json::Value::Null, |identity| identity["room"].clone());
                    Ok(Moved {
                        state,
                        private: Loans::new(),
                    })
                },
            ),
        ]
    }

    fn generate(state: &Book, config: &mut Book) {
        if state.title.known().is_some_and(|title| title == "no room") {
            config.room = Field::Null;
        }
        if state.title.known().is_some_and(|title| title == "eager") {
            config.number = Field::Known(7);
        }
        assert!(state.title.known().is_none_or(|title| title != "panic"), "canary");
    }
}

macro_rules! books_by {
    ($($identity:ident),*) => {$(
        impl From<$identity> for Book {
            fn from(identity: $identity) -> Self {
                Self {
                    title: identity.title,
                    room: identity.room,
                    number: identity.number,
                    ..Self::default()
                }
            }
        }
    )*};
}

books_by!(BookIdentity, MovableIdentity);

/// What another provider has.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Scroll {
    #[attribute(required)]
    name: Field<String>,
}

/// Which books are looked for.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Shelf {
    #[attribute(required)]
    pub(super) books: Field<i64>,
    /// What goes wrong: `error`, `panic`, `nameless`, `unknown`, `wait`.
    #[attribute(optional)]
    pub(super) fault: Field<String>,
}

/// Finds as many books as the configuration says.
struct BookList(Arc<std::sync::atomic::AtomicI64>);

impl ListResource for BookList {
    type Config = Shelf;
    type Resource = Books<BookIdentity>;

    fn validate(&self, config: &Shelf, diagnostics: &mut Diagnostics) {
        if config.books.known().is_some_and(|books| *books < 0) {
            diagnostics.error("Too few", "There is no such shelf.");
        }
    }

    async fn list(
        &self,
        call: &Call,
        config: Shelf,
        listing: &mut Listing<Books<BookIdentity>>,
    ) -> Result<(), Diagnostics> {
        let fault = config.fault.known().cloned().unwrap_or_default();
        call.warn(Diagnostic::warning("Dusty", ""));
        for number in 0..config.books.into_known().unwrap_or_default() {
            self.0.store(number, std::sync::atomic::Ordering::Relaxed);
            let title = format!("book {number}");
            let book = Book {
                title: match fault.as_str() {
                    "nameless" => Field::Null,
                    "unknown" => Field::Unknown,
                    _ => Field::Known(title.clone()),
                },
                number: Field::Known(number),
                note_wo: Field::Known("leak".into()),
                ..Book::default()
            };
            if number == 1 {
                listing.warn(Diagnostic::warning("Torn", "")).await?;
                assert!(fault != "panic", "canary");
                if fault == "error" {
                    return Err(Diagnostic::error("Locked", "The room is locked.").into());
                }
                if fault == "wait" {
                    call.cancel.cancelled().await;
                }
            }
            listing.found(title, &book).await?;
        }
        Ok(())
    }
}

/// What a module says to the provider.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Meta {
    #[attribute(optional)]
    pub(super) module: Field<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Config {
    #[attribute(optional)]
    pub(super) key: Field<String>,
}

/// The provider under test.
struct Library<I: Identifies<Book> + Into<Book> + 'static> {
    conduct: Arc<Conduct<I>>,
    listed: Arc<std::sync::atomic::AtomicI64>,
}

impl<I: Identifies<Book> + Into<Book> + 'static> Provider for Library<I> {
    type Config = Config;
    const NAME: &'static str = "test";

    async fn configure(&self, _: &Call, _: Config) -> Answer {
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(Books(self.conduct.clone()))]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        vec![list_resource(BookList(self.listed.clone()))]
    }

    fn meta() -> Option<Block> {
        Some(Meta::schema())
    }
}

/// A service with books of that conduct.
pub(super) fn library<I: Identifies<Book> + Into<Book> + 'static>(conduct: Conduct<I>) -> Service {
    counted(conduct).0
}

/// The same with the number of the book that the list came to last.
pub(super) fn counted<I: Identifies<Book> + Into<Book> + 'static>(
    conduct: Conduct<I>,
) -> (Service, Arc<std::sync::atomic::AtomicI64>) {
    let listed = Arc::new(std::sync::atomic::AtomicI64::new(-1));
    let library = Library {
        conduct: Arc::new(conduct),
        listed: listed.clone(),
    };
    assert_eq!(crate::server::check(&library), []);
    (Service::new(library), listed)
}

pub(super) fn strict() -> Service {
    library(Conduct::<BookIdentity>::default())
}
