//! What tells one object of a server from another: the way to the server, and the number.

use tfplugin::server::Identifies;
use tfplugin::{Diagnostic, Diagnostics, Field, Identity};

use super::name::ServerName;
use super::reference::OnServer;
use crate::resources::way::Way;

/// An object that the server gave a number.
pub trait Numbered: OnServer {
    /// Its number.
    fn id(&self) -> &Field<i64>;
}

/// Makes a model with the attributes `stack`, `endpoint` and `id` one that is a numbered object of a server.
macro_rules! numbered {
    ($model:ty) => {
        $crate::resources::status::server::on_server!($model);
        impl $crate::resources::status::server::Numbered for $model {
            fn id(&self) -> &::tfplugin::Field<i64> {
                &self.id
            }
        }
    };
}
pub(crate) use numbered;

/// The identity of a numbered object.
#[derive(Debug, Clone, PartialEq, Identity)]
pub struct NumberIdentity {
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
    /// The number that the server gave the object.
    #[identity(required_for_import)]
    pub id: Field<i64>,
}

impl<M: Numbered> Identifies<M> for NumberIdentity {
    /// A stack may come to another machine, which is an update.
    const MUTABLE: bool = true;

    fn of(model: &M) -> Self {
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
            id: *model.id(),
        }
    }
}

/// The part of an identity that says which server is meant.
pub(crate) struct Place {
    pub(crate) way: Way,
    pub(crate) stack: Field<String>,
    pub(crate) endpoint: Field<String>,
}

impl Place {
    /// Where an object is.
    pub(crate) fn of(model: &impl OnServer) -> Self {
        let nowhere = Way {
            address: Field::Null,
            port: Field::Null,
            user: Field::Null,
        };
        if let Field::Known(url) = model.endpoint() {
            return Self {
                way: nowhere,
                stack: Field::Null,
                endpoint: Field::Known(url.trim_end_matches('/').to_owned()),
            };
        }
        match model.stack() {
            Field::Known(stack) => Self {
                way: Way::of(&stack.host),
                stack: stack.name.clone(),
                endpoint: Field::Null,
            },
            _ => Self {
                way: Way::of(&Field::Unknown),
                stack: Field::Unknown,
                endpoint: Field::Unknown,
            },
        }
    }

    /// The server there.
    pub(crate) fn server(&self) -> Result<ServerName, Diagnostics> {
        let refuse = |detail: String| Diagnostics::from(Diagnostic::error("The identity names no server", detail));
        match (&self.endpoint, &self.stack, &self.way.address) {
            (Field::Known(url), Field::Null, Field::Null) => {
                super::reference::check_endpoint(url)
                    .map_err(|reason| refuse(format!("The identity's endpoint {reason}")))?;
                Ok(ServerName::endpoint(url))
            }
            (Field::Null, Field::Known(stack), Field::Known(_)) => {
                crate::catalog::validate::stack_name(stack)
                    .map_err(|reason| refuse(format!("The identity's stack is no name of one: {reason}.")))?;
                Ok(ServerName::Stack(self.way.machine()?, stack.clone()))
            }
            _ => Err(refuse(
                "An identity has address and stack for the Uptime Kuma of a stack, or endpoint for a server that stands \
                 elsewhere."
                    .to_owned(),
            )),
        }
    }
}

impl From<&NumberIdentity> for Place {
    fn from(identity: &NumberIdentity) -> Self {
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
