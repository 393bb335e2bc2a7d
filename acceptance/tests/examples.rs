//! What the documentation shows is valid, with both tools.
#![expect(
    clippy::unwrap_used,
    reason = "files of this repository are there, or the test fails"
)]

use std::{fs, path::Path};

use acceptance::{
    for_each_tool,
    harness::{Case, Tool, workspace},
};
use tfplugin::client::core::Feature;

/// The example of an import by identity.
const BY_IDENTITY: &str = "import-by-identity.tf";

fn the_quickstart_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/quickstart"));
    case.validate().succeeds();
}

fn every_example_is_valid(tool: Tool) {
    every_resource(tool).validate().succeeds();
    for (kind, feature, block) in [
        ("ephemeral-resources", Feature::Ephemeral, "ephemeral"),
        ("actions", Feature::Actions, "action"),
    ] {
        let mut case = every_resource(tool);
        add(&mut case, kind, |_| true);
        if tool.has(feature) {
            case.validate().succeeds();
        } else {
            let refusal = format!("Blocks of type \"{block}\" are not expected here");
            case.init().fails().says(&refusal);
        }
    }
}

/// The examples of one resource refer to those of another: all of them make one configuration.
fn every_resource(tool: Tool) -> Case {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/provider"));
    add(&mut case, "resources", |file| file != BY_IDENTITY);
    add(&mut case, "functions", |_| true);
    add(&mut case, "data-sources", |_| true);
    case
}

fn every_list_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/provider"));
    let lists = workspace().join("examples/list-resources");
    for folder in fs::read_dir(lists).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        let text = fs::read(folder.path().join("list-resource.tfquery.hcl")).unwrap();
        case.input(&format!("work/{name}.tfquery.hcl"), text);
    }
    if tool.has(Feature::Lists) {
        case.validate_queries().succeeds();
    } else {
        // Such a file means nothing to it.
        case.validate().succeeds();
    }
}

/// An import by identity stands for the one by id.
fn every_import_by_identity_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/provider"));
    add(&mut case, "resources", |file| {
        ["resource.tf", BY_IDENTITY].contains(&file)
    });
    if tool.has(Feature::Identity) {
        case.validate().succeeds();
    } else {
        case.init().fails().says("\"identity\" is not expected here");
    }
}

/// Adds the examples of a kind, of which the file passes.
fn add(case: &mut Case, kind: &str, passes: fn(&str) -> bool) {
    let kind = workspace().join("examples").join(kind);
    let mut count = 0;
    for folder in fs::read_dir(&kind).unwrap() {
        let folder = folder.unwrap();
        let subject = folder.file_name().into_string().unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.extension().is_some_and(|extension| extension == "tf") && passes(name) {
                case.input(&format!("work/{subject}-{name}"), fs::read(&path).unwrap());
                count += 1;
            }
        }
    }
    assert!(count > 0, "{} holds no example", kind.display());
}

fn the_first_page_shows_a_valid_configuration(tool: Tool) {
    let mut case = Case::new(tool);
    let shown = snippet(&workspace().join("README.md"));
    case.config(&format!("variable \"ssh_key\" {{\n  ephemeral = true\n}}\n\n{shown}"));
    case.validate().succeeds();
}

/// The first Terraform snippet of a page.
fn snippet(page: &Path) -> String {
    let text = fs::read_to_string(page).unwrap();
    let (_, rest) = text.split_once("```terraform\n").unwrap();
    let (snippet, _) = rest.split_once("```").unwrap();
    snippet.to_owned()
}

for_each_tool!(
    the_quickstart_is_valid,
    every_example_is_valid,
    every_list_is_valid,
    every_import_by_identity_is_valid,
    the_first_page_shows_a_valid_configuration,
);
