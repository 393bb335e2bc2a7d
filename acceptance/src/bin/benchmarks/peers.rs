//! The same work by other means: one plain `ssh` exec, pyinfra and Ansible.
//!
//! They bring the very files that the provider has rendered to the very same places, and start the same project with
//! `docker compose up --wait`, which waits for health as the provider does.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use acceptance::{
    harness::workspace,
    testbed::{Cache, Recipe},
    tools::kept,
};

use crate::{
    Result,
    figures::{Row, Runs, Task},
    quickfra::STACK,
    scene::{Distance, Scene},
};

/// The releases on the Python package index.
const PYINFRA: &str = "pyinfra==3.10.0";
const ANSIBLE: &str = "ansible-core==2.19.14";

/// The parts of the provider's probe, in their order.
const PROBE: [&str; 4] = ["library.sh", "snapshot.sh", "facts.sh", "probe.sh"];
/// What it is asked: the usual.
const REQUEST: &str = "quickfra 1\nlimit 262144\nengine_seconds 8\nend 2\n";

/// What all peers start from.
struct Material {
    /// Folder with the stack's files below `opt/quickfra`.
    files: PathBuf,
    /// Folders and files with their modes, relative to the root.
    folders: Vec<(String, String)>,
    plain: Vec<(String, String)>,
    /// The file that changes, relative to the root.
    changing: String,
    /// Starts the project and waits for its health.
    up: String,
    /// Shows how each service is.
    check: String,
    /// Folder with the Python packages.
    python: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer {
    Ssh,
    Pyinfra,
    Ansible,
}

impl Peer {
    fn name(self) -> &'static str {
        match self {
            Self::Ssh => "one plain `ssh`",
            Self::Pyinfra => PYINFRA,
            Self::Ansible => ANSIBLE,
        }
    }
}

pub(crate) fn measure(scene: &mut Scene, runs: crate::Runs) -> Result<Vec<Row>> {
    let material = Material::gather(scene, runs.peers > 0)?;
    if runs.peers > 0 {
        // Ansible runs Python on the host.
        scene.on_host(
            "export DEBIAN_FRONTEND=noninteractive; apt-get --quiet update >&2 && \
             apt-get --quiet install --yes --no-install-recommends python3 >&2",
        )?;
    }
    let mut rows = Vec::new();
    for peer in [Peer::Ssh, Peer::Pyinfra, Peer::Ansible] {
        let runs = if peer == Peer::Ssh { runs.own } else { runs.peers };
        if runs == 0 {
            continue;
        }
        for task in Task::ALL {
            let mut sides = [Runs::default(), Runs::default()];
            for (side, distance) in sides.iter_mut().zip([Distance::Near, Distance::Far]) {
                scene.go(distance)?;
                for run in 0..runs {
                    prepare(scene, &material, task, run)?;
                    let (command, input) = material.command(scene, peer, task)?;
                    let timed = scene.timed(command, input.as_deref())?.expect(0)?;
                    println!("{}: {task:?} {distance:?}: {:.2} s", peer.name(), timed.seconds);
                    side.seconds.add(timed.seconds);
                    side.traffic = timed.traffic;
                }
            }
            let [near, far] = sides;
            rows.push(Row {
                task,
                tool: peer.name().to_owned(),
                near,
                far,
                execs: None,
                parts: Vec::new(),
            });
        }
    }
    Ok(rows)
}

/// Brings the host and the files to where the task begins. None of it is measured.
fn prepare(scene: &Scene, material: &Material, task: Task, run: usize) -> Result<()> {
    let local = material.files.join(&material.changing);
    let text = fs::read_to_string(&local)?;
    match task {
        Task::Nothing => {}
        Task::First => {
            scene.on_host(&format!(
                "docker compose --project-name quickfra_{STACK} down 2>/dev/null; rm -rf /opt/quickfra/{STACK}"
            ))?;
        }
        Task::Change => {
            let (from, to) = if run.is_multiple_of(2) {
                ("10", "11")
            } else {
                ("11", "10")
            };
            // The limit is 100 or 110.
            fs::write(
                &local,
                text.replace(&format!("average: {from}"), &format!("average: {to}")),
            )?;
        }
    }
    Ok(())
}

