//! Reports of cycles.

use super::*;
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{AccountOutcome, CycleId, CycleReport, FolderCount, Reach, Trigger};

pub(super) fn report(n: i64, account: &AccountId) -> CycleReport {
    let outcome = AccountOutcome {
        account_id: account.clone(),
        name: "anna@example.org".into(),
        folders: vec![FolderCount { new: 1, ..FolderCount::new(folder_of(account, Role::Inbox)) }],
        parts: Vec::new(),
        error: None,
        millis: 12,
    };
    CycleReport {
        id: CycleId::new(at(n)),
        trigger: Trigger::Once,
        started_at: at(n),
        finished_at: at(n + 1),
        accounts: vec![outcome],
        interrupted: false,
        fault: None,
    }
}

/// The report as it is kept.
fn kept(report: &CycleReport, quiet: usize) -> serde_json::Value {
    let mut value = serde_json::to_value(report).unwrap();
    value["quiet"] = quiet.into();
    value
}

#[tokio::test]
async fn what_ended_the_newest_cycle_for_all_accounts_is_told_until_one_goes_through() {
    on_both(async |store| {
        assert_eq!(store.last_fault().await.unwrap(), None);
        let account = add(&store, "anna@example.org").await;
        let fault = schedule::error(Disposition::Retry);
        for fault in [Some(fault), None] {
            let report = CycleReport { fault: fault.clone(), ..report(i64::from(fault.is_none()), &account) };
            store.record_cycle(&report).await.unwrap();
            assert_eq!(store.last_fault().await.unwrap(), fault);
        }
    })
    .await;
}

#[tokio::test]
async fn the_newest_report_is_read_back_and_a_thousand_are_kept() {
    on_both(async |store| {
        assert_eq!(store.last_cycle().await.unwrap(), None);
        let account = add(&store, "anna@example.org").await;
        let reports: Vec<CycleReport> = (0..1_003).map(|n| report(n, &account)).collect();
        for report in &reports {
            store.record_cycle(report).await.unwrap();
        }
        store.record_cycle(&reports[1_002]).await.unwrap();
        assert_eq!(store.last_cycle().await.unwrap(), Some(kept(&reports[1_002], 0)));
        assert_eq!(statements::count(&store, "SELECT COUNT(*) FROM cycle").await, 1_000);
        let oldest = statements::text(&store, "SELECT MIN(id) FROM cycle").await;
        assert_eq!(oldest.as_deref(), Some(reports[3].id.as_str()));
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_deleted_while_the_cycle_ran_does_not_come_back_with_its_report() {
    on_both(async |store| {
        let (stays, gone) = (add(&store, "anna@example.org").await, add(&store, "berta@example.org").await);
        let mut report = report(1, &stays);
        let outcome = report.accounts[0].clone();
        let deleted =
            AccountOutcome { account_id: gone.clone(), name: "berta@example.org".into(), ..outcome };
        report.accounts.insert(0, deleted);
        store.delete_account(&gone).await.unwrap();
        store.record_cycle(&report).await.unwrap();
        report.accounts.remove(0);
        assert_eq!(store.last_cycle().await.unwrap(), Some(kept(&report, 0)));
    })
    .await;
}

#[tokio::test]
async fn accounts_in_which_nothing_happened_are_counted_and_not_told() {
    on_both(async |store| {
        let (busy, quiet) = (add(&store, "anna@example.org").await, add(&store, "berta@example.org").await);
        let mut report = report(1, &busy);
        let told = report.clone();
        let folders =
            vec![FolderCount { seen: 50, held: 900, ..FolderCount::new(folder_of(&quiet, Role::Inbox)) }];
        let nothing = AccountOutcome {
            account_id: quiet,
            name: "berta@example.org".into(),
            folders,
            parts: Vec::new(),
            error: None,
            millis: 12,
        };
        report.accounts.extend([nothing.clone(), nothing]);
        store.record_cycle(&report).await.unwrap();
        assert_eq!(store.last_cycle().await.unwrap(), Some(kept(&told, 2)));
    })
    .await;
}

/// Whichever is first, no report names the account afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_and_a_disconnect_at_once_leave_no_name() {
    on_both(async |store| {
        for n in 0..40 {
            let id = add(&store, &n.to_string()).await;
            let (own, written) = (store.clone(), report(n, &id));
            let recorder = tokio::spawn(async move { own.record_cycle(&written).await });
            store.delete_account(&id).await.unwrap();
            recorder.await.unwrap().unwrap();
        }
        let named = statements::count(&store, "SELECT COUNT(*) FROM cycle_outcome").await;
        assert_eq!(named, 0);
    })
    .await;
}

#[tokio::test]
async fn reports_are_told_page_by_page_with_what_happened_within_reach() {
    on_both(async |store| {
        let (own, new) = (add(&store, "anna@example.org").await, new_account("u2", "bert@example.org"));
        store.add_account(&new, at(0)).await.unwrap();
        let other = new.id;
        for n in 0..3 {
            let mut told = report(n, &own);
            told.accounts.push(report(n, &other).accounts.remove(0));
            store.record_cycle(&told).await.unwrap();
        }
        let page = store.cycles(&Reach::Owner("owner".to_owned()), None, 2).await.unwrap();
        let starts: Vec<_> = page.iter().map(|cycle| cycle.report.started_at).collect();
        assert_eq!(starts, [at(2), at(1)]);
        assert!(page.iter().all(|cycle| cycle.report.accounts.len() == 1));
        let folder = &page[0].report.accounts[0].folders[0];
        assert_eq!((folder.folder.role, folder.new), (Role::Inbox, 1));
        let rest = store.cycles(&Reach::Everyone, Some(&page[1].report.id), 2).await.unwrap();
        assert_eq!((rest.len(), rest[0].report.accounts.len()), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn what_happened_to_an_account_since_an_instant_is_told_with_when_its_cycles_ended() {
    on_both(async |store| {
        let (own, other) = (add(&store, "anna@example.org").await, add(&store, "berta@example.org").await);
        for n in 0..3 {
            store.record_cycle(&report(n, if n == 1 { &other } else { &own })).await.unwrap();
        }
        assert_eq!(store.cycles_ended(at(2)).await.unwrap(), [at(2), at(3)]);
        let outcomes = store.outcomes_since(&own, at(2)).await.unwrap();
        let told: Vec<_> = outcomes.iter().map(|(at, outcome)| (*at, outcome.folders[0].new)).collect();
        assert_eq!(told, [(at(3), 1)]);
        assert_eq!(store.outcomes_since(&other, at(0)).await.unwrap().len(), 1);
    })
    .await;
}
