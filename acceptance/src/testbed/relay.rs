//! A relay that makes a connection slow: what comes in goes out a fixed time later, in each direction. It stands in for a
//! long way where the kernel has no `netem`.
//!
//! Only the time is changed, not the rate: pieces that follow each other closely arrive as closely, only later. A connection
//! itself is accepted without delay, so a client sees one round trip less than on a real long way.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::error::{Result, TestbedError};

/// Pieces that may be on their way in one direction; a sender that is faster has to wait, as with a full window.
const ON_THE_WAY: usize = 4096;

/// What went through a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Connections accepted.
    pub connections: u64,
    /// Bytes from the clients to the target.
    pub sent: u64,
    /// Bytes from the target to the clients.
    pub received: u64,
}

/// A relay on a port of the loopback address. It accepts no more when it is dropped; connections that are open go on until
/// one side closes them.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    connections: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Relay {
    /// Starts a relay to `target` that holds everything back for `delay` in each direction: a round trip takes twice as
    /// long. It listens on a free port of 127.0.0.1, or on `port`.
    pub fn start(target: SocketAddr, delay: Duration, port: Option<u16>) -> Result<Self> {
        let failed = |source| TestbedError::File {
            action: "cannot listen on",
            path: "127.0.0.1".into(),
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A client that is gone already, or a target that refuses: this connection ends, the relay goes on.
                let Ok(client) = client else { continue };
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                let counters = Arc::clone(&accepting);
                thread::spawn(move || drop(relay(&client, target, delay, &counters)));
            }
        });
        Ok(Self { address, shared })
    }

    /// Where the relay listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What went through so far.
    pub fn traffic(&self) -> Traffic {
        let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Traffic {
            connections: count(&self.shared.connections),
            sent: count(&self.shared.sent),
            received: count(&self.shared.received),
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
    }
}

/// Carries one connection in both directions until both have ended.
fn relay(client: &TcpStream, target: SocketAddr, delay: Duration, counters: &Shared) -> std::io::Result<()> {
    let target = TcpStream::connect(target)?;
    for stream in [client, &target] {
        // A small piece goes out at once: waiting for more would be a delay of its own.
        stream.set_nodelay(true)?;
    }
    thread::scope(|scope| {
        scope.spawn(|| one_way(client, &target, delay, &counters.sent));
        one_way(&target, client, delay, &counters.received);
    });
    Ok(())
}

/// Carries what is read from one side to the other, each piece `delay` after it came. The end of the stream travels the
/// same way and takes as long.
fn one_way(from: &TcpStream, to: &TcpStream, delay: Duration, counter: &AtomicU64) {
    let (sender, pieces) = mpsc::sync_channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut from = from;
            let mut buffer = vec![0; 64 * 1024];
            loop {
                // A connection that breaks is passed on as one that ends.
                let length = from.read(&mut buffer).unwrap_or(0);
                let piece = (Instant::now() + delay, buffer[..length].to_vec());
                if sender.send(piece).is_err() || length == 0 {
                    return;
                }
            }
        });
        let mut writer = to;
        for (due, piece) in pieces {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if piece.is_empty() {
                break;
            }
            counter.fetch_add(piece.len() as u64, Ordering::SeqCst);
            if writer.write_all(&piece).is_err() {
                // Nobody reads any more: end the reading side as well.
                drop(from.shutdown(Shutdown::Read));
                break;
            }
        }
        drop(to.shutdown(Shutdown::Write));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each connection's bytes with the same bytes, and ends when its client does.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || {
                    let (mut reader, mut writer) = (stream.as_ref().unwrap(), stream.as_ref().unwrap());
                    std::io::copy(&mut reader, &mut writer).ok();
                });
            }
        });
        address
    }

    fn exchange(relay: &Relay, data: &[u8]) -> (Vec<u8>, Duration) {
        let stream = TcpStream::connect(relay.address()).unwrap();
        let begin = Instant::now();
        let answer = thread::scope(|scope| {
            scope.spawn(|| {
                (&stream).write_all(data).unwrap();
                stream.shutdown(Shutdown::Write).unwrap();
            });
            let mut answer = Vec::new();
            (&stream).read_to_end(&mut answer).unwrap();
            answer
        });
        (answer, begin.elapsed())
    }

    #[test]
    fn everything_arrives_in_order_and_is_counted() {
        let relay = Relay::start(echo(), Duration::from_millis(1), None).unwrap();
        let data: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
        assert!(exchange(&relay, &data).0 == data);
        assert!(exchange(&relay, b"again").0 == b"again");
        let total = data.len() as u64 + 5;
        assert_eq!(
            relay.traffic(),
            Traffic {
                connections: 2,
                sent: total,
                received: total
            }
        );
    }

    #[test]
    fn a_round_trip_takes_at_least_both_delays() {
        let delay = Duration::from_millis(30);
        let relay = Relay::start(echo(), delay, None).unwrap();
        // A lower bound only: a busy machine makes it slower, never faster.
        assert!(exchange(&relay, b"x").1 >= 2 * delay);
    }

    #[test]
    fn a_target_that_refuses_ends_the_connection_only() {
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap();
        let relay = Relay::start(closed, Duration::ZERO, None).unwrap();
        for _ in 0..2 {
            let mut answer = Vec::new();
            // Ended or reset, but not left hanging.
            TcpStream::connect(relay.address())
                .unwrap()
                .read_to_end(&mut answer)
                .ok();
            assert!(answer.is_empty());
        }
        assert_eq!(relay.traffic().connections, 2);
    }
}
