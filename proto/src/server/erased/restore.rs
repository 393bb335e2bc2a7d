//! Puts exact values back where a model only held them approximately.

use crate::value::Value;

/// A value and how it comes back after a trip through the model.
pub(super) struct Original<'a> {
    pub(super) value: &'a Value,
    pub(super) echo: &'a Value,
}

/// `answer`, with every part that equals the echo of an original replaced by the original: the handler did not change
/// it. Earlier originals go first.
pub(super) fn restore(answer: Value, originals: &[Original<'_>]) -> Value {
    if let Some(original) = originals.iter().find(|original| *original.echo == answer) {
        return original.value.clone();
    }
    match answer {
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .map(|(name, member)| {
                    let below = below(originals, |value| match value {
                        Value::Map(members) => members.get(&name),
                        _ => None,
                    });
                    let member = restore(member, &below);
                    (name, member)
                })
                .collect(),
        ),
        Value::List(elements) => Value::List(
            elements
                .into_iter()
                .enumerate()
                .map(|(position, element)| {
                    let below = below(originals, |value| match value {
                        Value::List(elements) => elements.get(position),
                        _ => None,
                    });
                    restore(element, &below)
                })
                .collect(),
        ),
        other => other,
    }
}

/// The same part of each original that has it on both sides.
fn below<'a>(originals: &[Original<'a>], part: impl Fn(&'a Value) -> Option<&'a Value>) -> Vec<Original<'a>> {
    originals
        .iter()
        .filter_map(|original| {
            Some(Original {
                value: part(original.value)?,
                echo: part(original.echo)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(a: &str, b: &str) -> Value {
        Value::map([("a", Value::from(a)), ("b", Value::List(vec![Value::from(b)]))])
    }

    #[test]
    fn what_the_handler_left_alone_is_exact_again() {
        let (value, echo) = (object("0.10", "2.0"), object("0.1", "2"));
        let originals = [Original {
            value: &value,
            echo: &echo,
        }];
        assert_eq!(restore(echo.clone(), &originals), value);
        assert_eq!(restore(object("0.1", "3"), &originals), object("0.10", "3"));
        assert_eq!(restore(object("0.2", "2"), &originals), object("0.2", "2.0"));
        assert_eq!(restore(Value::from("x"), &originals), Value::from("x"));
    }

    #[test]
    fn the_first_original_goes_first() {
        let (planned, prior, echo) = (Value::from("planned"), Value::from("prior"), Value::from("same"));
        let originals = [
            Original {
                value: &planned,
                echo: &echo,
            },
            Original {
                value: &prior,
                echo: &echo,
            },
        ];
        assert_eq!(restore(echo.clone(), &originals), planned);
    }
}
