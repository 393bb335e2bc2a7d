//! Two-factor login of the double.

use std::collections::BTreeSet;
use std::time::Duration;

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::State;
use super::answers::{Out, refused};

/// The ASCII digits 1 to 0, twice, as in RFC 6238.
pub(crate) const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The code of that secret at a time.
pub(crate) fn code(now: Duration) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(b"12345678901234567890").unwrap();
    mac.update(&(now.as_secs() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Nothing if it is about something else.
pub(super) fn answer(state: &mut State, event: &str, arguments: &[Value]) -> Option<Vec<Out>> {
    let right = |state: &State, password: &Value| {
        let user = state.user.as_ref();
        user.is_some_and(|(_, known)| *password == **known)
    };
    let answer = match (event, arguments) {
        ("twoFAStatus", []) => json!({ "ok": true, "status": state.codes.is_some() }),
        ("prepare2FA" | "save2FA" | "disable2FA", [password]) if !right(state, password) => {
            return Some(refused("Incorrect current password"));
        }
        ("verifyToken", [_, password]) if !right(state, password) => {
            return Some(refused("Incorrect current password"));
        }
        ("prepare2FA", [_]) if state.codes.is_some() => return Some(refused("2faAlreadyEnabled")),
        ("prepare2FA", [_]) => {
            json!({ "ok": true, "uri": format!("otpauth://totp/Uptime%20Kuma:admin?secret={SECRET}") })
        }
        ("verifyToken", [given, _]) => json!({ "ok": true, "valid": *given == code(state.now()) }),
        ("save2FA", [_]) => {
            state.codes = Some((BTreeSet::new(), code));
            json!(state.say("2FA Enabled.", "2faEnabled"))
        }
        ("disable2FA", [_]) => {
            state.codes = None;
            json!(state.say("2FA Disabled.", "2faDisabled"))
        }
        _ => return None,
    };
    Some(vec![Out::Ack(json!([answer]))])
}
