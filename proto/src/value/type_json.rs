//! Types as the JSON that schemas and dynamic values carry.

use serde_json::{Map, Value as Json};

use super::{CodecError, Fault, MAX_DEPTH, Type};

impl Type {
    /// Reads a type description such as `["list","string"]`. Optional attributes of objects (`["object",{..},[..]]`)
    /// are attributes like the others: what a value has is complete.
    pub fn from_json(json: &[u8]) -> Result<Type, CodecError> {
        let json = serde_json::from_slice(json).map_err(|error| Fault::Json(error.to_string()))?;
        Ok(read(&json, 0)?)
    }

    /// Writes the type description in its compact form, as core wants it in a schema (protocol rule 2).
    pub fn to_json(&self) -> Vec<u8> {
        write(self).to_string().into_bytes()
    }
}

pub(super) fn read(json: &Json, depth: usize) -> Result<Type, Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth);
    }
    match json {
        Json::String(name) => match name.as_str() {
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            "dynamic" => Ok(Type::Dynamic),
            _ => Err(Fault::Type(format!("there is no type {name:?}"))),
        },
        Json::Array(parts) => {
            let Some((Json::String(kind), arguments)) = parts.split_first() else {
                return Err(Fault::Type(
                    "an array that does not start with the name of a type".to_owned(),
                ));
            };
            let element = |argument| read(argument, depth + 1).map(Box::new);
            match (kind.as_str(), arguments) {
                ("list", [argument]) => element(argument).map(Type::List),
                ("set", [argument]) => element(argument).map(Type::Set),
                ("map", [argument]) => element(argument).map(Type::Map),
                ("tuple", [Json::Array(types)]) => types
                    .iter()
                    .map(|ty| read(ty, depth + 1))
                    .collect::<Result<_, _>>()
                    .map(Type::Tuple),
                ("object", [Json::Object(attributes)] | [Json::Object(attributes), Json::Array(_)]) => attributes
                    .iter()
                    .map(|(name, ty)| Ok((super::normalise(name).into_owned(), read(ty, depth + 1)?)))
                    .collect::<Result<_, _>>()
                    .map(Type::Object),
                _ => Err(Fault::Type(format!(
                    "{kind:?} with {} arguments of the wrong form",
                    arguments.len()
                ))),
            }
        }
        _ => Err(Fault::Type("neither a name nor an array".to_owned())),
    }
}

fn write(ty: &Type) -> Json {
    let compound = |kind: &str, argument| Json::Array(vec![Json::from(kind), argument]);
    match ty {
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::Dynamic => "dynamic".into(),
        Type::List(element) => compound("list", write(element)),
        Type::Set(element) => compound("set", write(element)),
        Type::Map(element) => compound("map", write(element)),
        Type::Tuple(types) => compound("tuple", types.iter().map(write).collect()),
        Type::Object(attributes) => compound(
            "object",
            attributes
                .iter()
                .map(|(name, ty)| (name.clone(), write(ty)))
                .collect::<Map<_, _>>()
                .into(),
        ),
    }
}
