//! How long a server wants to be left alone.

use chrono::NaiveDateTime;
use std::time::Duration;

/// No server is believed that asks for more.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// The three forms of a date in HTTP (RFC 9110, 5.6.7), without the weekday that a comma follows.
const DATES: [&str; 3] = ["%d %b %Y %T GMT", "%d-%b-%y %T GMT", "%a %b %e %T %Y"];

/// What the values of `Retry-After` ask for: seconds, also with a fraction, or a date, which is counted from
/// `date`, the same answer's own `Date`. The longest of several counts, and `LONGEST_WAIT` at most; `None`
/// where no value means a time to come.
#[must_use]
pub fn retry_after<'a>(values: impl IntoIterator<Item = &'a str>, date: Option<&str>) -> Option<Duration> {
    // A comma stands between two values, and after the weekday of a date.
    let values = values.into_iter().flat_map(|value| value.split(',')).map(str::trim);
    values.filter_map(|value| seconds(value).or_else(|| until(value, date?))).max()
}

fn seconds(value: &str) -> Option<Duration> {
    let is_number = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.'));
    let seconds: f64 = value.parse().ok().filter(|_| is_number)?;
    Some(Duration::from_secs_f64(seconds.min(LONGEST_WAIT.as_secs_f64())))
}

fn until(value: &str, date: &str) -> Option<Duration> {
    let wait = (instant(value)? - instant(date)?).to_std().ok()?;
    Some(wait.min(LONGEST_WAIT))
}

fn instant(text: &str) -> Option<NaiveDateTime> {
    let text = text.rsplit(',').next()?.trim();
    DATES.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_server_says_is_a_time_of_at_most_a_day_or_nothing() {
        const DATE: &str = "Sat, 28 Nov 2026 12:00:00 GMT";
        let day = Some(86_400_000);
        for (values, millis) in [
            (vec!["120"], Some(120_000)),
            (vec![" 0 "], Some(0)),
            (vec!["3600.5"], Some(3_600_500)),
            (vec!["4294967295"], day),
            (vec!["99999999999999999999999999"], day),
            (vec!["Sat, 28 Nov 2026 14:00:00 GMT"], Some(7_200_000)),
            (vec!["Saturday, 28-Nov-26 14:00:00 GMT"], Some(7_200_000)),
            (vec!["Sat Nov 28 14:00:00 2026"], Some(7_200_000)),
            (vec!["Fri, 31 Dec 9999 23:59:59 GMT"], day),
            (vec!["30", "90", "60"], Some(90_000)),
            (vec!["30, 90,60"], Some(90_000)),
            (vec!["30, Sat, 28 Nov 2026 14:00:00 GMT"], Some(7_200_000)),
            (vec!["soon, 30"], Some(30_000)),
            (vec!["Sat, 28 Nov 2026 11:00:00 GMT"], None),
            (vec!["-5"], None),
            (vec!["soon"], None),
            (vec!["inf"], None),
            (vec!["NaN"], None),
            (vec!["1e9"], None),
            (vec!["."], None),
            (vec![""], None),
            (vec![], None),
        ] {
            let wait = retry_after(values.iter().copied(), Some(DATE));
            assert_eq!(wait.map(|wait| wait.as_millis()), millis, "{values:?}");
        }
    }

    #[test]
    fn a_date_says_nothing_where_the_answer_has_none_of_its_own() {
        assert_eq!(retry_after(["Sat, 28 Nov 2026 14:00:00 GMT"], None), None);
        assert_eq!(retry_after(["60"], None), Some(Duration::from_mins(1)));
    }
}
