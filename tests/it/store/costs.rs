//! What is asked about one account, or for one visitor, costs what they have, however much others have.

use super::statements::run;
use super::*;
use outlook_syncd::model::Reach;
use outlook_syncd::store::AccountSpan;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Contacts of an account and of a hundred others, all of them items. Of the others, nothing waits for a person; they have so many
/// that no planner takes all of them for less than a list of ids. They are many because PostgreSQL goes by their mean: of two
/// accounts, either has half of all for it.
const MANY: &str = "
    CREATE TABLE n (i BIGINT);
    INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n;
    INSERT INTO account (id, owner, login, road, sync_enabled, created_at)
    SELECT 'large' || (i % 100), 'u2', 'large' || (i % 100), 'owa', TRUE, 1 FROM n WHERE i <= 100;
    INSERT INTO contact (id, account_id, display_name, listed_as, searched, im_addresses, children, categories, created_at, changed_at,
        revision, edited_at)
    SELECT a.login || i, a.id, 'n' || i, 'n' || i, '', '[]', '[]', '[]', 1, 1, 1, CASE WHEN i % 2 = 0 THEN 5 END
    FROM n JOIN account a ON a.login = 'large' || (i % 100) OR a.login = 'small' AND i <= 20;
    INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others, ended_at, ended_there)
    SELECT c.account_id, c.id, c.id, c.id, 'f', '{}', '{}', '{}', NULL, FALSE FROM contact c;
    INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at, settled_at, answer)
    SELECT 'm' || c.id, c.account_id, c.id, c.id, '[]', 1, 2, 'different' FROM contact c;
    INSERT INTO contact_gate (account_id) SELECT id FROM account;
    UPDATE contact_link SET contested = '{}' WHERE contact_id = 'small2';
    INSERT INTO contact_folder (id, account_id, remote_id, is_default, round_read, held)
    SELECT id || 'f', id, 'f', TRUE, FALSE, 1 FROM account;
    DROP TABLE n;";

/// How much work a look at the database is: steps of SQLite's machine, or rows that PostgreSQL reads.
async fn cost(store: &Store, look: impl Future<Output = ()>) -> i64 {
    match store {
        Store::Sqlite(pool) => {
            let steps = Arc::new(AtomicI64::new(0));
            // Whichever connection answers counts.
            let mut all = Vec::new();
            for _ in 0..pool.size() {
                all.push(pool.acquire().await.unwrap());
            }
            for open in &mut all {
                // A connection reads the schema with its first statement: that is no part of a look.
                sqlx::query("SELECT COUNT(*) FROM contact_gate").execute(&mut **open).await.unwrap();
                let counted = Arc::clone(&steps);
                open.lock_handle().await.unwrap().set_progress_handler(10, move || {
                    counted.fetch_add(10, Ordering::Relaxed);
                    true
                });
            }
            drop(all);
            look.await;
            steps.load(Ordering::Relaxed)
        }
        Store::Postgres(_) => {
            let before = rows_read(store).await;
            look.await;
            rows_read(store).await - before
        }
    }
}

/// What the server has counted so far in this schema, with what its sessions have yet to tell it.
async fn rows_read(store: &Store) -> i64 {
    let Store::Postgres(pool) = store else { unreachable!() };
    let mut all = Vec::new();
    for _ in 0..pool.size() {
        all.push(pool.acquire().await.unwrap());
    }
    for open in &mut all {
        sqlx::query("SELECT pg_stat_force_next_flush()").execute(&mut **open).await.unwrap();
    }
    drop(all);
    count(
        store,
        "SELECT CAST(COALESCE(SUM(t.seq_tup_read), 0)
             + (SELECT COALESCE(SUM(i.idx_tup_read), 0) FROM pg_stat_user_indexes i WHERE i.schemaname = current_schema()) AS BIGINT)
         FROM pg_stat_user_tables t WHERE t.schemaname = current_schema()",
    )
    .await
}

/// Two accounts, of u1 and of u2; gives those of u1.
async fn two(store: &Store) -> AccountId {
    let (small, large) = (new_account("u1", "small"), new_account("u2", "large"));
    for new in [&small, &large] {
        store.add_account(new, at(0)).await.unwrap();
        store.begin_session(&new.id, None, at(0)).await.unwrap();
    }
    small.id
}

#[tokio::test]
async fn what_a_visitor_or_an_account_is_asked_of_contacts_costs_nothing_of_what_others_have() {
    on_both(async |store| {
        let small = two(&store).await;
        run(&store, MANY).await;
        run(&store, "ANALYZE").await;
        let own = Reach::Owner("u1".to_owned());
        for reach in [&Reach::Everyone, &own] {
            let all = cost(&store, async {
                assert_eq!(store.count_questions(reach, true).await.unwrap(), 1);
            });
            let all = all.await;
            assert!(all < 1_000, "what is asked of {reach:?}: {all}");
            let all = cost(&store, async {
                let asked = store.asked_accounts(reach, true, None, 50).await.unwrap();
                assert_eq!(asked, [(small.clone(), 1)]);
            });
            let all = all.await;
            assert!(all < 1_000, "accounts of {reach:?} that are asked: {all}");
        }
        let all = cost(&store, async {
            assert_eq!(store.contested_contacts(&small, true, 10).await.unwrap().len(), 1);
        });
        let all = all.await;
        assert!(all < 2_500, "what is asked of an account: {all}");
        for (reach, span) in [(&Reach::Everyone, AccountSpan::of(&small)), (&own, AccountSpan::ALL)] {
            let all = cost(&store, async {
                assert_eq!(store.contact_stocks(reach, span, true).await.unwrap()[&small].asked, 1);
            });
            let all = all.await;
            assert!(all < 4_000, "what is stored, for {reach:?}: {all}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_cycles_of_a_day_are_had_by_an_index_however_many_are_kept() {
    on_both(async |store| {
        let cycles = "
            CREATE TABLE n (i BIGINT);
            INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i FROM n;
            INSERT INTO cycle (id, finished_at, report) SELECT 'c' || i, i, '{}' FROM n;
            DROP TABLE n;";
        run(&store, cycles).await;
        run(&store, "ANALYZE").await;
        let since = DateTime::from_timestamp_millis(5_990).unwrap();
        let all = cost(&store, async {
            assert_eq!(store.cycles_ended(since).await.unwrap().len(), 11);
        });
        let all = all.await;
        assert!(all < 500, "{all}");
    })
    .await;
}
