//! The user of SNMP: the server takes one for a new monitor only, and never tells whom it has.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::kinds::Snmp;
use super::model::Monitor;

fn third(snmp: &Snmp) -> bool {
    snmp.version.known().is_some_and(|version| version == "3")
}

fn username() -> Path {
    Path::root().attribute("snmp").attribute("username")
}

/// Whether a state knows nothing of a user whom its monitor must have: it was imported.
fn untold(prior: Option<&Monitor>) -> bool {
    let snmp = prior.and_then(|prior| prior.snmp.as_ref());
    snmp.is_some_and(|snmp| third(snmp) && snmp.username.is_null())
}

/// Another user takes another monitor. One that is named after an import is taken for the one that is there.
pub(super) fn replaced(prior: &Monitor, planned: &Monitor) -> Vec<Path> {
    let Some(now) = &planned.snmp else { return Vec::new() };
    let before = prior.snmp.as_ref().map_or(Field::Null, |snmp| snmp.username.clone());
    if before == now.username || untold(Some(prior)) {
        return Vec::new();
    }
    vec![username()]
}

/// Refuses version 3 without a user, unless it was imported so.
pub(super) fn check(prior: Option<&Monitor>, planned: &Monitor) -> Result<(), Diagnostics> {
    let Some(snmp) = &planned.snmp else { return Ok(()) };
    if !third(snmp) || snmp.username != Field::Null || untold(prior) {
        return Ok(());
    }
    Err(Diagnostic::error(
        "The user is missing",
        "Version 3 of SNMP needs a username. Only a monitor that was imported goes without: the server never tells whom it \
         has.",
    )
    .at(username())
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(version: &str, username: Field<&str>) -> Monitor {
        Monitor {
            snmp: Some(Snmp {
                version: Field::Known(version.to_owned()),
                username: username.map(str::to_owned),
                ..Snmp::default()
            }),
            ..Monitor::default()
        }
    }

    #[test]
    fn a_user_is_taken_over_untold_and_named_later() {
        let imported = monitor("3", Field::Null);
        assert!(check(Some(&imported), &imported).is_ok());
        assert!(check(None, &imported).is_err());
        let named = monitor("3", Field::Known("ada"));
        assert_eq!(replaced(&imported, &named), []);
        let other = monitor("3", Field::Known("bob"));
        assert_eq!(replaced(&named, &other), [username()]);
        assert!(check(Some(&named), &imported).is_err(), "it was known");
    }

    #[test]
    fn a_monitor_that_never_had_a_user_is_made_anew_with_one() {
        let before = monitor("2c", Field::Null);
        assert_eq!(replaced(&before, &monitor("3", Field::Known("ada"))), [username()]);
        assert!(check(Some(&before), &monitor("3", Field::Null)).is_err());
        assert_eq!(replaced(&before, &before), []);
        // Of another type before.
        assert_eq!(
            replaced(&Monitor::default(), &monitor("3", Field::Known("ada"))),
            [username()]
        );
        assert_eq!(replaced(&monitor("3", Field::Known("ada")), &Monitor::default()), []);
    }
}
