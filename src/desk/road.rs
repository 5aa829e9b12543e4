//! How an account's mail is read, and another road for it.

use super::error::{DeskError, Result};
use super::{Database, Desk};
use crate::error::Disposition;
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, Credential, Guest, Part, Resource, Road, RoadChange,
    SessionState, Use,
};
use crate::oauth::{OAuthError, opens_mail};
use crate::store::{RoadSet, RoadWish};
use crate::sync::SyncError;
use serde::Serialize;
use utoipa::ToSchema;

/// How an account's mail is read, and what came of the last other road that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoadStanding {
    /// How it is read; null: it is not.
    pub road: Option<Road>,
    /// The change that was last asked for; null where none was.
    pub change: Option<RoadChange>,
}

impl Database {
    /// How an account's mail is read.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn road(&self, actor: &Actor, id: &AccountId) -> Result<RoadStanding> {
        let account = self.account(actor, id).await?;
        Ok(RoadStanding { road: account.road, change: self.store.road_change(id).await? })
    }

    /// Whether an account's sign-in asked for IMAP, where its mail is read on no road, or Graph refuses it: then it may be read
    /// so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn may_go_by_imap(&self, account: &Account) -> Result<bool> {
        let grant = self.store.grant(&account.id).await?;
        let may = grant.is_some_and(|grant| {
            let stands = grant.trouble(Resource::Outlook, self.clock.now()).is_none();
            stands && grant.given.uses.contains(&Use::Imap) && Guest::of(&grant.given.login).is_none()
        });
        let is_refused = async || {
            let state = self.store.state(&account.id).await?;
            let error = state.as_ref().and_then(|state| state.part(Part::Mail)?.last_error.as_ref());
            Ok::<_, DeskError>(error.is_some_and(|error| error.disposition == Disposition::Blocked))
        };
        // With a server of its own, that is what goes by IMAP.
        Ok(may
            && account.imap.is_none()
            && match account.road {
                None => true,
                Some(Road::Graph) => is_refused().await?,
                Some(Road::Owa | Road::Imap) => false,
            })
    }
}

impl Desk {
    /// Has the mail of an account read on this road. Where mail of it is stored, its next turn looks first whether it is the
    /// same there. One that goes by it already goes on, and what was asked for and not looked at yet is forgotten.
    /// With `shadow` the roads are only compared.
    ///
    /// # Errors
    /// `NoSuchAccount`; `road_without_session`, `road_without_consent`, `road_by_imap_alone`, `no_password` where what the road is
    /// taken with is not there; why Microsoft gives no token.
    pub async fn set_road(
        &self,
        actor: &Actor,
        account: &Account,
        road: Road,
        shadow: bool,
    ) -> Result<RoadStanding> {
        if !actor.reach.includes(&account.owner) {
            return Err(DeskError::NoSuchAccount(account.id.to_string()));
        }
        if account.road == Some(road) {
            self.store.keep_road(&account.id).await?;
            return self.road(actor, &account.id).await;
        }
        self.may_take(account, road).await?;
        let line = self.road_line(actor, &account.id, road);
        if shadow || self.store.set_road(&account.id, road, &line).await? == RoadSet::HasMail {
            self.ask_for_road(actor, &account.id, road, shadow).await?;
        }
        self.kept.forget(self.clock.now());
        self.cycle.wake();
        self.road(actor, &account.id).await
    }

    async fn ask_for_road(&self, actor: &Actor, id: &AccountId, road: Road, shadow: bool) -> Result<()> {
        let action = if shadow { AuditAction::RoadCompared } else { AuditAction::RoadAsked };
        let line = AuditEntry { action, ..self.road_line(actor, id, road) };
        let (asked_by, asked_at) = (line.actor.clone(), line.at);
        let wish = RoadWish { road, shadow, asked_by, asked_at, tries: 0 };
        Ok(self.store.ask_for_road(id, &wish, &line).await?)
    }

    /// The line that tells that an account takes a road.
    pub(super) fn road_line(&self, actor: &Actor, id: &AccountId, road: Road) -> AuditEntry {
        let detail = Some(road.as_str().to_owned());
        AuditEntry { detail, ..self.line(actor, AuditAction::RoadTaken, id) }
    }

    /// Whether what lets us in on a road is there.
    async fn may_take(&self, account: &Account, road: Road) -> Result<()> {
        let name = || account.name().into_owned();
        match road.credential(account.imap.as_ref()) {
            Credential::Session => {
                let state = self.store.state(&account.id).await?;
                let is_there = state.is_some_and(|state| state.session == SessionState::Valid);
                if is_there { Ok(()) } else { Err(DeskError::RoadWithoutSession(name())) }
            }
            Credential::Grant if road == Road::Imap => {
                if self.opens_imap(account).await? {
                    Ok(())
                } else {
                    Err(DeskError::RoadWithoutConsent(name()))
                }
            }
            Credential::Grant => {
                let grant = self.store.grant(&account.id).await?;
                if grant.as_ref().is_some_and(|grant| opens_mail(&grant.given)) {
                    Ok(())
                } else if account.imap.is_none()
                    && grant.is_some()
                    && self.opens_imap(account).await.unwrap_or(false)
                {
                    Err(DeskError::RoadByImapAlone(name()))
                } else {
                    Err(DeskError::RoadWithoutConsent(name()))
                }
            }
            Credential::Password => {
                let is_there = self.strongbox.imap_password(account).await?.is_some();
                if is_there { Ok(()) } else { Err(SyncError::NoPassword.into()) }
            }
        }
    }

    /// Whether the sign-in by OAuth opens the mailbox by IMAP: Microsoft says so with the first token for that alone. A guest
    /// has their mailbox at home.
    async fn opens_imap(&self, account: &Account) -> Result<bool> {
        match self.oauth.token_for(&account.id, Use::Imap).await {
            Ok(_) => {
                let grant = self.store.grant(&account.id).await?;
                Ok(grant.is_some_and(|grant| Guest::of(&grant.given.login).is_none()))
            }
            Err(OAuthError::NotConnected | OAuthError::NotAsked(_) | OAuthError::NotGranted(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
