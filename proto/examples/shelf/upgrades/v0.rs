//! Version 0, which gave the width in centimetres. Never touched again: what it stored does not change any more.

use tfplugin::server::Upgrade;
use tfplugin::{Field, Model};

/// What version 0 stored, as far as it has to change; what stays as it is needs no mention in an upgrade by JSON.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct V0 {
    #[attribute(required)]
    name: Field<String>,
    #[attribute(optional)]
    centimetres: Field<i64>,
    #[attribute(optional)]
    serial: Field<String>,
}

/// What version 1 stores of it.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct V1 {
    #[attribute(required)]
    name: Field<String>,
    #[attribute(optional)]
    width: Field<f64>,
    #[attribute(optional)]
    serial: Field<String>,
}

/// To version 1, which gives it in metres.
pub(crate) fn upgrade() -> Upgrade {
    Upgrade::typed(0, include_str!("v0.json"), |old: V0| {
        Ok(V1 {
            name: old.name,
            #[expect(clippy::cast_precision_loss, reason = "no shelf is that wide")]
            width: old.centimetres.map(|centimetres| centimetres as f64 / 100.0),
            serial: old.serial,
        })
    })
}
