//! From the model to its implementation.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::options::{AttributeOptions, BlockOptions};
use crate::parse::{Kind, Member, Model};

pub(crate) fn model(model: &Model<'_>) -> TokenStream {
    let Model {
        name,
        description,
        members,
    } = model;
    let schema = members.iter().map(schema);
    let read = members.iter().map(read);
    let write = members.iter().map(write);
    quote! {
        #[automatically_derived]
        #[allow(
            deprecated,
            clippy::all,
            clippy::pedantic,
            reason = "generated code: a deprecated member of the model is read and written all the same"
        )]
        impl ::tfplugin::schema::Model for #name {
            fn schema() -> ::tfplugin::schema::Block {
                ::tfplugin::schema::Block::new(#description) #(#schema)*
            }

            fn from_value(
                value: &::tfplugin::value::Value,
                path: &::tfplugin::value::Path,
            ) -> ::core::result::Result<Self, ::tfplugin::diagnostics::Diagnostics> {
                #[allow(unused_mut, reason = "a model without members reads nothing")]
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

fn schema(member: &Member<'_>) -> TokenStream {
    match &member.kind {
        Kind::Attribute(options) => attribute(member, options),
        Kind::Block(options) => block(member, options),
    }
}

fn attribute(member: &Member<'_>, options: &AttributeOptions) -> TokenStream {
    let Member {
        ty, name, description, ..
    } = member;
    let mode = mode(options);
    let sensitive = options.sensitive.map(|_| quote!(.sensitive()));
    let write_only = options.write_only.map(|_| quote!(.write_only()));
    let replace = options.replace.map(|_| quote!(.replace()));
    let keep = options.keep.map(|_| quote!(.keep()));
    let deprecated = options.deprecated.as_ref().map(|instead| quote!(.deprecated(#instead)));
    let default = options
        .default
        .as_ref()
        .map(|value| quote_spanned!(value.span()=> .default_to::<#ty>(#value)));
    let validators = options.validators.iter().map(|check| {
        quote_spanned! {check.span()=>
            .validate({
                let check = #check;
                ::tfplugin::schema::Validator::of::<#ty>(move |value| check(value))
            })
        }
    });
    let of = quote_spanned!(ty.span()=> ::tfplugin::schema::Attribute::of::<#ty>);
    quote! {
        .attribute(
            #of(#name, ::tfplugin::schema::Mode::#mode, #description)
                #sensitive #write_only #replace #keep #deprecated #default #(#validators)*
        )
    }
}

fn mode(options: &AttributeOptions) -> TokenStream {
    let computed = options.computed.is_some() || options.default.is_some();
    match (options.required.is_some(), options.optional.is_some(), computed) {
        (true, _, _) => quote!(Required),
        (false, true, false) => quote!(Optional),
        (false, true, true) => quote!(OptionalComputed),
        (false, false, _) => quote!(Computed),
    }
}

fn block(member: &Member<'_>, options: &BlockOptions) -> TokenStream {
    let Member {
        ty, name, description, ..
    } = member;
    let set = options.set.map(|_| quote!(.set()));
    let min = options.min.as_ref().map(|min| quote!(.min(#min)));
    let max = options.max.as_ref().map(|max| quote!(.max(#max)));
    let deprecated = options.deprecated.as_ref().map(|instead| quote!(.deprecated(#instead)));
    let of = quote_spanned!(ty.span()=> ::tfplugin::schema::NestedBlock::of::<#ty>);
    quote!(.block(#of(#name, #description) #set #min #max #deprecated))
}

fn read(member: &Member<'_>) -> TokenStream {
    let Member { field, ty, name, .. } = member;
    match member.kind {
        Kind::Attribute(_) => quote_spanned!(ty.span()=> #field: reader.attribute::<#ty>(#name)),
        Kind::Block(_) => quote_spanned!(ty.span()=> #field: reader.block::<#ty>(#name)),
    }
}

fn write(member: &Member<'_>) -> TokenStream {
    let Member { field, ty, name, .. } = member;
    match member.kind {
        Kind::Attribute(_) => {
            quote_spanned!(ty.span()=> (#name, ::tfplugin::schema::write_attribute::<#ty>(&self.#field)))
        }
        Kind::Block(_) => {
            quote_spanned!(ty.span()=> (#name, <#ty as ::tfplugin::schema::BlockField>::encode(&self.#field)))
        }
    }
}
