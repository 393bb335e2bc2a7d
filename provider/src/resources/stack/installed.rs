//! What was applied last of a stack, read back from its machine.

use super::configuration_file;
use super::configured::stack_config;
use crate::catalog::StackConfig;
use crate::host::snapshot::StackSnapshot;

/// The configuration that stands beside the release in force, or why it cannot be told. The snapshot must hold the
/// content of files.
pub(crate) fn configuration_of(found: &StackSnapshot) -> Result<StackConfig, String> {
    stack_config(&configuration_file::found(found)?)
        .map_err(|_| "the file with its configuration is not complete".to_owned())
}
