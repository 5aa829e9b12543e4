use super::*;

fn first_order(locale: &str) -> Option<Order> {
    let culture = Culture::new(Some(locale), None, None);
    culture.formats.iter().min_by_key(|format| format.rank).map(|format| format.order)
}

#[test]
fn a_locale_has_its_order_of_day_and_month() {
    for (locale, expected) in [
        ("en-US", Order::Mdy),
        ("en-GB", Order::Dmy),
        ("en-AU", Order::Dmy),
        ("en_ZA", Order::Ymd),
        ("de-AT", Order::Dmy),
        ("de", Order::Dmy),
        ("sv-SE", Order::Ymd),
        ("bg-BG", Order::Dmy),
        ("lt", Order::Ymd),
        ("ja", Order::Ymd),
    ] {
        assert_eq!(first_order(locale), Some(expected), "{locale}");
    }
}

#[test]
fn a_language_of_several_cultures_keeps_their_orders_apart() {
    let culture = Culture::new(Some("en"), None, None);
    let best: Vec<_> =
        culture.formats.iter().filter(|format| format.rank == 0).map(|format| format.order).collect();
    assert!(best.contains(&Order::Mdy) && best.contains(&Order::Dmy), "{best:?}");
}

#[test]
fn the_mailboxes_own_formats_come_first() {
    let culture = Culture::new(Some("en-US"), Some("dd.MM.yyyy"), Some("H.mm"));
    assert_eq!((culture.formats[0].order, culture.formats[0].rank, culture.dotted_time), (Order::Dmy, 0, 0));
    assert!(culture.formats[1..].iter().all(|format| format.rank > 0));
}

#[test]
fn of_an_unknown_locale_every_order_is_possible() {
    for locale in [None, Some("xx-YY"), Some("")] {
        assert_eq!(Culture::new(locale, None, None).formats.len(), 3, "{locale:?}");
    }
}
