//! `account`: mailboxes by their names.

use crate::stage::{World, new_account, now};
use outlook_syncd::model::NewAccount;

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_begun_and_never_connected_is_shown_and_disconnected_by_name() {
    let (world, login) = (World::new().await, "ada@example.test");
    let store = world.store().await;
    let begun = NewAccount { road: None, ..new_account("42", login, now()) };
    store.add_account(&begun, now()).await.unwrap();
    let shown = world.run(&["account", "show", login, "--json"]).await.expect(0).json();
    assert_eq!(shown["account"]["id"], begun.id.as_str());
    let gone = world.run(&["account", "disconnect", "--yes", login, "--json"]).await.expect(0).json();
    assert_eq!(gone["wiped"]["messages"], 0, "{gone}");
    assert_eq!(store.account(&begun.id).await.unwrap(), None);
    world.run(&["account", "disconnect", "--yes", login]).await.expect(64);
}
