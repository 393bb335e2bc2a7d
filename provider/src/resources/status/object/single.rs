//! What a server has once, such as its settings: there is nothing to tell it from.

use std::fmt;
use std::marker::PhantomData;

use super::Key;

/// A kind that a server has one object of.
pub trait Single: 'static {
    /// What stands for the object in an import id.
    const WORD: &'static str;
}

/// The key of the one object of a kind: it says nothing.
pub struct Only<K>(PhantomData<fn() -> K>);

impl<K> Default for Only<K> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<K> Clone for Only<K> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<K: Single> fmt::Debug for Only<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(K::WORD)
    }
}

impl<K: Single> fmt::Display for Only<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(K::WORD)
    }
}

impl<K: Single> Key for Only<K> {
    fn of_text(text: &str) -> Option<Self> {
        (text == K::WORD).then(Self::default)
    }
}

/// The parts of a kind that a server has one object of, and whose model has the attributes `stack` and `endpoint`.
macro_rules! single_key {
    () => {
        type Key = $crate::resources::status::object::Only<Self>;
        type Identity = $crate::resources::status::server::ServerIdentity;

        fn of_identity(
            identity: &Self::Identity,
        ) -> Result<($crate::resources::status::server::ServerName, Self::Key), ::tfplugin::Diagnostics> {
            Ok((identity.server()?, Self::Key::default()))
        }

        fn key(_: &Self::Model) -> Option<Self::Key> {
            Some(Self::Key::default())
        }

        fn set_key(_: &mut Self::Model, _: &Self::Key) {}

        fn name(_: &Self::Model) -> &str {
            ""
        }
    };
}
pub(crate) use single_key;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::status::settings::SettingsKind;

    #[test]
    fn its_key_is_one_word() {
        assert!(Only::<SettingsKind>::of_text("settings").is_some());
        assert!(Only::<SettingsKind>::of_text("1").is_none());
        assert_eq!(Only::<SettingsKind>::default().to_string(), "settings");
    }
}
