//! References to container images.

use super::validate::at_most;

/// Longest image name without tag and digest, as registries enforce it.
const NAME_LIMIT: usize = 255;

/// Longest whole reference: name, tag of 128 and digest of 71 characters with their separators.
const REFERENCE_LIMIT: usize = NAME_LIMIT + 1 + 128 + 1 + 71;

/// Longest registry prefix: it leaves room for the path of any default image.
const REGISTRY_LIMIT: usize = 200;

/// The registry that the default references name, and that a registry prefix stands in for.
const PUBLIC_REGISTRY: &str = "docker.io";

/// The reference to use for an image: the override as it was written, else the default with `registry` in the place of
/// `docker.io`. `registry` may have a port and a path, and may end with a slash.
///
/// An override is complete in itself: the registry prefix does not touch it.
pub fn image_reference(default: &str, replacement: Option<&str>, registry: Option<&str>) -> String {
    if let Some(replacement) = replacement {
        return replacement.to_owned();
    }
    let path = default
        .strip_prefix(PUBLIC_REGISTRY)
        .and_then(|rest| rest.strip_prefix('/'));
    match (registry, path) {
        (Some(registry), Some(path)) => format!("{}/{path}", registry.trim_end_matches('/')),
        _ => default.to_owned(),
    }
}

/// A complete image reference that says which version it means: `[registry[:port]/]path(:tag|@sha256:digest)`. A bare name
/// is refused: it would mean `latest`, another image on another day.
/// Source: the grammar of github.com/distribution/reference.
pub fn reference(text: &str) -> Result<(), String> {
    at_most("the image reference", text, REFERENCE_LIMIT)?;
    let wrong = |reason: &str| Err(format!("{text:?} is not a complete image reference: {reason}"));
    let (rest, digest) = text
        .split_once('@')
        .map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    if let Some(digest) = digest {
        let hexadecimal = digest.strip_prefix("sha256:").unwrap_or_default();
        let plain = hexadecimal
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if hexadecimal.len() != 64 || !plain {
            return wrong("its digest must be sha256: and 64 hexadecimal digits in lower case");
        }
    }
    // A colon after the last slash starts the tag; one before it belongs to the registry's port.
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = rest[last..].find(':').map_or((rest, None), |colon| {
        (&rest[..last + colon], Some(&rest[last + colon + 1..]))
    });
    if let Some(tag) = tag {
        let plain = tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if !(1..=128).contains(&tag.len()) || !plain || tag.starts_with(['.', '-']) {
            return wrong("its tag may have 1 to 128 letters, digits and the signs _ . -");
        }
    }
    if name.len() > NAME_LIMIT {
        return wrong(&format!("its name has more than {NAME_LIMIT} characters"));
    }
    let (registry, path) = match name.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
        _ => (None, name),
    };
    if let Some(Err(reason)) = registry.map(registry_host) {
        return wrong(&reason);
    }
    if !path.split('/').all(is_path_component) {
        return wrong("its name must be of lower-case letters and digits, joined by . _ - and /");
    }
    if tag.is_none() && digest.is_none() {
        return wrong("it has neither a tag nor a digest, so that it could mean another image tomorrow");
    }
    Ok(())
}

/// A registry prefix: a host, with a port and a path if need be.
pub fn registry(text: &str) -> Result<(), String> {
    at_most("the registry", text, REGISTRY_LIMIT)?;
    let wrong = |reason: &str| {
        Err(format!(
            "{text:?} is not a registry such as registry.example.com:5000/mirror: {reason}"
        ))
    };
    if text.contains("://") {
        return wrong("leave the scheme out");
    }
    let trimmed = text.strip_suffix('/').unwrap_or(text);
    let (host, path) = trimmed
        .split_once('/')
        .map_or((trimmed, None), |(host, path)| (host, Some(path)));
    if !host.contains(['.', ':']) && host != "localhost" {
        return wrong("its host needs a dot or a port, else it would read as part of the image's name");
    }
    if let Err(reason) = registry_host(host) {
        return wrong(&reason);
    }
    if path.is_some_and(|path| !path.split('/').all(is_path_component)) {
        return wrong("its path must be of lower-case letters and digits, joined by . _ - and /");
    }
    Ok(())
}

