//! What a person does on the page of a server.

use std::sync::Mutex;

use quickfra::api::uptime_kuma::calls::{need_setup, setup};
use quickfra::api::uptime_kuma::{Address, Connection, Credentials, Endpoint, Error, Limits, Login, Session};
use tfplugin::Secret;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// An administrator of a server that is reached without TLS.
pub(crate) struct Hand {
    runtime: Runtime,
    authority: String,
    credentials: Mutex<Credentials>,
}

impl Hand {
    /// Becomes the first administrator of a server that has none.
    pub(crate) fn first(authority: &str, username: &str, password: &str) -> Self {
        let hand = Self::known(authority, username, password);
        let limits = Limits::default();
        hand.runtime.block_on(async {
            let stream = TcpStream::connect(authority).await.unwrap();
            let connection = Connection::open(stream, &Address::new(authority), &limits)
                .await
                .unwrap();
            assert!(need_setup(&connection, limits.call).await.unwrap());
            let password = Secret::new(password);
            setup(&connection, username, &password, limits.call).await.unwrap();
        });
        hand
    }

    /// An administrator that the server knows.
    pub(crate) fn known(authority: &str, username: &str, password: &str) -> Self {
        Self {
            runtime: Runtime::new().unwrap(),
            authority: authority.to_owned(),
            credentials: Mutex::new(Credentials::new(username, password)),
        }
    }

    /// Logs in with one-time codes of this secret from now on.
    pub(crate) fn has_codes(&self, secret: &str) {
        let mut credentials = self.credentials.lock().unwrap();
        credentials.totp = Some(Secret::new(secret));
        credentials.token = None;
    }

    /// Does something that has to succeed, see [`Self::tries`].
    #[track_caller]
    pub(crate) fn does<T>(&self, work: impl AsyncFnOnce(&Session) -> Result<T, Error>) -> T {
        match self.tries(work) {
            Ok(done) => done,
            Err(error) => panic!("a change by hand failed: {error}"),
        }
    }

    /// Tries something, on a connection of its own: what others did before is on its lists. Only the first one logs in
    /// with the password.
    pub(crate) fn tries<T>(&self, work: impl AsyncFnOnce(&Session) -> Result<T, Error>) -> Result<T, Error> {
        let mut credentials = self.credentials.lock().unwrap();
        let way = self.authority.clone();
        let endpoint = Endpoint::new(Address::new(self.authority.as_str()), move || {
            TcpStream::connect(way.clone())
        });
        let session = Session::new(endpoint, Login::Password(credentials.clone()), Limits::default());
        let done = self.runtime.block_on(work(&session));
        credentials.token = session.token();
        done
    }
}
