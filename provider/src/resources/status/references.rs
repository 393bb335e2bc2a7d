//! What an object refers to by its number. The server stores an object before it looks at those, and then answers with an
//! error of its database: so what is not there is found out before, in the lists that the server sends by itself.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Diagnostic;
use tfplugin::value::Path;

use super::object::Kind;
use super::server::{Server, ServerName};
use crate::api::uptime_kuma::Error;

/// So many of those that are there are named.
const NAMED: usize = 10;

/// What is there of one kind: what tells one from another, and the name of each.
pub(super) type Names<K = i64> = BTreeMap<K, String>;

/// Those of a kind that a server has; none where its version has no such kind.
pub(super) async fn there<K: Kind<Key = i64>>(server: &Server) -> Result<Names, Error> {
    match K::all(server).await {
        Ok(all) => Ok(all.into_iter().collect()),
        Err(Error::Unsupported { .. }) => Ok(Names::new()),
        Err(error) => Err(error),
    }
}

/// An error at `path` if some of the objects of the kind `K` that are `wanted` are not `there`. `referring` is what refers
/// to them, such as `monitor`.
pub(super) fn absent<'a, K: Kind, T: Ord + ToString + 'a>(
    server: &ServerName,
    referring: &str,
    wanted: impl IntoIterator<Item = &'a T>,
    there: &Names<T>,
    path: Path,
) -> Option<Diagnostic> {
    let gone: BTreeSet<&T> = wanted
        .into_iter()
        .filter(|wanted| !there.contains_key(wanted))
        .collect();
    if gone.is_empty() {
        return None;
    }
    let gone: Vec<String> = gone.into_iter().map(ToString::to_string).collect();
    let noun = K::NOUN;
    let summary = format!("A {noun} of the {referring} does not exist");
    let detail = format!(
        "{server} has no {noun} {}. {}\n\nRefer to the resource that makes it, {}.<name>, so that it is there first. \
         Nothing was changed.",
        gone.join(", "),
        listed(there),
        K::NAME
    );
    Some(Diagnostic::error(summary, detail).at(path))
}

/// What there is, in words.
pub(super) fn listed<K: ToString>(there: &Names<K>) -> String {
    if there.is_empty() {
        return "It has none at all.".to_owned();
    }
    let name = |(key, name): (&K, &String)| match name.as_str() {
        "" => key.to_string(),
        name => format!("{} ({name})", key.to_string()),
    };
    let mut names: Vec<String> = there.iter().take(NAMED).map(name).collect();
    let more = there.len().saturating_sub(NAMED);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    format!("It has {}.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::status::notification::NotificationKind;

    fn told(wanted: &[i64], there: &Names) -> String {
        let server = ServerName::endpoint("https://status.example.net");
        let path = Path::root().attribute("notifications");
        let error = absent::<NotificationKind, _>(&server, "monitor", wanted, there, path);
        error.map_or_else(String::new, |error| {
            assert!(error.summary.len() < 80);
            format!("{}\n{}\n{}", error.path.unwrap(), error.summary, error.detail)
        })
    }

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        let there = Names::from([(1, "Hook".to_owned()), (3, "Pager".to_owned())]);
        assert_eq!(told(&[], &there), "");
        assert_eq!(told(&[1, 3], &there), "");
        insta::assert_snapshot!(told(&[1, 7, 2, 7], &there), @r"
        notifications
        A notification of the monitor does not exist
        Uptime Kuma at https://status.example.net has no notification 2, 7. It has 1 (Hook), 3 (Pager).

        Refer to the resource that makes it, quickfra_status_notification.<name>, so that it is there first. Nothing was changed.
        ");
    }

    #[test]
    fn of_many_some_are_named() {
        assert_eq!(listed(&Names::<i64>::new()), "It has none at all.");
        let many: Names = (1..=12).map(|id| (id, String::new())).collect();
        assert_eq!(listed(&many), "It has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, and 2 more.");
    }
}
