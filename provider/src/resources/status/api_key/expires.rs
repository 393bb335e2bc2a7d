//! The end of a key, in the server's time.

use serde_json::Value;
use tfplugin::Field;

use crate::resources::status::fields::Json;

/// A field with a date and a time: `2035-01-01T00:00:00` here, with a blank in place of the T on the server.
pub(super) struct Moment<'a>(pub(super) &'a mut Field<String>);

impl Json for Moment<'_> {
    fn write(&self) -> Value {
        match self.0.known() {
            Some(moment) => Value::String(of_server(moment)),
            None => Value::Null,
        }
    }

    fn read(&mut self, value: &Value) {
        // A server on MariaDB may tell fractions of a second, and a zone that is its own.
        let moment = value.as_str().and_then(|text| text.get(..LENGTH));
        *self.0 = Field::from(moment.map(|moment| moment.replacen(' ', "T", 1)));
    }

    fn is_default(&self) -> bool {
        !self.0.is_known()
    }

    fn reset(&mut self) {
        *self.0 = Field::Null;
    }
}

/// Of `YYYY-MM-DDTHH:MM:SS`.
const LENGTH: usize = 19;

/// As the server writes it.
pub(super) fn of_server(moment: &str) -> String {
    moment.replacen('T', " ", 1)
}

/// Checks a date and a time without a zone.
pub(super) fn check(moment: &str) -> Result<(), String> {
    const FORM: &[u8; LENGTH] = b"0000-00-00T00:00:00";
    let formed = moment.len() == LENGTH
        && moment.bytes().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            mark => byte == *mark,
        });
    let number = |at: std::ops::Range<usize>| moment.get(at).and_then(|digits| digits.parse::<u32>().ok());
    let within = |at, least: u32, most: u32| number(at).is_some_and(|number| (least..=most).contains(&number));
    if formed
        && number(0..4)
            .zip(number(5..7))
            .is_some_and(|(year, month)| (1..=12).contains(&month) && within(8..10, 1, days(year, month)))
        && within(11..13, 0, 23)
        && within(14..16, 0, 59)
        && within(17..19, 0, 59)
    {
        return Ok(());
    }
    Err(
        "must be a date and a time such as 2035-01-01T00:00:00. It has no offset: the server reads it in its own time zone, \
         which server_timezone of quickfra_status_settings sets."
            .to_owned(),
    )
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_moment_is_one_of_the_calendar() {
        for good in ["2035-01-01T00:00:00", "2028-02-29T23:59:59", "2000-02-29T00:00:00"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "2035-01-01",
            "2035-01-01 00:00:00",
            "2035-01-01T00:00:00Z",
            "2035-01-01T00:00:00+01:00",
            "2035-13-01T00:00:00",
            "2035-00-01T00:00:00",
            "2027-02-29T00:00:00",
            "2100-02-29T00:00:00",
            "2035-04-31T00:00:00",
            "2035-01-01T24:00:00",
            "2035-01-01T00:60:00",
            "+035-01-01T00:00:00",
            "2035-01-01T00:00:0é",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_the_server_tells_is_read_as_it_was_written() {
        let mut field = Field::Known("2035-01-01T00:00:00".to_owned());
        let sent = Moment(&mut field).write();
        assert_eq!(sent, json!("2035-01-01 00:00:00"));
        let mut read = Field::Null;
        for told in [sent, json!("2035-01-01T00:00:00.000Z")] {
            Moment(&mut read).read(&told);
            assert_eq!(read, field);
        }
        Moment(&mut read).read(&Value::Null);
        assert_eq!((&read, Moment(&mut Field::Null).write()), (&Field::Null, Value::Null));
    }
}
