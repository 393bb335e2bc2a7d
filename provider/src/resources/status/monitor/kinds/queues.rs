//! Types that ask a message broker.

use serde_json::Value;
use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks;
use super::super::conditions::{Condition, Conditions};
use crate::api::uptime_kuma::Object;
use crate::resources::status::fields::{Fields, Visit, block, needed_if};

/// The server's object with Kafka's login.
const LOGIN: &str = "kafkaProducerSaslOptions";
const MECHANISM: &str = "kafkaProducerSaslOptions/mechanism";
/// The mechanism that logs in with an access key of Amazon's.
const AWS: &str = "aws";

/// Whether a message comes over MQTT within four fifths of `interval`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Mqtt {
    /// Host name or IP address of the broker; `mqtts://`, `ws://` or `wss://` in front of it says how it is reached.
    #[attribute(required, validate = checks::broker_host)]
    pub hostname: Field<String>,
    /// Port of the broker: 1883, or 8883 with TLS, by convention.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// Topic that is subscribed to.
    #[attribute(required, validate = checks::not_blank)]
    pub topic: Field<String>,
    /// Name of the user.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Password of the user.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// Path of the WebSocket, for `ws://` and `wss://`. Uptime Kuma 2.0 and newer.
    #[attribute(optional, validate = checks::broker_path)]
    pub websocket_path: Field<String>,
    /// How the message is looked at: `keyword` (it holds `success_message`) or `json-query` (what `json_path` gives is
    /// `expected_value`). Conditions, if there are any, decide in place of both. Uptime Kuma 2.0 and newer; older ones have
    /// `keyword` alone.
    #[attribute(optional, default = "keyword", validate = validators::one_of(&["keyword", "json-query"]))]
    pub check_type: Field<String>,
    /// Text that the message holds. Without it, any message will do.
    #[attribute(optional)]
    pub success_message: Field<String>,
    /// JSONata expression that gives a value of the message.
    #[attribute(optional)]
    pub json_path: Field<String>,
    /// What that value must be.
    #[attribute(optional)]
    pub expected_value: Field<String>,
    /// What the message must be like: `topic`, `message` and `json_value` are compared. Each is a comparison, or a group of
    /// such blocks. Uptime Kuma 2.1 and newer.
    #[block]
    pub condition: Vec<Condition>,
}

impl Fields for Mqtt {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
        visit.text("topic", "mqttTopic", &mut self.topic, None);
        visit.text("username", "mqttUsername", &mut self.username, None);
        visit.secret("password_wo", "mqttPassword", &mut self.password_wo);
        visit.text("websocket_path", "mqttWebsocketPath", &mut self.websocket_path, None);
        visit.text("check_type", "mqttCheckType", &mut self.check_type, Some("keyword"));
        visit.text("success_message", "mqttSuccessMessage", &mut self.success_message, None);
        visit.text("json_path", "jsonPath", &mut self.json_path, None);
        visit.text("expected_value", "expectedValue", &mut self.expected_value, None);
        visit.json("condition", "conditions", &mut Conditions(&mut self.condition));
    }
}

/// Whether the nodes of a RabbitMQ cluster are well. Uptime Kuma 2.0 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Rabbitmq {
    /// Addresses of the management interface, one for each node, such as `https://rabbit-1.example.com:15672`.
    #[attribute(required, validate = checks::nodes)]
    pub nodes: Field<Vec<String>>,
    /// Name of the user.
    #[attribute(required, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Password of the user.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub password_wo: Field<Secret>,
}

impl Fields for Rabbitmq {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.texts("nodes", "rabbitmqNodes", &mut self.nodes, &[]);
        visit.text("username", "rabbitmqUsername", &mut self.username, None);
        visit.needed("password_wo", "rabbitmqPassword", &mut self.password_wo);
    }
}

