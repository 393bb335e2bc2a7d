use crate::value::{Number, NumberError};

fn parse(text: &str) -> Number {
    text.parse().unwrap()
}

#[test]
fn numbers_print_as_plain_decimals() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("0.0e5", "0"),
        ("007", "7"),
        ("+1.50", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("-12E-4", "-0.0012"),
        ("123.456", "123.456"),
        ("100000000000000000000", "100000000000000000000"),
        ("1e20", "100000000000000000000"),
        ("9223372036854775808", "9223372036854775808"),
        ("Inf", "Inf"),
        ("+inf", "Inf"),
        ("-Inf", "-Inf"),
    ];
    for (text, printed) in cases {
        assert_eq!(parse(text).to_string(), printed, "{text}");
    }
}

#[test]
fn what_is_no_decimal_is_refused() {
    for text in [
        "", "-", ".", "e1", "1e", "1e+", "1e1.0", "0x10", "1_000", " 1", "1 ", "--1", "1.2.3", "NaN", "١",
    ] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Syntax), "{text:?}");
    }
}

#[test]
fn sizes_are_bounded_in_both_directions() {
    for text in [
        "1e10000",
        "-1e99999999999999999999",
        "1e-10001",
        "0.1e-10000",
        "1e9223372036854775807",
    ] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Range), "{text}");
    }
    assert_eq!("9".repeat(10_001).parse::<Number>(), Err(NumberError::Range));
    assert_eq!(parse("1e9999").to_string().len(), 10_000);
    assert_eq!(parse("1e-10000").to_string().len(), 10_002);
    assert_eq!(parse("0e99999999999999999999"), Number::from(0));
}

#[test]
fn equality_and_order_are_numeric() {
    assert_eq!(parse("1.0"), Number::from(1));
    assert_eq!(parse("1e2"), parse("100.00"));
    assert_eq!(parse("18446744073709551615"), Number::from(u64::MAX));
    let ascending = [
        "-Inf",
        "-1e30",
        "-9223372036854775808",
        "-0.5",
        "0",
        "0.1",
        "0.11",
        "9223372036854775807",
        "1e19",
        "Inf",
    ];
    for pair in ascending.windows(2) {
        assert!(parse(pair[0]) < parse(pair[1]), "{pair:?}");
        assert!(parse(pair[1]) > parse(pair[0]), "{pair:?}");
    }
}

#[test]
fn integers_convert_only_exactly() {
    assert_eq!(parse("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(parse("9223372036854775808").to_i64(), None);
    assert_eq!(parse("9223372036854775808").to_u64(), Some(1 << 63));
    assert_eq!(parse("18446744073709551616").to_u64(), None);
    assert_eq!(parse("-1").to_u64(), None);
    assert_eq!(parse("1.5").to_i64(), None);
    assert_eq!(parse("1.5").to_u64(), None);
    assert_eq!(parse("18446744073709551614.5").to_u64(), None);
    assert_eq!(Number::INFINITY.to_i64(), None);
    assert!(parse("1e300").is_integer() && !parse("0.5").is_integer() && !Number::INFINITY.is_integer());
}

#[test]
fn a_float_is_either_what_it_means_or_what_it_holds() {
    assert_eq!(Number::from_f64(0.1), Ok(parse("0.1")));
    let held = "0.1000000000000000055511151231257827021181583404541015625";
    assert_eq!(Number::from_f64_exact(0.1).unwrap().to_string(), held);
    assert_eq!(Number::from_f64_exact(-2.5), Ok(parse("-2.5")));
    assert_eq!(
        Number::from_f64_exact(1e22).unwrap().to_string(),
        "10000000000000000000000"
    );
    assert_eq!(Number::from_f64_exact(-0.0), Ok(Number::from(0)));
    assert_eq!(Number::from_f64(f64::INFINITY), Ok(Number::INFINITY));
    assert_eq!(Number::from_f64(f64::NAN), Err(NumberError::NotANumber));
    assert_eq!(Number::from_f64_exact(f64::NAN), Err(NumberError::NotANumber));
}

#[test]
fn the_edges_of_floats_survive() {
    for float in [
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        f64::from_bits(1),
        f64::EPSILON,
        -1.0 / 3.0,
    ] {
        let exact = Number::from_f64_exact(float).unwrap();
        assert_eq!(exact.to_f64().to_bits(), float.to_bits());
        assert_eq!(exact.to_f64_exact(), Some(float));
        assert_eq!(Number::from_f64(float).unwrap().to_f64().to_bits(), float.to_bits());
    }
    assert_eq!(parse("0.1").to_f64_exact(), None);
    assert_eq!(parse("0.1").to_f64().to_bits(), 0.1_f64.to_bits());
    assert!(parse("1e400").to_f64().is_infinite());
    assert_eq!(parse("1e400").to_f64_exact(), None);
}
