use acceptance::testbed::Testbed;

use crate::{error::QuickstartError, heading, place::Place, tool};

/// Removes what the services are, then the machine, then the quickstart's own folder.
pub(crate) fn destroy() -> Result<(), QuickstartError> {
    let place = Place::open()?;
    let record = place.record()?;
    if place.has_state() {
        let tool = tool::chosen(None, &place)?;
        heading(&format!("{tool}: destroying what it made"));
        // The machine goes anyway: what cannot be destroyed on it goes with it.
        if let Err(error) = tool::run(&place.environment()?, tool, &["destroy", "-auto-approve"]) {
            eprintln!("{}; going on, since the machine is removed as a whole", error.chain());
        }
    }
    if let Some(id) = record.testbed {
        heading("machine: removing it");
        Testbed::remove(&place.cache, &id)?;
    }
    let folder = place.folder().to_owned();
    place.remove()?;
    println!("removed {} and everything that belonged to it", folder.display());
    Ok(())
}
