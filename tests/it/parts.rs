//! An account's turn, part by part, with contacts that a test puts in. Mail comes no further than to its
//! missing session.

#![cfg(test)]

mod clocks;
mod failures;
mod imports;
mod machines;

use crate::stage::{World, new_account};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::app::App;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Disposition, Exit, Meaning, WhoseTurn};
use outlook_syncd::model::{
    AccountId, Actor, AuditAction, AuditEntry, CycleReport, NewAccount, NewGrant, Part, PartState, Person,
    Reach, Road, SessionState, Trigger,
};
use outlook_syncd::secret::secret;
use outlook_syncd::store::Store;
use outlook_syncd::sync::health::Verdict;
use outlook_syncd::sync::{Failure, PartRead, ReadContacts, Services};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What the contacts of whoever is next come to, or a panic. Well, where nothing is said.
type Script = Arc<Mutex<VecDeque<Option<Result<PartRead, Failure>>>>>;

struct Turns {
    app: App,
    /// Cancelled as soon as mail begins, where a test says so.
    stop: CancellationToken,
    stops_at_mail: Arc<Mutex<bool>>,
    script: Script,
    /// By how much the clock is set while the next contacts are read.
    set: Arc<Mutex<TimeDelta>>,
    world: World,
}

fn start() -> DateTime<Utc> {
    "2026-11-28T12:00:00Z".parse().unwrap()
}

/// What the audit log says of a connect.
fn line() -> AuditEntry {
    AuditEntry::new(start(), "test", AuditAction::Connected)
}

fn failure(meaning: Meaning) -> Failure {
    Failure { meaning, message: "said by the test".to_owned() }
}

impl Turns {
    async fn new() -> Self {
        Self::that(true).await
    }

    async fn that(reads_contacts: bool) -> Self {
        let mut world = World::new().await;
        world.set("SYNC__SCHEDULE", "*/5 * * * *");
        world.set("SYNC__TIME_ZONE", "Europe/Berlin");
        let (stop, stops_at_mail) = (CancellationToken::new(), Arc::new(Mutex::new(false)));
        let (token, wanted) = (stop.clone(), Arc::clone(&stops_at_mail));
        let progress = move |_: &str, _: Option<&_>| {
            if *wanted.lock().unwrap() {
                token.cancel();
            }
        };
        let App { services, browser, .. } = world.open(&[]).await;
        let script = Script::default();
        let said = Arc::clone(&script);
        let (clock, set) = (Clock::manual(start()), Arc::<Mutex<TimeDelta>>::default());
        let (moved, by) = (clock.clone(), Arc::clone(&set));
        let contacts: ReadContacts = Arc::new(move |_, _, _| {
            moved.advance(std::mem::take(&mut *by.lock().unwrap()));
            let next = said.lock().unwrap().pop_front();
            Box::pin(async move {
                let read_by = Some("graph".to_owned());
                let read = match next {
                    None => PartRead { read_by, ..PartRead::default() },
                    Some(said) => said.expect("a panic that the test wants")?,
                };
                Ok(ControlFlow::Continue(read))
            })
        });
        let contacts = Some(contacts).filter(|_| reads_contacts);
        let services = Services { clock, contacts, ..services };
        let fault = watch::Sender::default().subscribe();
        let app = App::of(&world.config(&[]), services, browser, Arc::new(progress), fault);
        Self { app, stop, stops_at_mail, script, set, world }
    }

    fn store(&self) -> &Store {
        &self.app.services.store
    }

    fn clock(&self) -> &Clock {
        &self.app.services.clock
    }

    /// An account that is connected by OAuth, whose contacts are due at that time.
    async fn connected(&self, login: &str, due: DateTime<Utc>) -> AccountId {
        let (store, start) = (self.store(), start());
        let new = NewAccount { road: None, ..new_account("u1", login, start) };
        store.add_account(&new, start).await.unwrap();
        let id = new.id;
        let grant = NewGrant {
            authority: String::new(),
            client_id: String::new(),
            person: Person { tenant: "t".to_owned(), object: login.to_owned() },
            address: login.to_owned(),
            login: login.to_owned(),
            display_name: None,
            uses: Vec::new(),
            scopes: Vec::new(),
        };
        let (strongbox, tokens) = (&self.app.services.strongbox, secret("tokens".to_owned()));
        strongbox.put_grant(&id, "u1", &grant, &tokens, (None, &line())).await.unwrap();
        store.schedule(&id, Part::Contacts, due).await.unwrap();
        id
    }

    /// The same with a road for mail, which is due at that time.
    async fn with_mail(&self, login: &str, contacts: DateTime<Utc>, mail: DateTime<Utc>) -> AccountId {
        let (store, id) = (self.store(), self.connected(login, contacts).await);
        store.take_road(&id, "u1", Road::Owa, &line()).await.unwrap();
        store.begin_session(&id, None, mail).await.unwrap();
        id
    }

    fn contacts_fail(&self, meaning: Meaning) {
        self.contacts_say(Err(failure(meaning)));
    }

    fn contacts_say(&self, read: Result<PartRead, Failure>) {
        self.script.lock().unwrap().push_back(Some(read));
    }

    fn contacts_panic(&self) {
        self.script.lock().unwrap().push_back(None);
    }

    async fn cycle(&self) -> CycleReport {
        self.app.cycle.run(Trigger::Daemon, &self.stop).await.unwrap()
    }

    async fn part(&self, id: &AccountId, part: Part) -> Option<PartState> {
        self.store().state(id).await.unwrap().unwrap().part(part).cloned()
    }

