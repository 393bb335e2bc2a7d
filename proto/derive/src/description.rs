//! Descriptions out of doc comments.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The Markdown of the doc comments: lines of one paragraph are joined, lists, tables and code keep their lines.
pub(crate) fn of(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    let mut in_code = false;
    let mut own_line = true;
    for line in attributes.iter().filter_map(line) {
        let line = line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned();
        let fence = line.trim_start().starts_with("```");
        let starts_line = in_code || fence || line.is_empty() || is_item(&line) || own_line;
        if !text.is_empty() {
            text.push(if starts_line { '\n' } else { ' ' });
        }
        text.push_str(if in_code || fence || own_line || is_item(&line) {
            &line
        } else {
            line.trim_start()
        });
        in_code ^= fence;
        own_line = in_code || fence || line.is_empty() || line.starts_with('|') || line.starts_with('#');
    }
    text.trim().to_owned()
}

/// Whether a line of Markdown starts something of its own: an item of a list, a row, a heading, a quotation.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let numbered = line.split_once(". ").is_some_and(|(number, _)| {
        !number.is_empty() && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    numbered
        || ["- ", "* ", "+ ", "|", "#", "> "]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// The text of one `///` line.
fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::{ItemStruct, parse_quote};

    #[test]
    fn lines_are_joined_and_markdown_is_kept() {
        let item: ItemStruct = parse_quote! {
            /// The first line
            /// goes on here.
            ///
            /// - one
            ///   more
            /// - two
            ///
            /// ```hcl
            /// a = 1
            ///   b = 2
            /// ```
            struct Example;
        };
        assert_eq!(
            super::of(&item.attrs),
            "The first line goes on here.\n\n- one more\n- two\n\n```hcl\na = 1\n  b = 2\n```"
        );
    }
}
