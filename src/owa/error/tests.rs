use super::*;

#[test]
fn outlook_is_left_alone_also_where_it_does_not_say_how_long() {
    for (said, expected) in [(None, 300), (Some(7), 7), (Some(900), 900)] {
        let error = OwaError::Throttled { retry_after: said.map(Duration::from_secs) };
        assert_eq!(error.meaning().retry_after, Some(Duration::from_secs(expected)));
    }
}
