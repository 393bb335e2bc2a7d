//! Puts exact values back where a model only held them approximately.

use crate::value::Value;

/// `value` with the elements of every set in the order that they have in `echo`: a model sorts its sets by its own
/// order. Parts of the two then belong together where their paths are the same.
pub(super) fn aligned(value: Value, echo: &Value) -> Value {
    match (value, echo) {
        (Value::Map(members), Value::Map(echoes)) => Value::Map(
            members
                .into_iter()
                .map(|(name, member)| match echoes.get(&name) {
                    Some(echo) => (name, aligned(member, echo)),
                    None => (name, member),
                })
                .collect(),
        ),
        (Value::List(elements), Value::List(echoes)) => {
            let sorted = in_order(&elements, echoes).unwrap_or(elements);
            let (paired, rest) = sorted.split_at(echoes.len().min(sorted.len()));
            let paired = paired.iter().zip(echoes);
            let paired = paired.map(|(element, echo)| aligned(element.clone(), echo));
            Value::List(paired.chain(rest.iter().cloned()).collect())
        }
        (other, _) => other,
    }
}

/// The elements in the order of their echoes, where each echo has one. Those of a list have it already.
fn in_order(elements: &[Value], echoes: &[Value]) -> Option<Vec<Value>> {
    if elements.len() == echoes.len()
        && elements
            .iter()
            .zip(echoes)
            .all(|(element, echo)| is_echo(element, echo))
    {
        return None;
    }
    let mut left: Vec<&Value> = elements.iter().collect();
    let mut sorted = Vec::with_capacity(elements.len());
    for echo in echoes {
        let position = left.iter().position(|element| is_echo(element, echo))?;
        sorted.push(left.remove(position).clone());
    }
    sorted.extend(left.into_iter().cloned());
    Some(sorted)
}

/// Whether `echo` can be what a model makes of `value`.
fn is_echo(value: &Value, echo: &Value) -> bool {
    match (value, echo) {
        (value, Value::Unknown(_)) => !value.is_wholly_known(),
        (Value::Number(value), Value::Number(echo)) => {
            value == echo || value.to_f64().to_bits() == echo.to_f64().to_bits()
        }
        (Value::Map(members), Value::Map(echoes)) => echoes
            .iter()
            .all(|(name, echo)| is_echo(members.get(name).unwrap_or(&Value::Null), echo)),
        (Value::List(elements), Value::List(echoes)) => echoes
            .iter()
            .all(|echo| elements.iter().any(|element| is_echo(element, echo))),
        (value, echo) => value == echo,
    }
}

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
    fn an_element_of_a_set_is_not_taken_for_another() {
        let element = |key: &str, id: Value| Value::map([("key", Value::from(key)), ("id", id)]);
        let (known, open) = (element("a", Value::from("1")), element("a", Value::unknown()));
        let value = Value::List(vec![known.clone(), open.clone()]);
        // The model puts what is unknown first.
        let echo = Value::List(vec![open, known.clone()]);
        let value = aligned(value, &echo);
        let originals = [Original {
            value: &value,
            echo: &echo,
        }];
        let answer = Value::List(vec![known, element("a", Value::from("2"))]);
        assert_eq!(restore(answer.clone(), &originals), answer);
    }

    #[test]
    fn lists_stay_in_their_order() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        let exact = Value::List(vec![number("0.10000000000000000001"), number("0.1")]);
        let echo = Value::List(vec![number("0.1"), number("0.1")]);
        assert_eq!(aligned(exact.clone(), &echo), exact);
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
