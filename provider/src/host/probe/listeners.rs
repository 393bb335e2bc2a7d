//! Listening sockets, and who holds them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::stack::EngineRecords;
use crate::host::desired::PortProtocol;
use crate::host::frames::{FrameError, Record};
use crate::host::snapshot::Listener;

/// Sockets as `ss` or `/proc/net` lists them, and ports that containers publish without a socket of their own.
pub(super) fn decode_listeners(record: &Record, engine: &EngineRecords) -> Result<Vec<Listener>, FrameError> {
    let lines = record.lines("text")?;
    let from_ss = record.bytes("form")? == b"ss";
    let parse = if from_ss { ss_line } else { proc_line };
    let mut listeners: Vec<Listener> = lines.iter().filter_map(|line| parse(line)).collect();
    for published in &engine.published {
        let mut found = false;
        let same = |listener: &&mut Listener| {
            listener.port == published.port
                && listener.protocol == published.protocol
                && listener.address == published.address
        };
        for listener in listeners.iter_mut().filter(same) {
            listener.holder = Some(published.container.clone());
            listener.project.clone_from(&published.project);
            found = true;
        }
        if !found {
            listeners.push(Listener {
                address: published.address.clone(),
                port: published.port,
                protocol: published.protocol,
                holder: Some(published.container.clone()),
                project: published.project.clone(),
            });
        }
    }
    Ok(listeners)
}

fn protocol(word: &str) -> Option<PortProtocol> {
    match word.trim_end_matches('6') {
        "tcp" => Some(PortProtocol::Tcp),
        "udp" => Some(PortProtocol::Udp),
        _ => None,
    }
}

/// `tcp LISTEN 0 511 127.0.0.1:33001 0.0.0.0:* users:(("node",pid=16166,fd=22))`
fn ss_line(line: &str) -> Option<Listener> {
    let mut words = line.split_whitespace();
    let protocol = protocol(words.next()?)?;
    let (address, port) = words.nth(3)?.rsplit_once(':')?;
    let users = line.split_once("users:((\"").map(|(_, rest)| rest);
    let holder = users
        .and_then(|rest| rest.split_once('"'))
        .map(|(name, _)| name.to_owned());
    Some(Listener {
        address: plain_address(address),
        port: port.parse().ok()?,
        protocol,
        holder,
        project: None,
    })
}

/// `*`, `[::1]` and `127.0.0.53%lo` without brackets and interface; `*` is every address of both families.
pub(super) fn plain_address(text: &str) -> String {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let text = text.split_once('%').map_or(text, |(address, _)| address);
    if text == "*" { "::".to_owned() } else { text.to_owned() }
}

/// `tcp 0100007F:80E9` as in `/proc/net/tcp`: words of four bytes in the byte order of the machine.
fn proc_line(line: &str) -> Option<Listener> {
    let (kind, socket) = line.split_once(' ')?;
    let (address, port) = socket.split_once(':')?;
    let words: Vec<u32> = (0..address.len() / 8)
        .map(|word| u32::from_str_radix(address.get(word * 8..word * 8 + 8)?, 16).ok())
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let address = match bytes.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string(),
        _ => return None,
    };
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(Listener {
        address,
        port,
        protocol: protocol(kind)?,
        holder: None,
        project: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_tell_the_same_socket() {
        let one = ss_line("tcp LISTEN 0 511 127.0.0.1:33001 0.0.0.0:* users:((\"node\",pid=16166,fd=22))").unwrap();
        assert_eq!(
            (one.address.as_str(), one.port, one.holder.as_deref()),
            ("127.0.0.1", 33001, Some("node"))
        );
        let other = proc_line("tcp 0100007F:80E9").unwrap();
        assert_eq!(
            (other.address, other.port, other.protocol),
            (one.address, one.port, one.protocol)
        );
    }

    #[test]
    fn every_address_has_one_spelling() {
        assert_eq!(ss_line("tcp LISTEN 0 128 *:80 *:*").unwrap().address, "::");
        assert_eq!(ss_line("tcp LISTEN 0 128 [::1]:80 [::]:*").unwrap().address, "::1");
        assert_eq!(
            ss_line("udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*").unwrap().address,
            "127.0.0.53"
        );
        assert_eq!(
            proc_line("udp6 00000000000000000000000001000000:0035").unwrap().address,
            "::1"
        );
    }

    #[test]
    fn what_is_no_socket_is_left_out() {
        assert_eq!(ss_line("Netid State"), None);
        assert_eq!(proc_line("tcp xyz:1"), None);
    }
}
