//! The server that a data source looks at.

use std::sync::Arc;

use tfplugin::server::Call;
use tfplugin::{Diagnostics, Field};

use crate::configuration::Shared;
use crate::resources::machine;
use crate::resources::stack_reference::StackReference;
use crate::resources::status::server::{self, Server, ServerStack, on_server};

/// Which server is meant, in the form that resources have.
#[derive(Debug, Clone, Default)]
struct Reference {
    stack: Field<ServerStack>,
    endpoint: Field<String>,
}
on_server!(Reference);

impl Reference {
    fn new(stack: &Field<StackReference>, endpoint: &Field<String>) -> Self {
        let server = |stack: StackReference| ServerStack {
            host: stack.host,
            name: stack.name,
        };
        Self {
            stack: stack.clone().map(server),
            endpoint: endpoint.clone(),
        }
    }
}

/// Refuses a configuration that names no server, or two.
pub(super) fn validate(stack: &Field<StackReference>, endpoint: &Field<String>, diagnostics: &mut Diagnostics) {
    server::validate(&Reference::new(stack, endpoint), diagnostics);
}

/// The server; none if this has to wait for a later run.
pub(super) async fn reach(
    shared: &Shared,
    call: &Call,
    stack: &Field<StackReference>,
    endpoint: &Field<String>,
) -> Result<Option<Arc<Server>>, Diagnostics> {
    if machine::waits(shared, call) {
        return Ok(None);
    }
    let reference = Reference::new(stack, endpoint);
    server::reach(shared, call, &reference).await.map(Some)
}
