use super::*;
use crate::model::{Body, BodyKind, ItemKey, KeySpace, Precision, RecipientKind};
use proptest::prelude::*;

fn folder(word: &str) -> FolderId {
    FolderId::from(word.to_owned())
}

fn blank() -> Message {
    let (id, account) = (MessageId::from("m".to_owned()), AccountId::from("a".to_owned()));
    Message::new(id, account, folder("inbox"))
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-c\\x00]{0,2}")
}

fn any_address() -> impl Strategy<Value = Option<Address>> {
    prop::option::of((any_text(), any_text()).prop_map(|(name, address)| Address { name, address }))
}

fn any_instant() -> impl Strategy<Value = Option<Instant>> {
    let precision = prop::sample::select(Precision::ALL.to_vec());
    prop::option::of((0..3_i64, precision).prop_map(|(seconds, precision)| Instant {
        at: DateTime::from_timestamp(1_000_000 + seconds, 0).expect("an instant"),
        precision,
    }))
}

prop_compose! {
    fn any_sight()(
        depth in prop::sample::select(vec![Depth::Shown, Depth::Listed, Depth::Whole]),
        seen_by in prop::sample::select(vec!["service", "network", "dom"]),
        (change_key, conversation_id, internet_message_id) in (any_text(), any_text(), any_text()),
        (subject, item_class, preview) in (any_text(), any_text(), any_text()),
        (from, sender, to) in (any_address(), any_address(), any_address()),
        (received, sent) in (any_instant(), any_instant()),
        (is_read, is_draft, has_attachments, recipients_truncated) in any::<[Option<bool>; 4]>().prop_map(Into::into),
        size in prop::option::of(0..3_i64),
    ) -> Sight {
        let recipients = to.map(|address| vec![Recipient { kind: RecipientKind::To, address }]);
        Sight {
            depth, seen_by: seen_by.into(), change_key, conversation_id, internet_message_id, subject, item_class, preview,
            from, sender, recipients, received, sent_at: sent.map(|sent| sent.at), is_read, is_draft, has_attachments,
            recipients_truncated, size, importance: is_draft.map(|_| Importance::High), ..Sight::default()
        }
    }
}

fn any_folder() -> impl Strategy<Value = FolderId> {
    prop::sample::select(["inbox", "sent", "own"].map(folder).to_vec())
}

/// A message after some looks.
fn any_message() -> impl Strategy<Value = Message> {
    prop::collection::vec((any_sight(), any_folder()), 0..4)
        .prop_map(|looks| looks.iter().fold(blank(), |message, (sight, folder)| message.after(sight, folder)))
}

proptest! {
    #[test]
    fn a_second_look_that_sees_the_same_changes_nothing(
        message in any_message(), sight in any_sight(), folder in any_folder()
    ) {
        let once = message.after(&sight, &folder);
        prop_assert_eq!(once.after(&sight, &folder), once);
    }

    #[test]
    fn a_shallower_look_says_only_whether_it_was_read_and_where_it_lies(
        message in any_message(), sight in any_sight(), folder in any_folder()
    ) {
        let next = message.after(&sight, &folder);
        prop_assert!(next.depth == message.depth.max(sight.depth));
        if sight.depth < message.depth {
            let lies = if sight.depth == Depth::Shown { message.folder.clone() } else { folder };
            prop_assert_eq!(&next.folder, &lies);
            prop_assert_eq!(next.is_read, sight.is_read.or(message.is_read));
            let Message { is_read, seen_by, .. } = next.clone();
            prop_assert_eq!(next, Message { is_read, seen_by, folder: lies, ..message });
        }
    }

    #[test]
    fn what_a_look_does_not_say_stays(message in any_message()) {
        let silent = Sight { depth: message.depth, seen_by: "other".into(), ..Sight::default() };
        prop_assert_eq!(message.after(&silent, &message.folder), message);
    }

    #[test]
    fn an_address_is_never_lost_to_a_name_nor_an_instant_to_a_vaguer_one(
        message in any_message(), sight in any_sight(), folder in any_folder()
    ) {
        let next = message.after(&sight, &folder);
        prop_assert!(has_address(next.from.as_ref()) || !has_address(message.from.as_ref()));
        let width = |message: &Message| message.received.map(|received| received.precision.width());
        prop_assert!(message.received.is_none() || width(&next) <= width(&message));
    }

    #[test]
    fn no_text_has_what_postgresql_cannot_hold(message in any_message()) {
        let shown = format!("{message:?}");
        prop_assert!(!shown.contains("\\0"), "{}", shown);
    }

    #[test]
    fn a_row_never_hides_what_the_item_says(item in any_sight(), row in any_sight()) {
        let both = item.clone().over(&row);
        prop_assert_eq!(both.clone().over(&row), both.clone());
        prop_assert_eq!(both.subject, item.subject.or(row.subject));
        prop_assert_eq!(both.is_read, item.is_read.or(row.is_read));
    }
}

#[test]
fn an_item_without_a_version_has_that_of_the_row_it_was_read_for() {
    let version = |version: Option<&str>| version.map(str::to_owned);
    let row = Sight { depth: Depth::Listed, change_key: version(Some("v2")), ..Sight::default() };
    let body = Body { kind: BodyKind::Text, content: "text".to_owned(), truncated: false };
    let key = ItemKey { space: KeySpace::new("owa"), id: "i".to_owned() };
    let item = Sight { depth: Depth::Whole, key: Some(key.clone()), body: Some(body), ..Sight::default() };
    let stored = blank().after(&item.over(&row), &folder("inbox"));
    assert_eq!((stored.change_key, stored.depth), (version(Some("v2")), Depth::Whole));
}
