//! The services of a testbed: image registry, ACME server, DNS server.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use super::bed::{Inner, make_ssh_key, network_name};
use super::cache::{make_folder, read_file, write_file};
use super::command::output_with_input;
use super::error::{Result, TestbedError};
use super::wait::wait_until;
use super::{names, registry};

/// Last numbers of the addresses of the services. Hosts come behind them.
pub(super) const DNS: u8 = 2;
const REGISTRY: u8 = 3;
const PEBBLE: u8 = 4;

/// How long a service of the testbed may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

impl Inner {
    /// Name of the container of a service.
    pub(super) fn service(&self, name: &str) -> String {
        format!("{}-{name}", self.record.id)
    }

    /// Puts everything that the services and hosts read into the testbed's folder.
    pub(super) fn write_files(&self) -> Result<()> {
        let subnet = self.record.subnet;
        for folder in ["keys", "names", "services"] {
            make_folder(&self.folder.join(folder))?;
        }
        make_ssh_key(&self.folder.join("keys/client"), "quickfra-testbed")?;
        write_file(
            &self.folder.join("resolv.conf"),
            format!("nameserver {}\n", subnet.address(DNS)),
        )?;

        let services = self.folder.join("services");
        let names = ["registry.test", "pebble.test", "registry-1.docker.io"];
        let leaf = self.authority.sign(
            &names,
            &[subnet.address(REGISTRY), subnet.address(PEBBLE), Ipv4Addr::LOCALHOST],
        )?;
        write_file(&services.join("services.pem"), leaf.certificate)?;
        write_file(&services.join("services.key"), leaf.key)?;
        write_file(
            &services.join("authority.pem"),
            read_file(&self.authority.certificate_file())?,
        )?;
        write_file(&services.join("registry.yml"), registry::CONFIGURATION)?;
        let pebble = serde_json::json!({"pebble": {
            "listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000",
            "certificate": "/testbed/services.pem", "privateKey": "/testbed/services.key",
            // The ports that the validation connects to.
            "httpPort": 80, "tlsPort": 443,
            "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        write_file(&services.join("pebble.json"), pebble.to_string())?;
        for (name, last) in [("registry.test", REGISTRY), ("pebble.test", PEBBLE)] {
            write_file(
                &self.folder.join("names").join(name),
                host_line(name, subnet.address(last)),
            )?;
        }
        Ok(())
    }

    pub(super) fn start_services(&self, registry_content: &Path, labels: &[String]) -> Result<()> {
        let subnet = self.record.subnet;
        let dns = subnet.address(DNS).to_string();
        let names = self.folder.join("names");
        let as_hub = format!("--address=/registry-1.docker.io/{}", subnet.address(REGISTRY));
        self.start_service(
            "dns",
            DNS,
            labels,
            &["--volume", &format!("{}:/names:ro", names.display())],
            // `local`: what is not known below `test` does not exist; nobody else is asked.
            &[
                "dnsmasq",
                "--keep-in-foreground",
                "--user=root",
                "--no-hosts",
                "--hostsdir=/names",
                "--local=/test/",
                &as_hub,
            ],
        )?;
        self.start_service(
            "registry",
            REGISTRY,
            labels,
            &["--volume", &format!("{}:/registry:ro", registry_content.display())],
            &["docker-registry", "serve", "/testbed/registry.yml"],
        )?;
        self.start_service(
            "pebble",
            PEBBLE,
            labels,
            // No artificial waits and no artificial errors; the validation itself is real.
            &["--env", "PEBBLE_VA_NOSLEEP=1", "--env", "PEBBLE_WFE_NONCEREJECT=0"],
            &[
                "pebble",
                "-config",
                "/testbed/pebble.json",
                "-dnsserver",
                &format!("{dns}:53"),
            ],
        )?;
        for (name, last, port) in [("registry", REGISTRY, 443), ("pebble", PEBBLE, 14000)] {
            let address = (subnet.address(last), port).into();
            let reachable = || {
                Ok(std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1))
                    .ok()
                    .map(drop))
            };
            wait_until(name, PATIENCE, reachable, || self.log_end(name))?;
        }
        let known =
            || Ok((names::addresses(subnet.address(DNS), "pebble.test") == [subnet.address(PEBBLE)]).then_some(()));
        wait_until("the DNS server", PATIENCE, known, || self.log_end("dns"))
    }

    fn start_service(&self, name: &str, last: u8, labels: &[String], options: &[&str], command: &[&str]) -> Result<()> {
        let mut run = self.engine.docker([
            "run",
            "--detach",
            "--restart",
            "on-failure",
            "--name",
            &self.service(name),
        ]);
        run.args([
            "--network",
            &network_name(&self.record.id),
            "--ip",
            &self.record.subnet.address(last).to_string(),
        ]);
        for label in labels {
            run.args(["--label", label]);
        }
        run.args([
            "--volume",
            &format!("{}:/testbed:ro", self.folder.join("services").display()),
        ]);
        super::command::run(run.args(options).arg(&self.record.services_image).args(command)).map(drop)
    }

    pub(super) fn add_name(&self, name: &str, address: Ipv4Addr) -> Result<()> {
        if name.rsplit('.').next() != Some("test") || name.contains('/') || name.contains(char::is_whitespace) {
            return Err(TestbedError::Usage(format!("`{name}` is not a name below `test`")));
        }
        // Written beside and renamed: the server reads a file as soon as it is there.
        let (new, path) = (self.folder.join("new-name"), self.folder.join("names").join(name));
        write_file(&new, host_line(name, address))?;
        std::fs::rename(&new, &path).map_err(|source| TestbedError::File {
            action: "cannot write",
            path,
            source,
        })?;
        let dns = self.record.subnet.address(DNS);
        let known = || Ok((names::addresses(dns, name) == [address]).then_some(()));
        wait_until(&format!("the name {name}"), PATIENCE, known, || self.log_end("dns"))
    }

    /// Takes a name away; returns when the DNS server does not know it any more.
    pub(super) fn remove_name(&self, name: &str) -> Result<()> {
        let path = self.folder.join("names").join(name);
        std::fs::remove_file(&path).map_err(|source| TestbedError::File {
            action: "cannot remove",
            path,
            source,
        })?;
        let dns = self.record.subnet.address(DNS);
        let gone = || Ok(names::addresses(dns, name).is_empty().then_some(()));
        wait_until(&format!("the end of the name {name}"), PATIENCE, gone, || {
            self.log_end("dns")
        })
    }

    fn log_end(&self, service: &str) -> String {
        let logs = output_with_input(
            &mut self.engine.docker(["logs", "--tail", "12", &self.service(service)]),
            &[],
        );
        let text = logs
            .map(|output| [output.stdout, output.stderr].concat())
            .unwrap_or_default();
        format!("; the end of its log:\n{}", String::from_utf8_lossy(&text))
    }
}

/// A line of a hosts file.
fn host_line(name: &str, address: Ipv4Addr) -> String {
    format!("{address} {name}\n")
}
