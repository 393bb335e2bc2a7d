use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use super::process::StepError;

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &["target", ".git", "node_modules"];

/// All shell scripts below `folder`: files that end in `.sh`, and files whose first line names a shell.
pub(crate) fn shell_scripts(folder: &Path) -> Result<Vec<PathBuf>, StepError> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort();
    if found.is_empty() {
        return Err(StepError::NoScripts);
    }
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), StepError> {
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
        } else if kind.is_file() && is_shell_script(&path).map_err(unreadable(&path))? {
            found.push(path);
        }
    }
    Ok(())
}

fn is_shell_script(path: &Path) -> io::Result<bool> {
    if let Some(extension) = path.extension() {
        return Ok(extension == "sh");
    }
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
        let names: Vec<_> = shell_scripts(folder.path())
            .unwrap()
            .into_iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["old", "probe.sh", "run"]);
    }
}
