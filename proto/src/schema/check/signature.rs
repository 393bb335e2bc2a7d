//! What is wrong with a function's signature.

use std::collections::BTreeSet;

use super::{SchemaError, SchemaFault, is_name};
use crate::schema::Signature;
use crate::value::Path;

/// All faults of a function's name and signature (protocol rule 8); empty when they are good.
pub fn check_signature(name: &str, signature: &Signature) -> Vec<SchemaError> {
    let mut found = Vec::new();
    let mut add = |path: Path, fault| {
        found.push(SchemaError {
            owner: name.to_owned(),
            path,
            fault,
        });
    };
    if !is_name(name) {
        add(Path::root(), SchemaFault::Identifier);
    }
    let mut seen = BTreeSet::new();
    for parameter in signature.parameters.all() {
        let path = Path::root().attribute(&parameter.name);
        if !is_name(&parameter.name) {
            add(path.clone(), SchemaFault::Identifier);
        }
        if !seen.insert(&parameter.name) {
            add(path, SchemaFault::SameParameter);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ParameterList;

    fn check(name: &str, parameters: ParameterList) -> Vec<(u8, String)> {
        check_signature(name, &Signature::new::<String>(parameters))
            .into_iter()
            .map(|error| (error.fault.rule(), error.path.to_string()))
            .collect()
    }

    #[test]
    fn rule_8_names_are_identifiers_and_parameters_differ() {
        let good = ParameterList::new("").parameter::<String>("key", "");
        assert_eq!(check("fingerprint", good.clone()), []);
        assert_eq!(check("finger-print", good.clone()), [(8, String::new())]);
        assert_eq!(check("", good.clone()), [(8, String::new())]);
        let twice = good.clone().variadic::<Vec<String>>("key", "");
        assert_eq!(check("fingerprint", twice), [(8, "key".to_owned())]);
        let capital = good.parameter::<String>("Key", "");
        assert_eq!(check("fingerprint", capital), [(8, "Key".to_owned())]);
    }
}
