//! A configuration of everything that has write-only attributes, and of every type of monitor, with `local.canary` where a
//! secret goes.

use std::fmt::Write as _;

/// What only the newer line has is [`Newer`](Line::Newer).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Both,
    Newer,
}
use Line::{Both, Newer};

/// A resource: without what all begin with, with the block that it is of if it has types, and what stands in that.
type Body = (Line, &'static str, &'static str, &'static str);

/// Each type of monitor, and each write-only attribute of one at least once. Types that ask a web server are below.
const MONITORS: &[(Line, &str, &str)] = &[
    (Both, "port", "hostname = \"192.0.2.8\"\nport = 80"),
    (Both, "ping", "hostname = \"192.0.2.8\""),
    (Both, "dns", "hostname = \"a.example\""),
    (
        Both,
        "docker",
        "container = \"web\"\ndocker_host = quickfra_status_docker_host.it.id",
    ),
    (Both, "push", "token_wo = local.canary"),
    // The provider makes the token.
    (Both, "push", ""),
    (Both, "group", ""),
    (Newer, "manual", "status = \"up\""),
    (Both, "real_browser", "url = \"http://192.0.2.8/\""),
    (
        Both,
        "grpc_keyword",
        "url = \"192.0.2.8:50051\"\nkeyword = \"up\"\nservice_name = \"Health\"\nmethod = \"check\"\n\
         metadata_wo = { Authorization = local.canary }",
    ),
    (Newer, "globalping", "ping {\nhostname = \"a.example\"\n}"),
    (
        Newer,
        "globalping",
        "http {\nurl = \"http://a.example/\"\nheaders_wo = { Authorization = local.canary }\n}",
    ),
    (
        Newer,
        "globalping",
        "http {\nurl = \"http://a.example/\"\nbasic_auth {\nusername = \"ada\"\npassword_wo = local.canary\n}\n}",
    ),
    (
        Newer,
        "globalping",
        "http {\nurl = \"http://a.example/\"\nbearer {\ntoken_wo = local.canary\n}\n}",
    ),
    (
        Newer,
        "globalping",
        "http {\nurl = \"http://a.example/\"\noauth2 {\ntoken_url = \"http://a.example/token\"\nclient_id = \"kuma\"\n\
         client_secret_wo = local.canary\n}\n}",
    ),
    (Newer, "smtp", "hostname = \"192.0.2.8\"\nport = 25"),
    (
        Newer,
        "snmp",
        "hostname = \"192.0.2.8\"\ncommunity_wo = local.canary\noid = \"1.3.6.1.2.1.1.3.0\"\nexpected_value = \"1\"",
    ),
    (Newer, "ntp", "hostname = \"192.0.2.8\""),
    (
        Both,
        "radius",
        "hostname = \"192.0.2.8\"\nusername = \"ada\"\npassword_wo = local.canary\nsecret_wo = local.canary\n\
         called_station_id = \"a\"\ncalling_station_id = \"b\"",
    ),
    (Newer, "sip_options", "hostname = \"192.0.2.8\"\nport = 5060"),
    (Both, "tailscale_ping", "hostname = \"192.0.2.8\""),
    (
        Both,
        "mqtt",
        "hostname = \"192.0.2.8\"\nport = 1883\ntopic = \"up\"\nusername = \"ada\"\npassword_wo = local.canary",
    ),
    (
        Newer,
        "rabbitmq",
        "nodes = [\"http://192.0.2.8:15672\"]\nusername = \"ada\"\npassword_wo = local.canary",
    ),
    (
        Both,
        "kafka_producer",
        "brokers = [\"192.0.2.8:9092\"]\ntopic = \"up\"\nmessage = \"up\"\nsasl {\nmechanism = \"plain\"\nusername = \"ada\"\n\
         password_wo = local.canary\n}",
    ),
    (
        Both,
        "kafka_producer",
        "brokers = [\"192.0.2.8:9092\"]\ntopic = \"up\"\nmessage = \"up\"\nsasl {\nmechanism = \"aws\"\n\
         authorization_identity = \"ada\"\naccess_key_id = \"id\"\nsecret_access_key_wo = local.canary\n\
         session_token_wo = local.canary\n}",
    ),
    (
        Both,
        "sql_server",
        "connection_string_wo = \"Server=192.0.2.8;Password=${local.canary}\"",
    ),
    (
        Both,
        "postgres",
        "connection_string_wo = \"postgres://ada:${local.canary}@192.0.2.8/db\"",
    ),
    (
        Both,
        "mysql",
        "connection_string_wo = \"mysql://ada:${local.canary}@192.0.2.8/db\"\npassword_wo = local.canary",
    ),
    (
        Newer,
        "oracle_db",
        "connection_string_wo = \"192.0.2.8:1521/${local.canary}\"\nusername = \"ada\"\npassword_wo = local.canary",
    ),
    (
        Both,
        "mongodb",
        "connection_string_wo = \"mongodb://ada:${local.canary}@192.0.2.8\"",
    ),
    (
        Both,
        "redis",
        "connection_string_wo = \"redis://ada:${local.canary}@192.0.2.8\"",
    ),
    (Newer, "system_service", "name = \"nginx\""),
    (Newer, "pm2", "name = \"api\""),
    (Both, "steam", "hostname = \"192.0.2.8\"\nport = 27015"),
    (
        Both,
        "gamedig",
        "game = \"minecraft\"\nhostname = \"192.0.2.8\"\nport = 25565",
    ),
    (
        Newer,
        "gamedig",
        "game = \"minecraft\"\nhostname = \"192.0.2.8\"\nport = 25565\ntoken_wo = local.canary",
    ),
];

/// Types that ask a web server, and what each needs beside the address.
const WEB: [(Line, &str, &str); 4] = [
    (Both, "http", "url = \"http://192.0.2.8/\""),
    (Both, "keyword", "url = \"http://192.0.2.8/\"\nkeyword = \"up\""),
    (
        Both,
        "json_query",
        "url = \"http://192.0.2.8/\"\njson_path = \"$.up\"\nexpected_value = \"1\"",
    ),
    (Newer, "websocket_upgrade", "url = \"ws://192.0.2.8/\""),
];

/// The ways to show oneself to a web server.
const LOGINS: [(Line, &str); 6] = [
    (Both, "headers_wo = { Authorization = local.canary }"),
    (Both, "basic_auth {\nusername = \"ada\"\npassword_wo = local.canary\n}"),
    (Newer, "bearer {\ntoken_wo = local.canary\n}"),
    (
        Both,
        "oauth2 {\ntoken_url = \"http://192.0.2.8/token\"\nclient_id = \"kuma\"\nclient_secret_wo = local.canary\n}",
    ),
    (Both, NTLM),
    (
        Both,
        "mtls {\ncertificate = \"a certificate\"\nprivate_key_wo = local.canary\n}",
    ),
];
/// This one no WebSocket has.
const NTLM: &str = "ntlm {\nusername = \"ada\"\npassword_wo = local.canary\n}";

const NOTIFICATIONS: &[(&str, &str)] = &[
    (
        "email",
        "host = \"192.0.2.8\"\nport = 25\nfrom = \"a@a.example\"\nto = [\"b@a.example\"]\nusername = \"ada\"\n\
         password_wo = local.canary\ndkim {\ndomain = \"a.example\"\nkey_selector = \"kuma\"\n\
         private_key_wo = local.canary\n}",
    ),
    (
        "webhook",
        "url_wo = \"http://192.0.2.8/${local.canary}\"\nheaders_wo = jsonencode({ Authorization = local.canary })",
    ),
    ("telegram", "bot_token_wo = local.canary\nchat_id = \"1\""),
    (
        "ntfy",
        "topic = \"up\"\nauthentication = \"username_password\"\nusername = \"ada\"\npassword_wo = local.canary",
    ),
    (
        "ntfy",
        "topic = \"up\"\nauthentication = \"access_token\"\naccess_token_wo = local.canary",
    ),
    ("slack", "webhook_url_wo = \"http://192.0.2.8/${local.canary}\""),
    ("discord", "webhook_url_wo = \"http://192.0.2.8/${local.canary}\""),
    (
        "gotify",
        "server_url = \"http://192.0.2.8\"\napplication_token_wo = local.canary",
    ),
    ("pagerduty", "integration_key_wo = local.canary"),
    (
        "matrix",
        "homeserver_url = \"http://192.0.2.8\"\nroom_id = \"a\"\naccess_token_wo = local.canary",
    ),
    (
        "pushover",
        "user_key_wo = local.canary\napplication_token_wo = local.canary",
    ),
    ("teams", "webhook_url_wo = \"http://192.0.2.8/${local.canary}\""),
    (
        "signal",
        "url = \"http://192.0.2.8\"\nnumber = \"+1\"\nrecipients = [\"+2\"]",
    ),
    (
        "other",
        "type = \"pushbullet\"\nsecret_settings_wo = jsonencode({ pushbulletAccessToken = local.canary })",
    ),
];

/// All others: the attributes stand in no block of a type.
const OTHERS: &[Body] = &[
    (
        Both,
        "proxy",
        "it",
        "protocol = \"http\"\nhost = \"MARK.proxy.test\"\nport = 3128\nbasic_auth {\nusername = \"ada\"\n\
         password_wo = local.canary\n}",
    ),
    (
        Both,
        "docker_host",
        "it",
        "name = \"MARK engine\"\ntype = \"tcp\"\ndaemon = \"http://192.0.2.8:2375\"",
    ),
    (
        Newer,
        "remote_browser",
        "it",
        "name = \"MARK browser\"\nurl_wo = \"ws://192.0.2.8/${local.canary}\"",
    ),
];

/// What is secret in the settings, of which a server has one.
const SETTINGS: [(Line, &str); 2] = [
    (Both, "steam_api_key_wo = local.canary"),
    (Newer, "globalping_api_token_wo = local.canary"),
];

/// The whole configuration for a server, which is of the newer line or not.
pub(super) fn configuration(is_newer: bool) -> String {
    let has = |line: Line| is_newer || line == Both;
    let mut text = String::new();
    for (number, (line, block, inside)) in (1..).zip(MONITORS) {
        if has(*line) {
            text += &monitor(&format!("{block}_{number}"), block, inside);
        }
    }
    for (line, block, needed) in WEB.into_iter().filter(|(line, ..)| has(*line)) {
        let possible = |login: &str| line == Both || login != NTLM;
        for (number, (_, login)) in (1..).zip(LOGINS.iter().filter(|(line, login)| has(*line) && possible(login))) {
            text += &monitor(&format!("{block}_login_{number}"), block, &format!("{needed}\n{login}"));
        }
    }
    for (number, (block, inside)) in (1..).zip(NOTIFICATIONS) {
        let name = format!("{block}_{number}");
        let body = format!("name = \"MARK {name}\"\n{block} {{\n{inside}\n}}");
        text += &resource("notification", &name, &body);
    }
    for (_, kind, name, body) in OTHERS.iter().filter(|(line, ..)| has(*line)) {
        text += &resource(kind, name, body);
    }
    let settings = SETTINGS.iter().filter(|(line, _)| has(*line)).map(|(_, text)| *text);
    text += &resource("settings", "it", &settings.collect::<Vec<_>>().join("\n"));
    text
}

/// A monitor of the type of a block. It is off: there is nothing where it would look.
pub(super) fn monitor(name: &str, block: &str, inside: &str) -> String {
    let body = format!("name = \"MARK {name}\"\nactive = false\n{block} {{\n{inside}\n}}");
    resource("monitor", name, &body)
}

/// A resource of this name.
pub(super) fn resource(kind: &str, name: &str, body: &str) -> String {
    let mut text = String::new();
    writeln!(
        text,
        "resource \"quickfra_status_{kind}\" \"{name}\" {{\nendpoint = var.endpoint\n{body}\n}}"
    )
    .unwrap();
    text
}
