//! Which rows of a view a request wants: by offset (`IndexedPageView`) or from a row's key
//! (`SeekToConditionPageView`).

use std::ops::Range;

use serde_json::Value;

/// The wanted rows of a view with `total` rows, `most` of them at the most; `position` finds a row by its instance
/// key.
///
/// Seeking starts at the row that meets the condition, that row included; behind the last row when there is
/// none.
pub(super) fn rows(
    paging: &Value,
    total: usize,
    most: usize,
    position: impl Fn(&str) -> Option<usize>,
) -> Range<usize> {
    let number = |name: &str| paging[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let key = paging["Condition"]["Item"]["FieldURIOrConstant"]["Item"]["Value"].as_str();
    let start = match key {
        Some(key) => position(key).unwrap_or(total),
        None => number("Offset").unwrap_or(0).min(total),
    };
    start..total.min(start.saturating_add(number("MaxEntriesReturned").unwrap_or(usize::MAX).min(most)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn by_offset(offset: usize, most: usize) -> Value {
        json!({"__type": "IndexedPageView:#Exchange", "BasePoint": "Beginning", "Offset": offset, "MaxEntriesReturned": most})
    }

    fn from_key(key: &str) -> Value {
        let constant = json!({"__type": "Constant:#Exchange", "Value": key});
        json!({"__type": "SeekToConditionPageView:#Exchange", "BasePoint": "Beginning", "MaxEntriesReturned": 50,
            "Condition": {"Item": {"__type": "IsEqualTo:#Exchange", "FieldURIOrConstant": {"Item": constant}}}})
    }

    #[test]
    fn by_offset_the_last_page_is_short_and_beyond_it_is_empty() {
        assert_eq!(rows(&by_offset(0, 25), 60, usize::MAX, |_| None), 0..25);
        assert_eq!(rows(&by_offset(50, 25), 60, usize::MAX, |_| None), 50..60);
        assert_eq!(rows(&by_offset(99, 25), 60, usize::MAX, |_| None), 60..60);
        assert_eq!(rows(&by_offset(0, 999_999), 60, usize::MAX, |_| None), 0..60);
    }

    #[test]
    fn a_page_may_be_shorter_than_it_was_asked_for() {
        assert_eq!(rows(&by_offset(20, 25), 60, 10, |_| None), 20..30);
    }

    #[test]
    fn seeking_starts_at_the_row_with_the_key() {
        let position = |key: &str| (key == "row 24").then_some(24);
        assert_eq!(rows(&from_key("row 24"), 60, usize::MAX, position), 24..60);
        assert_eq!(rows(&from_key("row 24"), 200, usize::MAX, position), 24..74);
        assert_eq!(rows(&from_key("gone"), 60, usize::MAX, position), 60..60);
    }
}
