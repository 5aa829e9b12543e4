//! What hangs on messages.

use super::pages::counts;
use super::statements::{count, text};
use super::*;
use outlook_syncd::model::{AttachedKind, Attachment};

fn file(name: &str) -> Attachment {
    Attachment { name: Some(name.to_owned()), size: Some(9), ..Attachment::of(AttachedKind::File) }
}

/// A message that says what hangs on it.
fn with(attachments: Option<Vec<Attachment>>) -> Upsert {
    let mut one = detailed("m1", "One", at(1));
    one.sight.attachments = attachments;
    one
}

#[tokio::test]
async fn what_hangs_on_a_message_is_kept_in_order_until_a_look_says_otherwise() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let odd = Attachment {
            url: Some("https://files.example/plan".into()),
            item_id: Some("AAMk+/=".into()),
            content_id: Some("kite".into()),
            is_inline: true,
            ..Attachment { name: Some("pl\0an".into()), ..Attachment::of(AttachedKind::Reference) }
        };
        let first = with(Some(vec![file("b.txt"), file("a.txt"), odd.clone()]));
        let id = first.id.clone();
        assert_eq!(store_page(&store, &claim, &page(vec![first.clone()])).await.unwrap(), counts(1, 0));
        let kept = store.attachments(&id).await.unwrap();
        let stored = Attachment { name: Some("pl\u{fffd}an".into()), ..odd };
        assert_eq!(kept, [file("b.txt"), file("a.txt"), stored]);
        for same in [first, with(None)] {
            assert_eq!(store_page(&store, &claim, &page(vec![same])).await.unwrap(), counts(0, 0));
            assert_eq!(store.attachments(&id).await.unwrap(), kept);
        }
        let other = page(vec![with(Some(vec![file("a.txt")]))]);
        assert_eq!(store_page(&store, &claim, &other).await.unwrap(), counts(0, 1));
        assert_eq!(store.attachments(&id).await.unwrap(), [file("a.txt")]);
        assert_eq!(count(&store, "SELECT revision FROM message").await, 2);
        assert_eq!(
            store_page(&store, &claim, &page(vec![with(Some(Vec::new()))])).await.unwrap(),
            counts(0, 1)
        );
        assert!(store.attachments(&id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn other_programs_read_what_hangs_on_a_message() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let one = with(Some(vec![file("b.txt"), file("a.txt")]));
        store_page(&store, &claim, &page(vec![one.clone()])).await.unwrap();
        let rows = "SELECT string_agg(position || ' ' || kind || ' ' || name || ' ' || size_bytes, ', ' ORDER BY position)
            FROM attachment_v WHERE NOT is_inline AND message_id = 'ID'";
        let seen = text(&store, &rows.replace("ID", one.id.as_str())).await;
        assert_eq!(seen.as_deref(), Some("0 file b.txt 9, 1 file a.txt 9"));
    })
    .await;
}

#[tokio::test]
async fn of_a_forged_mail_with_thousands_of_attachments_five_hundred_are_kept() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let one = with(Some(vec![file("a"); 3_000]));
        store_page(&store, &claim, &page(vec![one.clone()])).await.unwrap();
        assert_eq!(store.attachments(&one.id).await.unwrap().len(), 500);
        assert_eq!(store_page(&store, &claim, &page(vec![one])).await.unwrap(), counts(0, 0));
    })
    .await;
}
