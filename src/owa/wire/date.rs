//! Dates as OWA writes them: the offset of the asked-for zone, `Z` where that offset is 0, a fraction or
//! none.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::ops::RangeInclusive;

/// The years of dates. Outside lies what stands for "none": the years 1 of Exchange, 1601 of Windows, 4501 of
/// Outlook and 9999 of .NET; and what a clock showed before it was set.
const YEARS: RangeInclusive<i32> = 1970..=4500;
/// Without an offset.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S%.f";

/// The instant that `text` names; without an offset it is local to `zone`. `None` for "no date" and for
/// nonsense.
pub(in crate::owa) fn parse(text: &str, zone: Option<Tz>) -> Option<DateTime<Utc>> {
    let with_offset = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    let local = || {
        let local = NaiveDateTime::parse_from_str(text, LOCAL).ok()?;
        zone?.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
    };
    let at = with_offset.or_else(local)?;
    YEARS.contains(&at.year()).then_some(at)
}

/// Whether it is a point in time, of whatever year.
pub(super) fn is_date(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok() || NaiveDateTime::parse_from_str(text, LOCAL).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_in_every_form() {
        let instant = "2025-10-30T09:59:54Z".parse::<DateTime<Utc>>().expect("an instant");
        for text in [
            "2025-10-30T09:59:54Z",
            "2025-10-30T10:59:54+01:00",
            "2025-10-30T02:59:54-07:00",
            "2025-10-30T15:29:54+05:30",
        ] {
            assert_eq!(parse(text, None), Some(instant), "{text}");
        }
        assert_eq!(parse("2025-10-30T10:59:54", Some(Tz::Europe__Berlin)), Some(instant));
        assert_eq!(parse("2025-10-30T10:59:54.000", Some(Tz::Europe__Berlin)), Some(instant));
        assert!(parse("2025-10-30T10:59:54.1234567890123+01:00", None).is_some());
    }

    #[test]
    fn a_date_that_a_wrong_clock_wrote_is_a_date() {
        for text in ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"] {
            assert!(parse(text, None).is_some(), "{text}");
        }
    }

    #[test]
    fn what_names_no_instant_is_none() {
        for text in [
            "",
            "0001-01-01T00:00:00Z",
            "1601-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "4501-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2025-10",
            "yesterday",
            "2025-13-40T00:00:00Z",
            "2025-10-30T10:59:54",
        ] {
            assert_eq!(parse(text, None), None, "{text}");
        }
    }
}
