//! Removing: one testbed by its id, or everything whose owner has ended.

use std::collections::BTreeSet;

use super::bed::{ADDRESS_LABEL, LABEL, OWNER_LABEL, network_name};
use super::cache::Cache;
use super::engine::Engine;
use super::error::{Result, TestbedError};
use super::images::BUILD_NETWORK;
use super::network;
use super::owner::Owner;

/// Removes every testbed and every host whose owner has ended. Returns the names of what was removed.
pub(super) fn dead(cache: &Cache, engine: &Engine) -> Result<Vec<String>> {
    let _pruner = cache.lock("prune")?;
    let mut removed = Vec::new();
    let mut dead_testbeds = BTreeSet::new();
    for Labelled {
        name, testbed, owner, ..
    } in networks(engine)?
    {
        if owner.is_gone() {
            removed.push(name);
            dead_testbeds.insert(testbed);
        }
    }
    for id in &dead_testbeds {
        testbed(cache, engine, id)?;
    }
    for Labelled {
        name, testbed, owner, ..
    } in containers(engine)?
    {
        if owner.is_gone() && !dead_testbeds.contains(&testbed) {
            engine.run(["rm", "--force", "--volumes", &name])?;
            removed.push(name);
        }
    }
    Ok(removed)
}

/// Removes a testbed: its containers with their volumes, its network, its rules, its folder. What is gone already is
/// no error.
pub(super) fn testbed(cache: &Cache, engine: &Engine, id: &str) -> Result<()> {
    let filter = format!("label={LABEL}={id}");
    let containers = engine.run(["ps", "--all", "--quiet", "--filter", &filter])?;
    if !containers.trim().is_empty() {
        engine.run(
            ["rm", "--force", "--volumes"]
                .into_iter()
                .chain(containers.split_whitespace()),
        )?;
    }
    let name = network_name(id);
    if let Some(subnet) = network::find(engine, &name)? {
        network::forbid(subnet)?;
        engine.run(["network", "rm", &name])?;
    }
    let folder = cache.root().join("testbeds").join(id);
    match std::fs::remove_dir_all(&folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(TestbedError::File {
            action: "cannot remove",
            path: folder,
            source,
        }),
        _ => Ok(()),
    }
}

/// Removes every testbed, whoever owns it, and ends the engine. The images stay in the cache.
pub(super) fn everything(cache: &Cache, engine: &Engine) -> Result<Vec<String>> {
    let _pruner = cache.lock("prune")?;
    let networks = networks(engine)?;
    for network in &networks {
        testbed(cache, engine, &network.testbed)?;
    }
    if let Some(subnet) = network::find(engine, BUILD_NETWORK)? {
        network::forbid(subnet)?;
        // Its bridge would stay on the machine when the engine ends.
        engine.run(["network", "rm", BUILD_NETWORK])?;
    }
    engine.stop(cache)?;
    Ok(networks.into_iter().map(|network| network.testbed).collect())
}

/// A container or network that carries our labels.
pub(super) struct Labelled {
    pub(super) name: String,
    pub(super) testbed: String,
    pub(super) owner: Owner,
    pub(super) address: String,
    pub(super) status: String,
}

/// The containers of all testbeds.
pub(super) fn containers(engine: &Engine) -> Result<Vec<Labelled>> {
    labelled(engine, &["ps", "--all", "--format"], ".Names", ".Status")
}

/// The networks of all testbeds: one each.
fn networks(engine: &Engine) -> Result<Vec<Labelled>> {
    labelled(engine, &["network", "ls", "--format"], ".Name", ".Driver")
}

/// Lists what carries our labels; `list` is a `docker` command that ends before its format.
fn labelled(engine: &Engine, list: &[&str], name: &str, status: &str) -> Result<Vec<Labelled>> {
    let fields = [
        name.to_owned(),
        label(LABEL),
        label(OWNER_LABEL),
        label(ADDRESS_LABEL),
        status.to_owned(),
    ];
    let format = fields.map(|field| format!("{{{{{field}}}}}")).join("\t");
    let filter = format!("label={LABEL}");
    let lines = engine.run(list.iter().copied().chain([format.as_str(), "--filter", &filter]))?;
    Ok(lines.lines().filter_map(read_line).collect())
}

/// A label in a format of `docker`.
fn label(name: &str) -> String {
    format!(".Label \"{name}\"")
}

/// What `labelled` asks for, separated by tabs.
fn read_line(line: &str) -> Option<Labelled> {
    let mut fields = line.split('\t').map(str::to_owned);
    let (name, testbed, owner) = (
        fields.next()?,
        fields.next()?,
        fields.next()?.parse().unwrap_or(Owner::Nobody),
    );
    Some(Labelled {
        name,
        testbed,
        owner,
        address: fields.next()?,
        status: fields.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read() {
        let line = format!("tb1-host20\ttb1\t{}\t172.31.1.20\tUp 5 minutes", Owner::this_process());
        let labelled = read_line(&line).unwrap();
        assert_eq!(
            (labelled.name.as_str(), labelled.testbed.as_str()),
            ("tb1-host20", "tb1")
        );
        assert_eq!(labelled.owner, Owner::this_process());
        assert_eq!(
            (labelled.address.as_str(), labelled.status.as_str()),
            ("172.31.1.20", "Up 5 minutes")
        );
    }
}
