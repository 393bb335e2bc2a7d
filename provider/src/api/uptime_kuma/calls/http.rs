//! The one thing that cannot be asked for over the socket: GET of a JSON object.

use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONNECTION, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::super::connection::Address;
use super::super::error::Error;
use super::super::object::Object;
use super::super::session::{Endpoint, Stream};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// Gets an object, or none if there is no such thing (404).
pub(super) async fn get(endpoint: &Endpoint, path: &str, time: Duration) -> Result<Option<Object>, Error> {
    let failed = |what: String| Error::Http {
        path: path.to_owned(),
        what,
    };
    let exchange = async {
        let stream = endpoint.stream().await.map_err(|error| error.to_string())?;
        exchange(stream, &endpoint.address, path).await
    };
    let answer = timeout(time, exchange).await;
    let answer = answer.map_err(|_| failed(format!("no answer within {} s", time.as_secs())))?;
    let (status, body) = answer.map_err(failed)?;
    match status {
        StatusCode::OK => serde_json::from_slice(&body)
            .map(Some)
            .map_err(|_| failed("the answer is not a JSON object".to_owned())),
        StatusCode::NOT_FOUND => Ok(None),
        other => Err(failed(format!("HTTP {}", other.as_u16()))),
    }
}

/// One request over a stream of its own.
async fn exchange(stream: impl Stream + 'static, address: &Address, path: &str) -> Result<(StatusCode, Bytes), String> {
    let mut request = Request::get(format!("{}{path}", address.base_path))
        .header(HOST, &address.authority)
        .header(ACCEPT, "application/json")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    request.headers_mut().extend(address.headers()?);
    let opened = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|error| error.to_string())?;
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    };
    tokio::pin!(exchange);
    // The connection moves the bytes. When it ends, what it has read is still to be taken, or its error.
    tokio::select! {
        biased;
        answer = &mut exchange => answer,
        _ = connection => exchange.await,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What comes of a server's answer.
    async fn got(answer: &str) -> Result<Option<Object>, String> {
        let answer = answer.replace('\n', "\r\n");
        let endpoint = Endpoint::new(Address::new("double"), move || {
            let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(theirs.read_u8().await.unwrap());
                }
                theirs.write_all(answer.as_bytes()).await.unwrap();
            });
            async move { Ok(ours) }
        });
        let got = get(&endpoint, "/a", Duration::from_secs(1)).await;
        got.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn an_answer_is_read_whole_or_refused() {
        for good in [
            "HTTP/1.1 200 OK\nContent-Length: 7\n\n{\"a\":1}",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\n{\"a\"\n3\n:1}\n0\n\n",
            "HTTP/1.0 200 OK\n\n{\"a\":1}",
        ] {
            assert_eq!(got(good).await.unwrap().unwrap()["a"], 1, "{good}");
        }
        assert_eq!(got("HTTP/1.1 404 Not Found\nContent-Length: 2\n\n{}").await, Ok(None));
        for (bad, what) in [
            ("HTTP/1.1 200 OK\n\n<html>", "GET /a: the answer is not a JSON object"),
            ("HTTP/1.1 502 Bad Gateway\n\n", "GET /a: HTTP 502"),
        ] {
            assert_eq!(got(bad).await.unwrap_err(), what);
        }
        for bad in [
            "HTTP/1.1 200 OK\nContent-Length: 8\n\n{\"a\":1}",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n9\n{\"a\"",
            "SSH-2.0-OpenSSH\n\n",
            "HTTP/1.1 200 OK",
        ] {
            assert!(got(bad).await.is_err(), "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_given_up() {
        let endpoint = Endpoint::new(Address::new("double"), || async {
            let (ours, theirs) = tokio::io::duplex(1024);
            tokio::spawn(async move {
                let _theirs = theirs;
                std::future::pending::<()>().await;
            });
            Ok(ours)
        });
        let error = get(&endpoint, "/a", Duration::from_secs(9)).await.unwrap_err();
        assert_eq!(error.to_string(), "GET /a: no answer within 9 s");
    }
}
