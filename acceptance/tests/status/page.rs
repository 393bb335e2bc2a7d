//! From a bare machine to a status page that people see, in one apply; and the Uptime Kuma of a stack afterwards.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::time::Duration;

use acceptance::harness::{Action, Case, Tool, wait_until};
use acceptance::prerequisites;
use tempfile::NamedTempFile;
use tfplugin::client::core::Feature;

use crate::browser::{Browser, pin};
use crate::site::Site;

/// What is watched shows within this time, or the test hangs: the server keeps a page's answers for a minute.
const DEADLINE: Duration = Duration::from_mins(3);

/// Names the file that the picture of the page is kept in, for the documentation.
const PICTURE: &str = "QUICKFRA_PICTURE";

const TAG: &str = "quickfra_status_tag.production";
const STACK: &str = "quickfra_stack.platform";
/// All that stands on the server.
const OBJECTS: [&str; 7] = [
    TAG,
    "quickfra_status_notification.hook",
    "quickfra_status_monitor.services",
    "quickfra_status_monitor.website",
    "quickfra_status_monitor.interface",
    "quickfra_status_monitor.database",
    "quickfra_status_page.public",
];

/// Stands for the token in a webhook's address.
const CANARY: &str = "canary-hook-token-91c2d4";

fn case(site: &Site, tool: Tool) -> Case {
    let mut case = Case::new(tool);
    case.fixture("status")
        .variable("hook_url", format!("http://192.0.2.9/{CANARY}"));
    site.describe(&mut case);
    case
}

fn whole(tool: Tool, engine: bool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    prerequisites::ensure_browser().unwrap();
    let site = Site::new(engine);
    let mut case = case(&site, tool);
    case.traced();
    {
        let _turn = site.testbed.installing().unwrap();
        let made = case.apply().succeeds();
        made.plan.expect(STACK, Action::Create);
        for object in OBJECTS {
            made.plan.expect(object, Action::Create);
        }
    }
    let state = case.state();
    let url = state.expect("quickfra_status_page.public").text("/url");
    assert_eq!(url, format!("https://{}/status/services", site.name));
    look_at_the_page(&site, url);
    a_stopped_server_is_not_taken_for_an_empty_one(&case, &site);
    it_is_imported_by_the_machine_and_the_stack(&site, tool);

    let password = site.password();
    case.destroy().succeeds();
    case.expect_no_leak(&[
        ("the administrator's password", &password),
        ("the webhook's token", CANARY),
    ]);
}

/// Who comes from outside sees that everything is up.
fn look_at_the_page(site: &Site, url: &str) {
    let mut root = NamedTempFile::new().unwrap();
    root.write_all(site.testbed.acme_root().unwrap().as_bytes()).unwrap();
    let key = pin(&site.name, site.host.address(), root.path()).unwrap();
    let mut browser = Browser::start(&site.name, site.host.address(), &key);
    let seen = wait_until(DEADLINE, || {
        browser.open(url);
        // The page asks for its beats after it was loaded, so it is looked at for a while.
        wait_until(Duration::from_secs(10), || {
            let overall = browser.ask("document.querySelector('.overall-status')?.innerText");
            let overall = overall.as_str()?;
            overall.contains("All Systems Operational").then_some(())
        })
    });
    assert!(
        seen.is_some(),
        "the page shows {}",
        browser.ask("document.body?.innerText")
    );
    let text = browser.ask("document.body.innerText");
    let text = text.as_str().unwrap();
    for part in ["Services of Example", "Website", "Interface", "Database", "production"] {
        assert!(text.contains(part), "{part:?} is not on the page: {text}");
    }
    let up = browser.ask("document.querySelectorAll('.monitor-list .item .badge.bg-primary').length");
    assert!(up.as_u64().unwrap() >= 3, "{up} monitors are up: {text}");
    let picture = browser.picture();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "{} bytes", picture.len());
    if let Some(path) = std::env::var_os(PICTURE) {
        fs::write(path, picture).unwrap();
    }
}

fn a_stopped_server_is_not_taken_for_an_empty_one(case: &Case, site: &Site) {
    site.host.exec("docker stop quickfra_platform-status-1").unwrap();
    let applied = case.apply().succeeds();
    applied.plan.expect(STACK, Action::Update);
    for object in OBJECTS {
        applied.plan.expect(object, Action::NoOp);
    }
}

fn it_is_imported_by_the_machine_and_the_stack(site: &Site, tool: Tool) {
    let mut case = case(site, tool);
    let address = site.host.address();
    site.introduce(&mut case);
    let mut imports = format!(
        "import {{\n  to = quickfra_host.vm\n  id = \"{address}\"\n}}\n\
         import {{\n  to = {STACK}\n  id = \"{address}/platform\"\n}}\n"
    );
    let names = [
        "production",
        "Hook",
        "Services",
        "Website",
        "Interface",
        "Database",
        "services",
    ];
    for (object, name) in OBJECTS.iter().zip(names) {
        write!(
            imports,
            "import {{\n  to = {object}\n  id = \"{address}/platform/{name}\"\n}}\n"
        )
        .unwrap();
    }
    case.input("work/imports.tf", imports);
    let plan = case.plan().succeeds();
    for object in OBJECTS {
        plan.expect(object, Action::NoOp);
    }
}

#[test]
fn a_bare_machine_shows_a_public_page() {
    whole(Tool::Terraform, false);
}

#[test]
fn a_machine_with_an_engine_shows_a_public_page() {
    whole(Tool::Tofu, true);
}
