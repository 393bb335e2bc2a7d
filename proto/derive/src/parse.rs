//! From the struct to what its model consists of.

use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Error, Fields, GenericArgument, Ident, PathArguments, Result, Type};

use crate::description;
use crate::options::{AttributeOptions, BlockOptions};

/// A struct with its attributes and blocks.
pub(crate) struct Model<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) description: String,
    pub(crate) members: Vec<Member<'a>>,
}

/// One field of the struct.
pub(crate) struct Member<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Attribute(Box<AttributeOptions>),
    Block(BlockOptions),
}

pub(crate) fn model(input: &DeriveInput) -> Result<Model<'_>> {
    let refuse = |why: &str| Err(Error::new_spanned(&input.ident, why));
    let Data::Struct(data) = &input.data else {
        return refuse("a model is a struct");
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a model has one schema, so it cannot be generic",
        ));
    }
    let members = match &data.fields {
        Fields::Named(fields) => fields.named.iter().map(member).collect::<Result<_>>()?,
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return refuse("a model's fields have the names of its attributes"),
    };
    Ok(Model {
        name: &input.ident,
        description: description::of(&input.attrs),
        members,
    })
}

fn member(field: &syn::Field) -> Result<Member<'_>> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "a model's fields have names"));
    };
    let name = ident.unraw().to_string();
    check_name(ident, &name, 3)?;
    let kind = match (find(field, "attribute")?, find(field, "block")?) {
        (Some(attribute), None) => {
            wrapped_in(
                &field.ty,
                &["Field"],
                "an attribute is a `Field<...>`, so that null, unknown and known stay apart",
            )?;
            Kind::Attribute(Box::new(AttributeOptions::parse(attribute)?))
        }
        (None, Some(attribute)) => {
            wrapped_in(
                &field.ty,
                &["Option", "Vec"],
                "a block is an `Option<...>` or a `Vec<...>` of a model",
            )?;
            let options = BlockOptions::parse(attribute)?;
            check_block(&field.ty, &options)?;
            Kind::Block(options)
        }
        (Some(_), Some(block)) => {
            return Err(Error::new_spanned(
                block,
                "a field is an attribute or a block, not both",
            ));
        }
        (None, None) => {
            return Err(Error::new_spanned(
                ident,
                "say what the field is: `#[attribute(...)]` or `#[block]`",
            ));
        }
    };
    Ok(Member {
        field: ident,
        ty: &field.ty,
        name,
        description: description::of(&field.attrs),
        kind,
    })
}

/// Refuses a name that an attribute, block or parameter cannot have by the protocol's rule of that number.
pub(crate) fn check_name(ident: &Ident, name: &str, rule: u8) -> Result<()> {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain || name.starts_with(|first: char| first.is_ascii_digit() || first == '_') {
        return Err(Error::new_spanned(
            ident,
            format!("a name consists of a-z, 0-9 and _, and starts with a letter (rule {rule})"),
        ));
    }
    Ok(())
}

pub(crate) fn find<'a>(field: &'a syn::Field, name: &str) -> Result<Option<&'a Attribute>> {
    let mut found = field.attrs.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = found.next();
    match found.next() {
        Some(second) => Err(Error::new_spanned(
            second,
            "one of these is enough; its options go together",
        )),
        None => Ok(first),
    }
}

/// Refuses a type that is visibly not one of the wrappers; the trait bounds find the rest.
pub(crate) fn wrapped_in(ty: &Type, wrappers: &[&str], why: &str) -> Result<()> {
    match outer(ty) {
        Some(name) if wrappers.iter().any(|wrapper| name == wrapper) => Ok(()),
        _ => Err(Error::new_spanned(ty, why)),
    }
}

/// The last name of a type with parameters: `Field` of `tfplugin::Field<String>`.
fn outer(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments)
            if arguments
                .args
                .iter()
                .any(|argument| matches!(argument, GenericArgument::Type(_))) =>
        {
            Some(&last.ident)
        }
        _ => None,
    }
}

fn check_block(ty: &Type, options: &BlockOptions) -> Result<()> {
    if outer(ty).is_none_or(|name| name != "Option") {
        return Ok(());
    }
    if let Some(span) = options.set {
        return Err(Error::new(span, "a set has several blocks: the field is a `Vec<...>`"));
    }
    for bound in [&options.min, &options.max].into_iter().flatten() {
        if bound.base10_parse::<u32>()? > 1 {
            return Err(Error::new_spanned(
                bound,
                "a single block is written at most once (protocol rule 4)",
            ));
        }
    }
    Ok(())
}
