//! Types that ask a database.

use tfplugin::{Field, Model, Secret};

use super::super::checks;
use super::super::conditions::{Condition, Conditions};
use crate::resources::status::fields::{Fields, JsonText, Visit};

const CONNECTION: &str = "databaseConnectionString";
const QUERY: &str = "databaseQuery";

/// Whether a Microsoft SQL Server answers a query.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct SqlServer {
    /// Where the database is and how to log in, such as `Server=host,1433;Database=app;User Id=kuma;Password=...`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// The query, such as `SELECT 1`, which the server takes where there is none.
    #[attribute(optional)]
    pub query: Field<String>,
    /// What the first value of the first row must be like: `result` is compared. Each is a comparison, or a group of such
    /// blocks. Uptime Kuma 2.0 and newer.
    #[block]
    pub condition: Vec<Condition>,
}

impl Fields for SqlServer {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        visit.text("query", QUERY, &mut self.query, None);
        visit.json("condition", "conditions", &mut Conditions(&mut self.condition));
    }
}

/// Whether a PostgreSQL server answers a query.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Postgres {
    /// Where the database is and how to log in: `postgres://user:password@host:port/database`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// The query, such as `SELECT 1`, which the server takes where there is none.
    #[attribute(optional)]
    pub query: Field<String>,
}

impl Fields for Postgres {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        visit.text("query", QUERY, &mut self.query, None);
    }
}

/// Whether a MySQL or MariaDB server answers a query.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Mysql {
    /// Where the database is and how to log in: `mysql://user:password@host:port/database`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// Password, if it does not stand in the connection string.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// The query, such as `SELECT 1`, which the server takes where there is none.
    #[attribute(optional)]
    pub query: Field<String>,
    /// What the first value of the first row must be like: `result` is compared. Each is a comparison, or a group of such
    /// blocks. Uptime Kuma 2.0 and newer.
    #[block]
    pub condition: Vec<Condition>,
}

impl Fields for Mysql {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        // The server keeps it there, too.
        visit.secret("password_wo", "radiusPassword", &mut self.password_wo);
        visit.text("query", QUERY, &mut self.query, None);
        visit.json("condition", "conditions", &mut Conditions(&mut self.condition));
    }
}

/// Whether an Oracle database answers a query. Uptime Kuma 2.3 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct OracleDb {
    /// Where the database is, such as `host:1521/SERVICE`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// Name of the user.
    #[attribute(required, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Password of the user.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub password_wo: Field<Secret>,
    /// The query, such as `SELECT 1 FROM DUAL`, which the server takes where there is none.
    #[attribute(optional)]
    pub query: Field<String>,
    /// What the first value of the first row must be like: `result` is compared. Each is a comparison, or a group of such
    /// blocks. Uptime Kuma 2.0 and newer.
    #[block]
    pub condition: Vec<Condition>,
}

impl Fields for OracleDb {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        visit.text("username", "basic_auth_user", &mut self.username, None);
        visit.needed("password_wo", "basic_auth_pass", &mut self.password_wo);
        visit.text("query", QUERY, &mut self.query, None);
        visit.json("condition", "conditions", &mut Conditions(&mut self.condition));
    }
}

/// Whether a MongoDB server carries out a command.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Mongodb {
    /// Where the database is and how to log in: `mongodb://user:password@host:port/database`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// The command as a JSON object, such as `jsonencode({ ping = 1 })`, which the server takes where there is none. Uptime
    /// Kuma 2.0 and newer.
    #[attribute(optional, validate = checks::json_object)]
    pub command: Field<String>,
    /// JSONata expression that must give a value.
    #[attribute(optional)]
    pub json_path: Field<String>,
    /// What that value must be.
    #[attribute(optional)]
    pub expected_value: Field<String>,
}

impl Fields for Mongodb {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        visit.json("command", QUERY, &mut JsonText(&mut self.command));
        visit.text("json_path", "jsonPath", &mut self.json_path, None);
        visit.text("expected_value", "expectedValue", &mut self.expected_value, None);
    }
}

/// Whether a Redis server answers.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Redis {
    /// Where the server is and how to log in: `redis://user:password@host:port`, or `rediss://` for TLS.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub connection_string_wo: Field<Secret>,
    /// Whether a certificate is accepted that nobody vouches for.
    #[attribute(optional, default = false)]
    pub ignore_tls: Field<bool>,
}

impl Fields for Redis {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("connection_string_wo", CONNECTION, &mut self.connection_string_wo);
        visit.truth("ignore_tls", "ignoreTls", &mut self.ignore_tls, false);
    }
}
