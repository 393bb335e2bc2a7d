//! What is drawn for the resources of Uptime Kuma.

use tfplugin::client::core::Draw;
use tfplugin::value::Value;

use super::{draw, texts};

/// The blocks that say what a monitor checks.
const CHECKS: [&str; 33] = [
    "http",
    "keyword",
    "json_query",
    "port",
    "ping",
    "dns",
    "docker",
    "push",
    "group",
    "manual",
    "real_browser",
    "websocket_upgrade",
    "grpc_keyword",
    "globalping",
    "smtp",
    "snmp",
    "ntp",
    "radius",
    "sip_options",
    "tailscale_ping",
    "mqtt",
    "rabbitmq",
    "kafka_producer",
    "sql_server",
    "postgres",
    "mysql",
    "oracle_db",
    "mongodb",
    "redis",
    "system_service",
    "pm2",
    "steam",
    "gamedig",
];

/// The blocks that say how a notification is sent.
const SERVICES: [&str; 13] = [
    "email",
    "webhook",
    "telegram",
    "ntfy",
    "slack",
    "discord",
    "gotify",
    "pagerduty",
    "matrix",
    "pushover",
    "teams",
    "signal",
    "other",
];

/// The blocks that say when a maintenance is.
const TIMES: [&str; 6] = [
    "manual",
    "single",
    "cron",
    "recurring_interval",
    "recurring_weekday",
    "recurring_day_of_month",
];

/// What is drawn for a resource.
pub(crate) fn draw_for(type_name: &str, seed: u64, port: i64) -> Draw {
    let draw = draw(seed, port);
    match type_name {
        // Neither can be made on a server that stands elsewhere.
        "quickfra_status_api_key" => draw
            .one_of(&["stack", "stack", "stack", "endpoint"])
            .suggest("expires", texts(&["2035-01-01T00:00:00", "2036-02-29T12:00:00"])),
        "quickfra_status_two_factor" => draw.one_of(&["stack", "stack", "stack", "endpoint"]),
        "quickfra_status_docker_host" => docker_host(draw),
        "quickfra_status_maintenance" => maintenance(draw),
        "quickfra_status_monitor" => monitor(draw, port),
        "quickfra_status_notification" => notification(draw),
        "quickfra_status_page" => page(draw),
        "quickfra_status_proxy" => said(
            draw,
            &[("protocol", &["http", "socks5"]), ("host", &["proxy.example.net"])],
        ),
        "quickfra_status_settings" => settings(draw),
        "quickfra_status_tag" => said(draw, &[("color", &["#059669"])]),
        _ => draw,
    }
}

/// The same with texts for attributes.
fn said(draw: Draw, suggestions: &[(&str, &[&str])]) -> Draw {
    let each = suggestions.iter();
    each.fold(draw, |draw, (name, values)| draw.suggest(name, texts(values)))
}

/// The same with numbers for attributes.
fn counted(draw: Draw, suggestions: &[(&str, &[i64])]) -> Draw {
    let each = suggestions.iter();
    each.fold(draw, |draw, (name, values)| {
        draw.suggest(name, values.iter().map(|value| Value::from(*value)))
    })
}

/// A list of texts.
fn list(values: &[&str]) -> Value {
    Value::List(texts(values))
}

/// A list of numbers.
fn numbers(values: &[i64]) -> Value {
    Value::List(values.iter().map(|value| Value::from(*value)).collect())
}

fn docker_host(draw: Draw) -> Draw {
    said(
        draw,
        &[
            ("type", &["tcp", "tcp", "tcp", "socket"]),
            (
                "daemon",
                &[
                    "http://192.0.2.5:2375",
                    "tcp://engine.example.net",
                    "/var/run/docker.sock",
                ],
            ),
        ],
    )
}

fn settings(draw: Draw) -> Draw {
    said(
        draw,
        &[
            ("entry_page", &["dashboard", "statusPage-platform"]),
            ("primary_base_url", &["https://status.example.com"]),
            ("server_timezone", &["Europe/Berlin"]),
            ("chrome_executable", &["/usr/bin/chromium"]),
        ],
    )
    .suggest("tls_expiry_notify_days", [numbers(&[7, 14])])
    .suggest("domain_expiry_notify_days", [numbers(&[7])])
    .suggest("keep_data_period_days", [0, 90].map(Value::from))
}

