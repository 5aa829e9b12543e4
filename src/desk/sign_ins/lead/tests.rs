//! The loop, led by sign-ins that are written down.

use super::*;
use crate::browser::{self, Browser};
use crate::desk::sign_ins::led::SignInBegun;
use crate::imap::Imap;
use crate::model::{Cloud, NewAccount, Reach, SignInId};
use crate::net::Dialer;
use crate::oauth::OAuth;
use crate::owa::{self, Owa};
use crate::secret::{ExposeSecret as _, secret};
use crate::store::Store;
use crate::strongbox::Strongbox;
use crate::sync::outbox::Courier;
use crate::sync::{self, Cycle, Services};
use crate::vault::{KeySource, Ring, new_key_file};
use std::collections::VecDeque;
use tempfile::TempDir;

const OWNER: &str = "u1";

struct World {
    desk: Arc<Desk>,
    account: AccountId,
    _dir: TempDir,
}

/// A sign-in that takes these steps, and keeps what it is answered and how the account stood before each
/// step.
struct Script {
    desk: Arc<Desk>,
    account: AccountId,
    steps: VecDeque<Result<Step, OwaError>>,
    answers: Vec<String>,
    sessions: Vec<SessionState>,
}

impl Dialogue for Script {
    async fn next(&mut self) -> Result<Step, OwaError> {
        let state = self.desk.store.state(&self.account).await.unwrap().unwrap();
        self.sessions.push(state.session);
        self.steps.pop_front().expect("it was to end before")
    }

    async fn answer(&mut self, answer: Answer) -> Result<(), OwaError> {
        self.answers.push(match answer {
            Answer::Code(code) => code.expose_secret().clone(),
            Answer::GoOn | Answer::Method(_) => panic!("only codes are asked for"),
        });
        Ok(())
    }
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("key");
        new_key_file(&key).unwrap();
        let ring = Ring::load(&KeySource { file: Some(key), ..KeySource::default() }).unwrap();
        let store = Store::connect("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        let clock = Clock::manual("2026-03-01T08:00:00Z".parse().unwrap());
        let strongbox = Strongbox::open(store.clone(), ring, clock.clone()).await.unwrap();
        // No step of a script needs it: it is never launched.
        let settings = browser::Settings { profiles: dir.path().into(), ..browser::Settings::default() };
        let owa = Owa::new(Browser::new(settings, clock.clone()), clock.clone(), owa::Settings::default());
        let oauth = OAuth::new(None, store.clone(), strongbox.clone(), clock.clone());
        let imap = Imap::new(Dialer::default(), None, Cloud::Global);
        let services = Services { store, strongbox, owa, oauth, graph: None, imap, clock, contacts: None };
        let lock = dir.path().join("lock");
        let cycle = Cycle::new(&services, sync::Settings::default(), lock, Arc::new(|_, _| ()));
        let fault = watch::channel(None).1;
        let courier = Arc::new(Courier::new(&services));
        let desk =
            Arc::new(Desk::new(&services, (Arc::new(cycle), courier), dir.path().join("daemon"), fault));
        let (account, _) = desk.account_row(OWNER, "ann@example.com").await.unwrap();
        Self { desk, account, _dir: dir }
    }

    /// A sign-in, and the id by which the desk knows it.
    fn lead(&self) -> (Lead, SignInId) {
        let (state, watched) = watch::channel(SignInState::Working);
        let (answers, answered) = mpsc::channel(1);
        let (row, version) = ((self.account.clone(), false), "v1".to_owned());
        let actor = Actor::command_line();
        let id = self.desk.led(&actor, (OWNER, None), None, watched, answers).unwrap();
        let SignInBegun::Now(id) = id else { panic!("it is begun before") };
        (Lead::new(&self.desk, &actor, OWNER, row, version, state, answered), id)
    }

    fn script(&self, steps: impl IntoIterator<Item = Step>) -> Script {
        Script {
            desk: Arc::clone(&self.desk),
            account: self.account.clone(),
            steps: steps.into_iter().map(Ok).collect(),
            answers: Vec::new(),
            sessions: Vec::new(),
        }
    }

    /// Answers each prompt in turn; gives the prompts.
    async fn answer(&self, id: &SignInId, answers: Vec<Answer>) -> Vec<Prompt> {
        let actor = Actor::command_line();
        let mut state = self.desk.sign_in(&actor, id).unwrap();
        let mut prompts = Vec::new();
        for answer in answers {
            let asks = state.wait_for(|state| matches!(state, SignInState::Asks(_))).await.unwrap().clone();
            let SignInState::Asks(prompt) = asks else { unreachable!() };
            prompts.push(prompt);
            assert!(self.desk.answer(&actor, id, answer));
            state.wait_for(|state| matches!(state, SignInState::Working)).await.unwrap();
        }
        prompts
    }

