//! Exchange's dates: the offset of the zone at that instant, or `Z` where that offset is zero; milliseconds
//! where there are any.

use chrono::{DateTime, Offset as _, Utc};
use chrono_tz::Tz;

/// `2026-10-30T10:59:54+01:00`, `2026-12-01T08:00:00Z`, `2026-12-01T08:00:00.250Z`.
pub(super) fn exchange(instant: DateTime<Utc>, zone: Tz) -> String {
    let local = instant.with_timezone(&zone);
    let fraction = if instant.timestamp_subsec_millis() == 0 { "" } else { "%.3f" };
    let offset = if local.offset().fix().local_minus_utc() == 0 { "Z" } else { "%:z" };
    local.format(&format!("%Y-%m-%dT%H:%M:%S{fraction}{offset}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_offset_of_zero_is_z_and_of_summer_is_not() {
        assert_eq!(exchange(at("2026-12-01T08:00:00Z"), Tz::Europe__London), "2026-12-01T08:00:00Z");
        assert_eq!(exchange(at("2026-10-24T08:00:00Z"), Tz::Europe__London), "2026-10-24T09:00:00+01:00");
    }

    #[test]
    fn offsets_may_be_negative_or_odd() {
        assert_eq!(exchange(at("2026-12-01T02:00:00Z"), Tz::America__New_York), "2026-11-30T21:00:00-05:00");
        assert_eq!(exchange(at("2022-08-29T11:48:48Z"), Tz::Asia__Kolkata), "2022-08-29T17:18:48+05:30");
    }

    #[test]
    fn milliseconds_show_only_where_there_are_any() {
        assert_eq!(exchange(at("2026-12-01T08:00:00.25Z"), Tz::Etc__UTC), "2026-12-01T08:00:00.250Z");
    }
}
