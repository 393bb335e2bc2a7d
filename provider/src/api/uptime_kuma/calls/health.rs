//! What the server tells of by itself: how monitors are doing, and what its types of monitors can do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::super::connection::{Health, Push, Pushes};
use super::super::error::Error;
use super::super::session::{Dialect, Session};
use super::Monitors;

/// How long the shares of uptime may take after the beats. 2.0.0-dev.0 fails on its own query, and never sends them.
const FOLLOWS: Duration = Duration::from_secs(2);

/// What a type of monitors can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonitorType {
    /// The variables that conditions can be about, each with the names of its operators.
    pub conditions: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    condition_variables: Vec<Variable>,
}

#[derive(Deserialize)]
struct Variable {
    id: String,
    operators: Vec<Operator>,
}

#[derive(Deserialize)]
struct Operator {
    id: String,
}

impl Monitors<'_> {
    /// How a monitor is doing, without asking: the server tells of each beat. None if it has told nothing, as of a monitor
    /// that never ran. Of one that was made since the login, the shares of uptime come with its first beat.
    pub async fn health(&self, id: i64) -> Result<Option<Health>, Error> {
        let live = self.0.live().await?;
        let pushes = live.connection.pushes();
        // The newer dialect answers the login after it has told of all; the older one tells of one after the other.
        if live.version.dialect() == Dialect::One && pushes.was_there(id) {
            let beats = |pushes: &Pushes| pushes.health(id).map(drop);
            live.connection
                .wait("heartbeatList", self.0.limits().call, beats)
                .await?;
            let shares = |pushes: &Pushes| pushes.health(id)?.uptime_month.map(drop);
            live.connection.wait("uptime", FOLLOWS, shares).await?;
        }
        Ok(pushes.health(id))
    }
}

impl Session {
    /// The types of monitors that have a module of their own, by name; many simple ones are not among them. None on the
    /// older dialect, which does not tell.
    pub async fn monitor_types(&self) -> Result<Option<BTreeMap<String, MonitorType>>, Error> {
        let live = self.live().await?;
        live.connection
            .pushes()
            .last(Push::MonitorTypes)
            .map(|types| read(&types))
            .transpose()
    }
}

fn read(types: &Value) -> Result<BTreeMap<String, MonitorType>, Error> {
    let event = "monitorTypeList";
    let what = "a type of monitors is not as expected";
    let rows = BTreeMap::<String, Row>::deserialize(types).map_err(|_| Error::Unexpected { event, what })?;
    let variables = |row: Row| {
        let variables = row.condition_variables.into_iter();
        let named = |operator: Operator| operator.id;
        variables
            .map(move |it| (it.id, it.operators.into_iter().map(named).collect()))
            .collect()
    };
    let types = rows.into_iter().map(|(name, row)| {
        let conditions = variables(row);
        (name, MonitorType { conditions })
    });
    Ok(types.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_operators_of_a_type_are_read() {
        let operators = json!([{ "id": "equals", "caption": "equals" }, { "id": "contains", "caption": "contains" }]);
        let types = json!({ "dns": { "supportsConditions": true, "conditionVariables": [{ "id": "record",
            "operators": operators }] }, "smtp": { "supportsConditions": false, "conditionVariables": [] } });
        let types = read(&types).unwrap();
        assert_eq!(types["dns"].conditions["record"], ["equals", "contains"]);
        assert!(types["smtp"].conditions.is_empty());
        assert!(read(&json!({ "dns": 1 })).is_err());
    }
}
