//! Exact decimal numbers.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, ToPrimitive};

/// An exact decimal number, or an infinity.
///
/// Core calculates with 512 bits and sends what no machine number can hold as text, so `0.1` in a configuration is not
/// the `f64` nearest to it. A number read here is written back as the same decimal; equality is numeric.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

// Invariant: a finite number that fits an i64 is an Integer, any other a normalised Decimal. So the derived equality
// and hash are numeric.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Integer(i64),
    Decimal(Box<BigDecimal>),
    PositiveInfinity,
    NegativeInfinity,
}

/// Why something is not a [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not the text of a decimal number.
    #[error("the text is not a decimal number")]
    Syntax,
    /// More than [`Number::MAX_DIGITS`] digits before or after the point.
    #[error("the number has too many digits")]
    Range,
    /// The float is not a number.
    #[error("the float is not a number (NaN)")]
    NotANumber,
}

impl Number {
    /// The most digits before or after the decimal point. Twice what any `f64` or 512 bit float near 1 needs, and
    /// small enough that a short text like `1e999999999` cannot fill the memory.
    pub const MAX_DIGITS: usize = 10_000;

    /// Above all finite numbers.
    pub const INFINITY: Self = Self(Repr::PositiveInfinity);

    /// Below all finite numbers.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::NegativeInfinity);

    /// The shortest decimal that reads back as `float`, which is what a person means: `0.1` is one tenth.
    /// Fails on NaN.
    pub fn from_f64(float: f64) -> Result<Self, NumberError> {
        match Self::special(float) {
            Some(special) => special,
            None => float.to_string().parse(),
        }
    }

    /// The very number that `float` holds: `0.1` has 55 decimal places. This is what a float on the wire means.
    /// Fails on NaN.
    pub fn from_f64_exact(float: f64) -> Result<Self, NumberError> {
        if let Some(special) = Self::special(float) {
            return special;
        }
        let bits = float.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
        // IEEE 754: a normal number has an implied leading bit, and the fraction's last bit has the weight 2^(e-1075).
        let (significand, exponent) = if exponent == 0 {
            (fraction, -1074)
        } else {
            (fraction | 1 << 52, exponent - 1075)
        };
        let sign = if float.is_sign_negative() {
            Sign::Minus
        } else {
            Sign::Plus
        };
        let significand = BigInt::from_biguint(sign, significand.into());
        let power = exponent.unsigned_abs();
        Ok(if exponent < 0 {
            // n / 2^p = n * 5^p / 10^p
            Self::from_decimal(&BigDecimal::new(significand * BigInt::from(5).pow(power), power.into()))
        } else {
            Self::from_decimal(&BigDecimal::new(significand << power, 0))
        })
    }

    fn special(float: f64) -> Option<Result<Self, NumberError>> {
        if float.is_nan() {
            Some(Err(NumberError::NotANumber))
        } else if float.is_infinite() {
            Some(Ok(if float > 0.0 {
                Self::INFINITY
            } else {
                Self::NEGATIVE_INFINITY
            }))
        } else {
            None
        }
    }

    fn from_decimal(decimal: &BigDecimal) -> Self {
        let decimal = decimal.normalized();
        // `to_i64` cuts off the decimal places, so only ask where there are none: normalised, that is a scale <= 0.
        if decimal.fractional_digit_count() <= 0
            && let Some(integer) = decimal.to_i64()
        {
            return Self(Repr::Integer(integer));
        }
        Self(Repr::Decimal(Box::new(decimal)))
    }

    /// The number as an `i64`, where it is one exactly.
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            _ => None,
        }
    }

    /// The number as a `u64`, where it is one exactly.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Integer(integer) => u64::try_from(*integer).ok(),
            Repr::Decimal(decimal) if self.is_integer() => decimal.to_u64(),
            _ => None,
        }
    }

    /// The `f64` nearest to the number; infinite where the number is too large for any.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::PositiveInfinity => f64::INFINITY,
            Repr::NegativeInfinity => f64::NEG_INFINITY,
            // The standard library rounds a decimal text correctly; a cast of the parts would round twice.
            Repr::Integer(_) | Repr::Decimal(_) => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The `f64` that is this very number, where there is one.
    pub fn to_f64_exact(&self) -> Option<f64> {
        let float = self.to_f64();
        (Self::from_f64_exact(float).as_ref() == Ok(self)).then_some(float)
    }

    /// True for a finite number without decimal places.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Integer(_) => true,
            Repr::Decimal(decimal) => decimal.fractional_digit_count() <= 0,
            Repr::PositiveInfinity | Repr::NegativeInfinity => false,
        }
    }

    /// True for a number that is no infinity.
    pub fn is_finite(&self) -> bool {
        matches!(self.0, Repr::Integer(_) | Repr::Decimal(_))
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Integer(integer))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        match i64::try_from(integer) {
            Ok(integer) => Self(Repr::Integer(integer)),
            Err(_) => Self::from_decimal(&BigDecimal::from(integer)),
        }
    }
}

