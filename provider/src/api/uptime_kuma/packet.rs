//! Packets of Engine.IO 4 and, inside them, of Socket.IO 5.
//!
//! Only what Uptime Kuma uses: the default namespace, text frames, one packet a frame. The body of a packet stays the text
//! it was, so that a list which nobody wants is never parsed, and a frame that is decoded and encoded again is the same
//! byte for byte.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// One frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packet<'a> {
    /// `0`: the server's first words, a [`Handshake`].
    Open(&'a str),
    /// `1`: the transport is about to be closed.
    Close,
    /// `2`: sent by the server, to be answered with `3`.
    Ping,
    /// `3`
    Pong,
    /// `40`: asks for the namespace; the server's answer carries an object.
    Connect(&'a str),
    /// `41`: the namespace was left.
    Disconnect,
    /// `42`: an array of the event's name and its arguments. With a number if an answer is asked for.
    Event { id: Option<u64>, body: &'a str },
    /// `43`: the answer to the event of that number, an array.
    Ack { id: u64, body: &'a str },
    /// `44`: the namespace was refused.
    ConnectError(&'a str),
}

/// Bodies can hold passwords: only their length is shown.
impl fmt::Debug for Packet<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, id, body) = match self {
            Self::Open(body) => ("Open", None, *body),
            Self::Close => ("Close", None, ""),
            Self::Ping => ("Ping", None, ""),
            Self::Pong => ("Pong", None, ""),
            Self::Connect(body) => ("Connect", None, *body),
            Self::Disconnect => ("Disconnect", None, ""),
            Self::Event { id, body } => ("Event", *id, *body),
            Self::Ack { id, body } => ("Ack", Some(*id), *body),
            Self::ConnectError(body) => ("ConnectError", None, *body),
        };
        write!(formatter, "{name}({id:?}, {} bytes)", body.len())
    }
}

/// Why a frame is not a packet that this client understands. Shows nothing of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Malformed {
    #[error("a frame of an unknown kind")]
    Kind,
    #[error("a frame of another namespace")]
    Namespace,
    #[error("a frame with a damaged number or body")]
    Body,
}

/// What the server says first. Times in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshake {
    /// How often the server pings.
    pub ping_interval: u64,
    /// How long after that it may be silent.
    pub ping_timeout: u64,
    /// The longest message that it accepts; it hangs up on a longer one.
    pub max_payload: usize,
}

/// Reads one frame.
pub fn decode(text: &str) -> Result<Packet<'_>, Malformed> {
    let mut characters = text.chars();
    let kind = characters.next();
    let rest = characters.as_str();
    match kind {
        Some('0') if rest.starts_with('{') => Ok(Packet::Open(rest)),
        Some('1') if rest.is_empty() => Ok(Packet::Close),
        Some('2') if rest.is_empty() => Ok(Packet::Ping),
        Some('3') if rest.is_empty() => Ok(Packet::Pong),
        Some('4') => message(rest),
        _ => Err(Malformed::Kind),
    }
}

fn message(text: &str) -> Result<Packet<'_>, Malformed> {
    let mut characters = text.chars();
    let kind = characters.next();
    let rest = characters.as_str();
    if rest.starts_with('/') {
        return Err(Malformed::Namespace);
    }
    match kind {
        Some('0') if rest.is_empty() || rest.starts_with('{') => Ok(Packet::Connect(rest)),
        Some('1') if rest.is_empty() => Ok(Packet::Disconnect),
        Some('2') => numbered(rest).map(|(id, body)| Packet::Event { id, body }),
        Some('3') => match numbered(rest)? {
            (Some(id), body) => Ok(Packet::Ack { id, body }),
            (None, _) => Err(Malformed::Body),
        },
        Some('4') => Ok(Packet::ConnectError(rest)),
        _ => Err(Malformed::Kind),
    }
}

/// The number in front of an array, and the array.
fn numbered(text: &str) -> Result<(Option<u64>, &str), Malformed> {
    let at = text.find('[').ok_or(Malformed::Body)?;
    let (digits, body) = text.split_at(at);
    if digits.is_empty() {
        return Ok((None, body));
    }
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    match digits.parse() {
        Ok(id) if plain => Ok((Some(id), body)),
        _ => Err(Malformed::Body),
    }
}

/// The frame of a packet.
pub fn encode(packet: Packet<'_>) -> String {
    match packet {
        Packet::Open(body) => format!("0{body}"),
        Packet::Close => "1".to_owned(),
        Packet::Ping => "2".to_owned(),
        Packet::Pong => "3".to_owned(),
        Packet::Connect(body) => format!("40{body}"),
        Packet::Disconnect => "41".to_owned(),
        Packet::Event { id: None, body } => format!("42{body}"),
        Packet::Event { id: Some(id), body } => format!("42{id}{body}"),
        Packet::Ack { id, body } => format!("43{id}{body}"),
        Packet::ConnectError(body) => format!("44{body}"),
    }
}