fn maintenance(draw: Draw) -> Draw {
    said(
        draw.one_of(&TIMES),
        &[
            ("title", &["Upgrade"]),
            ("time_zone", &["Europe/Berlin", "UTC"]),
            ("start", &["2026-12-24 22:00", "2026-12-24T22:00:00"]),
            ("end", &["2026-12-25 02:00"]),
            ("from", &["2026-01-01 00:00"]),
            ("until", &["2027-01-01 00:00"]),
            ("start_time", &["02:00"]),
            ("end_time", &["03:30"]),
            ("expression", &["30 3 * * *"]),
        ],
    )
    .suggest("duration_minutes", [Value::from(60)])
    .suggest("days", [Value::from(7), numbers(&[1, 15])])
    .suggest("last_days", [numbers(&[1])])
    .suggest("weekdays", [list(&["monday", "sunday"])])
    .suggest("monitors", [numbers(&[1, 2])])
    .suggest("status_pages", [list(&["public"])])
}

fn page(draw: Draw) -> Draw {
    let draw = said(
        draw.present("send_url").present("script_url"),
        &[
            ("slug", &["public", "team-a"]),
            ("title", &["Status"]),
            ("content", &["It is looked into."]),
            ("theme", &["auto", "dark"]),
            ("style", &["info", "warning"]),
            ("icon", &["/icon.svg", "https://www.example.com/icon.png"]),
            // The signature of PNG pictures alone.
            ("icon_png_base64", &["iVBORw0KGgo="]),
            ("type", &["google", "umami"]),
            ("script_url", &["https://umami.example.com/script.js"]),
        ],
    );
    let ids = (1..40).map(Value::from).chain(texts(&["G-1"]));
    draw.one_of(&["icon", "icon_png_base64"])
        .suggest("id", ids)
        .suggest("auto_refresh_interval", [Value::from(60)])
        .suggest("domains", [list(&["status.example.com"])])
        .suggest("send_url", [Value::from(true)])
}

