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

impl Shape {
    /// A configuration with everything that it leaves out: null attributes, and no blocks.
    pub fn filled(&self, config: Value) -> Value {
        let Value::Map(mut members) = config else {
            return config;
        };
        for attribute in &self.attributes {
            let mut given = members.remove(&attribute.name).unwrap_or_default();
            if let Content::Objects(nesting, shape) = &attribute.content {
                given = nesting.filled(shape, given);
            }
            members.insert(attribute.name.clone(), given);
        }
        for block in &self.blocks {
            let given = match (members.remove(&block.name), block.nesting) {
                (Some(given), nesting) => nesting.filled(&block.shape, given),
                (None, Nesting::List | Nesting::Set) => Value::List(Vec::new()),
                (None, _) => Value::Null,
            };
            members.insert(block.name.clone(), given);
        }
        Value::Map(members)
    }
}

impl Nesting {
    /// Objects with everything that each leaves out.
    fn filled(self, shape: &Shape, given: Value) -> Value {
        match (self, given) {
            (Self::List | Self::Set, Value::List(elements)) => {
                Value::List(elements.into_iter().map(|element| shape.filled(element)).collect())
            }
            (Self::Map, Value::Map(entries)) => {
                let filled = entries.into_iter().map(|(key, entry)| (key, shape.filled(entry)));
                Value::Map(filled.collect())
            }
            (Self::Single | Self::Group, object) => shape.filled(object),
            (_, other) => other,
        }
    }

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
