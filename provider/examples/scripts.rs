//! Writes the scripts that machines are given into a folder, for shellcheck: `scripts FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use quickfra::host::scripts;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("usage: scripts FOLDER")?.into();
    for (name, script) in scripts::ALL {
        std::fs::write(folder.join(name).with_extension("sh"), script.text())?;
    }
    Ok(())
}