    async fn session(&self, id: &AccountId) -> SessionState {
        self.store().state(id).await.unwrap().unwrap().session
    }
}

/// Whose parts were read, and the code of what went wrong.
fn seen(report: &CycleReport) -> Vec<(&str, Part, Option<&str>)> {
    let parts = report.accounts.iter().flat_map(|account| {
        account.parts.iter().map(|part| {
            (account.name.as_str(), part.part, part.error.as_ref().map(|error| error.code.as_str()))
        })
    });
    parts.collect()
}

/// When the next cycle begins.
fn later() -> DateTime<Utc> {
    start() + TimeDelta::minutes(5)
}

#[tokio::test]
async fn what_is_to_be_told_of_a_part_that_was_read_is_told_and_counts_no_failure() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    let warning = Some(failure(Meaning::drift("too_many_gone", WhoseTurn::Operator, "look at it.")));
    turns.contacts_say(Ok(PartRead { warning, ..PartRead::default() }));
    let report = turns.cycle().await;
    let told = report.accounts[0].parts[0].warning.clone().unwrap();
    assert_eq!((told.code.as_str(), told.whose_turn), ("too_many_gone", WhoseTurn::Operator));
    assert_eq!(
        (seen(&report), report.exit()),
        (vec![("ada@example.test", Part::Contacts, None)], Exit::Success)
    );
    let state = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((state.failures, state.last_success_at, state.last_error), (0, Some(start()), Some(told)));
    let health = turns.app.desk.health(&Actor::command_line()).await.unwrap();
    let card = &health.accounts[0].parts[0];
    assert!(health.healthy && card.verdict == Verdict::Waits);
    assert_eq!(card.hint.as_deref(), Some("The operator's turn: look at it."));
    turns.store().make_due(&Reach::Everyone, None, turns.clock().now()).await.unwrap();
    turns.cycle().await;
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().last_error, None);
}

#[tokio::test]
async fn contacts_are_read_for_an_account_without_a_session() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    let report = turns.cycle().await;
    assert_eq!(seen(&report), [("ada@example.test", Part::Contacts, None)]);
    assert_eq!((report.exit(), report.fault), (Exit::Success, None));
    assert_eq!(turns.part(&id, Part::Mail).await, None);
    let contacts = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((contacts.last_success_at, contacts.read_by.as_deref()), (Some(start()), Some("graph")));
    assert_eq!(contacts.due_at, Some(start() + TimeDelta::minutes(5)), "by the schedule");
}

#[tokio::test]
async fn a_failure_of_contacts_leaves_mail_as_it_was_and_the_other_way_round() {
    let turns = Turns::new().await;
    let id = turns.with_mail("ada@example.test", start(), later()).await;
    let mail = turns.part(&id, Part::Mail).await.unwrap();
    turns.contacts_fail(Meaning::needs_login("invalid_grant", WhoseTurn::Owner, "sign in."));
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, Some("invalid_grant"))]);
    let contacts = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((contacts.due_at, contacts.failures), (None, 1), "parked with its grant");
    assert_eq!(turns.part(&id, Part::Mail).await.unwrap(), mail);
    assert_eq!(turns.session(&id).await, SessionState::Valid);

    turns.clock().advance(TimeDelta::hours(1));
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Mail, Some("no_session"))]);
    assert_eq!(turns.part(&id, Part::Mail).await.unwrap().due_at, None, "parked with its session");
    assert_eq!(turns.session(&id).await, SessionState::NeedsLogin);
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap(), contacts);
}

#[tokio::test]
async fn the_parts_of_one_turn_end_each_for_itself() {
    let turns = Turns::new().await;
    let id = turns.with_mail("ada@example.test", start(), start()).await;
    let report = turns.cycle().await;
    assert_eq!(
        seen(&report),
        [("ada@example.test", Part::Mail, Some("no_session")), ("ada@example.test", Part::Contacts, None)]
    );
    assert_eq!(report.accounts[0].error.as_ref().unwrap().code, "no_session");
    assert_eq!(report.exit(), Exit::Denied);
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().last_success_at, Some(start()));
}

#[tokio::test]
async fn a_stop_between_two_parts_leaves_the_second_due() {
    let turns = Turns::new().await;
    let id = turns.with_mail("ada@example.test", start(), start()).await;
    *turns.stops_at_mail.lock().unwrap() = true;
    let report = turns.cycle().await;
    assert_eq!(seen(&report), [("ada@example.test", Part::Mail, Some("no_session"))]);
    assert!(report.interrupted);
    let contacts = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((contacts.due_at, contacts.last_success_at), (Some(start()), None));
}

#[tokio::test]
async fn a_program_that_reads_no_contacts_says_so_of_those_that_are_due() {
    let turns = Turns::that(false).await;
    turns.connected("ada@example.test", start()).await;
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, Some("no_reader"))]);
    assert_eq!(seen(&turns.cycle().await), [], "and does not try it again and again");
}

#[tokio::test]
async fn who_waits_for_a_turn_hears_of_the_parts_that_were_waited_for_alone() {
    let turns = Turns::new().await;
    turns.with_mail("ada@example.test", later(), start()).await;
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Mail, Some("no_session"))]);
    turns.clock().advance(TimeDelta::minutes(1));
    let (desk, actor) = (&turns.app.desk, Actor::command_line());
    let asked = desk.make_due(&actor, None).await.unwrap();
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, None)]);
    let read = desk.turns(&actor, None, asked.at).await.unwrap();
    assert_eq!((read.accounts.len(), read.worst), (1, None), "its mail was parked before");
}
