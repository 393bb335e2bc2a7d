//! Values that pass, values that do not, and properties of both.

use proptest::prelude::*;

use super::*;

/// Values that try to break out of a shell, YAML, Go templates, JSON, Compose interpolation or a rule of Traefik.
const HOSTILE: [&str; 16] = [
    "$(id)",
    "${HOME}",
    "`id`",
    "a'b",
    "a\"b",
    "a\nb",
    "a\rb",
    "a\0b",
    "{{ env \"HOME\" }}",
    "a b",
    "a\\b",
    "a`) || PathPrefix(`/",
    "ä",
    "a\u{2028}b",
    "../x",
    "",
];

#[test]
fn stack_names() {
    for good in ["a", "platform", "a-1", &"a".repeat(31)] {
        assert_eq!(stack_name(good), Ok(()), "{good}");
    }
    for bad in ["", "1a", "-a", "a-", "A", "a_b", "a.b", &"a".repeat(32)] {
        assert!(stack_name(bad).is_err(), "{bad}");
    }
}

#[test]
fn domains() {
    let long = format!("{}.com", "a".repeat(63));
    for good in [
        "example.com",
        "status.example.test",
        "xn--bcher-kva.example",
        "1and1.de",
        &long,
    ] {
        assert_eq!(domain(good), Ok(()), "{good}");
    }
    let too_long_label = format!("{}.com", "a".repeat(64));
    let too_long = format!("{}com", "abcdefg.".repeat(32));
    for bad in [
        "localhost",
        "example.com.",
        "*.example.com",
        "-a.com",
        "a-.com",
        "a..com",
        ".com",
        "Example.com",
        "bücher.example",
        "192.0.2.1",
        "10.1",
        "a_b.com",
        "a.com:80",
        &too_long_label,
        &too_long,
    ] {
        assert!(domain(bad).is_err(), "{bad}");
    }
    assert!(domain("bücher.example").unwrap_err().contains("xn--"));
}

#[test]
fn emails() {
    for good in ["ops@example.com", "a.b+c_d%e-f@mail.example.com"] {
        assert_eq!(email(good), Ok(()), "{good}");
    }
    for bad in [
        "ops",
        "@example.com",
        "ops@",
        "ops@localhost",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "\"a b\"@example.com",
        "a@b@example.com",
    ] {
        assert!(email(bad).is_err(), "{bad}");
    }
}

#[test]
fn urls() {
    for good in [
        "https://acme-v02.api.letsencrypt.org/directory",
        "https://pebble:14000/dir",
        "https://192.0.2.1/dir?x=1",
        "https://[2001:db8::1]:8443/dir",
        "https://[2001:db8::1]",
        "https://ca.example.com",
    ] {
        assert_eq!(https_url(good), Ok(()), "{good}");
    }
    for bad in [
        "http://ca.example.com",
        "ca.example.com",
        "https://",
        "https:///dir",
        "https://user:password@ca.example.com/",
        "https://ca.example.com:0/",
        "https://ca.example.com:65536/",
        "https://ca.example.com:/",
        "https://ca.example.com:+1/",
        "https://[2001:db8::1]x/",
        "https://[192.0.2.1]/",
        "https://[2001:db8::1/",
        "https://CA.example.com/",
        "https://ca.example.com/#a",
    ] {
        assert!(https_url(bad).is_err(), "{bad}");
    }
}

#[test]
fn addresses_and_networks() {
    for good in [
        "192.0.2.1",
        "192.0.2.0/24",
        "0.0.0.0/0",
        "2001:db8::/32",
        "::/0",
        "::1",
        "::1/128",
        "1.2.3.4/32",
    ] {
        assert_eq!(address_or_network(good), Ok(()), "{good}");
    }
    for bad in [
        "192.0.2.1/24",
        "192.0.2.0/33",
        "2001:db8::1/32",
        "::/129",
        "1.2.3",
        "1.2.3.4/",
        "1.2.3.4/+8",
    ] {
        assert!(address_or_network(bad).is_err(), "{bad}");
    }
}

#[test]
fn user_names() {
    assert_eq!(user_name("admin"), Ok(()));
    assert_eq!(user_name("ops@example.com"), Ok(()));
    assert!(user_name("-a").is_err());
    assert!(user_name(&"a".repeat(65)).is_err());
}

#[test]
fn numbers() {
    assert_eq!(within("retention", 1, 1, 2), Ok(()));
    assert_eq!(
        within("the retention in days", 3, 1, 2),
        Err("the retention in days must be from 1 to 2, not 3".to_owned())
    );
}

#[test]
fn hostile_values_are_refused_everywhere() {
    for bad in HOSTILE {
        assert!(stack_name(bad).is_err(), "{bad:?}");
        assert!(user_name(bad).is_err(), "{bad:?}");
        for bad in [bad.to_owned(), format!("{bad}.example.com")] {
            assert!(domain(&bad).is_err(), "{bad:?}");
        }
        assert!(email(&format!("{bad}@example.com")).is_err(), "{bad:?}");
        assert!(https_url(&format!("https://{bad}/")).is_err(), "{bad:?}");
        if bad != "../x" && !bad.is_empty() {
            assert!(https_url(&format!("https://ca.example.com/{bad}")).is_err(), "{bad:?}");
        }
        assert!(address_or_network(bad).is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn what_passes_is_made_of_harmless_characters(text in ".{0,40}") {
        let harmless = |extra: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c));
        prop_assert!(stack_name(&text).is_err() || harmless("-"));
        prop_assert!(domain(&text).is_err() || harmless("-."));
        prop_assert!(email(&text).is_err() || harmless("-.@_%+"));
        prop_assert!(user_name(&text).is_err() || harmless("-.@_"));
        prop_assert!(address_or_network(&text).is_err() || harmless(".:/"));
    }

    #[test]
    fn no_path_of_a_url_brings_in_another_syntax(path in ".{0,40}") {
        let url = format!("https://ca.example.com/{path}");
        let forbidden = ['"', '\'', '`', '$', '(', ')', '{', '}', '<', '>', '\\', ' ', '#'];
        prop_assert!(
            https_url(&url).is_err() || !path.contains(|c: char| forbidden.contains(&c) || c.is_control() || !c.is_ascii())
        );
    }
}
