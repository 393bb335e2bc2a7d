use std::{fs, io, thread};

use acceptance::harness::{Environment, Tool};

use crate::{error::QuickstartError, place::Place};

/// The tool that runs the configuration: the one asked for, else that of the run before, else terraform where it is to
/// be had, else tofu.
pub(crate) fn chosen(wanted: Option<Tool>, place: &Place) -> Result<Tool, QuickstartError> {
    let file = place.folder().join("tool");
    let before = fs::read_to_string(&file).ok();
    let before = Tool::ALL
        .into_iter()
        .find(|tool| before.as_deref() == Some(tool.command()));
    let tool = match wanted.or(before) {
        Some(tool) => tool,
        None if Tool::Terraform.path().is_ok() => Tool::Terraform,
        None => Tool::Tofu,
    };
    fs::write(file, tool.command()).map_err(QuickstartError::Folder)?;
    Ok(tool)
}

/// Runs a command of the tool, which prints as it goes.
pub(crate) fn run(environment: &Environment, tool: Tool, arguments: &[&str]) -> Result<(), QuickstartError> {
    let shown = format!("{tool} {}", arguments.join(" "));
    println!("\n$ {shown}");
    let status = environment
        .command(tool)?
        .args(arguments)
        .status()
        .map_err(|source| QuickstartError::Start(shown.clone(), source))?;
    if status.success() {
        Ok(())
    } else {
        Err(QuickstartError::Ended { command: shown, status })
    }
}

/// Keeps this process alive when Ctrl-C is pressed, so that it can wait for what it has started.
pub(crate) fn survive_interrupts() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interrupts = {
        let _entered = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?
    };
    thread::spawn(move || runtime.block_on(async { while interrupts.recv().await.is_some() {} }));
    Ok(())
}
