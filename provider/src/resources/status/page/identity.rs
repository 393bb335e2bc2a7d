//! What tells one status page from another: the way to its server, and the slug.

use std::fmt;

use tfplugin::server::Identifies;
use tfplugin::{Field, Identity};

use super::model::Page;
use crate::resources::status::object::Key;
use crate::resources::status::server::Place;
use crate::resources::way::Way;

/// The slug of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(pub String);

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Key for Slug {
    /// Text that cannot be a slug is a title.
    fn of_text(text: &str) -> Option<Self> {
        super::validate::slug(text).ok().map(|()| Self(text.to_owned()))
    }
}

/// The identity of a status page.
#[derive(Debug, Clone, PartialEq, Identity)]
pub struct PageIdentity {
    /// Host name or IP address of the SSH server of the stack's machine; `local` alone means the machine that Terraform
    /// runs on. Left out for a server elsewhere.
    #[identity(optional_for_import)]
    pub address: Field<String>,
    /// Port of the SSH server, 22 if left out.
    #[identity(optional_for_import)]
    pub port: Field<u16>,
    /// The user to log in as, `root` if left out.
    #[identity(optional_for_import)]
    pub user: Field<String>,
    /// Name of the stack on its machine.
    #[identity(optional_for_import)]
    pub stack: Field<String>,
    /// Address of a server that stands elsewhere.
    #[identity(optional_for_import)]
    pub endpoint: Field<String>,
    /// The last part of the page's address.
    #[identity(required_for_import)]
    pub slug: Field<String>,
}

impl Identifies<Page> for PageIdentity {
    /// A stack may come to another machine, which is an update.
    const MUTABLE: bool = true;

    fn of(model: &Page) -> Self {
        let Place {
            way: Way { address, port, user },
            stack,
            endpoint,
        } = Place::of(model);
        Self {
            address,
            port,
            user,
            stack,
            endpoint,
            slug: model.slug.clone(),
        }
    }
}

impl From<&PageIdentity> for Place {
    fn from(identity: &PageIdentity) -> Self {
        Self {
            way: Way {
                address: identity.address.clone(),
                port: identity.port,
                user: identity.user.clone(),
            },
            stack: identity.stack.clone(),
            endpoint: identity.endpoint.clone(),
        }
    }
}
