//! The journal of what is written to mailboxes, which grows for as long as an account lives.

use super::super::statements::run;
use super::statements::plan;
use super::*;
use outlook_syncd::model::CycleId;
use outlook_syncd::store::JournalQuery;

/// Two thousand runs of five writes each; one of them is under way.
const MANY: &str = "
    CREATE TABLE n (i BIGINT);
    INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n;
    INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at, changed_at,
        revision)
    SELECT 'c' || i, a.id, '[]', '[]', '[]', '', '', 1, 1, 1 FROM n, account a WHERE i <= 500;
    INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, begun_at, ended_at)
    SELECT 'w' || i, a.id, 'run ' || (i / 5), 'c' || (i % 500 + 1), 'update', 1, i, CASE WHEN i <> 7777 THEN i END
    FROM n, account a;";

#[tokio::test]
async fn what_a_run_wrote_of_a_contact_or_has_under_way_is_found_however_long_the_journal_is() {
    on_both(async |store| {
        let account = add(&store, "anna@example.org").await;
        run(&store, MANY).await;
        run(&store, "ANALYZE").await;
        let writes = async |query: JournalQuery| {
            let all = JournalQuery { limit: 100, ..query };
            store.contact_writes(&account, &all).await.unwrap().iter().map(|write| write.id.to_string()).collect::<Vec<_>>()
        };
        let cycle = Some(CycleId::from("run 3".to_owned()));
        let of_run = writes(JournalQuery { cycle: cycle.clone(), ..JournalQuery::default() }).await;
        assert_eq!(of_run, ["w19", "w18", "w17", "w16", "w15"]);
        let contact = Some(ContactId::from("c18".to_owned()));
        let of_both = writes(JournalQuery { cycle, contact: contact.clone(), ..JournalQuery::default() }).await;
        assert_eq!(of_both, ["w17"]);
        assert_eq!(writes(JournalQuery { contact, ..JournalQuery::default() }).await.len(), 20);
        assert_eq!(writes(JournalQuery { is_open: true, ..JournalQuery::default() }).await, ["w7777"]);
        let since = DateTime::from_timestamp_millis(9_999);
        assert_eq!(writes(JournalQuery { since, ..JournalQuery::default() }).await, ["w10000", "w9999"]);
        for (asked, index) in [
            ("cycle_id = 'run 3'", "contact_write_cycle"),
            ("contact_id = 'c18'", "contact_write_contact"),
            ("ended_at IS NULL", "contact_write_open"),
            ("begun_at >= 9999", "contact_write_account"),
        ] {
            let question = format!(
                "SELECT id FROM contact_write WHERE account_id = '{account}' AND {asked} ORDER BY begun_at DESC, id DESC LIMIT 100"
            );
            let plan = plan(&store, &question).await;
            assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{asked}: {plan}");
        }
    })
    .await;
}
