//! Going through objects by their shape.

use super::{AttributeShape, Content, Nesting, Shape};
use crate::value::{Path, Value};

impl Shape {
    /// Shows every attribute of an object with its value and path, the outer before the inner. What is null or unknown
    /// is not gone into.
    pub fn each(&self, object: &Value, path: &Path, show: &mut impl FnMut(&AttributeShape, &Value, &Path)) {
        let Value::Map(members) = object else { return };
        for attribute in &self.attributes {
            let Some(member) = members.get(&attribute.name) else {
                continue;
            };
            let path = path.attribute(&attribute.name);
            show(attribute, member, &path);
            if let Content::Objects(nesting, shape) = &attribute.content {
                for (path, object) in nesting.objects(member, &path) {
                    shape.each(object, &path, show);
                }
            }
        }
        for block in &self.blocks {
            let Some(member) = members.get(&block.name) else {
                continue;
            };
            for (path, object) in block.nesting.objects(member, &path.attribute(&block.name)) {
                block.shape.each(object, &path, show);
            }
        }
    }
}

impl Nesting {
    /// The objects in a value, each with its path.
    pub fn objects<'v>(self, value: &'v Value, path: &Path) -> Vec<(Path, &'v Value)> {
        match (self, value) {
            (Self::Single | Self::Group, object) => vec![(path.clone(), object)],
            (Self::List, Value::List(elements)) => (0..)
                .zip(elements)
                .map(|(index, element)| (path.index(index), element))
                .collect(),
            (Self::Set, Value::List(elements)) => elements
                .iter()
                .map(|element| (path.element(element.clone()), element))
                .collect(),
            (Self::Map, Value::Map(members)) => members.iter().map(|(key, member)| (path.key(key), member)).collect(),
            _ => Vec::new(),
        }
    }
}
