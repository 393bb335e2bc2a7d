use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Patterns of what differs from run to run, with what stands for them, in the order in which they are applied.
const PATTERNS: &[(&str, &str)] = &[
    // Both tools say the same under two names.
    (r"\bOpenTofu\b", "Terraform"),
    (
        r"\btofu (apply|destroy|force-unlock|import|init|plan|refresh|state|untaint|validate)\b",
        "terraform $1",
    ),
    (r"registry\.opentofu\.org", "registry.terraform.io"),
    (
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?",
        "[time]",
    ),
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[uuid]",
    ),
    (r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:[fingerprint]"),
    (r"ssh-ed25519 [A-Za-z0-9+/]{68}", "ssh-ed25519 [key]"),
    (r"sha256:[0-9a-f]{64}", "sha256:[hash]"),
    (r"\b[0-9a-f]{12,64}\b", "[hash]"),
    (r"\b(127\.0\.0\.1|\[::1\]|localhost):\d{2,5}\b", "$1:[port]"),
    (
        r"\b(after|in|within) (\d+h)?(\d+m)?\d+(\.\d+)? ?(s|ms)\b",
        "$1 [duration]",
    ),
    (r"\[(\d+m)?\d+s elapsed\]", "[duration elapsed]"),
    (r"\(process \d+", "(process [id]"),
    (r"(?m)[ \t]+$", ""),
];

static COMPILED: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    PATTERNS
        .iter()
        .map(|(pattern, label)| match Regex::new(pattern) {
            Ok(compiled) => (compiled, *label),
            Err(error) => panic!("{error}"),
        })
        .collect()
});

/// Hides in a text what differs from run to run, so that a snapshot of it is the same everywhere.
///
/// The names of the two tools and their registries are made one, since a message that both print belongs into one
/// snapshot.
#[derive(Debug, Clone, Default)]
pub struct Redactions {
    values: Vec<(String, String)>,
}

impl Redactions {
    /// Hides `value` as `[label]` from now on. Of two values the longer is hidden first, so that a path is not cut up
    /// by its own beginning.
    pub fn hide(&mut self, value: impl Into<String>, label: &str) {
        let value = value.into();
        if value.is_empty() {
            return;
        }
        self.values.push((value, format!("[{label}]")));
        self.values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    }

    pub fn apply(&self, text: &str) -> String {
        let hidden = self
            .values
            .iter()
            .fold(text.to_owned(), |text, (value, label)| text.replace(value, label));
        COMPILED.iter().fold(hidden, |text, (pattern, label)| {
            pattern.replace_all(&text, *label).into_owned()
        })
    }

    /// Hides in every string and key of a JSON value.
    pub fn apply_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.apply(text)),
            Value::Array(items) => items.iter().map(|item| self.apply_json(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, member)| (self.apply(key), self.apply_json(member)))
                .collect(),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_hidden() {
        let mut redactions = Redactions::default();
        redactions.hide("/tmp/case", "case");
        redactions.hide("/tmp/case/work", "work");
        redactions.hide("172.31.50.101", "address");
        let text = "OpenTofu read /tmp/case/work/main.tf of /tmp/case at 172.31.50.101:22, 127.0.0.1:40123\n\
            release 0123456789ab of 2026-11-22T10:00:00Z failed after 1m12s   \n\
            run `tofu apply`";
        assert_eq!(
            redactions.apply(text),
            "Terraform read [work]/main.tf of [case] at [address]:22, 127.0.0.1:[port]\n\
            release [hash] of [time] failed after [duration]\n\
            run `terraform apply`"
        );
    }

    #[test]
    fn numbers_of_a_configuration_stay() {
        let text = "average = 100, 8 GiB, port 443, retried 3 times in 2 places, 1048576 bytes";
        assert_eq!(Redactions::default().apply(text), text);
    }
}
