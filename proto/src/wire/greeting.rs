//! What a client does before it is let in: the TLS handshake, and the first bytes of HTTP/2.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, ConnectionCount};
use super::listener::Transport;

/// What every client of HTTP/2 sends first, without waiting for anything (RFC 9113, section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Greets the client at the other end of `stream`. There is no limit of time.
///
/// The preface is part of it so that a client which never speaks HTTP/2 is none of those that are let in, whether or not
/// the connection is encrypted and whatever was agreed on in the TLS handshake.
pub(super) async fn greet(
    stream: Transport,
    tls: Option<&TlsAcceptor>,
    count: &ConnectionCount,
) -> io::Result<Connection> {
    match tls {
        None => {
            let mut stream = stream;
            expect_preface(&mut stream).await?;
            Ok(Connection::plain(stream, count))
        }
        Some(acceptor) => {
            let mut stream = acceptor.accept(stream).await?;
            expect_preface(&mut stream).await?;
            Ok(Connection::encrypted(stream, count))
        }
    }
}

/// Reads the preface and nothing behind it; fails at the first byte that is another.
async fn expect_preface(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut left = PREFACE;
    let mut buffer = [0; PREFACE.len()];
    while !left.is_empty() {
        let count = stream.read(&mut buffer[..left.len()]).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left = left
            .strip_prefix(&buffer[..count])
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the client does not speak HTTP/2"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    /// A stream that gives its bytes in two pieces.
    fn pieces(bytes: &[u8]) -> impl AsyncRead + Unpin + use<> {
        let (first, rest) = bytes.split_at(bytes.len().min(1));
        io::Cursor::new(first.to_vec()).chain(io::Cursor::new(rest.to_vec()))
    }

    async fn outcome(bytes: &[u8]) -> Result<(), ErrorKind> {
        expect_preface(&mut pieces(bytes)).await.map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn the_preface_in_pieces_and_what_follows_is_left() {
        let mut stream = pieces(&[PREFACE, b"next"].concat());
        expect_preface(&mut stream).await.unwrap();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "next");
    }

    #[tokio::test]
    async fn anything_else_fails() {
        assert_eq!(outcome(b"").await, Err(ErrorKind::UnexpectedEof));
        assert_eq!(outcome(&PREFACE[..23]).await, Err(ErrorKind::UnexpectedEof));
        assert_eq!(outcome(b"GET / HTTP/1.1\r\n\r\n").await, Err(ErrorKind::InvalidData));
        assert_eq!(
            outcome(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r!").await,
            Err(ErrorKind::InvalidData)
        );
    }
}
