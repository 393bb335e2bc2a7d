//! What VictoriaMetrics scrapes, in the format of Prometheus.
//!
//! The file that must be there at its start only names the folder of the live files, so that a new target restarts
//! nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::StackFacts;
use crate::catalog::description::Scrape;
use crate::catalog::yaml::{YamlError, to_yaml};

/// Name of the file that is read at the start.
pub(super) const MAIN: &str = "prometheus.yaml";

/// Name of the live file.
const TARGETS: &str = "targets.yaml";

#[derive(Serialize)]
struct Main {
    scrape_config_files: [String; 1],
}

#[derive(Serialize)]
struct Job<'a> {
    #[serde(rename = "job_name")]
    name: &'a str,
    scrape_interval: String,
    metrics_path: &'a str,
    static_configs: [Targets<'a>; 1],
}

#[derive(Serialize)]
struct Targets<'a> {
    targets: [String; 1],
    labels: BTreeMap<&'static str, &'a str>,
}

pub(super) fn main_file(live: &str) -> Result<BTreeMap<String, String>, YamlError> {
    let main = Main {
        scrape_config_files: [format!("{live}/*.yaml")],
    };
    Ok(BTreeMap::from([(MAIN.to_owned(), to_yaml(&main)?)]))
}

pub(super) fn live_file(
    stack: &StackFacts<'_>,
    interval_seconds: u32,
    scrapes: &[Scrape],
) -> Result<BTreeMap<String, String>, YamlError> {
    let jobs: Vec<Job<'_>> = scrapes
        .iter()
        .map(|scrape| Job {
            name: &scrape.container,
            scrape_interval: format!("{interval_seconds}s"),
            metrics_path: &scrape.path,
            static_configs: [Targets {
                targets: [format!("{}:{}", scrape.container, scrape.port)],
                labels: BTreeMap::from([("stack", stack.name)]),
            }],
        })
        .collect();
    Ok(BTreeMap::from([(TARGETS.to_owned(), to_yaml(&jobs)?)]))
}
