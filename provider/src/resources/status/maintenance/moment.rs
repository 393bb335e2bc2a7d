//! Dates and times as the server keeps them: of a clock on the wall, in the time zone of the maintenance.

/// A date and time in the form that the server stores, `2026-12-24 22:00:00`; none for text that is no such thing. The
/// `T` and the missing seconds of the server's own web page are read, too.
pub(super) fn canonical(text: &str) -> Option<String> {
    let (date, time) = text.split_once([' ', 'T'])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = match numbers(time, ':', [2, 2]) {
        Some([hour, minute]) => [hour, minute, 0],
        None => numbers(time, ':', [2, 2, 2])?,
    };
    let valid = year > 0 && day >= 1 && day <= days_in(year, month) && hour < 24 && minute < 60 && second < 60;
    valid.then(|| format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
}

/// Hours and minutes of a time of day such as `02:30`.
pub(super) fn time_of_day(text: &str) -> Option<(u32, u32)> {
    let [hour, minute] = numbers(text, ':', [2, 2])?;
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn numbers<const N: usize>(text: &str, sign: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(sign);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = plain.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

/// How many days a month of the Gregorian calendar has; none for a month that is none.
fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_one_form() {
        for text in [
            "2028-02-29 22:00",
            "2028-02-29T22:00",
            "2028-02-29 22:00:00",
            "2028-02-29T22:00:00",
        ] {
            assert_eq!(canonical(text).as_deref(), Some("2028-02-29 22:00:00"), "{text}");
        }
        for text in [
            "",
            "2028-02-29",
            "2027-02-29 22:00",
            "2100-02-29 22:00",
            "2026-04-31 22:00",
            "2026-13-01 22:00",
            "2026-00-01 22:00",
            "2026-01-00 22:00",
            "2026-01-01 24:00",
            "2026-01-01 22:60",
            "2026-01-01 22:00:60",
            "2026-01-01 22:00Z",
            "2026-01-01  22:00",
            "26-01-01 22:00",
            "2026-1-1 22:00",
            "2026-01-01 +2:00",
            "2026-01-01 22:00:00:00",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_has_two_numbers() {
        assert_eq!(time_of_day("02:30"), Some((2, 30)));
        assert_eq!(time_of_day("23:59"), Some((23, 59)));
        for text in ["24:00", "2:30", "02:60", "02", "02:30:00", "ab:cd", ""] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }
}
