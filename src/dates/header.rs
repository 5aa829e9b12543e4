//! The headers of a list's groups: Today, Last week, a month, a year. Each bounds the days of its rows.

use super::sense::Senses;
use super::text::plain;
use super::words::Words;
use chrono::{Datelike, Days, Months, NaiveDate};

/// First and last day of a group.
pub(super) type Bounds = (NaiveDate, NaiveDate);

/// What a header says on day `today`; `None` for one that says nothing of time, such as Pinned.
pub(super) fn read(header: &str, words: &Words, today: NaiveDate) -> Option<Bounds> {
    let plain = plain(header)?;
    if let Ok(year) = plain.parse::<i32>() {
        return of_year(year).filter(|_| (1990..=today.year()).contains(&year));
    }
    let (length, senses) = words.longest(&plain)?;
    (length == plain.len()).then(|| of_word(senses, today))?
}

fn of_year(year: i32) -> Option<Bounds> {
    Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
}

/// Where a week begins is the mailbox's choice: the bounds of a week hold whichever day it is.
fn of_word(senses: Senses, today: NaiveDate) -> Option<Bounds> {
    let ago = |days: u64| today.checked_sub_days(Days::new(days));
    if let Some(days) = senses.days_ago() {
        return Some((ago(days)?, ago(days)?));
    }
    match (senses.weeks_ago(), senses.months_ago()) {
        (Some(0), _) => Some((ago(6)?, today)),
        (Some(_), _) => Some((ago(13)?, ago(1)?)),
        (None, Some(months)) => month(today.with_day(1)?.checked_sub_months(Months::new(months))?, today),
        (None, None) => {
            let of_year = |year| NaiveDate::from_ymd_opt(year, senses.months().next()?, 1);
            let first = of_year(today.year())
                .filter(|first| *first <= today)
                .or_else(|| of_year(today.year() - 1))?;
            month(first, today)
        }
    }
}

fn month(first: NaiveDate, today: NaiveDate) -> Option<Bounds> {
    Some((first, first.checked_add_months(Months::new(1))?.pred_opt()?.min(today)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_bound_their_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let today = day("2026-02-04");
        for (language, header, expected) in [
            ("en", "Today", Some(("2026-02-04", "2026-02-04"))),
            ("de", "Gestern", Some(("2026-02-03", "2026-02-03"))),
            ("en", "This week", Some(("2026-01-29", "2026-02-04"))),
            ("fr", "La semaine dernière", Some(("2026-01-22", "2026-02-03"))),
            ("en", "This month", Some(("2026-02-01", "2026-02-04"))),
            ("de", "Letzten Monat", Some(("2026-01-01", "2026-01-31"))),
            ("cs", "leden", Some(("2026-01-01", "2026-01-31"))),
            ("en", "November", Some(("2025-11-01", "2025-11-30"))),
            ("ja", "今日", Some(("2026-02-04", "2026-02-04"))),
            ("en", "2024", Some(("2024-01-01", "2024-12-31"))),
            ("en", "2027", None),
            ("en", "Pinned", None),
            ("en", "Monday", None),
            ("en", "Today 10:05", None),
            ("en", "", None),
        ] {
            let bounds = read(header, &Words::of(language), today);
            assert_eq!(bounds, expected.map(|(first, last)| (day(first), day(last))), "{header}");
        }
    }
}
