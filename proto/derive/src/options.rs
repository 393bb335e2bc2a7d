//! The options inside `#[attribute(...)]` and `#[block(...)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, LitInt, LitStr, Meta, Result};

/// Options of an attribute.
#[derive(Default)]
pub(crate) struct AttributeOptions {
    pub(crate) required: Option<Span>,
    pub(crate) optional: Option<Span>,
    pub(crate) computed: Option<Span>,
    pub(crate) sensitive: Option<Span>,
    pub(crate) write_only: Option<Span>,
    pub(crate) replace: Option<Span>,
    pub(crate) keep: Option<Span>,
    pub(crate) default: Option<Expr>,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) validators: Vec<Expr>,
}

/// Options of a block.
#[derive(Default)]
pub(crate) struct BlockOptions {
    pub(crate) set: Option<Span>,
    pub(crate) min: Option<LitInt>,
    pub(crate) max: Option<LitInt>,
    pub(crate) deprecated: Option<LitStr>,
}

const ATTRIBUTE_WORDS: &str =
    "required, optional, computed, default, sensitive, write_only, deprecated, replace, keep, validate";
const BLOCK_WORDS: &str = "set, min, max, deprecated";

impl AttributeOptions {
    pub(crate) fn parse(attribute: &Attribute) -> Result<Self> {
        let mut options = Self::default();
        each(attribute, |meta| {
            let Some(word) = meta.path.get_ident().map(ToString::to_string) else {
                return Err(unknown(&meta, ATTRIBUTE_WORDS));
            };
            match word.as_str() {
                "required" => flag(&mut options.required, &meta),
                "optional" => flag(&mut options.optional, &meta),
                "computed" => flag(&mut options.computed, &meta),
                "sensitive" => flag(&mut options.sensitive, &meta),
                "write_only" => flag(&mut options.write_only, &meta),
                "replace" => flag(&mut options.replace, &meta),
                "keep" => flag(&mut options.keep, &meta),
                "default" => once(&mut options.default, &meta),
                "deprecated" => once(&mut options.deprecated, &meta),
                "validate" => {
                    options.validators.push(meta.value()?.parse()?);
                    Ok(())
                }
                _ => Err(unknown(&meta, ATTRIBUTE_WORDS)),
            }
        })?;
        options.check(attribute)?;
        Ok(options)
    }

    /// Refuses what contradicts itself (protocol rules 1 and 9).
    fn check(&self, attribute: &Attribute) -> Result<()> {
        let refuse = |span: Span, why: &str| Err(Error::new(span, why));
        if self.required.is_none() && self.optional.is_none() && self.computed.is_none() {
            return refuse(
                attribute.span(),
                "say who sets the attribute: `required`, `optional`, `computed` or `optional, computed`",
            );
        }
        if self.required.is_some() {
            if let Some(span) = self.optional {
                return refuse(span, "a required attribute cannot be optional");
            }
            if let Some(span) = self.computed {
                return refuse(
                    span,
                    "a required attribute is always set by the user: it cannot be computed",
                );
            }
            if let Some(default) = &self.default {
                return refuse(
                    default.span(),
                    "a required attribute is always set by the user: it has no default",
                );
            }
        }
        if let (None, Some(default)) = (self.optional, &self.default) {
            return refuse(
                default.span(),
                "a default needs an attribute that the user may leave out: add `optional`",
            );
        }
        if let Some(span) = self.write_only {
            if self.computed.is_some() {
                return refuse(
                    span,
                    "a write-only attribute comes from the user alone: it cannot be computed",
                );
            }
            if self.default.is_some() {
                return refuse(
                    span,
                    "a write-only attribute is never planned: it cannot have a default",
                );
            }
            if self.replace.is_some() {
                return refuse(
                    span,
                    "a write-only attribute is not stored, so no change of it can be seen",
                );
            }
        }
        if let (Some(span), None) = (self.keep, self.computed) {
            return refuse(span, "only a computed attribute has a value to keep: add `computed`");
        }
        if let (Some(span), None, false) = (self.computed, self.optional, self.validators.is_empty()) {
            return refuse(
                span,
                "a validator checks what the user wrote, and nobody writes a computed attribute",
            );
        }
        Ok(())
    }
}

impl BlockOptions {
    pub(crate) fn parse(attribute: &Attribute) -> Result<Self> {
        let mut options = Self::default();
        each(attribute, |meta| {
            let Some(word) = meta.path.get_ident().map(ToString::to_string) else {
                return Err(unknown(&meta, BLOCK_WORDS));
            };
            match word.as_str() {
                "set" => flag(&mut options.set, &meta),
                "min" => once(&mut options.min, &meta),
                "max" => once(&mut options.max, &meta),
                "deprecated" => once(&mut options.deprecated, &meta),
                _ => Err(unknown(&meta, BLOCK_WORDS)),
            }
        })?;
        let bound = |bound: &Option<LitInt>| bound.as_ref().map(LitInt::base10_parse::<u32>).transpose();
        if let (Some(min), Some(max)) = (bound(&options.min)?, bound(&options.max)?)
            && min > max
        {
            return Err(Error::new(
                options.max.span(),
                "fewer blocks may be written than must be (protocol rule 4)",
            ));
        }
        Ok(options)
    }
}

/// Goes through the words in the parentheses; `#[block]` alone has none.
fn each(attribute: &Attribute, take: impl FnMut(ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    match &attribute.meta {
        Meta::Path(_) => Ok(()),
        _ => attribute.parse_nested_meta(take),
    }
}

fn flag(place: &mut Option<Span>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if place.replace(meta.path.span()).is_some() {
        return Err(meta.error("this is said twice"));
    }
    Ok(())
}

fn once<T: syn::parse::Parse>(place: &mut Option<T>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if place.replace(meta.value()?.parse()?).is_some() {
        return Err(meta.error("this is said twice"));
    }
    Ok(())
}

fn unknown(meta: &ParseNestedMeta<'_>, words: &str) -> Error {
    meta.error(format!("not an option here; there are: {words}"))
}
