//! `ssh_fingerprint`: how people compare SSH keys.

use tfplugin::Parameters;
use tfplugin::schema::FunctionError;
use tfplugin::server::Function;

use crate::host::key::PublicKey;

/// The SHA256 fingerprint of a public SSH key, as `ssh-keygen -l` and ssh itself print it.
///
/// It is of use wherever people compare keys: in an output beside a machine's address, or in a check that the key of a
/// `known_hosts` file is the pinned one.
#[derive(Parameters)]
pub struct Arguments {
    /// One public key: a line of a `.pub` file (`ssh-ed25519 AAAA... comment`), or a line of a `known_hosts` file or of
    /// what `ssh-keyscan` prints (`host ssh-ed25519 AAAA...`), markers and hashed names included. Empty lines and lines
    /// that begin with `#` are passed over.
    key: String,
}

/// The function `ssh_fingerprint`.
pub struct SshFingerprint;

impl Function for SshFingerprint {
    type Parameters = Arguments;
    type Output = String;
    const NAME: &'static str = "ssh_fingerprint";

    fn call(&self, arguments: Arguments) -> Result<String, FunctionError> {
        let refuse = |text: &str| Arguments::KEY.error(text);
        let key = public_key(&arguments.key).map_err(refuse)?;
        if key.is_certificate() {
            return Err(refuse(
                "This is a certificate, which ssh knows by the key inside it. Give the line of the key itself, from the \
                 .pub file without -cert in its name.",
            ));
        }
        if !key.is_whole() {
            return Err(refuse(
                "This public key is cut off or damaged: its base64 text does not hold what its type needs. Copy the \
                 whole line again.",
            ));
        }
        Ok(key.fingerprint())
    }
}

/// The one key of a text, or what is wrong with it. The text is never part of what is said: it may be a private key.
fn public_key(text: &str) -> Result<PublicKey, &'static str> {
    if text.contains("-----BEGIN ") {
        return Err(
            "This is no line with a public key, but a PEM text, perhaps a private key. Give its public half: the line of \
             the .pub file, or what ssh-keygen -y prints of a private key.",
        );
    }
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines
        .next()
        .ok_or("There is no key in this text. A line of a .pub or known_hosts file is needed here.")?;
    if lines.next().is_some() {
        return Err("There are several lines in this text. Give one of them, for example with split and one element.");
    }
    PublicKey::from_line(line)
        .or_else(|| PublicKey::from_line(behind_names(line)?))
        .ok_or(
            "This is no public SSH key. A line of a .pub file (ssh-ed25519 AAAA...) or of a known_hosts file (host \
             ssh-ed25519 AAAA...) is needed here.",
        )
}

/// What stands behind the marker and the names of a `known_hosts` line (sshd(8)).
fn behind_names(line: &str) -> Option<&str> {
    let unmarked = match line.split_once(char::is_whitespace) {
        Some(("@cert-authority" | "@revoked", rest)) => rest.trim_start(),
        _ => line,
    };
    unmarked.split_once(char::is_whitespace).map(|(_names, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by ssh-keygen, which printed the fingerprints.
    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL2B8yDZ3RVzLKon7wzLt+K718Q5it92IWPRHH98dl7D me@example.com";
    const ED25519_PRINT: &str = "SHA256:iJQStPJnJV4MNRq9FTCX2Ex5vTYELg/oLpXyWr6g/6U";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFhyrvW8TZchsJTN5KDKXJ563H8v\
                         /SjSFQzOegQGWQFHenW9HE8n7mIgLLkHVgJ3l0j62wU+SQqX7Ekalr4/yHg=";

    fn call(key: &str) -> Result<String, FunctionError> {
        SshFingerprint.call(Arguments { key: key.to_owned() })
    }

    #[test]
    fn a_public_key_and_each_form_of_a_known_host_have_the_same_fingerprint() {
        let bare = ED25519.trim_end_matches(" me@example.com");
        for line in [
            ED25519.to_owned(),
            format!("{bare}\r\n"),
            format!("# a comment\n\n  {ED25519}\n"),
            format!("h.example,192.0.2.1 {ED25519}"),
            format!("[h.example]:2222\t{ED25519}"),
            format!("@cert-authority *.example {ED25519}"),
            format!("@revoked  h.example {bare}"),
            format!("|1|Fonz3QtbmGVfNAO7IyoqyJvIBRs=|ZmEtDC2yGgFvyaFUBwJD52XOXfM= {ED25519}"),
        ] {
            assert_eq!(call(&line).as_deref(), Ok(ED25519_PRINT), "{line}");
        }
        assert_eq!(
            call(ECDSA).as_deref(),
            Ok("SHA256:GQkGi3FjRS3mAo+TVjGdJfy9dEhh2O7IIPrmCOLI5zo")
        );
    }

    /// The text of the error, which is at the argument and does not show it.
    fn refused(key: &str) -> String {
        let error = call(key).unwrap_err();
        assert_eq!(error.argument, Some(Arguments::KEY));
        assert!(key.is_empty() || !error.text.contains(key), "{error}");
        error.text
    }

    #[test]
    fn what_is_no_public_key_is_told_with_the_way_on() {
        assert!(refused("").starts_with("There is no key"));
        assert!(refused("# canary\n").starts_with("There is no key"));
        assert!(refused("canary").starts_with("This is no public SSH key"));
        assert!(refused("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIL2B8yDZ3RVz").starts_with("This is no public SSH key"));
        assert!(refused(&format!("{ED25519}\n{ECDSA}")).starts_with("There are several lines"));
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----\n";
        assert!(refused(private).contains("perhaps a private key"));
    }

    #[test]
    fn a_key_that_is_cut_off_has_no_fingerprint() {
        let cut = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL2B8yDZ3RVzLKon";
        assert!(
            refused(cut).starts_with("This public key is cut off"),
            "{}",
            refused(cut)
        );
        let name_alone = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5";
        assert!(refused(name_alone).starts_with("This public key is cut off"));
    }

    #[test]
    fn a_certificate_is_told_apart() {
        let mut blob = Vec::new();
        let kind = "ssh-ed25519-cert-v01@openssh.com";
        blob.extend(u32::try_from(kind.len()).unwrap().to_be_bytes());
        blob.extend(kind.as_bytes());
        let line = PublicKey::from_blob(&blob).unwrap().line();
        assert!(refused(&line).starts_with("This is a certificate"));
    }
}
