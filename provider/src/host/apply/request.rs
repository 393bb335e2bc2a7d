//! What a release looks like on its way to the host: the request, and the tar stream behind it.

use std::io;

use super::options::{ApplyOptions, Origin, TransactionId};
use crate::host::desired::engine::{OLDEST_COMPOSE, OLDEST_ENGINE};
use crate::host::desired::layout::{relative_files, sha256};
use crate::host::desired::{ConfigFile, Release};
use crate::host::engine_error::EngineError;
use crate::host::frames::Request;
use crate::host::run::Input;

/// Mode of the compose file: it holds nothing secret.
const COMPOSE_MODE: u32 = 0o644;

/// The lines that every transaction begins with.
pub(super) fn common(stack: &str, id: &TransactionId, origin: &Origin, seconds: u64, root: &str) -> Request {
    let mut request = Request::new();
    if !root.is_empty() {
        request.line("root", [root]);
    }
    request.line("stack", [stack]);
    request.line("transaction", [id.as_str()]);
    request.line("who", [one_line(&origin.who)]);
    request.line("time", [seconds.to_string()]);
    request
}

/// Everything the script of an apply reads.
pub(super) fn encode(release: &Release, options: &ApplyOptions, id: &TransactionId) -> Result<Input, EngineError> {
    let mut request = common(
        &release.stack,
        id,
        &options.origin,
        options.time.as_secs(),
        &options.root,
    );
    let hash = release.hash();
    request.line("release", [&hash]);
    request.line("disk", [options.disk.to_string()]);
    request.line("keep", [options.keep.max(2).to_string()]);
    request.line("certificate_seconds", [options.certificate_wait.as_secs().to_string()]);
    // The host puts both into its stack.json as they are: so they travel as JSON strings.
    let json = |text: &str| serde_json::Value::from(text).to_string();
    request.line("installed", [json(&options.origin.who), json(&options.origin.provider)]);
    let (major, minor) = OLDEST_COMPOSE;
    request.line(
        "minimum",
        [OLDEST_ENGINE.to_string(), major.to_string(), minor.to_string()],
    );
    if let Some(step) = &options.stop_after {
        request.line("stop_after", [step]);
    }
    for service in &release.services {
        let checked = if service.has_health_check { "yes" } else { "no" };
        request.line("service", [service.name.as_str(), &service.image, checked]);
    }
    for secret in &release.secrets {
        let [length, owner, group] = [
            secret.length.to_string(),
            secret.owner.to_string(),
            secret.group.to_string(),
        ];
        let mode = format!("{:o}", secret.mode);
        request.line(
            "secret",
            [&secret.service, &secret.name, &length, &mode, &owner, &group],
        );
    }
    for port in &release.ports {
        request.line(
            "port",
            [
                &port.address,
                &port.port.to_string(),
                port.protocol.name(),
                port.service.as_str(),
            ],
        );
    }
    for step in &release.steps {
        let mut fields = vec![step.service.clone(), step.name.clone(), step.secrets.join(",")];
        fields.extend(step.command.iter().cloned());
        request.line("step", fields);
    }
    for reload in &release.reloads {
        let (port, path, name) = match &reload.metric {
            Some(metric) => (metric.port, metric.path.as_str(), metric.name.as_str()),
            None => (0, "", ""),
        };
        let [seconds, port] = [reload.settle_seconds.to_string(), port.to_string()];
        request.line("reload", [reload.service.as_str(), &seconds, &port, path, name]);
    }
    for certificate in &release.certificates {
        request.line("certificate", [&certificate.name, &certificate.port.to_string()]);
    }
    let mut input = request.finish()?;
    archive(release, &hash, &mut input).map_err(EngineError::Archive)?;
    Ok(Input::from(input))
}

/// A text that people read, without what would break its line.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

/// The tar stream: the release, the file sets, the scripts of steps, and last the sums of all of them.
fn archive(release: &Release, hash: &str, input: &mut Vec<u8>) -> Result<(), String> {
    let mut members: Vec<(String, u32, &[u8])> = Vec::new();
    let mut manifest = Vec::new();
    let mut listed = |sum: &str, mode: u32, path: &str| {
        manifest.push(format!("{sum} {mode:o} {path}\n"));
    };
    listed(
        &sha256(release.compose.as_bytes()),
        COMPOSE_MODE,
        &format!("releases/{hash}/compose.yaml"),
    );
    members.push((
        "release/compose.yaml".to_owned(),
        COMPOSE_MODE,
        release.compose.as_bytes(),
    ));
    for file in sorted(&release.files) {
        let path = format!(
            "{}/{}",
            relative_files(&file.service, &release.file_set(&file.service)),
            file.path
        );
        listed(&sha256(&file.content), file.mode, &path);
        members.push((path, file.mode, &file.content));
    }
    for file in sorted(&release.live) {
        let path = format!("live/{}/{}", file.service, file.path);
        listed(&sha256(&file.content), file.mode, &path);
        members.push((format!("release/{path}"), file.mode, &file.content));
    }
    for step in &release.steps {
        members.push((
            format!("steps/{}/{}", step.service, step.name),
            0o600,
            step.script.as_bytes(),
        ));
    }
    let manifest = manifest.concat();
    members.push(("release/manifest".to_owned(), 0o644, manifest.as_bytes()));
    let sums: Vec<String> = members
        .iter()
        .map(|(path, _, content)| format!("{}  {path}\n", sha256(content)))
        .collect();
    let sums = sums.concat();
    members.push(("SHA256SUMS".to_owned(), 0o600, sums.as_bytes()));
    write_tar(&members, input).map_err(|error| error.to_string())
}

fn sorted(files: &[ConfigFile]) -> Vec<&ConfigFile> {
    let mut files: Vec<&ConfigFile> = files.iter().collect();
    files.sort_by(|one, other| (&one.service, &one.path).cmp(&(&other.service, &other.path)));
    files
}

/// Writes a ustar stream: plain files of root, with the folders above them.
pub(super) fn write_tar(members: &[(String, u32, &[u8])], output: &mut Vec<u8>) -> io::Result<()> {
    let mut builder = tar::Builder::new(output);
    let mut folders = std::collections::BTreeSet::new();
    for (path, _, _) in members {
        for (at, _) in path.match_indices('/') {
            folders.insert(&path[..at]);
        }
    }
    for folder in folders {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        builder.append_data(&mut header, folder, io::empty())?;
    }
    for (path, mode, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_mode(*mode);
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, *content)?;
    }
    builder.finish()
}
