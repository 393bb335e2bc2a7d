//! `#[derive(Identity)]`: from the struct to its implementation.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Type};

use crate::{description, parse};

/// A struct with its attributes.
pub(crate) struct Identity<'a> {
    name: &'a Ident,
    members: Vec<Member<'a>>,
}

/// One attribute of the identity.
struct Member<'a> {
    field: &'a Ident,
    ty: &'a Type,
    name: String,
    description: String,
    /// Whether an import must give it, or may (protocol rule 7).
    required: bool,
}

pub(crate) fn parse(input: &DeriveInput) -> Result<Identity<'_>> {
    let refuse = |why: &str| Err(Error::new_spanned(&input.ident, why));
    let Data::Struct(data) = &input.data else {
        return refuse("an identity is a struct");
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "an identity has one schema, so it cannot be generic",
        ));
    }
    let Fields::Named(fields) = &data.fields else {
        return refuse("an identity's fields have the names of its attributes; `()` is none");
    };
    let members: Vec<Member<'_>> = fields.named.iter().map(member).collect::<Result<_>>()?;
    if !members.iter().any(|member| member.required) {
        return refuse("at least one attribute of an identity is `required_for_import`");
    }
    Ok(Identity {
        name: &input.ident,
        members,
    })
}

fn member(field: &syn::Field) -> Result<Member<'_>> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "an identity's fields have names"));
    };
    let name = ident.unraw().to_string();
    parse::check_name(ident, &name, 3)?;
    parse::wrapped_in(
        &field.ty,
        &["Field"],
        "an attribute is a `Field<...>`, since a plan may not know it yet",
    )?;
    Ok(Member {
        field: ident,
        ty: &field.ty,
        name,
        description: description::of(&field.attrs),
        required: required(field)?,
    })
}

/// Which of the two words the field carries.
fn required(field: &syn::Field) -> Result<bool> {
    const WORDS: &str =
        "say what an import gives: `#[identity(required_for_import)]` or `#[identity(optional_for_import)]`";
    let Some(attribute) = parse::find(field, "identity")? else {
        return Err(Error::new_spanned(&field.ident, WORDS));
    };
    let mut said = None;
    attribute.parse_nested_meta(|meta| {
        let word = if meta.path.is_ident("required_for_import") {
            true
        } else if meta.path.is_ident("optional_for_import") {
            false
        } else {
            return Err(meta.error(WORDS));
        };
        match said.replace(word) {
            None => Ok(()),
            Some(_) => Err(meta.error("one of the two is enough (protocol rule 7)")),
        }
    })?;
    said.ok_or_else(|| Error::new_spanned(attribute, WORDS))
}

pub(crate) fn generate(identity: &Identity<'_>) -> TokenStream {
    let Identity { name, members } = identity;
    let attributes = members.iter().map(|member| {
        let Member {
            ty,
            name,
            description,
            required,
            ..
        } = member;
        quote_spanned!(ty.span()=> ::tfplugin::schema::IdentityAttribute::of::<#ty>(#name, #required, #description))
    });
    let read = members
        .iter()
        .map(|Member { field, ty, name, .. }| quote_spanned!(ty.span()=> #field: reader.attribute::<#ty>(#name)));
    let write = members.iter().map(|Member { field, ty, name, .. }| {
        quote_spanned!(ty.span()=> (#name, ::tfplugin::schema::write_attribute::<#ty>(&self.#field)))
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, reason = "generated code")]
        impl ::tfplugin::schema::Identity for #name {
            fn attributes() -> ::std::vec::Vec<::tfplugin::schema::IdentityAttribute> {
                ::std::vec![#(#attributes),*]
            }

            fn from_value(
                value: &::tfplugin::value::Value,
                path: &::tfplugin::value::Path,
            ) -> ::core::result::Result<Self, ::tfplugin::diagnostics::Diagnostics> {
                let mut reader = ::tfplugin::schema::Reader::new(value, path)?;
                let answer = Self { #(#read,)* };
                reader.finish()?;
                ::core::result::Result::Ok(answer)
            }

            fn to_value(&self) -> ::tfplugin::value::Value {
                ::tfplugin::schema::write_object([#(#write),*])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    /// The error for an identity with these fields; panics where there is none.
    fn refusal(fields: &TokenStream) -> String {
        let input = parse_quote!(struct Example { #fields });
        match parse(&input) {
            Ok(_) => panic!("this was accepted: {fields}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn rule_7_every_attribute_says_what_an_import_gives() {
        let name = quote!(name: Field<String>);
        assert!(refusal(&name).contains("say what an import gives"));
        assert!(refusal(&quote!(#[identity(required)] #name)).contains("say what an import gives"));
        assert!(refusal(&quote!(#[identity(required_for_import, optional_for_import)] #name)).contains("rule 7"));
        assert!(refusal(&quote!(#[identity(optional_for_import)] #name)).contains("at least one"));
        assert!(refusal(&quote!()).contains("at least one"));
    }

    #[test]
    fn a_field_has_the_type_and_the_name_of_an_attribute() {
        assert!(refusal(&quote!(#[identity(required_for_import)] name: String)).contains("`Field<...>`"));
        assert!(refusal(&quote!(#[identity(required_for_import)] theName: Field<String>)).contains("rule 3"));
    }
}
