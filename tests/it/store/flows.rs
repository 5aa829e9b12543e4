//! Sign-ins that are under way, and the attempts that they belong to.

use super::oauth::{grant, put_ending};
use super::*;
use outlook_syncd::error::WhoseTurn;
use outlook_syncd::model::{
    Actor, Attempt, AttemptFailure, AttemptId, AttemptStanding, AuditAction, AuditEntry, Beginner, Visitor,
};
use outlook_syncd::store::{Flow, FlowKeys, NewFlow, SealedFlow};

const KEYS: FlowKeys = FlowKeys { state: [7; 32], cookie: [8; 32] };
const FINISH: [u8; 32] = [5; 32];

fn flow(handle: u8, account: Option<AccountId>, begun_at: i64) -> (NewFlow, SealedFlow) {
    let flow = Flow {
        owner: "owner".into(),
        begun_by: None,
        account,
        opener: "https://crm.example.org".into(),
        redirect_uri: "https://sync.example.org/callback".into(),
        authority: "https://login.example.org".into(),
    };
    let id = AttemptId::new(at(begun_at));
    let new = NewFlow { handle: [handle; 32], flow, expires_at: at(begun_at + 600) };
    (new, SealedFlow { id, wrapped: vec![1, handle], sealed: vec![2, handle], answer: None })
}

/// One that begins at this second; its attempt.
async fn begun(store: &Store, handle: u8, second: i64) -> AttemptId {
    let (new, sealed) = flow(handle, None, second);
    store.put_flow(&new, &sealed, at(second)).await.unwrap();
    sealed.id
}

async fn standing(store: &Store, id: &AttemptId, second: i64) -> Option<AttemptStanding> {
    let found = store.attempt(&Actor::user("owner"), id, at(second)).await.unwrap();
    found.map(|attempt| attempt.standing)
}

fn user(id: &str) -> Beginner {
    Beginner::User(id.to_owned())
}

fn refusal() -> AuditEntry {
    AuditEntry::new(at(3), "token:osd_x", AuditAction::ConnectRefused)
}

