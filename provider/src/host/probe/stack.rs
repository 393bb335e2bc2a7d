//! From the records of an answer to a snapshot: the engine's lists and the stacks.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;

use super::decode::decode_images;
use super::listeners::plain_address;
use crate::host::desired::PortProtocol;
use crate::host::desired::layout::PROJECT_PREFIX;
use crate::host::frames::{Answer, FrameError, Record};
use crate::host::snapshot::{
    Container, FileFacts, FilePlace, Holder, Installed, LocalImage, ManagedFile, StackSnapshot, Unfinished,
};

/// A port that a container publishes.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) protocol: PortProtocol,
    pub(crate) container: String,
    pub(crate) project: Option<String>,
}

/// What the engine listed.
#[derive(Debug)]
pub(crate) struct EngineRecords {
    answered: bool,
    containers: Vec<(String, Container)>,
    volumes: Vec<(String, String)>,
    pub(crate) images: Vec<LocalImage>,
    pub(crate) published: Vec<Published>,
}

impl EngineRecords {
    /// Reads the record `engine`.
    pub(crate) fn decode(record: &Record) -> Result<Self, FrameError> {
        let containers = record
            .lines("containers")?
            .iter()
            .map(|line| decode_container(line).ok_or_else(|| record.unreadable("containers")))
            .collect::<Result<_, _>>()?;
        let volumes = record
            .lines("volumes")?
            .iter()
            .filter_map(|line| {
                line.split_once(' ')
                    .map(|(project, name)| (project.to_owned(), name.to_owned()))
            })
            .collect();
        let published = record
            .lines("ps")?
            .iter()
            .flat_map(|line| decode_published(line))
            .collect();
        // A machine without an engine has neither containers nor volumes: that is an answer.
        let answered = matches!(record.bytes("state")?, b"running" | b"missing");
        Ok(Self {
            answered,
            containers,
            volumes,
            images: decode_images(record)?,
            published,
        })
    }
}

impl EngineRecords {
    /// One stack for each project that has data volumes, with nothing but these: what is left where somebody has removed
    /// the stack's folder.
    pub(crate) fn volumes_alone(&self) -> impl Iterator<Item = StackSnapshot> {
        let projects: BTreeSet<&str> = self.volumes.iter().map(|(project, _)| project.as_str()).collect();
        projects.into_iter().filter_map(|project| {
            Some(StackSnapshot {
                name: project.strip_prefix(PROJECT_PREFIX)?.to_owned(),
                volumes: self.volumes_of(project),
                engine_answered: self.answered,
                ..StackSnapshot::default()
            })
        })
    }

    fn volumes_of(&self, project: &str) -> Vec<String> {
        let volumes = self.volumes.iter().filter(|(of, _)| of == project);
        volumes.map(|(_, volume)| volume.clone()).collect()
    }
}

fn decode_container(line: &str) -> Option<(String, Container)> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let project = value.get("project")?.as_str()?.to_owned();
    let mut container: Container = serde_json::from_value(value).ok()?;
    if let Some(name) = container.name.strip_prefix('/') {
        container.name = name.to_owned();
    }
    Some((project, container))
}

/// `<id> <project or -> <names> 0.0.0.0:80->80/tcp, [::]:8000-8001->8000-8001/tcp`
fn decode_published(line: &str) -> Vec<Published> {
    let mut words = line.split_whitespace();
    let (Some(_), Some(project), Some(container)) = (words.next(), words.next(), words.next()) else {
        return Vec::new();
    };
    let project = (project != "-").then(|| project.to_owned());
    let mut published = Vec::new();
    for word in words {
        let Some((host, inside)) = word.trim_end_matches(',').split_once("->") else {
            continue;
        };
        let Some((address, ports)) = host.rsplit_once(':') else {
            continue;
        };
        let protocol = if inside.ends_with("/udp") {
            PortProtocol::Udp
        } else {
            PortProtocol::Tcp
        };
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else {
            continue;
        };
        published.extend((first..=last).map(|port| Published {
            address: plain_address(address),
            port,
            protocol,
            container: container.to_owned(),
            project: project.clone(),
        }));
    }
    published
}

/// Reads one stack.
pub(crate) fn decode_stack(
    answer: &Answer,
    record: &Record,
    engine: &EngineRecords,
) -> Result<StackSnapshot, FrameError> {
    let name = record.text("name")?;
    let project = crate::host::desired::Layout::new(&name).project();
    let release = record.optional("release")?;
    let installed = match record.optional("json")? {
        // A stack.json that somebody broke says nothing; the release says what is in force.
        Some(json) => serde_json::from_str::<Installed>(&json).ok(),
        None => None,
    };
    let holder = record.optional("holder")?.map(|text| decode_holder(&text));
    let journal = record.optional("transaction")?;
    let unfinished = match (&journal, &holder) {
        (Some(text), None) => Some(decode_unfinished(text)),
        _ => None,
    };
    let mut contents = BTreeMap::new();
    for content in answer.all("content") {
        if content.text("stack")? == name {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(content.bytes("base64")?)
                .map_err(|_| content.unreadable("base64"))?;
            contents.insert(content.text("path")?, bytes);
        }
    }
    let manifest = record.text("manifest")?;
    if manifest == "unreadable" {
        return Err(record.unreadable("manifest"));
    }
    let mut files = Vec::new();
    for line in record.lines("files")? {
        let file = decode_file(&line, &mut contents).ok_or_else(|| record.unreadable("files"))?;
        files.push(file);
    }
    let expected = record.lines("expected")?;
    Ok(StackSnapshot {
        manifest_missing: release.is_some() && manifest == "absent",
        services: expected
            .iter()
            .filter_map(|line| line.split(' ').next())
            .map(str::to_owned)
            .collect(),
        containers: containers_of(engine, &project, &expected),
        volumes: engine.volumes_of(&project),
        engine_answered: engine.answered,
        secrets: record.lines("secrets")?,
        steps: record.lines("steps")?,
        name,
        release,
        installed,
        unfinished,
        holder,
        files,
    })
}

