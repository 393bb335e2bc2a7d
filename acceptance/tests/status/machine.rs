//! What only the machine of a stack can keep: the values of API keys and the secret of two-factor login, with the settings
//! of the server beside them. One machine and one stack serve all of it.

mod api_key;
mod cut;
mod two_factor;

use acceptance::harness::{Action, Case, Tool};
use serde_json::json;
use tfplugin::client::core::Feature;

use crate::hand::Hand;
use crate::site::Site;

const STACK: &str = "quickfra_stack.platform";
const KEY: &str = "quickfra_status_api_key.metrics";
const TWO_FACTOR: &str = "quickfra_status_two_factor.it";
const SETTINGS: &str = "quickfra_status_settings.it";

/// Stands for a secret that a person gives.
const CANARY: &str = "canary-steam-key-c81d";
/// Port of the machine at which its Uptime Kuma is reached by hand.
const BESIDE: u16 = 3999;

/// The provider, and the variables of every configuration.
const PROVIDER: &str = r#"
variable "host" {
  type = object({
    address  = string
    host_key = string
  })
}
variable "key_file" { type = string }
variable "domain" { type = string }
variable "registry" { type = string }
variable "acme_directory_url" { type = string }
variable "acme_ca_bundle" { type = string }
variable "steam_key" {
  type      = string
  ephemeral = true
}
variable "round" {
  type    = number
  default = 1
}

provider "quickfra" {
  ssh {
    private_key_files = [var.key_file]
  }
}
"#;

/// The machine and its stack.
const PLATFORM: &str = r#"
resource "quickfra_host" "vm" {
  host = var.host
}

resource "quickfra_stack" "platform" {
  host     = quickfra_host.vm.host
  name     = "platform"
  domain   = var.domain
  registry = var.registry

  ingress {
    acme {
      email         = "ops@${var.domain}"
      directory_url = var.acme_directory_url
      ca_bundle     = var.acme_ca_bundle
    }
  }

  status {}
}

locals {
  stack = quickfra_stack.platform
}
"#;

/// A stack that is there already.
const STANDING: &str = r#"
locals {
  stack = {
    host = var.host
    name = "platform"
  }
}
"#;

/// The two that keep something on the machine, each handed over to a program, and the settings.
const OBJECTS: &str = r#"
resource "quickfra_status_api_key" "metrics" {
  stack = local.stack
  ATTRIBUTES
}

ephemeral "quickfra_status_api_key" "metrics" {
  stack = local.stack
  id    = quickfra_status_api_key.metrics.id
}

resource "terraform_data" "scraped" {
  triggers_replace = [quickfra_status_api_key.metrics.id, var.round]

  provisioner "local-exec" {
    command = "sh ./scrape.sh"
    environment = {
      URL = "https://status.${var.domain}/metrics"
      KEY = ephemeral.quickfra_status_api_key.metrics.value
    }
  }
}

resource "quickfra_status_two_factor" "it" {
  stack = local.stack
}

ephemeral "quickfra_credentials" "status" {
  stack      = local.stack
  service    = "status"
  depends_on = [quickfra_status_two_factor.it]
}

resource "terraform_data" "authenticator" {
  triggers_replace = var.round

  provisioner "local-exec" {
    command     = "printf %s \"$SECRET\" | sha256sum >handed-out"
    environment = { SECRET = ephemeral.quickfra_credentials.status.logins["status"].totp_secret }
  }
}

resource "quickfra_status_settings" "it" {
  stack                 = local.stack
  trust_proxy           = true
  keep_data_period_days = 90
  steam_api_key_wo      = var.steam_key
}
"#;

/// Asks for the metrics as Prometheus does.
const SCRAPE: &str = r#"set -eu
curl --disable --silent --show-error --noproxy '*' --cacert root.pem --connect-to "::$ADDRESS:" --user ":$KEY" \
    --output metrics --write-out '%{http_code}' "$URL" >answer
"#;

/// The attributes of the key that most of it is about.
const PLAIN: &str = "name = \"metrics\"";

/// A machine, and a person at it.
struct Machine {
    site: Site,
    hand: Hand,
    /// All secrets that there have been.
    seen: Vec<(String, String)>,
}

impl Machine {
    fn case(&self, tool: Tool, text: &str) -> Case {
        case(&self.site, tool, text)
    }

