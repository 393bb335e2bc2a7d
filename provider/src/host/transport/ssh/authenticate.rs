//! Logging in. What was tried is kept, since «permission denied» alone helps nobody.

use std::path::Path;
use std::time::Instant;

use ssh2::{Error, ErrorCode, KeyboardInteractivePrompt, Prompt, Session};
use zeroize::Zeroizing;

use crate::host::credentials::Credentials;
use crate::host::error::{HostError, Peer};
use crate::host::key::{PrivateKeyText, PublicKey};
use tfplugin::Secret;

use super::connect::limit_time;

/// Logs in with the first thing that the server accepts, and returns what that was.
///
/// The order is: keys of the configuration, its key files, the agent, the user's own key files, the password. What is
/// most likely meant comes first, since each refused key costs a round trip and sshd ends the connection after six.
/// The server is not asked beforehand which methods it has, which would be one round trip more.
pub(super) fn authenticate(
    session: &Session,
    user: &str,
    credentials: &Credentials,
    peer: &Peer,
    deadline: Instant,
) -> Result<String, HostError> {
    let mut attempts = Attempts {
        session,
        user,
        passphrase: credentials.passphrase.as_ref(),
        deadline,
        tried: Vec::new(),
        over: None,
    };
    let login = attempts.all(credentials);
    if let Some(login) = login {
        return Ok(login);
    }
    let Attempts { mut tried, over, .. } = attempts;
    let offered = match over {
        None => {
            limit_time(session, deadline);
            session
                .auth_methods(user)
                .ok()
                .map(|methods| methods.replace(',', ", "))
        }
        Some(reason) => {
            tried.push(format!("then the connection ended: {reason}"));
            None
        }
    };
    if tried.is_empty() {
        tried.push("nothing: no key, agent or password is configured".to_owned());
    }
    Err(HostError::Authentication {
        peer: peer.clone(),
        tried,
        offered,
    })
}

struct Attempts<'session> {
    session: &'session Session,
    user: &'session str,
    /// For keys that are protected by one.
    passphrase: Option<&'session Secret>,
    deadline: Instant,
    tried: Vec<String>,
    /// Why nothing more can be tried.
    over: Option<String>,
}

