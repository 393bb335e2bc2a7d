//! One-time codes: RFC 6238 with the parameters of Uptime Kuma (SHA-1, 30 s, 6 digits).

use std::time::Duration;

use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use tfplugin::Secret;

/// How long one code is valid.
const STEP: u64 = 30;

/// How many steps there are at a time whose codes the server takes. Just the code of the last login it takes from nobody.
pub(super) const ACCEPTED: usize = 3;

/// The numbers of these steps at a time since 1970: the one that it falls into, the one before, and the one after.
pub(super) fn steps(now: Duration) -> [u64; ACCEPTED] {
    let step = now.as_secs() / STEP;
    [step, step.saturating_sub(1), step + 1]
}

/// The code of one step, or none if the secret is not base32 text. A text: the server refuses a number, and zeros in front
/// count.
pub(super) fn code(secret: &Secret, step: u64) -> Option<String> {
    let key = base32(secret.expose())?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let chosen = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    Some(format!("{:06}", (chosen & 0x7fff_ffff) % 1_000_000))
}

/// RFC 4648, of either case, with or without padding, and with the spaces that people copy.
fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| !b" -=".contains(byte)) {
        let value = match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors in RFC 6238, appendix B: the ASCII digits 1 to 0, twice.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let [step, ..] = steps(Duration::from_secs(seconds));
            assert_eq!(code(&Secret::new(SECRET), step).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_secret_is_taken_as_people_copy_it() {
        let copied = Secret::new("gezd gnbv gy3t qojq gezd gnbv gy3t qojq ====");
        assert_eq!(code(&copied, 1).as_deref(), Some("287082"));
        for bad in ["", "GEZD1", "é"] {
            assert_eq!(code(&Secret::new(bad), 1), None, "{bad}");
        }
    }

    #[test]
    fn steps_begin_at_half_and_full_minutes() {
        assert_eq!(steps(Duration::from_millis(59_999)), [1, 0, 2]);
        assert_eq!(steps(Duration::from_mins(1)), [2, 1, 3]);
    }
}