fn registry_host(text: &str) -> Result<(), String> {
    let (host, port) = text
        .split_once(':')
        .map_or((text, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !host.split('.').all(is_label) {
        return Err("the host of its registry is not a host name".to_owned());
    }
    match port {
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().unwrap_or(0) == 0 => {
            Err("the port of its registry is not a number from 1 to 65535".to_owned())
        }
        _ => Ok(()),
    }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_path_component(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    if !bytes.first().copied().is_some_and(word) || !bytes.last().copied().is_some_and(word) {
        return false;
    }
    bytes
        .split(|byte| word(*byte))
        .all(|joint| matches!(joint, b"" | b"." | b"_" | b"__") || joint.iter().all(|byte| *byte == b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEFAULT: &str = "docker.io/library/traefik:v3.7.15";

    #[test]
    fn a_registry_stands_in_for_the_public_one() {
        assert_eq!(image_reference(DEFAULT, None, None), DEFAULT);
        for registry in ["registry.test", "registry.test/"] {
            assert_eq!(
                image_reference(DEFAULT, None, Some(registry)),
                "registry.test/library/traefik:v3.7.15"
            );
        }
        assert_eq!(
            image_reference(DEFAULT, None, Some("registry.test:5000/mirror/")),
            "registry.test:5000/mirror/library/traefik:v3.7.15"
        );
        assert_eq!(
            image_reference("quay.io/prometheus/node-exporter:v1", None, Some("registry.test")),
            "quay.io/prometheus/node-exporter:v1"
        );
    }

    #[test]
    fn an_override_is_taken_as_written() {
        let digest = format!("registry.test:5000/own/traefik@sha256:{}", "0a".repeat(32));
        assert_eq!(image_reference(DEFAULT, Some(&digest), None), digest);
        assert_eq!(
            image_reference(DEFAULT, Some("traefik:v3"), Some("registry.test")),
            "traefik:v3"
        );
    }

    #[test]
    fn references_that_say_their_version() {
        let digest = format!("traefik@sha256:{}", "0a".repeat(32));
        let both = format!("registry.test:5000/a/b-c__d.e:1@sha256:{}", "0a".repeat(32));
        for good in [
            DEFAULT,
            "traefik:v3",
            "localhost/a:1",
            "localhost:5000/a:1",
            "Registry.test/a:1",
            "a/b/c:1",
            "a--b:1",
            &digest,
            &both,
        ] {
            assert_eq!(reference(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn references_that_do_not() {
        let short = format!("traefik@sha256:{}", "0a".repeat(31));
        for bad in [
            "",
            "traefik",
            "registry.test:5000/traefik",
            "traefik:",
            "traefik:-a",
            "traefik:a b",
            "Traefik:v3",
            "a//b:1",
            "/a:1",
            "a/:1",
            "a___b:1",
            "a..b:1",
            "-a:1",
            "registry.test:x/a:1",
            "registry.test:70000/a:1",
            "registry..test/a:1",
            "traefik@sha512:00",
            &short,
            "https://registry.test/a:1",
            "a:1$(id)",
            "a:${TAG}",
            "a:1\n",
        ] {
            assert!(reference(bad).is_err(), "{bad:?}");
        }
        assert!(reference("traefik").unwrap_err().contains("neither a tag nor a digest"));
    }

    #[test]
    fn registries() {
        for good in [
            "registry.test",
            "registry.test:5000",
            "localhost",
            "10.0.0.1:5000/mirror/hub",
            "registry.test/",
        ] {
            assert_eq!(registry(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "mirror",
            "https://registry.test",
            "registry.test//",
            "registry.test/A",
            "a.b:",
            "a b.c",
            "$(id).c",
        ] {
            assert!(registry(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_is_made_of_harmless_characters(text in "[a-z:@/.$ {}`'\"A-Z0-9_-]{0,30}") {
            let harmless = text.chars().all(|c| c.is_ascii_alphanumeric() || ".:/@_-".contains(c));
            prop_assert!(reference(&text).is_err() || harmless);
            prop_assert!(registry(&text).is_err() || harmless);
        }

        #[test]
        fn a_good_registry_makes_a_good_reference(host in "[a-z]{1,8}\\.[a-z]{2,4}(:[1-9][0-9]{0,3})?(/[a-z0-9]{1,5}){0,2}/?") {
            prop_assert_eq!(registry(&host), Ok(()));
            let image = image_reference(DEFAULT, None, Some(&host));
            prop_assert_eq!(reference(&image), Ok(()));
            prop_assert!(!image.contains("//"));
        }
    }
}
