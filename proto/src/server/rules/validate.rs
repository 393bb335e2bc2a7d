//! The validators of the schema.

use super::visit;
use crate::diagnostics::Diagnostics;
use crate::schema::Block;
use crate::value::{Path, Value};

/// What the validators say of a configuration. Null and unknown values satisfy all of them (protocol rule 41).
pub(in crate::server) fn validate(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    visit::look(block, config, &Path::root(), &mut |attribute, member, path| {
        found.extend(
            attribute
                .validators
                .iter()
                .filter_map(|validator| validator.apply(member, path)),
        );
    });
    found
}
