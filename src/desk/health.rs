//! How the accounts within reach do, and what keeps all of them from being read.

use super::error::Result;
use super::{Database, Desk};
use crate::error::{Disposition, Extent, Meaning, WhoseTurn};
use crate::lock::presence::{self, Presence};
use crate::model::{
    Account, AccountId, Actor, ConflictPolicy, ContactStock, CycleId, LastError, Reach, RecordedCycle, Road,
    SessionState, SyncState,
};
use crate::store::AccountSpan;
use crate::sync::contacts::contacts_brake;
use crate::sync::health::{AccountHealth, ContactsHealth, Health, card, health};
use crate::sync::{Failure, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Database {
    /// The verdict over the accounts within reach, each of which should be read as `settings` say.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn health(&self, actor: &Actor, settings: &Settings) -> Result<Health> {
        self.health_in(&actor.reach, AccountSpan::ALL, settings).await
    }

    pub(super) async fn health_in(
        &self,
        reach: &Reach,
        span: AccountSpan<'_>,
        settings: &Settings,
    ) -> Result<Health> {
        let now = self.clock.now();
        let states = self.store.states_in(reach, span).await?;
        let grants = self.store.grants_in(reach, span).await?;
        let contacts = self.contacts_health(reach, span, settings).await?;
        Ok(health(&states, &grants, &contacts, settings.expected_since(now), now))
    }

    /// The reports of cycles as far as they are the actor's, the newest first, behind one where one is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn cycle_reports(
        &self,
        actor: &Actor,
        behind: Option<&CycleId>,
        limit: u32,
    ) -> Result<Vec<RecordedCycle>> {
        let mut cycles = self.store.cycles(&actor.reach, behind, limit).await?;
        for RecordedCycle { report, quiet } in &mut cycles {
            report.fault = report.fault.take().map(|fault| told(fault, &actor.reach));
            // How many others there are is theirs.
            *quiet = if actor.reach == Reach::Everyone { *quiet } else { 0 };
        }
        Ok(cycles)
    }

    /// What ended the newest cycle early for all accounts, as where no daemon runs that would say it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_fault(&self) -> Result<Option<LastError>> {
        Ok(self.store.last_fault().await?)
    }

    pub(super) async fn card_of(
        &self,
        account: &Account,
        state: &SyncState,
        settings: &Settings,
    ) -> Result<AccountHealth> {
        let (grant, now) = (self.store.grant(&account.id).await?, self.clock.now());
        let contacts = self.contacts_health(&Reach::Everyone, AccountSpan::of(&account.id), settings).await?;
        let contacts = contacts.get(&account.id);
        Ok(card(account, state, grant.as_ref(), contacts, settings.expected_since(now), now))
    }

    async fn contacts_health(
        &self,
        reach: &Reach,
        span: AccountSpan<'_>,
        settings: &Settings,
    ) -> Result<BTreeMap<AccountId, ContactsHealth>> {
        let (brake, asks) = (contacts_brake(settings), self.contacts.joining.policy == ConflictPolicy::Ask);
        let stocks = self.store.contact_stocks(reach, span, asks).await?;
        let usual = Some(self.contacts.direction);
        let of = |stock: ContactStock| {
            let direction = stock.direction.or(usual);
            ContactsHealth::of(ContactStock { direction, ..stock }, brake)
        };
        Ok(stocks.into_iter().map(|(id, stock)| (id, of(stock))).collect())
    }
}

