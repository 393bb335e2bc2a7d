//! What goes wrong at a server, and on the way to it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use acceptance::for_each_tool;
use acceptance::harness::{Action, Case, Tool};

use crate::between::{Between, Mischief};
use crate::server::Server;
use crate::specimens::{Specimen, configuration, left, specimens};

/// Objects enough for the server's limit of logins to be passed by far, if each logged in.
const MANY: &str = r##"
resource "quickfra_status_tag" "many" {
  count    = 30
  endpoint = var.endpoint
  name     = "MARK tag ${count.index}"
  color    = "#059669"
}
"##;

/// The provider without any login.
const WITHOUT_LOGIN: &str = r##"
variable "endpoint" { type = string }

resource "quickfra_status_tag" "it" {
  endpoint = var.endpoint
  name     = "production"
  color    = "#059669"
}
"##;

/// What only the newer line has.
const BROWSER: &str = r#"
resource "quickfra_status_remote_browser" "it" {
  endpoint = var.endpoint
  name     = "MARK browser"
  url_wo   = "ws://192.0.2.5:3000"
}
"#;

/// A case whose way to the server leads through what stands between.
fn case_through(between: &Between, server: &Server, tool: Tool, text: &str) -> Case {
    let mut case = server.case(tool, text);
    case.variable("endpoint", between.url())
        .environment("TF_CLI_ARGS_apply", "-parallelism=30");
    case
}

fn a_login_that_does_not_work_is_told(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let tag = specimens(&server, tool).remove(0);
    let mut case = case_through(&between, &server, tool, &configuration(&[&tag]));
    case.apply().succeeds();

    case.variable("password", "a-wrong-password-1");
    let refused = case.plan().fails();
    refused
        .comes_from("plan")
        .says("Uptime Kuma refused the login")
        .says("the user name or the password is wrong");
    case.variable("password", server.password.as_str());

    let mut without = Case::new(tool);
    without.config(WITHOUT_LOGIN).variable("endpoint", between.url());
    without.set_state(&case.state().json().to_string());
    without
        .plan()
        .fails()
        .says("The provider has no login for the server")
        .says(&format!(
            "No status block of the provider has url = \"{}\"",
            between.url()
        ));

    // Of a version that nobody has seen: neither read nor written.
    between.tell_version(Some("4.0.0"));
    between.forget();
    let unknown = case.plan().fails();
    unknown
        .says("This version of Uptime Kuma is not supported")
        .says("4.0.0");
    let mut new = case_through(
        &between,
        &server,
        tool,
        &configuration(&[&tag]).replace("MARK", "MARK new"),
    );
    new.variable("username", server.username.as_str());
    let refused = new.apply().fails();
    refused.comes_from("apply").says("Nothing was changed.");
    assert_eq!((between.count("getTags"), between.count("addTag")), (0, 0));
    between.tell_version(None);

    // And what this version does not have.
    if !server.is_newer() {
        server.configure(&mut new, BROWSER);
        new.apply().fails().says("This version of Uptime Kuma lacks it");
    }
    case.destroy().succeeds();
    assert_eq!(left(&server, &tag), []);
}

fn many_objects_need_one_login(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let case = case_through(&between, &server, tool, MANY);
    case.apply().succeeds_leaving_changes();
    assert_eq!((between.count_done("login"), between.count("addTag")), (1, 30));
    between.forget();
    case.plan().succeeds();
    assert_eq!(between.count_done("login"), 1);
    between.forget();
    case.destroy().succeeds();
    // A destroy is a plan and an apply.
    assert!(between.count_done("login") <= 2);
    assert_eq!(between.count("deleteTag"), 30);
}

/// What refers to numbers that the server does not have. `LATER` lets it be planned after something that connects.
const WRONG: &str = r#"
resource "quickfra_status_monitor" "web" {
  endpoint      = var.endpoint
  name          = "MARK web"
  active        = false
  parent        = 987654321
  notifications = [987654321]
  LATER

  http {
    url   = "http://192.0.2.8/"
    proxy = 987654321
  }

  tag {
    id = 987654321
  }
}

