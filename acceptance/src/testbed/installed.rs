//! A release of Uptime Kuma that somebody has installed in a folder, to be tested with in place of the one of npm.

use std::fs;
use std::path::{Path, PathBuf};

use super::cache::make_folder;
use super::command::run;
use super::error::{Result, TestbedError};
use super::recipe::Recipe;

/// Environment variable with the folder.
const VARIABLE: &str = "QUICKFRA_UPTIME_KUMA_FOLDER";
/// What an installed release has, below its folder.
const PARTS: [&str; 4] = ["package.json", "server/server.js", "dist/index.html", DEPENDENCIES];
/// npm's own list of what it has installed.
const DEPENDENCIES: &str = "node_modules/.package-lock.json";
/// What is no part of the release: its dependencies are known by their list, and the rest is not to get into an image.
const LEFT_OUT: [&str; 3] = ["node_modules", "data", ".git"];

/// The folder.
#[derive(Debug)]
pub(super) struct Installed(PathBuf);

impl Installed {
    /// The folder that the environment names, if it names one.
    pub(super) fn of_environment() -> Result<Option<Self>> {
        match std::env::var_os(VARIABLE) {
            Some(folder) if !folder.is_empty() => Self::at(folder.into()).map(Some),
            _ => Ok(None),
        }
    }

    fn at(folder: PathBuf) -> Result<Self> {
        match PARTS.iter().find(|part| !folder.join(part).is_file()) {
            None => Ok(Self(folder)),
            Some(part) => Err(TestbedError::Usage(format!(
                "{VARIABLE} names {}, which has no {part}: it is to be a release of Uptime Kuma with its dependencies \
                 (npm ci --omit=dev) and its web page (dist)",
                folder.display()
            ))),
        }
    }

    /// Tells one content of the folder from another.
    pub(super) fn hash(&self) -> Result<String> {
        let dependencies = read(&self.0.join(DEPENDENCIES))?;
        let mut recipe = Recipe::new("folder").input(DEPENDENCIES, dependencies);
        for (name, path) in self.entries()? {
            if !LEFT_OUT.contains(&name.as_str()) {
                recipe = add(recipe, &name, &path)?;
            }
        }
        Ok(recipe.hash())
    }

    /// Copies the release with its dependencies to `app` in the context of a build.
    pub(super) fn copy(&self, context: &Path) -> Result<()> {
        let target = context.join("app");
        make_folder(&target)?;
        let mut copy = std::process::Command::new("cp");
        copy.args(["--archive", "--target-directory"]).arg(&target);
        for (name, path) in self.entries()? {
            if name == "node_modules" || !LEFT_OUT.contains(&name.as_str()) {
                copy.arg(path);
            }
        }
        run(&mut copy).map(drop)
    }

    fn entries(&self) -> Result<Vec<(String, PathBuf)>> {
        sorted(&self.0)
    }
}

/// Adds a file, or all files below a folder, to a recipe. Symbolic links count as what they lead to.
fn add(recipe: Recipe, name: &str, path: &Path) -> Result<Recipe> {
    if !path.is_dir() {
        return Ok(recipe.input(name, read(path)?));
    }
    let mut recipe = recipe;
    for (inner, path) in sorted(path)? {
        recipe = add(recipe, &format!("{name}/{inner}"), &path)?;
    }
    Ok(recipe)
}

/// The entries of a folder by their names.
fn sorted(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let failed = |source| unreadable(folder, source);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    entries.sort();
    Ok(entries)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: std::io::Error) -> TestbedError {
    TestbedError::File {
        action: "cannot read",
        path: path.into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cache::write_file;
    use super::*;

    fn release(parts: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for part in parts {
            write(&folder, part, "x");
        }
        folder
    }

    fn write(folder: &tempfile::TempDir, part: &str, text: &str) {
        let path = folder.path().join(part);
        make_folder(path.parent().unwrap()).unwrap();
        write_file(&path, text).unwrap();
    }

    #[test]
    fn what_is_no_installed_release_is_refused() {
        for missing in PARTS {
            let parts: Vec<&str> = PARTS.into_iter().filter(|part| *part != missing).collect();
            let folder = release(&parts);
            let error = Installed::at(folder.path().into()).unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
        }
    }

    #[test]
    fn another_content_is_another_image_and_data_are_not_looked_at() {
        let folder = release(&PARTS);
        let installed = Installed::at(folder.path().into()).unwrap();
        let hash = installed.hash().unwrap();
        write(&folder, "data/kuma.db", "secret");
        write(&folder, "node_modules/a/index.js", "x");
        assert_eq!(installed.hash().unwrap(), hash);
        for part in PARTS.into_iter().chain(["server/model/user.js"]) {
            let before = installed.hash().unwrap();
            write(&folder, part, "y");
            assert_ne!(installed.hash().unwrap(), before, "{part}");
        }
        let context = tempfile::tempdir().unwrap();
        installed.copy(context.path()).unwrap();
        assert!(context.path().join("app/node_modules/a/index.js").is_file());
        assert!(!context.path().join("app/data").exists());
    }
}
