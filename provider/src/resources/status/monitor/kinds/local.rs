//! Types that look at what runs beside the server, and those that look at nothing themselves.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks;
use crate::resources::status::fields::{Fields, Visit};

/// Whether a container runs, and is healthy where it has a health check.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Docker {
    /// Name or id of the container.
    #[attribute(required, validate = checks::not_blank)]
    pub container: Field<String>,
    /// Id of the Docker host.
    #[attribute(required, validate = checks::at_least(1))]
    pub docker_host: Field<i64>,
}

impl Fields for Docker {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("container", "docker_container", &mut self.container, None);
        visit.number("docker_host", "docker_host", &mut self.docker_host, None);
    }
}

/// Whether a service of systemd, or of Windows, runs on the server's machine. Uptime Kuma 2.1 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct SystemService {
    /// Name of the service, such as `nginx` or `backup@daily.timer`.
    #[attribute(required, validate = checks::service_name)]
    pub name: Field<String>,
}

impl Fields for SystemService {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "system_service_name", &mut self.name, None);
    }
}

/// Whether a process of PM2 is online on the server's machine. Uptime Kuma 2.5 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Pm2 {
    /// Name of the process.
    #[attribute(required, validate = checks::process_name)]
    pub name: Field<String>,
}

impl Fields for Pm2 {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "system_service_name", &mut self.name, None);
    }
}

/// Whether a page loads in a real Chromium.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RealBrowser {
    /// Address of the page.
    #[attribute(required, validate = checks::web_address)]
    pub url: Field<String>,
    /// Id of the remote browser that loads it. Without it, the server needs a browser of its own. Uptime Kuma 2.0 and newer.
    #[attribute(optional, validate = checks::at_least(1))]
    pub remote_browser: Field<i64>,
    /// Milliseconds between loading and the screenshot: less than half of `interval`. Uptime Kuma 2.5 and newer.
    #[attribute(optional, default = 0, validate = checks::at_least(0))]
    pub screenshot_delay: Field<i64>,
}

impl Fields for RealBrowser {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "url", &mut self.url, None);
        visit.number("remote_browser", "remote_browser", &mut self.remote_browser, None);
        visit.number(
            "screenshot_delay",
            "screenshot_delay",
            &mut self.screenshot_delay,
            Some(0),
        );
    }
}

/// Whether something called `push_url` within `interval`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Push {
    /// Token in the address that is called, `/api/push/` and the token at the server: 16 to 32 letters and digits. Without it,
    /// the provider makes a random one for a new monitor, and `push_url` tells the address.
    #[attribute(optional, write_only, validate = checks::push_token)]
    pub token_wo: Field<Secret>,
}

impl Fields for Push {
    fn fields(&mut self, visit: &mut dyn Visit) {
        // Without a token, the monitor would be out of reach.
        visit.staying("token_wo", "pushToken", &mut self.token_wo);
    }
}

/// A group of monitors, which is up while all of them are.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Group {}

impl Fields for Group {
    fn fields(&mut self, _: &mut dyn Visit) {}
}

/// A monitor that shows what it is told. Uptime Kuma 2.0 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Manual {
    /// What it shows: `up`, `down` or `pending`. Left out, a new monitor shows `pending`, and another one what it did before.
    /// The server does not tell it back, so a change by hand is not seen.
    #[attribute(optional, validate = validators::one_of(&["up", "down", "pending"]))]
    pub status: Field<String>,
}

/// What a new monitor shows that says nothing of it.
pub(crate) const PENDING: i64 = 2;

impl Manual {
    /// The number of the status on the server; none for one that is left out.
    pub(crate) fn number(&self) -> Option<i64> {
        let status = self.status.known()?;
        Some(match status.as_str() {
            "down" => 0,
            "up" => 1,
            _ => PENDING,
        })
    }
}

impl Fields for Manual {
    /// Its one field is never told by the server, and so is not one that can be read.
    fn fields(&mut self, _: &mut dyn Visit) {}
}