    async fn session(&self) -> SessionState {
        self.desk.store.state(&self.account).await.unwrap().unwrap().session
    }
}

fn session(address: Option<&str>) -> Session {
    let mailbox = address.map(|address| serde_json::json!({"address": address}));
    let stored = serde_json::json!({"cookies": [], "service": null, "mailbox": mailbox});
    Session::from_secret(&secret(stored.to_string())).unwrap()
}

fn done() -> Step {
    Step::Done(session(Some("ann@example.com")))
}

fn code(wrong: bool) -> Step {
    Step::Prompt(Prompt::Code { wrong })
}

#[tokio::test]
async fn the_session_is_stored_before_the_sign_in_goes_on() {
    let world = World::new().await;
    let (mut lead, _) = world.lead();
    let mut script = world.script([Step::AboutToTry, Step::Accepted(session(None)), done()]);
    lead.follow(&mut script).await.unwrap();
    assert_eq!(script.sessions[2], SessionState::Valid, "{:?}", script.sessions);
    let account = world.desk.store.account(&world.account).await.unwrap().unwrap();
    assert_eq!((account.address.as_deref(), account.road), (Some("ann@example.com"), Some(Road::Owa)));
}

/// The mailbox has several names, and the owner types another one than before.
#[tokio::test]
async fn a_sign_in_to_a_mailbox_of_the_owners_goes_to_the_account_that_it_has() {
    let world = World::new().await;
    let store = &world.desk.store;
    for owner in [OWNER, "u2"] {
        let now = world.desk.now();
        let known = AccountId::new(now);
        let new = NewAccount {
            id: known.clone(),
            owner: owner.to_owned(),
            login: "upn1@x".to_owned(),
            road: Some(Road::Owa),
        };
        store.add_account(&new, now).await.unwrap();
        store.set_identity(&known, &format!("{owner}@example.com"), None).await.unwrap();
        let (mut lead, _) = world.lead();
        lead.is_new = true;
        let said = Step::Done(session(Some(&format!("{owner}@example.com"))));
        let account = NewAccount {
            id: AccountId::new(now),
            owner: OWNER.to_owned(),
            login: "alias@x".to_owned(),
            road: None,
        };
        store.add_account(&account, now).await.unwrap();
        lead.account = account.id.clone();
        let mut script = Script { account: account.id.clone(), ..world.script([Step::AboutToTry, said]) };
        let ended = lead.follow(&mut script).await;
        let ended = lead.clear_up(ended).await;
        if owner == OWNER {
            assert_eq!(ended.unwrap().id, known);
            assert_eq!(store.state(&known).await.unwrap().unwrap().session, SessionState::Valid);
        } else {
            assert!(matches!(ended, Err(DeskError::NotTheOwner(_))), "{ended:?}");
        }
        assert_eq!(store.account(&account.id).await.unwrap(), None, "nothing is left of the other row");
    }
}

#[tokio::test]
async fn what_is_not_understood_after_the_password_was_accepted_says_that_the_sign_in_is_stored() {
    let drift = || OwaError::Drift { what: "page", seen: "another one".to_owned() };
    for (steps, is_told) in
        [(vec![Step::AboutToTry], false), (vec![Step::AboutToTry, Step::Accepted(session(None))], true)]
    {
        let world = World::new().await;
        let (mut lead, _) = world.lead();
        let mut script = world.script(steps);
        script.steps.push_back(Err(drift()));
        let ended = lead.follow(&mut script).await.unwrap_err();
        let hint = lead.failed(ended).meaning.hint();
        assert_eq!(hint.contains("the sign-in is stored"), is_told, "{hint}");
    }
}

#[tokio::test]
async fn a_code_is_asked_for_again_until_it_is_right() {
    let world = World::new().await;
    let (mut lead, id) = world.lead();
    let mut script = world.script([Step::AboutToTry, code(false), code(true), done()]);
    let answers = ["111111", "222222"].map(|code| Answer::Code(secret(code.to_owned())));
    let (ended, prompts) = tokio::join!(lead.follow(&mut script), world.answer(&id, answers.into()));
    ended.unwrap();
    assert_eq!(prompts, [Prompt::Code { wrong: false }, Prompt::Code { wrong: true }]);
    assert_eq!(script.answers, ["111111", "222222"]);
    assert_eq!(world.session().await, SessionState::Valid);
}

#[tokio::test]
async fn a_refused_password_is_not_submitted_again() {
    let world = World::new().await;
    let mut script = world.script([Step::AboutToTry]);
    script.steps.push_back(Err(OwaError::WrongPassword));
    let refused = world.lead().0.follow(&mut script).await.unwrap_err();
    assert!(matches!(refused, DeskError::Owa(OwaError::WrongPassword)));
    // It would submit the password with its next step, which is not asked for.
    let again = world.lead().0.follow(&mut world.script([Step::AboutToTry])).await.unwrap_err();
    assert!(matches!(again, DeskError::RefusedBefore), "{again}");
}

