//! The unix socket: alone in a folder that only its owner can enter, and gone with the process.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use rustls::crypto::ring;
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};

use super::listener::ListenerError;

/// Short, since a socket's whole path has room for about 100 bytes.
const FOLDER_PREFIX: &str = "tf-";
const SOCKET_NAME: &str = "s";

/// Random bytes in a folder's name, each two characters long: too many for two to meet or for anybody to guess.
const RANDOM_BYTES: usize = 8;

/// Where to go when the temporary folder's own path is too long for a socket, as on macOS it can be.
const LAST_RESORT: &str = "/tmp";

/// A listening socket. Dropping it removes the folder.
#[derive(Debug)]
pub(super) struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
    folder: TempDir,
}

impl UnixSocket {
    /// Listens in a new folder within `directory`, or else the temporary folder, and lets `group` in.
    pub(super) fn bind(directory: Option<&Path>, group: Option<&str>) -> Result<Self, ListenerError> {
        let temporary = std::env::temp_dir();
        let group = group.map(group_number).transpose()?;
        let socket = match directory {
            Some(directory) => Self::bind_in(directory)?,
            None => Self::bind_in(&temporary).or_else(|_| Self::bind_in(Path::new(LAST_RESORT)))?,
        };
        if let Some(group) = group {
            socket
                .admit(group)
                .map_err(|source| ListenerError::Group { group, source })?;
        }
        Ok(socket)
    }

    fn bind_in(directory: &Path) -> Result<Self, ListenerError> {
        let attempt = || {
            let folder = make_folder(directory, &random_name()?)?;
            let path = folder.path().join(SOCKET_NAME);
            Ok(Self {
                listener: UnixListener::bind(&path)?,
                path,
                folder,
            })
        };
        attempt().map_err(|source| ListenerError::Socket {
            directory: directory.to_owned(),
            source,
        })
    }

    /// Lets a group pass through the folder and use the socket.
    fn admit(&self, group: u32) -> io::Result<()> {
        for (path, mode) in [(self.path.as_path(), 0o660), (self.folder.path(), 0o710)] {
            chown(path, None, Some(group))?;
            std::fs::set_permissions(path, Permissions::from_mode(mode))?;
        }
        Ok(())
    }

    /// The path, if it can stand in a handshake line.
    pub(super) fn address(&self) -> Result<String, ListenerError> {
        match self.path.to_str() {
            Some(path) if !path.contains(['|', '\n', '\r']) => Ok(path.to_owned()),
            _ => Err(ListenerError::Unprintable(self.path.clone())),
        }
    }

    /// Waits for the next connection.
    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// A name that nobody can have taken before; tempfile's own names come from a generator that can be followed.
fn random_name() -> io::Result<String> {
    let mut random = [0; RANDOM_BYTES];
    ring::default_provider()
        .secure_random
        .fill(&mut random)
        .map_err(|_| io::Error::other("the system has no randomness"))?;
    Ok(format!("{FOLDER_PREFIX}{:016x}", u64::from_be_bytes(random)))
}

/// Makes a folder for the owner alone. Whatever stands there already, a link too, is an error and stays as it is.
fn make_folder(directory: &Path, name: &str) -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix(name)
        .rand_bytes(0)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(directory)
}

/// The number of a group given by number or by name.
///
/// Names are looked up in `/etc/group` only: asking the system's name service would take C code for an option that
/// container runners alone use.
fn group_number(group: &str) -> Result<u32, ListenerError> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    find_group(&groups, group).ok_or_else(|| ListenerError::UnknownGroup(group.to_owned()))
}

/// Finds a group in the text of `/etc/group` (`name:password:number:members`).
fn find_group(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        fields.nth(1)?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn only_the_owner_enters_and_nothing_stays_behind() {
        let directory = tempfile::tempdir().unwrap();
        let socket = UnixSocket::bind(Some(directory.path()), None).unwrap();
        let path = PathBuf::from(socket.address().unwrap());
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let (client, server) = tokio::join!(UnixStream::connect(&path), socket.accept());
        assert!(client.is_ok() && server.is_ok());
        drop(socket);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_stands_at_the_name_already_is_never_used() {
        let directory = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::write(at("file"), "content").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        symlink(elsewhere.path(), at("link")).unwrap();
        symlink(elsewhere.path().join("nowhere"), at("dangling")).unwrap();
        for name in ["file", "folder", "link", "dangling"] {
            let before = std::fs::symlink_metadata(at(name)).unwrap();
            let error = make_folder(directory.path(), name).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{name}");
            let after = std::fs::symlink_metadata(at(name)).unwrap();
            assert_eq!((before.ino(), before.mode()), (after.ino(), after.mode()), "{name}");
        }
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn no_name_comes_twice() {
        let names: std::collections::BTreeSet<_> = (0..1000).map(|_| random_name().unwrap()).collect();
        assert_eq!(names.len(), 1000);
        let length = FOLDER_PREFIX.len() + 2 * RANDOM_BYTES;
        assert!(names.iter().all(|name| name.len() == length));
    }

    #[tokio::test]
    async fn a_group_gets_through_the_folder_to_the_socket() {
        let directory = tempfile::tempdir().unwrap();
        let own_group = std::fs::metadata(directory.path()).unwrap().gid();
        let socket = UnixSocket::bind(Some(directory.path()), Some(&own_group.to_string())).unwrap();
        assert_eq!(mode(&socket.path), 0o660);
        assert_eq!(mode(socket.path.parent().unwrap()), 0o710);
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let error = UnixSocket::bind(Some(Path::new("/nowhere/at/all")), None).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }

    #[tokio::test]
    async fn a_path_that_would_break_the_line_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let odd = directory.path().join("a|b");
        std::fs::create_dir(&odd).unwrap();
        let socket = UnixSocket::bind(Some(&odd), None).unwrap();
        assert!(matches!(socket.address(), Err(ListenerError::Unprintable(_))));
    }

    #[test]
    fn groups_by_name() {
        let groups = "root:x:0:\nbroken\nstaff:x:50:a,b\n";
        assert_eq!(find_group(groups, "staff"), Some(50));
        assert_eq!(find_group(groups, "broken"), None);
        assert!(matches!(
            group_number("no such group"),
            Err(ListenerError::UnknownGroup(_))
        ));
        assert_eq!(group_number("12").ok(), Some(12));
    }
}
