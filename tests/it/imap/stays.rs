//! What a server says in passing and for good, turn after turn.

use super::by_password;
use crate::stage::World;
use chrono::TimeDelta;
use outlook_sim::{Failure, ImapFault, Kind};
use outlook_syncd::app::App;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Disposition, WhoseTurn};
use outlook_syncd::model::{Account, Actor, ImapAddress, Part, PartState, Reach, Trigger};
use outlook_syncd::secret::secret;
use outlook_syncd::sync::Services;
use outlook_syncd::sync::health::Verdict;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The program's parts with a clock of the test's, and an account that is connected by a password.
struct Turns {
    app: App,
    clock: Clock,
    account: Account,
    world: World,
}

impl Turns {
    async fn new() -> Self {
        let mut world = by_password::world().await;
        world.set("SYNC__SCHEDULE", "*/5 * * * *");
        let App { services, browser, .. } = world.open(&[]).await;
        let clock = Clock::manual(world.sim().now());
        let services = Services { clock: clock.clone(), ..services };
        let fault = watch::Sender::default().subscribe();
        let progress = Arc::new(|_: &str, _: Option<&_>| ());
        let app = App::of(&world.config(&[]), services, browser, progress, fault);
        let ada = world.account(0);
        let server = ImapAddress::parse("outlook.office365.com").unwrap();
        let wanted = (ada.smtp.as_str(), &server);
        let (actor, password) = (Actor::command_line(), secret(ada.password.clone()));
        let account = app.desk.connect_imap(&actor, "u1", wanted, &password).await.unwrap();
        Self { app, clock, account, world }
    }

    /// Lets time pass, runs a cycle, and says how mail stands.
    async fn after(&self, time: TimeDelta) -> PartState {
        self.clock.advance(time);
        self.app.cycle.run(Trigger::Daemon, &CancellationToken::new()).await.unwrap();
        self.state().await
    }

    async fn state(&self) -> PartState {
        let state = self.app.services.store.state(&self.account.id).await.unwrap().unwrap();
        state.part(Part::Mail).unwrap().clone()
    }

    async fn verdict(&self) -> Verdict {
        self.app.desk.card(&Actor::command_line(), &self.account.id).await.unwrap().verdict
    }

    fn not_connected(&self) {
        let fault = Failure::from(Kind::Imap(ImapFault::NotConnected));
        self.world.sim().fail(None, fault.on(&["imap_list", "imap_examine"]));
    }
}

fn said(state: &PartState) -> (Disposition, WhoseTurn) {
    let error = state.last_error.as_ref().unwrap();
    assert_eq!(error.code, "imap_not_connected");
    (error.disposition, error.whose_turn)
}

#[tokio::test]
async fn a_mailbox_that_is_not_reached_once_is_tried_again_and_nobody_has_to_sign_in() {
    let turns = Turns::new().await;
    turns.not_connected();
    let state = turns.after(TimeDelta::zero()).await;
    assert_eq!(said(&state).0, Disposition::Retry);
    assert!(state.due_at.is_some_and(|due| due <= turns.clock.now() + TimeDelta::minutes(6)));
    turns.world.sim().clear_knobs(None);
    turns.world.sim().set(None, |settings| settings.imap.passwords = true);
    let state = turns.after(TimeDelta::minutes(6)).await;
    assert_eq!((state.last_error, state.failures), (None, 0));
    assert_eq!(turns.verdict().await, Verdict::Ok);
    turns.app.close().await;
}

#[tokio::test]
async fn one_that_is_not_reached_for_six_hours_and_four_turns_is_its_administrators_turn() {
    let turns = Turns::new().await;
    turns.not_connected();
    for _ in 0..3 {
        assert_eq!(
            said(&turns.after(TimeDelta::hours(1)).await).0,
            Disposition::Retry,
            "four turns and three hours"
        );
    }
    assert_eq!(said(&turns.after(TimeDelta::hours(1)).await).0, Disposition::Retry, "three hours are no six");
    let state = turns.after(TimeDelta::hours(3)).await;
    assert_eq!(said(&state), (Disposition::Blocked, WhoseTurn::It));
    assert!(state.last_error.as_ref().unwrap().hint.contains("licence"));
    assert_eq!(turns.verdict().await, Verdict::Blocked);
    // It is looked at slowly, and as soon as somebody asks.
    assert!(state.due_at.is_some_and(|due| due >= turns.clock.now() + TimeDelta::hours(5)));
    turns.world.sim().clear_knobs(None);
    turns.world.sim().set(None, |settings| settings.imap.passwords = true);
    turns.app.services.store.make_due(&Reach::Everyone, None, turns.clock.now()).await.unwrap();
    assert_eq!(turns.after(TimeDelta::minutes(1)).await.last_error, None);
    assert_eq!(turns.verdict().await, Verdict::Ok);
    turns.app.close().await;
}

#[tokio::test]
async fn two_failures_far_apart_are_no_decision_of_anybodys() {
    let turns = Turns::new().await;
    turns.not_connected();
    turns.after(TimeDelta::zero()).await;
    assert_eq!(said(&turns.after(TimeDelta::hours(9)).await).0, Disposition::Retry, "the service was off");
    turns.app.close().await;
}

#[tokio::test]
async fn a_server_that_asks_to_be_left_alone_is_not_asked_sooner_whoever_wants_it() {
    let turns = Turns::new().await;
    let throttled = Failure::from(Kind::Imap(ImapFault::Backoff { ms: 299_961 })).on(&["imap_examine"]);
    turns.world.sim().fail(None, throttled);
    let state = turns.after(TimeDelta::zero()).await;
    assert_eq!(state.last_error.as_ref().unwrap().code, "imap_throttled");
    let early = turns.clock.now() + TimeDelta::milliseconds(299_961);
    assert!(state.not_before >= Some(early) && state.due_at >= Some(early), "{state:?}");
    turns.app.services.store.make_due(&Reach::Everyone, None, turns.clock.now()).await.unwrap();
    let tried = turns.world.sim().count("imap_login", &turns.account.login);
    turns.after(TimeDelta::minutes(2)).await;
    assert_eq!(turns.world.sim().count("imap_login", &turns.account.login), tried);
    turns.app.close().await;
}
