//! The built provider, spoken to as core speaks to it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod refusals;
mod session;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::TcpListener;

use quickfra::configuration::{Configuration, Ssh};
use quickfra::resources::reference::HostReference;
use quickfra::resources::stack::{Acme, Ingress, Metrics, RateLimit, Service, Stack, Status};
use session::{STACK, Session};
use tfplugin::protocol::get_provider_schema;
use tfplugin::value::Value;
use tfplugin::{Field, Model as _};

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

/// A place that would take connections, to see that none is made: the system accepts them, nobody ever answers.
struct Silent(TcpListener);

impl Silent {
    fn listen() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn reference(&self) -> HostReference {
        HostReference {
            address: known("127.0.0.1"),
            port: Field::Known(self.0.local_addr().unwrap().port()),
            ..HostReference::default()
        }
    }

    fn was_left_alone(&self) {
        self.0.set_nonblocking(true).unwrap();
        let came = self.0.accept().expect_err("a connection was made");
        assert_eq!(came.kind(), ErrorKind::WouldBlock);
    }
}

/// All services on a machine.
fn stack(host: HostReference) -> Stack {
    Stack {
        host: Field::Known(host),
        name: known("platform"),
        domain: known("example.com"),
        ingress: Some(Ingress {
            acme: Some(Acme {
                email: known("ops@example.com"),
                ..Acme::default()
            }),
            rate_limit: Some(RateLimit::default()),
            ..Ingress::default()
        }),
        status: Some(Status::default()),
        metrics: Some(Metrics::default()),
        ..Stack::default()
    }
}

/// What an apply of a plan would leave: each unknown value told.
fn applied(planned: &Stack) -> Stack {
    let mut state = planned.clone();
    state.host.known_mut().unwrap().host_key = Field::Null;
    if state.files.is_unknown() {
        state.files = Field::Known(BTreeMap::new());
    }
    for service in state.services.known_mut().unwrap().values_mut() {
        if service.digest.is_unknown() {
            service.digest = known("sha256:0a");
        }
    }
    state
}

fn services(stack: &Stack) -> &BTreeMap<String, Service> {
    stack.services.known().unwrap()
}

#[tokio::test]
async fn the_schema_is_told() {
    let mut session = Session::start().await;
    let answer = session
        .provider
        .get_provider_schema(get_provider_schema::Request {})
        .await;
    let answer = answer.unwrap().into_inner();
    assert_eq!(session::told(&answer.diagnostics), Vec::<String>::new());
    let mut resources: Vec<&str> = answer.resource_schemas.keys().map(String::as_str).collect();
    resources.sort_unstable();
    assert_eq!(resources[..2], ["quickfra_host", STACK]);
    assert_eq!(resources.len(), 13, "{resources:?}");
    assert!(resources[2..].iter().all(|name| name.starts_with("quickfra_status_")));
    assert!(answer.provider.is_some());
}

#[tokio::test]
async fn planning_a_create_touches_no_machine() {
    let silent = Silent::listen();
    for mut session in [
        Session::start().await,
        Session::configured(&Configuration::default()).await,
    ] {
        let planned = session.plan(&stack(silent.reference()), None).await;
        assert_eq!(planned.told, Vec::<String>::new());
        let state = &planned.state;
        assert_eq!(
            state.endpoints.known().unwrap()["status"].known().map(String::as_str),
            Some("https://status.example.com")
        );
        assert!(state.release.is_known());
        assert!(state.files.is_unknown());
        assert_eq!(state.on_destroy, known("keep"));
        assert!(state.host.known().unwrap().host_key.is_unknown());
        assert!(
            services(state)
                .values()
                .all(|service| service.digest.is_unknown() && service.image.is_known())
        );
        // Planned again in the apply, it is the same (protocol rule 24).
        assert_eq!(
            session.plan(&stack(silent.reference()), None).await.value,
            planned.value
        );
    }
    silent.was_left_alone();
}