#[tokio::test]
async fn a_prompt_that_nobody_answers_ends_the_sign_in_and_keeps_the_password_good() {
    let world = World::new().await;
    let (mut lead, id) = world.lead();
    let mut script = world.script([Step::AboutToTry, code(false)]);
    let actor = Actor::command_line();
    let mut state = world.desk.sign_in(&actor, &id).unwrap();
    let leave = async {
        state.wait_for(|state| matches!(state, SignInState::Asks(_))).await.unwrap();
        world.desk.leave_unanswered(&actor, &id);
    };
    let (ended, ()) = tokio::join!(lead.follow(&mut script), leave);
    assert!(matches!(ended, Err(DeskError::Owa(OwaError::Mfa { .. }))), "{ended:?}");
    assert_eq!(world.session().await, SessionState::NeedsLogin);
    // The second factor told that the password is right.
    world.lead().0.follow(&mut world.script([Step::AboutToTry, done()])).await.unwrap();
}

#[tokio::test]
async fn only_who_began_it_sees_and_answers_a_sign_in() {
    let world = World::new().await;
    let (lead, id) = world.lead();
    lead.tell(SignInState::Asks(Prompt::Code { wrong: false }));
    let another = Actor::named("other", Reach::Owner("u2".to_owned()));
    let otherwise = Actor::named("owner", Reach::Owner(OWNER.to_owned()));
    for other in [another, otherwise] {
        assert!(world.desk.sign_in(&other, &id).is_none());
        assert!(world.desk.sign_in_now(&other, &id).is_none());
        assert!(!world.desk.answer(&other, &id, Answer::GoOn));
        world.desk.leave_unanswered(&other, &id);
    }
    let own = Actor::command_line();
    let now = || world.desk.sign_in_now(&own, &id).map(|seen| seen.state);
    assert!(matches!(now(), Some(SignInState::Asks(_))));
    assert!(world.desk.answer(&own, &id, Answer::GoOn));
    assert!(!world.desk.answer(&own, &id, Answer::GoOn), "it was answered");
    assert!(matches!(now(), Some(SignInState::Working)), "it asks no more");
    lead.tell(SignInState::Working);
    assert!(!world.desk.answer(&own, &id, Answer::GoOn), "it asks nothing");
    assert!(world.desk.sign_ins_of(&Actor::named("owner", Reach::Owner(OWNER.to_owned()))).is_empty());
    assert_eq!(world.desk.sign_ins_of(&own).len(), 1);
    lead.tell(SignInState::Asks(Prompt::Code { wrong: true }));
    assert!(matches!(now(), Some(SignInState::Asks(_))), "it asks again");
}

#[tokio::test]
async fn what_fails_once_the_password_was_accepted_leaves_a_mailbox_that_is_connected_and_says_so() {
    for (steps, is_kept) in
        [(vec![Step::AboutToTry, Step::Accepted(session(None))], true), (vec![Step::AboutToTry], false)]
    {
        let world = World::new().await;
        let (mut lead, _) = world.lead();
        let mut script = world.script(steps);
        script.steps.push_back(Err(OwaError::FirstLogon));
        let ended = lead.follow(&mut script).await;
        let state = lead.ended(ended).await;
        assert_eq!(matches!(state, SignInState::Kept(..)), is_kept, "{state:?}");
        assert_eq!(matches!(state, SignInState::Failed(_)), !is_kept, "{state:?}");
        let log = world.desk.store.audit_log(9).await.unwrap();
        let refused = log.iter().any(|line| line.action == AuditAction::ConnectRefused);
        assert_eq!(refused, !is_kept, "{log:?}");
    }
}

#[tokio::test]
async fn a_mailbox_that_nobody_has_opened_yet_is_looked_at_again_with_the_session_that_was_had() {
    let steps = || vec![Step::AboutToTry, Step::Accepted(session(None))];
    for (steps, is_due, told) in
        [(steps(), 1, "`outlook-syncd sync`"), (Vec::new(), 0, "connect the account again")]
    {
        let world = World::new().await;
        let (mut lead, _) = world.lead();
        let mut script = world.script(steps);
        script.steps.push_back(Err(OwaError::FirstLogon));
        let ended = lead.follow(&mut script).await.unwrap_err();
        let hint = lead.failed(ended).meaning.hint();
        assert!(hint.contains(told), "{hint}");
        let (store, now) = (&world.desk.store, world.desk.clock.now());
        assert_eq!(store.make_due(&Reach::Everyone, None, now).await.unwrap(), is_due, "{hint}");
    }
}
