//! A client of the services: curl, with the ACME server's root as the only authority that it trusts.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use acceptance::harness::wait_until;
use tempfile::NamedTempFile;

use crate::site::Site;

/// A service that is up answers within this time, or the test hangs.
const ANSWER: &str = "20";

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Value of the header `Location`, or nothing.
    pub(crate) location: String,
    pub(crate) body: String,
}

/// Asks the services of one machine.
pub(crate) struct Client {
    address: Ipv4Addr,
    root: NamedTempFile,
}

impl Client {
    pub(crate) fn of(site: &Site) -> Self {
        let mut root = NamedTempFile::new().unwrap();
        root.write_all(site.testbed.acme_root().unwrap().as_bytes()).unwrap();
        Self {
            address: site.host.address(),
            root,
        }
    }

    /// Gets a page. Anything that is no answer, such as a certificate that does not verify, is curl's message.
    pub(crate) fn get(&self, url: &str) -> Result<Answer, String> {
        self.ask(&[url])
    }

    /// As [`Self::get`], whatever the certificate.
    pub(crate) fn get_unverified(&self, url: &str) -> Result<Answer, String> {
        self.ask(&["--insecure", url])
    }

    /// Status codes of `count` requests, one after the other on one connection.
    pub(crate) fn burst(&self, url: &str, count: u32) -> Vec<u16> {
        let urls = format!("{url}?[1-{count}]");
        let text = self
            .curl(&["--output", "/dev/null", "--write-out", "%{http_code}\\n", &urls])
            .unwrap();
        text.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// Whether Uptime Kuma offers its set-up page to whoever comes: asked as the page itself asks, over Socket.IO.
    pub(crate) fn needs_setup(&self, origin: &str) -> bool {
        let polling = format!("{origin}/socket.io/?EIO=4&transport=polling");
        let opening = self.get(&polling).unwrap().body;
        let opening: serde_json::Value = serde_json::from_str(opening.trim_start_matches('0')).unwrap();
        let session = format!("{polling}&sid={}", opening["sid"].as_str().unwrap());
        let send = |packet: &str| {
            let answer = self.ask(&["--header", "Content-Type: text/plain", "--data-raw", packet, &session]);
            assert_eq!(answer.unwrap().status, 200);
        };
        let receive = |wanted: &str| {
            let packet = wait_until(Duration::from_mins(1), || {
                let body = self.get(&session).unwrap().body;
                let mut packets = body.split('\u{1e}');
                packets.find(|packet| packet.starts_with(wanted)).map(str::to_owned)
            });
            packet.unwrap()
        };
        send("40");
        // The server listens only once it has told about itself.
        receive("42[\"info\"");
        send("420[\"needSetup\"]");
        receive("430") != "430[false]"
    }

    fn ask(&self, arguments: &[&str]) -> Result<Answer, String> {
        let mut all = vec!["--write-out", "\\n%{http_code} %{redirect_url}"];
        all.extend_from_slice(arguments);
        let text = self.curl(&all)?;
        let (body, last) = text.rsplit_once('\n').unwrap();
        let (status, location) = last.split_once(' ').unwrap();
        Ok(Answer {
            status: status.parse().unwrap(),
            location: location.to_owned(),
            body: body.to_owned(),
        })
    }

    fn curl(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("curl")
            // First of all: no settings of the person at the machine.
            .arg("--disable")
            .args(["--silent", "--show-error", "--noproxy", "*", "--max-time", ANSWER])
            .arg("--cacert")
            .arg(self.root.path())
            // Every name leads to the machine.
            .args(["--connect-to", &format!("::{}:", self.address)])
            .args(arguments)
            .output()
            .unwrap();
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}
