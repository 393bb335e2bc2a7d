//! What is there.

use tfplugin::Diagnostics;
use tfplugin::server::{Call, Current};

use super::{Kind, ObjectResource, doing};
use crate::diagnose;
use crate::resources::status::server;

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn look(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        let Some(state) = &mut current.state else { return Ok(()) };
        let memory = &mut current.private;
        let Some(server) = server::refresh(&self.shared, call, state, &mut memory.machine).await? else {
            return Ok(());
        };
        let Some(key) = K::key(state) else { return Ok(()) };
        let found = K::find(&server, &key).await;
        let found =
            found.map_err(|error| diagnose::status::call(server.name(), &doing::<K>("reading", state), &error))?;
        let Some(object) = found else {
            current.state = None;
            return Ok(());
        };
        let secrets = K::read(&object, state, memory.imported);
        K::observe(server.facts(), &object, state);
        if memory.imported {
            memory.imported = false;
            let there = secrets.iter();
            let there = there.filter_map(|(attribute, secret)| Some((attribute.as_str(), secret.as_ref()?)));
            memory.secrets.remember(there);
        }
        if let Some((shown, _)) = K::secrets(state) {
            *shown = memory.secrets.compare(&secrets);
        }
        Ok(())
    }
}
