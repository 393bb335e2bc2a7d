//! Random types with random values of them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::value::{Number, Refinement, Type, Value, order};

/// A type of up to four levels.
pub(super) fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String),
        Just(Type::Dynamic)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            btree_map("[a-z_]{1,4}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

/// A type and a value of it. `unknowns` says whether any part may be unknown.
pub(super) fn typed(unknowns: bool) -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns, 2)))
}

/// A type and two values of it.
pub(super) fn typed_pair() -> impl Strategy<Value = (Type, Value, Value)> {
    types().prop_flat_map(|ty| (Just(ty.clone()), values(&ty, true, 2), values(&ty, true, 2)))
}

/// A value of type `ty`, in the form decoding gives it. `dynamic` limits how deep dynamic values hold dynamic values.
fn values(ty: &Type, unknowns: bool, dynamic: usize) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => numbers().prop_map(Value::Number).boxed(),
        Type::String => texts().prop_map(Value::String).boxed(),
        Type::Dynamic if dynamic == 0 => Just(Value::Null).boxed(),
        Type::Dynamic => types()
            .prop_filter("dynamic says nothing", |ty| *ty != Type::Dynamic)
            .prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns, dynamic - 1)))
            .prop_map(|(ty, value)| Value::Dynamic(Box::new(ty), Box::new(value)))
            .boxed(),
        Type::List(element) => vec(values(element, unknowns, dynamic), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(element) => vec(values(element, unknowns, dynamic), 0..4)
            .prop_map(move |mut elements| {
                order::coalesce(&mut elements);
                Value::List(elements)
            })
            .boxed(),
        Type::Map(element) => btree_map(texts(), values(element, unknowns, dynamic), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Tuple(types) => {
            let parts: Vec<_> = types.iter().map(|ty| values(ty, unknowns, dynamic)).collect();
            parts.prop_map(Value::List).boxed()
        }
        Type::Object(attributes) => {
            let names: Vec<_> = attributes.keys().cloned().collect();
            let parts: Vec<_> = attributes.values().map(|ty| values(ty, unknowns, dynamic)).collect();
            parts
                .prop_map(move |parts| Value::Map(names.iter().cloned().zip(parts).collect::<BTreeMap<_, _>>()))
                .boxed()
        }
    };
    let unknown = if unknowns {
        refinements(ty).prop_map(Value::Unknown).boxed()
    } else {
        Just(Value::Null).boxed()
    };
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => unknown].boxed()
}

pub(super) fn numbers() -> impl Strategy<Value = Number> {
    let decimal =
        ("-?[0-9]{1,40}", 0_usize..60).prop_map(|(digits, places)| format!("{digits}e-{places}").parse().unwrap());
    let float = any::<f64>().prop_map(|float| Number::from_f64_exact(float).unwrap_or_default());
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        decimal,
        float
    ]
    .prop_filter("JSON has no infinity", Number::is_finite)
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{0,3}", any::<String>()].prop_map(|text| crate::value::normalise(&text).into_owned())
}

fn refinements(ty: &Type) -> BoxedStrategy<Refinement> {
    let not_null = |refinement: Refinement, yes: bool| if yes { refinement.with_not_null() } else { refinement };
    let any_nullness = any::<bool>();
    match ty {
        Type::Dynamic => Just(Refinement::none()).boxed(),
        Type::String => (any_nullness, texts())
            .prop_map(move |(yes, text)| not_null(Refinement::none().with_prefix(&text), yes))
            .boxed(),
        Type::Number => (any_nullness, i64::MIN..0, any::<bool>(), any::<u32>(), any::<bool>())
            .prop_map(move |(yes, lower, closed_below, upper, closed_above)| {
                let range = Refinement::none().with_lower_bound(lower, closed_below);
                not_null(range.with_upper_bound(upper, closed_above), yes)
            })
            .boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => (any_nullness, 0_u64..300, 300_u64..70_000)
            .prop_map(move |(yes, shortest, longest)| {
                let lengths = Refinement::none().with_shortest(shortest).with_longest(longest);
                not_null(lengths, yes)
            })
            .boxed(),
        Type::Bool | Type::Tuple(_) | Type::Object(_) => any_nullness
            .prop_map(move |yes| not_null(Refinement::none(), yes))
            .boxed(),
    }
}
