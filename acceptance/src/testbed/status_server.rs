//! An Uptime Kuma that no stack has made: one that stands elsewhere, which a test starts, stops and restarts.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::bed::{ADDRESS_LABEL, Testbed, labels, network_name};
use super::command::run;
use super::error::Result;
use super::host::free_address;
use super::images::Images;
use super::owner::Owner;
use super::wait::wait_until;

/// Port of the server.
const PORT: u16 = 3001;
/// How long the first start may take, which makes the database.
const BOOT: Duration = Duration::from_mins(2);

/// A server in a container of its own, from the image that stacks get too. It has no user yet. It is removed with its data
/// when the value is dropped.
#[derive(Debug)]
pub struct StatusServer {
    testbed: Testbed,
    name: String,
    address: Ipv4Addr,
}

impl StatusServer {
    pub(super) fn create(testbed: &Testbed) -> Result<Self> {
        let inner = testbed.inner();
        let image = Images::new(&inner.cache, &inner.engine).status()?;
        let server = {
            // Held until the engine knows the container: then the next one sees its address as taken.
            let _allocator = inner.cache.lock(&format!("addresses-{}", testbed.id()))?;
            let address = free_address(testbed, None)?;
            let [.., last] = address.octets();
            let name = format!("{}-status{last}", testbed.id());
            let mut create = inner.engine.docker(["create", "--name", &name]);
            create.args(["--network", &network_name(testbed.id()), "--ip", &address.to_string()]);
            for label in labels(testbed.id(), &Owner::this_process()) {
                create.args(["--label", &label]);
            }
            create.args(["--label", &format!("{ADDRESS_LABEL}={address}")]);
            // The names that hosts know.
            let resolver = inner.folder.join("resolv.conf");
            create.args(["--volume", &format!("{}:/etc/resolv.conf:ro", resolver.display())]);
            create.args(["--env", "UPTIME_KUMA_DB_TYPE=sqlite", "--no-healthcheck", &image]);
            run(&mut create)?;
            Self {
                testbed: testbed.clone(),
                name,
                address,
            }
        };
        server.start()?;
        Ok(server)
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        format!("{}:{PORT}", self.address)
    }

    /// Starts the server after [`StatusServer::stop`], and waits until it speaks with its web page.
    pub fn start(&self) -> Result<()> {
        self.engine().run(["start", &self.name])?;
        let address = SocketAddr::from((self.address, PORT));
        let ready = || Ok(speaks(address).unwrap_or_default().then_some(()));
        wait_until(&format!("Uptime Kuma on {}", self.address), BOOT, ready, || {
            let log = self.engine().run(["logs", "--tail", "12", &self.name]);
            format!("; the end of its log:\n{}", log.unwrap_or_default())
        })
    }

    /// Stops the server in order.
    pub fn stop(&self) -> Result<()> {
        self.engine().run(["stop", "--time", "30", &self.name]).map(drop)
    }

    /// Ends the server at once, as if its power was cut.
    pub fn kill(&self) -> Result<()> {
        self.engine().run(["kill", &self.name]).map(drop)
    }

    /// Changes the database behind the server's back, with SQL of `SQLite`. It is seen by who logs in afterwards.
    pub fn execute_sql(&self, statements: &str) -> Result<()> {
        const SCRIPT: &str = "const { Database } = require('@louislam/sqlite3');
            const database = new Database('/app/data/kuma.db');
            database.exec(process.argv[1], (error) => { if (error) throw error; });";
        let command = [
            "exec",
            "--workdir",
            "/app",
            &self.name,
            "node",
            "--eval",
            SCRIPT,
            statements,
        ];
        self.engine().run(command).map(drop)
    }

    fn engine(&self) -> &super::engine::Engine {
        &self.testbed.inner().engine
    }
}

/// Whether a session can be opened. While 2.x brings its database up to date, something else listens that knows none.
fn speaks(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nConnection: close\r\n";
    write!(stream, "{request}Host: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"sid\""))
}

impl Drop for StatusServer {
    fn drop(&mut self) {
        if let Err(error) = self.engine().run(["rm", "--force", "--volumes", &self.name]) {
            crate::say(&format!("server {} could not be removed: {error}", self.name));
        }
    }
}
