//! What a monitor refers to: notifications, a proxy, a docker host, a remote browser and tags, in whatever block.

use std::collections::BTreeMap;

use serde_json::Value;
use tfplugin::{Diagnostic, Diagnostics};

use super::model::Monitor;
use crate::api::uptime_kuma::Error;
use crate::resources::status::docker_host::DockerHostKind;
use crate::resources::status::fields::Written;
use crate::resources::status::notification::NotificationKind;
use crate::resources::status::object::path;
use crate::resources::status::proxy::ProxyKind;
use crate::resources::status::references::{Names, absent, there};
use crate::resources::status::remote_browser::RemoteBrowserKind;
use crate::resources::status::server::{Server, ServerName};
use crate::resources::status::tag::TagKind;

/// The fields of the server that refer to something.
pub(super) const REFERRING: [&str; 5] = ["notificationIDList", "proxyId", "docker_host", "remote_browser", "tags"];

/// The numbers that a monitor refers to, by field of the server: each with the attribute that says so.
pub(super) fn referred(planned: &Monitor) -> BTreeMap<&'static str, Vec<(String, Vec<i64>)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for entry in Written::of(planned).entries {
        let Some(field) = REFERRING.into_iter().find(|field| *field == entry.key) else {
            continue;
        };
        let ids = ids(&entry.value);
        if !ids.is_empty() {
            found.entry(field).or_default().push((entry.attribute, ids));
        }
    }
    found
}

/// The numbers in what the server is sent.
fn ids(value: &Value) -> Vec<i64> {
    match value {
        Value::Number(number) => number.as_i64().into_iter().collect(),
        Value::Object(ids) => ids.keys().filter_map(|id| id.parse().ok()).collect(),
        Value::Array(tags) => tags.iter().filter_map(|tag| tag.get("tag_id")?.as_i64()).collect(),
        _ => Vec::new(),
    }
}

/// Refuses a monitor that refers to what the server does not have. It is asked for its tags, of which it sends no list, at
/// most once for each that was not seen before.
pub(super) async fn check(server: &Server, planned: &Monitor) -> Result<Diagnostics, Error> {
    let mut refused = Diagnostics::new();
    for (field, places) in referred(planned) {
        let there = match field {
            "notificationIDList" => there::<NotificationKind>(server).await?,
            "proxyId" => there::<ProxyKind>(server).await?,
            "docker_host" => there::<DockerHostKind>(server).await?,
            "remote_browser" => there::<RemoteBrowserKind>(server).await?,
            _ => {
                let wanted = places.iter().flat_map(|(_, ids)| ids).copied();
                server.tags().with(server.session(), wanted).await?
            }
        };
        for (attribute, ids) in &places {
            refused.extend(missing(server.name(), field, attribute, ids, &there));
        }
    }
    Ok(refused)
}

/// What is said of those that are not there.
fn missing(server: &ServerName, field: &str, attribute: &str, ids: &[i64], there: &Names) -> Option<Diagnostic> {
    let (of, place) = ("monitor", path(attribute));
    match field {
        "notificationIDList" => absent::<NotificationKind, _>(server, of, ids, there, place),
        "proxyId" => absent::<ProxyKind, _>(server, of, ids, there, place),
        "docker_host" => absent::<DockerHostKind, _>(server, of, ids, there, place),
        "remote_browser" => absent::<RemoteBrowserKind, _>(server, of, ids, there, place),
        _ => absent::<TagKind, _>(server, of, ids, there, place),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use tfplugin::Field;

    use super::*;
    use crate::resources::status::monitor::extra;
    use crate::resources::status::monitor::kinds::{Docker, Http, RealBrowser};
    use crate::resources::status::monitor::tags::TagPlace;

    fn known(id: i64) -> Field<i64> {
        Field::Known(id)
    }

    fn monitor() -> Monitor {
        let tag = |id| TagPlace {
            id: known(id),
            ..TagPlace::default()
        };
        Monitor {
            notifications: Field::Known(BTreeSet::from([1, 7])),
            tag: vec![tag(1), tag(8)],
            http: Some(Http {
                proxy: known(9),
                ..Http::default()
            }),
            docker: Some(Docker {
                docker_host: known(5),
                ..Docker::default()
            }),
            real_browser: Some(RealBrowser {
                remote_browser: known(6),
                ..RealBrowser::default()
            }),
            ..Monitor::default()
        }
    }

    /// What is said of a monitor on a server that has one object of each kind.
    fn told(monitor: &Monitor) -> String {
        let server = ServerName::endpoint("https://status.example.net");
        let there = Names::from([(1, "First".to_owned())]);
        let mut text = String::new();
        for (field, places) in referred(monitor) {
            for (attribute, ids) in places {
                if let Some(error) = missing(&server, field, &attribute, &ids, &there) {
                    let detail = error.detail.split("\n\n").next().unwrap();
                    writeln!(text, "{}: {}. {detail}", error.path.unwrap(), error.summary).unwrap();
                }
            }
        }
        text
    }

    #[test]
    fn every_number_is_looked_up() {
        insta::assert_snapshot!(told(&monitor()), @r"
        docker.docker_host: A docker host of the monitor does not exist. Uptime Kuma at https://status.example.net has no docker host 5. It has 1 (First).
        notifications: A notification of the monitor does not exist. Uptime Kuma at https://status.example.net has no notification 7. It has 1 (First).
        http.proxy: A proxy of the monitor does not exist. Uptime Kuma at https://status.example.net has no proxy 9. It has 1 (First).
        real_browser.remote_browser: A remote browser of the monitor does not exist. Uptime Kuma at https://status.example.net has no remote browser 6. It has 1 (First).
        tag: A tag of the monitor does not exist. Uptime Kuma at https://status.example.net has no tag 8. It has 1 (First).
        ");
        assert_eq!(told(&Monitor::default()), "");
        let later = Monitor {
            notifications: Field::Unknown,
            http: Some(Http {
                proxy: Field::Unknown,
                ..Http::default()
            }),
            ..Monitor::default()
        };
        assert_eq!(told(&later), "");
    }

    #[test]
    fn each_field_that_refers_is_one_of_the_monitor() {
        let keys = extra::keys();
        assert!(REFERRING.iter().all(|field| keys.contains(field)), "{REFERRING:?}");
    }
}
