//! `#[derive(Parameters)]`: from a struct to what a function takes.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, Meta, Result, Type, Visibility};

use crate::{description, parse};

/// The parameters of a function in their order.
pub(crate) struct Parameters<'a> {
    name: &'a Ident,
    visibility: &'a Visibility,
    description: String,
    members: Vec<Member<'a>>,
}

/// One parameter.
struct Member<'a> {
    field: &'a Ident,
    ty: &'a Type,
    name: String,
    description: String,
    variadic: Option<Span>,
}

pub(crate) fn parameters(input: &DeriveInput) -> Result<Parameters<'_>> {
    let refuse = |why: &str| Err(Error::new_spanned(&input.ident, why));
    let Data::Struct(data) = &input.data else {
        return refuse("parameters are a struct");
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a function has one signature, so its parameters cannot be generic",
        ));
    }
    let members: Vec<Member<'_>> = match &data.fields {
        Fields::Named(fields) => fields.named.iter().map(member).collect::<Result<_>>()?,
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return refuse("parameters have names"),
    };
    if let Some(span) = members.iter().rev().skip(1).find_map(|member| member.variadic) {
        return Err(Error::new(
            span,
            "only the last parameter can take any number of arguments",
        ));
    }
    Ok(Parameters {
        name: &input.ident,
        visibility: &input.vis,
        description: description::of(&input.attrs),
        members,
    })
}

fn member(field: &syn::Field) -> Result<Member<'_>> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "parameters have names"));
    };
    let name = ident.unraw().to_string();
    parse::check_name(ident, &name, 8)?;
    Ok(Member {
        field: ident,
        ty: &field.ty,
        name,
        description: description::of(&field.attrs),
        variadic: variadic(&field.attrs)?,
    })
}

/// Where `#[parameter(variadic)]` stands.
fn variadic(attributes: &[Attribute]) -> Result<Option<Span>> {
    let mut found = None;
    for attribute in attributes {
        if !attribute.path().is_ident("parameter") {
            continue;
        }
        if let Meta::Path(path) = &attribute.meta {
            return Err(Error::new_spanned(
                path,
                "this says nothing: write `parameter(variadic)`",
            ));
        }
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("variadic") {
                return Err(meta.error("not an option here; there is: variadic"));
            }
            if found.replace(meta.path.span()).is_some() {
                return Err(meta.error("this is said twice"));
            }
            Ok(())
        })?;
    }
    Ok(found)
}

pub(crate) fn generate(parameters: &Parameters<'_>) -> TokenStream {
    let Parameters {
        name,
        visibility,
        description,
        members,
    } = parameters;
    let declared = members.iter().map(declare);
    let read = members.iter().map(read);
    let places = members.iter().enumerate().map(|(position, member)| {
        let constant = format_ident!("{}", member.name.to_uppercase());
        let comment = format!("The place of the argument `{}`, for errors.", member.name);
        quote! {
            #[doc = #comment]
            #visibility const #constant: ::tfplugin::schema::Argument = ::tfplugin::schema::Argument(#position);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, unreachable_pub, reason = "a function names the places it complains about")]
        impl #name {
            #(#places)*
        }

        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, reason = "generated code")]
        impl ::tfplugin::schema::Parameters for #name {
            fn list() -> ::tfplugin::schema::ParameterList {
                ::tfplugin::schema::ParameterList::new(#description) #(#declared)*
            }

            fn from_values(
                values: &[::tfplugin::value::Value],
            ) -> ::core::result::Result<Self, ::tfplugin::schema::FunctionError> {
                #[allow(unused_mut, unused_variables, reason = "a function without parameters reads nothing")]
                let mut reader = ::tfplugin::schema::ArgumentReader::new(values);
                ::core::result::Result::Ok(Self { #(#read,)* })
            }
        }
    }
}

fn declare(member: &Member<'_>) -> TokenStream {
    let Member {
        ty, name, description, ..
    } = member;
    if member.variadic.is_some() {
        quote_spanned!(ty.span()=> .variadic::<#ty>(#name, #description))
    } else {
        quote_spanned!(ty.span()=> .parameter::<#ty>(#name, #description))
    }
}

fn read(member: &Member<'_>) -> TokenStream {
    let Member { field, ty, name, .. } = member;
    if member.variadic.is_some() {
        quote_spanned!(ty.span()=> #field: reader.rest::<#ty>(#name)?)
    } else {
        quote_spanned!(ty.span()=> #field: reader.next::<#ty>(#name)?)
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    /// The error for a struct with these fields; panics where there is none.
    fn refusal(fields: &TokenStream) -> String {
        let input: DeriveInput = parse_quote!(struct Example { #fields });
        match parameters(&input) {
            Ok(_) => panic!("this was accepted: {fields}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn rule_8_names() {
        assert!(refusal(&quote!(Name: String)).contains("rule 8"));
        assert!(refusal(&quote!(_name: String)).contains("rule 8"));
    }

    #[test]
    fn only_the_last_is_variadic() {
        let fields = quote!(#[parameter(variadic)] more: Vec<String>, last: String);
        assert!(refusal(&fields).contains("only the last"));
        assert!(refusal(&quote!(#[parameter] a: String)).contains("says nothing"));
        assert!(refusal(&quote!(#[parameter(rest)] a: Vec<String>)).contains("there is: variadic"));
        assert!(refusal(&quote!(#[parameter(variadic, variadic)] a: Vec<String>)).contains("said twice"));
    }

    #[test]
    fn each_parameter_has_a_place() {
        let input: DeriveInput = parse_quote! {
            pub struct Example { r#type: String, #[parameter(variadic)] more: Vec<String> }
        };
        let code = generate(&parameters(&input).unwrap()).to_string();
        assert!(
            code.contains("pub const TYPE : :: tfplugin :: schema :: Argument"),
            "{code}"
        );
        assert!(code.contains("pub const MORE"), "{code}");
    }
}
