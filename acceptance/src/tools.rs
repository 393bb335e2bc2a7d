//! Stand-in.
use std::path::PathBuf;
#[derive(Debug, thiserror::Error)]
#[error("{0} not found")]
pub struct ToolError(&'static str);
fn find(name: &'static str) -> Result<PathBuf, ToolError> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|p| p.join(name))
        .find(|p| p.is_file())
        .ok_or(ToolError(name))
}
pub fn terraform() -> Result<PathBuf, ToolError> {
    find("terraform")
}
pub fn tofu() -> Result<PathBuf, ToolError> {
    find("tofu")
}
