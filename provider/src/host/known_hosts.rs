//! Which host keys are trusted: the one in the `host` object, or those of known hosts files (their format: sshd(8)).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

use super::key::PublicKey;

/// Why a machine's host key was not accepted, with what a person needs in order to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKeyProblem {
    /// What is wrong.
    pub verdict: Distrust,
    /// The key that the machine showed.
    pub seen: PublicKey,
    /// Address of the machine.
    pub address: String,
    /// Its port.
    pub port: u16,
}

/// What is wrong with a host key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distrust {
    /// No trusted key is known for the machine. `searched`: the files that were read.
    Unknown { searched: Vec<String> },
    /// Another key is known: fingerprint and where it stands.
    Changed { expected: Vec<(PublicKey, String)> },
    /// The key is marked as revoked there.
    Revoked { place: String },
}

impl fmt::Display for HostKeyProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            verdict,
            seen,
            address,
            port,
        } = self;
        match verdict {
            Distrust::Unknown { searched } if searched.is_empty() => {
                writeln!(
                    formatter,
                    "the host key is unknown, and there is no known_hosts file to look in."
                )?;
            }
            Distrust::Unknown { searched } => {
                writeln!(
                    formatter,
                    "the host key is unknown: it is not in {}.",
                    searched.join(", ")
                )?;
            }
            Distrust::Changed { .. } => writeln!(
                formatter,
                "THE HOST KEY HAS CHANGED. Either the machine was replaced, or someone is in between. Nothing was sent to it."
            )?,
            Distrust::Revoked { place } => {
                writeln!(
                    formatter,
                    "the host key is marked as revoked ({place}). It is never accepted."
                )?;
            }
        }
        writeln!(formatter, "  key seen:  {} {}", seen.kind, seen.fingerprint())?;
        if let Distrust::Changed { expected } = verdict {
            for (key, place) in expected {
                writeln!(formatter, "  expected:  {} {} ({place})", key.kind, key.fingerprint())?;
            }
        }
        match verdict {
            Distrust::Revoked { .. } => write!(formatter, "The machine needs a new host key."),
            Distrust::Unknown { .. } => write!(
                formatter,
                "If this is the right key (compare the fingerprint with the machine's console), pin it in the host object:\n  \
                 host_key = \"{}\"\nor add it to known_hosts after the same check: ssh-keyscan -p {port} {address}",
                seen.line()
            ),
            Distrust::Changed { .. } => write!(
                formatter,
                "If the machine was replaced and this is its key (compare the fingerprint with the machine's console), put it in \
                 the place of the old one:\n  host_key = \"{}\"\nor, in known_hosts: ssh-keygen -R \"{}\", then ssh-keyscan -p {port} {address}",
                seen.line(),
                file_name(address, *port)
            ),
        }
    }
}

/// The keys that may be trusted for machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownHosts {
    entries: Vec<Entry>,
    sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    names: Names,
    key: PublicKey,
    revoked: bool,
    place: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Names {
    /// The key of the `host` object: it is for the machine that is asked about, whatever its name.
    Pinned,
    Patterns(Vec<String>),
    Hashed {
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
}

impl KnownHosts {
    /// Trusts this one key alone.
    pub fn pinned(key: PublicKey) -> Self {
        let entry = Entry {
            names: Names::Pinned,
            key,
            revoked: false,
            place: "host_key".to_owned(),
        };
        Self {
            entries: vec![entry],
            sources: Vec::new(),
        }
    }

    /// Adds the lines of a `known_hosts` file; `source` is its name in messages. Lines that mean nothing are skipped, as
    /// OpenSSH does, and so are host certificates' authorities, which libssh2 cannot use.
    pub fn add(&mut self, text: &str, source: &str) {
        self.sources.push(source.to_owned());
        let entries = text
            .lines()
            .enumerate()
            .filter_map(|(number, line)| entry(line, format!("{source}:{}", number + 1)));
        self.entries.extend(entries);
    }

    /// The types of the keys that are known for a machine, without repetition, in the order of the files. A server with
    /// several keys is asked for one of these first, since it shows only one.
    pub fn kinds(&self, address: &str, port: u16) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for entry in self.of(address, port).filter(|entry| !entry.revoked) {
            if !kinds.contains(&entry.key.kind.as_str()) {
                kinds.push(&entry.key.kind);
            }
        }
        kinds
    }

    /// Whether `seen` is trusted for the machine. A key that is marked as revoked is not, whatever else is said.
    pub fn check(&self, address: &str, port: u16, seen: &PublicKey) -> Result<(), Box<HostKeyProblem>> {
        let problem = |verdict| {
            Box::new(HostKeyProblem {
                verdict,
                seen: seen.clone(),
                address: address.to_owned(),
                port,
            })
        };
        if let Some(entry) = self.of(address, port).find(|entry| entry.revoked && entry.key == *seen) {
            return Err(problem(Distrust::Revoked {
                place: entry.place.clone(),
            }));
        }
        let expected: Vec<&Entry> = self.of(address, port).filter(|entry| !entry.revoked).collect();
        if expected.iter().any(|entry| entry.key == *seen) {
            return Ok(());
        }
        if expected.is_empty() {
            return Err(problem(Distrust::Unknown {
                searched: self.sources.clone(),
            }));
        }
        let expected = expected
            .into_iter()
            .map(|entry| (entry.key.clone(), entry.place.clone()))
            .collect();
        Err(problem(Distrust::Changed { expected }))
    }

    fn of(&self, address: &str, port: u16) -> impl Iterator<Item = &Entry> {
        let name = file_name(&address.to_lowercase(), port);
        self.entries.iter().filter(move |entry| entry.names.cover(&name))
    }
}

