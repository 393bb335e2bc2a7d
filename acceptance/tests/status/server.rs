//! A server that tests work on, and configurations for it.

use std::sync::atomic::{AtomicU32, Ordering};

use acceptance::harness::{Case, Tool};
use acceptance::prerequisites;
use acceptance::testbed::{StatusServer, Testbed};
use quickfra::api::uptime_kuma::session::Dialect;

use crate::hand::Hand;

/// The login of servers that are made here.
const USERNAME: &str = "admin";
const PASSWORD: &str = "a-password-for-tests-1";

/// Says which live server is to be used.
const LIVE: &str = "QUICKFRA_UPTIME_KUMA";

/// The provider's login, and the variables of every configuration.
const PROVIDER: &str = r#"
variable "endpoint" { type = string }
variable "username" { type = string }
variable "password" {
  type      = string
  ephemeral = true
}

provider "quickfra" {
  SETTINGS
  status {
    url      = var.endpoint
    username = var.username
    password = var.password
  }
}
"#;

/// A server, and an administrator who does things by hand.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) hand: Hand,
    /// Part of every name that the test gives: a live server has other things too.
    pub(crate) mark: String,
    own: Option<StatusServer>,
}

impl Server {
    /// The live server that the environment names, else one that is made.
    pub(crate) fn any() -> Self {
        let Ok(url) = std::env::var(format!("{LIVE}_URL")) else {
            return Self::own();
        };
        let of = |what: &str| std::env::var(format!("{LIVE}_{what}")).unwrap();
        let (username, password) = (of("USERNAME"), of("PASSWORD"));
        let authority = url.strip_prefix("http://").unwrap();
        let hand = Hand::known(authority, &username, &password);
        Self {
            url,
            username,
            password,
            hand,
            mark: mark(),
            own: None,
        }
    }

    /// One that is made, which the test may stop.
    pub(crate) fn own() -> Self {
        prerequisites::ensure().unwrap();
        let own = Testbed::shared().unwrap().status_server().unwrap();
        let authority = own.authority();
        Self {
            url: format!("http://{authority}"),
            username: USERNAME.to_owned(),
            password: PASSWORD.to_owned(),
            hand: Hand::first(&authority, USERNAME, PASSWORD),
            mark: mark(),
            own: Some(own),
        }
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Whether it speaks the dialect of 2.x.
    pub(crate) fn is_newer(&self) -> bool {
        let version = self.hand.does(async |session| session.version().await);
        version.dialect() == Dialect::Two
    }

    /// Whether it was made for the test.
    pub(crate) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// The server that is made, to be stopped and started.
    pub(crate) fn process(&self) -> &StatusServer {
        self.own.as_ref().unwrap()
    }

    /// A case with the login of this server; the text has `endpoint = var.endpoint` where a server is meant.
    pub(crate) fn case(&self, tool: Tool, text: &str) -> Case {
        let mut case = Case::new(tool);
        self.configure(&mut case, text);
        case.variable("endpoint", self.url.as_str())
            .variable("username", self.username.as_str())
            .variable("password", self.password.as_str())
            .hide(self.url.as_str(), "server")
            .hide(self.mark.as_str(), "mark");
        case
    }

    /// Takes another text as the configuration.
    pub(crate) fn configure(&self, case: &mut Case, text: &str) {
        self.configure_with(case, "", text);
    }

    /// As [`Self::configure`], with more settings of the provider.
    pub(crate) fn configure_with(&self, case: &mut Case, settings: &str, text: &str) {
        let provider = PROVIDER.replace("SETTINGS", settings);
        case.config(&format!("{provider}{}", self.marked(text)));
    }

    /// A text with the test's mark in the place of `MARK`.
    pub(crate) fn marked(&self, text: &str) -> String {
        text.replace("MARK", &self.mark)
    }
}

/// No other test's.
fn mark() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("qf{}n{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}
