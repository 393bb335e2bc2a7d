use std::{
    collections::BTreeSet,
    fs, io,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};

/// A secret found where none may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Name of the secret, not its value: this is printed.
    pub secret: String,
    /// The file, below the case's folder; a member of a plan file stands behind `!`.
    pub place: String,
}

/// The first bytes of a zip archive, which a plan file is.
const ZIP: &[u8] = b"PK\x03\x04";

/// Searches every file below `folder`, but not those in `inputs`, nor behind symbolic links. Plan files are unpacked.
/// A secret is found as it is, as JSON writes it, and in base64 at any of its three alignments.
///
/// # Errors
/// Those of reading the files, and of unpacking a plan file.
pub(crate) fn search(
    folder: &Path,
    inputs: &BTreeSet<PathBuf>,
    secrets: &[(&str, &str)],
) -> io::Result<BTreeSet<Leak>> {
    let forms: Vec<(&str, Vec<Vec<u8>>)> = secrets.iter().map(|(name, value)| (*name, forms(value))).collect();
    let mut leaks = BTreeSet::new();
    let mut look = |place: &str, content: &[u8]| {
        for (name, forms) in &forms {
            if forms.iter().any(|form| contains(content, form)) {
                leaks.insert(Leak {
                    secret: (*name).to_owned(),
                    place: place.to_owned(),
                });
            }
        }
    };
    for file in files(folder)? {
        if inputs.contains(&file) {
            continue;
        }
        let place = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        let content = fs::read(&file)?;
        look(&place, &content);
        if content.starts_with(ZIP) {
            for (member, content) in unpacked(content)? {
                look(&format!("{place}!{member}"), &content);
            }
        }
    }
    Ok(leaks)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// The members of a plan file. The copy of the configuration in it is left out: what a test wrote there is no leak.
fn unpacked(archive: Vec<u8>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).map_err(io::Error::other)?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(io::Error::other)?;
        let name = member.name().map_err(io::Error::other)?.into_owned();
        if !name.starts_with("tfconfig/") {
            let mut content = Vec::new();
            member.read_to_end(&mut content)?;
            members.push((name, content));
        }
    }
    Ok(members)
}

fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    let json = serde_json::Value::from(secret).to_string();
    forms.push(json.trim_matches('"').as_bytes().to_vec());
    for offset in 0..3 {
        let mut shifted = vec![0; offset];
        shifted.extend_from_slice(secret.as_bytes());
        let whole = shifted.len() / 3 * 3;
        let encoded = STANDARD.encode(&shifted[..whole]);
        // The first group depends on what stands before the secret.
        let start = if offset == 0 { 0 } else { 4 };
        if let Some(kept) = encoded.get(start..).filter(|kept| kept.len() >= 8) {
            forms.push(kept.as_bytes().to_vec());
        }
    }
    forms
}

fn contains(content: &[u8], form: &[u8]) -> bool {
    let Some((first, rest)) = form.split_first() else {
        return false;
    };
    let mut content = content;
    while let Some(at) = content.iter().position(|byte| byte == first) {
        content = &content[at + 1..];
        if content.starts_with(rest) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    const SECRET: &str = "canary-\"5d1f\"\nq";

    fn found_in(write: impl Fn(&Path)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let inputs = BTreeSet::from([folder.path().join("main.tf")]);
        let leaks = search(folder.path(), &inputs, &[("other", "absent"), ("token", SECRET)]).unwrap();
        leaks
            .into_iter()
            .map(|leak| {
                assert_eq!(leak.secret, "token");
                leak.place
            })
            .collect()
    }

    #[test]
    fn a_secret_is_found_in_every_form() {
        let contents = [
            format!("x{SECRET}x"),
            serde_json::json!({ "token": SECRET }).to_string(),
            STANDARD.encode(format!("{SECRET}!!")),
            STANDARD.encode(format!("1{SECRET}!!")),
            STANDARD.encode(format!("12{SECRET}")),
        ];
        for content in contents {
            let found = found_in(|folder| fs::write(folder.join("state"), &content).unwrap());
            assert_eq!(found, ["state"], "in {content}");
        }
    }

    #[test]
    fn a_plan_file_is_unpacked_without_its_configuration() {
        let found = found_in(|folder| {
            let mut archive = ZipWriter::new(fs::File::create(folder.join("plan")).unwrap());
            for member in ["tfplan", "tfconfig/main.tf"] {
                archive.start_file(member, SimpleFileOptions::default()).unwrap();
                archive.write_all(SECRET.repeat(9).as_bytes()).unwrap();
            }
            archive.finish().unwrap();
        });
        assert_eq!(found, ["plan!tfplan"]);
    }

    #[test]
    fn inputs_are_not_searched() {
        let found = found_in(|folder| fs::write(folder.join("main.tf"), SECRET).unwrap());
        assert_eq!(found, Vec::<String>::new());
    }
}
