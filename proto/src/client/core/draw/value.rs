//! Values of types.

use super::Draw;
use crate::value::{Number, Refinement, Type, Value, normalise};

/// Texts that have broken programs before.
const TEXTS: [&str; 14] = [
    "",
    " ",
    "a",
    "b",
    "line\nline\n",
    "\"quoted\" \\ $dollar ${name} %{if}",
    "é",
    "🦀",
    "\u{0}",
    "null",
    "0",
    "true",
    "../../etc/passwd",
    "\u{202e}reversed",
];

/// Numbers at the edges of their encodings.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1",
    "0.1",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e40",
    "-0.000000000000000000001",
    "123456789.000000001",
];

/// Elements of a collection at most.
const LONGEST: u64 = 3;

impl Draw {
    /// A value of a type, neither null nor unknown itself; its parts may be either.
    pub fn value(&mut self, ty: &Type) -> Value {
        let value = self.shallow(ty, 2);
        // Sets in their order, as they are received.
        let canonical = value
            .encode_msgpack(ty)
            .and_then(|bytes| Value::decode_msgpack(&bytes, ty));
        canonical.unwrap_or(value)
    }

    /// An unknown value of a type, of which something may be known.
    pub fn unknown_value(&mut self, ty: &Type) -> Value {
        let refinement = match ty {
            Type::Dynamic => Refinement::none(),
            _ if self.chance(50) => Refinement::none(),
            Type::String if self.chance(50) => Refinement::not_null().with_prefix("a-"),
            _ => Refinement::not_null(),
        };
        Value::Unknown(refinement)
    }

    fn shallow(&mut self, ty: &Type, dynamic: u32) -> Value {
        match ty {
            Type::Bool => Value::Bool(self.chance(50)),
            Type::Number => self.number(),
            Type::String => self.text(),
            Type::Dynamic => self.dynamic(dynamic),
            Type::List(element) | Type::Set(element) => {
                let count = self.below(LONGEST + 1);
                Value::List((0..count).map(|_| self.part(element, dynamic)).collect())
            }
            Type::Map(element) => {
                let count = self.below(LONGEST + 1);
                Value::map((0..count).map(|_| (self.key(), self.part(element, dynamic))))
            }
            Type::Tuple(elements) => Value::List(elements.iter().map(|ty| self.part(ty, dynamic)).collect()),
            Type::Object(attributes) => Value::map(
                attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), self.part(ty, dynamic))),
            ),
        }
    }

    fn part(&mut self, ty: &Type, dynamic: u32) -> Value {
        if self.unknown() {
            return self.unknown_value(ty);
        }
        if self.chance(5) {
            return Value::Null;
        }
        self.shallow(ty, dynamic)
    }

    fn dynamic(&mut self, levels: u32) -> Value {
        let types = [
            Type::String,
            Type::Number,
            Type::list(Type::Bool),
            Type::map(Type::String),
            Type::object([("a", Type::Number), ("b", Type::set(Type::String))]),
            Type::Tuple(vec![Type::String, Type::Number]),
        ];
        match self.pick(&types).cloned() {
            Some(ty) if levels > 0 => {
                let value = self.shallow(&ty, levels - 1);
                Value::Dynamic(Box::new(ty), Box::new(value))
            }
            _ => Value::Null,
        }
    }

    fn number(&mut self) -> Value {
        let edge = self.pick(&NUMBERS).and_then(|text| text.parse().ok());
        match edge {
            Some(number) if self.chance(50) => Value::Number(number),
            _ => Value::Number(Number::from(i64::try_from(self.below(200)).unwrap_or(0))),
        }
    }

    fn text(&mut self) -> Value {
        let text = match self.below(10) {
            0 => "x".repeat(usize::try_from(self.below(5000)).unwrap_or(0)),
            1..=4 => format!("text-{}", self.below(4)),
            _ => self.pick(&TEXTS).copied().unwrap_or_default().to_owned(),
        };
        Value::from(normalise(&text).as_ref())
    }

    fn key(&mut self) -> String {
        match self.below(4) {
            0 => self.pick(&TEXTS).copied().unwrap_or_default().to_owned(),
            number => format!("key{number}"),
        }
    }
}
