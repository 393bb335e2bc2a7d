use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use super::process::StepError;

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &["target", ".git", "node_modules"];

/// Shell scripts, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    /// Those whose first line names their shell.
    pub(crate) whole: Vec<PathBuf>,
    /// Files that end in `.sh` and do not name a shell: parts of what a POSIX shell is given.
    pub(crate) parts: Vec<PathBuf>,
}

/// All shell scripts below `folder`.
pub(crate) fn shell_scripts(folder: &Path) -> Result<Scripts, StepError> {
    let mut found = Scripts::default();
    collect(folder, &mut found)?;
    found.whole.sort();
    found.parts.sort();
    if found.whole.is_empty() && found.parts.is_empty() {
        return Err(StepError::NoScripts);
    }
    Ok(found)
}

fn collect(folder: &Path, found: &mut Scripts) -> Result<(), StepError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        |source| StepError::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(unreadable(&path))?;
        let foreign = FOREIGN.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !foreign {
            collect(&path, found)?;
        } else if kind.is_file() {
            let ending = path.extension().and_then(|extension| extension.to_str());
            match ending {
                None | Some("sh") if names_a_shell(&path).map_err(unreadable(&path))? => found.whole.push(path),
                Some("sh") => found.parts.push(path),
                _ => {}
            }
        }
    }
    Ok(())
}

fn names_a_shell(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    fs::File::open(path)?.take(64).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    let first = start.lines().next().unwrap_or_default();
    Ok(first.starts_with("#!") && (first.ends_with("/sh") || first.ends_with("bash")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_by_ending_and_by_first_line() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("probe.sh", "true"),
            ("run", "#!/usr/bin/env bash\n"),
            ("old", "#!/bin/sh\n"),
            ("tool", "#!/usr/bin/env python3\n"),
            ("README.md", "#!/bin/sh\n"),
            ("target/made.sh", "true"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let scripts = shell_scripts(folder.path()).unwrap();
        let paths = |names: &[&str]| names.iter().map(|name| folder.path().join(name)).collect::<Vec<_>>();
        assert_eq!(scripts.whole, paths(&["old", "run"]));
        assert_eq!(scripts.parts, paths(&["probe.sh"]));
    }
}
