//! The types of monitors, each a block of its own.

mod authentication;
mod databases;
mod globalping;
mod local;
mod network;
mod queues;
mod services;
mod web;
mod websocket;

pub use authentication::{BasicAuth, Bearer, Mtls, Ntlm, OAuth2};
pub use databases::{Mongodb, Mysql, OracleDb, Postgres, Redis, SqlServer};
pub use globalping::{Globalping, GlobalpingDns, GlobalpingHttp, GlobalpingPing};
pub(crate) use local::PENDING;
pub use local::{Docker, Group, Manual, Pm2, Push, RealBrowser, SystemService};
pub use network::{Dns, Ntp, Ping, Port, TailscalePing};
pub use queues::{KafkaProducer, Mqtt, Rabbitmq, Sasl};
pub use services::{Gamedig, GrpcKeyword, Radius, SipOptions, Smtp, Snmp, Steam};
pub(crate) use web::Web;
pub use web::{Http, JsonQuery, Keyword};
pub use websocket::WebsocketUpgrade;
