//! The types: the block of each, its name on the server, and since when there is it.

use super::kinds::{
    Dns, Docker, Gamedig, Globalping, Group, GrpcKeyword, Http, JsonQuery, KafkaProducer, Keyword, Manual, Mongodb,
    Mqtt, Mysql, Ntp, OracleDb, Ping, Pm2, Port, Postgres, Push, Rabbitmq, Radius, RealBrowser, Redis, SipOptions,
    Smtp, Snmp, SqlServer, Steam, SystemService, TailscalePing, WebsocketUpgrade,
};
use super::model::Monitor;
use crate::api::uptime_kuma::session::Version;
use crate::resources::status::fields::{Visit, variant};

/// A type of monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type {
    /// Its block.
    pub(crate) block: &'static str,
    /// Its name on the server.
    pub(crate) name: &'static str,
    /// The first release of the newer dialect that has it; none for one that 1.23 has, too.
    pub(crate) since: Option<(u64, u64)>,
}

/// Lists the types once, for everything that goes through all of them.
macro_rules! types {
    ($($block:ident: $model:ident = $name:literal $(since ($major:literal, $minor:literal))?;)*) => {
        /// All of them.
        pub(crate) const TYPES: &[Type] = &[
            $(Type { block: stringify!($block), name: $name, since: types!(@since $($major, $minor)?) },)*
        ];

        impl Monitor {
            /// The blocks of types that are configured: one in a configuration that is right.
            pub(crate) fn types(&self) -> Vec<Type> {
                let there = [$(self.$block.is_some()),*];
                let types = TYPES.iter().zip(there);
                types.filter_map(|(found, there)| there.then_some(*found)).collect()
            }

            /// A monitor of a type, and nothing said of it.
            pub(crate) fn of_type(wanted: Type) -> Self {
                let mut monitor = Self::default();
                $(if wanted.name == $name {
                    monitor.$block = Some($model::default());
                })*
                monitor
            }

            /// Goes through the blocks of types.
            pub(super) fn type_fields(&mut self, visit: &mut dyn Visit) {
                $(variant(visit, stringify!($block), ("type", $name), &mut self.$block);)*
            }
        }
    };
    (@since) => { None };
    (@since $major:literal, $minor:literal) => { Some(($major, $minor)) };
}

types! {
    http: Http = "http";
    keyword: Keyword = "keyword";
    json_query: JsonQuery = "json-query";
    port: Port = "port";
    ping: Ping = "ping";
    dns: Dns = "dns";
    docker: Docker = "docker";
    push: Push = "push";
    group: Group = "group";
    manual: Manual = "manual" since (2, 0);
    real_browser: RealBrowser = "real-browser";
    websocket_upgrade: WebsocketUpgrade = "websocket-upgrade" since (2, 1);
    grpc_keyword: GrpcKeyword = "grpc-keyword";
    globalping: Globalping = "globalping" since (2, 1);
    smtp: Smtp = "smtp" since (2, 0);
    snmp: Snmp = "snmp" since (2, 0);
    ntp: Ntp = "ntp" since (2, 5);
    radius: Radius = "radius";
    sip_options: SipOptions = "sip-options" since (2, 1);
    tailscale_ping: TailscalePing = "tailscale-ping";
    mqtt: Mqtt = "mqtt";
    rabbitmq: Rabbitmq = "rabbitmq" since (2, 0);
    kafka_producer: KafkaProducer = "kafka-producer";
    sql_server: SqlServer = "sqlserver";
    postgres: Postgres = "postgres";
    mysql: Mysql = "mysql";
    oracle_db: OracleDb = "oracledb" since (2, 3);
    mongodb: Mongodb = "mongodb";
    redis: Redis = "redis";
    system_service: SystemService = "system-service" since (2, 1);
    pm2: Pm2 = "pm2" since (2, 5);
    steam: Steam = "steam";
    gamedig: Gamedig = "gamedig";
}

/// The type of a name on the server; none for one that this provider has no block for.
pub(crate) fn of_name(name: &str) -> Option<Type> {
    TYPES.iter().copied().find(|known| known.name == name)
}

/// Fields that came with a release of the newer dialect. All others are in 1.23, too.
const NEWER: &[(&str, (u64, u64))] = &[
    ("cacheBust", (2, 0)),
    ("conditions", (2, 0)),
    ("ipFamily", (2, 0)),
    ("jsonPathOperator", (2, 0)),
    ("mqttCheckType", (2, 0)),
    ("mqttWebsocketPath", (2, 0)),
    ("oauth_audience", (2, 0)),
    ("ping_count", (2, 0)),
    ("ping_numeric", (2, 0)),
    ("ping_per_request_timeout", (2, 0)),
    ("rabbitmqNodes", (2, 0)),
    ("rabbitmqPassword", (2, 0)),
    ("rabbitmqUsername", (2, 0)),
    ("remote_browser", (2, 0)),
    ("smtpSecurity", (2, 0)),
    ("snmpOid", (2, 0)),
    ("snmpVersion", (2, 0)),
    ("domainExpiryNotification", (2, 1)),
    ("expectedTlsAlert", (2, 1)),
    ("location", (2, 1)),
    ("protocol", (2, 1)),
    ("responseMaxLength", (2, 1)),
    ("retryOnlyOnStatusCodeFailure", (2, 1)),
    ("saveErrorResponse", (2, 1)),
    ("saveResponse", (2, 1)),
    ("subtype", (2, 1)),
    ("system_service_name", (2, 1)),
    ("wsIgnoreSecWebsocketAcceptHeader", (2, 1)),
    ("wsSubprotocol", (2, 1)),
    ("bearer_token", (2, 4)),
    ("gamedigToken", (2, 4)),
    ("ntpRootDispersionThreshold", (2, 5)),
    ("ntpStratumThreshold", (2, 5)),
    ("ntpTimeOffsetThreshold", (2, 5)),
    ("screenshot_delay", (2, 5)),
];

/// Whether servers of a version have a field.
pub(crate) fn knows(version: &Version, key: &str) -> bool {
    let newer = NEWER.iter().find(|(newer, _)| *newer == key);
    newer.is_none_or(|(_, (major, minor))| version.at_least(*major, *minor))
}
