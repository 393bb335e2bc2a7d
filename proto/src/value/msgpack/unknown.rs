//! Unknown values: extension 0 without, extension 12 with a refinement (protocol rule 13).

use rmp::encode;

use super::decode::{number, text};
use super::encode::{unsigned, write_number, write_text};
use super::reader::{Reader, Token};
use super::{Fault, Type, Value};
use crate::value::refinement::safe_prefix;
use crate::value::{Bound, Refinement};

/// The extension of an unknown of which something is known. Its body is a map with these keys.
const REFINED: i8 = 12;
const NULLNESS: i64 = 1;
const PREFIX: i64 = 2;
const LOWER_BOUND: i64 = 3;
const UPPER_BOUND: i64 = 4;
const SHORTEST: i64 = 5;
const LONGEST: i64 = 6;

/// What go-cty refuses to read, and what it cuts a prefix down to.
const MAX_BODY: usize = 1024;
const MAX_PREFIX: usize = 256;

/// Reads the body of an extension. Every extension is an unknown value; only one kind of them says more.
pub(super) fn decode(code: i8, body: &[u8], ty: &Type) -> Result<Value, Fault> {
    if code != REFINED || body.len() <= 1 || *ty == Type::Dynamic {
        return Ok(Value::unknown());
    }
    if body.len() > MAX_BODY {
        return Err(Fault::Refinement("it has more than 1024 bytes"));
    }
    let mut reader = Reader::new(body);
    let Token::Map(length) = reader.next()? else {
        return Err(Fault::Refinement("it is no map"));
    };
    let mut refinement = Refinement::none();
    for _ in 0..length {
        let key = match reader.next()? {
            Token::Integer(key) => key,
            Token::Unsigned(key) => i64::try_from(key).unwrap_or(i64::MAX),
            _ => return Err(Fault::Refinement("a key is no integer")),
        };
        // What later versions may add, or say about a type that they do not say now, is no use here, but no fault.
        refinement = match (key, ty) {
            (NULLNESS, _) => match reader.next()? {
                Token::Bool(false) => refinement.with_not_null(),
                // Known to be null is known.
                Token::Bool(true) => return Ok(Value::Null),
                _ => return Err(Fault::Refinement("the nullness is no bool")),
            },
            (PREFIX, Type::String) => match reader.next()? {
                Token::Text(bytes) => refinement.with_exact_prefix(text(bytes)?),
                _ => return Err(Fault::Refinement("the prefix is no string")),
            },
            (LOWER_BOUND, Type::Number) => {
                let Bound { value, inclusive } = bound(&mut reader)?;
                refinement.with_lower_bound(value, inclusive)
            }
            (UPPER_BOUND, Type::Number) => {
                let Bound { value, inclusive } = bound(&mut reader)?;
                refinement.with_upper_bound(value, inclusive)
            }
            (SHORTEST, Type::List(_) | Type::Set(_) | Type::Map(_)) => refinement.with_shortest(count(&mut reader)?),
            (LONGEST, Type::List(_) | Type::Set(_) | Type::Map(_)) => refinement.with_longest(count(&mut reader)?),
            _ => {
                reader.skip()?;
                refinement
            }
        };
    }
    Ok(Value::Unknown(refinement.without_what_cannot_be_said(MAX_PREFIX)))
}

fn bound(reader: &mut Reader) -> Result<Bound, Fault> {
    const WRONG: Fault = Fault::Refinement("a bound is no array of a number and a bool");
    let Token::Array(2) = reader.next()? else {
        return Err(WRONG);
    };
    let value = number(reader.next()?).map_err(|_| WRONG)?;
    let Token::Bool(inclusive) = reader.next()? else {
        return Err(WRONG);
    };
    Ok(Bound { value, inclusive })
}

fn count(reader: &mut Reader) -> Result<u64, Fault> {
    const WRONG: Fault = Fault::Refinement("a length is no natural number");
    match reader.next()? {
        Token::Integer(count) => u64::try_from(count).map_err(|_| WRONG),
        // go-cty reads an int.
        Token::Unsigned(count) if i64::try_from(count).is_ok() => Ok(count),
        _ => Err(WRONG),
    }
}

/// Writes an unknown value of type `ty`, with as much of the refinement as fits the type: go-cty refuses the rest.
pub(super) fn encode(output: &mut Vec<u8>, refinement: &Refinement, ty: &Type) -> Result<(), Fault> {
    let (entries, body) = body(refinement, ty)?;
    if entries == 0 {
        output.extend_from_slice(&[0xd4, 0, 0]);
        return Ok(());
    }
    let mut with_length = Vec::with_capacity(body.len() + 1);
    encode::write_map_len(&mut with_length, entries).map_err(|_| Fault::Size)?;
    with_length.extend_from_slice(&body);
    let length = u32::try_from(with_length.len()).map_err(|_| Fault::Size)?;
    encode::write_ext_meta(output, length, REFINED).map_err(|_| Fault::Size)?;
    output.extend_from_slice(&with_length);
    Ok(())
}

/// The entries of the refinement's map, and their number.
fn body(refinement: &Refinement, ty: &Type) -> Result<(u32, Vec<u8>), Fault> {
    let mut body = Vec::new();
    let mut entries = 0;
    let mut key = |body: &mut Vec<u8>, key: i64| {
        entries += 1;
        unsigned(body, key.unsigned_abs())
    };
    if *ty != Type::Dynamic && refinement.is_not_null() {
        key(&mut body, NULLNESS)?;
        body.push(0xc2);
    }
    match ty {
        Type::String => {
            let prefix = short_prefix(refinement.prefix());
            if !prefix.is_empty() {
                key(&mut body, PREFIX)?;
                write_text(&mut body, prefix)?;
            }
        }
        // Core panics where the ends of a range contradict each other.
        Type::Number if refinement.has_range() => {
            let bounds = [
                (LOWER_BOUND, refinement.lower_bound()),
                (UPPER_BOUND, refinement.upper_bound()),
            ];
            for (code, bound) in bounds {
                // A bound of absurd length would make the whole refinement too large to be read. Saying less is allowed.
                if let Some(bound) = bound.filter(|bound| bound.value.to_string().len() <= MAX_PREFIX) {
                    key(&mut body, code)?;
                    body.push(0x92);
                    write_number(&mut body, &bound.value)?;
                    body.push(if bound.inclusive { 0xc3 } else { 0xc2 });
                }
            }
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) if refinement.has_lengths() => {
            let counts = [(SHORTEST, refinement.shortest()), (LONGEST, refinement.longest())];
            for (code, count) in counts {
                // go-cty reads an int.
                if let Some(count) = count.filter(|count| i64::try_from(*count).is_ok()) {
                    key(&mut body, code)?;
                    unsigned(&mut body, count)?;
                }
            }
        }
        _ => {}
    }
    Ok((entries, body))
}

fn short_prefix(prefix: &str) -> &str {
    if prefix.len() <= MAX_PREFIX {
        prefix
    } else {
        safe_prefix(&prefix[..prefix.floor_char_boundary(MAX_PREFIX)])
    }
}
