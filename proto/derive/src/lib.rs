//! `#[derive(Model)]`: one struct as the schema and the codec of a resource, a data source, a block or an object;
//! `#[derive(Identity)]`: one as the schema and the codec of a resource's identity;
//! `#[derive(Parameters)]`: one as the signature and the decoder of a function.
//!
//! The crate `tfplugin` re-exports the macros and describes them.

mod description;
mod generate;
mod identity;
mod options;
mod parameters;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a model: its fields are the attributes and blocks of a schema, its comments their descriptions.
///
/// Every field carries `#[attribute(...)]` or `#[block(...)]`.
///
/// | in `attribute` | meaning |
/// |---|---|
/// | `required`, `optional`, `computed`, `optional, computed` | who sets it; exactly one of the four |
/// | `default = value` | planned where the configuration has none; the attribute is then computed too |
/// | `sensitive` | hidden in output (a `Secret` is so by itself) |
/// | `write_only` | never stored |
/// | `deprecated = "use y"` | no longer to be used |
/// | `replace` | another value needs another object |
/// | `keep` | the prior value is planned unless the plan says otherwise |
/// | `validate = check` | `Fn(&T) -> Result<(), String>` for known values; may be repeated |
///
/// | in `block` | meaning |
/// |---|---|
/// | `set` | a set instead of a list |
/// | `min = 1`, `max = 3` | how many must and may be written |
/// | `deprecated = "use y"` | no longer to be used |
///
/// An attribute is a `Field<T>`; a block is an `Option<M>` or a `Vec<M>` of a model. What contradicts itself is refused
/// when it is compiled.
#[proc_macro_derive(Model, attributes(attribute, block, model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    parse::model(&input)
        .map_or_else(|error| error.to_compile_error(), |model| generate::model(&model))
        .into()
}

/// Makes a struct the identity of a resource: what tells one object from another, for good.
///
/// Every field is a `Field<T>` of a string, a number, a bool, or a `Vec` of these (protocol rule 7), and carries one of
/// two words:
///
/// | in `identity` | meaning |
/// |---|---|
/// | `required_for_import` | an import by identity must give it |
/// | `optional_for_import` | an import by identity may give it |
#[proc_macro_derive(Identity, attributes(identity))]
pub fn derive_identity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    identity::parse(&input)
        .map_or_else(
            |error| error.to_compile_error(),
            |identity| identity::generate(&identity),
        )
        .into()
}

/// Makes a struct the parameters of a function: its fields are the parameters in their order, its comments their
/// descriptions; the struct's own comment describes the function, its first paragraph in short.
///
/// A field's type says what it takes: any `Leaf` such as `String` or `Vec<i64>` takes neither null nor unknown, and a
/// `Field<T>` takes both and keeps them apart. The last field may take any number of arguments: it is then a `Vec<T>`
/// with `#[parameter(variadic)]`.
///
/// For each field the struct gets a constant of the same name in capitals: the place of its argument, for errors.
#[proc_macro_derive(Parameters, attributes(parameter))]
pub fn derive_parameters(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    parameters::parameters(&input)
        .map_or_else(|error| error.to_compile_error(), |found| parameters::generate(&found))
        .into()
}