impl Material {
    /// Takes what the provider has brought to the host.
    fn gather(scene: &Scene, with_python: bool) -> Result<Self> {
        let files = scene.folder().join("files");
        fs::create_dir_all(&files)?;
        let archive = files.with_extension("tar");
        // Only what a person would bring by hand: no journals, marks and records of the provider.
        let packed = scene.on_host(&format!(
            "cd /opt/quickfra/{STACK} && tar -C / -cf - $(ls -d $PWD/files $PWD/live $PWD/releases/*/compose.yaml | sed s,^/,,)"
        ))?;
        fs::write(&archive, packed)?;
        let unpacked = Command::new("tar")
            .arg("-xf")
            .arg(&archive)
            .arg("-C")
            .arg(&files)
            .status()?;
        if !unpacked.success() {
            return Err("the stack's files cannot be taken from the host".into());
        }
        let listed = |kind: &str| -> Result<Vec<(String, String)>> {
            let found = Command::new("find")
                .args([".", "-mindepth", "1", "-type", kind, "-printf", "%P %m\\n"])
                .current_dir(&files)
                .output()?;
            let text = String::from_utf8(found.stdout)?;
            let pairs = text.lines().filter_map(|line| line.split_once(' '));
            let mut list: Vec<_> = pairs.map(|(path, mode)| (path.to_owned(), mode.to_owned())).collect();
            list.sort();
            Ok(list)
        };
        let (folders, plain) = (listed("d")?, listed("f")?);
        let ending_with = |end: &str| {
            let found = plain.iter().find(|(path, _)| path.ends_with(end));
            found
                .map(|(path, _)| path.clone())
                .ok_or(format!("the stack has no file {end}"))
        };
        let compose = ending_with("compose.yaml")?;
        let changing = ending_with("live/ingress/common.yaml")?;
        let project = format!("docker compose --project-name quickfra_{STACK} --file /{compose}");
        Ok(Self {
            files,
            folders,
            plain,
            changing,
            up: format!("{project} up --detach --wait --quiet-pull --remove-orphans"),
            check: "docker ps --format '{{.Names}} {{.State}} {{.Status}}' --filter label=com.docker.compose.project"
                .to_owned(),
            python: if with_python {
                python_packages()?
            } else {
                PathBuf::new()
            },
        })
    }

    /// The command, and the file on its standard input.
    fn command(&self, scene: &Scene, peer: Peer, task: Task) -> Result<(Command, Option<PathBuf>)> {
        match peer {
            Peer::Ssh => self.ssh(scene, task),
            Peer::Pyinfra => Ok((self.pyinfra(scene)?, None)),
            Peer::Ansible => Ok((self.ansible(scene)?, None)),
        }
    }

    fn ssh(&self, scene: &Scene, task: Task) -> Result<(Command, Option<PathBuf>)> {
        let input = scene.folder().join("input");
        let script = if task == Task::Nothing {
            let shell = workspace().join("provider/src/host/shell");
            let mut probe = String::new();
            for part in PROBE {
                probe += &fs::read_to_string(shell.join(part))?;
            }
            fs::write(&input, format!("{probe}{REQUEST}"))?;
            format!(
                "probe=$(dd bs={} count=1 iflag=fullblock 2>/dev/null); eval \"$probe\"",
                probe.len()
            )
        } else {
            let what = if task == Task::Change { &self.changing } else { "opt" };
            let mut pack = Command::new("tar");
            pack.args(["--owner=0", "--group=0", "-cf"])
                .arg(&input)
                .arg("-C")
                .arg(&self.files)
                .arg(what);
            if !pack.status()?.success() {
                return Err("the files cannot be packed".into());
            }
            format!("tar -xpf - -C / && {} && {}", self.up, self.check)
        };
        let mut command = scene.ssh("127.0.0.1", scene.port());
        command.arg(script);
        Ok((command, Some(input)))
    }

