//! Taking an object over that is on its server already.

use tfplugin::server::{Call, ImportBy, Imported};
use tfplugin::{Diagnostic, Diagnostics};

use super::{Key as _, Kind, Memory, ObjectResource};
use crate::diagnose;
use crate::resources::machine;
use crate::resources::status::server::{self, Server, ServerName};

/// What stands before a name that looks like a number.
const NAME: &str = "name=";

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn take_over(
        &self,
        call: &Call,
        by: ImportBy<'_, K::Identity>,
    ) -> Result<Imported<Self>, Diagnostics> {
        let (name, key, text) = match &by {
            ImportBy::Id(id) => {
                let (server, text) = ServerName::of_id(id, K::NOUN)?;
                (server, K::Key::of_text(text), text)
            }
            ImportBy::Identity(identity) => {
                let (server, key) = K::of_identity(identity)?;
                (server, Some(key), "")
            }
        };
        let mut state = K::Model::default();
        let mut private = Memory::default();
        if machine::waits(&self.shared, call) {
            // Core makes up the object; nothing of this one is used.
            return Ok(Imported { state, private });
        }
        server::refer(&mut state, &name);
        let server = server::reach(&self.shared, call, &state).await?;
        let key = match key {
            Some(key) => key,
            None => self.named(&server, text.strip_prefix(NAME).unwrap_or(text)).await?,
        };
        let found = K::find(&server, &key).await;
        let failed = |error| diagnose::status::call(server.name(), &format!("reading the {} {key}", K::NOUN), &error);
        let Some(object) = found.map_err(failed)? else {
            return Err(self.missing(&server, &key.to_string()).await);
        };
        K::recognise(&object)?;
        server::remember(&self.shared, &mut state).await;
        K::set_key(&mut state, &key);
        private.imported = true;
        Ok(Imported { state, private })
    }

    /// The one object of a name.
    async fn named(&self, server: &Server, name: &str) -> Result<K::Key, Diagnostics> {
        let all = self.listed(server).await?;
        let mut same: Vec<K::Key> = all
            .into_iter()
            .filter(|(_, found)| found == name)
            .map(|(key, _)| key)
            .collect();
        match (same.pop(), same.is_empty()) {
            (Some(key), true) => Ok(key),
            (None, _) => Err(self.missing(server, name).await),
            (Some(key), false) => {
                same.push(key);
                let ids: Vec<String> = same.iter().map(|key| server.name().id_of(key)).collect();
                Err(Diagnostic::error(
                    format!("Several are called so: which {} is meant?", K::NOUN),
                    format!(
                        "{} has {} of the name {name:?}. Import one of them by its number:\n\n  {}",
                        server.name(),
                        same.len(),
                        ids.join("\n  ")
                    ),
                )
                .into())
            }
        }
    }

    async fn listed(&self, server: &Server) -> Result<Vec<(K::Key, String)>, Diagnostics> {
        let all = K::all(server).await;
        all.map_err(|error| diagnose::status::call(server.name(), &format!("listing each {}", K::NOUN), &error))
    }

    /// Says what there is instead.
    async fn missing(&self, server: &Server, asked: &str) -> Diagnostics {
        const SHOWN: usize = 20;
        let all = match self.listed(server).await {
            Ok(all) => all,
            Err(errors) => return errors,
        };
        let meant = crate::suggest::question(asked, all.iter().map(|(_, name)| name.as_str()));
        let some: Vec<String> = all
            .iter()
            .take(SHOWN)
            .map(|(key, name)| format!("{key} ({name})"))
            .collect();
        let there = match all.len() {
            0 => "It has none at all.".to_owned(),
            count if count > SHOWN => format!("It has {count}, among them {}.", some.join(", ")),
            _ => format!("It has {}.", some.join(", ")),
        };
        Diagnostic::error(
            format!("The {} is not on the server", K::NOUN),
            format!("{} has no {} {asked}. {there}{meant}", server.name(), K::NOUN),
        )
        .into()
    }
}
