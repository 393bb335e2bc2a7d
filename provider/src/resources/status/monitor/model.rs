//! What a person writes of a monitor, and what Terraform shows of it.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use super::checks;
use super::extra::check_extra;
use super::kinds::{
    Dns, Docker, Gamedig, Globalping, Group, GrpcKeyword, Http, JsonQuery, KafkaProducer, Keyword, Manual, Mongodb,
    Mqtt, Mysql, Ntp, OracleDb, Ping, Pm2, Port, Postgres, Push, Rabbitmq, Radius, RealBrowser, Redis, SipOptions,
    Smtp, Snmp, SqlServer, Steam, SystemService, TailscalePing, WebsocketUpgrade,
};
use super::tags::TagPlace;
use crate::resources::status::server::{ServerStack, check_endpoint, numbered};

/// A monitor of Uptime Kuma: what is checked, how often, and whom a failure is told.
///
/// Exactly one block says what is checked, and so the type of the monitor. Another type is another block in the same
/// monitor: its history stays. What a server has of a monitor and no attribute here names survives a change.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Monitor {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Name of the monitor.
    #[attribute(required, validate = checks::name)]
    pub name: Field<String>,
    /// Text that is shown with the monitor.
    #[attribute(optional)]
    pub description: Field<String>,
    /// Seconds between two checks. Before Uptime Kuma 2.1, at least 20.
    #[attribute(optional, default = 60, validate = checks::at_least(1))]
    pub interval: Field<i64>,
    /// Seconds between two checks of something that just failed. Left out, it is as long as `interval`. Before Uptime Kuma
    /// 2.1, at least 20.
    #[attribute(optional, validate = checks::at_least(1))]
    pub retry_interval: Field<i64>,
    /// Failed checks in a row before the monitor counts as down and is told of.
    #[attribute(optional, default = 0, validate = checks::at_least(0))]
    pub retries: Field<i64>,
    /// How many failed checks later it is told again that the monitor is down; `0` tells it once.
    #[attribute(optional, default = 0, validate = checks::at_least(0))]
    pub resend_interval: Field<i64>,
    /// Seconds that a check may take. Left out, it is what the server's own page fills in: 48, for `ping` 10, for `snmp` 5,
    /// for `kafka_producer` 1, and never more than four fifths of `interval`.
    #[attribute(optional, validate = checks::more_than_zero())]
    pub timeout: Field<f64>,
    /// Whether the monitor is up when the check fails.
    #[attribute(optional, default = false)]
    pub upside_down: Field<bool>,
    /// Whether the monitor is switched on. One in a group that is switched off is not checked, and is on by itself all the
    /// same.
    #[attribute(optional, default = true)]
    pub active: Field<bool>,
    /// Whether to notify before the registration of the domain expires, for types that have an address or a host name. Uptime
    /// Kuma 2.1 and newer.
    #[attribute(optional, default = true)]
    pub domain_expiry_notification: Field<bool>,
    /// Id of the group that the monitor is in.
    #[attribute(optional, validate = checks::at_least(1))]
    pub parent: Field<i64>,
    /// Ids of the notifications that are sent.
    #[attribute(optional, validate = checks::ids)]
    pub notifications: Field<BTreeSet<i64>>,
    /// More fields of the monitor, for those that no attribute here names, as the server calls them: `jsonencode({ weight =
    /// 1500 })`. They are compared with what the server has, and stand in the state: nothing secret belongs here.
    #[attribute(optional, validate = check_extra)]
    pub extra: Field<String>,
    /// A number to raise when write-only values are to be written again. Without it, they are written when they differ from
    /// those that were written before.
    #[attribute(optional)]
    pub secrets_wo_version: Field<i64>,
    /// The write-only values that were written or that an import found, by their attributes: `set`, or `changed on the server`.
    #[attribute(computed)]
    pub secrets: Field<BTreeMap<String, Field<String>>>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// Address that a `push` monitor waits to be called at, with the token in it; `status`, `msg` and `ping` may be added as
    /// parameters. Null for other types, for a server without an address of its own, and with a `token_wo`, which is stored
    /// nowhere.
    #[attribute(computed, sensitive)]
    pub push_url: Field<String>,
    /// Addresses of pictures for pages elsewhere: `status`, `uptime`, `ping`, `average_response`, `certificate_expiry` and
    /// `response`. The server draws them for monitors on a published status page. Each is null for a server without an address
    /// of its own.
    #[attribute(computed)]
    pub badge_urls: Field<BTreeMap<String, Field<String>>>,
    /// A tag that the monitor carries.
    #[block(set)]
    pub tag: Vec<TagPlace>,
    /// Whether a web address answers.
    #[block]
    pub http: Option<Http>,
    /// Whether the answer of a web address holds a text.
    #[block]
    pub keyword: Option<Keyword>,
    /// Whether a value in the JSON answer of a web address is as expected.
    #[block]
    pub json_query: Option<JsonQuery>,
    /// Whether a TCP port takes connections.
    #[block]
    pub port: Option<Port>,
    /// Whether a host answers ICMP echo requests.
    #[block]
    pub ping: Option<Ping>,
    /// Whether a domain name has a record.
    #[block]
    pub dns: Option<Dns>,
    /// Whether a container runs.
    #[block]
    pub docker: Option<Docker>,
    /// Whether something called `push_url` within `interval`.
    #[block]
    pub push: Option<Push>,
    /// A group of monitors.
    #[block]
    pub group: Option<Group>,
    /// A monitor that shows what it is told.
    #[block]
    pub manual: Option<Manual>,
    /// Whether a page loads in a real browser.
    #[block]
    pub real_browser: Option<RealBrowser>,
    /// Whether a WebSocket can be opened.
    #[block]
    pub websocket_upgrade: Option<WebsocketUpgrade>,
    /// Whether the answer of a gRPC method holds a text.
    #[block]
    pub grpc_keyword: Option<GrpcKeyword>,
    /// A measurement from somewhere else in the world.
    #[block]
    pub globalping: Option<Globalping>,
    /// Whether a mail server greets.
    #[block]
    pub smtp: Option<Smtp>,
    /// Whether a value that a device tells is as expected.
    #[block]
    pub snmp: Option<Snmp>,
    /// Whether a time server answers with good time.
    #[block]
    pub ntp: Option<Ntp>,
    /// Whether a RADIUS server lets a user in.
    #[block]
    pub radius: Option<Radius>,
    /// Whether a SIP server answers.
    #[block]
    pub sip_options: Option<SipOptions>,
    /// Whether a host answers over Tailscale.
    #[block]
    pub tailscale_ping: Option<TailscalePing>,
    /// Whether a message comes over MQTT.
    #[block]
    pub mqtt: Option<Mqtt>,
    /// Whether the nodes of a RabbitMQ cluster are well.
    #[block]
    pub rabbitmq: Option<Rabbitmq>,
    /// Whether Kafka takes a message.
    #[block]
    pub kafka_producer: Option<KafkaProducer>,
    /// Whether a Microsoft SQL Server answers a query.
    #[block]
    pub sql_server: Option<SqlServer>,
    /// Whether a PostgreSQL server answers a query.
    #[block]
    pub postgres: Option<Postgres>,
    /// Whether a MySQL or MariaDB server answers a query.
    #[block]
    pub mysql: Option<Mysql>,
    /// Whether an Oracle database answers a query.
    #[block]
    pub oracle_db: Option<OracleDb>,
    /// Whether a MongoDB server carries out a command.
    #[block]
    pub mongodb: Option<Mongodb>,
    /// Whether a Redis server answers.
    #[block]
    pub redis: Option<Redis>,
    /// Whether a system service runs beside the server.
    #[block]
    pub system_service: Option<SystemService>,
    /// Whether a process of PM2 runs beside the server.
    #[block]
    pub pm2: Option<Pm2>,
    /// Whether Steam lists a game server.
    #[block]
    pub steam: Option<Steam>,
    /// Whether a game server answers.
    #[block]
    pub gamedig: Option<Gamedig>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(Monitor);
