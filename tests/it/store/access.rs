//! Tokens for the API, the audit log, and how far a caller reaches.

use super::*;
use outlook_syncd::model::{ApiToken, AuditAction, AuditEntry, AuditId, Reach, TokenId, TokenLimits};
use outlook_syncd::store::{AuditHead, Pruning};

/// What stands in for a mark by the ring's first key.
const MARK: &[u8] = &[2, 0, 0, 0, 1, b'm'];

async fn found(store: &Store, hash: u8, seconds: i64) -> Option<ApiToken> {
    store.api_token(&[hash; 32], at(seconds)).await.unwrap().map(|stored| stored.token)
}

fn token(prefix: &str, seconds: i64) -> ApiToken {
    ApiToken {
        id: TokenId::new(at(seconds)),
        name: "the CRM".into(),
        prefix: prefix.into(),
        scopes: "read tokens".parse().unwrap(),
        owner: Some("u1".into()),
        created_at: at(seconds),
        expires_at: at(10_000),
        limits: TokenLimits::default(),
        last_used_at: None,
        last_used_from: None,
    }
}

#[tokio::test]
async fn a_token_is_found_by_its_hash_until_it_expires_or_is_revoked() {
    on_both(async |store| {
        store.put_canary(KEY).await.unwrap();
        let (one, two) = (token("osd_one", 0), ApiToken { owner: None, ..token("osd_two", 1) });
        store.add_api_token(&one, &[1; 32], MARK, "anna").await.unwrap();
        store.add_api_token(&two, &[2; 32], MARK, "anna").await.unwrap();
        assert_eq!(store.api_tokens().await.unwrap(), [one.clone(), two.clone()]);
        assert_eq!(found(&store, 1, 2).await, Some(one.clone()));
        assert_eq!(found(&store, 2, 9_999).await, Some(two.clone()));
        assert_eq!(found(&store, 2, 10_000).await, None);
        assert_eq!(found(&store, 3, 2).await, None);
        assert_eq!(store.revoke_api_token("osd_none", "anna", at(3)).await.unwrap(), None);
        assert_eq!(store.revoke_api_token("osd_one", "berta", at(3)).await.unwrap().unwrap().id, one.id);
        assert_eq!(
            store.revoke_api_token(two.id.as_str(), "berta", at(4)).await.unwrap().unwrap().id,
            two.id
        );
        assert_eq!(found(&store, 1, 4).await, None);
        assert_eq!(store.api_tokens().await.unwrap(), []);
        let log = store.audit_log(9).await.unwrap();
        let lines: Vec<_> =
            log.iter().map(|entry| (entry.actor.as_str(), entry.action, entry.detail.as_deref())).collect();
        assert_eq!(
            lines,
            [
                ("berta", AuditAction::TokenRevoked, Some("osd_two: read tokens")),
                ("berta", AuditAction::TokenRevoked, Some("osd_one: read tokens")),
                ("anna", AuditAction::TokenMade, Some("osd_two: read tokens")),
                ("anna", AuditAction::TokenMade, Some("osd_one: read tokens")),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_once_an_hour_and_whenever_it_is_used_from_elsewhere() {
    on_both(async |store| {
        store.put_canary(KEY).await.unwrap();
        store.add_api_token(&token("osd_one", 0), &[1; 32], MARK, "anna").await.unwrap();
        let (here, there) = ("192.0.2.1", "socket");
        for (used, from, noted) in [
            (10, here, 10),
            (3_609, here, 10),
            (3_610, here, 3_610),
            (3_620, here, 3_610),
            (3_621, there, 3_621),
            (3_622, there, 3_621),
        ] {
            let token = found(&store, 1, used).await.unwrap();
            store.token_used(&token, from, at(used)).await.unwrap();
            let token = store.api_tokens().await.unwrap().remove(0);
            assert_eq!(token.last_used_at, Some(at(noted)), "{used}");
            assert_eq!(token.last_used_from.as_deref(), Some(from), "{used}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_tokens_never_share_a_beginning() {
    on_both(async |store| {
        store.put_canary(KEY).await.unwrap();
        store.add_api_token(&token("osd_one", 0), &[1; 32], MARK, "anna").await.unwrap();
        assert!(store.add_api_token(&token("osd_one", 1), &[2; 32], MARK, "anna").await.is_err());
        assert_eq!(store.audit_log(9).await.unwrap().len(), 1, "nothing is written down that was not done");
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_is_only_added_to_and_outlives_the_account() {
    on_both(async |store| {
        let id = add(&store, "anna@example.org").await;
        let entry = AuditEntry {
            account: Some(id.clone()),
            detail: Some("graph".into()),
            ..AuditEntry::new(at(1), "token:osd_one", AuditAction::TokenMade)
        };
        store.audit(&entry).await.unwrap();
        store.delete_account(&id).await.unwrap();
        for sql in ["UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log"] {
            assert!(statements::try_run(&store, sql).await.is_err(), "{sql}");
        }
        let owner = Some("owner".to_owned());
        assert_eq!(store.audit_log(9).await.unwrap(), [AuditEntry { owner, ..entry }]);
        assert_eq!(store.audit_log(0).await.unwrap(), []);
    })
    .await;
}

/// Every line of the chain, and that each follows from the one before.
async fn chained(store: &Store) -> Vec<i64> {
    let head = store.audit_head().await.unwrap().unwrap();
    let (lines, mut link) = (store.audit_chain(head.base_seq, 999).await.unwrap(), head.base_link);
    for line in &lines {
        link = line.follows(&link).unwrap_or_else(|| panic!("{line:?}"));
    }
    assert_eq!((link, lines.last().map_or(head.base_seq, |line| line.seq)), (head.link, head.seq));
    lines.iter().map(|line| line.seq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_several_writers_at_once_are_one_chain_and_none_is_lost() {
    on_both(async |store| {
        let write = async |number: i64| {
            let entry = AuditEntry::new(at(number), &format!("token:osd_{number}"), AuditAction::TokenMade);
            store.audit(&entry).await.unwrap();
        };
        futures::future::join_all((0..32).map(write)).await;
        assert_eq!(chained(&store).await, (1..=32).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_goes_and_what_stays_is_a_chain() {
    on_both(async |store| {
        store.put_canary(KEY).await.unwrap();
        let unchained =
            "INSERT INTO audit_log (id, at, actor, action) VALUES ('before', 1, 'anna', 'token_made')";
        statements::try_run(&store, unchained).await.unwrap();
        for second in [1, 2, 9, 3, 10] {
            store.audit(&AuditEntry::new(at(second), "anna", AuditAction::TokenMade)).await.unwrap();
        }
        let mark = |_: &AuditHead, _: &AuditHead| Some(KEY.to_vec());
        let from_before = |second| Some(Pruning { before: Some(at(second)), next: at(second) });
        assert!(!store.seal_audit(from_before(5), KEY, &|_, _| None).await.unwrap());
        assert_eq!(chained(&store).await, [1, 2, 3, 4, 5], "nothing goes that cannot be marked");
        assert!(store.seal_audit(from_before(5), KEY, &mark).await.unwrap());
        assert_eq!(chained(&store).await, [3, 4, 5], "a clock that was behind keeps no gap open");
        assert_eq!(store.audit_unchained().await.unwrap(), (0, None));
        assert!(!store.audit_head().await.unwrap().unwrap().has_grown());
        store.audit(&AuditEntry::new(at(11), "anna", AuditAction::TokenMade)).await.unwrap();
        assert!(store.audit_head().await.unwrap().unwrap().has_grown());
        assert!(statements::try_run(&store, "DELETE FROM audit_log").await.is_err(), "what is kept stays");
        assert!(store.seal_audit(from_before(60), KEY, &mark).await.unwrap());
        assert_eq!(chained(&store).await, Vec::<i64>::new());
        store.audit(&AuditEntry::new(at(61), "anna", AuditAction::TokenMade)).await.unwrap();
        assert_eq!(chained(&store).await, [7], "numbers go on");
    })
    .await;
}

#[tokio::test]
async fn an_owner_reads_the_lines_of_their_own_time() {
    on_both(async |store| {
        let id = add(&store, "anna@example.org").await;
        for (second, owner) in [(1, Some("another")), (2, None)] {
            let line = AuditEntry::new(at(second), "anna", AuditAction::AccessTokenGiven);
            let line = AuditEntry { account: Some(id.clone()), owner: owner.map(str::to_owned), ..line };
            store.audit(&line).await.unwrap();
        }
        let read = async |reach: Reach, behind: Option<&AuditId>| -> Vec<_> {
            store.audit_of(&reach, &id, true, behind, 9).await.unwrap()
        };
        let own = read(Reach::Owner("owner".into()), None).await;
        assert_eq!(own.iter().map(|line| line.at).collect::<Vec<_>>(), [at(2)]);
        assert_eq!(read(Reach::Everyone, None).await.len(), 2);
        assert_eq!(read(Reach::Everyone, Some(&own[0].id)).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reach_bounds_every_statement() {
    on_both(async |store| {
        let mut ids = Vec::new();
        for owner in ["u1", "u2"] {
            let new = new_account(owner, owner);
            store.add_account(&new, at(0)).await.unwrap();
            store.begin_session(&new.id, None, at(9)).await.unwrap();
            ids.push(new.id);
        }
        let own = Reach::Owner("u1".into());
        let found =
            |states: Vec<(Account, _)>| states.into_iter().map(|(account, _)| account.id).collect::<Vec<_>>();
        assert_eq!(found(store.states(&own).await.unwrap()), ids[..1]);
        assert_eq!(found(store.states(&Reach::Owner(String::new())).await.unwrap()), []);
        assert_eq!(store.states(&Reach::Everyone).await.unwrap().len(), 2);
        let (account, state) = store.state_within(&own, &ids[0]).await.unwrap().unwrap();
        assert_eq!((account.id, state.account_id), (ids[0].clone(), ids[0].clone()));
        assert!(store.state_within(&own, &ids[1]).await.unwrap().is_none());
        assert!(store.state_within(&Reach::Everyone, &ids[1]).await.unwrap().is_some());
        assert_eq!(store.make_due(&own, Some(&ids[1]), at(1)).await.unwrap(), 0);
        assert_eq!(store.make_due(&own, None, at(1)).await.unwrap(), 1);
        assert_eq!(mail(&store, &ids[1]).await.due_at, Some(at(9)));
    })
    .await;
}

#[tokio::test]
async fn a_user_stays_refused_until_the_latest_time_that_was_said() {
    on_both(async |store| {
        let line = |seconds| AuditEntry::new(at(seconds), "anna", AuditAction::UserRefused);
        assert_eq!(store.user_refused("u1").await.unwrap(), None);
        for (said, expected) in [(5, 5), (9, 9), (7, 9)] {
            store.refuse_user("u1", at(said), &line(said)).await.unwrap();
            assert_eq!(store.user_refused("u1").await.unwrap(), Some(at(expected)));
        }
        assert_eq!(store.user_refused("u2").await.unwrap(), None);
        assert_eq!(store.audit_log(9).await.unwrap().len(), 3);
    })
    .await;
}