#[tokio::test]
async fn an_address_that_is_not_known_yet_is_planned_around() {
    let mut session = Session::start().await;
    let unknown = HostReference {
        address: Field::Unknown,
        ..HostReference::default()
    };
    for host in [Field::Known(unknown), Field::Unknown] {
        let config = Stack {
            host,
            ..stack(HostReference::default())
        };
        let planned = session.plan(&config, None).await;
        assert_eq!(planned.told, Vec::<String>::new());
        assert!(planned.state.release.is_known() && planned.state.endpoints.is_known());
    }
}

#[tokio::test]
async fn an_unknown_value_never_becomes_a_default() {
    let silent = Silent::listen();
    let mut session = Session::start().await;
    let mut config = stack(silent.reference());
    config.ingress.as_mut().unwrap().rate_limit.as_mut().unwrap().average = Field::Unknown;
    let destroy = Stack {
        on_destroy: Field::Unknown,
        ..stack(silent.reference())
    };
    for config in [config, destroy] {
        let planned = session.plan(&config, None).await;
        assert_eq!(planned.told, Vec::<String>::new());
        assert!(planned.state.release.is_unknown() && planned.state.files.is_unknown());
    }
    let mut config = stack(silent.reference());
    config.status.as_mut().unwrap().image = Field::Unknown;
    let planned = session.plan(&config, None).await;
    let image = planned
        .state
        .services
        .known()
        .map(|services| services["status"].image.clone());
    assert!(image.is_none_or(|image| image.is_unknown()));
}

#[tokio::test]
async fn an_update_is_planned_from_what_the_last_refresh_found() {
    let silent = Silent::listen();
    let mut session = Session::configured(&Configuration::default()).await;
    let config = stack(silent.reference());
    let created = applied(&session.plan(&config, None).await.state);
    // The lines that a refresh would have found are the planned ones of the next plan.
    let shown = session.plan(&config, Some(&created.to_value())).await;
    let prior = applied(&shown.state).to_value();

    let same = session.plan(&config, Some(&prior)).await;
    assert_eq!((same.value, same.replace), (prior.clone(), Vec::new()));

    let mut limited = config.clone();
    limited.ingress.as_mut().unwrap().rate_limit.as_mut().unwrap().average = Field::Known(7);
    let planned = session.plan(&limited, Some(&prior)).await;
    assert_eq!((&planned.told, &planned.replace), (&Vec::new(), &Vec::new()));
    let (before, after) = (shown.state.files.known().unwrap(), planned.state.files.known().unwrap());
    let changed: Vec<&String> = after
        .keys()
        .filter(|path| before.get(*path) != after.get(*path))
        .collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(services(&planned.state), services(&applied(&shown.state)));

    let renamed = Stack {
        name: known("other"),
        ..config
    };
    let planned = session.plan(&renamed, Some(&prior)).await;
    assert_eq!(planned.replace, ["name"]);
    silent.was_left_alone();
}

#[tokio::test]
async fn a_moved_machine_is_told_before_the_apply() {
    let silent = Silent::listen();
    let mut session = Session::configured(&Configuration::default()).await;
    let created = applied(&session.plan(&stack(silent.reference()), None).await.state);
    let elsewhere = HostReference {
        address: known("192.0.2.1"),
        ..HostReference::default()
    };
    let planned = session.plan(&stack(elsewhere), Some(&created.to_value())).await;
    assert_eq!(planned.told, ["host: Another machine"]);
    assert!(planned.state.host.known().unwrap().host_key.is_unknown());
    silent.was_left_alone();
}