impl Attempts<'_> {
    fn all(&mut self, credentials: &Credentials) -> Option<String> {
        let count = credentials.private_keys.len();
        for (index, key) in credentials.private_keys.iter().enumerate() {
            let place = match count {
                1 => "the private key of the configuration".to_owned(),
                _ => format!("private key {} of the configuration", index + 1),
            };
            if let Some(login) = self.text(key, &place) {
                return Some(login);
            }
        }
        let files = credentials.key_files();
        let own = credentials.private_key_files.is_empty();
        let (before, after) = if own {
            (&[][..], &files[..])
        } else {
            (&files[..], &[][..])
        };
        if let Some(login) = before.iter().find_map(|path| self.file(path)) {
            return Some(login);
        }
        if credentials.agent
            && let Some(login) = self.agent(credentials.agent_socket.as_deref())
        {
            return Some(login);
        }
        if let Some(login) = after.iter().find_map(|path| self.file(path)) {
            return Some(login);
        }
        credentials
            .password
            .as_ref()
            .and_then(|password| self.password(password))
    }

    fn file(&mut self, path: &Path) -> Option<String> {
        match std::fs::read_to_string(path) {
            Ok(text) => self.text(&Secret::from(text), &path.display().to_string()),
            Err(error) => {
                self.tried
                    .push(format!("key file {}: cannot be read: {error}", path.display()));
                None
            }
        }
    }

    fn text(&mut self, key: &Secret, place: &str) -> Option<String> {
        let mut passphrase = None;
        let named = match PrivateKeyText::of(key.expose()) {
            PrivateKeyText::OpenSsh { public, comment } => name(&public, comment.as_deref(), place),
            PrivateKeyText::Pem => format!("key in PEM form ({place})"),
            PrivateKeyText::Encrypted(public) => {
                let named =
                    |place: &str| public.map_or_else(|| format!("key ({place})"), |public| name(&public, None, place));
                passphrase = self.passphrase;
                if passphrase.is_none() {
                    self.tried.push(format!(
                        "{}: is protected by a passphrase: set private_key_passphrase, or load the key into the agent",
                        named(place)
                    ));
                    return None;
                }
                named(&format!("{place}, with the passphrase"))
            }
            PrivateKeyText::Public => {
                self.tried
                    .push(format!("key ({place}): is a public key; the private one is needed"));
                return None;
            }
            PrivateKeyText::Unknown => {
                self.tried
                    .push(format!("key ({place}): is no private key in OpenSSH's or PEM form"));
                return None;
            }
        };
        // libssh2 wants a line break at the end, which a text from a configuration may lack.
        let text = Zeroizing::new(format!("{}\n", key.expose().trim()));
        self.one(named, |session, user| {
            session.userauth_pubkey_memory(user, None, &text, passphrase.map(Secret::expose))
        })
    }

    fn agent(&mut self, socket: Option<&Path>) -> Option<String> {
        let keys = self.session.agent().and_then(|mut agent| {
            if let Some(path) = socket {
                agent.set_identity_path(path)?;
            }
            agent.connect()?;
            agent.list_identities()?;
            let keys = agent.identities()?;
            Ok((agent, keys))
        });
        let (agent, keys) = match keys {
            Ok(found) => found,
            Err(error) => {
                let where_ = match (socket, std::env::var_os("SSH_AUTH_SOCK")) {
                    (Some(path), _) => path.display().to_string(),
                    (None, Some(path)) => path.to_string_lossy().into_owned(),
                    (None, None) => "SSH_AUTH_SOCK is not set".to_owned(),
                };
                self.tried.push(format!("agent ({where_}): {}", error.message()));
                return None;
            }
        };
        if keys.is_empty() {
            self.tried.push("agent: it holds no key".to_owned());
        }
        keys.iter().find_map(|key| {
            let named = PublicKey::from_blob(key.blob()).map_or_else(
                || format!("key {:?} (agent)", key.comment()),
                |public| name(&public, Some(key.comment()), "agent"),
            );
            self.one(named, |_, user| agent.userauth(user, key))
        })
    }

    fn password(&mut self, password: &Secret) -> Option<String> {
        self.one("password".to_owned(), |session, user| {
            session.userauth_password(user, password.expose())
        })
        .or_else(|| {
            let mut answers = Answers(password);
            self.one("password (keyboard-interactive)".to_owned(), |session, user| {
                session.userauth_keyboard_interactive(user, &mut answers)
            })
        })
    }

    /// Tries one thing, unless nothing can be tried any more.
    fn one(&mut self, named: String, attempt: impl FnOnce(&Session, &str) -> Result<(), Error>) -> Option<String> {
        if self.over.is_some() {
            return None;
        }
        limit_time(self.session, self.deadline);
        let error = match attempt(self.session, self.user) {
            Ok(()) if self.session.authenticated() => return Some(named),
            Ok(()) => None,
            Err(error) => Some(error),
        };
        let words = error
            .as_ref()
            .map(|error| error.message().to_owned())
            .unwrap_or_default();
        let answer = match error.as_ref().map(Error::code) {
            None
            | Some(ErrorCode::Session(
                libssh2_sys::LIBSSH2_ERROR_AUTHENTICATION_FAILED | libssh2_sys::LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED,
            )) => "not accepted".to_owned(),
            // For a wrong passphrase libssh2 has other words with each form of key, and some would mislead alone.
            Some(ErrorCode::Session(
                libssh2_sys::LIBSSH2_ERROR_FILE | libssh2_sys::LIBSSH2_ERROR_KEYFILE_AUTH_FAILED,
            )) => format!("cannot be opened ({words})"),
            Some(_) => words,
        };
        if let Some(error) = error.filter(ends_everything) {
            self.over = Some(format!(
                "{}; sshd does that after too many attempts, by default 6",
                error.message()
            ));
        }
        self.tried.push(format!("{named}: {answer}"));
        None
    }
}

/// Whether the connection is gone after this error.
fn ends_everything(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::Session(
            libssh2_sys::LIBSSH2_ERROR_SOCKET_DISCONNECT
                | libssh2_sys::LIBSSH2_ERROR_SOCKET_SEND
                | libssh2_sys::LIBSSH2_ERROR_SOCKET_RECV
                | libssh2_sys::LIBSSH2_ERROR_SOCKET_TIMEOUT
                | libssh2_sys::LIBSSH2_ERROR_TIMEOUT
        )
    )
}

fn name(public: &PublicKey, comment: Option<&str>, place: &str) -> String {
    let comment = comment
        .filter(|comment| !comment.is_empty())
        .map(|comment| format!(" {comment:?}"))
        .unwrap_or_default();
    format!("key {} {}{comment} ({place})", public.kind, public.fingerprint())
}

/// Answers every question that must not be shown on the screen with the password.
struct Answers<'password>(&'password Secret);

impl KeyboardInteractivePrompt for Answers<'_> {
    fn prompt(&mut self, _user: &str, _instructions: &str, prompts: &[Prompt<'_>]) -> Vec<String> {
        prompts
            .iter()
            .map(|prompt| {
                if prompt.echo {
                    String::new()
                } else {
                    self.0.expose().to_owned()
                }
            })
            .collect()
    }
}
