//! The whole life of a stack: from a bare machine, through an import and a destroy that keeps its data, to its end.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::time::Duration;

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Tool, wait_until};
use serde_json::{Value, json};

use crate::site::{FOLDER, SERVICES, STACK, Site, VM, changed};
use crate::web::Client;

/// Ports that the services use among themselves: VictoriaMetrics, node exporter, Uptime Kuma, and Traefik's own metrics
/// and health.
const INSIDE: [u16; 5] = [8428, 9100, 3001, 8082, 8083];

fn a_bare_machine_becomes_a_platform(tool: Tool) {
    let site = Site::new(false);
    let client = Client::of(&site);
    let mut case = site.case(tool);
    // Few enough to be used up at once, and enough for all that is asked before.
    case.variable("average", 2).variable("burst", 40);
    {
        let _turn = site.testbed.installing().unwrap();
        let applied = case.apply().succeeds();
        applied.plan.expect(VM, Action::Create).expect(STACK, Action::Create);
    }
    expect_outputs(&case, &site);
    expect_services(&client, &site);
    expect_inside_stays_inside(&client, &site);

    import_gives_an_empty_plan(&site, tool);

    let (password, account) = (site.password(), account(&site));
    destroy_keeps_the_data(&case, &site);
    case.apply().succeeds();
    assert_eq!(site.password(), password);
    assert_eq!(self::account(&site), account);
    assert!(!client.needs_setup(&origin(&site)));

    case.variable("on_destroy", "purge");
    let applied = case.apply().succeeds();
    assert_eq!(changed(&applied.plan), ["/on_destroy", "/release"]);
    case.destroy().succeeds();
    expect_nothing_runs(&site);
    assert_eq!(site.volumes(), [""; 0]);
    assert_eq!(site.run("ls -A /opt"), "");
}

for_each_tool!(a_bare_machine_becomes_a_platform);

fn origin(site: &Site) -> String {
    format!("https://status.{}", site.domain)
}

fn expect_outputs(case: &Case, site: &Site) {
    let state = case.state();
    assert_eq!(state.output("endpoints"), Some(&json!({ "status": origin(site) })));

    let services = state.output("services").and_then(Value::as_object).unwrap();
    assert_eq!(services.keys().collect::<Vec<_>>(), SERVICES);
    for (name, service) in services {
        assert_eq!(service["state"], "running", "{name}");
        assert_eq!(service["health"], "healthy", "{name}");
        assert!(
            service["image"].as_str().unwrap().starts_with("registry.test/"),
            "{name}"
        );
        assert!(service["digest"].as_str().unwrap().starts_with("sha256:"), "{name}");
    }

    let files = state.output("files").and_then(Value::as_object).unwrap();
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "compose.yaml",
            "ingress/acme-ca.pem",
            "ingress/common.yaml",
            "ingress/route-status.yaml",
            "ingress/traefik.yaml",
            "metrics/prometheus.yaml",
            "metrics/targets.yaml",
        ]
    );
    let route = files["ingress/route-status.yaml"].as_array().unwrap();
    assert!(route.contains(&json!(format!("      rule: Host(`status.{}`)", site.domain))));
}

fn expect_services(client: &Client, site: &Site) {
    let origin = origin(site);
    let page = client.get(&format!("{origin}/api/entry-page")).unwrap();
    assert_eq!(page.status, 200, "{page:?}");
    assert!(
        !client.needs_setup(&origin),
        "whoever comes first could take the status page over"
    );

    let plain = client.get(&format!("http://status.{}/some/page", site.domain)).unwrap();
    assert_eq!((plain.status, plain.location), (301, format!("{origin}/some/page")));

    // The bucket holds 40 at most, and not that many come in within the time that 150 requests take.
    let codes = client.burst(&format!("{origin}/api/entry-page"), 150);
    assert_eq!(codes.len(), 150);
    assert_eq!(
        codes.iter().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from([200, 429])
    );
}

/// What is not for everybody is reached by nobody, and works all the same.
fn expect_inside_stays_inside(client: &Client, site: &Site) {
    for port in INSIDE {
        let address = (site.host.address(), port).into();
        TcpStream::connect_timeout(&address, Duration::from_secs(5)).unwrap_err();
    }
    let sockets = site.run("ss -Hltn");
    let open: BTreeSet<&str> = sockets
        .lines()
        .filter_map(|line| line.split_whitespace().nth(3)?.rsplit_once(':'))
        .filter(|(address, _)| !address.starts_with("127.") && *address != "[::1]")
        .map(|(_, port)| port)
        .collect();
    assert_eq!(open, BTreeSet::from(["22", "80", "443"]));

    // A host name that nobody gave a route leads nowhere, with a certificate of nobody.
    let metrics = format!("https://metrics.{}/", site.domain);
    client.get(&metrics).unwrap_err();
    assert_eq!(client.get_unverified(&metrics).unwrap().status, 404);

    let query = "wget -q -O - 'http://127.0.0.1:8428/api/v1/query?query=up'";
    let measured = wait_until(Duration::from_mins(2), || {
        let answer = site.run(&format!("docker exec quickfra_platform-metrics-1 {query}"));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let results = answer["data"]["result"].as_array().unwrap();
        let up = results.iter().filter(|result| result["value"][1] == "1");
        let jobs: BTreeSet<_> = up
            .filter_map(|result| result["metric"]["job"].as_str().map(str::to_owned))
            .collect();
        (jobs == ["ingress", "metrics", "metrics-node"].map(str::to_owned).into()).then_some(())
    });
    assert!(measured.is_some(), "not everything is measured");
}

fn import_gives_an_empty_plan(site: &Site, tool: Tool) {
    let mut case = site.case(tool);
    case.variable("average", 2).variable("burst", 40);
    let address = site.host.address();
    // An import sees no configuration, so the machine has to be known otherwise.
    let known = format!("{address} {}\n", site.host.host_key());
    case.input("home/.ssh/known_hosts", known);
    case.import(VM, &address.to_string()).succeeds();
    case.import(STACK, &format!("{address}/platform")).succeeds();
    let plan = case.plan().succeeds();
    // The outputs of the configuration are new to this state, the resources are not.
    plan.expect(VM, Action::NoOp).expect(STACK, Action::NoOp);
}

fn destroy_keeps_the_data(case: &Case, site: &Site) {
    let volumes = site.volumes();
    assert_eq!(volumes.len(), 3, "{volumes:?}");
    case.destroy().succeeds();
    expect_nothing_runs(site);
    assert_eq!(site.volumes(), volumes);
    assert_eq!(
        site.files(),
        [
            format!("{FOLDER}/done/status/administrator"),
            format!("{FOLDER}/secrets/status/administrator-password"),
        ]
    );
}

fn expect_nothing_runs(site: &Site) {
    assert_eq!(site.containers().into_keys().collect::<Vec<_>>(), [""; 0]);
    assert_eq!(site.networks(), [""; 0]);
}

/// The ACME account, and the certificate that was issued to it.
fn account(site: &Site) -> (Value, Value) {
    let kept = site.acme();
    let account = kept["acme"]["Account"]["Registration"]["uri"].clone();
    let certificate = kept["acme"]["Certificates"][0]["certificate"].clone();
    assert!(
        account.is_string() && certificate.is_string(),
        "acme.json has another form"
    );
    (account, certificate)
}
