//! Whether core would accept an identity (protocol rule 35).

use super::Violation;
use crate::schema::IdentitySchema;
use crate::value::{Path, Type, Value};

/// What is wrong with the shape of an identity: its type, and null where an import needs a value. What is unknown may
/// still turn out well.
pub(in crate::server) fn check_shape(schema: &IdentitySchema, ty: &Type, identity: &Value) -> Vec<Violation> {
    let Value::Map(members) = identity else {
        return vec![violation("the identity is missing")];
    };
    if let Err((path, fault)) = identity.conforms(ty) {
        return vec![violation(&format!("the identity attribute `{path}`: {fault}"))];
    }
    let required = schema.attributes.iter().filter(|attribute| attribute.required);
    required
        .filter(|attribute| members[&attribute.name].is_null())
        .map(|attribute| {
            let name = &attribute.name;
            violation(&format!(
                "the identity attribute `{name}` is null, but an import needs it"
            ))
        })
        .collect()
}

/// What of an identity is unknown that must not be.
pub(in crate::server) fn check_known(identity: &Value) -> Vec<Violation> {
    let Value::Map(members) = identity else {
        return Vec::new();
    };
    let unknown = members.iter().filter(|(_, member)| !member.is_wholly_known());
    unknown
        .map(|(name, _)| violation(&format!("the identity attribute `{name}` is unknown")))
        .collect()
}

/// What of an identity is not as it was. Values that were not given, or not known, may become anything.
pub(in crate::server) fn check_same(ty: &Type, before: &Value, after: &Value) -> Vec<Violation> {
    let (Type::Object(attributes), Value::Map(before), Value::Map(after)) = (ty, before, after) else {
        return Vec::new();
    };
    let changed = attributes.iter().filter(|(name, ty)| {
        let member =
            |members: &std::collections::BTreeMap<String, Value>| members.get(*name).cloned().unwrap_or_default();
        let (before, after) = (member(before), member(after));
        !before.is_null() && before.is_wholly_known() && !before.equal(&after, ty)
    });
    changed
        .map(|(name, _)| {
            violation(&format!(
                "the identity attribute `{name}` is another one than before, so this is another object"
            ))
        })
        .collect()
}

fn violation(what: &str) -> Violation {
    Violation::new(35, &Path::root(), what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::IdentityAttribute;

    fn schema() -> IdentitySchema {
        let attribute = |name: &str, required| IdentityAttribute {
            name: name.to_owned(),
            description: String::new(),
            ty: Type::String,
            required,
        };
        IdentitySchema {
            version: 0,
            attributes: vec![attribute("name", true), attribute("zone", false)],
        }
    }

    fn identity(name: Value, zone: Value) -> Value {
        Value::map([("name", name), ("zone", zone)])
    }

    fn shape(identity: &Value) -> Vec<String> {
        let schema = schema();
        let found = check_shape(&schema, &schema.implied_type(), identity);
        found.into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn an_identity_has_its_type_and_what_an_import_needs() {
        assert!(shape(&identity("n".into(), Value::Null)).is_empty());
        assert!(shape(&identity(Value::unknown(), Value::Null)).is_empty());
        assert!(shape(&Value::Null)[0].contains("missing"));
        assert!(shape(&identity(Value::Null, "z".into()))[0].contains("`name` is null"));
        assert!(shape(&identity(1.into(), Value::Null))[0].contains("`name`: expected string"));
        assert!(shape(&Value::map([("name", Value::from("n"))]))[0].contains("`zone`"));
    }

    #[test]
    fn what_is_unknown_is_found() {
        assert!(check_known(&identity("n".into(), Value::Null)).is_empty());
        assert_eq!(check_known(&identity("n".into(), Value::unknown())).len(), 1);
    }

    #[test]
    fn only_what_was_known_can_change() {
        let same = |before: &Value, after: &Value| check_same(&schema().implied_type(), before, after).is_empty();
        let after = identity("n".into(), "z".into());
        assert!(same(&after, &after));
        assert!(same(&identity("n".into(), Value::Null), &after));
        assert!(same(&identity(Value::unknown(), "z".into()), &after));
        assert!(!same(&identity("m".into(), "z".into()), &after));
        assert!(!same(&after, &identity("n".into(), Value::Null)));
    }
}