impl Names {
    fn cover(&self, name: &str) -> bool {
        match self {
            Self::Pinned => true,
            Self::Patterns(patterns) => {
                let matches = |pattern: &str| wildcard(pattern.to_lowercase().as_bytes(), name.as_bytes());
                let refused = patterns
                    .iter()
                    .filter_map(|pattern| pattern.strip_prefix('!'))
                    .any(matches);
                !refused
                    && patterns
                        .iter()
                        .filter(|pattern| !pattern.starts_with('!'))
                        .any(|pattern| matches(pattern))
            }
            Self::Hashed { salt, hash } => Hmac::<Sha1>::new_from_slice(salt)
                .is_ok_and(|hmac| hmac.chain_update(name.as_bytes()).verify_slice(hash).is_ok()),
        }
    }
}

/// The name of a machine in `known_hosts`: the port stands in it unless it is 22.
fn file_name(address: &str, port: u16) -> String {
    if port == 22 {
        address.to_owned()
    } else {
        format!("[{address}]:{port}")
    }
}

fn entry(line: &str, place: String) -> Option<Entry> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (revoked, line) = match line.strip_prefix('@') {
        None => (false, line),
        Some(marked) => (true, marked.strip_prefix("revoked")?.trim_start()),
    };
    let (names, key) = line.split_once(char::is_whitespace)?;
    let names = match names.strip_prefix("|1|") {
        None => Names::Patterns(names.split(',').map(str::to_owned).collect()),
        Some(hashed) => {
            let (salt, hash) = hashed.split_once('|')?;
            Names::Hashed {
                salt: STANDARD.decode(salt).ok()?,
                hash: STANDARD.decode(hash).ok()?,
            }
        }
    };
    Some(Entry {
        names,
        key: PublicKey::from_line(key)?,
        revoked,
        place,
    })
}

/// Whether `name` fits `pattern`, in which `*` stands for any text and `?` for one character.
fn wildcard(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut pos) = (0, 0);
    let mut retry = None;
    while pos < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at, pos));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[pos] => {
                at += 1;
                pos += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                at = star + 1;
                pos = from + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEhlbGxvIHRoaXMgaXMgbm90IGEgcmVhbCBrZXkh";

    fn key(line: &str) -> PublicKey {
        PublicKey::from_line(line).unwrap()
    }

    fn known(text: &str) -> KnownHosts {
        let mut known = KnownHosts::default();
        known.add(text, "known_hosts");
        known
    }

    #[test]
    fn names_ports_patterns_and_negations_are_understood() {
        let yes = |names: &str, address: &str, port: u16| {
            known(&format!("{names} {ED25519} comment"))
                .check(address, port, &key(ED25519))
                .is_ok()
        };
        assert!(yes("example.com", "example.com", 22));
        assert!(yes("Example.com", "EXAMPLE.com", 22));
        assert!(!yes("example.com", "example.com", 2222));
        assert!(yes("other,[example.com]:2222", "example.com", 2222));
        assert!(yes("*.example.com", "a.b.example.com", 22));
        assert!(!yes("*.example.com,!secret.example.com", "secret.example.com", 22));
        assert!(yes("10.0.?.1", "10.0.7.1", 22));
        assert!(!yes("10.0.?.1", "10.0.77.1", 22));
        assert!(yes("2001:db8::1", "2001:db8::1", 22));
    }

    #[test]
    fn hashed_names_are_understood() {
        // Made with `ssh-keygen -H` from a line for 192.0.2.1.
        let salt = STANDARD.encode(b"12345678901234567890");
        let hash = Hmac::<Sha1>::new_from_slice(b"12345678901234567890")
            .unwrap()
            .chain_update(b"[192.0.2.1]:2222")
            .finalize();
        let line = format!("|1|{salt}|{} {ED25519}", STANDARD.encode(hash.into_bytes()));
        assert!(known(&line).check("192.0.2.1", 2222, &key(ED25519)).is_ok());
        assert!(known(&line).check("192.0.2.1", 22, &key(ED25519)).is_err());
    }

    #[test]
    fn a_revoked_key_is_refused_even_if_it_is_also_trusted() {
        let text = format!("host {ED25519}\n@revoked * {ED25519}");
        let problem = known(&text).check("host", 22, &key(ED25519)).unwrap_err();
        assert_eq!(
            problem.verdict,
            Distrust::Revoked {
                place: "known_hosts:2".to_owned()
            }
        );
    }

    #[test]
    fn the_texts_say_what_was_seen_and_what_to_do() {
        let unknown = known("# nothing").check("203.0.113.7", 22, &key(ED25519)).unwrap_err();
        let changed = known(&format!("[203.0.113.7]:2222 {OTHER}"))
            .check("203.0.113.7", 2222, &key(ED25519))
            .unwrap_err();
        let pinned = KnownHosts::pinned(key(OTHER))
            .check("203.0.113.7", 22, &key(ED25519))
            .unwrap_err();
        let revoked = known(&format!("@revoked * {ED25519}"))
            .check("host", 22, &key(ED25519))
            .unwrap_err();
        insta::assert_snapshot!(format!("{unknown}\n---\n{changed}\n---\n{pinned}\n---\n{revoked}"));
    }

    #[test]
    fn certificate_authorities_and_broken_lines_are_skipped() {
        let text = format!(
            "@cert-authority * {ED25519}\nhost\nhost ssh-rsa {}\n|1|x {ED25519}",
            &ED25519[12..]
        );
        let problem = known(&text).check("host", 22, &key(ED25519)).unwrap_err();
        assert!(matches!(problem.verdict, Distrust::Unknown { .. }));
    }
}
