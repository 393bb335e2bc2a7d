//! Write-only values: in the configuration only (protocol rule 23).

use super::visit;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Block;
use crate::value::{Path, Value};

/// The value with every write-only attribute null. Core would lose an object whose result leaks one.
pub(in crate::server) fn removed(block: &Block, value: Value) -> Value {
    visit::change(block, value, &mut |attribute, member| {
        if attribute.write_only { Value::Null } else { member }
    })
}

/// Errors for write-only values in the configuration of a core that would store them.
pub(in crate::server) fn refused(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    visit::look(block, config, &Path::root(), &mut |attribute, member, path| {
        if attribute.write_only && !member.is_null() {
            let detail = format!(
                "`{path}` is write-only, which needs Terraform 1.11 or OpenTofu 1.11 at least: an older one would store it."
            );
            found.push(Diagnostic::error("Write-only attribute not supported", detail).at(path.clone()));
        }
    });
    found
}