#[tokio::test]
async fn an_older_state_is_read() {
    let mut session = Session::start().await;
    let json = r#"{"name": "platform", "domain": "example.com", "long_gone": {"a": [1]}, "ingress": {"acme": {"email": "ops@example.com"}}}"#;
    let (state, told) = session.upgrade(json).await;
    assert_eq!(told, Vec::<String>::new());
    let expected = Stack {
        name: known("platform"),
        domain: known("example.com"),
        ingress: Some(Ingress {
            acme: Some(Acme {
                email: known("ops@example.com"),
                ..Acme::default()
            }),
            ..Ingress::default()
        }),
        ..Stack::default()
    };
    assert_eq!(state, expected.to_value());
    let (_, told) = session.upgrade("{\"name\": ").await;
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn a_bad_id_is_refused_before_anything_is_reached() {
    let mut session = Session::configured(&Configuration::default()).await;
    for id in [
        "platform",
        "root@/platform",
        "203.0.113.7/Platform",
        "203.0.113.7:0/platform",
        "$(id)",
    ] {
        assert_eq!(
            session.import(STACK, id).await,
            (0, vec!["The import id names no stack".to_owned()]),
            "{id}"
        );
    }
    for id in ["root@", "203.0.113.7/platform", "a b"] {
        let refused = (0, vec!["The import id names no machine".to_owned()]);
        assert_eq!(session.import("quickfra_host", id).await, refused, "{id}");
    }
}

#[tokio::test]
async fn settings_that_are_not_known_yet_reach_nothing() {
    let silent = Silent::listen();
    let configuration = Configuration {
        ssh: Some(Ssh {
            private_key: Field::Unknown,
            ..Ssh::default()
        }),
        ..Configuration::default()
    };
    let mut session = Session::configured(&configuration).await;
    let created = applied(&session.plan(&stack(silent.reference()), None).await.state);
    let (state, told) = session.read(&created).await;
    assert_eq!(told, ["host: The SSH settings are not known yet"]);
    assert!(
        state.is_null() || state == created.to_value(),
        "an error keeps the state"
    );
    silent.was_left_alone();
}

#[tokio::test]
async fn a_machine_that_cannot_be_reached_stops_a_refresh_or_keeps_the_state() {
    // A port that was free a moment ago: nobody listens there.
    let closed = Silent::listen().reference();
    for (wish, summary) in [
        ("error", "host: The machine cannot be reached"),
        ("warn", "host: The machine cannot be reached; its state is kept"),
    ] {
        let configuration = Configuration {
            on_unreachable: known(wish),
            ..Configuration::default()
        };
        let mut session = Session::configured(&configuration).await;
        let created = applied(&session.plan(&stack(closed.clone()), None).await.state);
        let (state, told) = session.read(&created).await;
        assert_eq!(told, [summary]);
        assert!(wish == "error" || state == created.to_value());
    }
}

#[tokio::test]
async fn a_stop_ends_what_is_under_way_and_nothing_else() {
    let silent = Silent::listen();
    let configuration = Configuration {
        ssh: Some(Ssh {
            connect_timeout: known("1h"),
            ..Ssh::default()
        }),
        ..Configuration::default()
    };
    let mut session = Session::configured(&configuration).await;
    assert_eq!(session.stop().await, "");
    let created = applied(&session.plan(&stack(silent.reference()), None).await.state);
    let mut second = session.provider.clone();
    let listener = silent.0.try_clone().unwrap();
    let stop = async move {
        // The read is under way once its connection has come.
        let connection = tokio::task::spawn_blocking(move || listener.accept())
            .await
            .unwrap()
            .unwrap();
        second
            .stop_provider(tfplugin::protocol::stop_provider::Request {})
            .await
            .unwrap();
        connection
    };
    let ((_, told), _connection) = tokio::join!(session.read(&created), stop);
    assert_eq!(told, ["host: Stopped on request"]);
    // What comes afterwards is served as before (protocol rule 42).
    assert_eq!(
        session.plan(&stack(silent.reference()), None).await.told,
        Vec::<String>::new()
    );
    assert_eq!(session.validate(&Value::Null).await, Vec::<String>::new());
}
