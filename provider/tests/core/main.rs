//! Every resource of the provider against a core that shares no rule with it: random configurations, with unknowns, odd
//! texts and dynamic blocks of unknown number, and random states.
//!
//! Covered: validation, plans of creations, updates and removals, reads, upgrades of states, and imports; functions, data
//! sources, ephemeral resources, lists and actions. Creations are planned for a machine that accepts connections, to see
//! that none is made; everything else with random configurations is for one that refuses them, so that what comes back is
//! an error soon. What succeeds is tried in `on_a_machine`, behind a real OpenSSH server, with doubles of docker and the
//! network; the acceptance tests do it on real hosts.
//!
//! `QUICKFRA_CASES` sets how many configurations are drawn for each resource; a failure names its seed, and
//! `QUICKFRA_SEED` draws that one again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod drawn;
mod machine;
mod on_a_machine;
#[path = "../ssh/server.rs"]
#[expect(dead_code, reason = "the tests of SSH use the rest")]
mod server;
#[path = "../support/mod.rs"]
mod support;
mod write_only;

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::net::TcpListener;

use drawn::{draw, draw_for};
use quickfra::provider::Quickfra;
use tfplugin::client::core::{
    Core, Current, Draw, Feature, Halt, Planned, Private, Release, ResourceShape, Shape, Stored,
};
use tfplugin::server::Service;
use tfplugin::value::Value;

/// Configurations drawn for each resource, where nothing else is asked for.
const CASES: u64 = 150;

/// Configurations drawn for a monitor: each has 33 types, and takes many times as long as those of other resources.
const MONITORS: u64 = 45;

/// A port of this machine that refuses connections.
const REFUSING: i64 = 1;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect("a number"))
}

/// The seeds to draw with, each with the release that it is for.
fn seeds() -> Vec<(u64, Release)> {
    seeds_of(CASES)
}

/// The seeds for a resource.
fn seeds_for(type_name: &str) -> Vec<(u64, Release)> {
    seeds_of(if type_name == "quickfra_status_monitor" {
        MONITORS
    } else {
        CASES
    })
}

fn seeds_of(cases: u64) -> Vec<(u64, Release)> {
    let releases = Release::all();
    let seeds = match number("QUICKFRA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("QUICKFRA_CASES").unwrap_or(cases),
    };
    let release = |seed: u64| releases[usize::try_from(seed).unwrap() % releases.len()];
    seeds.map(|seed| (seed, release(seed))).collect()
}

/// Write-only attributes that there have to be, unless the object was imported.
const NEEDED: [&str; 14] = [
    "url_wo",
    "webhook_url_wo",
    "bot_token_wo",
    "access_token_wo",
    "application_token_wo",
    "user_key_wo",
    "integration_key_wo",
    "private_key_wo",
    "password_wo",
    "token_wo",
    "secret_wo",
    "client_secret_wo",
    "connection_string_wo",
    "secret_access_key_wo",
];

/// What is drawn for a resource by somebody who has that release.
fn drawn(type_name: &str, seed: u64, release: Release, port: i64) -> Draw {
    let draw = draw_for(type_name, seed, port);
    if release.has(Feature::WriteOnly) {
        NEEDED.iter().fold(draw, |draw, name| draw.present(name))
    } else {
        draw.forgo_write_only()
    }
}

async fn core(release: Release, draw: &mut Draw) -> Core {
    let mut core = Core::within(Service::new(Quickfra::default()), release);
    core.ask_schemas().await.unwrap();
    let provider = core.schemas.provider.clone();
    // It may be refused; then it is as if there were none.
    let config = draw.config(&provider);
    let _ = core.start(&config).await;
    core
}

/// Fails with everything that a core would refuse, and with every error that calls itself a fault of the provider.
fn judge(core: &Core, seed: u64, type_name: &str) {
    let mut report = String::new();
    for breach in &core.breaches {
        writeln!(report, "{breach}").unwrap();
    }
    for told in core
        .told
        .iter()
        .filter(|told| told.detail.contains("bug in the provider"))
    {
        writeln!(report, "{}: {}", told.summary, told.detail).unwrap();
    }
    for told in core.told.iter().filter(|told| told.summary.is_empty()) {
        writeln!(report, "an error without words: {told:?}").unwrap();
    }
    assert!(
        report.is_empty(),
        "{}, {type_name}, QUICKFRA_SEED={seed}:\n{report}",
        core.release
    );
}

/// Plans twice, which gives the same bytes (protocol rule 24).
async fn plan(core: &mut Core, type_name: &str, prior: &Current, config: &Value) -> Option<Planned> {
    let first = core.plan(type_name, prior, config).await;
    let second = core.plan(type_name, prior, config).await;
    assert_eq!(first, second, "two plans of the same {type_name} with {}", core.release);
    first.ok()
}

async fn resources() -> Vec<(String, ResourceShape)> {
    let mut core = Core::within(Service::new(Quickfra::default()), Release::terraform(16));
    core.ask_schemas().await.unwrap();
    assert!(core.breaches.is_empty(), "{:?}", core.breaches);
    core.schemas.resources.into_iter().collect()
}

