//! What is there.

use tfplugin::server::{Call, Current};
use tfplugin::{Diagnostic, Diagnostics};

use super::{Kind, ObjectResource, doing, unsure};
use crate::diagnose;
use crate::resources::status::server;

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn look(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        let Some(state) = &mut current.state else { return Ok(()) };
        let memory = &mut current.private;
        // Without a key there is nothing to look for, and nothing may be said of the object, least of all that it is gone.
        if K::key(state).is_none() && memory.unsure.is_none() {
            return Err(nameless::<K>(state));
        }
        let Some(server) = server::refresh(&self.shared, call, state, &mut memory.machine).await? else {
            return Ok(());
        };
        let key = match (K::key(state), &memory.unsure) {
            (None, Some(before)) => unsure::find::<K>(&server, state, before).await?,
            (key, _) => key,
        };
        let Some(key) = key else {
            current.state = None;
            return Ok(());
        };
        K::set_key(state, &key);
        memory.unsure = None;
        let found = K::find(&server, &key).await;
        let found =
            found.map_err(|error| diagnose::status::call(server.name(), &doing::<K>("reading", state), &error))?;
        let Some(object) = found else {
            current.state = None;
            return Ok(());
        };
        let secrets = K::read(&object, state, memory.imported);
        if memory.made
            && let Some(warning) = K::lost(&server, state)
        {
            call.warn(warning);
        }
        if std::mem::take(&mut memory.imported) {
            memory.secrets.take_over(&secrets);
        } else {
            memory.secrets.look_again(&secrets);
        }
        if let Some((shown, _)) = K::secrets(state) {
            *shown = memory.secrets.compare(&secrets);
        }
        // What is told may depend on which secrets were written.
        K::observe(server.facts(), &object, state);
        Ok(())
    }
}

fn nameless<K: Kind>(state: &K::Model) -> Diagnostics {
    let server = server::server_name(state).map_or_else(|| "its server".to_owned(), |name| name.to_string());
    Diagnostic::error(
        format!("The state has no number of the {}", K::NOUN),
        format!(
            "The number that {server} knows the {} {:?} by is missing in the state, so it cannot be looked at. Take it out of \
             the state (terraform state rm), and import it by its name or number. Nothing was changed.",
            K::NOUN,
            K::name(state)
        ),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use tfplugin::Field;
    use tfplugin::server::{Operation, Resource as _};

    use super::*;
    use crate::configuration::Shared;
    use crate::resources::status::object::Memory;
    use crate::resources::status::tag::{Tag, TagKind};

    #[tokio::test]
    async fn a_state_without_a_number_is_an_error_and_stays() {
        let tag = Tag {
            endpoint: Field::Known("https://status.example.net".to_owned()),
            name: Field::Known("web".to_owned()),
            ..Tag::default()
        };
        let mut current = Current {
            state: Some(tag.clone()),
            private: Memory::default(),
        };
        let resource = ObjectResource::<TagKind>::new(Shared::default());
        let refused = resource
            .read(&Call::new(Operation::Read), &mut current)
            .await
            .unwrap_err();
        assert_eq!(refused.0[0].summary, "The state has no number of the tag");
        assert!(refused.0[0].detail.contains("\"web\""), "{}", refused.0[0].detail);
        assert_eq!(current.state, Some(tag));
    }
}
