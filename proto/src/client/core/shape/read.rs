//! Reads schemas from the messages, and finds what core would refuse a provider for (protocol rules 1 to 9).

use std::collections::BTreeSet;

use super::{AttributeShape, BlockShape, Content, Nesting, Shape};
use crate::client::core::rules::Violation;
use crate::protocol::schema::{self, nested_block, object};
use crate::protocol::{self, ResourceIdentitySchema};
use crate::value::{Path, Type};

/// What a function takes and gives.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionShape {
    /// The types of its parameters.
    pub parameters: Vec<Type>,
    /// The type of any further arguments.
    pub variadic: Option<Type>,
    /// The type of its result.
    pub result: Type,
}

impl Shape {
    /// Reads the schema of a provider, resource, data source, ephemeral resource, list or action.
    ///
    /// Fails with all that core would refuse.
    pub fn read(schema: &protocol::Schema) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        let root = Path::root();
        if schema.version < 0 {
            found.push(Violation::new(6, &root, "the version is negative"));
        }
        let shape = match &schema.block {
            Some(block) => read_block(block, &root, false, &mut found),
            None => Self::default(),
        };
        if found.is_empty() { Ok(shape) } else { Err(found) }
    }

    /// Reads an identity schema as an object of attributes.
    ///
    /// Fails with all that core would refuse (protocol rule 7).
    pub fn read_identity(schema: &ResourceIdentitySchema) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        let mut shape = Self::default();
        for attribute in &schema.identity_attributes {
            let path = Path::root().attribute(&attribute.name);
            let ty = read_type(&attribute.r#type, &path, &mut found);
            if !is_identity_type(&ty) {
                let what = format!("an identity holds primitives and lists of them, not {ty}");
                found.push(Violation::new(7, &path, what));
            }
            if attribute.required_for_import == attribute.optional_for_import {
                let what = "it is neither required nor optional for import, or both";
                found.push(Violation::new(7, &path, what));
            }
            shape.attributes.push(AttributeShape {
                name: attribute.name.clone(),
                content: Content::Plain(ty),
                required: attribute.required_for_import,
                optional: attribute.optional_for_import,
                computed: false,
                write_only: false,
                sensitive: false,
            });
        }
        if schema.version < 0 {
            found.push(Violation::new(6, &Path::root(), "the version is negative"));
        }
        if found.is_empty() { Ok(shape) } else { Err(found) }
    }
}

impl FunctionShape {
    /// Reads a function's signature.
    ///
    /// Fails with all that core would refuse (protocol rule 8).
    pub fn read(function: &protocol::Function) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut parameter = |parameter: &protocol::function::Parameter| {
            let path = Path::root().attribute(&parameter.name);
            if !is_identifier(&parameter.name) {
                found.push(Violation::new(8, &path, "the parameter's name is not an identifier"));
            }
            if !seen.insert(parameter.name.clone()) {
                found.push(Violation::new(8, &path, "two parameters have this name"));
            }
            read_type(&parameter.r#type, &path, &mut found)
        };
        let parameters = function.parameters.iter().map(&mut parameter).collect();
        let variadic = function.variadic_parameter.as_ref().map(parameter);
        let result = if let Some(result) = &function.r#return {
            read_type(&result.r#type, &Path::root(), &mut found)
        } else {
            found.push(Violation::new(8, &Path::root(), "the function has no result"));
            Type::Dynamic
        };
        let shape = Self {
            parameters,
            variadic,
            result,
        };
        if found.is_empty() { Ok(shape) } else { Err(found) }
    }
}

fn read_block(block: &schema::Block, path: &Path, in_set: bool, found: &mut Vec<Violation>) -> Shape {
    let mut seen = BTreeSet::new();
    let attributes = read_attributes(&block.attributes, path, in_set, &mut seen, found);
    let mut blocks = Vec::new();
    for nested in &block.block_types {
        let path = path.attribute(&nested.type_name);
        if !is_block_name(&nested.type_name) {
            found.push(Violation::new(3, &path, "the block's name is not of a-z, 0-9 and _"));
        }
        if !seen.insert(nested.type_name.clone()) {
            found.push(Violation::new(3, &path, "the name occurs twice"));
        }
        if let Some(block) = read_nested_block(nested, &path, in_set, found) {
            blocks.push(block);
        }
    }
    deprecation(block.deprecated, &block.deprecation_message, path, found);
    Shape { attributes, blocks }
}

