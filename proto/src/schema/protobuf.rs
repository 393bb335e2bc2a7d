//! The schema as the protocol sends it.

use super::{Attribute, AttributeKind, Block, BlockNesting, Mode, NestedBlock, NestedObject, ObjectNesting, Schema};
use crate::protocol;
use crate::protocol::schema as message;

/// Descriptions are Markdown.
const KIND: i32 = protocol::StringKind::Markdown as i32;

impl From<&Schema> for protocol::Schema {
    fn from(schema: &Schema) -> Self {
        Self {
            version: schema.version,
            block: Some((&schema.block).into()),
        }
    }
}

impl From<&Block> for message::Block {
    fn from(block: &Block) -> Self {
        Self {
            attributes: block.attributes.iter().map(Into::into).collect(),
            block_types: block.blocks.iter().map(Into::into).collect(),
            description: block.description.clone(),
            description_kind: KIND,
            deprecated: block.deprecation.is_some(),
            deprecation_message: block.deprecation.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl From<&Attribute> for message::Attribute {
    fn from(attribute: &Attribute) -> Self {
        // Exactly one of the two (protocol rule 2).
        let (r#type, nested_type) = match &attribute.kind {
            AttributeKind::Plain(ty) => (ty.to_json().into(), None),
            AttributeKind::Nested(nested) => (bytes::Bytes::new(), Some(nested.into())),
        };
        Self {
            name: attribute.name.clone(),
            r#type,
            nested_type,
            description: attribute.description.clone(),
            description_kind: KIND,
            required: attribute.mode == Mode::Required,
            optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
            computed: attribute.mode.is_computed(),
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
            deprecated: attribute.deprecation.is_some(),
            deprecation_message: attribute.deprecation.clone().unwrap_or_default(),
        }
    }
}

impl From<&NestedObject> for message::Object {
    fn from(nested: &NestedObject) -> Self {
        use message::object::NestingMode;
        let nesting = match nested.nesting {
            ObjectNesting::Single => NestingMode::Single,
            ObjectNesting::List => NestingMode::List,
            ObjectNesting::Set => NestingMode::Set,
            ObjectNesting::Map => NestingMode::Map,
        };
        Self {
            attributes: nested.block.attributes.iter().map(Into::into).collect(),
            nesting: nesting.into(),
            ..Self::default()
        }
    }
}

impl From<&NestedBlock> for message::NestedBlock {
    fn from(block: &NestedBlock) -> Self {
        use message::nested_block::NestingMode;
        let nesting = match block.nesting {
            BlockNesting::Single => NestingMode::Single,
            BlockNesting::List => NestingMode::List,
            BlockNesting::Set => NestingMode::Set,
        };
        Self {
            type_name: block.name.clone(),
            block: Some((&block.block).into()),
            nesting: nesting.into(),
            min_items: block.min.into(),
            max_items: block.max.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Field, Model};

    /// Outer.
    #[derive(Debug, Clone, Default, Model)]
    struct Outer {
        /// Plain.
        #[attribute(optional, computed, sensitive, deprecated = "use other")]
        plain: Field<Vec<String>>,
        #[attribute(required)]
        nested: Field<BTreeMap<String, Inner>>,
        #[attribute(optional, write_only)]
        token_wo: Field<String>,
        #[block(min = 1)]
        block: Option<Inner>,
        #[block(set, max = 2)]
        blocks: Vec<Inner>,
    }

    #[derive(Debug, Clone, Default, Model)]
    struct Inner {
        #[attribute(required)]
        key: Field<String>,
    }

    fn attribute(name: &str) -> message::Attribute {
        let block = message::Block::from(&Outer::schema());
        block
            .attributes
            .into_iter()
            .find(|attribute| attribute.name == name)
            .unwrap()
    }

    #[test]
    fn an_attribute_has_a_type_or_nested_attributes() {
        let plain = attribute("plain");
        assert_eq!(plain.r#type.as_ref(), br#"["list","string"]"#);
        assert!(plain.nested_type.is_none());
        let nested = attribute("nested");
        assert!(nested.r#type.is_empty(), "protocol rule 2");
        assert_eq!(
            nested.nested_type.unwrap().nesting,
            message::object::NestingMode::Map as i32
        );
    }

    #[test]
    fn flags_and_descriptions_are_sent() {
        let plain = attribute("plain");
        assert!(plain.optional && plain.computed && plain.sensitive && plain.deprecated && !plain.required);
        assert_eq!(
            (plain.description.as_str(), plain.deprecation_message.as_str()),
            ("Plain.", "use other")
        );
        assert_eq!(plain.description_kind, KIND);
        assert!(attribute("nested").required && attribute("token_wo").write_only);
    }

    #[test]
    fn blocks_have_their_bounds() {
        let blocks = message::Block::from(&Outer::schema()).block_types;
        let bounds: Vec<_> = blocks.iter().map(|block| (block.min_items, block.max_items)).collect();
        assert_eq!(
            bounds,
            [(1, 1), (0, 2)],
            "a single block has one number for both (protocol rule 4)"
        );
        assert_eq!(blocks[1].nesting, message::nested_block::NestingMode::Set as i32);
    }
}
