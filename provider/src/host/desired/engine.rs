//! Which container engine a machine gets: the policy, pure.

use crate::host::snapshot::{Engine, EngineState, Facts};

/// What to do about the container engine of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnginePlan {
    /// What is there is good enough and stays.
    Keep {
        /// What it is, for people.
        reason: String,
    },
    /// What is there is installed but does not run: start it, then look again.
    Start {
        /// What was seen.
        reason: String,
    },
    /// Install these packages of the distribution, without what they only recommend.
    Install {
        /// Names for `apt-get install --no-install-recommends`.
        packages: Vec<&'static str>,
        /// Why, for people.
        reason: String,
    },
    /// Nothing that we would do helps.
    Refuse {
        /// What is wrong, one sentence without its full stop.
        reason: String,
        /// What the user can do, one sentence.
        remedy: String,
    },
}

/// The oldest major version of the engine that is good enough: health checks use `start_interval`, which engines before 25
/// do not have, and which Compose refuses for them.
pub const OLDEST_ENGINE: u32 = 25;
/// The oldest version of Compose that is good enough.
pub const OLDEST_COMPOSE: (u32, u32) = (2, 20);

/// The systemd unit of every engine that we know.
pub const ENGINE_UNIT: &str = "docker.service";

/// A distribution whose own packages hold an engine and a Compose that are good enough, and their names.
struct Distribution {
    os: &'static str,
    version: &'static str,
    engine: &'static [&'static str],
    compose: &'static str,
}

/// Debian 13: engine 26.1.5, Compose 2.26.1. Ubuntu 24.04: engine 24 at first, 26 to 28 by its updates, Compose 2.24 and
/// later; there the client is part of `docker.io`, and `docker-compose` is the old version 1.
const DISTRIBUTIONS: [Distribution; 2] = [
    Distribution {
        os: "debian",
        version: "13",
        engine: &["docker.io", "docker-cli", "docker-compose", "curl"],
        compose: "docker-compose",
    },
    Distribution {
        os: "ubuntu",
        version: "24.04",
        engine: &["docker.io", "docker-compose-v2", "curl"],
        compose: "docker-compose-v2",
    },
];

/// Where the user is sent when the distribution's packages are no help.
const INSTALL_REMEDY: &str = "Install Docker Engine 25 or newer with its Compose plugin 2.20 or newer yourself (https://docs.docker.com/engine/install/), \
     or use Debian 13 or Ubuntu 24.04";

/// Decides from what was found. Never replaces an engine that somebody else has installed.
pub fn engine_plan(facts: &Facts, engine: &Engine) -> EnginePlan {
    if !facts.root {
        return refuse(
            "the machine was not read as root",
            "Log in as root or as a user that may use sudo",
        );
    }
    let distribution = DISTRIBUTIONS
        .iter()
        .find(|known| known.os == facts.os && known.version == facts.os_version);
    match &engine.state {
        EngineState::Running => plan_running(facts, engine, distribution),
        EngineState::Missing => plan_missing(facts, distribution),
        EngineState::Dead(_) | EngineState::Hung if !facts.systemd => refuse(
            "the container engine does not answer, and the machine has no systemd to start it with",
            "Start the engine, and see that it starts with the machine",
        ),
        EngineState::Dead(text) => EnginePlan::Start {
            reason: format!("the container engine does not run: {text}"),
        },
        EngineState::Hung => refuse(
            "the container engine does not answer",
            "Look at it with `systemctl status docker` and `journalctl -u docker`, and restart it",
        ),
    }
}

fn plan_running(facts: &Facts, engine: &Engine, distribution: Option<&Distribution>) -> EnginePlan {
    let Engine {
        version,
        compose,
        package,
        ..
    } = engine;
    if !version_at_least(version, (OLDEST_ENGINE, 0)) {
        return refuse(
            format!("the container engine {version} of the machine is older than {OLDEST_ENGINE}"),
            "Upgrade it, or remove it so that quickfra installs the distribution's",
        );
    }
    if version_at_least(compose, OLDEST_COMPOSE) {
        return EnginePlan::Keep {
            reason: format!("engine {version} with Compose {compose} is there"),
        };
    }
    let missing = if compose.is_empty() {
        format!("engine {version} is there, but no Compose plugin")
    } else {
        format!("engine {version} is there, but its Compose {compose} is older than 2.20")
    };
    // Only the distribution's own engine takes the distribution's plugin: mixing it with Docker's packages conflicts.
    match distribution {
        Some(known) if package == "docker.io" || package == "docker-cli" => EnginePlan::Install {
            packages: vec![known.compose],
            reason: missing,
        },
        _ if package.starts_with("docker-ce") => refuse(
            missing,
            "Install the package docker-compose-plugin from the same source as the engine",
        ),
        _ => refuse(format!("{missing}{}", no_compose(facts)), INSTALL_REMEDY),
    }
}

fn plan_missing(facts: &Facts, distribution: Option<&Distribution>) -> EnginePlan {
    match distribution {
        Some(_) if !facts.systemd => refuse(
            "the machine does not run systemd, which starts the container engine",
            "Use a machine with systemd",
        ),
        Some(known) => EnginePlan::Install {
            packages: known.engine.to_vec(),
            reason: "the machine has no container engine".to_owned(),
        },
        None => refuse(
            format!(
                "the machine has no container engine, and {} is not a system it is installed on{}",
                name(facts),
                no_compose(facts)
            ),
            INSTALL_REMEDY,
        ),
    }
}

