//! Where things lie on a host. Renderer and engine both ask here, so that a mount path in a compose file and the folder
//! that the engine fills cannot differ.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::release::ConfigFile;

/// The folder that holds every stack of a host.
pub const ROOT: &str = "/opt/quickfra";
/// What the name of every stack's compose project begins with; the stack's own name follows.
pub const PROJECT_PREFIX: &str = "quickfra_";

/// Number of hexadecimal digits of every content hash in a path.
pub const HASH_DIGITS: usize = 12;

/// Paths and names of one stack on its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout<'a> {
    stack: &'a str,
}

impl<'a> Layout<'a> {
    /// The layout of the stack of that name.
    pub const fn new(stack: &'a str) -> Self {
        Self { stack }
    }

    /// `/opt/quickfra/<stack>`.
    pub fn root(&self) -> String {
        format!("{ROOT}/{}", self.stack)
    }

    /// Name of the compose project, `quickfra_<stack>`.
    pub fn project(&self) -> String {
        format!("{PROJECT_PREFIX}{}", self.stack)
    }

    /// Name of a data volume, `quickfra_<stack>_<service>_<volume>`.
    pub fn volume(&self, service: &str, volume: &str) -> String {
        format!("{PROJECT_PREFIX}{}_{service}_{volume}", self.stack)
    }

    /// The folder that a container mounts read-only: `files/<service>/<hash>`, where `hash` is [`file_set_hash`] of all
    /// the service's files. An unchanged service keeps its path, so Compose has no reason to recreate its container.
    pub fn files(&self, service: &str, hash: &str) -> String {
        format!("{}/{}", self.root(), relative_files(service, hash))
    }

    /// The folder of a service's live files: a stable path whose files are replaced by rename inside it. Mount the
    /// folder, never one file of it: a mounted file would stay the old one.
    pub fn live(&self, service: &str) -> String {
        format!("{}/live/{service}", self.root())
    }

    /// The file of a generated secret.
    pub fn secret(&self, service: &str, name: &str) -> String {
        format!("{}/secrets/{service}/{name}", self.root())
    }
}

/// Path of a file set below the stack's folder.
pub(crate) fn relative_files(service: &str, hash: &str) -> String {
    format!("files/{service}/{hash}")
}

/// The hash that names a set of files: of every path, mode and content, whatever their order. The files should be those
/// of one service.
pub fn file_set_hash<'a>(files: impl IntoIterator<Item = &'a ConfigFile>) -> String {
    let sorted: BTreeMap<&str, &ConfigFile> = files.into_iter().map(|file| (file.path.as_str(), file)).collect();
    let mut hasher = ContentHasher::default();
    for (path, file) in sorted {
        hasher.field(path.as_bytes());
        hasher.field(&file.mode.to_be_bytes());
        hasher.field(&file.content);
    }
    hasher.finish()
}

/// Hashes a sequence of fields, each with its length, so that no two sequences read the same.
#[derive(Default)]
pub(crate) struct ContentHasher(Sha256);

impl ContentHasher {
    pub(crate) fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    /// A number in front of a list, so that the list's end is part of the hash.
    pub(crate) fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }

    pub(crate) fn finish(self) -> String {
        let mut digits = hexadecimal(&self.0.finalize());
        digits.truncate(HASH_DIGITS);
        digits
    }
}

/// The whole SHA-256 of some content in lower-case hexadecimal, as `sha256sum` prints it.
pub(crate) fn sha256(content: &[u8]) -> String {
    hexadecimal(&Sha256::digest(content))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> ConfigFile {
        ConfigFile {
            service: "s".into(),
            path: path.into(),
            mode: 0o644,
            content: content.into(),
        }
    }

    #[test]
    fn a_file_set_hash_ignores_the_order_and_sees_every_part() {
        let (a, b) = (file("a", "1"), file("b", "2"));
        assert_eq!(file_set_hash([&a, &b]), file_set_hash([&b, &a]));
        assert_eq!(file_set_hash([&a]).len(), HASH_DIGITS);
        let mut other = a.clone();
        other.mode = 0o600;
        assert_ne!(file_set_hash([&a]), file_set_hash([&other]));
        assert_ne!(file_set_hash([&a]), file_set_hash([&file("a", "2")]));
        assert_ne!(file_set_hash([&a]), file_set_hash([&file("b", "1")]));
        assert_ne!(file_set_hash([&file("a", "bc")]), file_set_hash([&file("ab", "c")]));
    }

    #[test]
    fn sha256_reads_like_sha256sum() {
        assert_eq!(
            sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
