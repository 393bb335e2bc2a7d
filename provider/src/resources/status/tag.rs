//! `quickfra_status_tag`: a tag that monitors carry.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use super::fields::{Fields, Visit};
use super::object::{Kind, number_key};
use super::server::{Server, ServerStack, check_endpoint, numbered};
use crate::api::uptime_kuma::calls::Tag as Found;
use crate::api::uptime_kuma::{Error, Object};

/// A tag of Uptime Kuma. Monitors carry it by its `id`, each with a value of its own if it has one.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Tag {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Name of the tag.
    #[attribute(required, validate = validators::not_empty)]
    pub name: Field<String>,
    /// Its colour as in CSS, such as `#059669`.
    #[attribute(required, validate = validators::not_empty)]
    pub color: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(Tag);

impl Fields for Tag {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.text("color", "color", &mut self.color, None);
    }
}

/// The kind of tags.
pub struct TagKind;

impl Kind for TagKind {
    type Model = Tag;
    number_key!();
    const NAME: &'static str = "quickfra_status_tag";
    const NOUN: &'static str = "tag";

    fn name(model: &Tag) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn forget(planned: &mut Tag) {
        planned.id = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        let tags = server.session().tags().list().await?;
        Ok(tags.into_iter().find(|tag| tag.id == *key).map(|tag| object(&tag)))
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        let tags = server.session().tags().list().await?;
        Ok(tags.into_iter().map(|tag| (tag.id, tag.name)).collect())
    }

    async fn add(server: &Server, _: Object, planned: &Tag) -> Result<i64, Error> {
        let Found { name, color, .. } = tag(0, planned);
        let added = server.session().tags().add_once(&name, &color).await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().tags().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, _: Object, planned: &Tag) -> Result<Option<()>, Error> {
        server.session().tags().edit(&tag(*key, planned)).await
    }

    async fn delete(server: &Server, key: &i64, _: &Tag) -> Result<(), Error> {
        server.session().tags().delete(*key).await
    }
}

fn tag(id: i64, model: &Tag) -> Found {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    Found {
        id,
        name: text(&model.name),
        color: text(&model.color),
    }
}

fn object(tag: &Found) -> Object {
    let mut object = Object::new();
    object.insert("name".to_owned(), tag.name.as_str().into());
    object.insert("color".to_owned(), tag.color.as_str().into());
    object
}
