//! A self-signed P-521 certificate of the form that go-plugin makes: an authority named `localhost`.
//!
//! Written out in DER (X.690, RFC 5280), since the library that makes the other certificates has no P-521 here.

/// `ecdsa-with-SHA512`, 1.2.840.10045.4.3.4.
const ECDSA_WITH_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04];
/// `commonName`, 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// `basicConstraints`, 2.5.29.19.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// The certificate for `public_key` (a `SubjectPublicKeyInfo` in DER), signed by `sign`.
pub(super) fn self_signed(public_key: &[u8], serial: u64, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let algorithm = element(SEQUENCE, &element(OBJECT_IDENTIFIER, ECDSA_WITH_SHA512));
    let name_part = [
        element(OBJECT_IDENTIFIER, COMMON_NAME),
        element(UTF8_STRING, b"localhost"),
    ]
    .concat();
    let name = element(SEQUENCE, &element(SET, &element(SEQUENCE, &name_part)));
    let validity = [element(UTC_TIME, b"200101000000Z"), element(UTC_TIME, b"491231235959Z")].concat();
    let authority = element(SEQUENCE, &element(BOOLEAN, &[0xff]));
    let extension = [
        element(OBJECT_IDENTIFIER, BASIC_CONSTRAINTS),
        element(BOOLEAN, &[0xff]),
        element(OCTET_STRING, &authority),
    ]
    .concat();
    // A leading byte below 0x80 keeps the number positive, one above 0 keeps it in its shortest form.
    let serial = [&[0x01][..], &serial.to_be_bytes()].concat();
    let body = [
        element(VERSION, &element(INTEGER, &[2])),
        element(INTEGER, &serial),
        algorithm.clone(),
        name.clone(),
        element(SEQUENCE, &validity),
        name,
        public_key.to_vec(),
        element(EXTENSIONS, &element(SEQUENCE, &element(SEQUENCE, &extension))),
    ]
    .concat();
    let body = element(SEQUENCE, &body);
    let signature = [&[0][..], &sign(&body)].concat();
    element(SEQUENCE, &[body, algorithm, element(BIT_STRING, &signature)].concat())
}

/// One DER element of up to 65535 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    let mut bytes = vec![tag];
    match length {
        0..0x80 => bytes.push(low),
        0x80..0x100 => bytes.extend([0x81, low]),
        _ => bytes.extend([0x82, high, low]),
    }
    bytes.extend_from_slice(content);
    bytes
}
