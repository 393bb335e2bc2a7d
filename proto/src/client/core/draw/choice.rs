//! Names of which exactly one is there.

use std::collections::BTreeMap;

use super::Draw;
use crate::client::core::shape::{AttributeShape, BlockShape, Shape};

/// What was chosen for one object: of the names in it, those that are there, and those that are not. Other names are in it
/// nowhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    there: BTreeMap<String, bool>,
}

impl Choice {
    /// Whether the attribute or block of that name is there; none where nothing was chosen.
    pub(super) fn of(&self, name: &str) -> Option<bool> {
        self.there.get(name).copied()
    }
}

impl Draw {
    /// Chooses for an object, from each set of names in so many of a hundred cases. Of sets with names in common the last
    /// one decides.
    pub(super) fn choose(&mut self, shape: &Shape, percent: u64) -> Choice {
        let mut choice = Choice::default();
        for names in self.choices.clone() {
            if !names.iter().all(|name| has(shape, name)) || !self.chance(percent) {
                continue;
            }
            let mut among = names.clone();
            among.retain(|name| !self.forgoes_name(shape, name));
            // None, where each of them would have to have a write-only attribute.
            let chosen = self.pick(&among).cloned();
            let there = names.iter().map(|name| (name.clone(), Some(name) == chosen.as_ref()));
            choice.there.extend(there);
        }
        choice
    }

    /// Whether a block is mostly left out, since it cannot be without a write-only attribute.
    pub(super) fn forgoes(&self, block: &BlockShape) -> bool {
        self.forgoes_write_only && demands_write_only(&block.shape)
    }

    fn forgoes_name(&self, shape: &Shape, name: &str) -> bool {
        let mut attributes = shape.attributes.iter();
        let mut blocks = shape.blocks.iter();
        let forgone = |attribute: &AttributeShape| self.forgoes_write_only && attribute.write_only;
        attributes.any(|attribute| attribute.name == name && forgone(attribute))
            || blocks.any(|block| block.name == name && self.forgoes(block))
    }
}

/// Whether a write-only attribute must be there in each such object.
fn demands_write_only(shape: &Shape) -> bool {
    let mut attributes = shape.attributes.iter();
    let mut blocks = shape.blocks.iter();
    attributes.any(|attribute| attribute.write_only && attribute.required)
        || blocks.any(|block| block.min > 0 && demands_write_only(&block.shape))
}

/// Whether a shape has an attribute or block of that name that is left out or not as the user likes.
fn has(shape: &Shape, name: &str) -> bool {
    let mut attributes = shape.attributes.iter();
    let mut blocks = shape.blocks.iter();
    attributes.any(|attribute| attribute.name == name && attribute.optional)
        || blocks.any(|block| block.name == name && block.min == 0)
}