resource "quickfra_status_monitor" "container" {
  endpoint = var.endpoint
  name     = "MARK container"
  active   = false
  LATER

  docker {
    container   = "web"
    docker_host = 987654321
  }
}

resource "quickfra_status_page" "it" {
  endpoint = var.endpoint
  slug     = "MARK-page"
  title    = "MARK page"
  LATER

  group {
    name = "All"

    monitor {
      id = 987654321
    }
  }
}

resource "quickfra_status_maintenance" "it" {
  endpoint     = var.endpoint
  title        = "MARK works"
  monitors     = [987654321]
  status_pages = ["MARK-no-page"]
  LATER

  manual {}
}
"#;

/// And what only the newer line can refer to.
const WRONG_BROWSER: &str = r#"
resource "quickfra_status_monitor" "browser" {
  endpoint = var.endpoint
  name     = "MARK browser"
  active   = false
  LATER

  real_browser {
    url            = "http://192.0.2.8/"
    remote_browser = 987654321
  }
}
"#;

/// Each call that would change the server.
const CHANGING: [&str; 4] = ["add", "editMonitor", "addStatusPage", "addMaintenance"];

fn what_does_not_exist_is_found_before_anything_is_changed(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let mut wrong = WRONG.to_owned();
    let mut told = vec![
        "there is no monitor 987654321",
        "A notification of the monitor does not exist",
        "A proxy of the monitor does not exist",
        "A tag of the monitor does not exist",
        "A docker host of the monitor does not exist",
        "A monitor of the page does not exist",
        "A monitor of the maintenance does not exist",
        "A status page of the maintenance does not exist",
    ];
    if server.is_newer() {
        wrong += WRONG_BROWSER;
        told.push("A remote browser of the monitor does not exist");
    }
    // Nothing connects in this plan, so the apply finds it, before its first call.
    let case = case_through(&between, &server, tool, &wrong.replace("LATER", ""));
    let refused = case.apply().fails();
    refused.comes_from("apply");
    for told in &told {
        refused.says(told);
    }

    // Here a refresh connects, and the plan itself finds it.
    let tag = specimens(&server, tool).remove(0);
    let mut case = case_through(&between, &server, tool, &configuration(&[&tag]));
    case.apply().succeeds();
    let later = wrong.replace("LATER", &format!("depends_on = [{}]", tag.address()));
    server.configure(&mut case, &format!("{}{later}", configuration(&[&tag])));
    let refused = case.plan().fails();
    for told in &told {
        refused.says(told);
    }
    refused.says(&server.marked("(MARK production)"));

    for event in CHANGING {
        assert_eq!(between.count(event), 0, "{event}");
    }
    server.configure(&mut case, &configuration(&[&tag]));
    case.destroy().succeeds();
}

/// Each call that makes something: done, but its answer never comes.
const MAKING: [&str; 3] = ["addTag", "addProxy", "addDockerHost"];

fn what_was_made_without_an_answer_is_not_made_twice(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let kinds = specimens(&server, tool);
    let case = case_through(&between, &server, tool, &configuration(&kinds));
    // A new attempt is a new plan: what the first one made is either known to it, or found.
    for event in MAKING {
        between.at(event, 0, Mischief::CutAnswer);
    }
    finish(&case);
    assert!(between.is_done());
    expect_one_each(&server, &kinds);
    case.destroy().succeeds();
    for kind in &kinds {
        assert_eq!(left(&server, kind), [], "{}", kind.kind);
    }
}

/// An apply whose server does the work, and cannot be asked afterwards what came of it.
fn vanishes(between: &Between, case: &Case) {
    // The monitor needs some of the others, and is needed by some.
    between.at("add", 0, Mischief::Vanish);
    case.apply()
        .fails()
        .comes_from("apply")
        .says("it is not known whether it was made")
        .says("The next plan looks for it");
    assert!(between.is_done());
    between.come_back();
}

fn what_was_made_before_the_server_vanished_is_not_made_twice(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let kinds = specimens(&server, tool);
    let case = case_through(&between, &server, tool, &configuration(&kinds));
    vanishes(&between, &case);
    let second = case.apply().succeeds();
    second.plan.expect("quickfra_status_monitor.it", Action::Replace);
    expect_one_each(&server, &kinds);
    case.destroy().succeeds();
}

