//! The part of a page about importing by identity.

use std::fmt::Write as _;

use super::super::{IdentityAttribute, IdentitySchema};
use super::words;

/// How an object is imported by its identity.
#[derive(Debug, Clone, Copy)]
pub struct ImportByIdentity<'a> {
    /// What the identity consists of.
    pub schema: &'a IdentitySchema,
    /// HCL that shows an `import` block.
    pub example: Option<&'a str>,
}

impl ImportByIdentity<'_> {
    /// The paragraphs that belong below the heading `Import`.
    pub(super) fn markdown(&self) -> String {
        let mut text = String::new();
        if let Some(example) = self.example {
            text.push_str("With Terraform 1.12 or OpenTofu 1.12, an `import` block may give its identity instead:\n\n");
            let _ = write!(text, "```terraform\n{}\n```\n\n", example.trim_end());
        }
        text.push_str("### Identity Schema\n\n");
        let attributes = |required| {
            self.schema
                .attributes
                .iter()
                .filter(move |one| one.required == required)
        };
        for (title, required) in [("Required", true), ("Optional", false)] {
            let mut lines: Vec<String> = attributes(required).map(line).collect();
            lines.sort();
            if !lines.is_empty() {
                let _ = write!(text, "#### {title}\n\n{}\n\n", lines.join("\n"));
            }
        }
        text
    }
}

fn line(attribute: &IdentityAttribute) -> String {
    let IdentityAttribute {
        name, description, ty, ..
    } = attribute;
    let line = format!("- `{name}` ({}) {}", words(ty), description.replace('\n', "\n  "));
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Identity};

    #[derive(Debug, Clone, PartialEq, Identity)]
    struct Example {
        #[identity(optional_for_import)]
        ports: Field<Vec<i64>>,
        /// Its zone.
        #[identity(required_for_import)]
        zone: Field<String>,
        /// Its name.
        #[identity(required_for_import)]
        name: Field<String>,
    }

    #[test]
    fn what_an_import_gives_is_told_apart() {
        let schema = IdentitySchema::of::<Example>(0);
        let import = ImportByIdentity {
            schema: &schema,
            example: Some("import {}\n"),
        };
        let expected = "With Terraform 1.12 or OpenTofu 1.12, an `import` block may give its identity instead:

```terraform
import {}
```

### Identity Schema

#### Required

- `name` (String) Its name.
- `zone` (String) Its zone.

#### Optional

- `ports` (List of Number)

";
        assert_eq!(import.markdown(), expected);
    }
}
