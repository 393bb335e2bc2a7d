//! Every write-only attribute that there is gets a value of its own, which is then looked for in all that the tool and the
//! provider write. The schema says which attributes there are, so that none is forgotten.

mod configuration;

use std::collections::{BTreeMap, BTreeSet};

use acceptance::harness::{Action, Case, Tool};
use quickfra::api::uptime_kuma::Object;
use quickfra::provider::Quickfra;
use serde_json::json;
use tfplugin::client::core::Feature;
use tfplugin::schema::Block;
use tfplugin::server;

use self::configuration::{configuration, monitor, resource};
use crate::between::{Between, Mischief};
use crate::server::Server;

/// What stands in a configuration where a secret goes.
const PLACE: &str = "local.canary";

/// What is part of every secret of the first apply, and of the second. Letters and digits: some are part of an address.
const FIRST: &str = "canary7c19e2b04d";
const SECOND: &str = "canary5f8a3b06e1";

/// What is secret and goes to the state all the same: the address with the token that the provider itself has made.
const STORED: [&str; 1] = ["quickfra_status_monitor.push_url"];

/// Where the values come from.
const VARIABLE: &str = r#"
variable "canaries" {
  type      = map(string)
  ephemeral = true
  sensitive = true
}
"#;

/// The settings that get secrets: a server is never without settings, so they are put back.
const SETTINGS: [&str; 2] = ["steamAPIKey", "globalpingApiToken"];

/// A place of a secret: the address of the resource, and the path of the attribute in the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    address: String,
    path: String,
}

/// A configuration with a value of its own in each place.
struct Marked {
    text: String,
    places: Vec<Place>,
}

impl Marked {
    /// Each line of `text` has one thing: the beginning of a block, its end, or an attribute.
    fn new(text: &str) -> Self {
        let (mut marked, mut places) = (String::from(VARIABLE), Vec::new());
        let (mut address, mut above) = (String::new(), Vec::new());
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["resource", kind, name, "{"] => {
                    let [kind, name] = [kind, name].map(|quoted| quoted.trim_matches('"'));
                    address = format!("{kind}.{name}");
                    above.push(kind);
                }
                [block, "{"] => above.push(block),
                ["}"] => drop(above.pop()),
                [attribute, "=", ..] if line.contains(PLACE) => {
                    let value = format!("var.canaries[\"{}\"]", places.len());
                    marked += &line.replace(PLACE, &value);
                    marked += "\n";
                    places.push(Place {
                        address: address.clone(),
                        path: format!("{}.{attribute}", above.join(".")),
                    });
                    continue;
                }
                _ => {}
            }
            marked += line;
            marked += "\n";
        }
        Self { text: marked, places }
    }

    /// The secret of each place, with what is part of all of them.
    fn secrets(&self, part: &str) -> BTreeMap<String, String> {
        (0..self.places.len())
            .map(|number| (number.to_string(), format!("{part}{number:03}")))
            .collect()
    }

    /// The same, each with the name of its place.
    fn named(&self, part: &str) -> Vec<(String, String)> {
        let secrets = (0..).map(|number: usize| format!("{part}{number:03}"));
        let name = |place: &Place| format!("{} of {}", place.path, place.address);
        self.places.iter().map(name).zip(secrets).collect()
    }

    /// Gives the places their secrets.
    fn fill(&self, case: &mut Case, part: &str) {
        case.variable("canaries", json!(self.secrets(part)));
    }
}

/// What the schema has of the resources of Uptime Kuma.
struct Declared {
    write_only: BTreeSet<String>,
    /// What is sensitive and goes to the state.
    stored: BTreeSet<String>,
    /// The blocks of types of monitors and notifications.
    types: BTreeSet<String>,
}

fn declared() -> Declared {
    let mut declared = Declared {
        write_only: BTreeSet::new(),
        stored: BTreeSet::new(),
        types: BTreeSet::new(),
    };
    for one in server::provider(Quickfra::default()).resources() {
        let name = one.name();
        if !name.starts_with("quickfra_status_") {
            continue;
        }
        let block = one.schema().block;
        note(&block, name, &mut declared);
        if ["quickfra_status_monitor", "quickfra_status_notification"].contains(&name) {
            let blocks = block.blocks.iter().map(|nested| nested.name.as_str());
            let types = blocks.filter(|block| !["tag", "timeouts"].contains(block));
            declared.types.extend(types.map(|block| format!("{name}.{block}")));
        }
    }
    declared
}

fn note(block: &Block, above: &str, declared: &mut Declared) {
    for attribute in &block.attributes {
        let path = format!("{above}.{}", attribute.name);
        if attribute.write_only {
            declared.write_only.insert(path);
        } else if attribute.sensitive {
            declared.stored.insert(path);
        }
    }
    for nested in &block.blocks {
        note(&nested.block, &format!("{above}.{}", nested.name), declared);
    }
}

