//! How a resource says which server it belongs to.

use tfplugin::server::Call;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::name::ServerName;
use crate::api::dial;
use crate::catalog::validate;
use crate::resources::machine::Memory;
use crate::resources::reference::{HostReference, Referred};
use crate::resources::relocation::{self, Move};
use crate::resources::stack_reference;

/// A stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes here are taken.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct ServerStack {
    /// The machine that carries the stack.
    #[attribute(required)]
    pub host: Field<HostReference>,
    /// Name of the stack on its machine.
    #[attribute(required, replace, validate = validate::stack_name)]
    pub name: Field<String>,
}

/// What belongs to a server, and says to which: by a stack, or by the address of a server elsewhere.
pub trait OnServer {
    /// The stack.
    fn stack(&self) -> &Field<ServerStack>;
    /// The stack, to be filled in.
    fn stack_mut(&mut self) -> &mut Field<ServerStack>;
    /// The address.
    fn endpoint(&self) -> &Field<String>;
    /// The address, to be filled in.
    fn endpoint_mut(&mut self) -> &mut Field<String>;
}

/// Makes a model with the attributes `stack` and `endpoint` one that is on a server.
macro_rules! on_server {
    ($model:ty) => {
        impl $crate::resources::status::server::OnServer for $model {
            fn stack(&self) -> &::tfplugin::Field<$crate::resources::status::server::ServerStack> {
                &self.stack
            }
            fn stack_mut(&mut self) -> &mut ::tfplugin::Field<$crate::resources::status::server::ServerStack> {
                &mut self.stack
            }
            fn endpoint(&self) -> &::tfplugin::Field<String> {
                &self.endpoint
            }
            fn endpoint_mut(&mut self) -> &mut ::tfplugin::Field<String> {
                &mut self.endpoint
            }
        }
    };
}
pub(crate) use on_server;

/// Refuses a configuration that names no server, or two.
pub(crate) fn validate(config: &impl OnServer, diagnostics: &mut Diagnostics) {
    let endpoint = Path::root().attribute("endpoint");
    match (config.stack(), config.endpoint()) {
        (Field::Known(_), Field::Known(_)) => diagnostics.push(
            Diagnostic::error(
                "Two servers are named",
                "Keep stack for the Uptime Kuma of a stack, or endpoint for a server that stands elsewhere.",
            )
            .at(endpoint),
        ),
        (Field::Null, Field::Null) => diagnostics.push(Diagnostic::error(
            "No server is named",
            "Write stack = quickfra_stack.<name> for the Uptime Kuma of a stack, or endpoint = \"https://...\" for a server \
             that stands elsewhere, whose login the provider block has.",
        )),
        (Field::Known(stack), _) => {
            let host = stack_reference::attribute().attribute("host");
            HostReference::validate(&stack.host, &host, diagnostics);
        }
        _ => {}
    }
}

/// Checks the address of a server.
pub(crate) fn check_endpoint(url: &str) -> Result<(), String> {
    if url.ends_with('/') {
        // Another text is another server: the object would be made anew.
        return Err("must end without a slash.".to_owned());
    }
    dial::check_url(url)
        .map_err(|error| format!("must be an address such as https://status.example.net, alone: {error}."))
}

/// The server that is meant, once all that leads to it is known.
pub(crate) fn server_name(model: &impl OnServer) -> Option<ServerName> {
    if let Field::Known(url) = model.endpoint() {
        return Some(ServerName::endpoint(url));
    }
    let stack = model.stack().known()?;
    let Referred::Machine(machine) = HostReference::referred(&stack.host) else {
        return None;
    };
    Some(ServerName::Stack(machine, stack.name.known()?.clone()))
}

/// The reference that a normal configuration would have: what an import fills in.
pub(crate) fn refer(model: &mut impl OnServer, name: &ServerName) {
    match name {
        ServerName::Endpoint(url) => *model.endpoint_mut() = Field::Known(url.clone()),
        ServerName::Stack(machine, stack) => {
            *model.stack_mut() = Field::Known(ServerStack {
                host: Field::Known(HostReference::of(machine)),
                name: Field::Known(stack.clone()),
            });
        }
    }
}

/// How the server that is planned for stands to the one of the state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Relation {
    /// It is the same one.
    Same,
    /// It is the same stack on another machine, or may be.
    Elsewhere,
    /// It is another one, for the reason at this attribute: the object has to be made anew.
    Other(Path),
}

