use std::{env, process::Command};

use super::workspace;

/// A cargo command on the workspace, with the cargo that runs this program.
///
/// Cargo tells a program that it runs which package that is of. Handed on to another cargo, this would have build scripts
/// that look at it (`ring`'s) run anew each time, and all that stands on them be compiled again.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(tells_of_the_package) {
            command.env_remove(name);
        }
    }
    command
}

fn tells_of_the_package(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    const NAMES: [&str; 3] = ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_of_this_package_is_not_handed_on() {
        assert!(env::var_os("CARGO_PKG_NAME").is_some(), "cargo runs this test");
        let command = cargo(&["--version"]);
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).collect();
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(removed.iter().any(|(removed, _)| *removed == name), "{name}");
        }
        for kept in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "PATH"] {
            assert!(!tells_of_the_package(kept), "{kept}");
        }
    }
}