fn read_nested_block(
    nested: &schema::NestedBlock,
    path: &Path,
    in_set: bool,
    found: &mut Vec<Violation>,
) -> Option<BlockShape> {
    use nested_block::NestingMode;
    let nesting = match nested.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::Group => Nesting::Group,
        NestingMode::List => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
        NestingMode::Invalid => {
            found.push(Violation::new(4, path, "the block has no nesting"));
            return None;
        }
    };
    let (min, max) = (nested.min_items, nested.max_items);
    let fits = match nesting {
        Nesting::Single => min == max && (0..=1).contains(&min),
        Nesting::Group | Nesting::Map => min == 0 && max == 0,
        Nesting::List | Nesting::Set => min >= 0 && (max == 0 || min <= max),
    };
    if !fits {
        let what = format!("the bounds {min} and {max} do not fit the nesting");
        found.push(Violation::new(4, path, what));
    }
    let block = nested.block.clone().unwrap_or_default();
    let shape = read_block(&block, path, in_set || nesting == Nesting::Set, found);
    if matches!(nesting, Nesting::List | Nesting::Map) && is_dynamic(&shape.ty()) {
        // Core would make a tuple or object of it, which this port does not follow.
        found.push(Violation::new(
            5,
            path,
            "a dynamic type stands in a collection of blocks",
        ));
    }
    if nesting == Nesting::Set && is_dynamic(&shape.ty()) {
        found.push(Violation::new(5, path, "a dynamic type stands in a set of blocks"));
    }
    // What the user may write in it is optional and computed.
    let all_computed =
        shape.attributes.iter().all(|attribute| attribute.computed) && shape.blocks.iter().all(|block| block.computed);
    if block.computed && (nesting == Nesting::Group || min > 0 || !all_computed) {
        let what = "a computed block is a group, must be written, or holds what is not computed";
        found.push(Violation::new(6, path, what));
    }
    Some(BlockShape {
        name: nested.type_name.clone(),
        nesting,
        min,
        max,
        computed: block.computed,
        shape,
    })
}

fn read_attributes(
    attributes: &[schema::Attribute],
    path: &Path,
    in_set: bool,
    seen: &mut BTreeSet<String>,
    found: &mut Vec<Violation>,
) -> Vec<AttributeShape> {
    let mut shapes = Vec::new();
    for attribute in attributes {
        let path = path.attribute(&attribute.name);
        if !seen.insert(attribute.name.clone()) {
            found.push(Violation::new(3, &path, "the name occurs twice"));
        }
        let modes = (attribute.required, attribute.optional, attribute.computed);
        if !matches!(modes, (true, false, false) | (false, true, _) | (false, false, true)) {
            let what = "it is not exactly one of required, optional, computed, and optional with computed";
            found.push(Violation::new(1, &path, what));
        }
        if attribute.write_only && (in_set || attribute.computed) {
            let (rule, what) = if in_set {
                (5, "a write-only attribute stands in a set")
            } else {
                (9, "a write-only attribute is computed")
            };
            found.push(Violation::new(rule, &path, what));
        }
        deprecation(attribute.deprecated, &attribute.deprecation_message, &path, found);
        shapes.push(AttributeShape {
            name: attribute.name.clone(),
            content: read_content(attribute, &path, in_set, found),
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            write_only: attribute.write_only,
            sensitive: attribute.sensitive,
        });
    }
    shapes
}

fn read_content(attribute: &schema::Attribute, path: &Path, in_set: bool, found: &mut Vec<Violation>) -> Content {
    use object::NestingMode;
    let Some(nested) = &attribute.nested_type else {
        if attribute.r#type.is_empty() {
            found.push(Violation::new(2, path, "it has neither a type nor nested attributes"));
            return Content::Plain(Type::Dynamic);
        }
        return Content::Plain(read_type(&attribute.r#type, path, found));
    };
    if !attribute.r#type.is_empty() {
        found.push(Violation::new(2, path, "it has a type and nested attributes"));
    }
    let nesting = match nested.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::List => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
        NestingMode::Invalid => {
            found.push(Violation::new(4, path, "the nested attributes have no nesting"));
            Nesting::Single
        }
    };
    let in_set = in_set || nesting == Nesting::Set;
    let shape = Shape {
        attributes: read_attributes(&nested.attributes, path, in_set, &mut BTreeSet::new(), found),
        blocks: Vec::new(),
    };
    if nesting == Nesting::Set && is_dynamic(&shape.ty()) {
        found.push(Violation::new(5, path, "a dynamic type stands in a set of objects"));
    }
    Content::Objects(nesting, shape)
}

fn read_type(json: &[u8], path: &Path, found: &mut Vec<Violation>) -> Type {
    Type::from_json(json).unwrap_or_else(|error| {
        found.push(Violation::new(2, path, format!("the type cannot be read: {error}")));
        Type::Dynamic
    })
}

fn deprecation(deprecated: bool, message: &str, path: &Path, found: &mut Vec<Violation>) {
    if !deprecated && !message.is_empty() {
        let what = "it has a deprecation message and is not deprecated";
        found.push(Violation::new(6, path, what));
    }
}

fn is_block_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// HCL's identifiers, as far as ASCII goes.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn is_identity_type(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Number | Type::String => true,
        Type::List(element) => is_identity_type(element),
        _ => false,
    }
}

fn is_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_dynamic(element),
        Type::Tuple(elements) => elements.iter().any(is_dynamic),
        Type::Object(attributes) => attributes.values().any(is_dynamic),
    }
}
