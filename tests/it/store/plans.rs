//! Pages of messages are had by an index on both databases, however many messages there are.

use super::statements::{plan, run};
use super::*;
use outlook_syncd::store::MessageQuery;

/// Many messages of one account, and older ones of another, in two folders each.
const MANY: &str = "
    CREATE TABLE n (i BIGINT);
    INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i FROM n;
    INSERT INTO folder (id, account_id, role, name, path, coverage)
    SELECT a.login || i, a.id, CASE i WHEN 1 THEN 'inbox' ELSE 'sent' END, 'f' || i, 'f' || i, '[]' FROM n, account a WHERE i < 3;
    INSERT INTO message (id, account_id, folder_id, listed_at, recipients_truncated, is_draft, tier, provisional, has_detail,
        first_seen_at, changed_at, revision)
    SELECT a.login || i, a.id, a.login || (1 + i % 2), CASE a.login WHEN 'large' THEN 1000000 + i ELSE i END, FALSE, FALSE,
        'service', FALSE, TRUE, 1, 1, 1 FROM n, account a WHERE a.login = 'large' OR i <= 200;
    DROP TABLE n;";

/// What is asked for a page of messages, under these conditions.
fn page(conditions: &str) -> String {
    format!(
        "SELECT m.id FROM message m WHERE {conditions} AND m.gone_at IS NULL ORDER BY m.listed_at DESC, m.id DESC LIMIT 50"
    )
}

#[tokio::test]
async fn a_page_of_an_accounts_messages_costs_what_it_holds_however_much_newer_mail_others_have() {
    on_both(async |store| {
        let small = add(&store, "small").await;
        add(&store, "large").await;
        run(&store, MANY).await;
        run(&store, "ANALYZE").await;
        let later = "(m.listed_at, m.id) < (150, 'small150')";
        for (conditions, index) in [
            (format!("m.account_id = '{small}'"), "message_of_account"),
            (format!("m.account_id = '{small}' AND {later}"), "message_of_account"),
        ] {
            let said = plan(&store, &page(&conditions)).await;
            assert!(said.contains(index), "{conditions}: {said}");
            assert!(!said.contains("B-TREE FOR ORDER BY") && !said.contains("Sort"), "{conditions}: {said}");
        }
        let query = MessageQuery { account: Some(small), limit: 50, ..MessageQuery::default() };
        let first = store.messages(&query).await.unwrap();
        assert_eq!((first.len(), first[0].message.id.as_str()), (50, "small200"));
        let last = &first[49].message;
        let after = Some((151, last.id.clone()));
        let next = store.messages(&MessageQuery { after, ..query }).await.unwrap();
        assert_eq!((last.id.as_str(), next[0].message.id.as_str()), ("small151", "small150"));
    })
    .await;
}
