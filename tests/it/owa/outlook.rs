//! A simulator, a browser, and the account that the tests read.

use crate::stage::{World, browser_settings};
use outlook_sim::{Account, Options, Sim};
use outlook_syncd::browser::{Browser, Context, ContextWish, Settings};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{Folder, FolderId, MailboxSettings, Position, Role, Sight, Tier, Window};
use outlook_syncd::owa::{
    self, Answer, Dialogue as _, KnownMailbox, Mailbox, Owa, OwaError, Session, SignIn, Step,
};
use outlook_syncd::secret::{ExposeSecret, secret};
use std::collections::VecDeque;
use std::ops::Deref;
use std::time::Duration;

/// Where the simulator's mail has pictures that tell their sender who reads it.
pub(super) const PICTURES: &str = "img.papermoon-sim.example";

pub(super) const ALL: [Tier; 3] = [Tier::Service, Tier::Network, Tier::Dom];

/// Outlook as the simulator plays it, seen through a browser.
pub(super) struct Outlook {
    browser: Browser,
    world: World,
}

impl Deref for Outlook {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// Who leads a sign-in: what it came to, and what is answered.
#[derive(Default)]
pub(super) struct Leader {
    pub(super) told: Vec<String>,
    /// What its prompts are answered, in turn; nobody is there for those that are left.
    pub(super) answers: VecDeque<Answer>,
    /// What was handed over when the password was accepted.
    pub(super) accepted: Option<Session>,
    /// The simulator, to be asked at that moment whether Outlook was reached already.
    pub(super) watch: Option<(Sim, String)>,
    pub(super) startups_when_accepted: usize,
}

impl Leader {
    async fn lead(&mut self, sign_in: &mut SignIn) -> Result<Session, OwaError> {
        loop {
            match sign_in.next().await? {
                Step::AboutToTry => self.told.push("about to try".to_owned()),
                Step::Accepted(session) => self.accept(&session),
                Step::Prompt(prompt) => {
                    self.told.push(format!("{prompt:?}"));
                    let answer = self.answers.pop_front();
                    sign_in.answer(answer.ok_or(OwaError::Mfa { number: prompt.number() })?).await?;
                }
                Step::Done(session) => return Ok(session),
            }
        }
    }

    fn accept(&mut self, session: &Session) {
        self.told.push("accepted".to_owned());
        self.accepted = Some(stored(session));
        if let Some((sim, smtp)) = &self.watch {
            self.startups_when_accepted = sim.count("StartupData", smtp);
        }
    }
}

impl Outlook {
    /// A world with this many messages per account.
    pub(super) async fn new(messages: usize) -> Self {
        Self::seen_as(messages, None).await
    }

    /// The same, with a word at the end of the browser's name.
    pub(super) async fn seen_as(messages: usize, suffix: Option<&str>) -> Self {
        let world = World::of(Options { messages, accounts: 3, ..Options::default() }).await;
        let Settings { profiles, upstream, .. } = world.config(&[]).browser;
        let user_agent_suffix = suffix.map(str::to_owned);
        let settings = Settings { user_agent_suffix, ..browser_settings(profiles, upstream) };
        Self { browser: Browser::new(settings, Clock::System), world }
    }

    pub(super) fn owa(&self, tiers: &[Tier]) -> Owa {
        Owa::new(self.browser.clone(), Clock::System, settings(tiers))
    }

    pub(super) async fn sign_in_as(
        &self,
        login: &str,
        password: &str,
        leader: &mut Leader,
    ) -> Result<Session, OwaError> {
        let mut sign_in = self.owa(&ALL).sign_in(login, &secret(password.to_owned())).await?;
        let ended = leader.lead(&mut sign_in).await;
        sign_in.close().await;
        ended
    }

    /// A browser of somebody who holds the session, and may go to these hosts too.
    pub(super) async fn person(&self, session: &Session, more_hosts: &[&str]) -> Context {
        let stored: serde_json::Value =
            serde_json::from_str(session.to_secret().expose_secret()).expect("JSON");
        let cookies = serde_json::from_value(stored["cookies"].clone()).expect("cookies");
        let hosts = ["outlook.cloud.microsoft", "login.microsoftonline.com", "res.cdn.office.net"];
        let allow = hosts.iter().chain(more_hosts).map(ToString::to_string).collect();
        let wish = ContextWish { allow, cookies, ..ContextWish::default() };
        self.browser.context(wish).await.expect("a context")
    }

    /// A session of the account, as it comes back from storage.
    pub(super) async fn session(&self, account: &Account) -> Session {
        let session = self.sign_in_as(&account.smtp, &account.password, &mut Leader::default()).await;
        stored(&session.expect("a session"))
    }

    pub(super) async fn open(
        &self,
        account: &Account,
        session: Session,
        tiers: &[Tier],
    ) -> Result<Mailbox, OwaError> {
        Self::open_by(&self.owa(tiers), account, session).await
    }

    /// The same where no page is waited for longer than this.
    pub(super) async fn open_within(
        &self,
        account: &Account,
        session: Session,
        tiers: &[Tier],
        page_limit: Duration,
    ) -> Result<Mailbox, OwaError> {
        let settings = owa::Settings { page_limit, ..settings(tiers) };
        Self::open_by(&Owa::new(self.browser.clone(), Clock::System, settings), account, session).await
    }

    async fn open_by(owa: &Owa, account: &Account, session: Session) -> Result<Mailbox, OwaError> {
        let folders = BOTH.map(standard);
        let settings = MailboxSettings::default();
        let known = KnownMailbox { address: Some(&account.smtp), settings: &settings, folders: &folders };
        owa.open(session, known).await
    }
}

fn settings(tiers: &[Tier]) -> owa::Settings {
    owa::Settings {
        tiers: tiers.to_vec(),
        page_limit: Duration::from_secs(45),
        page_size: 20,
        // Nothing but how it is read keeps it from a sender's pictures.
        extra_hosts: vec![PICTURES.to_owned()],
        ..owa::Settings::default()
    }
}

pub(super) fn stored(session: &Session) -> Session {
    Session::from_secret(&session.to_secret()).expect("what to_secret made")
}

/// The folders that are read where nothing else is configured.
pub(super) const BOTH: [Role; 2] = [Role::Inbox, Role::Sent];

/// A standard folder as it is before the mailbox was listed.
pub(super) fn standard(role: Role) -> Folder {
    Folder::new(FolderId::from(role.as_str().to_owned()), role)
}

/// Every page of a folder.
pub(super) async fn pages(mailbox: &mut Mailbox, folder: Role) -> Vec<Window> {
    let mut pages = Vec::new();
    let mut next = Some(Position::default());
    while let Some(from) = next {
        let page = mailbox.page(&standard(folder), from).await.expect("a page");
        next = page.next;
        pages.push(page);
        assert!(pages.len() < 100, "a list that never ends");
    }
    pages
}

/// Every row of a folder, each key once.
pub(super) async fn rows(mailbox: &mut Mailbox, folder: Role) -> Vec<Sight> {
    let rows = pages(mailbox, folder).await.into_iter().flat_map(|page| page.rows);
    let mut seen = std::collections::HashSet::new();
    rows.filter(|row| row.key.as_ref().is_none_or(|key| seen.insert(key.id.clone()))).collect()
}
