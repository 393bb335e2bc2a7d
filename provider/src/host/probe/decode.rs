//! From the records of an answer to a snapshot: the machine.

use std::collections::BTreeMap;

use super::listeners::decode_listeners;
use super::stack::{EngineRecords, decode_stack};
use crate::host::frames::{Answer, FrameError, Record};
use crate::host::snapshot::{
    Engine, EngineState, Facts, LocalImage, Ownership, PackageState, PathState, Snapshot, StackSnapshot, UnitState,
};

/// Reads the answer of a probe.
pub(crate) fn decode_snapshot(answer: &Answer) -> Result<Snapshot, FrameError> {
    let engine = answer.first("engine")?;
    let records = EngineRecords::decode(engine)?;
    let mut stacks = stacks_of(answer, &records)?;
    for stack in records.volumes_alone() {
        stacks.entry(stack.name.clone()).or_insert(stack);
    }
    let items = answer.first("items")?;
    Ok(Snapshot {
        facts: decode_facts(answer.first("facts")?)?,
        engine: decode_engine(engine, items)?,
        packages: decode_packages(items)?,
        units: decode_units(items)?,
        paths: answer.all("path").map(decode_path).collect::<Result<_, _>>()?,
        listeners: decode_listeners(answer.first("listeners")?, &records)?,
        stacks,
        images: records.images,
    })
}

/// Reads every stack of an answer.
pub(crate) fn decode_stacks(answer: &Answer) -> Result<BTreeMap<String, StackSnapshot>, FrameError> {
    stacks_of(answer, &EngineRecords::decode(answer.first("engine")?)?)
}

fn stacks_of(answer: &Answer, engine: &EngineRecords) -> Result<BTreeMap<String, StackSnapshot>, FrameError> {
    answer
        .all("stack")
        .map(|record| {
            let stack = decode_stack(answer, record, engine)?;
            Ok((stack.name.clone(), stack))
        })
        .collect()
}

fn decode_facts(record: &Record) -> Result<Facts, FrameError> {
    Ok(Facts {
        os: record.text("os")?,
        os_version: record.text("version")?,
        os_name: record.text("name")?,
        architecture: record.text("architecture")?,
        kernel: record.text("kernel")?,
        cpus: record.parsed("cpus")?,
        memory: record.parsed("memory")?,
        disk: record.parsed("disk")?,
        disk_free: record.parsed("free")?,
        engine_disk_free: record.parsed("engine_free")?,
        machine_id: record.text("machine")?,
        boot_id: record.text("boot")?,
        root: record.flag("root")?,
        systemd: record.flag("systemd")?,
    })
}

fn decode_engine(record: &Record, items: &Record) -> Result<Engine, FrameError> {
    let state = match record.bytes("state")? {
        b"missing" => EngineState::Missing,
        b"running" => EngineState::Running,
        b"hung" => EngineState::Hung,
        b"dead" => EngineState::Dead(record.text("error")?),
        _ => return Err(record.unreadable("state")),
    };
    let packages = items.lines("engine")?;
    let package = packages.iter().find_map(|line| {
        let (name, status) = line.split_once(' ')?;
        status.starts_with("ii").then(|| name.to_owned())
    });
    let compose = record.text("compose")?;
    Ok(Engine {
        state,
        version: record.text("version")?.trim().to_owned(),
        compose: compose.trim().trim_start_matches('v').to_owned(),
        package: package.unwrap_or_default(),
    })
}

fn decode_packages(items: &Record) -> Result<BTreeMap<String, PackageState>, FrameError> {
    let mut packages: BTreeMap<String, PackageState> = BTreeMap::new();
    for line in items.lines("packages")? {
        // `curl ii  7.88.1-10`: the status has two letters and perhaps an error flag.
        let mut words = line.split_whitespace();
        if let (Some(name), Some(status)) = (words.next(), words.next()) {
            let installed = words
                .next_back()
                .filter(|_| status.starts_with("ii") || status.starts_with("hi"));
            packages.entry(name.to_owned()).or_default().installed = installed.map(str::to_owned);
        }
    }
    let mut current = None;
    for line in items.lines("candidates")? {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            current = Some(name.to_owned());
        } else if let (Some(name), Some(version)) = (&current, line.trim().strip_prefix("Candidate: "))
            && version != "(none)"
        {
            packages.entry(name.clone()).or_default().candidate = Some(version.to_owned());
        }
    }
    Ok(packages)
}

fn decode_units(items: &Record) -> Result<BTreeMap<String, UnitState>, FrameError> {
    let mut units = BTreeMap::new();
    for block in items.text("units")?.split("\n\n") {
        let value = |name: &str| {
            let found = block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            found.unwrap_or_default().to_owned()
        };
        let id = value("Id");
        if !id.is_empty() {
            let state = UnitState {
                load: value("LoadState"),
                active: value("ActiveState"),
                enabled: value("UnitFileState"),
            };
            units.insert(id, state);
        }
    }
    Ok(units)
}

