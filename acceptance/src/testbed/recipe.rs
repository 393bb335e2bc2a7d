//! A recipe is everything that decides what comes out when something is made. Its hash names the result, so that a
//! changed recipe makes a new thing and an unchanged one is made once.

use sha2::{Digest as _, Sha256};

/// Collects the inputs of something that is made: texts of scripts, versions asked for, contents of files.
#[derive(Debug, Clone)]
pub struct Recipe {
    name: String,
    hash: Sha256,
}

impl Recipe {
    /// A recipe for the thing of that name, without any input yet.
    pub fn new(name: impl Into<String>) -> Self {
        let recipe = Self {
            name: name.into(),
            hash: Sha256::new(),
        };
        let name = recipe.name.clone();
        recipe.input("name", name)
    }

    /// Adds an input. The order counts.
    #[must_use]
    pub fn input(mut self, key: &str, value: impl AsRef<[u8]>) -> Self {
        // The lengths keep ("ab", "c") and ("a", "bc") apart.
        for part in [key.as_bytes(), value.as_ref()] {
            self.hash.update((part.len() as u64).to_le_bytes());
            self.hash.update(part);
        }
        self
    }

    /// What is made.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Hash of all inputs, 16 hexadecimal digits.
    pub fn hash(&self) -> String {
        let digest = self.hash.clone().finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        format!("{:016x}", u64::from_be_bytes(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_changes_the_hash() {
        let base = Recipe::new("a").input("script", "x").input("version", "1");
        let others = [
            Recipe::new("b").input("script", "x").input("version", "1"),
            Recipe::new("a").input("script", "y").input("version", "1"),
            Recipe::new("a").input("script", "x").input("version", "2"),
            Recipe::new("a").input("script", "x"),
            Recipe::new("a").input("version", "1").input("script", "x"),
            Recipe::new("a").input("scrip", "tx").input("version", "1"),
        ];
        for other in &others {
            assert_ne!(base.hash(), other.hash());
        }
        assert_eq!(
            base.hash(),
            Recipe::new("a").input("script", "x").input("version", "1").hash()
        );
    }

    #[test]
    fn the_hash_is_the_same_on_every_machine() {
        assert_eq!(Recipe::new("a").input("k", "v").hash(), "48394a92ff55a90e");
    }
}
