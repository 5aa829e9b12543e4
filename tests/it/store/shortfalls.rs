//! What keeps an account's mail from being complete.

use super::*;
use outlook_syncd::model::{Reach, Shortfall, ShortfallKind};

fn shortfall(kind: ShortfallKind, since: i64, message: &str) -> Shortfall {
    Shortfall { kind, since: at(since), message: message.to_owned() }
}

#[tokio::test]
async fn what_is_missing_is_kept_since_it_was_found_first_until_it_is_not_found_any_more() {
    use ShortfallKind::{Holes, Partial, Unreadable};
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let first = [shortfall(Unreadable, 5, "12 items"), shortfall(Holes, 5, "one")];
        store.keep_shortfalls(&claim, &first).await.unwrap();
        let second = [shortfall(Partial, 9, "half"), shortfall(Unreadable, 9, "13 items")];
        store.keep_shortfalls(&claim, &second).await.unwrap();
        let kept = [shortfall(Partial, 9, "half"), shortfall(Unreadable, 5, "13 items")];
        assert_eq!(store.state(id).await.unwrap().unwrap().shortfalls, kept);
        assert_eq!(store.states(&Reach::Everyone).await.unwrap()[0].1.shortfalls, kept);
        store.release(&claim).await.unwrap();
        assert!(matches!(store.keep_shortfalls(&claim, &[]).await, Err(StoreError::LeaseLost)));
        assert_eq!(store.state(id).await.unwrap().unwrap().shortfalls, kept);
    })
    .await;
}
