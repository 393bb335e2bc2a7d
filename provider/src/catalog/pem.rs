//! Bundles of certificate authorities in PEM form (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::validate::at_most;

/// Largest bundle, in bytes: all public authorities together take about 220 kB.
const BUNDLE_LIMIT: usize = 512 * 1024;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// A bundle of one or more certificates and nothing else, except empty lines and comments (`#`) between them. Anything
/// with a private key in it is refused, since the bundle is shown in plans.
pub fn certificate_bundle(text: &str) -> Result<(), String> {
    at_most("the bundle", text, BUNDLE_LIMIT)?;
    if text.contains("PRIVATE KEY") {
        return Err("the bundle holds a private key; only certificates belong in it".to_owned());
    }
    let mut certificates = 0_usize;
    // The base64 text of the certificate that has begun and not ended.
    let mut open: Option<String> = None;
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let number = index + 1;
        if line.contains(|character: char| character.is_control() && character != '\t') {
            return Err(format!("line {number} of the bundle holds a control character"));
        }
        let line = line.trim_end();
        match open.as_mut() {
            None if line == BEGIN => open = Some(String::new()),
            None if line.is_empty() || line.starts_with('#') => {}
            None => {
                return Err(format!(
                    "line {number} of the bundle is neither {BEGIN} nor empty nor a comment (#)"
                ));
            }
            Some(body) if line == END => {
                if !is_der_sequence(body) {
                    return Err(format!(
                        "the certificate that ends in line {number} of the bundle is damaged"
                    ));
                }
                certificates += 1;
                open = None;
            }
            Some(body) => body.push_str(line),
        }
    }
    if open.is_some() {
        return Err(format!("the last certificate of the bundle has no {END}"));
    }
    if certificates == 0 {
        return Err(format!("the bundle holds no certificate ({BEGIN})"));
    }
    Ok(())
}

/// Whether the base64 text holds one DER sequence and nothing behind it (X.690 section 8.1.3).
fn is_der_sequence(body: &str) -> bool {
    let Ok(der) = STANDARD.decode(body) else { return false };
    let [0x30, first, rest @ ..] = der.as_slice() else {
        return false;
    };
    if *first < 0x80 {
        return usize::from(*first) == rest.len();
    }
    let count = usize::from(*first & 0x7f);
    if !(1..=4).contains(&count) || rest.len() < count {
        return false;
    }
    let (length, content) = rest.split_at(count);
    length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte)) == content.len()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A certificate as far as this check looks: a DER sequence of `size` bytes.
    pub(crate) fn certificate(size: u8) -> String {
        let mut der = vec![0x30, 0x81, size];
        der.resize(3 + usize::from(size), 7);
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der))
    }

    #[test]
    fn bundles_of_certificates() {
        let one = certificate(200);
        for good in [
            one.clone(),
            format!("# Größte Stelle\n{one}\n\n# second\n{one}"),
            one.replace('\n', "\r\n"),
            one.trim_end().to_owned(),
        ] {
            assert_eq!(certificate_bundle(&good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_not_a_bundle_of_certificates() {
        let one = certificate(200);
        for (bad, reason) in [
            (String::new(), "no certificate"),
            ("/etc/ssl/ca.pem".to_owned(), "line 1"),
            (
                format!("{one}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                "private key",
            ),
            (one.replace(END, ""), "no -----END"),
            (one.replace("MIHI", "MIHJ"), "damaged"),
            (one.replace("MIHI", "M$HI"), "damaged"),
            (format!("{one}\0"), "line 4 of the bundle holds a control character"),
            (format!("{one}{}", "\n".repeat(BUNDLE_LIMIT)), "at most"),
        ] {
            let error = certificate_bundle(&bad).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
