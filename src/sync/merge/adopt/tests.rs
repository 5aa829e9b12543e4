use super::*;
use proptest::prelude::*;

#[test]
fn a_topic_is_the_subject_without_its_prefixes() {
    for (subject, bare) in [
        ("Re: AW: Lunch", "Lunch"),
        ("回复：午餐", "午餐"),
        ("RE:Lunch", "Lunch"),
        ("Note: this is no prefix", "Note: this is no prefix"),
        ("3: lists", "3: lists"),
        (": odd", ": odd"),
        ("", ""),
    ] {
        assert_eq!(topic(subject), bare);
    }
}

#[test]
fn what_announces_a_topic_has_it() {
    for (one, other) in [
        ("Unzustellbar: Lunch", "Lunch"),
        ("RE: Lunch", "Accepted: Lunch"),
        ("未送达：午餐", "午餐"),
        ("", "(no subject)"),
    ] {
        assert!(same_topic(one, other) && same_topic(other, one), "{one} {other}");
    }
    assert!(!same_topic("Late Lunch", "Lunch"));
    assert!(!same_topic("Accepted: Lunch", "Declined: Lunch"));
}

proptest! {
    #[test]
    fn a_topic_never_panics_and_is_its_own_topic(subject in ".*") {
        prop_assert_eq!(topic(topic(&subject)), topic(&subject));
    }
}