fn decode_path(record: &Record) -> Result<(String, PathState), FrameError> {
    let ownership = || {
        let stat = record.text("stat")?;
        let mut words = stat.split(' ');
        let (Some(mode), Some(owner), Some(group)) = (words.next(), words.next(), words.next()) else {
            return Err(record.unreadable("stat"));
        };
        let mode = u32::from_str_radix(mode, 8).map_err(|_| record.unreadable("stat"))?;
        Ok(Ownership {
            mode,
            owner: owner.to_owned(),
            group: group.to_owned(),
        })
    };
    let state = match record.text("kind")?.as_str() {
        "absent" => PathState::Absent,
        "directory" => PathState::Directory(ownership()?),
        "file" => PathState::File {
            ownership: ownership()?,
            sha256: record.text("sha256")?,
        },
        other => PathState::Other(other.to_owned()),
    };
    Ok((record.text("path")?, state))
}

/// Reads the list of images that the engine has.
pub(super) fn decode_images(record: &Record) -> Result<Vec<LocalImage>, FrameError> {
    let given = |word: &str| (word != "<none>").then(|| word.to_owned());
    let image = |line: &String| {
        let mut words = line.split(' ');
        let (id, repository) = (words.next()?, words.next()?);
        Some(LocalImage {
            id: id.to_owned(),
            repository: full_repository(repository),
            tag: given(words.next()?),
            digest: given(words.next()?),
        })
    };
    record
        .lines("images")?
        .iter()
        .map(|line| image(line).ok_or_else(|| record.unreadable("images")))
        .collect()
}

/// A repository with its registry: the engine leaves `docker.io` and `library` out.
pub(crate) fn full_repository(familiar: &str) -> String {
    let (first, rest) = familiar.split_once('/').unwrap_or(("", familiar));
    let is_registry = first.contains(['.', ':']) || first == "localhost";
    if is_registry {
        match (first, rest.contains('/')) {
            ("docker.io", false) => format!("docker.io/library/{rest}"),
            _ => familiar.to_owned(),
        }
    } else if first.is_empty() {
        format!("docker.io/library/{familiar}")
    } else {
        format!("docker.io/{familiar}")
    }
}

/// Whether an image that is written like this is on the machine.
pub(crate) fn image_is_here(reference: &str, images: &[LocalImage]) -> bool {
    let (name, digest) = reference
        .split_once('@')
        .map_or((reference, None), |(name, digest)| (name, Some(digest)));
    // A colon before the last slash belongs to the registry's port.
    let (repository, tag) = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (name, None),
    };
    let repository = full_repository(repository);
    images.iter().any(|image| {
        image.repository == repository
            && match digest {
                Some(digest) => image.digest.as_deref() == Some(digest),
                None => image.tag.as_deref() == Some(tag.unwrap_or("latest")),
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_by_tag_and_by_digest() {
        let image = |repository: &str, tag: Option<&str>, digest: Option<&str>| LocalImage {
            id: "sha256:1".into(),
            repository: full_repository(repository),
            tag: tag.map(Into::into),
            digest: digest.map(Into::into),
        };
        let images = [
            image("traefik", Some("v3"), Some("sha256:ab")),
            image("r.test:5000/a", Some("latest"), None),
        ];
        for here in [
            "traefik:v3",
            "docker.io/library/traefik:v3",
            "traefik@sha256:ab",
            "traefik:v9@sha256:ab",
            "r.test:5000/a",
        ] {
            assert!(image_is_here(here, &images), "{here}");
        }
        for away in [
            "traefik",
            "traefik:v4",
            "traefik@sha256:cd",
            "r.test/a",
            "r.test:5000/a:2",
        ] {
            assert!(!image_is_here(away, &images), "{away}");
        }
    }

    #[test]
    fn repositories_get_the_registry_that_the_engine_leaves_out() {
        for (familiar, full) in [
            ("traefik", "docker.io/library/traefik"),
            ("prom/node-exporter", "docker.io/prom/node-exporter"),
            ("docker.io/traefik", "docker.io/library/traefik"),
            ("docker.io/library/traefik", "docker.io/library/traefik"),
            ("registry.test/library/traefik", "registry.test/library/traefik"),
            ("localhost:5000/a", "localhost:5000/a"),
            ("127.0.0.1:5000/a/b/c", "127.0.0.1:5000/a/b/c"),
        ] {
            assert_eq!(full_repository(familiar), full);
        }
    }
}
