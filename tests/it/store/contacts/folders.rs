//! The contact folders of accounts.

use super::*;

#[tokio::test]
async fn contact_folders_are_kept_under_the_lease_with_all_that_is_known_of_them() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let account = &claim.account.id;
        assert_eq!(store.contact_folders(account).await.unwrap(), []);
        let whole = ContactFolder {
            parent: Some("AAMk Contacts".to_owned()),
            cursor: Some(FolderCursor {
                link: "https://graph/delta?x".to_owned(),
                id_format: "immutable".to_owned(),
            }),
            round: Some(FullRound { began: at(7), is_read: true }),
            server_total: Some(9),
            last_success_at: Some(at(8)),
            vanished_at: Some(at(9)),
            ..folder(account, "Suppliers")
        };
        let default = folder(account, "Contacts");
        store.keep_contact_folders(&claim, &[whole.clone(), default.clone()]).await.unwrap();
        assert_eq!(store.contact_folders(account).await.unwrap(), [default.clone(), whole.clone()]);
        let renamed = ContactFolder { name: Some("Lieferanten".to_owned()), held: 7, ..default.clone() };
        store.keep_contact_folders(&claim, std::slice::from_ref(&renamed)).await.unwrap();
        let kept = store.contact_folders(account).await.unwrap();
        assert_eq!(kept, [ContactFolder { held: 0, ..renamed }, whole], "the store counts itself");
        store.release(&claim).await.unwrap();
        let late = store.keep_contact_folders(&claim, &[default]).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    })
    .await;
}

#[test]
fn a_folders_link_is_in_no_log() {
    let cursor =
        FolderCursor { link: "https://graph/delta?secret".to_owned(), id_format: "immutable".to_owned() };
    let shown = format!("{cursor:?}");
    assert!(shown.contains("immutable") && !shown.contains("secret"), "{shown}");
}
