//! A schema as documentation: first a neutral tree, then pages in the form of the Terraform registry.
//!
//! ```
//! # use tfplugin::{Field, Model};
//! # use tfplugin::schema::documentation::{Page, document};
//! /// A service.
//! #[derive(Model)]
//! struct Service {
//!     /// Its name.
//!     #[attribute(required)]
//!     name: Field<String>,
//! }
//!
//! let page = Page { provider: "test", name: "test_service", kind: "Resource", example: None, import: None, identity: None };
//! assert!(page.markdown(&document(&Service::schema())).contains("- `name` (String) Its name."));
//! ```

mod function;
mod identity;
mod page;

use super::{Attribute, AttributeKind, Block, BlockNesting, Mode, NestedBlock, NestedObject, ObjectNesting};
use crate::value::{Type, Value};

pub use function::FunctionPage;
pub use identity::ImportByIdentity;
pub use page::Page;

/// What a block consists of, sorted by name within each group.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is for, in Markdown.
    pub description: String,
    /// What to use instead.
    pub deprecation: Option<String>,
    /// What the user must set.
    pub required: Vec<Entry>,
    /// What the user may set.
    pub optional: Vec<Entry>,
    /// What the provider sets.
    pub read_only: Vec<Entry>,
}

/// An attribute or a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its type in words: `List of String`, `Block`.
    pub kind: String,
    /// What it is for, in Markdown.
    pub description: String,
    /// Whether it is hidden in output.
    pub sensitive: bool,
    /// Whether it is never stored.
    pub write_only: bool,
    /// Whether another value needs another object.
    pub replace: bool,
    /// What it is when it is left out, as it would be written.
    pub default: Option<String>,
    /// What to use instead.
    pub deprecation: Option<String>,
    /// The fewest and the most blocks; `None` is no limit.
    pub bounds: Option<(u32, Option<u32>)>,
    /// What it consists of.
    pub nested: Option<Document>,
}

/// The documentation of a block and all that is below it.
pub fn document(block: &Block) -> Document {
    let mut document = Document {
        description: block.description.clone(),
        deprecation: block.deprecation.clone(),
        required: Vec::new(),
        optional: Vec::new(),
        read_only: Vec::new(),
    };
    for attribute in &block.attributes {
        let group = match attribute.mode {
            Mode::Required => &mut document.required,
            Mode::Optional | Mode::OptionalComputed => &mut document.optional,
            Mode::Computed => &mut document.read_only,
        };
        group.push(Entry::of_attribute(attribute));
    }
    for nested in &block.blocks {
        let group = if nested.min > 0 {
            &mut document.required
        } else {
            &mut document.optional
        };
        group.push(Entry::of_block(nested));
    }
    for group in [&mut document.required, &mut document.optional, &mut document.read_only] {
        group.sort_by(|a, b| a.name.cmp(&b.name));
    }
    document
}

impl Entry {
    fn of_attribute(attribute: &Attribute) -> Self {
        let (kind, nested) = match &attribute.kind {
            AttributeKind::Plain(ty) => (words(ty), None),
            AttributeKind::Nested(nested) => (nested_words(nested), Some(document(&nested.block))),
        };
        Self {
            name: attribute.name.clone(),
            kind,
            description: attribute.description.clone(),
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
            replace: attribute.modifiers.replace,
            default: attribute.modifiers.default.as_ref().and_then(literal),
            deprecation: attribute.deprecation.clone(),
            bounds: None,
            nested,
        }
    }

    fn of_block(nested: &NestedBlock) -> Self {
        let (kind, bounds) = match nested.nesting {
            BlockNesting::Single => ("Block", None),
            BlockNesting::List => ("Block List", Some(nested)),
            BlockNesting::Set => ("Block Set", Some(nested)),
        };
        Self {
            name: nested.name.clone(),
            kind: kind.to_owned(),
            description: nested.block.description.clone(),
            sensitive: false,
            write_only: false,
            replace: false,
            default: None,
            deprecation: nested.block.deprecation.clone(),
            bounds: bounds.map(|nested| (nested.min, Some(nested.max).filter(|max| *max > 0))),
            nested: Some(document(&nested.block)),
        }
    }
}

/// A type in the words of the registry.
fn words(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", words(element)),
        Type::Set(element) => format!("Set of {}", words(element)),
        Type::Map(element) => format!("Map of {}", words(element)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}

fn nested_words(nested: &NestedObject) -> String {
    let words = match nested.nesting {
        ObjectNesting::Single => "Attributes",
        ObjectNesting::List => "Attributes List",
        ObjectNesting::Set => "Attributes Set",
        ObjectNesting::Map => "Attributes Map",
    };
    words.to_owned()
}

/// A default as it would be written; `None` for what is too long to be shown in a line.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(answer) => Some(answer.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(format!("\"{text}\"")),
        Value::List(elements) => {
            let elements: Option<Vec<String>> = elements.iter().map(literal).collect();
            elements
                .map(|elements| format!("[{}]", elements.join(", ")))
                .filter(|text| text.len() < 80)
        }
        Value::Map(members) if members.is_empty() => Some("{}".to_owned()),
        _ => None,
    }
}
