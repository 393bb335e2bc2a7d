//! The configuration of a stack, kept beside its release on the machine: what lets an import by id fill in the blocks
//! that no probe could tell from rendered files. It holds what a plan shows, and nothing that is write-only.

use tfplugin::value::{Path, Undeclared, Value};
use tfplugin::{Field, Model};

use super::configured::NotYetKnown;
use super::model::Stack;
use crate::host::desired::{ConfigFile, OF_STACK};
use crate::host::snapshot::{FilePlace, ManagedFile, StackSnapshot};

/// Name of the file.
const NAME: &str = "configuration.json";
/// The path under which it would appear among the files of a release.
pub(super) const PATH: &str = "stack/configuration.json";

/// What was written of a stack: without the machine that it is on, and without results.
pub(super) fn configuration(stack: &Stack) -> Stack {
    Stack {
        host: Field::Null,
        endpoints: Field::Null,
        release: Field::Null,
        services: Field::Null,
        files: Field::Null,
        drift: Field::Null,
        timeouts: None,
        ..stack.clone()
    }
}

/// The file for a stack, as soon as all that it holds is known.
pub(super) fn of(stack: &Stack) -> Result<ConfigFile, NotYetKnown> {
    let content = configuration(stack)
        .to_value()
        .encode_json(&Stack::schema().implied_type());
    Ok(ConfigFile {
        service: OF_STACK.to_owned(),
        path: NAME.to_owned(),
        mode: 0o600,
        // A value of the schema's own type fails to be written only where some of it is unknown.
        content: content.map_err(|_| NotYetKnown)?,
    })
}

/// Whether a file found on a machine is this one.
pub(super) fn is(file: &ManagedFile) -> bool {
    file.path == NAME && matches!(&file.place, FilePlace::Files { service, .. } if service == OF_STACK)
}

/// The stack as the file beside its release says, or why that cannot be told. The snapshot must hold the content of files.
pub(super) fn found(snapshot: &StackSnapshot) -> Result<Stack, String> {
    let file = snapshot.files.iter().find(|file| is(file));
    let content = file.and_then(|file| file.content.as_deref());
    read(content.ok_or("the file with its configuration is missing")?)
}

/// The stack of such a file, or why there is none. Attributes that this version does not know are passed over, and those
/// that the writer did not know are null.
pub(super) fn read(content: &[u8]) -> Result<Stack, String> {
    let value = Value::decode_json_with(content, &Stack::schema().implied_type(), Undeclared::Drop)
        .map_err(|error| error.to_string())?;
    Stack::from_value(&value, &Path::root())
        .map_err(|_| "the file with its configuration does not fit this version of the provider".to_owned())
}
