//! The grammar of msgpack (<https://github.com/msgpack/msgpack/blob/master/spec.md>) over a slice.

use rmp::Marker;

use super::Fault;

/// What the next bytes of the input are. Of an array or map it is the number of elements or entries that follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'i> {
    Nil,
    Bool(bool),
    Integer(i64),
    /// An integer above the range of [`Token::Integer`], or within it where the sender chose an unsigned form.
    Unsigned(u64),
    Float(f64),
    Text(&'i [u8]),
    Binary(&'i [u8]),
    Array(usize),
    Map(usize),
    Extension(&'i [u8], i8),
}

impl Token<'_> {
    /// What it is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Token::Nil => "null",
            Token::Bool(_) => "a bool",
            Token::Integer(_) | Token::Unsigned(_) | Token::Float(_) => "a number",
            Token::Text(_) => "a string",
            Token::Binary(_) => "bytes",
            Token::Array(_) => "an array",
            Token::Map(_) => "a map",
            Token::Extension(..) => "an unknown value",
        }
    }
}

/// Takes tokens off the front of the input.
pub(super) struct Reader<'i>(&'i [u8]);

impl<'i> Reader<'i> {
    pub(super) fn new(input: &'i [u8]) -> Self {
        Self(input)
    }

    /// The number of bytes not read yet.
    pub(super) fn remaining(&self) -> usize {
        self.0.len()
    }

    /// Reads one token. Fails where the input ends, also where an array or map claims more elements than there are
    /// bytes left: each has at least one.
    pub(super) fn next(&mut self) -> Result<Token<'i>, Fault> {
        let [marker] = self.take()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Token::Nil,
            Marker::True => Token::Bool(true),
            Marker::False => Token::Bool(false),
            Marker::FixPos(integer) => Token::Integer(integer.into()),
            Marker::FixNeg(integer) => Token::Integer(integer.into()),
            Marker::I8 => Token::Integer(i8::from_be_bytes(self.take()?).into()),
            Marker::I16 => Token::Integer(i16::from_be_bytes(self.take()?).into()),
            Marker::I32 => Token::Integer(i32::from_be_bytes(self.take()?).into()),
            Marker::I64 => Token::Integer(i64::from_be_bytes(self.take()?)),
            Marker::U8 => Token::Unsigned(u8::from_be_bytes(self.take()?).into()),
            Marker::U16 => Token::Unsigned(u16::from_be_bytes(self.take()?).into()),
            Marker::U32 => Token::Unsigned(u32::from_be_bytes(self.take()?).into()),
            Marker::U64 => Token::Unsigned(u64::from_be_bytes(self.take()?)),
            Marker::F32 => Token::Float(f32::from_be_bytes(self.take()?).into()),
            Marker::F64 => Token::Float(f64::from_be_bytes(self.take()?)),
            Marker::FixStr(length) => Token::Text(self.bytes(length.into())?),
            Marker::Str8 => Token::Text(self.counted::<1>()?),
            Marker::Str16 => Token::Text(self.counted::<2>()?),
            Marker::Str32 => Token::Text(self.counted::<4>()?),
            Marker::Bin8 => Token::Binary(self.counted::<1>()?),
            Marker::Bin16 => Token::Binary(self.counted::<2>()?),
            Marker::Bin32 => Token::Binary(self.counted::<4>()?),
            Marker::FixArray(length) => Token::Array(self.plausible(length.into(), 1)?),
            Marker::Array16 => Token::Array(self.claim::<2>(1)?),
            Marker::Array32 => Token::Array(self.claim::<4>(1)?),
            Marker::FixMap(length) => Token::Map(self.plausible(length.into(), 2)?),
            Marker::Map16 => Token::Map(self.claim::<2>(2)?),
            Marker::Map32 => Token::Map(self.claim::<4>(2)?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => self.counted_extension::<1>()?,
            Marker::Ext16 => self.counted_extension::<2>()?,
            Marker::Ext32 => self.counted_extension::<4>()?,
            Marker::Reserved => return Err(Fault::Reserved),
        })
    }

    /// Reads over one whole value, whatever it is.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let mut values = 1_usize;
        while values > 0 {
            values -= 1;
            // A claim never exceeds what is left of the input, so the sum cannot overflow before the input ends.
            values = values.saturating_add(match self.next()? {
                Token::Array(length) => length,
                Token::Map(length) => length.saturating_mul(2),
                _ => 0,
            });
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Fault::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn bytes(&mut self, length: usize) -> Result<&'i [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Fault::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads a length of `N` bytes, most significant first.
    fn length<const N: usize>(&mut self) -> Result<usize, Fault> {
        Ok(self
            .take::<N>()?
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn counted<const N: usize>(&mut self) -> Result<&'i [u8], Fault> {
        let length = self.length::<N>()?;
        self.bytes(length)
    }

    fn claim<const N: usize>(&mut self, least_bytes_each: usize) -> Result<usize, Fault> {
        let length = self.length::<N>()?;
        self.plausible(length, least_bytes_each)
    }

    fn plausible(&self, length: usize, least_bytes_each: usize) -> Result<usize, Fault> {
        if length <= self.0.len() / least_bytes_each {
            Ok(length)
        } else {
            Err(Fault::Truncated)
        }
    }

    fn extension(&mut self, length: usize) -> Result<Token<'i>, Fault> {
        let [code] = self.take()?;
        Ok(Token::Extension(self.bytes(length)?, i8::from_be_bytes([code])))
    }

    fn counted_extension<const N: usize>(&mut self) -> Result<Token<'i>, Fault> {
        let length = self.length::<N>()?;
        self.extension(length)
    }
}
