//! Two-factor login of the administrator.

use std::fmt::Write as _;
use std::fs;

use acceptance::harness::Case;
use quickfra::api::uptime_kuma::Error;
use sha2::{Digest as _, Sha256};

use super::Machine;
use crate::hand::Hand;

const SECRET: &str = "administrator-totp-secret";

/// The last apply has handed the secret out, and a code of it logs in.
pub(super) fn a_code_is_needed_and_handed_out(machine: &mut Machine, case: &Case) {
    let secret = machine.site.secret(SECRET);
    let hash = Sha256::digest(&secret).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    });
    let handed_out = fs::read_to_string(case.folder().join("work/handed-out")).unwrap();
    assert_eq!(handed_out, format!("{hash}  -\n"));
    a_code_is_needed(machine);
}

/// Nobody logs in with the password alone, and a code of the secret on the machine does.
pub(super) fn a_code_is_needed(machine: &mut Machine) {
    machine.note();
    let site = &machine.site;
    let authority = format!("{}:{}", site.host.address(), super::BESIDE);
    let person = Hand::known(&authority, "admin", &site.password());
    let refused = person.tries(async |session| session.version().await).unwrap_err();
    assert!(matches!(refused, Error::CodeRequired), "{refused}");
    let files = site.secrets();
    assert!(files.contains(&format!("{SECRET} 600 root")), "{files:?}");
    machine.hand.has_codes(&site.secret(SECRET));
    let on = machine.hand.does(async |session| session.account().two_factor().await);
    assert!(on);
}