impl From<i32> for Number {
    fn from(integer: i32) -> Self {
        Self(Repr::Integer(integer.into()))
    }
}

impl From<u32> for Number {
    fn from(integer: u32) -> Self {
        Self(Repr::Integer(integer.into()))
    }
}

impl From<u16> for Number {
    fn from(integer: u16) -> Self {
        Self(Repr::Integer(integer.into()))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads `-12`, `+0.5`, `1e-3`, `.5`, `Inf` and the like; what go-cty's `ParseNumberVal` reads.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (negative, magnitude) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if matches!(magnitude, "Inf" | "inf") {
            return Ok(if negative {
                Self::NEGATIVE_INFINITY
            } else {
                Self::INFINITY
            });
        }
        let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (magnitude, 0),
        };
        let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(places) || (whole.is_empty() && places.is_empty()) {
            return Err(NumberError::Syntax);
        }

        let digits = format!("{whole}{places}");
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self(Repr::Integer(0)));
        }
        let trailing_zeros = digits.len() - digits.trim_end_matches('0').len();
        // The value is `significant` * 10^-scale. Lengths of texts fit an i64.
        let scale = length(places.len())
            .saturating_sub(exponent)
            .saturating_sub(length(trailing_zeros));
        let limit = length(Self::MAX_DIGITS);
        let digits_before_the_point = length(significant.len()).saturating_sub(scale);
        if scale > limit || digits_before_the_point > limit {
            return Err(NumberError::Range);
        }
        let magnitude = BigInt::parse_bytes(significant.as_bytes(), 10).ok_or(NumberError::Syntax)?;
        Ok(Self::from_decimal(&BigDecimal::new(
            if negative { -magnitude } else { magnitude },
            scale,
        )))
    }
}

/// Reads the signed exponent of a number. One too large for an i64 is as good as the largest.
fn parse_exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    Ok(text
        .parse()
        .unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl fmt::Display for Number {
    /// The number without an exponent, as Terraform prints it: `-0.001`, `100000000000000000000`; or `Inf`, `-Inf`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Integer(integer) => write!(f, "{integer}"),
            Repr::PositiveInfinity => f.write_str("Inf"),
            Repr::NegativeInfinity => f.write_str("-Inf"),
            Repr::Decimal(decimal) => {
                let (digits, scale) = decimal.as_bigint_and_exponent();
                if digits.sign() == Sign::Minus {
                    f.write_str("-")?;
                }
                let digits = digits.magnitude().to_string();
                let places = usize::try_from(scale.unsigned_abs()).unwrap_or(usize::MAX);
                if scale <= 0 {
                    write!(f, "{digits}{:0<places$}", "")
                } else if digits.len() > places {
                    let (whole, rest) = digits.split_at(digits.len() - places);
                    write!(f, "{whole}.{rest}")
                } else {
                    write!(f, "0.{digits:0>places$}")
                }
            }
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a.cmp(b),
            (Repr::Integer(a), Repr::Decimal(b)) => BigDecimal::from(*a).cmp(b),
            (Repr::Decimal(a), Repr::Integer(b)) => a.as_ref().cmp(&BigDecimal::from(*b)),
            (Repr::Decimal(a), Repr::Decimal(b)) => a.cmp(b),
            (a, b) => a.side().cmp(&b.side()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Repr {
    /// -1 and 1 for the infinities, 0 for all between.
    fn side(&self) -> i8 {
        match self {
            Self::NegativeInfinity => -1,
            Self::Integer(_) | Self::Decimal(_) => 0,
            Self::PositiveInfinity => 1,
        }
    }
}

impl Default for Number {
    /// Zero.
    fn default() -> Self {
        Self(Repr::Integer(0))
    }
}
