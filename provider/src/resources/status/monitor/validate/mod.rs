//! What can be refused offline, beyond the rules of single attributes. Unknown values are left for later.

mod conditions;
mod times;

use serde_json::Value;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::conditions::{Condition, Node};
use super::kinds::{Globalping, GlobalpingHttp, Mqtt, Sasl, Snmp, Web, WebsocketUpgrade};
use super::model::Monitor;
use super::types::TYPES;

/// Checks a configuration.
pub(super) fn validate(config: &Monitor, diagnostics: &mut Diagnostics) {
    one_type(config, diagnostics);
    let mut faults = Faults(diagnostics);
    if let Some(http) = &config.http {
        web(http, &at("http"), &mut faults);
    }
    if let Some(keyword) = &config.keyword {
        web(keyword, &at("keyword"), &mut faults);
    }
    if let Some(query) = &config.json_query {
        web(query, &at("json_query"), &mut faults);
        comparison(&query.operator, &query.expected_value, &at("json_query"), &mut faults);
    }
    if let Some(socket) = &config.websocket_upgrade {
        websocket(socket, &mut faults);
    }
    if let Some(globalping) = &config.globalping {
        measurement(globalping, &mut faults);
    }
    if let Some(grpc) = &config.grpc_keyword
        && !grpc.metadata.is_null()
        && !grpc.metadata_wo.is_null()
    {
        twice(&at("grpc_keyword"), ["metadata", "metadata_wo"], &mut faults);
    }
    if let Some(snmp) = &config.snmp {
        check_snmp(snmp, &mut faults);
    }
    if let Some(mqtt) = &config.mqtt {
        check_mqtt(mqtt, &mut faults);
    }
    if let Some(login) = config.kafka_producer.as_ref().and_then(|kafka| kafka.sasl.as_ref()) {
        check_sasl(login, &mut faults);
    }
    conditions::check(config, &mut faults);
    times::check(config, &mut faults);
    if let Some(dns) = &config.dns
        && let (Some(name), Some(record)) = (
            dns.hostname.known(),
            dns.record_type.known().map_or(Some("A"), |known| Some(known)),
        )
        && !dns.record_type.is_unknown()
        && record != "PTR"
        && name.parse::<std::net::IpAddr>().is_ok()
    {
        faults.add(
            &at("dns").attribute("hostname"),
            "An address has no record of this type",
            "Only the record type PTR is asked for an address. Write a domain name.",
        );
    }
}

/// Errors at attributes.
struct Faults<'a>(&'a mut Diagnostics);

impl Faults<'_> {
    fn add(&mut self, path: &Path, summary: &str, detail: &str) {
        self.0
            .push(Diagnostic::error(summary, format!("{path}: {detail}")).at(path.clone()));
    }
}

fn at(block: &str) -> Path {
    Path::root().attribute(block)
}

/// Refuses a monitor without a type, and one with two.
fn one_type(config: &Monitor, diagnostics: &mut Diagnostics) {
    let types = config.types();
    match types.as_slice() {
        [_] => {}
        [] => {
            let all: Vec<&str> = TYPES.iter().map(|known| known.block).collect();
            diagnostics.push(Diagnostic::error(
                "The monitor has no type",
                format!("Add the one block that says what is checked: {}.", all.join(", ")),
            ));
        }
        [first, second, ..] => diagnostics.push(
            Diagnostic::error(
                "The monitor has two types",
                format!(
                    "It has the blocks {} and {}, and a monitor checks one thing. Make a monitor for each; a group can hold \
                     both.",
                    first.block, second.block
                ),
            )
            .at(at(second.block)),
        ),
    }
}

fn twice(block: &Path, names: [&str; 2], faults: &mut Faults<'_>) {
    let [shown, secret] = names;
    faults.add(
        &block.attribute(shown),
        "Given twice",
        &format!("The server keeps them in one text, so they are all secret or none is: keep {shown} or {secret}."),
    );
}

fn one_login(logins: &[&str], block: &Path, faults: &mut Faults<'_>) {
    if let [first, second, ..] = logins {
        faults.add(
            &block.attribute(*second),
            "Two kinds of login",
            &format!("A monitor logs in in one way: keep {first} or {second}."),
        );
    }
}

fn web(request: &impl Web, block: &Path, faults: &mut Faults<'_>) {
    one_login(&request.logins(), block, faults);
    if request.headers_twice() {
        twice(block, ["headers", "headers_wo"], faults);
    }
    let (body, encoding) = request.body();
    let is_json = matches!(encoding, Field::Null) || encoding.known().is_some_and(|encoding| encoding == "json");
    if let Some(body) = body.known().filter(|body| is_json && !body.is_empty())
        && let Err(error) = serde_json::from_str::<Value>(body)
    {
        faults.add(
            &block.attribute("body"),
            "The body is not JSON",
            &format!("{error}. Use jsonencode({{ ... }}), or set body_encoding to form or xml."),
        );
    }
}

fn websocket(socket: &WebsocketUpgrade, faults: &mut Faults<'_>) {
    let block = at("websocket_upgrade");
    let logins = [
        ("basic_auth", socket.basic_auth.is_some()),
        ("bearer", socket.bearer.is_some()),
        ("oauth2", socket.oauth2.is_some()),
        ("mtls", socket.mtls.is_some()),
    ];
    one_login(&configured(&logins), &block, faults);
    if !socket.headers.is_null() && !socket.headers_wo.is_null() {
        twice(&block, ["headers", "headers_wo"], faults);
    }
}

/// The names of those that are there.
fn configured<'a>(those: &[(&'a str, bool)]) -> Vec<&'a str> {
    those
        .iter()
        .filter_map(|(name, there)| there.then_some(*name))
        .collect()
}

