//! The user's cache folder: what is expensive to make is made once and kept there.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::{Result, TestbedError};

/// The folder `quickfra` in the user's cache folder (`$XDG_CACHE_HOME`, else `~/.cache`).
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache of the user who runs this process. Fails when neither `XDG_CACHE_HOME` nor `HOME` is set.
    pub fn of_user() -> Result<Self> {
        let absolute = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path: &PathBuf| path.is_absolute())
        };
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        let base = base.ok_or_else(|| TestbedError::Machine {
            problem: "there is no cache folder".into(),
            remedy: "set HOME or XDG_CACHE_HOME to an absolute path".into(),
        })?;
        Self::at(base.join("quickfra"))
    }

    /// A cache in the given folder, which is made when it is missing.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self> {
        let cache = Self { root: root.into() };
        make_folder(&cache.root)?;
        Ok(cache)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A folder in the cache, made when it is missing.
    pub fn folder(&self, name: impl AsRef<Path>) -> Result<PathBuf> {
        let path = self.root.join(name);
        make_folder(&path)?;
        Ok(path)
    }

    /// Waits until this process alone holds the lock of that name. It is given back when the value is dropped, and by
    /// the kernel when the process dies.
    pub fn lock(&self, name: &str) -> Result<Lock> {
        let (file, path) = self.lock_file(name)?;
        flock(&file, FlockOperation::LockExclusive).map_err(|error| lock_failed(&path, error))?;
        Ok(Lock { _file: file })
    }

    /// Waits for one of `places` locks with a common name: at most so many processes go on at once.
    pub fn lock_one_of(&self, name: &str, places: usize) -> Result<Lock> {
        for place in 0..places {
            let (file, path) = self.lock_file(&format!("{name}-{place}"))?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(rustix::io::Errno::WOULDBLOCK) => {}
                Err(error) => return Err(lock_failed(&path, error)),
            }
        }
        // All are taken: queue at one of them, spread over the processes.
        self.lock(&format!("{name}-{}", std::process::id() as usize % places.max(1)))
    }

    fn lock_file(&self, name: &str) -> Result<(File, PathBuf)> {
        let path = self.folder("locks")?.join(name);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|source| TestbedError::File {
            action: "cannot open",
            path: path.clone(),
            source,
        })?;
        Ok((file, path))
    }
}

/// A lock that is held; see [`Cache::lock`].
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Makes the folder and its parents.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|source| TestbedError::File {
        action: "cannot make",
        path: path.into(),
        source,
    })
}

/// Writes a file.
pub(crate) fn write_file(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).map_err(|source| TestbedError::File {
        action: "cannot write",
        path: path.into(),
        source,
    })
}

/// Reads a text file.
pub(super) fn read_file(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| TestbedError::File {
        action: "cannot read",
        path: path.into(),
        source,
    })
}

fn lock_failed(path: &Path, error: rustix::io::Errno) -> TestbedError {
    TestbedError::File {
        action: "cannot lock",
        path: path.into(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_places_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache")).unwrap();
        let first = cache.lock_one_of("install", 2).unwrap();
        let _second = cache.lock_one_of("install", 2).unwrap();
        for place in 0..2 {
            let (file, _) = cache.lock_file(&format!("install-{place}")).unwrap();
            assert_eq!(
                flock(&file, FlockOperation::NonBlockingLockExclusive),
                Err(rustix::io::Errno::WOULDBLOCK)
            );
        }
        drop(first);
        let _third = cache.lock_one_of("install", 2).unwrap();
    }
}
