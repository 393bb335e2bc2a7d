//! The blocks: groups in groups in groups, of which the innermost hold JSON if they hold groups again.

use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use super::super::checks;
use super::tree::{self, Node};
use super::{JOINS, OPERATORS};

/// Makes the model of one depth, between its blocks and [`Node`]: with blocks `of` the next one in it, or with text as the
/// `last` one.
macro_rules! depth {
    ($(#[$about:meta])* $name:ident $(of $inner:ident)? $(last $text:ident)?) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq, Model)]
        pub struct $name {
            /// What is compared: `record` (of `dns`), `result` (of `sql_server`, `mysql` and `oracle_db`), `topic`, `message`
            /// or `json_value` (of `mqtt`). A group compares nothing itself.
            #[attribute(optional)]
            pub variable: Field<String>,
            /// How: `equals`, `not_equals`, `contains`, `not_contains`, `starts_with`, `not_starts_with`, `ends_with` or
            /// `not_ends_with`; for `json_value` also `num_equals`, `num_not_equals`, `lt`, `gt`, `lte` or `gte`.
            #[attribute(optional, validate = validators::one_of(&OPERATORS))]
            pub operator: Field<String>,
            /// With what.
            #[attribute(optional, validate = checks::not_blank)]
            pub value: Field<String>,
            /// How it is joined to what stands before it: `and` or `or`. They are joined from the first to the last, and
            /// neither binds closer than the other.
            #[attribute(optional, default = "and", validate = validators::one_of(&JOINS))]
            pub join: Field<String>,
            $(
                /// What a group holds, in place of a comparison: it is joined by itself, and the outcome stands here.
                #[block]
                pub condition: Vec<$inner>,
            )?
            $(
                /// What a group holds that is deeper than blocks go, in place of a comparison: a list in the server's own
                /// form, `jsonencode([{ type = "expression", variable = "record", operator = "equals", value = "a", andOr =
                /// "and" }])`, where an element `{ type = "group", children = [...], andOr = "or" }` is a group again.
                #[attribute(optional, validate = check_json)]
                pub conditions_json: Field<$text>,
            )?
        }

        impl From<&$name> for Node {
            fn from(from: &$name) -> Self {
                Self {
                    variable: from.variable.clone(),
                    operator: from.operator.clone(),
                    value: from.value.clone(),
                    join: from.join.clone(),
                    $(inner: from.condition.iter().map(|inner: &$inner| Self::from(inner)).collect(),)?
                    $(json: Field::<$text>::clone(&from.conditions_json),)?
                    ..Self::default()
                }
            }
        }

        impl $name {
            /// What the server has, where `before` was what was known of it.
            pub(super) fn of(node: Node, before: Option<&Self>) -> Self {
                Self {
                    $(
                        condition: {
                            let inner = node.inner.iter().cloned().enumerate();
                            let before = |place| before.and_then(|before| before.condition.get(place));
                            inner.map(|(place, node)| $inner::of(node, before(place))).collect()
                        },
                    )?
                    $(
                        conditions_json: {
                            let before: Option<&$text> = before.and_then(|before| before.conditions_json.known());
                            json(&node, before)
                        },
                    )?
                    variable: node.variable,
                    operator: node.operator,
                    value: node.value,
                    join: node.join,
                }
            }
        }
    };
}

depth! {
    /// A comparison, or a group of them.
    Condition of InGroup
}

depth! {
    /// A comparison in a group, or a group of them.
    InGroup of InGroups
}

depth! {
    /// A comparison in a group in a group, or a group of them.
    InGroups of Innermost
}

depth! {
    /// A comparison in the innermost group that is written as blocks, or a group as JSON.
    Innermost last String
}

/// The conditions of a group as text; null for a comparison. The same conditions stay in the words of the user.
fn json(node: &Node, before: Option<&String>) -> Field<String> {
    if node.compares() {
        return Field::Null;
    }
    let found = tree::text(&node.inner);
    let same = |text: &&String| tree::read_json(text).is_ok_and(|said| tree::text(&said) == found);
    Field::Known(before.filter(same).cloned().unwrap_or(found))
}

/// Refuses what is no list of conditions.
fn check_json(text: &str) -> Result<(), String> {
    tree::read_json(text).map(drop)
}