#[test]
fn no_write_only_attribute_is_without_a_canary() {
    let declared = declared();
    let all = configuration(true);
    let marked = Marked::new(&all);
    let places: BTreeSet<String> = marked.places.iter().map(|place| place.path.clone()).collect();
    assert_eq!(places, declared.write_only);
    assert_eq!(declared.stored, STORED.map(str::to_owned).into());
    let without = |path: &&String| {
        let (resource, block) = path.rsplit_once('.').unwrap();
        let (begin, block) = (format!("resource \"{resource}\""), format!("\n{block} {{\n"));
        !all.split(&begin).skip(1).any(|text| text.contains(&block))
    };
    let without: Vec<&String> = declared.types.iter().filter(without).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn no_secret_is_found_anywhere() {
    let tool = Tool::Terraform;
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let server = Server::any();
    let between = Between::new(server.authority());
    let settings = server.hand.does(async |session| session.settings().get().await);

    let spare = |number: i32| {
        let body = format!("protocol = \"http\"\nhost = \"MARK.spare-{number}.test\"\nport = 3128");
        resource("proxy", &format!("spare_{number}"), &body)
    };
    let all = format!("{}{}{}", configuration(server.is_newer()), spare(1), spare(2));
    let marked = Marked::new(&all);
    let mut case = server.case(tool, &marked.text);
    case.variable("endpoint", between.url()).traced();
    marked.fill(&mut case, FIRST);
    case.apply().succeeds();

    marked.fill(&mut case, SECOND);
    let plan = case.apply().succeeds().plan;
    for place in &marked.places {
        plan.expect(&place.address, Action::Update);
    }

    a_refused_call_says_nothing_of_them(&server, &between, &mut case, &all);

    case.destroy().succeeds();
    put_back(&server, &settings);
    // One search for what all have in common, and one for each only if that finds something.
    if case.leaks(&[("first", FIRST), ("second", SECOND)]).is_empty() {
        return;
    }
    for part in [FIRST, SECOND] {
        let named: Vec<(String, String)> = marked.named(part);
        let named: Vec<(&str, &str)> = named
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.as_str()))
            .collect();
        case.expect_no_leak(&named);
    }
    panic!("a secret was found, of the monitors that are refused");
}

/// Two proxies are deleted by somebody else between the last look at the server and the call: its database refuses a new
/// monitor and a change of another, in words that hold the whole statements.
fn a_refused_call_says_nothing_of_them(server: &Server, between: &Between, case: &mut Case, all: &str) {
    let login = "basic_auth {\nusername = \"ada\"\npassword_wo = local.canary\n}";
    let web =
        |spare: i32| format!("url = \"http://192.0.2.8/\"\nproxy = quickfra_status_proxy.spare_{spare}.id\n{login}");
    let before = monitor("changed", "http", &web(1)).replace("proxy = quickfra_status_proxy.spare_1.id\n", "");
    let marked = Marked::new(&format!("{all}{before}"));
    server.configure(case, &marked.text);
    marked.fill(case, SECOND);
    case.apply().succeeds();

    let after = monitor("changed", "http", &web(1)) + &monitor("refused", "http", &web(2));
    let marked = Marked::new(&format!("{all}{after}"));
    server.configure(case, &marked.text);
    marked.fill(case, SECOND);
    for (event, spare) in [("editMonitor", 1), ("add", 2)] {
        let address = format!("quickfra_status_proxy.spare_{spare}");
        let state = case.state();
        let id = state
            .expect(&address)
            .attribute("/id")
            .and_then(serde_json::Value::as_i64)
            .unwrap();
        let (authority, username, password) = (
            server.authority().to_owned(),
            server.username.clone(),
            server.password.clone(),
        );
        between.at(
            event,
            0,
            Mischief::Before(Box::new(move || {
                let hand = crate::hand::Hand::known(&authority, &username, &password);
                hand.does(async |session| session.proxies().delete(id).await);
            })),
        );
    }
    let refused = case.apply().fails();
    refused
        .comes_from("apply")
        .says("Uptime Kuma does not have what is referred to")
        .says("something it refers to does not exist");
    assert!(between.is_done());
}

/// Leaves the settings as they were.
fn put_back(server: &Server, settings: &Object) {
    let before = |key: &str| settings.get(key).cloned().unwrap_or(json!(""));
    let before: Object = SETTINGS.iter().map(|key| ((*key).to_owned(), before(key))).collect();
    server
        .hand
        .does(async |session| session.settings().change(&before, None).await);
}
