//! Identities: what tells one object of a resource from another, for good (protocol 6.9).
//!
//! Terraform 1.12 and OpenTofu 1.12 store an identity beside the state and let people import by it. It is a struct with
//! `#[derive(Identity)]`, which is its schema and its codec at once:
//!
//! ```
//! use tfplugin::schema::IdentitySchema;
//! use tfplugin::{Field, Identity};
//!
//! #[derive(Debug, Clone, PartialEq, Identity)]
//! struct ShelfIdentity {
//!     /// The building it stands in.
//!     #[identity(required_for_import)]
//!     building: Field<String>,
//!     /// Its number, where there are several.
//!     #[identity(optional_for_import)]
//!     number: Field<i64>,
//! }
//!
//! let schema = IdentitySchema::of::<ShelfIdentity>(0);
//! assert_eq!(schema.attributes[0].description, "The building it stands in.");
//! ```
//!
//! Protocol rule 7 allows only primitives and lists of them; anything else does not compile:
//!
//! ```compile_fail
//! #[derive(tfplugin::Identity)]
//! struct ShelfIdentity {
//!     #[identity(required_for_import)]
//!     labels: tfplugin::Field<std::collections::BTreeMap<String, String>>,
//! }
//! ```

use super::check::{SchemaError, SchemaFault, is_name};
use super::{AttributeField, AttributeKind, Leaf};
use crate::diagnostics::Diagnostics;
use crate::protocol::resource_identity_schema::IdentityAttribute as Message;
use crate::protocol::{self};
use crate::value::{Number, Path, Type, Value};

/// A struct that declares an identity and is read from and written to its values; made by `#[derive(Identity)]`. `()` is
/// the identity of a resource that has none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an identity",
    label = "add `#[derive(Identity)]` to `{Self}`, or use `()` for a resource without one"
)]
pub trait Identity: Sized {
    /// Its attributes; none for `()`.
    fn attributes() -> Vec<IdentityAttribute>;

    /// Reads an identity. Every error names its attribute below `path`.
    fn from_value(value: &Value, path: &Path) -> Result<Self, Diagnostics>;

    /// Writes all attributes.
    fn to_value(&self) -> Value;
}

impl Identity for () {
    fn attributes() -> Vec<IdentityAttribute> {
        Vec::new()
    }

    fn from_value(_: &Value, _: &Path) -> Result<Self, Diagnostics> {
        Ok(())
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

/// A type that the [`Field`](crate::Field) of an identity's attribute may hold: a primitive or a list of them (protocol
/// rule 7).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of an identity",
    label = "not a String, bool or number, or a Vec of these (protocol rule 7)"
)]
pub trait IdentityLeaf: Leaf {}

macro_rules! identity_leaves {
    ($($ty:ty),*) => {$(
        impl IdentityLeaf for $ty {}
        impl IdentityLeaf for Vec<$ty> {}
    )*};
}

identity_leaves!(String, bool, i64, u16, u32, f64, Number);

/// The shape of an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentitySchema {
    /// Version of the stored form, counted apart from the resource's own.
    pub version: i64,
    /// Its attributes in the order of the declaration.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: String,
    /// What it is, in Markdown.
    pub description: String,
    /// A primitive or a list of one.
    pub ty: Type,
    /// Whether an import by identity must give it; otherwise it may.
    pub required: bool,
}

impl IdentityAttribute {
    /// The attribute that a field of the type `F` declares.
    #[must_use]
    pub fn of<F: AttributeField>(name: &str, required: bool, description: &str) -> Self
    where
        F::Inner: IdentityLeaf,
    {
        let ty = match <F::Inner as Leaf>::kind() {
            AttributeKind::Plain(ty) => ty,
            AttributeKind::Nested(nested) => nested.implied_type(),
        };
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            ty,
            required,
        }
    }
}

impl IdentitySchema {
    /// The schema of an identity in its present version.
    #[must_use]
    pub fn of<I: Identity>(version: i64) -> Self {
        Self {
            version,
            attributes: I::attributes(),
        }
    }

    /// The type of the identity's values.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter();
        Type::Object(
            attributes
                .map(|attribute| (attribute.name.clone(), attribute.ty.clone()))
                .collect(),
        )
    }
}