/// Also by a destroy that looks at nothing first.
fn what_was_made_before_the_server_vanished_is_destroyed(tool: Tool) {
    let server = Server::any();
    let between = Between::new(server.authority());
    let kinds = specimens(&server, tool);
    let mut case = case_through(&between, &server, tool, &configuration(&kinds));
    vanishes(&between, &case);
    case.environment("TF_CLI_ARGS_destroy", "-refresh=false");
    case.destroy().succeeds();
    for kind in &kinds {
        assert_eq!(left(&server, kind), [], "{}", kind.kind);
    }
}

fn a_restart_in_the_midst_of_an_apply_is_lived_through(tool: Tool) {
    let server = Arc::new(Server::own());
    let between = Between::new(server.authority());
    let case = case_through(&between, &server, tool, MANY);
    let restarted = Arc::clone(&server);
    let restart = move || {
        restarted.process().kill().unwrap();
        restarted.process().start().unwrap();
    };
    between.at("addTag", 12, Mischief::Instead(Box::new(restart)));
    finish(&case);
    assert!(between.is_done());
    let tags = server.hand.does(async |session| session.tags().list().await);
    let names: BTreeSet<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!((tags.len(), names.len()), (30, 30), "{names:?}");
}

fn silence_comes_to_an_end(tool: Tool) {
    let server = Server::own();
    let between = Between::new(server.authority());
    let kinds = specimens(&server, tool);
    let case = case_through(&between, &server, tool, &configuration(&kinds));
    case.apply().succeeds();

    // An answer that never comes.
    between.at("getTags", 0, Mischief::HoldAnswer);
    case.plan().fails().says("no answer to `getTags` within");
    // A server that is not there: an error, or a warning that the state is kept, as the provider block says.
    server.process().stop().unwrap();
    let mut lenient = server.case(tool, &configuration(&kinds));
    let text = configuration(&kinds);
    server.configure_with(&mut lenient, "on_unreachable = \"warn\"", &text);
    lenient.variable("endpoint", between.url());
    lenient.set_state(&case.state().json().to_string());
    let case = thread::scope(|scope| {
        let strict = scope.spawn(move || {
            case.plan().fails().says("Uptime Kuma cannot be reached");
            case
        });
        let kept = lenient.plan().succeeds();
        for kind in &kinds {
            kept.expect(&kind.address(), Action::NoOp);
        }
        strict.join().unwrap()
    });
    server.process().start().unwrap();
    case.expect_two_empty_plans();
}

for_each_tool!(
    a_login_that_does_not_work_is_told,
    what_does_not_exist_is_found_before_anything_is_changed,
    many_objects_need_one_login,
    what_was_made_without_an_answer_is_not_made_twice,
);

/// What these show is the provider's doing, not the tool's: one of the two is enough.
mod with_one_tool {
    use super::Tool;

    #[test]
    fn a_restart_in_the_midst_of_an_apply_is_lived_through() {
        super::a_restart_in_the_midst_of_an_apply_is_lived_through(Tool::Terraform);
    }

    #[test]
    fn what_was_made_before_the_server_vanished_is_not_made_twice() {
        super::what_was_made_before_the_server_vanished_is_not_made_twice(Tool::Terraform);
    }

    #[test]
    fn what_was_made_before_the_server_vanished_is_destroyed() {
        super::what_was_made_before_the_server_vanished_is_destroyed(Tool::Tofu);
    }

    #[test]
    fn silence_comes_to_an_end() {
        super::silence_comes_to_an_end(Tool::Tofu);
    }
}

/// An apply that may fail, and the one after it that may not.
fn finish(case: &Case) {
    let first = case.apply();
    if first.finished().code() == Some(0) {
        first.succeeds();
    } else {
        first.fails().comes_from("apply");
        case.apply().succeeds();
    }
}

fn expect_one_each(server: &Server, kinds: &[Specimen]) {
    for kind in kinds {
        let there = left(server, kind);
        assert_eq!(there.len(), 1, "{}: {there:?}", kind.kind);
    }
}
