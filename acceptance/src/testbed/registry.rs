//! The image registry's content. It is filled once and served read-only to every testbed.

use std::path::PathBuf;
use std::time::Duration;

use super::cache::{Cache, write_file};
use super::engine::Engine;
use super::error::Result;
use super::images::{BUILD_NETWORK, Images};
use super::installed::Installed;
use super::recipe::Recipe;
use super::wait::wait_until;

/// Configuration of Debian's `docker-registry`.
pub(super) const CONFIGURATION: &str = "version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: /registry
http:
  addr: :443
  tls:
    certificate: /testbed/services.pem
    key: /testbed/services.key
";

/// As [`CONFIGURATION`], for filling it over plain HTTP inside the engine.
const FILLING: &str = "version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: /registry
http:
  addr: :5000
";

/// Folder with the registry's content, holding every image that the stand-ins are offered as.
pub(super) fn filled(cache: &Cache, engine: &Engine, images: &Images<'_>) -> Result<PathBuf> {
    let offered = images.offered()?;
    let _filler = cache.lock("registry")?;
    let mut recipe = Recipe::new("registry");
    for (reference, image) in &offered {
        recipe = recipe.input(reference, image);
    }
    let engine_folder = cache.folder("engine")?;
    // Beside the engine's data: when that is removed, so is the mark that the images were pushed.
    let mark = engine_folder.join(format!("registry-filled-{}", recipe.hash()));
    // The same tag means another image where somebody's own release is tested with: others go on with theirs meanwhile.
    let folder = cache.folder(match Installed::of_environment()? {
        None => "engine/registry".to_owned(),
        Some(_) => format!("engine/registry-{}", recipe.hash()),
    })?;
    if mark.exists() {
        return Ok(folder);
    }
    crate::say("filling the image registry");
    let address = images.build_network()?.address(2);
    let name = "quickfra-registry-filling";
    let remove = || engine.run(["rm", "--force", "--volumes", name]);
    remove().ok();
    let configuration = engine_folder.join("registry-filling.yml");
    write_file(&configuration, FILLING)?;
    engine.run([
        "run",
        "--detach",
        "--name",
        name,
        "--network",
        BUILD_NETWORK,
        "--ip",
        &address.to_string(),
        "--volume",
        &format!("{}:/registry", folder.display()),
        "--volume",
        &format!("{}:/configuration.yml:ro", configuration.display()),
        &images.services()?,
        "docker-registry",
        "serve",
        "/configuration.yml",
    ])?;
    let reachable = || {
        Ok(
            std::net::TcpStream::connect_timeout(&(address, 5000).into(), Duration::from_secs(1))
                .ok()
                .map(drop),
        )
    };
    wait_until(
        "the registry that is filled",
        Duration::from_mins(1),
        reachable,
        String::new,
    )?;
    for (reference, image) in &offered {
        let target = format!("{address}:5000/{reference}");
        engine.run(["tag", image, &target])?;
        engine.run(["push", "--quiet", &target])?;
        engine.run(["rmi", &target])?;
    }
    remove()?;
    write_file(&mark, "")?;
    Ok(folder)
}
