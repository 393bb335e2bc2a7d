//! What the server takes and never tells: the user of SNMP, which it even takes only for a new monitor.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::kinds::Snmp;
use super::model::Monitor;

fn path() -> Path {
    Path::root().attribute("snmp").attribute("username")
}

fn username(monitor: &Monitor) -> &Field<String> {
    monitor.snmp.as_ref().map_or(&Field::Null, |snmp| &snmp.username)
}

/// Whether a monitor needs a user, and none is said. One that is there has a user that no state knows: it was imported.
fn lacks_user(monitor: &Monitor) -> bool {
    let third = |snmp: &Snmp| snmp.version.known().is_some_and(|version| version == "3");
    monitor.snmp.as_ref().is_some_and(third) && username(monitor).is_null()
}

/// Refuses version 3 without a user, unless it was imported so.
pub(super) fn check(prior: Option<&Monitor>, planned: &Monitor) -> Result<(), Diagnostics> {
    if !lacks_user(planned) || prior.is_some_and(lacks_user) {
        return Ok(());
    }
    Err(Diagnostic::error(
        "The user is missing",
        "Version 3 of SNMP needs a username. Only a monitor that was imported goes without: the server never tells whom it \
         has.",
    )
    .at(path())
    .into())
}

/// The user, if another monitor has to be made for it. One that is left out is not used any more.
pub(super) fn anew(prior: &Monitor, planned: &Monitor) -> Vec<Path> {
    let (before, after) = (username(prior), username(planned));
    if after.is_null() || before == after || lacks_user(prior) {
        return Vec::new();
    }
    vec![path()]
}

/// What is said of a user that is taken to be that of an imported monitor.
pub(super) fn remark(prior: &Monitor, planned: &Monitor) -> Option<Diagnostic> {
    if username(planned).is_null() || !lacks_user(prior) {
        return None;
    }
    let warning = Diagnostic::warning(
        "The user of an imported monitor is taken on trust",
        "Uptime Kuma neither tells the user of an SNMP monitor nor takes another one for it. From now on the state says that \
         it is the one of the configuration. If it may not be, have the monitor made anew, with -replace and its address.",
    );
    Some(warning.at(path()))
}

#[cfg(test)]
mod tests {
    use super::super::kinds::Http;
    use super::*;

    fn snmp(version: &str, username: Field<&str>) -> Monitor {
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
    fn another_user_is_another_monitor() {
        let (ada, bob) = (snmp("3", Field::Known("ada")), snmp("3", Field::Known("bob")));
        let older = snmp("2c", Field::Null);
        let http = Monitor {
            http: Some(Http::default()),
            ..Monitor::default()
        };
        for (prior, planned, expected) in [
            (&ada, &bob, true),
            (&ada, &snmp("3", Field::Unknown), true),
            (&older, &ada, true),
            (&http, &ada, true),
            (&ada, &ada, false),
            (&ada, &older, false),
            (&ada, &http, false),
            (&older, &http, false),
        ] {
            assert_eq!(!anew(prior, planned).is_empty(), expected, "{prior:?} {planned:?}");
            assert!(remark(prior, planned).is_none());
        }
    }

    #[test]
    fn an_imported_monitor_stays() {
        let (imported, ada) = (snmp("3", Field::Null), snmp("3", Field::Known("ada")));
        assert_eq!(anew(&imported, &ada), []);
        assert!(remark(&imported, &ada).is_some_and(|remark| remark.summary.len() < 80));
        assert!(remark(&imported, &snmp("2c", Field::Null)).is_none());
    }

    #[test]
    fn only_an_imported_monitor_goes_without_a_user() {
        let (imported, ada) = (snmp("3", Field::Null), snmp("3", Field::Known("ada")));
        assert!(check(Some(&imported), &imported).is_ok());
        assert!(check(None, &ada).is_ok() && check(None, &snmp("2c", Field::Null)).is_ok());
        for prior in [
            None,
            Some(&ada),
            Some(&snmp("2c", Field::Null)),
            Some(&Monitor::default()),
        ] {
            assert!(check(prior, &imported).is_err(), "{prior:?}");
        }
    }
}