#[tokio::test]
async fn creations_are_planned_without_any_machine() {
    let machine = TcpListener::bind("127.0.0.1:0").unwrap();
    machine.set_nonblocking(true).unwrap();
    let port = i64::from(machine.local_addr().unwrap().port());
    for (type_name, resource) in resources().await {
        let (mut seen, mut valid, mut planned) = (0, 0, 0);
        for (seed, release) in seeds_for(&type_name) {
            // A release without write-only attributes cannot make what needs one.
            let counts = u64::from(release.has(Feature::WriteOnly) || !resource.shape.has_write_only());
            seen += counts;
            let mut draw = drawn(&type_name, seed, release, port);
            let mut core = core(release, &mut draw).await;
            let config = draw.config(&resource.shape);
            let answer = core.validate(&type_name, &config).await;
            assert_ne!(answer, Err(Halt::Broken), "{type_name}, QUICKFRA_SEED={seed}");
            if answer.is_ok() {
                valid += counts;
                if let Some(shown) = plan(&mut core, &type_name, &Current::none(), &config).await {
                    planned += counts;
                    // What is unknown becomes known, and what was known stays.
                    let known = draw.completed(&resource.shape, &config);
                    if core.validate(&type_name, &known).await.is_ok() {
                        let _ = core.plan_again(&shown, &known).await;
                    }
                }
            }
            judge(&core, seed, &type_name);
        }
        assert!(
            seen <= 1 || valid * 4 > seen,
            "{type_name}: {valid} of {seen} are valid"
        );
        assert!(
            seen <= 1 || planned * 2 > valid,
            "{type_name}: {planned} of {valid} can be planned"
        );
    }
    let came = machine.accept().expect_err("a connection was made");
    assert_eq!(came.kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn what_is_stored_is_read_changed_and_removed() {
    for (type_name, resource) in resources().await {
        let (mut changed, mut removed) = (0, 0);
        for (seed, release) in seeds_for(&type_name) {
            let mut draw = drawn(&type_name, seed, release, REFUSING);
            let mut core = core(release, &mut draw).await;
            let config = draw.config(&resource.shape);
            let state = if draw.chance(50) {
                draw.stored(&resource.shape, &config)
            } else {
                draw.state(&resource.shape)
            };
            let stored = Stored::new(&resource, &state, Private::new(), None).unwrap();
            let upgraded = core.upgrade(&type_name, &stored).await;
            let current = upgraded.expect("a state of the present schema is taken");
            // The machine is not there, and the object stays as it was.
            if let Ok(read) = core.refresh(&type_name, &current).await {
                assert!(
                    !read.value.is_null(),
                    "{type_name}, QUICKFRA_SEED={seed}: the object was lost"
                );
            }
            let other = draw.changed(&resource.shape, &config);
            if core.validate(&type_name, &other).await.is_ok()
                && let Some(shown) = plan(&mut core, &type_name, &current, &other).await
            {
                changed += 1;
                let known = draw.completed(&resource.shape, &other);
                if core.validate(&type_name, &known).await.is_ok() {
                    let _ = core.plan_again(&shown, &known).await;
                }
            }
            removed += usize::from(core.plan_destroy(&type_name, &current).await.is_ok());
            judge(&core, seed, &type_name);
        }
        let drawn = seeds_for(&type_name).len();
        assert!(
            drawn == 1 || changed * 8 > drawn,
            "{type_name}: {changed} of {drawn} can be changed"
        );
        assert!(
            drawn == 1 || removed * 2 > drawn,
            "{type_name}: {removed} of {drawn} can be removed"
        );
    }
}

#[tokio::test]
async fn what_is_no_resource_answers_as_core_demands() {
    let mut everything = Core::within(Service::new(Quickfra::default()), Release::terraform(16));
    everything.ask_schemas().await.unwrap();
    let schemas = everything.schemas.clone();
    for (seed, release) in seeds() {
        let mut draw = draw(seed, REFUSING);
        let mut core = core(release, &mut draw).await;
        for (name, function) in &schemas.functions {
            let parameters = function.parameters.iter().chain(&function.variadic);
            let arguments: Vec<Value> = parameters.map(|ty| draw.known_value(ty)).collect();
            let answer = core.function(name, &arguments).await;
            assert!(answer.is_ok(), "{name}, QUICKFRA_SEED={seed}: {:?}", core.breaches);
        }
        let mut config = |shape: &Shape| {
            let config = draw.config(shape);
            draw.completed(shape, &config)
        };
        for (name, shape) in &schemas.data_sources {
            let _ = core.data_source(name, &config(shape)).await;
        }
        for (name, shape) in &schemas.ephemeral_resources {
            if let Ok(Some(opened)) = core.open(name, &config(shape)).await {
                let closed = core.close(name, opened).await;
                assert!(closed.is_ok(), "{name}, QUICKFRA_SEED={seed}: {closed:?}");
            }
        }
        for (name, shape) in &schemas.lists {
            let _ = core.list(name, &config(shape), seed % 2 == 0, 3).await;
        }
        for (name, shape) in &schemas.actions {
            let _ = core.invoke(name, &config(shape)).await;
        }
        judge(&core, seed, "everything else");
    }
}

#[tokio::test]
async fn an_import_that_finds_nothing_is_an_error() {
    let ids = [
        "",
        "/",
        "root@127.0.0.1:1",
        "root@127.0.0.1:1/platform",
        "127.0.0.1:1/",
        "\u{0}",
        "é",
    ];
    for (type_name, _) in resources().await {
        for id in ids {
            let mut core = core(Release::terraform(16), &mut Draw::new(0)).await;
            let found = core.import(&type_name, id).await;
            assert!(matches!(found, Err(Halt::Refused(_))), "{type_name}, {id:?}: {found:?}");
            judge(&core, 0, &type_name);
        }
    }
}