/// Whether Kafka takes a message.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct KafkaProducer {
    /// Brokers with their ports, such as `kafka-1.example.com:9092`.
    #[attribute(required, validate = checks::brokers)]
    pub brokers: Field<Vec<String>>,
    /// Topic that the message goes to.
    #[attribute(required, validate = checks::not_blank)]
    pub topic: Field<String>,
    /// The message.
    #[attribute(required, validate = checks::not_blank)]
    pub message: Field<String>,
    /// Whether the connection is a TLS one.
    #[attribute(optional, default = false)]
    pub ssl: Field<bool>,
    /// Whether Kafka may make the topic.
    #[attribute(optional, default = false)]
    pub allow_auto_topic_creation: Field<bool>,
    /// Login.
    #[block]
    pub sasl: Option<Sasl>,
}

/// A login to Kafka.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Sasl {
    /// `plain`, `scram-sha-256`, `scram-sha-512` (each with `username` and `password_wo`) or `aws`.
    #[attribute(required, validate = validators::one_of(&["plain", "scram-sha-256", "scram-sha-512", "aws"]))]
    pub mechanism: Field<String>,
    /// Name of the user.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Password of the user.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// Identity that is acted for, for `aws`.
    #[attribute(optional)]
    pub authorization_identity: Field<String>,
    /// Id of the access key, for `aws`.
    #[attribute(optional)]
    pub access_key_id: Field<String>,
    /// The access key, for `aws`.
    #[attribute(optional, write_only)]
    pub secret_access_key_wo: Field<Secret>,
    /// Token of a session, for `aws`.
    #[attribute(optional, write_only)]
    pub session_token_wo: Field<Secret>,
}

impl Fields for KafkaProducer {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.texts("brokers", "kafkaProducerBrokers", &mut self.brokers, &[]);
        visit.text("topic", "kafkaProducerTopic", &mut self.topic, None);
        visit.text("message", "kafkaProducerMessage", &mut self.message, None);
        visit.truth("ssl", "kafkaProducerSsl", &mut self.ssl, false);
        let creation = &mut self.allow_auto_topic_creation;
        visit.truth(
            "allow_auto_topic_creation",
            "kafkaProducerAllowAutoTopicCreation",
            creation,
            false,
        );
        // Without a login, the server still wants to be told so.
        if !visit.there(self.sasl.is_some(), &has_login) {
            visit.text("sasl", MECHANISM, &mut Field::Null, Some("None"));
        }
        block(visit, "sasl", &mut self.sasl, &has_login);
    }
}

impl Fields for Sasl {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("mechanism", MECHANISM, &mut self.mechanism, None);
        visit.text(
            "username",
            "kafkaProducerSaslOptions/username",
            &mut self.username,
            None,
        );
        let said = self.mechanism.known().map(String::as_str);
        let password = &mut self.password_wo;
        needed_if(
            visit,
            said.is_some_and(|said| said != AWS),
            ("password_wo", "kafkaProducerSaslOptions/password"),
            password,
        );
        let identity = &mut self.authorization_identity;
        visit.text(
            "authorization_identity",
            "kafkaProducerSaslOptions/authorizationIdentity",
            identity,
            None,
        );
        visit.text(
            "access_key_id",
            "kafkaProducerSaslOptions/accessKeyId",
            &mut self.access_key_id,
            None,
        );
        let key = &mut self.secret_access_key_wo;
        needed_if(
            visit,
            said == Some(AWS),
            ("secret_access_key_wo", "kafkaProducerSaslOptions/secretAccessKey"),
            key,
        );
        let token = &mut self.session_token_wo;
        visit.secret("session_token_wo", "kafkaProducerSaslOptions/sessionToken", token);
    }
}

/// Whether a monitor of the server logs in to Kafka.
fn has_login(object: &Object) -> bool {
    let mechanism = object.get(LOGIN).and_then(|login| login.get("mechanism"));
    mechanism
        .and_then(Value::as_str)
        .is_some_and(|mechanism| mechanism != "None")
}
