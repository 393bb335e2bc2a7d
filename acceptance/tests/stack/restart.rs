//! `quickfra_stack_restart` on a real machine. The cores that the tests run have no actions yet, so the built provider is
//! asked by a client of our own, in the messages that Terraform 1.14 sends.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use acceptance::harness::{Tool, provider_binary};
use tfplugin::client::{KnownProvider, Plugin};
use tfplugin::value::Value;

use crate::site::{SERVICES, Site};

const ACTION: &str = "quickfra_stack_restart";

/// When each container was started, by its id.
fn starts(site: &Site) -> BTreeMap<String, (String, String)> {
    let started = |id: &str| site.run(&format!("docker inspect --format '{{{{.State.StartedAt}}}}' {id}"));
    let containers = site.containers().into_iter();
    containers
        .map(|(service, id)| {
            let started = started(&id);
            (service, (id, started))
        })
        .collect()
}

fn config(site: &Site, service: Option<&str>) -> Value {
    let host = Value::map([
        ("address", Value::from(site.host.address().to_string())),
        ("host_key", Value::from(site.host.host_key())),
    ]);
    let stack = Value::map([("host", host), ("name", Value::from("platform"))]);
    Value::map([("stack", stack), ("service", Value::from(service))])
}

/// The lines without the times in them.
fn plain(lines: &[String]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line.rsplit_once(" (").map_or(line.as_str(), |(text, _)| text))
        .collect()
}

fn steps(service: &str) -> Vec<String> {
    ["stopping", "stopped", "started, waiting for its health", "healthy"]
        .iter()
        .map(|step| format!("{service}: {step}"))
        .collect()
}

async fn restarts(site: &Site) {
    let plugin = Plugin::start(Command::new(provider_binary().unwrap())).await.unwrap();
    let mut provider = KnownProvider::new(plugin.provider().await.unwrap()).await.unwrap();
    let key = fs::read_to_string(site.host.key_file()).unwrap();
    let ssh = Value::map([("private_key", Value::from(key))]);
    assert_eq!(provider.configure(Value::map([("ssh", ssh)])).await.unwrap(), []);

    // One service: the others go on.
    assert_eq!(
        provider
            .plan_action(ACTION, config(site, Some("status")))
            .await
            .unwrap(),
        []
    );
    let before = starts(site);
    let told = provider
        .invoke_action(ACTION, config(site, Some("status")))
        .await
        .unwrap();
    assert!(told.completed == [[]] && !told.disordered, "{told:?}");
    assert_eq!(plain(&told.lines), steps("status"));
    let after = starts(site);
    for (service, (id, started)) in &before {
        let (id_after, started_after) = &after[service];
        assert_eq!(id, id_after, "no container was made anew");
        assert_eq!(started != started_after, service == "status", "{service}");
    }

    // All of them, one after the other.
    let told = provider.invoke_action(ACTION, config(site, None)).await.unwrap();
    assert!(told.completed == [[]] && !told.disordered, "{told:?}");
    let expected: Vec<String> = SERVICES.iter().flat_map(|service| steps(service)).collect();
    assert_eq!(plain(&told.lines), expected);

    // A wrong name touches nothing.
    let before = starts(site);
    let told = provider
        .invoke_action(ACTION, config(site, Some("statsu")))
        .await
        .unwrap();
    assert_eq!(told.completed.len(), 1);
    let refusal = &told.completed[0][0];
    assert_eq!(refusal.summary, "The stack has no such service");
    assert!(refusal.detail.contains("Did you mean status?"), "{}", refusal.detail);
    assert_eq!(starts(site), before);
    plugin.shutdown().await.unwrap();
}

#[test]
fn services_are_restarted_one_after_the_other_with_progress() {
    let site = Site::new(true);
    let case = site.case(Tool::Terraform);
    case.apply().succeeds();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(restarts(&site));
    case.expect_two_empty_plans();
    case.destroy().succeeds();
}
