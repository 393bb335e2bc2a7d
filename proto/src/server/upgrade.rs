//! Stored objects of older versions: one upgrader for each version, each with an object that its version stored.
//!
//! An upgrader is frozen: it takes the form that its version stored to the form of the next version, and is never
//! touched again, whatever becomes of the model. It stands in a module of its own (`upgrades/v0.rs`) with a stored
//! object of its version beside it (`upgrades/v0.json`), which [`super::check()`] takes through all later upgraders.

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;
use crate::schema::check::SchemaFault;
use crate::server::rules::unknown;
use crate::value::{Path, Type, Undeclared, Value};

/// What takes an object from one version of its stored form to the next.
pub struct Upgrade {
    from: i64,
    stored: &'static str,
    change: Box<dyn Fn(Json) -> Result<Json, Diagnostics> + Send + Sync>,
}

impl Upgrade {
    /// Takes a stored object as JSON from the version `from` to the next one. `stored` is an object that the version
    /// `from` stored, as it stands under `attributes` in a state file.
    ///
    /// Attributes that the next version does not have may be left in, and those that it gained may be missing.
    pub fn new(from: i64, stored: &'static str, change: fn(Json) -> Result<Json, Diagnostics>) -> Self {
        Self {
            from,
            stored,
            change: Box::new(change),
        }
    }

    /// The same with a frozen model of each of the two versions.
    pub fn typed<Old, New>(from: i64, stored: &'static str, change: fn(Old) -> Result<New, Diagnostics>) -> Self
    where
        Old: Model + 'static,
        New: Model + 'static,
    {
        let change = move |json: Json| write(&change(read::<Old>(&json)?)?);
        Self {
            from,
            stored,
            change: Box::new(change),
        }
    }
}

/// A model out of JSON; what the model does not have is dropped.
pub(super) fn read<M: Model>(json: &Json) -> Result<M, Diagnostics> {
    let block = M::schema();
    let value = Value::from_json(json, &block.implied_type(), Undeclared::Drop).map_err(|error| unreadable(&error))?;
    M::from_value(&unknown::with_block_collections(&block, value), &Path::root())
}

fn write<M: Model>(model: &M) -> Result<Json, Diagnostics> {
    let json = model
        .to_value()
        .encode_json(&M::schema().implied_type())
        .map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&json).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::error::Error) -> Diagnostics {
    Diagnostic::error("Stored state cannot be read", format!("{error}.")).into()
}

/// Takes a stored object through all upgraders from the version `from` to `present`.
pub(super) fn climb(upgrades: &[Upgrade], from: i64, present: i64, stored: Json) -> Result<Json, Diagnostics> {
    (from..present).try_fold(stored, |stored, version| {
        let Some(upgrade) = upgrades.iter().find(|upgrade| upgrade.from == version) else {
            return Err(Diagnostic::error(
                "Stored state cannot be upgraded",
                format!(
                    "Nothing is known of what version {version} stored. An older version of the provider can read it: apply with that one first."
                ),
            )
            .into());
        };
        (upgrade.change)(stored)
    })
}

/// Versions below `present` that have no upgrader or two, and upgraders of other versions (protocol rule 32).
pub(super) fn gaps(upgrades: &[Upgrade], present: i64) -> Vec<SchemaFault> {
    let count = |version| upgrades.iter().filter(|upgrade| upgrade.from == version).count();
    let older = (0..present).filter(|version| count(*version) != 1);
    let beyond = upgrades.iter().map(|upgrade| upgrade.from);
    older
        .chain(beyond.filter(|version| !(0..present).contains(version)))
        .map(|version| SchemaFault::Upgrade {
            version,
            count: count(version),
        })
        .collect()
}

/// Stored objects that do not reach the present form.
pub(super) fn failures(upgrades: &[Upgrade], present: i64, ty: &Type) -> Vec<SchemaFault> {
    let fault = |upgrade: &Upgrade, reason: String| SchemaFault::Stored {
        version: upgrade.from,
        reason,
    };
    let attempt = |upgrade: &Upgrade| {
        let stored = serde_json::from_str(upgrade.stored).map_err(|error| fault(upgrade, error.to_string()))?;
        let present_form =
            climb(upgrades, upgrade.from, present, stored).map_err(|errors| fault(upgrade, errors.to_string()))?;
        Value::from_json(&present_form, ty, Undeclared::Refuse).map_err(|error| fault(upgrade, error.to_string()))
    };
    upgrades.iter().filter_map(|upgrade| attempt(upgrade).err()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Model};

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct V0 {
        #[attribute(required)]
        title: Field<String>,
    }

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct V1 {
        #[attribute(required)]
        name: Field<String>,
    }

    fn both() -> Vec<Upgrade> {
        vec![
            Upgrade::typed(0, r#"{"title":"a"}"#, |old: V0| Ok(V1 { name: old.title })),
            Upgrade::new(1, r#"{"name":"a"}"#, |mut json| {
                let name = json["name"].as_str().unwrap_or_default().to_uppercase();
                json["name"] = name.into();
                Ok(json)
            }),
        ]
    }

    #[test]
    fn an_old_object_goes_through_every_version() {
        let stored = serde_json::json!({"title": "a", "gone": 1});
        assert_eq!(climb(&both(), 0, 2, stored).unwrap(), serde_json::json!({"name": "A"}));
        let stored = serde_json::json!({"name": "b"});
        assert_eq!(climb(&both(), 2, 2, stored.clone()).unwrap(), stored);
        let error = climb(&both()[1..], 0, 2, stored).unwrap_err().to_string();
        assert!(error.contains("version 0 stored"), "{error}");
    }

    #[test]
    fn rule_32_every_older_version_has_one_upgrader() {
        assert!(gaps(&both(), 2).is_empty());
        let versions = |upgrades: &[Upgrade], present| -> Vec<(i64, usize)> {
            gaps(upgrades, present)
                .iter()
                .map(|gap| match gap {
                    SchemaFault::Upgrade { version, count } => (*version, *count),
                    other => panic!("{other}"),
                })
                .collect()
        };
        assert_eq!(versions(&both()[1..], 2), [(0, 0)]);
        assert_eq!(versions(&both(), 1), [(1, 1)]);
        assert_eq!(
            versions(&[both(), both()].into_iter().flatten().collect::<Vec<_>>(), 2),
            [(0, 2), (1, 2)]
        );
    }

    #[test]
    fn a_stored_object_must_reach_the_present_form() {
        let ty = V1::schema().implied_type();
        assert!(failures(&both(), 2, &ty).is_empty());
        let bad = [Upgrade::new(0, r#"{"name":{}}"#, Ok), Upgrade::new(1, "{", Ok)];
        assert_eq!(failures(&bad, 2, &ty).len(), 2);
        let undeclared = [Upgrade::new(0, r#"{"name":"a","title":"b"}"#, Ok)];
        assert_eq!(
            failures(&undeclared, 1, &ty).len(),
            1,
            "the last upgrader leaves nothing behind"
        );
    }
}
