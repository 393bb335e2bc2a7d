//! Finding the objects of a server, for `terraform query`.

use std::marker::PhantomData;
use std::time::Duration;

use tfplugin::server::{Call, ListResource, Listing, Timeouts};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::{Kind, ObjectResource};
use crate::catalog::validate;
use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack::HostBlock;
use crate::resources::status::server::{self, ServerName};

/// Finds what is on a server of Uptime Kuma, whoever made it, so that `terraform query` can write the configuration and
/// the `import` blocks of all of it.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct ListedObjects {
    /// The stack whose Uptime Kuma is meant.
    #[block]
    pub stack: Option<StackBlock>,
    /// Address of a server that stands elsewhere, whose login the provider block has.
    #[attribute(optional, validate = server::check_endpoint)]
    pub endpoint: Field<String>,
    /// Only those whose name holds this text.
    #[attribute(optional)]
    pub name_contains: Field<String>,
}

/// A stack on its machine.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct StackBlock {
    /// Name of the stack on its machine.
    #[attribute(required, validate = validate::stack_name)]
    pub name: Field<String>,
    /// The machine that carries the stack.
    #[block(min = 1)]
    pub host: Option<HostBlock>,
}

/// The list resource of a kind of objects.
pub struct ObjectList<K> {
    shared: Shared,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> ObjectList<K> {
    /// The list resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            kind: PhantomData,
        }
    }
}

impl<K: Kind> ListResource for ObjectList<K> {
    type Config = ListedObjects;
    type Resource = ObjectResource<K>;

    fn timeouts() -> Timeouts {
        Timeouts::none().read(Duration::from_mins(5))
    }

    fn validate(&self, config: &ListedObjects, diagnostics: &mut Diagnostics) {
        match (&config.stack, &config.endpoint) {
            (None, Field::Null) => diagnostics.push(Diagnostic::error(
                "No server is named",
                "Write a block stack { ... } for the Uptime Kuma of a stack, or endpoint = \"https://...\".",
            )),
            (Some(_), Field::Known(_)) => diagnostics.push(
                Diagnostic::error(
                    "Two servers are named",
                    "Keep the block stack for the Uptime Kuma of a stack, or endpoint for a server that stands elsewhere.",
                )
                .at(Path::root().attribute("endpoint")),
            ),
            (Some(StackBlock { host: Some(host), .. }), _) => {
                host.validate(&Path::root().attribute("stack").attribute("host"), diagnostics);
            }
            _ => {}
        }
    }

    async fn list(
        &self,
        call: &Call,
        config: ListedObjects,
        listing: &mut Listing<ObjectResource<K>>,
    ) -> Result<(), Diagnostics> {
        let Some(name) = named(&config) else { return Ok(()) };
        let mut reference = K::Model::default();
        server::refer(&mut reference, &name);
        let server = server::reach(&self.shared, call, &reference).await?;
        server::remember(&self.shared, &mut reference).await;
        let failed = |error| diagnose::status::call(server.name(), &format!("listing each {}", K::NOUN), &error);
        let all = K::all(&server).await.map_err(failed)?;
        let part = config.name_contains.known().map_or("", String::as_str);
        for (key, title) in all.into_iter().filter(|(_, title)| title.contains(part)) {
            let mut object = reference.clone();
            K::set_key(&mut object, &key);
            if listing.wants_objects() {
                let Some(found) = K::find(&server, &key).await.map_err(failed)? else {
                    continue;
                };
                let secrets = K::read(&found, &mut object, true);
                K::observe(server.facts(), &found, &mut object);
                if let Some((shown, _)) = K::secrets(&mut object) {
                    let there = secrets.into_iter().filter(|(_, secret)| secret.is_some());
                    let word = || Field::Known(crate::resources::status::secrets::SET.to_owned());
                    *shown = Field::Known(there.map(|(attribute, _)| (attribute, word())).collect());
                }
            }
            let title = if title.is_empty() { key.to_string() } else { title };
            listing.found(title, &object).await?;
        }
        Ok(())
    }
}

/// The server that is meant.
fn named(config: &ListedObjects) -> Option<ServerName> {
    if let Field::Known(url) = &config.endpoint {
        return Some(ServerName::endpoint(url));
    }
    let stack = config.stack.as_ref()?;
    let machine = stack.host.as_ref()?.machine()?;
    Some(ServerName::Stack(machine, stack.name.known()?.clone()))
}