/// The body of an event.
pub fn event_body(name: &str, arguments: &[Value]) -> String {
    let mut body = String::from("[");
    body.push_str(&Value::from(name).to_string());
    for argument in arguments {
        body.push(',');
        body.push_str(&argument.to_string());
    }
    body.push(']');
    body
}

/// The name of an event, without reading what follows it.
pub fn event_name(body: &str) -> Result<String, Malformed> {
    let after = body.strip_prefix('[').ok_or(Malformed::Body)?;
    let mut values = serde_json::Deserializer::from_str(after).into_iter::<String>();
    values.next().and_then(Result::ok).ok_or(Malformed::Body)
}

/// The arguments of an event, or of an answer if there is no name in front of them.
pub fn arguments(body: &str, name: bool) -> Result<Vec<Value>, Malformed> {
    let mut values: Vec<Value> = serde_json::from_str(body).map_err(|_| Malformed::Body)?;
    if name {
        if values.is_empty() {
            return Err(Malformed::Body);
        }
        values.remove(0);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Frames of real servers, rebuilt byte for byte from recordings.
    const RECORDED: [&str; 2] = [
        include_str!("recorded/1.23.17.jsonl"),
        include_str!("recorded/2.5.3.jsonl"),
    ];

    fn frames(recording: &str) -> impl Iterator<Item = String> {
        recording.lines().filter_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["frame"].as_str().map(str::to_owned)
        })
    }

    #[test]
    fn recorded_frames_are_decoded_and_encoded_byte_for_byte() {
        for recording in RECORDED {
            let mut kinds = std::collections::BTreeMap::new();
            for frame in frames(recording) {
                let packet = decode(&frame).unwrap();
                assert_eq!(encode(packet), frame);
                *kinds.entry(frame[..2.min(frame.len())].to_owned()).or_insert(0) += 1;
                match packet {
                    Packet::Event { body, .. } => {
                        let (name, arguments) = (event_name(body).unwrap(), arguments(body, true).unwrap());
                        let again: Value = serde_json::from_str(&event_body(&name, &arguments)).unwrap();
                        assert_eq!(again, serde_json::from_str::<Value>(body).unwrap());
                    }
                    Packet::Ack { body, .. } => assert!(arguments(body, false).unwrap().len() < 2),
                    Packet::Open(body) => {
                        let handshake: Handshake = serde_json::from_str(body).unwrap();
                        assert_eq!(handshake.max_payload, 1_000_000);
                        assert_eq!((handshake.ping_interval, handshake.ping_timeout), (25_000, 20_000));
                    }
                    _ => {}
                }
            }
            for kind in ["0{", "2", "3", "40", "41", "42", "43"] {
                assert!(kinds.contains_key(kind), "no {kind} among {kinds:?}");
            }
        }
    }

    #[test]
    fn a_call_is_built_as_the_recorded_client_did() {
        let body = event_body("setup", &[json!("admin"), json!("abc")]);
        let frame = encode(Packet::Event {
            id: Some(5),
            body: &body,
        });
        assert_eq!(frame, r#"425["setup","admin","abc"]"#);
        assert!(
            RECORDED
                .iter()
                .all(|recording| frames(recording).any(|recorded| recorded == frame))
        );
    }

    #[test]
    fn what_this_client_does_not_speak_is_refused() {
        for frame in ["", "5", "2probe", "45[\"a\"]", "4", "4x", "0"] {
            assert_eq!(decode(frame), Err(Malformed::Kind), "{frame}");
        }
        for frame in ["42/admin,[\"a\"]", "40/admin"] {
            assert_eq!(decode(frame), Err(Malformed::Namespace), "{frame}");
        }
        for frame in ["42", "43[]", "42x[]", "4201[]", "43-1[]", "4399999999999999999999[]"] {
            assert_eq!(decode(frame), Err(Malformed::Body), "{frame}");
        }
    }

    #[test]
    fn a_packet_is_printed_without_its_body() {
        let printed = format!("{:?}", decode(r#"427["login",{"password":"canary"}]"#).unwrap());
        assert_eq!(printed, "Event(Some(7), 31 bytes)");
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_or_refused(text in "\\PC*", kind in "[0-6]{0,2}[0-9]{0,3}\\[?") {
            for text in [text.clone(), format!("{kind}{text}")] {
                if let Ok(packet) = decode(&text) {
                    prop_assert_eq!(encode(packet), text.clone());
                    if let Packet::Event { body, .. } = packet {
                        let _ = (event_name(body), arguments(body, true));
                    }
                }
            }
        }

        #[test]
        fn what_is_encoded_is_decoded(id in any::<Option<u64>>(), name in "\\PC*", text in "\\PC*", number in any::<i64>()) {
            let given = [json!(text), json!({ "number": number }), Value::Null];
            let body = event_body(&name, &given);
            let frame = encode(Packet::Event { id, body: &body });
            let Ok(Packet::Event { id: read, body }) = decode(&frame) else { panic!("not an event") };
            prop_assert_eq!(read, id);
            prop_assert_eq!(event_name(body).unwrap(), name);
            prop_assert_eq!(arguments(body, true).unwrap(), given);
        }
    }
}
