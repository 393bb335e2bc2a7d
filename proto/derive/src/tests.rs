//! What the macro refuses, with the text that the compiler shows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::{generate, parse};

/// The error for a struct with these fields; panics where there is none.
fn refusal(fields: &TokenStream) -> String {
    let input = parse_quote!(struct Example { #fields });
    match parse::model(&input) {
        Ok(_) => panic!("this was accepted: {fields}"),
        Err(error) => error.to_string(),
    }
}

/// Whether the error for an attribute with these options has that text.
fn refused(options: &TokenStream, text: &str) {
    let error = refusal(&quote!(#[attribute(#options)] name: Field<String>));
    assert!(error.contains(text), "{options}: {error}");
}

#[test]
fn rule_1_exactly_one_says_who_sets_an_attribute() {
    refused(&quote!(sensitive), "say who sets the attribute");
    refused(&quote!(required, optional), "cannot be optional");
    refused(&quote!(required, computed), "cannot be computed");
    refused(&quote!(required, default = "x"), "has no default");
    refused(&quote!(computed, default = "x"), "add `optional`");
}

#[test]
fn rule_9_write_only_comes_from_the_user_alone() {
    refused(&quote!(optional, computed, write_only), "cannot be computed");
    refused(&quote!(optional, write_only, default = "x"), "cannot have a default");
    refused(&quote!(optional, write_only, replace), "no change of it can be seen");
}

#[test]
fn what_has_no_effect_is_refused() {
    refused(&quote!(optional, keep), "add `computed`");
    refused(
        &quote!(computed, validate = check),
        "nobody writes a computed attribute",
    );
    refused(&quote!(required, required), "said twice");
    refused(&quote!(required, deprecated = "a", deprecated = "b"), "said twice");
    refused(&quote!(required, requierd), "there are: required, optional, computed");
}

#[test]
fn rule_4_bounds_of_blocks() {
    assert!(refusal(&quote!(#[block(min = 3, max = 2)] b: Vec<B>)).contains("rule 4"));
    assert!(refusal(&quote!(#[block(min = 2)] b: Option<B>)).contains("at most once"));
    assert!(refusal(&quote!(#[block(set)] b: Option<B>)).contains("`Vec<...>`"));
    assert!(refusal(&quote!(#[block(required)] b: Option<B>)).contains("there are: set, min, max"));
}

#[test]
fn a_field_has_the_type_and_the_name_of_its_kind() {
    assert!(refusal(&quote!(#[attribute(required)] a: String)).contains("`Field<...>`"));
    assert!(refusal(&quote!(#[attribute(required)] a: Option<String>)).contains("`Field<...>`"));
    assert!(refusal(&quote!(#[block] a: Field<B>)).contains("`Option<...>` or a `Vec<...>`"));
    assert!(refusal(&quote!(a: Field<String>)).contains("say what the field is"));
    assert!(refusal(&quote!(#[attribute(required)] #[block] a: Field<B>)).contains("not both"));
    assert!(refusal(&quote!(#[attribute(required)] #[attribute(optional)] a: Field<B>)).contains("is enough"));
    assert!(refusal(&quote!(#[attribute(required)] myName: Field<String>)).contains("rule 3"));
    assert!(refusal(&quote!(#[attribute(required)] _name: Field<String>)).contains("rule 3"));
}

#[test]
fn a_model_is_a_plain_struct() {
    let refused = |input| parse::model(&input).err().map(|error| error.to_string());
    assert_eq!(
        refused(parse_quote!(
            enum E {
                A,
            }
        ))
        .as_deref(),
        Some("a model is a struct")
    );
    assert!(
        refused(parse_quote!(
            struct E(Field<String>);
        ))
        .is_some_and(|error| error.contains("names"))
    );
    assert!(
        refused(parse_quote!(
            struct E<T> {
                #[attribute(required)]
                a: Field<T>,
            }
        ))
        .is_some_and(|error| error.contains("generic"))
    );
}

#[test]
fn a_raw_name_is_the_plain_one() {
    let input = parse_quote!(
        struct E {
            #[attribute(required)]
            r#type: Field<String>,
        }
    );
    let Ok(model) = parse::model(&input) else {
        panic!("refused")
    };
    assert_eq!(model.members[0].name, "type");
    assert!(generate::model(&model).to_string().contains("r#type"));
}
