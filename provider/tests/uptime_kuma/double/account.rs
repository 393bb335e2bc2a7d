//! Keys and two-factor login.

use std::time::Duration;

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::answers::{Out, refused};
use super::{Code, State, object};

/// The ASCII digits 1 to 0, twice, as in RFC 6238: the only secret that the double makes.
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

/// Nothing at all for what is not known.
pub(super) fn answer(state: &mut State, event: &str, arguments: &[Value]) -> Vec<Out> {
    match (event, arguments) {
        ("twoFAStatus", []) => vec![Out::Ack(json!([{ "ok": true, "status": state.codes.is_some() }]))],
        ("prepare2FA" | "save2FA" | "disable2FA", [password]) if !state.is_password(password) => {
            refused("Incorrect current password")
        }
        ("prepare2FA", _) if state.codes.is_some() => state.fail("2FA is already enabled.", "2faAlreadyEnabled"),
        ("prepare2FA", [_]) => {
            let uri = format!("otpauth://totp/Uptime%20Kuma:admin?secret={SECRET}");
            vec![Out::Ack(json!([{ "ok": true, "uri": uri }]))]
        }
        ("verifyToken", [given, _]) => {
            if given.as_str().is_some_and(|given| state.takes(given)) {
                return vec![Out::Ack(json!([{ "ok": true, "valid": true }]))];
            }
            let mut outs = state.fail("Invalid Token.", "authInvalidToken");
            if let Some(Out::Ack(answer)) = outs.first_mut() {
                answer[0]["valid"] = json!(false);
            }
            outs
        }
        ("save2FA", [_]) => {
            state.codes = Some((String::new(), code));
            vec![Out::Ack(json!([state.say("2FA Enabled.", "2faEnabled")]))]
        }
        ("disable2FA", [_]) => {
            state.codes = None;
            vec![Out::Ack(json!([state.say("2FA Disabled.", "2faDisabled")]))]
        }
        ("getAPIKeyList", []) => vec![Out::All(state.key_list()), Out::Ack(json!([{ "ok": true }]))],
        ("addAPIKey", [Value::Object(key)]) => {
            state.last_key += 1;
            let id = state.last_key;
            let row = json!({ "id": id, "name": key["name"], "userID": 1, "createdDate": "2026-11-22 00:10:02",
                "active": i32::from(key["active"] == true), "expires": key["expires"] });
            state.keys.insert(id, object(row));
            let mut said = state.say("Added Successfully.", "successAdded");
            said.insert("key".to_owned(), json!(format!("uk{id}_{}", "0".repeat(40))));
            said.insert("keyID".to_owned(), json!(id));
            vec![Out::All(state.key_list()), Out::Ack(json!([said]))]
        }
        ("enableAPIKey" | "disableAPIKey", [id]) => {
            let on = event == "enableAPIKey";
            if let Some(key) = id.as_i64().and_then(|id| state.keys.get_mut(&id)) {
                key.insert("active".to_owned(), json!(i32::from(on)));
            }
            let said = if on {
                state.say("Enabled Successfully", "successEnabled")
            } else {
                state.say("Disabled Successfully.", "successDisabled")
            };
            vec![Out::Ack(json!([said])), Out::All(state.key_list())]
        }
        ("deleteAPIKey", [id]) => {
            state.keys.remove(&id.as_i64().unwrap());
            let said = state.say("Deleted Successfully.", "successDeleted");
            vec![Out::Ack(json!([said])), Out::All(state.key_list())]
        }
        _ => Vec::new(),
    }
}

impl State {
    /// Whether it is the code of this step, of the one before or of the one after, and not that of the last login.
    pub(super) fn takes(&self, given: &str) -> bool {
        let (last, code) = self.codes.clone().unwrap_or((String::new(), code as Code));
        let step = Duration::from_secs(30);
        let now = self.now();
        let around = [now.saturating_sub(step), now, now + step];
        given != last && around.into_iter().any(|time| code(time) == given)
    }

    fn is_password(&self, given: &Value) -> bool {
        self.user.as_ref().is_some_and(|(_, password)| *given == **password)
    }

    pub(super) fn key_list(&self) -> Value {
        let keys = self.keys.values().map(|key| {
            let mut key = key.clone();
            let status = if key["active"] == 1 { "active" } else { "inactive" };
            key.insert("status".to_owned(), json!(status));
            key
        });
        json!(["apiKeyList", keys.collect::<Vec<_>>()])
    }
}
