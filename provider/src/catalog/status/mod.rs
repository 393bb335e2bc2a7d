//! The status page: Uptime Kuma 2, with its first administrator made before anybody can reach it.

use std::collections::{BTreeMap, BTreeSet};

use super::description::{
    Capability, Container, Description, FirstRunStep, HealthCheck, Login, Network, Offers, Route, Scratch, Secret,
    Volume,
};
use super::image::image_reference;
use super::yaml::YamlError;
use super::{Invalid, Service, StackFacts, at, image, validate};

/// Name of the service.
pub const NAME: &str = "status";

/// The image that is used unless another is asked for.
pub const IMAGE: &str = "docker.io/louislam/uptime-kuma:2.5.3";

/// Name of the generated secret that holds the administrator's password.
pub const PASSWORD: &str = "administrator-password";

/// Name of the secret that one-time codes are made of, where two-factor login is switched on.
pub const TOTP_SECRET: &str = "administrator-totp-secret";

/// The port that Uptime Kuma listens on.
pub const PORT: u16 = 3001;

/// Letters and digits of the administrator's password: 190 bits.
const PASSWORD_LENGTH: usize = 32;

/// Speaks to the server as the web page would. See the comment at its top.
const ADMINISTRATOR: &str = include_str!("administrator.js");

/// Reads the password and the script from standard input, so that neither is ever an argument, and runs the script.
/// On one line, since it is an argument itself.
const RUN_SCRIPT: &str = "let input = ''; process.stdin.setEncoding('utf8').on('data', (part) => { input += part; })\
    .on('end', () => { const end = input.indexOf('\\n'); \
    new Function('password', input.slice(end + 1))(input.slice(0, end)); });";

/// Ends with 0 when the server answers. The image brings Node, and nothing else for certain.
const HEALTH_SCRIPT: &str = "fetch('http://127.0.0.1:3001/api/entry-page').then((answer) => process.exit(answer.ok ? 0 : 1), \
    () => process.exit(1));";

/// Configuration of the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The image to use. Default: [`IMAGE`].
    pub image: Option<String>,
    /// The host name under which it is reached. Default: `status.<domain of the stack>`.
    pub domain: Option<String>,
    /// Name of the first administrator. Default: `admin`. Its password is generated on the host.
    pub administrator: String,
    /// Most memory it may take, in MiB. Default: 512.
    pub memory: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            image: None,
            domain: None,
            administrator: "admin".to_owned(),
            memory: 512,
        }
    }
}

impl Config {
    /// The host name under which the status page is reached.
    pub fn host(&self, stack: &StackFacts<'_>) -> String {
        self.domain
            .clone()
            .unwrap_or_else(|| format!("status.{}", stack.domain))
    }
}

impl Service for Config {
    fn name(&self) -> &'static str {
        NAME
    }

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(reference) = &self.image {
            at("status.image", image::reference(reference))?;
        }
        if let Some(domain) = &self.domain {
            at("status.domain", validate::domain(domain))?;
        }
        at("status.administrator", validate::user_name(&self.administrator))?;
        at(
            "status.memory",
            validate::within("the memory in MiB", self.memory, 192, 1 << 20),
        )
    }

    fn offers(&self, stack: &StackFacts<'_>) -> Offers {
        Offers {
            routes: vec![Route {
                service: NAME.to_owned(),
                container: NAME.to_owned(),
                port: PORT,
                host: self.host(stack),
            }],
            scrapes: Vec::new(),
        }
    }

    fn describe(&self, stack: &StackFacts<'_>, _offers: &Offers) -> Result<Description, YamlError> {
        let container = Container {
            name: NAME.to_owned(),
            image: image_reference(IMAGE, self.image.as_deref(), stack.registry),
            environment: BTreeMap::from([
                ("DATA_DIR".to_owned(), "/app/data/".to_owned()),
                ("UPTIME_KUMA_DB_TYPE".to_owned(), "sqlite".to_owned()),
                ("UPTIME_KUMA_PORT".to_owned(), PORT.to_string()),
            ]),
            networks: BTreeSet::from([Network::Web]),
            volumes: vec![Volume {
                name: "data".to_owned(),
                at: "/app/data".to_owned(),
            }],
            scratch: vec![Scratch {
                at: "/tmp".to_owned(),
                size: 64,
            }],
            // The image runs as root on a data folder that belongs to its user `node`; ping monitors need raw sockets.
            capabilities: BTreeSet::from([Capability::DacOverride, Capability::NetRaw]),
            health: Some(HealthCheck {
                command: ["node", "-e", HEALTH_SCRIPT].map(str::to_owned).to_vec(),
                interval: 30,
                timeout: 10,
                retries: 3,
                // The first start makes the database; an update may have to migrate a large one.
                start_period: 180,
                start_interval: 2,
            }),
            memory: self.memory,
            ..Container::default()
        };
        Ok(Description {
            containers: vec![container],
            secrets: vec![Secret {
                name: PASSWORD.to_owned(),
                length: PASSWORD_LENGTH,
            }],
            first_run: vec![FirstRunStep {
                name: "administrator".to_owned(),
                command: ["node", "-e", RUN_SCRIPT].map(str::to_owned).to_vec(),
                script: administrator_script(&self.administrator),
                secrets: vec![PASSWORD.to_owned()],
            }],
            login: Some(Login {
                username: self.administrator.clone(),
                secret: PASSWORD.to_owned(),
                totp_secret: Some(TOTP_SECRET.to_owned()),
            }),
        })
    }
}

/// The script that makes the administrator of that name, see [`validate::user_name`].
fn administrator_script(user: &str) -> String {
    // A JSON string is a JavaScript string; the name has no character that would need more care.
    format!("const username = {user:?};\n{ADMINISTRATOR}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACK: StackFacts<'static> = StackFacts {
        name: "platform",
        domain: "example.com",
        registry: None,
    };

    #[test]
    fn the_default_host_is_below_the_domain() {
        assert_eq!(Config::default().host(&STACK), "status.example.com");
    }

    #[test]
    fn no_argument_holds_a_line_break_or_the_script() {
        let description = Config::default().describe(&STACK, &Offers::default()).unwrap();
        let step = &description.first_run[0];
        assert!(step.command.iter().all(|argument| !argument.contains('\n')));
        assert!(step.script.starts_with("const username = \"admin\";\n"));
        assert!(!step.command.concat().contains("setup"));
    }

    #[test]
    fn refusals_name_their_place() {
        let bad = |config: Config| config.validate().unwrap_err().path;
        let base = Config::default;
        assert_eq!(base().validate(), Ok(()));
        assert_eq!(
            bad(Config {
                image: Some("kuma".into()),
                ..base()
            }),
            "status.image"
        );
        assert_eq!(
            bad(Config {
                domain: Some("a".into()),
                ..base()
            }),
            "status.domain"
        );
        assert_eq!(
            bad(Config {
                administrator: "a\"".into(),
                ..base()
            }),
            "status.administrator"
        );
        assert_eq!(bad(Config { memory: 1, ..base() }), "status.memory");
    }
}