    /// Notes what is secret now, and logs in with it by hand from now on.
    fn note(&mut self) {
        for line in self.site.secrets() {
            let [name, ..] = line.split(' ').collect::<Vec<_>>()[..] else {
                continue;
            };
            if !name.is_empty() {
                self.seen.push((name.to_owned(), self.site.secret(name)));
            }
        }
    }

    #[track_caller]
    fn expect_no_leak(&self, case: &Case) {
        let mut secrets: Vec<(&str, &str)> = self
            .seen
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.as_str()))
            .collect();
        secrets.push(("the key of Steam", CANARY));
        case.expect_no_leak(&secrets);
    }
}

fn case(site: &Site, tool: Tool, text: &str) -> Case {
    let mut case = Case::new(tool);
    configure(&mut case, text);
    site.describe(&mut case);
    case.variable("steam_key", CANARY)
        .environment("ADDRESS", &site.host.address().to_string())
        .input("work/scrape.sh", SCRAPE)
        .input("work/root.pem", site.testbed.acme_root().unwrap());
    case
}

fn configure(case: &mut Case, text: &str) {
    case.config(&format!("{PROVIDER}{text}"));
}

/// The objects, with these attributes of the key.
fn objects(key: &str) -> String {
    OBJECTS.replace("ATTRIBUTES", key)
}

/// Lets the server be reached from here: it listens inside of the machine alone.
fn open_beside(site: &Site) -> String {
    let script = format!(
        "address=$(docker inspect --format '{{{{range .NetworkSettings.Networks}}}}{{{{.IPAddress}}}} {{{{end}}}}' \
         quickfra_platform-status-1)
        systemd-run --quiet --collect systemd-socket-activate --listen={BESIDE} /usr/lib/systemd/systemd-socket-proxyd \
         \"${{address%% *}}:3001\""
    );
    site.host.exec(&script).unwrap();
    let authority = format!("{}:{BESIDE}", site.host.address());
    let open = acceptance::harness::wait_until(std::time::Duration::from_mins(1), || {
        std::net::TcpStream::connect(&authority).ok().map(drop)
    });
    assert!(open.is_some(), "the machine does not pass connections on");
    authority
}

/// From an engine and nothing else, in one apply.
fn made_at_once(tool: Tool) -> (Machine, Case) {
    let site = Site::new(true);
    let mut case = case(&site, tool, &format!("{PLATFORM}{}", objects(PLAIN)));
    case.traced();
    let made = {
        let _turn = site.testbed.installing().unwrap();
        case.apply().succeeds()
    };
    for address in [STACK, KEY, TWO_FACTOR, SETTINGS] {
        made.plan.expect(address, Action::Create);
    }
    let hand = Hand::known(&open_beside(&site), "admin", &site.password());
    let seen = Vec::new();
    (Machine { site, hand, seen }, case)
}

/// One machine for all: it costs more than all that is tried on it. The first tool makes everything, and takes it away
/// piece by piece; the other one goes on with the stack.
#[test]
fn a_machine_keeps_what_its_server_shows_once() {
    let (mut machine, mut case) = made_at_once(Tool::Terraform);
    api_key::it_is_kept_and_opens_the_metrics(&mut machine, &case);
    two_factor::a_code_is_needed_and_handed_out(&mut machine, &case);
    what_is_done_by_hand_is_shown_and_put_right(&mut machine, &case);
    api_key::a_changed_one_is_another(&mut machine, &mut case);
    api_key::a_lost_value_is_told(&mut machine, &case);
    everything_is_imported(&machine, Tool::Terraform);
    cut::switching_on_goes_on_where_it_was_cut(&mut machine, &case);
    gone_from_the_configuration_it_is_gone(&machine, &mut case, PLATFORM);
    machine.expect_no_leak(&case);

    let tool = Tool::Tofu;
    if tool.has(Feature::Ephemeral) && tool.has(Feature::WriteOnly) {
        let mut other = machine.case(tool, &format!("{STANDING}{}", objects(PLAIN)));
        other.traced();
        other.apply().succeeds();
        api_key::it_is_kept_and_opens_the_metrics(&mut machine, &other);
        two_factor::a_code_is_needed_and_handed_out(&mut machine, &other);
        everything_is_imported(&machine, tool);
        other.destroy().succeeds();
        expect_nothing_left(&machine);
        machine.expect_no_leak(&other);
    }
    case.destroy().succeeds();
}

