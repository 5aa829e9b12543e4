//! Reports of cycles.

use super::*;
use outlook_syncd::model::{AccountOutcome, CycleId, CycleReport, Trigger};

pub(super) fn report(n: i64, account: &AccountId) -> CycleReport {
    let outcome = AccountOutcome {
        account_id: account.clone(),
        name: "anna@example.org".into(),
        folders: Vec::new(),
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
    }
}

#[tokio::test]
async fn the_newest_report_is_read_back_and_a_thousand_are_kept() {
    on_both(async |store| {
        assert_eq!(store.last_cycle().await.unwrap(), None);
        let account = AccountId::new(at(0));
        let reports: Vec<CycleReport> = (0..1_003).map(|n| report(n, &account)).collect();
        for report in &reports {
            store.record_cycle(report).await.unwrap();
        }
        store.record_cycle(&reports[1_002]).await.unwrap();
        let newest = serde_json::to_value(&reports[1_002]).unwrap();
        assert_eq!(store.last_cycle().await.unwrap(), Some(newest));
        assert_eq!(schema::count(&store, "SELECT COUNT(*) FROM cycle").await, 1_000);
        let oldest = schema::text(&store, "SELECT MIN(id) FROM cycle").await;
        assert_eq!(oldest.as_deref(), Some(reports[3].id.as_str()));
    })
    .await;
}