/// All faults of an identity's schema (protocol rules 3, 6 and 7); empty when it is good.
pub fn check_identity(owner: &str, schema: &IdentitySchema) -> Vec<SchemaError> {
    let mut found = Vec::new();
    let mut add = |path: Path, fault| {
        found.push(SchemaError {
            owner: format!("identity of {owner}"),
            path,
            fault,
        });
    };
    if schema.version < 0 {
        add(Path::root(), SchemaFault::Version(schema.version));
    }
    if !schema.attributes.iter().any(|attribute| attribute.required) {
        add(Path::root(), SchemaFault::NothingRequiredForImport);
    }
    let mut seen = std::collections::BTreeSet::new();
    for attribute in &schema.attributes {
        let path = Path::root().attribute(&attribute.name);
        if !is_name(&attribute.name) {
            add(path.clone(), SchemaFault::Name);
        }
        if !seen.insert(&attribute.name) {
            add(path.clone(), SchemaFault::Duplicate);
        }
        let element = match &attribute.ty {
            Type::List(element) => element,
            other => other,
        };
        if !matches!(element, Type::Bool | Type::Number | Type::String) {
            add(path, SchemaFault::NotForIdentity(attribute.ty.to_string()));
        }
    }
    found
}

impl From<&IdentitySchema> for protocol::ResourceIdentitySchema {
    fn from(schema: &IdentitySchema) -> Self {
        Self {
            version: schema.version,
            identity_attributes: schema.attributes.iter().map(Into::into).collect(),
        }
    }
}

impl From<&IdentityAttribute> for Message {
    fn from(attribute: &IdentityAttribute) -> Self {
        Self {
            name: attribute.name.clone(),
            r#type: attribute.ty.to_json().into(),
            required_for_import: attribute.required,
            optional_for_import: !attribute.required,
            description: attribute.description.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Identity};

    #[derive(Debug, Clone, PartialEq, Identity)]
    struct Example {
        /// Its name.
        #[identity(required_for_import)]
        r#type: Field<String>,
        #[identity(optional_for_import)]
        ports: Field<Vec<i64>>,
    }

    #[test]
    fn the_schema_and_the_codec_are_of_one_struct() {
        let schema = IdentitySchema::of::<Example>(3);
        assert!(check_identity("test_thing", &schema).is_empty());
        let expected = Type::object([("type", Type::String), ("ports", Type::list(Type::Number))]);
        assert_eq!(schema.implied_type(), expected);
        let example = Example {
            r#type: Field::Known("t".to_owned()),
            ports: Field::Unknown,
        };
        assert_eq!(
            Example::from_value(&example.to_value(), &Path::root()).unwrap(),
            example
        );
        let sent = protocol::ResourceIdentitySchema::from(&schema);
        assert_eq!(sent.version, 3);
        let sent: Vec<_> = sent
            .identity_attributes
            .iter()
            .map(|one| (one.name.as_str(), one.required_for_import, one.optional_for_import))
            .collect();
        assert_eq!(sent, [("type", true, false), ("ports", false, true)]);
    }

    #[test]
    fn rule_7_what_an_identity_cannot_be() {
        let attribute = |name: &str, ty| IdentityAttribute {
            name: name.to_owned(),
            description: String::new(),
            ty,
            required: false,
        };
        let schema = IdentitySchema {
            version: -1,
            attributes: vec![
                attribute("Name", Type::String),
                attribute("a", Type::map(Type::String)),
                attribute("a", Type::list(Type::list(Type::Bool))),
            ],
        };
        let faults: Vec<(u8, String)> = check_identity("test_thing", &schema)
            .into_iter()
            .map(|error| (error.fault.rule(), error.path.to_string()))
            .collect();
        let at = |rule, path: &str| (rule, path.to_owned());
        let root = Path::root().to_string();
        assert_eq!(
            faults,
            [
                at(6, &root),
                at(7, &root),
                at(3, "Name"),
                at(7, "a"),
                at(3, "a"),
                at(7, "a")
            ]
        );
        let none = IdentitySchema {
            version: 0,
            attributes: Vec::new(),
        };
        assert_eq!(check_identity("test_thing", &none).len(), 1);
    }
}