fn containers_of(engine: &EngineRecords, project: &str, expected: &[String]) -> Vec<Container> {
    let mut containers = Vec::new();
    for (_, container) in engine.containers.iter().filter(|(of, _)| of == project) {
        let mut container = container.clone();
        for line in expected {
            let mut words = line.split(' ');
            if words.next() == Some(container.service.as_str()) {
                container.expected_config_hash = words.next().map(str::to_owned);
                container.expected_image_id = words.next().map(str::to_owned);
            }
        }
        container.digest = engine
            .images
            .iter()
            .filter(|image| image.id == container.image_id)
            .find_map(|image| {
                image
                    .digest
                    .as_ref()
                    .map(|digest| format!("{}@{digest}", image.repository))
            });
        containers.push(container);
    }
    containers.sort_by(|one, other| (&one.service, &one.name).cmp(&(&other.service, &other.name)));
    containers
}

/// Reads the lines of a holder file.
pub(crate) fn decode_holder(text: &str) -> Holder {
    Holder {
        who: line_of(text, "who"),
        from: line_of(text, "from"),
        since: line_of(text, "since"),
        step: line_of(text, "step"),
        process: line_of(text, "process").parse().unwrap_or(0),
    }
}

fn decode_unfinished(text: &str) -> Unfinished {
    let hash = |name| Some(line_of(text, name)).filter(|hash| !hash.is_empty() && hash != "-");
    Unfinished {
        release: hash("release"),
        previous: hash("previous"),
        step: line_of(text, "step"),
    }
}

fn line_of(text: &str, name: &str) -> String {
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.unwrap_or_default().to_owned()
}

/// `<status> <sha256> <mode> <path> <found sha256> <found mode> <found uid> <found gid>`
fn decode_file(line: &str, contents: &mut BTreeMap<String, Vec<u8>>) -> Option<ManagedFile> {
    let words: Vec<&str> = line.split(' ').collect();
    let [status, sum, mode, path, found_sum, found_mode, owner, group] = words.as_slice() else {
        return None;
    };
    let expected = match *status {
        "extra" => None,
        _ => Some(FileFacts {
            sha256: (*sum).to_owned(),
            mode: u32::from_str_radix(mode, 8).ok()?,
            owner: (0, 0),
        }),
    };
    let found = match *status {
        "missing" => None,
        _ => Some(FileFacts {
            sha256: (*found_sum).to_owned(),
            mode: u32::from_str_radix(found_mode, 8).ok()?,
            owner: (owner.parse().ok()?, group.parse().ok()?),
        }),
    };
    let content = contents.remove(*path);
    let (place, path) = place_of(path)?;
    Some(ManagedFile {
        place,
        path,
        expected,
        found,
        content,
    })
}

fn place_of(path: &str) -> Option<(FilePlace, String)> {
    let (top, rest) = path.split_once('/')?;
    let (first, rest) = rest.split_once('/').unwrap_or(("", rest));
    match top {
        "releases" => Some((FilePlace::Compose, rest.to_owned())),
        "live" => Some((
            FilePlace::Live {
                service: first.to_owned(),
            },
            rest.to_owned(),
        )),
        "files" => {
            let (hash, rest) = rest.split_once('/')?;
            Some((
                FilePlace::Files {
                    service: first.to_owned(),
                    hash: hash.to_owned(),
                },
                rest.to_owned(),
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_ports_are_read_with_ranges_and_both_families() {
        let line = "abc quickfra_p quickfra_p-ingress-1 0.0.0.0:80->80/tcp, [::]:80->80/tcp, 127.0.0.1:8000-8001->9000-9001/udp, 9100/tcp";
        let ports: Vec<_> = decode_published(line)
            .into_iter()
            .map(|port| (port.address, port.port, port.protocol))
            .collect();
        let expected = [
            ("0.0.0.0".to_owned(), 80, PortProtocol::Tcp),
            ("::".to_owned(), 80, PortProtocol::Tcp),
            ("127.0.0.1".to_owned(), 8000, PortProtocol::Udp),
            ("127.0.0.1".to_owned(), 8001, PortProtocol::Udp),
        ];
        assert_eq!(ports, expected);
        assert!(decode_published("abc - name").is_empty());
    }

    #[test]
    fn places_are_told_by_their_path() {
        assert_eq!(
            place_of("releases/abc/compose.yaml"),
            Some((FilePlace::Compose, "compose.yaml".into()))
        );
        assert_eq!(
            place_of("live/ingress/a/b"),
            Some((
                FilePlace::Live {
                    service: "ingress".into()
                },
                "a/b".into()
            ))
        );
        let files = FilePlace::Files {
            service: "s".into(),
            hash: "h".into(),
        };
        assert_eq!(place_of("files/s/h/a/b"), Some((files, "a/b".into())));
        assert_eq!(place_of("other"), None);
    }
}
