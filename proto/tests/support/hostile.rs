//! What a hostile process on the same machine does, and how its victim is looked at.
#![expect(clippy::expect_used, reason = "a test fails by it")]

use std::process::{Command, Stdio};
use std::time::Duration;

use tfplugin::client::{ClientIdentity, Plugin, Settings, connect_raw};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

use super::{echo, provider};

/// Far above what anything here takes: whoever waits for so long waits for ever.
const FOR_EVER: Duration = Duration::from_mins(1);

/// Most memory, in KiB, that a test provider may ever have had. It starts with a tenth of it.
const MOST_MEMORY: u64 = 128 << 10;

/// What `work` comes to, which must not take for ever.
pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOR_EVER, work).await.expect("it takes for ever")
}

/// The test provider, started by a shell that runs `script` before.
pub(crate) fn provider_after(script: &str) -> Command {
    let provider = provider();
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{script}; exec \"$0\"")])
        .arg(provider.get_program());
    for (name, value) in provider.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.stderr(Stdio::null());
    command
}

/// A provider and the one client that it lets in.
pub(crate) struct Victim {
    pub(crate) plugin: Plugin,
    settings: Settings,
}

impl Victim {
    pub(crate) async fn start(identity: Option<ClientIdentity>) -> Self {
        Self {
            plugin: Plugin::start_as(provider(), identity.clone()).await.expect("a start"),
            settings: Settings::new(identity),
        }
    }

    /// A connection of the announced client that offers `protocols` by ALPN and says nothing yet.
    pub(crate) async fn open(
        &self,
        protocols: &[&[u8]],
    ) -> impl AsyncRead + AsyncWrite + Send + Unpin + 'static + use<> {
        let settings = Settings {
            protocols: protocols.iter().map(|protocol| protocol.to_vec()).collect(),
            ..self.settings.clone()
        };
        connect_raw(&self.plugin.handshake, &settings)
            .await
            .expect("a connection")
    }

    /// Whether the provider still runs as if nothing had happened.
    pub(crate) async fn is_unharmed(&mut self) {
        let mut client = in_time(self.plugin.provider()).await.expect("a new connection");
        in_time(echo(&mut client, 10)).await;
        assert!(self.plugin.child.try_wait().expect("its state").is_none(), "it ended");
        if let Some(memory) = self.peak_memory() {
            assert!(memory < MOST_MEMORY, "it took {memory} KiB");
        }
    }

    /// The most memory that it ever had, in KiB, where the system tells.
    fn peak_memory(&self) -> Option<u64> {
        let process = self.plugin.child.id()?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}

/// Waits until the other end closes the connection.
pub(crate) async fn closed(stream: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = [0; 4096];
    // An error, such as a TLS connection that was cut, is an end too.
    while in_time(stream.read(&mut buffer)).await.is_ok_and(|count| count > 0) {}
}
