//! docs/views.md and the views themselves.

use super::statements::text;
use super::walls::VIEWS;
use super::{at, claimed, listed, on_both, page, store_page};
use crate::stage::repository;
use outlook_syncd::store::Store;
use std::collections::BTreeSet;

/// `view.column`, of every view that the page has a section for.
fn documented() -> BTreeSet<String> {
    let page = std::fs::read_to_string(repository().join("docs/views.md")).unwrap();
    let mut view = "";
    let mut columns = BTreeSet::new();
    for line in page.lines() {
        view = line.strip_prefix("## ").unwrap_or(view);
        let Some((names, _)) = line.strip_prefix("| `").and_then(|row| row.split_once("` |")) else {
            continue;
        };
        columns.extend(names.split("`, `").map(|name| format!("{view}.{name}")));
    }
    columns
}

/// The same of every view whose name ends in `_v`.
async fn present(store: &Store) -> BTreeSet<String> {
    let query = match store {
        Store::Sqlite(_) => {
            "SELECT group_concat(v.name || '.' || c.name) FROM sqlite_schema v JOIN pragma_table_info(v.name) c
             WHERE v.type = 'view' AND v.name LIKE '%\\_v' ESCAPE '\\'"
        }
        Store::Postgres(_) => {
            "SELECT string_agg(table_name || '.' || column_name, ',') FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name LIKE '%\\_v'"
        }
    };
    text(store, query).await.unwrap().split(',').map(str::to_owned).collect()
}

#[test]
fn readme_names_every_view_and_the_readers_of_other_tests_ask_for_each() {
    let views: BTreeSet<_> =
        documented().iter().map(|column| column.split('.').next().unwrap().to_owned()).collect();
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let named = readme.lines().find(|line| line.contains("views are meant for other programs")).unwrap();
    assert_eq!(
        named.split('`').filter(|word| word.ends_with("_v")).map(str::to_owned).collect::<BTreeSet<_>>(),
        views
    );
    assert_eq!(VIEWS.map(str::to_owned).into_iter().collect::<BTreeSet<_>>(), views);
}

#[tokio::test]
async fn every_column_of_a_view_is_explained_and_no_other() {
    let documented = documented();
    on_both(async |store| assert_eq!(present(&store).await, documented)).await;
}

#[tokio::test]
async fn readmes_query_lists_mail_without_a_date_last_on_both_databases() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let query = readme.lines().find(|line| line.starts_with("SELECT received_iso")).unwrap();
    let query = query.trim_end_matches(';').replace("'42'", "'owner'");
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut undated = listed("m0", "undated", at(0));
        undated.sight.received = None;
        let rows = vec![undated, listed("m1", "old", at(1)), listed("m2", "new", at(2))];
        store_page(&store, &claim, &page(rows)).await.unwrap();
        let subjects = format!("SELECT string_agg(subject, ',') FROM ({query}) AS listed");
        assert_eq!(text(&store, &subjects).await.as_deref(), Some("new,old,undated"));
    })
    .await;
}
