//! The rules of the design that keep containers apart and unchanged ones running.

use serde_json::Value;

use super::*;

pub(super) fn compose(stack: &StackConfig) -> Value {
    serde_saphyr::from_str(&render(stack).unwrap().release.compose).unwrap()
}

fn stacks() -> [StackConfig; 3] {
    [minimal(), complete(), everything()]
}

fn services(compose: &Value) -> impl Iterator<Item = (&String, &Value)> {
    compose["services"].as_object().unwrap().iter()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .map(|list| list.iter().map(|item| item.as_str().unwrap()).collect())
        .unwrap_or_default()
}

/// The text of each container, by its name.
fn texts(stack: &StackConfig) -> BTreeMap<String, String> {
    let compose = compose(stack);
    services(&compose)
        .map(|(name, service)| (name.clone(), service.to_string()))
        .collect()
}

#[test]
fn containers_are_locked_down() {
    for stack in stacks() {
        for (name, service) in services(&compose(&stack)) {
            assert_eq!(service["read_only"], true, "{name}");
            assert_eq!(strings(&service["cap_drop"]), ["ALL"], "{name}");
            assert_eq!(strings(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
            assert_eq!(service["restart"], "unless-stopped", "{name}");
            assert_eq!(service["logging"]["options"]["max-size"], "10m", "{name}");
            assert!(service["mem_limit"].is_string(), "{name}");
            assert_eq!(service["healthcheck"]["test"][0], "CMD", "{name}");
            for forbidden in [
                "privileged",
                "network_mode",
                "pid",
                "ipc",
                "user",
                "devices",
                "env_file",
                "build",
            ] {
                assert!(service.get(forbidden).is_none(), "{name} has {forbidden}");
            }
        }
    }
}

#[test]
fn capabilities_are_few() {
    let compose = compose(&everything());
    let kept: BTreeMap<&str, Vec<&str>> = services(&compose)
        .map(|(name, service)| (name.as_str(), strings(&service["cap_add"])))
        .collect();
    assert_eq!(
        kept,
        BTreeMap::from([
            ("ingress", vec!["NET_BIND_SERVICE"]),
            ("metrics", vec![]),
            ("metrics-node", vec![]),
            ("status", vec!["DAC_OVERRIDE", "NET_RAW"]),
        ])
    );
}

#[test]
fn nobody_gets_the_engines_socket() {
    for stack in stacks() {
        let rendered = render(&stack).unwrap();
        for (path, lines) in &rendered.files {
            assert!(!lines.iter().any(|line| line.contains("docker.sock")), "{path}");
        }
        assert!(!rendered.release.compose.contains("/var/run"));
    }
}

#[test]
fn every_mount_of_the_machine_is_read_only_and_its_own() {
    for stack in stacks() {
        let root = Layout::new(&stack.name).root();
        for (name, service) in services(&compose(&stack)) {
            for mount in service["volumes"].as_array().unwrap() {
                if mount["type"] == "volume" {
                    continue;
                }
                assert_eq!(mount["read_only"], true, "{name}");
                let source = mount["source"].as_str().unwrap();
                let own =
                    source == format!("{root}/live/{name}") || source.starts_with(&format!("{root}/files/{name}/"));
                assert!(
                    own || (name == metrics::NODE && source == "/"),
                    "{name} mounts {source}"
                );
            }
        }
    }
}

#[test]
fn published_ports_are_on_loopback_except_those_of_the_ingress() {
    for stack in stacks() {
        for (name, service) in services(&compose(&stack)) {
            let ports = service["ports"].as_array().cloned().unwrap_or_default();
            if name == ingress::NAME {
                let published: Vec<_> = ports.iter().map(|port| port["published"].as_str().unwrap()).collect();
                assert_eq!(published, ["80", "443"]);
            } else {
                assert!(ports.iter().all(|port| port["host_ip"] == "127.0.0.1"), "{name}");
            }
        }
    }
    let ports = render(&everything()).unwrap().release.ports;
    let loopback: Vec<_> = ports.iter().filter(|port| port.address == "127.0.0.1").collect();
    assert_eq!(loopback.len(), 1);
    assert_eq!((loopback[0].service.as_str(), loopback[0].port), ("metrics", 8428));
}

#[test]
fn only_what_is_routed_is_on_the_web_network() {
    for stack in stacks() {
        let compose = compose(&stack);
        let on = |network: &str| -> BTreeSet<&str> {
            services(&compose)
                .filter(|(_, service)| strings(&service["networks"]).contains(&network))
                .map(|(name, _)| name.as_str())
                .collect()
        };
        assert_eq!(on("web"), BTreeSet::from(["ingress", "status"]));
        assert!(!on("metrics").contains("status"));
        if stack.metrics.is_some() {
            assert_eq!(on("metrics"), BTreeSet::from(["ingress", "metrics", "metrics-node"]));
        }
        assert_eq!(compose["networks"]["metrics"]["internal"], true);
        for (name, network) in compose["networks"].as_object().unwrap() {
            assert_eq!(network["name"], format!("quickfra_{}_{name}", stack.name));
        }
    }
}

#[test]
fn volumes_have_names_of_their_own() {
    let compose = compose(&complete());
    let names: BTreeSet<&str> = compose["volumes"]
        .as_object()
        .unwrap()
        .values()
        .map(|volume| volume["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "quickfra_platform_ingress_acme",
            "quickfra_platform_metrics_data",
            "quickfra_platform_status_data",
        ])
    );
    let mounted: BTreeSet<String> = services(&compose)
        .flat_map(|(_, service)| service["volumes"].as_array().unwrap().clone())
        .filter(|mount| mount["type"] == "volume")
        .map(|mount| mount["source"].as_str().unwrap().to_owned())
        .collect();
    let declared: BTreeSet<String> = compose["volumes"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(mounted, declared);
}

#[test]
fn no_container_sees_the_release_or_a_version_of_ours() {
    let rendered = render(&everything()).unwrap();
    let hash = rendered.release.hash();
    for (path, lines) in &rendered.files {
        for line in lines {
            assert!(!line.contains(&hash), "{path}: {line}");
            assert!(
                !line.contains("releases/") && !line.contains("/current"),
                "{path}: {line}"
            );
            assert!(!line.contains(env!("CARGO_PKG_VERSION")), "{path}: {line}");
        }
    }
    for (name, service) in services(&compose(&everything())) {
        let labels: Vec<_> = service["labels"].as_object().unwrap().keys().collect();
        assert_eq!(labels, ["quickfra.service", "quickfra.stack"], "{name}");
    }
}

#[test]
fn a_service_that_comes_or_goes_changes_no_other_container() {
    let with = texts(&complete());
    let without_metrics = texts(&minimal());
    let without_status = texts(&StackConfig {
        status: None,
        ..complete()
    });
    for fewer in [&without_metrics, &without_status] {
        assert!(fewer.len() < with.len());
        for (name, text) in fewer {
            assert_eq!(text, &with[name], "{name}");
        }
    }
}

/// The names of the containers whose text a change touches, and the logical paths of the files that it touches.
fn touched(change: impl Fn(&mut StackConfig)) -> (Vec<String>, Vec<String>) {
    let before = complete();
    let mut after = before.clone();
    change(&mut after);
    let (texts_before, texts_after) = (texts(&before), texts(&after));
    let containers = texts_after
        .into_iter()
        .filter(|(name, text)| texts_before.get(name) != Some(text))
        .map(|(name, _)| name)
        .collect();
    let (files_before, files_after) = (render(&before).unwrap().files, render(&after).unwrap().files);
    let files = files_after
        .into_iter()
        .filter(|(path, lines)| path != COMPOSE_FILE && files_before.get(path) != Some(lines))
        .map(|(path, _)| path)
        .collect();
    (containers, files)
}

#[test]
fn a_change_touches_its_own_service_only() {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    // Live: no container at all.
    assert_eq!(
        touched(|stack| stack.ingress.as_mut().unwrap().rate_limit.average = 7),
        (vec![], owned(&["ingress/common.yaml"]))
    );
    assert_eq!(
        touched(|stack| stack.ingress.as_mut().unwrap().security_headers.enabled = false),
        (vec![], owned(&["ingress/common.yaml"]))
    );
    assert_eq!(
        touched(|stack| stack.status.as_mut().unwrap().domain = Some("up.example.com".to_owned())),
        (vec![], owned(&["ingress/route-status.yaml"]))
    );
    assert_eq!(
        touched(|stack| stack.metrics.as_mut().unwrap().interval_seconds = 30),
        (vec![], owned(&["metrics/targets.yaml"]))
    );
    // Its own container.
    assert_eq!(
        touched(|stack| stack.status.as_mut().unwrap().image = Some("a/b:1".to_owned())),
        (owned(&["status"]), vec![])
    );
    assert_eq!(
        touched(|stack| stack.metrics.as_mut().unwrap().retention_days = 30),
        (owned(&["metrics"]), vec![])
    );
    assert_eq!(
        touched(|stack| stack.ingress.as_mut().unwrap().acme.email = "dev@example.com".to_owned()),
        (owned(&["ingress"]), owned(&["ingress/traefik.yaml"]))
    );
}

#[test]
fn the_administrators_password_is_named_and_nowhere_else() {
    let rendered = render(&complete()).unwrap();
    let secret = &rendered.release.secrets[0];
    assert_eq!(
        (secret.service.as_str(), secret.mode, secret.owner),
        ("status", 0o600, 0)
    );
    assert_eq!(rendered.release.steps[0].secrets, std::slice::from_ref(&secret.name));
    for lines in rendered.files.values() {
        assert!(!lines.iter().any(|line| line.contains("secrets/")));
    }
}

#[test]
fn every_route_has_its_certificate_and_endpoint() {
    let rendered = render(&everything()).unwrap();
    assert_eq!(rendered.endpoints["status"], "https://up.example.org");
    assert_eq!(rendered.release.certificates.len(), 1);
    assert_eq!(rendered.release.certificates[0].name, "up.example.org");
    let status = rendered
        .release
        .services
        .iter()
        .find(|service| service.name == "status")
        .unwrap();
    assert_eq!(status.hosts, ["up.example.org"]);
}