fn notification(draw: Draw) -> Draw {
    let draw = said(
        draw.one_of(&SERVICES).present("to"),
        &[
            ("host", &["mail.example.com"]),
            ("security", &["starttls", "tls"]),
            ("from", &["status@example.com"]),
            ("headers", &[r#"{"X-Priority":"1"}"#]),
            ("headers_wo", &[r#"{"Authorization":"Bearer a"}"#]),
            ("key_selector", &["kuma"]),
            ("private_key_wo", &["a key"]),
            ("url_wo", &["https://hooks.example.com/a"]),
            ("webhook_url_wo", &["https://hooks.example.com/a"]),
            ("method", &["post", "get"]),
            ("content_type", &["json", "form-data"]),
            ("bot_token_wo", &["1:a"]),
            ("chat_id", &["7"]),
            ("server_url", &["https://push.example.com"]),
            ("template", &["{{ msg }}"]),
            ("template_format", &["plain", "HTML"]),
            ("topic", &["alerts"]),
            ("authentication", &["none"]),
            ("icon", &["https://www.example.com/icon.png"]),
            ("title", &["{{ name }}"]),
            ("message", &["{{ msg }}"]),
            ("message_format", &["normal"]),
            ("target", &["channel"]),
            ("application_token_wo", &["a token"]),
            ("integration_key_wo", &["a key"]),
            ("integration_url", &["https://events.eu.pagerduty.com/v2/enqueue"]),
            ("severity", &["info", "critical"]),
            ("on_recovery", &["nothing", "resolve"]),
            ("homeserver_url", &["https://matrix.example.com"]),
            ("room_id", &["!a:example.com"]),
            ("access_token_wo", &["a token"]),
            ("user_key_wo", &["a key"]),
            ("number", &["+4930123456"]),
            ("type", &["apprise"]),
            ("settings", &[r#"{"appriseURL":"a"}"#]),
            ("secret_settings_wo", &[r#"{"title":"a"}"#]),
        ],
    );
    ["to", "cc", "bcc", "recipients"]
        .into_iter()
        .fold(draw, |draw, name| draw.suggest(name, [list(&["ops@example.com"])]))
        .suggest("priority", [1, 2].map(Value::from))
        .suggest("priority_down", [5].map(Value::from))
        .suggest("expires_after", [60].map(Value::from))
}

fn monitor(draw: Draw, port: i64) -> Draw {
    let (server, socket) = (format!("http://127.0.0.1:{port}"), format!("ws://127.0.0.1:{port}"));
    let draw = draw
        .one_of(&["basic_auth", "bearer", "oauth2", "ntlm", "mtls"])
        .one_of(&["basic_auth", "bearer", "oauth2", "mtls"])
        .one_of(&["headers", "headers_wo"])
        .one_of(&["metadata", "metadata_wo"])
        .one_of(&["ping", "http", "dns"])
        .one_of(&CHECKS)
        .only("url", texts(&[&server, &server, &server, &socket]))
        .suggest("accepted_status_codes", [list(&["200-299", "301"]), list(&["1000"])])
        .suggest("nodes", [list(&["http://127.0.0.1:1"])])
        .suggest("brokers", [list(&["127.0.0.1:1"])])
        .suggest("notifications", [numbers(&[1, 2])])
        .suggest("timeout", [Value::from(10)]);
    let draw = counted(
        draw,
        &[
            ("interval", &[20, 60]),
            ("retry_interval", &[20, 60]),
            ("retries", &[0, 3]),
            ("resend_interval", &[0, 3]),
            ("secrets_wo_version", &[1, 2]),
            ("parent", &[3]),
            ("id", &[1, 7]),
            ("proxy", &[1]),
            ("docker_host", &[1]),
            ("remote_browser", &[1]),
            ("max_redirects", &[0, 10]),
            ("response_max_length", &[0, 1024]),
            ("packet_size", &[56]),
            ("packet_count", &[1, 3]),
            ("per_request_timeout", &[2]),
            ("screenshot_delay", &[0, 100]),
            ("stratum_threshold", &[5]),
            ("time_offset_threshold", &[500]),
            ("root_dispersion_threshold", &[500]),
        ],
    );
    said(
        draw.present("community_wo"),
        &[
            ("hostname", &["host.example.com", "192.0.2.5"]),
            ("username", &["ada"]),
            ("client_id", &["kuma"]),
            ("token_url", &["https://login.example.com/token"]),
            ("authentication", &["client_secret_basic", "client_secret_post"]),
            ("certificate", &[super::BUNDLE]),
            ("method", &["GET", "POST"]),
            ("body", &["{}"]),
            ("body_encoding", &["json", "form"]),
            ("ip_family", &["ipv4", "ipv6"]),
            ("keyword", &["pong"]),
            ("expected_value", &["1"]),
            ("operator", &["contains", "contains", "=="]),
            ("variable", &["record", "result", "message"]),
            ("value", &["a"]),
            ("join", &["and", "or"]),
            ("json_path", &["$"]),
            ("security", &["secure", "starttls"]),
            ("expected_tls_alert", &["none"]),
            ("resolver_server", &["1.1.1.1"]),
            ("record_type", &["A", "AAAA", "MX"]),
            ("container", &["web"]),
            ("version", &["1", "2c"]),
            ("oid", &["1.3.6.1.2.1.1.3.0"]),
            ("called_station_id", &["a"]),
            ("calling_station_id", &["b"]),
            ("service_name", &["Health"]),
            ("game", &["minecraft"]),
            ("topic", &["beats"]),
            ("message", &["beat"]),
            ("websocket_path", &["/mqtt"]),
            ("check_type", &["keyword"]),
            ("mechanism", &["plain"]),
            ("command", &[r#"{"ping":1}"#]),
            ("location", &["world"]),
            ("status", &["up", "down"]),
            ("token_wo", &["abcdefghijklmnop0123"]),
            ("extra", &[r#"{"weight":1500}"#]),
        ],
    )
}
