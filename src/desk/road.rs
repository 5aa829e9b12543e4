//! How an account's mail is read, and another road for it.

use super::Desk;
use super::error::{DeskError, Result};
use crate::model::{Account, AccountId, Actor, AuditAction, AuditEntry, Credential, Road, SessionState};
use crate::oauth::opens_mail;
use crate::store::{RoadSet, StoreError};

impl Desk {
    /// Has the mail of an account read on this road from now on. One that goes by it already goes on.
    ///
    /// # Errors
    /// `NoSuchAccount`; `road_without_session`, `road_without_consent` where what the road is taken with is not there;
    /// `road_with_mail` where mail that was read on another one is stored.
    pub async fn set_road(&self, actor: &Actor, account: &Account, road: Road) -> Result<Account> {
        if !actor.reach.includes(&account.owner) {
            return Err(DeskError::NoSuchAccount(account.id.to_string()));
        }
        if account.road == Some(road) {
            return Ok(account.clone());
        }
        self.may_take(account, road).await?;
        let line = self.road_line(actor, &account.id, road);
        if self.store.set_road(&account.id, road, &line).await? == RoadSet::HasMail {
            return Err(DeskError::RoadWithMail(account.name().into_owned()));
        }
        self.kept.forget(self.clock.now());
        self.cycle.wake();
        self.store.account(&account.id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    /// The line that tells that an account takes a road.
    pub(super) fn road_line(&self, actor: &Actor, id: &AccountId, road: Road) -> AuditEntry {
        let detail = Some(road.as_str().to_owned());
        AuditEntry { detail, ..self.line(actor, AuditAction::RoadTaken, id) }
    }

    /// Whether what lets us in on a road is there.
    async fn may_take(&self, account: &Account, road: Road) -> Result<()> {
        let name = || account.name().into_owned();
        match road.credential() {
            Credential::Session => {
                let state = self.store.state(&account.id).await?;
                let is_there = state.is_some_and(|state| state.session == SessionState::Valid);
                if is_there { Ok(()) } else { Err(DeskError::RoadWithoutSession(name())) }
            }
            Credential::Grant => {
                let grant = self.store.grant(&account.id).await?;
                let is_there = grant.is_some_and(|grant| opens_mail(&grant.given));
                if is_there { Ok(()) } else { Err(DeskError::RoadWithoutConsent(name())) }
            }
        }
    }
}
