use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::Tool;

/// Version under which the provider is installed. All crates of the workspace carry one version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A filesystem mirror in the unpacked layout: `<registry>/<namespace>/<type>/<version>/<os>_<arch>/<binary>`.
///
/// `init` installs from it as it would from a registry: it picks a version, records the package's hash in the lock
/// file, and later commands start the binary with the handshake and mutual TLS of every day.
#[derive(Debug, Clone)]
pub struct Mirror {
    folder: PathBuf,
}

impl Mirror {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Offers `binary` as `quickfra/quickfra` in the registries of both tools.
    ///
    /// # Errors
    /// Those of writing into the mirror's folder.
    pub fn offer(&self, binary: &Path) -> io::Result<()> {
        for tool in Tool::ALL {
            let package = self
                .folder
                .join(tool.registry())
                .join("quickfra/quickfra")
                .join(VERSION)
                .join(platform());
            fs::create_dir_all(&package)?;
            let place = package.join(format!("terraform-provider-quickfra_v{VERSION}"));
            match fs::remove_file(&place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            symlink(binary, place)?;
        }
        Ok(())
    }
}

/// Operating system and architecture in Go's words, as the mirror's folders are named.
fn platform() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{}_{architecture}", std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_binary_takes_the_place_of_the_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let mirror = Mirror::at(folder.path().join("mirror"));
        for content in ["first", "second"] {
            let binary = folder.path().join(content);
            fs::write(&binary, content).unwrap();
            mirror.offer(&binary).unwrap();
        }
        let place = folder.path().join(format!(
            "mirror/registry.opentofu.org/quickfra/quickfra/{VERSION}/{}/terraform-provider-quickfra_v{VERSION}",
            platform()
        ));
        assert_eq!(fs::read_to_string(place).unwrap(), "second");
    }
}
