//! The one thing that cannot be asked for over the socket: GET of a JSON object.
//!
//! HTTP 1.0, which every server and proxy speaks, makes the answer end with the stream and come in one piece; so that
//! reading it takes no library.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::super::error::Error;
use super::super::object::Object;
use super::super::session::Endpoint;

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Gets an object, or none if there is no such thing (404).
pub(super) async fn get(endpoint: &Endpoint, path: &str, time: Duration) -> Result<Option<Object>, Error> {
    let failed = |what: String| Error::Http {
        path: path.to_owned(),
        what,
    };
    let answer = timeout(time, exchange(endpoint, path)).await;
    let answer = answer.map_err(|_| failed(format!("no answer within {} s", time.as_secs())))?;
    let answer = answer.map_err(|error| failed(error.to_string()))?;
    read(&answer).map_err(failed)
}

async fn exchange(endpoint: &Endpoint, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = endpoint.stream().await?;
    let address = &endpoint.address;
    let mut request = format!(
        "GET {}{path} HTTP/1.0\r\nHost: {}\r\nAccept: application/json\r\nConnection: close\r\n",
        address.base_path, address.authority
    );
    for (name, value) in &address.headers {
        // The WebSocket was opened with the same ones, which were checked then.
        request.extend([name, ": ", value.expose(), "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    Ok(answer)
}

fn read(answer: &[u8]) -> Result<Option<Object>, String> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or("the answer is not HTTP")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("http/1."));
    let status = status
        .and_then(|line| line.split(' ').nth(1))
        .ok_or("the answer is not HTTP")?;
    let body = &answer[end + 4..];
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name == "transfer-encoding" {
            return Err("the answer comes in pieces, which was not asked for".to_owned());
        }
        if name == "content-length" && value.parse() != Ok(body.len()) {
            return Err("the answer was cut".to_owned());
        }
    }
    match status {
        "200" => serde_json::from_slice(body)
            .map(Some)
            .map_err(|_| "the answer is not a JSON object".to_owned()),
        "404" => Ok(None),
        other => Err(format!("HTTP {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole_or_refused() {
        let read = |text: &str| read(text.replace('\n', "\r\n").as_bytes());
        let good = read("HTTP/1.1 200 OK\nContent-Length: 7\n\n{\"a\":1}")
            .unwrap()
            .unwrap();
        assert_eq!(good["a"], 1);
        assert_eq!(read("HTTP/1.1 404 Not Found\n\n{}"), Ok(None));
        for (bad, what) in [
            ("HTTP/1.1 200 OK\nContent-Length: 8\n\n{\"a\":1}", "the answer was cut"),
            (
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\n",
                "the answer comes in pieces, which was not asked for",
            ),
            ("HTTP/1.1 200 OK\n\n<html>", "the answer is not a JSON object"),
            ("HTTP/1.1 502 Bad Gateway\n\n", "HTTP 502"),
            ("SSH-2.0-OpenSSH\n\n", "the answer is not HTTP"),
            ("HTTP/1.1 200 OK", "the answer is not HTTP"),
        ] {
            assert_eq!(read(bad).unwrap_err(), what, "{bad}");
        }
    }
}
