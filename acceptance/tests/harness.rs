//! The harness itself, held to what is built into the tools: no provider and no host has a part in it.

use std::time::Duration;

use acceptance::{
    for_each_tool,
    harness::{Action, Case, Tool},
};
use serde_json::json;

const KEPT: &str = "terraform_data.kept";

/// A bound against hanging, not a measurement.
const DEADLINE: Duration = Duration::from_mins(2);

fn a_resource_lives_through_all_steps(tool: Tool) {
    let mut case = Case::without_provider(tool);
    case.fixture("data").variable("content", "first");
    case.validate().succeeds();

    let plan = case.plan().succeeds();
    plan.expect(KEPT, Action::Create);
    assert!(plan.is_unknown(KEPT, "/output"));
    insta::assert_snapshot!("create_plan", plan.text);
    assert!(case.state().addresses().is_empty());

    let applied = case.apply().succeeds();
    assert!(applied.text.contains("Apply complete!"), "{}", applied.text);
    let state = case.state();
    assert_eq!(state.expect(KEPT).text("/output/value/content"), "first");
    assert_eq!(state.output("content"), Some(&json!("first")));

    case.variable("content", "second");
    let applied = case.apply().succeeds();
    applied.plan.expect(KEPT, Action::Update);
    let mut changes = applied.plan.changes();
    for side in ["before", "after"] {
        // Terraform 1.16 knows one attribute more.
        let object = changes.pointer_mut(&format!("/resource_changes/0/change/{side}"));
        object.and_then(|object| object.as_object_mut()?.remove("store"));
    }
    insta::assert_json_snapshot!("update_plan", changes);
    assert_eq!(
        applied.plan.changed(KEPT).into_iter().collect::<Vec<_>>(),
        ["/input/content", "/output"]
    );

    case.destroy().succeeds();
    assert!(case.state().resource(KEPT).is_none());

    case.import(KEPT, "adopted").succeeds();
    assert_eq!(case.state().expect(KEPT).text("/id"), "adopted");
}

fn an_error_is_shown_as_a_person_sees_it(tool: Tool) {
    let mut case = Case::without_provider(tool);
    case.config("resource \"terraform_data\" \"kept\" {\n  inptu = \"typo\"\n}\n");
    let failure = case.validate().fails();
    failure.comes_from("validate").says("Did you mean \"input\"?");
    insta::assert_snapshot!("misspelt_argument", failure.text);
}

fn values_arrive_byte_for_byte(tool: Tool) {
    let odd = "quote \" line\nbreak ${a} %{b} $(c) `d` \\ é 漢 \t end";
    let long = "0123456789abcdef\n".repeat(64 * 1024);
    let mut case = Case::without_provider(tool);
    case.fixture("data");
    for content in [odd, &long, odd] {
        case.variable("content", content)
            .variable("more", json!({ "texts": [content], "number": 0.1, "nothing": null }));
        case.apply().succeeds();
        let state = case.state();
        let kept = state.expect(KEPT);
        assert!(kept.text("/output/value/content") == content, "the text has changed");
        assert!(
            kept.text("/output/value/more/texts/0") == content,
            "the text in a list has changed"
        );
        assert_eq!(kept.attribute("/output/value/more/number"), Some(&json!(0.1)));
    }
}

fn a_secret_is_found_wherever_it_was_written(tool: Tool) {
    let mut case = Case::without_provider(tool);
    case.traced()
        .fixture("data")
        .variable("content", "plain")
        .variable("token", "canary-7f3a91c2");
    case.apply().succeeds();
    let leaks = case.leaks(&[("token", "canary-7f3a91c2"), ("absent", "canary-00000000")]);
    assert!(leaks.iter().all(|leak| leak.secret == "token"));
    let places: Vec<&str> = leaks.iter().map(|leak| leak.place.as_str()).collect();
    for expected in ["work/terraform.tfstate", ".tfplan!tfplan", "-show.txt"] {
        assert!(
            places.iter().any(|place| place.ends_with(expected)),
            "{expected} is not in {places:?}"
        );
    }
    assert!(case.log().contains("[TRACE]") || case.log().contains("TRACE"));
}

fn an_apply_can_be_interrupted(tool: Tool) {
    let mut case = Case::without_provider(tool);
    case.config(
        "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    command = \"echo at work; exec sleep 3600\"\n  }\n}\n",
    );
    let apply = case.start_apply();
    apply.wait_for("at work", DEADLINE);
    apply.interrupt_group();
    let _ = apply.wait(DEADLINE).fails();
    assert!(case.state().expect("terraform_data.slow").is_tainted());
}

fn the_person_at_the_machine_has_no_say(tool: Tool) {
    let mut case = Case::without_provider(tool);
    case.config(r#"data "external" "environment" { program = ["env"] }"#);
    // No provider can be had from outside: `init` looks into the mirror alone.
    let failure = case.init().fails();
    failure.comes_from("init").says("hashicorp/external");
}

for_each_tool!(
    a_resource_lives_through_all_steps,
    an_error_is_shown_as_a_person_sees_it,
    values_arrive_byte_for_byte,
    a_secret_is_found_wherever_it_was_written,
    an_apply_can_be_interrupted,
    the_person_at_the_machine_has_no_say,
);

#[test]
#[should_panic(expected = "a plan that was to be empty is not")]
fn a_plan_that_is_never_empty_fails_the_apply() {
    let mut case = Case::without_provider(Tool::Terraform);
    case.config("resource \"terraform_data\" \"kept\" {\n  input = uuid()\n}\n");
    case.apply().succeeds();
}
