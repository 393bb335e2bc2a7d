//! `quickfra_status_proxy`: a proxy that monitors of web pages go through.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model, Secret};

use super::fields::{Fields, Visit, block};
use super::items;
use super::object::{Kind, number_key};
use super::secrets::{Shown, Words};
use super::server::{Server, ServerStack, check_endpoint, numbered};
use crate::api::uptime_kuma::{Error, Object};

/// A proxy of Uptime Kuma. Monitors of web pages go through it if they name its `id`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Proxy {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// What the proxy speaks: `http`, `https`, `socks`, `socks4`, `socks5` or `socks5h`.
    #[attribute(required, validate = validators::one_of(&["http", "https", "socks", "socks4", "socks5", "socks5h"]))]
    pub protocol: Field<String>,
    /// Host name or IP address of the proxy.
    #[attribute(required, validate = validators::not_empty)]
    pub host: Field<String>,
    /// Port of the proxy.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// Whether the web page offers it for new monitors. Monitors that are made here go through the one that they name.
    #[attribute(optional, default = false)]
    pub default: Field<bool>,
    /// The login at the proxy.
    #[block]
    pub basic_auth: Option<ProxyLogin>,
    /// Raise it to write the write-only values again. Without it, they are written when they change.
    #[attribute(optional)]
    pub secrets_wo_version: Field<i64>,
    /// The write-only values that were written or that an import found, in words: `set`, or `changed on the server`.
    #[attribute(computed)]
    pub secrets: Field<Words>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(Proxy);

/// A login at a proxy.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct ProxyLogin {
    /// The user.
    #[attribute(required, validate = validators::not_empty)]
    pub username: Field<String>,
    /// The user's password.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
}

impl Fields for Proxy {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("protocol", "protocol", &mut self.protocol, None);
        visit.text("host", "host", &mut self.host, None);
        visit.number("port", "port", &mut self.port, None);
        visit.truth("default", "default", &mut self.default, false);
        block(visit, "basic_auth", &mut self.basic_auth, &|object| {
            matches!(object.get("auth"), Some(Value::Bool(true))) || object.get("auth") == Some(&json!(1))
        });
    }
}

impl Fields for ProxyLogin {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("username", "username", &mut self.username, None);
        visit.needed("password_wo", "password", &mut self.password_wo);
    }
}

/// The kind of proxies.
pub struct ProxyKind;

impl Kind for ProxyKind {
    type Model = Proxy;
    number_key!();
    const NAME: &'static str = "quickfra_status_proxy";
    const NOUN: &'static str = "proxy";

    /// A proxy has no name; its host is what comes closest.
    fn name(model: &Proxy) -> &str {
        model.host.known().map_or("", String::as_str)
    }

    fn secrets(model: &mut Proxy) -> Option<(&mut Shown, Field<i64>)> {
        Some((&mut model.secrets, model.secrets_wo_version))
    }

    fn forget(planned: &mut Proxy) {
        planned.id = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        items::find(&server.session().proxies(), *key).await
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        items::all(&server.session().proxies(), "host").await
    }

    async fn add(server: &Server, wanted: Object, planned: &Proxy) -> Result<i64, Error> {
        let added = server
            .session()
            .proxies()
            .add_once(&with_login(wanted, planned))
            .await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().proxies().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, planned: &Proxy) -> Result<Option<()>, Error> {
        items::save(&server.session().proxies(), *key, &with_login(wanted, planned)).await
    }

    async fn delete(server: &Server, key: &i64, _: &Proxy) -> Result<(), Error> {
        server.session().proxies().delete(*key).await
    }
}

/// What the server needs beside the fields: whether there is a login, and that the proxy is in use, which it always is.
fn with_login(mut wanted: Object, planned: &Proxy) -> Object {
    let login = planned.basic_auth.is_some();
    wanted.insert("auth".to_owned(), json!(login));
    wanted.insert("active".to_owned(), json!(true));
    wanted.insert("applyExisting".to_owned(), json!(false));
    if !login {
        wanted.insert("username".to_owned(), Value::Null);
        wanted.insert("password".to_owned(), Value::Null);
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::status::fields::{Reading, Written};

    #[test]
    fn a_proxy_is_read_as_it_was_written() {
        let proxy = Proxy {
            protocol: Field::Known("socks5h".to_owned()),
            host: Field::Known("proxy.example.net".to_owned()),
            port: Field::Known(1080),
            default: Field::Known(false),
            basic_auth: Some(ProxyLogin {
                username: Field::Known("ada".to_owned()),
                password_wo: Field::Null,
            }),
            ..Proxy::default()
        };
        let sent = with_login(Written::of(&proxy).object(), &proxy);
        assert_eq!(sent["auth"], true);
        // The server's own rows have numbers for truth values.
        let mut found = sent;
        found.insert("auth".to_owned(), json!(1));
        found.insert("default".to_owned(), json!(0));
        let mut read = Proxy::default();
        let secrets = Reading::into(&found, &mut read);
        assert_eq!(read, proxy);
        assert_eq!(secrets["basic_auth.password_wo"], None);
    }

    #[test]
    fn a_login_that_is_taken_away_is_taken_off_the_server() {
        let proxy = Proxy::default();
        let sent = with_login(Written::of(&proxy).object(), &proxy);
        assert_eq!(
            (&sent["auth"], &sent["username"], &sent["password"]),
            (&json!(false), &Value::Null, &Value::Null)
        );
    }
}