/// A person switches the key off, changes a setting, and switches two-factor login off; then deletes the key.
fn what_is_done_by_hand_is_shown_and_put_right(machine: &mut Machine, case: &Case) {
    let (id, password) = (api_key::id(case), machine.site.password());
    machine.hand.does(async |session| {
        session.api_keys().disable(id).await?;
        session.account().disable_two_factor(&password.as_str().into()).await?;
        let change = json!({ "keepDataPeriodDays": 7, "steamAPIKey": "by hand" });
        session.settings().change(change.as_object().unwrap(), None).await
    });
    let plan = case.plan().succeeds();
    plan.expect(KEY, Action::Update)
        .expect(SETTINGS, Action::Update)
        .expect(TWO_FACTOR, Action::Create);
    assert_eq!(plan.before(KEY, "/active"), Some(&json!(false)), "{}", plan.text);
    assert_eq!(plan.before(KEY, "/status"), Some(&json!("inactive")), "{}", plan.text);
    assert_eq!(plan.before(SETTINGS, "/keep_data_period_days"), Some(&json!(7)));
    let steam = plan.before(SETTINGS, "/secrets/steam_api_key_wo");
    assert_eq!(steam, Some(&json!("changed on the server")));

    machine.hand.does(async |session| session.api_keys().delete(id).await);
    let applied = case.apply().succeeds();
    applied.plan.expect(KEY, Action::Create);
    assert_ne!(api_key::id(case), id);
    api_key::it_is_kept_and_opens_the_metrics(machine, case);
    two_factor::a_code_is_needed(machine);
}

/// By number, by name, and by identity.
fn everything_is_imported(machine: &Machine, tool: Tool) {
    let site = &machine.site;
    let address = site.host.address();
    let id = machine.hand.does(async |session| session.api_keys().list().await)[0].id;
    let server = format!("id = \"{address}/platform");
    let mut ways = vec![
        [
            format!("{server}/{id}\""),
            format!("{server}/two-factor\""),
            format!("{server}/settings\""),
        ],
        [
            format!("{server}/metrics\""),
            format!("{server}/two-factor\""),
            format!("{server}/settings\""),
        ],
    ];
    if tool.has(Feature::Identity) {
        let single = format!("identity = {{ server = \"{address}/platform\" }}");
        let number = format!("identity = {{ address = \"{address}\", stack = \"platform\", id = {id} }}");
        ways.push([number, single.clone(), single]);
    }
    for way in ways {
        let imports: Vec<String> = [KEY, TWO_FACTOR, SETTINGS]
            .iter()
            .zip(way)
            .map(|(address, way)| format!("import {{\n  to = {address}\n  {way}\n}}\n"))
            .collect();
        let mut case = machine.case(tool, &format!("{STANDING}{}{}", objects(PLAIN), imports.join("")));
        site.introduce(&mut case);
        let plan = case.plan().succeeds();
        plan.expect(KEY, Action::NoOp).expect(TWO_FACTOR, Action::NoOp);
        // Settings that were ever stored and are not configured are taken out, and none besides.
        let changed = plan.changed(SETTINGS);
        let same = ["/trust_proxy", "/keep_data_period_days", "/secrets", "/stack"];
        let other = changed
            .iter()
            .any(|pointer| same.iter().any(|same| pointer.starts_with(same)));
        assert!(!other, "{}", plan.text);
    }
}

fn gone_from_the_configuration_it_is_gone(machine: &Machine, case: &mut Case, text: &str) {
    configure(case, text);
    let applied = case.apply().succeeds();
    for address in [KEY, TWO_FACTOR, SETTINGS] {
        applied.plan.expect(address, Action::Delete);
    }
    let said = "The settings of Uptime Kuma stay as they are";
    assert!(applied.text.contains(said), "{}", applied.text);
    expect_nothing_left(machine);
}

/// Neither on the server nor on the machine. The settings stay.
fn expect_nothing_left(machine: &Machine) {
    let (keys, on, settings) = machine.hand.does(async |session| {
        let keys = session.api_keys().list().await?;
        let on = session.account().two_factor().await?;
        Ok((keys, on, session.settings().get().await?))
    });
    assert_eq!((keys.len(), on), (0, false));
    assert_eq!(settings["keepDataPeriodDays"], 90);
    assert_eq!(machine.site.secrets(), ["administrator-password 600 root", " 700 root"]);
}
