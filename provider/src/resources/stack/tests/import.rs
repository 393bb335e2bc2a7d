//! Ids of imports.

use super::super::import::parse;
use crate::host::address::{Machine, SshAddress};

#[test]
fn an_id_names_a_machine_and_a_stack() {
    let ssh = |address: &str, port, user: &str| {
        Machine::Ssh(SshAddress {
            port,
            user: user.to_owned(),
            ..SshAddress::new(address)
        })
    };
    for (id, machine, name) in [
        ("203.0.113.7/platform", ssh("203.0.113.7", 22, "root"), "platform"),
        (
            "root@203.0.113.7:22/platform",
            ssh("203.0.113.7", 22, "root"),
            "platform",
        ),
        ("admin@example.com:2222/a", ssh("example.com", 2222, "admin"), "a"),
        ("[2001:db8::1]/edge-2", ssh("2001:db8::1", 22, "root"), "edge-2"),
        ("jo@corp.example@gateway/a", ssh("gateway", 22, "jo@corp.example"), "a"),
        ("local/platform", Machine::Local, "platform"),
    ] {
        assert_eq!(parse(id).unwrap(), (machine.clone(), name.to_owned()), "{id}");
        let short = format!("{machine}/{name}");
        assert_eq!(parse(&short).unwrap(), (machine, name.to_owned()), "{short}");
    }
}

#[test]
fn an_id_that_names_nothing_is_refused_with_the_reason() {
    let said: Vec<String> = [
        "",
        "platform",
        "/",
        "/platform",
        "203.0.113.7/",
        "203.0.113.7/Platform",
        "203.0.113.7/$(id)",
        "2001:db8::1/platform",
        "root@/platform",
        "203.0.113.7:0/platform",
        "a/b/platform",
        "a b/platform",
    ]
    .map(|id| {
        let refused = parse(id).unwrap_err();
        assert_eq!(refused.len(), 1);
        let detail = refused.0[0].detail.split("\n\n").next().unwrap_or_default();
        format!("{} {detail}", refused.0[0].summary)
    })
    .to_vec();
    insta::assert_snapshot!(said.join("\n"));
}