fn measurement(globalping: &Globalping, faults: &mut Faults<'_>) {
    let block = at("globalping");
    let kinds = [
        ("ping", globalping.ping.is_some()),
        ("http", globalping.http.is_some()),
        ("dns", globalping.dns.is_some()),
    ];
    let kinds = configured(&kinds);
    if kinds.len() != 1 {
        faults.add(
            &block,
            "A measurement is one of three",
            "Write exactly one of the blocks ping, http and dns in it.",
        );
    }
    if let Some(ping) = &globalping.ping
        && ping.protocol.known().is_some_and(|protocol| protocol == "TCP")
        && ping.port.is_null()
    {
        faults.add(
            &block.attribute("ping"),
            "The port is missing",
            "A measurement with TCP needs a port.",
        );
    }
    if let Some(http) = &globalping.http {
        probe(http, &block.attribute("http"), faults);
    }
}

fn probe(http: &GlobalpingHttp, block: &Path, faults: &mut Faults<'_>) {
    let logins = [
        ("basic_auth", http.basic_auth.is_some()),
        ("bearer", http.bearer.is_some()),
        ("oauth2", http.oauth2.is_some()),
    ];
    one_login(&configured(&logins), block, faults);
    if !http.headers.is_null() && !http.headers_wo.is_null() {
        twice(block, ["headers", "headers_wo"], faults);
    }
    if !http.keyword.is_null() && !http.expected_value.is_null() {
        faults.add(
            &block.attribute("expected_value"),
            "The answer is looked at in one way",
            "Keep keyword or expected_value: with both, the server looks at the keyword alone.",
        );
    }
    let query = [
        ("json_path", &http.json_path),
        ("operator", &http.operator),
        ("expected_value", &http.expected_value),
    ];
    all_or_none(&query, block, faults);
    comparison(&http.operator, &http.expected_value, block, faults);
}

/// Refuses a part without the others.
fn all_or_none(parts: &[(&str, &Field<String>)], block: &Path, faults: &mut Faults<'_>) {
    let missing: Vec<&str> = parts
        .iter()
        .filter(|(_, field)| field.is_null())
        .map(|(name, _)| *name)
        .collect();
    if !missing.is_empty() && missing.len() < parts.len() {
        let all: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
        faults.add(
            block,
            "Part of a comparison is missing",
            &format!(
                "{} belong together, and {} is missing.",
                all.join(", "),
                missing.join(", ")
            ),
        );
    }
}

/// Refuses to compare by size with what is no number.
fn comparison(operator: &Field<String>, expected: &Field<String>, block: &Path, faults: &mut Faults<'_>) {
    let by_size = operator
        .known()
        .is_some_and(|operator| matches!(operator.as_str(), ">" | ">=" | "<" | "<="));
    let number = |text: &String| text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    if by_size && expected.known().is_some_and(|expected| !number(expected)) {
        faults.add(
            &block.attribute("expected_value"),
            "Not a number",
            "The operators >, >=, < and <= compare numbers. Write a number, or use ==, != or contains.",
        );
    }
}

fn check_snmp(snmp: &Snmp, faults: &mut Faults<'_>) {
    let block = at("snmp");
    comparison(&snmp.operator, &snmp.expected_value, &block, faults);
    if snmp.version.is_unknown() {
        return;
    }
    let third = snmp.version.known().is_some_and(|version| version == "3");
    if !third && !snmp.username.is_null() {
        faults.add(
            &block.attribute("username"),
            "The user is not used",
            "Only version 3 has users: leave it out.",
        );
    }
}

fn check_mqtt(mqtt: &Mqtt, faults: &mut Faults<'_>) {
    let query = mqtt.check_type.known().is_some_and(|check| check == "json-query");
    if query && mqtt.condition.is_empty() && (mqtt.json_path.is_null() || mqtt.expected_value.is_null()) {
        faults.add(
            &at("mqtt").attribute("check_type"),
            "Part of a comparison is missing",
            "json-query needs json_path and expected_value.",
        );
    }
    let reads = |condition: &Condition| Node::from(condition).looks_at("json_value");
    if mqtt.json_path.is_null() && mqtt.condition.iter().any(reads) {
        faults.add(
            &at("mqtt"),
            "The value is not said",
            "A condition on json_value needs json_path, which gives the value.",
        );
    }
}

fn check_sasl(login: &Sasl, faults: &mut Faults<'_>) {
    let block = at("kafka_producer").attribute("sasl");
    let Some(mechanism) = login.mechanism.known() else {
        return;
    };
    // Secrets that an imported monitor has on its server may be left out: see `Visit::needed`.
    let user = [
        ("username", login.username.is_null()),
        ("password_wo", login.password_wo.is_null()),
    ];
    let key = [
        ("authorization_identity", login.authorization_identity.is_null()),
        ("access_key_id", login.access_key_id.is_null()),
        ("secret_access_key_wo", login.secret_access_key_wo.is_null()),
    ];
    let (mut needed, mut foreign) = (user.to_vec(), key.to_vec());
    if mechanism == "aws" {
        std::mem::swap(&mut needed, &mut foreign);
    }
    let open = |name: &str| !name.ends_with("_wo");
    for (name, _) in needed.iter().filter(|(name, missing)| *missing && open(name)) {
        faults.add(
            &block,
            "Part of the login is missing",
            &format!("The mechanism {mechanism} needs {name}."),
        );
    }
    for (name, _) in foreign.iter().filter(|(_, missing)| !*missing) {
        faults.add(
            &block.attribute(*name),
            "Not part of this login",
            &format!("The mechanism {mechanism} does not use it."),
        );
    }
}
