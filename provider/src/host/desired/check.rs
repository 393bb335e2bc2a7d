//! What a release must not be: a mistake of the program that rendered it must not reach a host.

use std::collections::BTreeSet;

use thiserror::Error;

use super::release::{ConfigFile, OF_STACK, Release};

/// Why a release cannot be brought to a host. A mistake of the program that rendered it, not of the user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRelease {
    /// A name would not be safe as part of a path, a container or a volume.
    #[error("{kind} {name:?} is not a name of lower-case letters, digits and hyphens that starts with a letter")]
    Name {
        /// What is named.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A file path leaves its folder or has characters that are not allowed.
    #[error("the path {path:?} of service {service} is not a plain relative path")]
    Path {
        /// The service whose file it is.
        service: String,
        /// The path.
        path: String,
    },
    /// Something stands twice.
    #[error("{kind} {name:?} stands twice")]
    Twice {
        /// What stands twice.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Something refers to a service or secret that the release does not have.
    #[error("{kind} {name:?} is referred to, but the release does not have it")]
    Missing {
        /// What is missing.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Permission bits beyond `0o777`, or a file that its owner could not read.
    #[error("the mode {mode:o} of {name:?} is not allowed")]
    Mode {
        /// The file or secret.
        name: String,
        /// The mode.
        mode: u32,
    },
    /// A secret that is too short to be one, or too long for one line.
    #[error("the secret {name:?} has {length} characters: 16 to 256 are allowed")]
    SecretLength {
        /// The secret.
        name: String,
        /// The length.
        length: usize,
    },
    /// A text that travels as one value holds a NUL or a line break.
    #[error("{kind} {name:?} holds a control character")]
    Control {
        /// What holds it.
        kind: &'static str,
        /// The text.
        name: String,
    },
}

impl Release {
    /// Refuses what could not be brought to a host safely: names and paths that leave their place, duplicates, and
    /// references to nothing.
    pub fn check(&self) -> Result<(), InvalidRelease> {
        check_name("the stack", &self.stack)?;
        if self.stack.len() > 31 {
            return Err(InvalidRelease::Name {
                kind: "the stack",
                name: self.stack.clone(),
            });
        }
        let mut services = BTreeSet::new();
        for service in &self.services {
            check_name("the service", &service.name)?;
            check_plain("the image", &service.image)?;
            if !services.insert(service.name.as_str()) {
                return Err(InvalidRelease::Twice {
                    kind: "the service",
                    name: service.name.clone(),
                });
            }
        }
        let known = |name: &str| {
            if services.contains(name) {
                Ok(())
            } else {
                Err(InvalidRelease::Missing {
                    kind: "the service",
                    name: name.to_owned(),
                })
            }
        };
        for files in [&self.files, &self.live] {
            let mut seen = BTreeSet::new();
            for file in files {
                if file.service != OF_STACK {
                    known(&file.service)?;
                }
                check_file(file)?;
                if !seen.insert((file.service.as_str(), file.path.as_str())) {
                    return Err(InvalidRelease::Twice {
                        kind: "the file",
                        name: file.path.clone(),
                    });
                }
            }
            // A file cannot be the folder of another.
            for file in files {
                let above = file.path.match_indices('/').map(|(at, _)| &file.path[..at]);
                if let Some(folder) = above
                    .into_iter()
                    .find(|folder| seen.contains(&(file.service.as_str(), *folder)))
                {
                    return Err(InvalidRelease::Path {
                        service: file.service.clone(),
                        path: folder.to_owned(),
                    });
                }
            }
        }
        self.check_secrets_and_steps(&known)?;
        for reload in &self.reloads {
            known(&reload.service)?;
            if let Some(metric) = &reload.metric {
                check_plain("the metric", &metric.name)?;
                check_plain("the metrics path", &metric.path)?;
            }
        }
        for port in &self.ports {
            known(&port.service)?;
            check_plain("the address", &port.address)?;
        }
        for certificate in &self.certificates {
            check_plain("the certificate", &certificate.name)?;
        }
        Ok(())
    }

    fn check_secrets_and_steps(
        &self,
        known: &dyn Fn(&str) -> Result<(), InvalidRelease>,
    ) -> Result<(), InvalidRelease> {
        let mut secrets = BTreeSet::new();
        for secret in &self.secrets {
            known(&secret.service)?;
            check_name("the secret", &secret.name)?;
            check_mode(&secret.name, secret.mode)?;
            if !(16..=256).contains(&secret.length) {
                return Err(InvalidRelease::SecretLength {
                    name: secret.name.clone(),
                    length: secret.length,
                });
            }
            if !secrets.insert(secret.label()) {
                return Err(InvalidRelease::Twice {
                    kind: "the secret",
                    name: secret.name.clone(),
                });
            }
        }
        let mut steps = BTreeSet::new();
        for step in &self.steps {
            known(&step.service)?;
            check_name("the step", &step.name)?;
            for argument in &step.command {
                check_plain("the argument", argument)?;
            }
            for secret in &step.secrets {
                if !secrets.contains(&format!("{}/{secret}", step.service)) {
                    return Err(InvalidRelease::Missing {
                        kind: "the secret",
                        name: secret.clone(),
                    });
                }
            }
            if !steps.insert((step.service.as_str(), step.name.as_str())) {
                return Err(InvalidRelease::Twice {
                    kind: "the step",
                    name: step.name.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Refuses what is no name of a stack: `[a-z][a-z0-9-]{0,30}`.
pub fn check_stack_name(name: &str) -> Result<(), InvalidRelease> {
    if name.len() > 31 {
        return Err(InvalidRelease::Name {
            kind: "the stack",
            name: name.to_owned(),
        });
    }
    check_name("the stack", name)
}

/// Checks the name of a secret of a stack: `<service>/<name>`.
pub(crate) fn check_secret_label(label: &str) -> Result<(), InvalidRelease> {
    let (service, name) = label.split_once('/').unwrap_or((label, ""));
    check_name("the service", service)?;
    check_name("the secret", name)
}

fn check_name(kind: &'static str, name: &str) -> Result<(), InvalidRelease> {
    let letters = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if letters && name.len() <= 63 && name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(InvalidRelease::Name {
            kind,
            name: name.to_owned(),
        })
    }
}

fn check_plain(kind: &'static str, text: &str) -> Result<(), InvalidRelease> {
    if text.is_empty() || text.contains(|character: char| character.is_control()) {
        Err(InvalidRelease::Control {
            kind,
            name: text.to_owned(),
        })
    } else {
        Ok(())
    }
}

fn check_mode(name: &str, mode: u32) -> Result<(), InvalidRelease> {
    if mode & !0o777 == 0 && mode & 0o400 != 0 {
        Ok(())
    } else {
        Err(InvalidRelease::Mode {
            name: name.to_owned(),
            mode,
        })
    }
}

fn check_file(file: &ConfigFile) -> Result<(), InvalidRelease> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.@+-".contains(&byte);
    let plain = file.path.len() <= 200
        && file.path.split('/').all(|segment| {
            // A leading dot is kept for the engine's own temporary files, a leading hyphen would read as an option.
            !segment.is_empty() && !segment.starts_with(['.', '-']) && segment.bytes().all(allowed)
        });
    if !plain {
        return Err(InvalidRelease::Path {
            service: file.service.clone(),
            path: file.path.clone(),
        });
    }
    check_mode(&file.path, file.mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::desired::FirstRun;
    use crate::host::desired::release::tests::{file, release};

    #[test]
    fn a_plain_release_passes() {
        let mut release = release();
        release.files = vec![file("a/b.yaml"), file("c")];
        assert_eq!(release.check(), Ok(()));
    }

    #[test]
    fn paths_that_leave_their_folder_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            ".hidden",
            "-rf",
            "a b",
            "a\nb",
            "a'b",
            "é",
            ".",
        ] {
            let mut release = release();
            release.files = vec![file(path)];
            assert!(matches!(release.check(), Err(InvalidRelease::Path { .. })), "{path:?}");
        }
    }

    #[test]
    fn a_file_cannot_be_the_folder_of_another() {
        let mut release = release();
        release.files = vec![file("a/b"), file("a")];
        assert!(matches!(release.check(), Err(InvalidRelease::Path { path, .. }) if path == "a"));
        release.files = vec![file("a/b"), file("a.b"), file("ab")];
        assert_eq!(release.check(), Ok(()));
    }

    #[test]
    fn names_that_are_no_names_are_refused() {
        for name in ["", "A", "a_b", "1a", "-a", "a/b", "a b", "$(id)"] {
            let mut release = release();
            release.services[0].name = name.into();
            assert!(matches!(release.check(), Err(InvalidRelease::Name { .. })), "{name:?}");
        }
        let mut release = release();
        release.stack = "a".repeat(32);
        assert!(release.check().is_err());
    }

    #[test]
    fn references_to_nothing_and_duplicates_are_refused() {
        let mut release = release();
        release.files = vec![ConfigFile {
            service: "other".into(),
            ..file("a")
        }];
        assert!(matches!(release.check(), Err(InvalidRelease::Missing { .. })));
        release.files = vec![file("a"), file("a")];
        assert!(matches!(release.check(), Err(InvalidRelease::Twice { .. })));
        release.files.clear();
        release.steps = vec![FirstRun {
            service: "status".into(),
            name: "administrator".into(),
            command: vec!["sh".into()],
            script: String::new(),
            secrets: vec!["password".into()],
        }];
        assert!(matches!(release.check(), Err(InvalidRelease::Missing { .. })));
    }
}