impl Desk {
    /// The verdict over the accounts within reach, under what keeps this process from reading any. Of all accounts, where
    /// they are many, it may be a minute old: its `at` says so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn health(&self, actor: &Actor) -> Result<Arc<Health>> {
        let health = match actor.reach {
            Reach::Everyone => self.kept.of_all(&self.database, &self.cycle).await?,
            Reach::Owner(_) => Arc::new(self.database.health(actor, self.cycle.settings()).await?),
        };
        let Some(fault) = self.fault.borrow().clone() else { return Ok(health) };
        Ok(Arc::new(Arc::unwrap_or_clone(health).under(Some(told(fault, &actor.reach)))))
    }

    /// A page of the cards of accounts within reach, the oldest first, behind the one of `after`; and how many accounts there
    /// are. What it costs goes by the page.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn health_page(
        &self,
        actor: &Actor,
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<(Vec<AccountHealth>, u64)> {
        let (ids, all) = (
            self.store.account_ids(&actor.reach, after, limit).await?,
            self.store.count_accounts(&actor.reach).await?,
        );
        let Some((first, last)) = ids.first().zip(ids.last()) else { return Ok((Vec::new(), all)) };
        let span = AccountSpan::between(first, last);
        let mut cards = self.database.health_in(&actor.reach, span, self.cycle.settings()).await?.accounts;
        cards.sort_by(|one, other| one.id.cmp(&other.id));
        Ok((cards, all))
    }

    /// The card of one account.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn card(&self, actor: &Actor, id: &AccountId) -> Result<AccountHealth> {
        let (account, state) = self.account_and_state(actor, id).await?;
        self.card_of(&account, &state, self.cycle.settings()).await
    }

    /// The accounts that no cycle reads before somebody acts, as a person calls them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn parked(&self, actor: &Actor) -> Result<Vec<String>> {
        let states = self.store.states(&actor.reach).await?;
        let parked = states.iter().filter(|(account, state)| {
            let on_session = account.road == Some(Road::Owa);
            let no_mail = on_session && state.session != SessionState::Valid;
            account.sync_enabled && (no_mail || state.parts.iter().any(|part| part.due_at.is_none()))
        });
        Ok(parked.map(|(account, _)| account.name().into_owned()).collect())
    }

    /// The daemon that runs on the state directory, if one does.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn daemon(&self) -> Result<Option<Presence>> {
        Ok(presence::look(&self.daemon_file)?)
    }
}

/// A fault of the machine as far as it is the caller's: places and programs of this machine are the
/// operator's alone.
pub(super) fn told(fault: LastError, reach: &Reach) -> LastError {
    match reach {
        Reach::Everyone => fault,
        Reach::Owner(_) => LastError {
            message: "no account can be read at present".to_owned(),
            whose_turn: WhoseTurn::Operator,
            hint: WhoseTurn::Operator.sentence("this machine has to be seen to."),
            ..fault
        },
    }
}

/// The same of what stopped something that the caller has begun.
pub(super) fn told_failure(failure: Failure, reach: &Reach) -> Failure {
    let Failure { meaning, .. } = &failure;
    let is_machines = meaning.extent == Extent::Machine || meaning.disposition == Disposition::Fatal;
    if !is_machines || *reach == Reach::Everyone {
        return failure;
    }
    let next = "this machine has to be seen to. Then begin again.".into();
    let meaning = Meaning { whose_turn: WhoseTurn::Operator, next, ..failure.meaning };
    Failure { meaning, message: "it cannot be done at present".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_of_one_owner_is_told_of_a_fault_and_not_where_it_is() {
        let fault = LastError {
            disposition: Disposition::Fatal,
            code: "database_full".to_owned(),
            message: "SQLite at /srv/mail/sync.db: the disk of the database is full".to_owned(),
            whose_turn: WhoseTurn::Operator,
            hint: "The operator's turn: make room at /srv/mail.".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        assert_eq!(told(fault.clone(), &Reach::Everyone), fault);
        let owner = told(fault.clone(), &Reach::Owner("u1".to_owned()));
        assert_eq!((&owner.code, owner.at), (&fault.code, fault.at));
        assert!(!format!("{owner:?}").contains("/srv"), "{owner:?}");
    }

    #[test]
    fn a_connect_that_this_machine_stops_tells_its_owner_nothing_of_the_machine() {
        let owner = Reach::Owner("u1".to_owned());
        let next = "set net.proxy_password_file, for /etc/outlook-syncd.";
        let meaning = Meaning::blocked("proxy_refused", WhoseTurn::Operator, next);
        let message = "the proxy proxy.corp:3128 does not take the password".to_owned();
        let ours = Failure { meaning: meaning.machine(), message };
        assert_eq!(told_failure(ours.clone(), &Reach::Everyone), ours);
        let told = told_failure(ours.clone(), &owner);
        assert_eq!(told.meaning.code, ours.meaning.code);
        let said = format!("{told:?} {}", told.meaning.hint());
        assert!(!said.contains("proxy.corp") && !said.contains("/etc"), "{said}");
        let next = "type it again.";
        let theirs = Meaning::needs_login("wrong_password", WhoseTurn::Owner, next);
        let theirs = Failure { meaning: theirs, message: "the password is wrong".to_owned() };
        assert_eq!(told_failure(theirs.clone(), &owner), theirs);
    }
}