    fn pyinfra(&self, scene: &Scene) -> Result<Command> {
        let mut deploy = String::from("from pyinfra.operations import files, server\n\n");
        for (path, mode) in &self.folders {
            let _ = writeln!(
                deploy,
                "files.directory(path=\"/{path}\", mode=\"{mode}\", user=\"root\", group=\"root\")"
            );
        }
        for (path, mode) in &self.plain {
            let source = self.files.join(path).display().to_string();
            let _ = writeln!(
                deploy,
                "files.put(src={source:?}, dest=\"/{path}\", mode=\"{mode}\", user=\"root\", group=\"root\")"
            );
        }
        let _ = writeln!(
            deploy,
            "server.shell(commands=[{:?}])\nserver.shell(commands=[{:?}])",
            self.up, self.check
        );
        let file = scene.folder().join("deploy.py");
        fs::write(&file, deploy)?;
        let mut command = self.python_command(scene, "pyinfra");
        command
            .args(["-y", "--user", "root", "--port", &scene.port().to_string(), "--key"])
            .arg(scene.host.key_file())
            .arg("127.0.0.1")
            .arg(file);
        Ok(command)
    }

    fn ansible(&self, scene: &Scene) -> Result<Command> {
        let item = |(path, mode): &(String, String)| serde_json::json!({ "path": path, "mode": format!("0{mode}") });
        let folders: Vec<_> = self.folders.iter().map(item).collect();
        let plain: Vec<_> = self.plain.iter().map(item).collect();
        let source = format!("{}/{{{{ item.path }}}}", self.files.display());
        // YAML is a superset of JSON. The words of docker's format must not be read as a template of Ansible's.
        let play = serde_json::json!([{
            "hosts": "all",
            "gather_facts": false,
            "tasks": [
                { "file": { "path": "/{{ item.path }}", "state": "directory", "mode": "{{ item.mode }}", "owner": "root", "group": "root" },
                  "loop": folders },
                { "copy": { "src": source, "dest": "/{{ item.path }}", "mode": "{{ item.mode }}", "owner": "root", "group": "root" },
                  "loop": plain },
                { "shell": self.up, "changed_when": false },
                { "shell": format!("{{% raw %}}{}{{% endraw %}}", self.check), "changed_when": false },
            ],
        }]);
        let file = scene.folder().join("play.json");
        fs::write(&file, play.to_string())?;
        // A connection of the run before would spare this one its login.
        let control = tempfile::Builder::new().prefix("c").tempdir_in(scene.folder())?.keep();
        let mut command = self.python_command(scene, "ansible-playbook");
        let known_hosts = scene.known_hosts().display().to_string();
        command
            .env("ANSIBLE_PIPELINING", "1")
            .env("ANSIBLE_SSH_CONTROL_PATH_DIR", control)
            .env(
                "ANSIBLE_SSH_ARGS",
                format!("-F none -C -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile={known_hosts}"),
            )
            .args([
                "-i",
                "127.0.0.1,",
                "-e",
                "ansible_user=root",
                "-e",
                &format!("ansible_port={}", scene.port()),
            ])
            .arg("--private-key")
            .arg(scene.host.key_file())
            .arg(file);
        Ok(command)
    }

    fn python_command(&self, scene: &Scene, program: &str) -> Command {
        let mut command = Command::new(self.python.join("bin").join(program));
        command
            .env("PYTHONPATH", &self.python)
            .env("HOME", scene.folder().join("home"))
            .env("LC_ALL", "C.UTF-8")
            .current_dir(scene.folder());
        command
    }
}

/// Folder with both tools, installed from the Python package index once and kept in the cache.
fn python_packages() -> Result<PathBuf> {
    let recipe = Recipe::new("peers").input("pyinfra", PYINFRA).input("ansible", ANSIBLE);
    let program = kept(&Cache::of_user()?, &recipe, "bin/pyinfra", install)?;
    let folder = program.parent().and_then(Path::parent).unwrap_or(&program);
    Ok(folder.to_owned())
}

fn install(folder: &Path) -> acceptance::testbed::Result<()> {
    let mut command = Command::new("python3");
    command
        .args(["-m", "pip", "install", "--quiet", "--target"])
        .arg(folder)
        .args([PYINFRA, ANSIBLE]);
    let start = |source| acceptance::testbed::TestbedError::Start {
        program: "python3".into(),
        source,
    };
    let output = command.output().map_err(start)?;
    if output.status.success() {
        return Ok(());
    }
    Err(acceptance::testbed::TestbedError::Command {
        command: format!("python3 -m pip install {PYINFRA} {ANSIBLE}"),
        status: output.status,
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
