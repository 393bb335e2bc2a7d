//! `quickfra_status_two_factor`: two-factor login of a stack's administrator.

mod switch;

use tfplugin::server::Timeouts;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::fields::{Fields, Visit};
use super::object::{Kind, Only, Single, single_key};
use super::server::{Server, ServerStack, check_endpoint, on_server};
use crate::api::uptime_kuma::{Error, Object};
use crate::diagnose;
pub use switch::{SwitchError, switch_off, switch_on};

/// Two-factor login of the administrator of a stack's Uptime Kuma. While it exists, the page asks for a one-time code
/// beside the password.
///
/// The secret of the codes is made by the server and stored on the machine and nowhere else, in
/// `/opt/quickfra/<name>/secrets/status/administrator-totp-secret`, before the server asks for the first code; this
/// provider logs in with it. The ephemeral resource `quickfra_credentials` gives it as `totp_secret`, for an authenticator
/// app. Destroying the resource switches two-factor login off.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct TwoFactor {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Not possible here: for a server that stands elsewhere there is no machine to store the secret on. Switch two-factor
    /// login on in the server's page, and give the secret to the provider as `totp_secret` in its `status` block.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
on_server!(TwoFactor);

impl Fields for TwoFactor {
    fn fields(&mut self, _: &mut dyn Visit) {}
}

/// The kind of two-factor login: a server's only user has one or has not.
pub struct TwoFactorKind;

impl Single for TwoFactorKind {
    const WORD: &'static str = "two-factor";
}

impl Kind for TwoFactorKind {
    type Model = TwoFactor;
    single_key!();
    const NAME: &'static str = "quickfra_status_two_factor";
    const NOUN: &'static str = "two-factor login";

    fn validate(config: &TwoFactor, diagnostics: &mut Diagnostics) {
        if config.endpoint.is_known() {
            diagnostics.push(elsewhere());
        }
    }

    fn forget(_: &mut TwoFactor) {}

    async fn find(server: &Server, _: &Only<Self>) -> Result<Option<Object>, Error> {
        let on = server.session().account().two_factor().await?;
        Ok(on.then(Object::new))
    }

    async fn all(server: &Server) -> Result<Vec<(Only<Self>, String)>, Error> {
        let on = server.session().account().two_factor().await?;
        Ok(on.then(|| (Only::default(), String::new())).into_iter().collect())
    }

    async fn add(server: &Server, _: Object, _: &TwoFactor) -> Result<Only<Self>, Error> {
        let store = server.store().ok_or_else(|| diagnose::status::told(elsewhere()))?;
        let switched = switch_on(server.session(), store).await;
        switched.map_err(|error| refused(server, error))?;
        Ok(Only::default())
    }

    /// The stack may have come to another machine, with its data or without.
    async fn save(server: &Server, _: &Only<Self>, wanted: Object, planned: &TwoFactor) -> Result<Option<()>, Error> {
        Self::add(server, wanted, planned).await?;
        Ok(Some(()))
    }

    async fn delete(server: &Server, _: &Only<Self>, _: &TwoFactor) -> Result<(), Error> {
        let store = server.store().ok_or_else(|| diagnose::status::told(elsewhere()))?;
        let switched = switch_off(server.session(), store).await;
        switched.map_err(|error| refused(server, error))
    }
}

fn elsewhere() -> Diagnostic {
    Diagnostic::error(
        "Two-factor login is managed on stacks only",
        "The secret of the one-time codes must outlive each run, and for a server that stands elsewhere there is no machine \
         to store it on: it would have to stand in the state. Switch two-factor login on in the server's own page, and give \
         the secret that it shows to the provider: totp_secret in the status block of that url.",
    )
    .at(Path::root().attribute("endpoint"))
}

fn refused(server: &Server, error: SwitchError) -> Error {
    let detail = format!("{}: {error}", server.name());
    let (summary, next) = match error {
        SwitchError::Server(error) => return error,
        SwitchError::NoPassword => (
            "Two-factor login needs authentication",
            "Switch authentication on in the settings of Uptime Kuma. Nothing was changed.",
        ),
        SwitchError::OtherSecret => (
            "Two-factor login is on with another secret",
            "Switch it off in the page of Uptime Kuma, then apply again. Or keep it as it is without this resource, and give \
             its secret to the provider: totp_secret in a status block with the url of the stack's service. Nothing was \
             changed.",
        ),
        SwitchError::Clock => (
            "Uptime Kuma refused its own one-time code",
            "Codes depend on the time: compare the clock of this machine with that of the stack's. Two-factor login stays \
             off.",
        ),
    };
    diagnose::status::told(Diagnostic::error(summary, format!("{detail}.\n\n{next}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_refused_with_the_way_to_go() {
        let refused = |config: &TwoFactor| {
            let mut diagnostics = Diagnostics::new();
            TwoFactorKind::validate(config, &mut diagnostics);
            diagnostics.0
        };
        assert!(refused(&TwoFactor::default()).is_empty());
        let elsewhere = refused(&TwoFactor {
            endpoint: Field::Known("https://status.example.net".to_owned()),
            ..TwoFactor::default()
        });
        assert_eq!(elsewhere[0].path, Some(Path::root().attribute("endpoint")));
        assert!(elsewhere[0].detail.contains("totp_secret"));
    }
}
