//! A question to a DNS server: the least of RFC 1035 that tells whether a name has the address it should have.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

/// Asks the server for the IPv4 addresses of a name. No answer in time, or one that is none, gives no address.
pub(super) fn addresses(server: Ipv4Addr, name: &str) -> Vec<Ipv4Addr> {
    let ask = || -> std::io::Result<Vec<u8>> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(500)))?;
        socket.connect((server, 53))?;
        socket.send(&question(name))?;
        let mut answer = vec![0; 512];
        let length = socket.recv(&mut answer)?;
        answer.truncate(length);
        Ok(answer)
    };
    ask()
        .ok()
        .and_then(|answer| read_addresses(&answer))
        .unwrap_or_default()
}

/// A query for the A records of a name, with recursion desired.
fn question(name: &str) -> Vec<u8> {
    let mut packet = vec![0x51, 0x46, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.trim_end_matches('.').split('.') {
        packet.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        packet.extend_from_slice(label.as_bytes());
    }
    packet.extend_from_slice(&[0, 0, 1, 0, 1]);
    packet
}

/// The addresses in an answer.
fn read_addresses(packet: &[u8]) -> Option<Vec<Ipv4Addr>> {
    let number = |at: usize| Some(u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]));
    let (questions, answers) = (number(4)?, number(6)?);
    let mut at = 12;
    for _ in 0..questions {
        at = after_name(packet, at)? + 4;
    }
    let mut found = Vec::new();
    for _ in 0..answers {
        at = after_name(packet, at)?;
        let (kind, length) = (number(at)?, usize::from(number(at + 8)?));
        let data = packet.get(at + 10..at + 10 + length)?;
        if let (1, &[a, b, c, d]) = (kind, data) {
            found.push(Ipv4Addr::new(a, b, c, d));
        }
        at += 10 + length;
    }
    Some(found)
}

/// Where the name that begins here ends: at an empty label, or after a pointer to another place.
fn after_name(packet: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *packet.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_the_form_of_the_rfc() {
        let expected = b"\x51\x46\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06status\x04test\x00\x00\x01\x00\x01";
        assert_eq!(question("status.test"), expected);
    }

    #[test]
    fn addresses_are_read_past_other_records() {
        let mut packet = question("a.test");
        packet[7] = 2;
        // CNAME that points to offset 12, then an A record.
        packet.extend_from_slice(&[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 5, 0, 2, 0xc0, 12]);
        packet.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 172, 31, 1, 20]);
        assert_eq!(read_addresses(&packet), Some(vec![Ipv4Addr::new(172, 31, 1, 20)]));
    }

    #[test]
    fn a_cut_answer_is_none() {
        let mut packet = question("a.test");
        packet[7] = 1;
        packet.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 172]);
        assert_eq!(read_addresses(&packet), None);
        assert_eq!(read_addresses(b""), None);
    }
}
