//! How often a run waits for the other side. Round trips, and not the machine's speed, are what a far host costs.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::pool::Hosts;

use super::server::Server;
use super::text;

/// Long enough that what one side says at once arrives as one flight at the relay.
const ONE_WAY: Duration = Duration::from_millis(40);

/// Passes bytes on after a delay, and counts how often the client speaks after the server did.
struct Relay {
    port: u16,
    turns: Arc<Mutex<Turns>>,
}

#[derive(Default)]
struct Turns {
    server_spoke_last: bool,
    count: u32,
}

impl Relay {
    fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let turns = Arc::<Mutex<Turns>>::default();
        let counted = Arc::clone(&turns);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(("127.0.0.1", target)).unwrap();
                near.set_nodelay(true).unwrap();
                far.set_nodelay(true).unwrap();
                direction(&near, &far, &counted, false);
                direction(&far, &near, &counted, true);
            }
        });
        Self { port, turns }
    }

    /// How often the client has spoken after the server so far.
    fn turns(&self) -> u32 {
        self.turns.lock().unwrap().count
    }
}

/// Two threads for one direction: one reads and stamps, one waits for the stamp and writes.
fn direction(from: &TcpStream, to: &TcpStream, turns: &Arc<Mutex<Turns>>, from_server: bool) {
    let (sender, receiver) = channel();
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    let turns_of_reader = Arc::clone(turns);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if !from_server {
                let mut turns = turns_of_reader.lock().unwrap();
                turns.count += u32::from(std::mem::take(&mut turns.server_spoke_last));
            }
            if sender
                .send((Instant::now() + ONE_WAY, buffer[..length].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
    let turns_of_writer = Arc::clone(turns);
    std::thread::spawn(move || {
        for (due, bytes) in receiver {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if from_server {
                turns_of_writer.lock().unwrap().server_spoke_last = true;
            }
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[tokio::test]
async fn a_connection_and_a_run_wait_no_more_often_than_they_must() {
    let server = Server::start();
    let relay = Relay::start(server.port);
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&Machine::Ssh(SshAddress {
        port: relay.port,
        ..server.address()
    }));
    for _ in 0..2 {
        let begun = Instant::now();
        assert_eq!(text(&host, "cat", b"input").await, "input");
        println!("{:?} at a round trip of {:?}", begun.elapsed(), 2 * ONE_WAY);
    }
    // Connecting takes 5: algorithms (2, if the server's version comes before its list), key exchange, service, key
    // offered, key proved. A run takes 3: channel, command, input. The command and the input cannot go together: sshd
    // opens a session's channel with a window of 0, and lets input in only when the command runs.
    // One more is the close of the last channel, which nobody waits for and which may or may not be counted yet.
    let turns = relay.turns();
    assert!(turns <= 5 + 2 * 3 + 1, "{turns} turns");
}
