//! YAML text for people and programs: block style, in the order of the struct's fields, strings quoted where any YAML 1.1
//! or 1.2 reader could take them for something else.

use serde::Serialize;
use thiserror::Error;

/// A value could not be written as YAML.
#[derive(Debug, Error)]
#[error("a value could not be written as YAML")]
pub struct YamlError(#[from] serde_saphyr::ser_error::Error);

/// Writes `value` as one YAML document that ends with a line break.
pub fn to_yaml<T: Serialize>(value: &T) -> Result<String, YamlError> {
    let options = serde_saphyr::ser_options! {
        // Long strings stay on one line: a folded one is hard to compare in a plan.
        prefer_block_scalars: false,
        compact_list_indent: false,
    };
    let mut text = serde_saphyr::to_string_with_options(value, options)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}