/// Debian 12 deserves its own words: it has an engine, but no Compose 2.
fn no_compose(facts: &Facts) -> &'static str {
    if facts.os == "debian" && facts.os_version == "12" {
        " (Debian 12 has no Compose 2 among its packages)"
    } else {
        ""
    }
}

fn name(facts: &Facts) -> &str {
    if facts.os_name.is_empty() {
        "an unknown system"
    } else {
        &facts.os_name
    }
}

fn refuse(reason: impl Into<String>, remedy: impl Into<String>) -> EnginePlan {
    EnginePlan::Refuse {
        reason: reason.into(),
        remedy: remedy.into(),
    }
}

/// Whether a version such as `26.1.5+dfsg1` or `v2.26.1-4` is at least so high. What cannot be read is not.
pub fn version_at_least(version: &str, least: (u32, u32)) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split(|character: char| !character.is_ascii_digit());
    let Some(Ok(major)) = numbers.next().map(str::parse::<u32>) else {
        return false;
    };
    let minor = numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    (major, minor) >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(os: &str, version: &str) -> Facts {
        Facts {
            os: os.into(),
            os_version: version.into(),
            os_name: format!("{os} {version}"),
            root: true,
            systemd: true,
            ..Facts::default()
        }
    }

    fn engine(version: &str, compose: &str, package: &str) -> Engine {
        Engine {
            state: EngineState::Running,
            version: version.into(),
            compose: compose.into(),
            package: package.into(),
        }
    }

    #[test]
    fn a_bare_machine_gets_the_packages_of_its_distribution() {
        let EnginePlan::Install { packages, .. } = engine_plan(&facts("debian", "13"), &Engine::default()) else {
            panic!("not installed")
        };
        assert_eq!(packages, ["docker.io", "docker-cli", "docker-compose", "curl"]);
        let EnginePlan::Install { packages, .. } = engine_plan(&facts("ubuntu", "24.04"), &Engine::default()) else {
            panic!("not installed")
        };
        assert_eq!(packages, ["docker.io", "docker-compose-v2", "curl"]);
    }

    #[test]
    fn debian_12_is_refused_with_its_reason() {
        let EnginePlan::Refuse { reason, remedy } = engine_plan(&facts("debian", "12"), &Engine::default()) else {
            panic!("not refused")
        };
        assert!(reason.contains("no Compose 2"), "{reason}");
        assert!(remedy.contains("Debian 13"), "{remedy}");
        for (os, version) in [
            ("alpine", "3.21"),
            ("debian", ""),
            ("", ""),
            ("ubuntu", "22.04"),
            ("fedora", "42"),
        ] {
            assert!(
                matches!(
                    engine_plan(&facts(os, version), &Engine::default()),
                    EnginePlan::Refuse { .. }
                ),
                "{os}"
            );
        }
    }

    #[test]
    fn an_engine_that_is_good_enough_stays_whoever_made_it() {
        for (os, version) in [("debian", "12"), ("alpine", "3.21"), ("debian", "13")] {
            let plan = engine_plan(&facts(os, version), &engine("25.0.0", "2.20.0", "docker-ce"));
            assert!(matches!(plan, EnginePlan::Keep { .. }), "{plan:?}");
        }
    }

    #[test]
    fn a_missing_plugin_is_installed_only_beside_the_engine_it_belongs_to() {
        let trixie = facts("debian", "13");
        let EnginePlan::Install { packages, .. } = engine_plan(&trixie, &engine("26.1.5+dfsg1", "", "docker.io"))
        else {
            panic!("not installed")
        };
        assert_eq!(packages, ["docker-compose"]);
        for package in ["docker-ce", "docker-ce-cli", ""] {
            let plan = engine_plan(&trixie, &engine("27.0.1", "", package));
            assert!(matches!(plan, EnginePlan::Refuse { .. }), "{plan:?}");
        }
    }

    #[test]
    fn what_is_too_old_or_does_not_answer_is_told_apart() {
        let trixie = facts("debian", "13");
        // The first one that knows `start_interval` is 25.0.
        for old in ["20.10.24", "24.0.9"] {
            let EnginePlan::Refuse { reason, remedy } = engine_plan(&trixie, &engine(old, "2.30.0", "docker.io"))
            else {
                panic!("{old} is not refused")
            };
            assert_eq!(
                reason,
                format!("the container engine {old} of the machine is older than 25")
            );
            assert!(remedy.starts_with("Upgrade it"), "{remedy}");
        }
        let dead = Engine {
            state: EngineState::Dead("cannot connect".into()),
            ..Engine::default()
        };
        assert!(matches!(engine_plan(&trixie, &dead), EnginePlan::Start { .. }));
        let hung = Engine {
            state: EngineState::Hung,
            ..Engine::default()
        };
        assert!(matches!(engine_plan(&trixie, &hung), EnginePlan::Refuse { .. }));
        let mut nobody = trixie.clone();
        nobody.root = false;
        assert!(matches!(
            engine_plan(&nobody, &Engine::default()),
            EnginePlan::Refuse { .. }
        ));
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(version_at_least("2.20.0", (2, 20)));
        assert!(version_at_least("v2.26.1-4", (2, 20)));
        assert!(version_at_least("2.100", (2, 20)));
        assert!(version_at_least("26.1.5+dfsg1", (24, 0)));
        assert!(!version_at_least("2.9.9", (2, 20)));
        assert!(!version_at_least("", (2, 20)));
        assert!(!version_at_least("dev", (2, 20)));
    }
}
