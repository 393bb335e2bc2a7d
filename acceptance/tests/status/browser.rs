//! A real browser without a window: Chromium, told what to do over its `DevTools` protocol.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use acceptance::harness::wait_until;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A bound against hanging, not a measurement.
const DEADLINE: Duration = Duration::from_mins(3);

/// A browser with one open page. It ends when the value is dropped.
pub(crate) struct Browser {
    runtime: Runtime,
    socket: WebSocketStream<TcpStream>,
    session: String,
    calls: u64,
    process: Child,
    _folder: TempDir,
}

impl Browser {
    /// Starts one for which `name` leads to `address`. It trusts the server's key of `pin`, as [`pin`] gives it, and
    /// otherwise whom browsers trust.
    pub(crate) fn start(name: &str, address: Ipv4Addr, pin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--no-proxy-server",
                "--hide-scrollbars",
                "--window-size=1000,720",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--host-resolver-rules=MAP {name} {address}"))
            .arg(format!("--ignore-certificate-errors-spki-list={pin}"))
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .arg("about:blank")
            // Nothing of the person's own is read or written.
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let runtime = Runtime::new().unwrap();
        // It writes the port and the path when it listens.
        let told = wait_until(DEADLINE, || {
            let text = std::fs::read_to_string(folder.path().join("DevToolsActivePort")).ok()?;
            let (port, path) = text.split_once('\n')?;
            path.starts_with('/').then(|| (port.to_owned(), path.trim().to_owned()))
        });
        let (port, path) = told.unwrap();
        let authority = format!("127.0.0.1:{port}");
        let socket = runtime.block_on(async {
            let stream = TcpStream::connect(&authority).await.unwrap();
            client_async(format!("ws://{authority}{path}"), stream).await.unwrap().0
        });
        let mut browser = Self {
            runtime,
            socket,
            session: String::new(),
            calls: 0,
            process,
            _folder: folder,
        };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached = browser.call(
            "Target.attachToTarget",
            &json!({ "targetId": target["targetId"], "flatten": true }),
        );
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        browser
    }

    /// Opens a page; what cannot be opened, also for want of trust, fails the test.
    pub(crate) fn open(&mut self, url: &str) {
        let opened = self.call("Page.navigate", &json!({ "url": url }));
        assert!(opened.get("errorText").is_none(), "{url}: {opened}");
    }

    /// What a script gives in the page.
    pub(crate) fn ask(&mut self, script: &str) -> Value {
        let told = self.call(
            "Runtime.evaluate",
            &json!({ "expression": script, "returnByValue": true }),
        );
        told["result"]["value"].clone()
    }

    /// A picture of what the window shows, as PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let told = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        STANDARD.decode(told["data"].as_str().unwrap()).unwrap()
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let socket = &mut self.socket;
        let answer = self.runtime.block_on(async {
            socket.send(Message::text(message.to_string())).await.unwrap();
            let answered = async {
                loop {
                    let told = socket.next().await.unwrap().unwrap();
                    let Ok(text) = told.to_text() else { continue };
                    let told: Value = serde_json::from_str(text).unwrap_or_default();
                    if told["id"] == id {
                        return told;
                    }
                }
            };
            tokio::time::timeout(DEADLINE, answered).await.unwrap()
        });
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its helpers end with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The fingerprint of the key that a server presents, after its certificate was held to the one authority in the file.
pub(crate) fn pin(name: &str, address: Ipv4Addr, authority: &Path) -> io::Result<String> {
    let script = "openssl s_client -connect \"$1:443\" -servername \"$2\" -verify_hostname \"$2\" -verify_return_error \
                  -CAfile \"$3\" </dev/null 2>/dev/null | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER";
    let output = Command::new("sh")
        .args(["-c", script, "sh", &address.to_string(), name])
        .arg(authority)
        .output()?;
    assert!(
        output.status.success() && !output.stdout.is_empty(),
        "the certificate of {name} is not trusted"
    );
    Ok(STANDARD.encode(Sha256::digest(&output.stdout)))
}
