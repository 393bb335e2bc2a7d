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

/// The example of an import by identity.
const BY_IDENTITY: &str = "import-by-identity.tf";

fn the_quickstart_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/quickstart"));
    case.validate().succeeds();
}

fn every_example_of_a_resource_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/provider"));
    // The examples of one resource refer to those of another: all of them make one configuration. Those of actions and
    // lists are not among them, since no core here knows them.
    for kind in ["resources", "ephemeral-resources", "functions"] {
        let kind = workspace().join("examples").join(kind);
        let mut count = 0;
        for folder in fs::read_dir(&kind).unwrap() {
            let folder = folder.unwrap();
            let resource = folder.file_name().into_string().unwrap();
            for file in fs::read_dir(folder.path()).unwrap() {
                let path = file.unwrap().path();
                // An import by identity stands for the one by id, and only newer versions know it.
                let by_identity = path.ends_with(BY_IDENTITY);
                if !by_identity && path.extension().is_some_and(|extension| extension == "tf") {
                    let name = path.file_name().unwrap().to_str().unwrap();
                    case.input(&format!("work/{resource}-{name}"), fs::read(&path).unwrap());
                    count += 1;
                }
            }
        }
        assert!(count > 0, "{} holds no example", kind.display());
    }
    case.validate().succeeds();
}

/// Only OpenTofu is at hand in a version that imports by identity.
#[test]
fn every_import_by_identity_is_valid() {
    let mut case = Case::new(Tool::Tofu);
    case.config_from(&workspace().join("examples/provider"));
    let resources = workspace().join("examples/resources");
    for resource in ["quickfra_host", "quickfra_stack"] {
        for file in ["resource.tf", BY_IDENTITY] {
            let path = resources.join(resource).join(file);
            case.input(&format!("work/{resource}-{file}"), fs::read(path).unwrap());
        }
    }
    case.validate().succeeds();
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
    every_example_of_a_resource_is_valid,
    the_first_page_shows_a_valid_configuration,
);