/// Compares the planned server with that of the state, and fits the planned reference to the answer.
pub(crate) fn relate<M: OnServer>(
    call: &Call,
    config: &M,
    prior: &M,
    planned: &mut M,
    memory: &Memory,
) -> Result<Relation, Diagnostics> {
    let (stack, endpoint) = (stack_reference::attribute(), Path::root().attribute("endpoint"));
    match (prior.endpoint(), config.endpoint(), prior.stack(), config.stack()) {
        (Field::Known(before), Field::Known(after), ..) => {
            let same = ServerName::endpoint(before) == ServerName::endpoint(after);
            Ok(if same {
                Relation::Same
            } else {
                Relation::Other(endpoint)
            })
        }
        (Field::Known(_), ..) => Ok(Relation::Other(endpoint)),
        (.., Field::Known(before), Field::Known(after)) if after.name == before.name => {
            let Field::Known(planned) = planned.stack_mut() else {
                return Ok(Relation::Elsewhere);
            };
            let moved = relocation::plan_move(call, &after.host, &before.host, &mut planned.host, memory)
                .map_err(stack_reference::below)?;
            Ok(match moved {
                Move::Same => Relation::Same,
                Move::Elsewhere => Relation::Elsewhere,
            })
        }
        (.., Field::Known(_), Field::Known(_)) => Ok(Relation::Other(stack.attribute("name"))),
        // A name that is not known yet may turn out to be another one, and an apply may not replace what was planned as an
        // update.
        _ => Ok(Relation::Other(stack)),
    }
}

#[cfg(test)]
mod tests {
    use tfplugin::server::Operation;

    use super::*;

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct Thing {
        /// The stack.
        #[attribute(optional)]
        stack: Field<ServerStack>,
        /// The address.
        #[attribute(optional)]
        endpoint: Field<String>,
    }
    on_server!(Thing);

    fn at(machine: &str, name: &str) -> Thing {
        let mut thing = Thing::default();
        refer(
            &mut thing,
            &ServerName::Stack(machine.parse().unwrap(), name.to_owned()),
        );
        thing
    }

    fn elsewhere(url: &str) -> Thing {
        Thing {
            endpoint: Field::Known(url.to_owned()),
            ..Thing::default()
        }
    }

    fn relation(prior: &Thing, config: &Thing) -> Relation {
        let call = Call::new(Operation::Plan);
        relate(&call, config, prior, &mut config.clone(), &Memory::default()).unwrap()
    }

    #[test]
    fn a_configuration_names_one_server() {
        let faults = |thing: &Thing| {
            let mut diagnostics = Diagnostics::new();
            validate(thing, &mut diagnostics);
            diagnostics.iter().map(|one| one.summary.clone()).collect::<Vec<_>>()
        };
        assert!(faults(&at("203.0.113.7", "platform")).is_empty());
        assert!(faults(&elsewhere("https://status.example.net")).is_empty());
        assert_eq!(faults(&Thing::default()), ["No server is named"]);
        let both = Thing {
            endpoint: Field::Known("https://a.example".to_owned()),
            ..at("203.0.113.7", "platform")
        };
        assert_eq!(faults(&both), ["Two servers are named"]);
        let unknown = Thing {
            stack: Field::Unknown,
            ..Thing::default()
        };
        assert!(faults(&unknown).is_empty());
        let nowhere = Thing {
            stack: Field::Known(ServerStack {
                host: Field::Known(HostReference::default()),
                name: Field::Known("platform".to_owned()),
            }),
            ..Thing::default()
        };
        assert_eq!(faults(&nowhere), ["Host has no address"]);
    }

    #[test]
    fn another_server_is_told_from_another_machine() {
        let here = at("203.0.113.7", "platform");
        assert_eq!(relation(&here, &here), Relation::Same);
        assert_eq!(relation(&here, &at("203.0.113.8", "platform")), Relation::Elsewhere);
        let path = |name: &str| Relation::Other(stack_reference::attribute().attribute(name));
        assert_eq!(relation(&here, &at("203.0.113.7", "other")), path("name"));
        let far = elsewhere("https://status.example.net");
        assert_eq!(
            relation(&far, &elsewhere("https://status.example.net/")),
            Relation::Same
        );
        let endpoint = Relation::Other(Path::root().attribute("endpoint"));
        assert_eq!(relation(&far, &elsewhere("https://other.example.net")), endpoint);
        assert_eq!(relation(&here, &far), Relation::Other(stack_reference::attribute()));
        let endpoint = Relation::Other(Path::root().attribute("endpoint"));
        assert_eq!(relation(&far, &here), endpoint);
        let unknown = Thing {
            stack: Field::Unknown,
            ..Thing::default()
        };
        assert_eq!(relation(&here, &unknown), Relation::Other(stack_reference::attribute()));
        // The machine comes with the same apply.
        let mut nowhere = here.clone();
        nowhere.stack.known_mut().unwrap().host = Field::Unknown;
        assert_eq!(relation(&here, &nowhere), Relation::Elsewhere);
    }

    #[test]
    fn an_address_is_an_address_alone() {
        for good in ["https://status.example.net", "http://127.0.0.1:3001/kuma"] {
            assert_eq!(check_endpoint(good), Ok(()), "{good}");
        }
        for bad in [
            "https://status.example.net/",
            "status.example.net",
            "wss://a",
            "https://u:p@a",
            "https://a?b",
            "https://a#b",
            "https://",
        ] {
            assert!(check_endpoint(bad).is_err(), "{bad}");
        }
    }
}
