//! Finding what was made by a call that got no answer, in a later run.
//!
//! The state holds an object without a key, and its private data the numbers of those that were like it before. One that is
//! like it and was not there before is the one that was made.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Diagnostics};

use super::{Key as _, Kind, doing};
use crate::diagnose;
use crate::resources::status::fields::Written;
use crate::resources::status::server::Server;

/// The key of what was made; none if nothing was.
pub(super) async fn find<K: Kind>(
    server: &Server,
    state: &K::Model,
    before: &BTreeSet<i64>,
) -> Result<Option<K::Key>, Diagnostics> {
    let alike = K::alike(server, &Written::of(state).object()).await;
    let alike =
        alike.map_err(|error| diagnose::status::call(server.name(), &doing::<K>("looking for", state), &error))?;
    let new: Vec<String> = alike.difference(before).map(i64::to_string).collect();
    match new.as_slice() {
        [] => Ok(None),
        [one] => Ok(K::Key::of_text(one)),
        several => Err(ambiguous::<K>(server, state, several)),
    }
}

fn ambiguous<K: Kind>(server: &Server, state: &K::Model, several: &[String]) -> Diagnostics {
    let ids: Vec<String> = several.iter().map(|one| server.name().id_of(one)).collect();
    Diagnostic::error(
        format!("It is not clear which {} was made", K::NOUN),
        format!(
            "{} gave no answer when the {} {:?} was made, and has {} now that are like it and were not there before. Take it \
             out of the state (terraform state rm), and import the one that it is, or delete them and apply \
             again:\n\n  {}",
            server.name(),
            K::NOUN,
            K::name(state),
            several.len(),
            ids.join("\n  ")
        ),
    )
    .into()
}