#[tokio::test]
async fn a_sign_in_is_bound_answered_and_taken_once_each() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        let (new, sealed) = flow(1, Some(id), 0);
        store.put_flow(&new, &sealed, at(0)).await.unwrap();
        assert_eq!(store.flow_at(&[9; 32], at(1)).await.unwrap(), None);
        let found = Some((new.flow.clone(), sealed.clone()));
        assert_eq!(store.flow_at(&[1; 32], at(1)).await.unwrap(), found);
        assert_eq!(store.flow_at(&[1; 32], at(1)).await.unwrap(), found, "a look changes nothing");
        assert!(!store.bind_flow(&[9; 32], &KEYS, at(1)).await.unwrap());
        assert_eq!(store.returned_flow(&KEYS, at(1)).await.unwrap(), None, "not bound yet");
        assert!(store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap());
        assert!(!store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap(), "a handle serves once");
        assert_eq!(store.flow_at(&[1; 32], at(1)).await.unwrap(), None);
        for foreign in [
            FlowKeys { cookie: [9; 32], ..KEYS },
            FlowKeys { state: [9; 32], ..KEYS },
            FlowKeys { state: [8; 32], cookie: [7; 32] },
        ] {
            assert_eq!(store.returned_flow(&foreign, at(2)).await.unwrap(), None);
            assert!(!store.answer_flow(&foreign, &FINISH, b"x").await.unwrap());
        }
        assert_eq!(store.returned_flow(&KEYS, at(2)).await.unwrap(), found);
        assert!(store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap());
        assert!(!store.answer_flow(&KEYS, &[6; 32], b"x").await.unwrap(), "an answer counts once");
        let taken = async |finish| store.take_flow(finish, &user("owner"), &refusal(), at(3)).await.unwrap();
        assert_eq!(taken(&[6; 32]).await, None);
        let answered = SealedFlow { answer: Some(b"answer".to_vec()), ..sealed };
        assert_eq!(taken(&FINISH).await, Some((new.flow, answered)));
        assert_eq!(taken(&FINISH).await, None, "one finishes it at a time");
        assert!(store.audit_log(9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_could_not_be_finished_yet_can_be_again_until_it_ends_or_is_too_old() {
    on_both(async |store| {
        let id = begun(&store, 1, 0).await;
        store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap();
        store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap();
        let taken = async |second| {
            store.take_flow(&FINISH, &user("owner"), &refusal(), at(second)).await.unwrap().is_some()
        };
        assert!(taken(2).await && !taken(3).await);
        let failure =
            AttemptFailure { code: "x".into(), whose_turn: WhoseTurn::Nobody, hint: "Wait.".into() };
        store.give_attempt_back(&id, &failure).await.unwrap();
        assert_eq!(standing(&store, &id, 4).await, Some(AttemptStanding::Pending(Some(failure.clone()))));
        assert!(taken(4).await);
        assert!(!taken(123).await && taken(124).await, "whoever took it may have died");
        store.give_attempt_back(&id, &failure).await.unwrap();
        assert!(!taken(600).await, "too old");
        assert_eq!(standing(&store, &id, 600).await, Some(AttemptStanding::Expired));
        assert!(taken(599).await);
        store.end_attempt(&id, &failure, at(599)).await.unwrap();
        assert!(!taken(599).await);
        assert_eq!(
            statements::count(&store, "SELECT COUNT(*) FROM oauth_flow").await,
            0,
            "its secrets are gone"
        );
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_cancelled_once_by_its_owner_and_not_while_it_is_finished() {
    on_both(async |store| {
        let id = begun(&store, 1, 0).await;
        let failure =
            AttemptFailure { code: "x".into(), whose_turn: WhoseTurn::Owner, hint: "Again.".into() };
        let line = |second| AuditEntry::new(at(second), "test", AuditAction::ConnectCancelled);
        let cancelled = async |owner: &str, second| {
            store.cancel_attempt(&Actor::user(owner), &id, &failure, &line(second)).await.unwrap()
        };
        store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap();
        store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap();
        assert!(!cancelled("other", 2).await);
        store.take_flow(&FINISH, &user("owner"), &refusal(), at(2)).await.unwrap().unwrap();
        assert!(!cancelled("owner", 3).await, "it is being finished");
        store.give_attempt_back(&id, &failure).await.unwrap();
        assert!(!cancelled("owner", 600).await, "it is too old");
        assert!(cancelled("owner", 4).await && !cancelled("owner", 5).await);
        assert_eq!(standing(&store, &id, 5).await, Some(AttemptStanding::Failed(failure.clone())));
        assert_eq!(statements::count(&store, "SELECT COUNT(*) FROM oauth_flow").await, 0);
        let log = store.audit_log(9).await.unwrap();
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!(log[0].owner.as_deref(), Some("owner"));
        // Who had been at it for long comes to an end, too.
        let late = AttemptFailure { code: "late".into(), ..failure.clone() };
        store.give_attempt_back(&id, &late).await.unwrap();
        store.end_attempt(&id, &late, at(130)).await.unwrap();
        assert_eq!(standing(&store, &id, 130).await, Some(AttemptStanding::Failed(failure)));
    })
    .await;
}

#[tokio::test]
async fn one_that_another_comes_to_finish_is_gone_with_a_line_that_names_both() {
    on_both(async |store| {
        begun(&store, 1, 0).await;
        store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap();
        store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap();
        let taken = store.take_flow(&FINISH, &user("other"), &refusal(), at(3)).await.unwrap();
        assert_eq!(taken.unwrap().0.owner, "owner");
        assert_eq!(store.take_flow(&FINISH, &user("owner"), &refusal(), at(3)).await.unwrap(), None);
        let line = store.audit_log(9).await.unwrap().remove(0);
        assert_eq!((line.action, line.actor.as_str()), (AuditAction::ConnectRefused, "token:osd_x"));
        assert_eq!(line.detail.as_deref(), Some("for other, begun for owner"));
    })
    .await;
}

#[tokio::test]
async fn what_an_operator_has_begun_is_theirs_alone_to_see_end_and_finish() {
    on_both(async |store| {
        let account = add(&store, "anna").await;
        let (mut new, sealed) = flow(1, Some(account.clone()), 0);
        new.flow.begun_by = Some("operator:ada".to_owned());
        store.put_flow(&new, &sealed, at(0)).await.unwrap();
        let id = sealed.id;
        let own = begun(&store, 2, 0).await;
        let ada = Visitor::operator("ada").actor();
        let failure =
            AttemptFailure { code: "x".into(), whose_turn: WhoseTurn::Owner, hint: "Again.".into() };
        let line = AuditEntry::new(at(2), "test", AuditAction::ConnectCancelled);
        for other in [Actor::user("owner"), Visitor::operator("eve").actor(), Actor::command_line()] {
            assert_eq!(store.attempt(&other, &id, at(1)).await.unwrap(), None, "{other:?}");
            assert!(!store.cancel_attempt(&other, &id, &failure, &line).await.unwrap(), "{other:?}");
        }
        assert_eq!(store.attempt(&ada, &own, at(1)).await.unwrap(), None, "the user's own");
        let under_way = async |actor: &Actor, second| {
            let all = store.attempts_lately(actor, at(second)).await.unwrap();
            let is_open = |attempt: &Attempt| matches!(attempt.standing, AttemptStanding::Pending(_));
            all.into_iter().filter(is_open).map(|attempt| (attempt.id, attempt.wanted)).collect::<Vec<_>>()
        };
        assert_eq!(under_way(&ada, 1).await, [(id.clone(), Some(account))]);
        assert_eq!(under_way(&Actor::user("owner"), 1).await, [(own, None)]);
        assert_eq!(under_way(&ada, 600).await, [], "too old");
        store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap();
        store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap();
        let operator = Beginner::Operator("operator:ada".to_owned());
        assert_eq!(new.flow.beginner(), operator);
        store.take_flow(&FINISH, &user("owner"), &refusal(), at(3)).await.unwrap().unwrap();
        assert_eq!(store.take_flow(&FINISH, &operator, &refusal(), at(3)).await.unwrap(), None, "it is gone");
        let told = store.audit_log(1).await.unwrap().remove(0).detail;
        assert_eq!(told.as_deref(), Some("for owner, begun by operator:ada"));
        assert_eq!(under_way(&ada, 200).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_is_too_old_is_none_at_every_step_and_goes() {
    on_both(async |store| {
        begun(&store, 1, 0).await;
        assert_eq!(store.flow_at(&[1; 32], at(600)).await.unwrap(), None);
        assert!(!store.bind_flow(&[1; 32], &KEYS, at(600)).await.unwrap());
        assert!(store.bind_flow(&[1; 32], &KEYS, at(599)).await.unwrap());
        assert_eq!(store.returned_flow(&KEYS, at(600)).await.unwrap(), None);
        assert!(store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap());
        assert_eq!(store.take_flow(&FINISH, &user("owner"), &refusal(), at(600)).await.unwrap(), None);
        begun(&store, 2, 600).await;
        let left = statements::count(&store, "SELECT COUNT(*) FROM oauth_flow").await;
        assert_eq!(left, 1, "the old one is gone");
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_pending_while_it_may_end_and_then_as_it_ended() {
    on_both(async |store| {
        let account = add(&store, "anna").await;
        let (new, sealed) = flow(1, None, 0);
        store.put_flow(&new, &sealed, at(0)).await.unwrap();
        let id = sealed.id;
        assert_eq!(standing(&store, &id, 599).await, Some(AttemptStanding::Pending(None)));
        assert_eq!(standing(&store, &id, 600).await, Some(AttemptStanding::Expired));
        store.bind_flow(&[1; 32], &KEYS, at(1)).await.unwrap();
        store.answer_flow(&KEYS, &FINISH, b"answer").await.unwrap();
        store.take_flow(&FINISH, &user("owner"), &refusal(), at(599)).await.unwrap().unwrap();
        assert_eq!(
            standing(&store, &id, 718).await,
            Some(AttemptStanding::Pending(None)),
            "it is being finished"
        );
        assert_eq!(standing(&store, &id, 719).await, Some(AttemptStanding::Expired), "nobody does any more");
        let failure =
            AttemptFailure { code: "x".into(), whose_turn: WhoseTurn::Owner, hint: "Again.".into() };
        store.end_attempt(&id, &failure, at(601)).await.unwrap();
        assert_eq!(standing(&store, &id, 601).await, Some(AttemptStanding::Failed(failure.clone())));
        let line = AuditEntry::new(at(602), "test", AuditAction::Connected);
        put_ending(&store, &account, &grant("o"), b"tokens", (Some(&id), &line)).await.unwrap();
        store.end_attempt(&id, &failure, at(603)).await.unwrap();
        let connected = Attempt {
            id: id.clone(),
            owner: "owner".to_owned(),
            wanted: None,
            begun_at: at(0),
            ended_at: Some(at(602)),
            standing: AttemptStanding::Connected(account.clone()),
        };
        assert_eq!(store.attempt(&Actor::command_line(), &id, at(602)).await.unwrap(), Some(connected));
        assert_eq!(store.attempt(&Actor::user("other"), &id, at(602)).await.unwrap(), None);
        store.delete_account(&account).await.unwrap();
        assert_eq!(standing(&store, &id, 603).await, None, "it goes with its account");
    })
    .await;
}

#[tokio::test]
async fn of_an_owners_sign_ins_the_newest_five_stay_and_attempts_are_kept_for_a_day() {
    on_both(async |store| {
        let mut all = Vec::new();
        for second in 0..7 {
            all.push(begun(&store, second, second.into()).await);
        }
        for (second, id) in all.iter().enumerate() {
            let expected = if second < 2 { AttemptStanding::Expired } else { AttemptStanding::Pending(None) };
            assert_eq!(standing(&store, id, 7).await, Some(expected), "{second}");
        }
        for second in 7..60 {
            begun(&store, second, second.into()).await;
        }
        let attempts = async || statements::count(&store, "SELECT COUNT(*) FROM oauth_attempt").await;
        assert_eq!(attempts().await, 50);
        begun(&store, 100, 59 + 86_400).await;
        assert_eq!(attempts().await, 1);
    })
    .await;
}
