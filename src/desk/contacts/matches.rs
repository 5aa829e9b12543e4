//! Contacts of which a person says whether they are one.

use super::detail::ContactDetail;
use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    AccountId, Actor, AuditAction, AuditEntry, ContactMatch, ContactMatchId, CycleId, MatchAnswer, Proof,
};
use crate::store::{ContactJoin, NearContact};
use crate::sync::contacts::{Joining, join_brought};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// So often an answer is given again where somebody changed one of the contacts meanwhile.
const TRIES: u32 = 10;

/// Two contacts that may be one, as they are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchDetail {
    /// Its own id.
    pub id: ContactMatchId,
    /// What they have in common.
    pub by: BTreeSet<Proof>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
    /// The contact that was made here, and does not go out before somebody has said who it is.
    pub here: ContactDetail,
    /// The item: one that the mailbox brought, or that was made here before.
    pub there: ContactDetail,
}

impl Database {
    /// What a person has to say of the contacts of an account, in the order in which it was found; from the
    /// one after `after` on.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_matches(
        &self,
        actor: &Actor,
        account: &AccountId,
        after: Option<&ContactMatchId>,
        limit: u32,
    ) -> Result<Vec<MatchDetail>> {
        self.account(actor, account).await?;
        let found = self.store.contact_matches(account, after, limit).await?;
        let ids = found.iter().flat_map(|found| [&found.here, &found.there]);
        let contacts = self.store.contacts_by_id(ids).await?;
        let detail = |ContactMatch { id, here, there, by, found_at }: ContactMatch| {
            // One contact may stand in several.
            let [here, there] = [here, there].map(|id| contacts.get(&id).cloned());
            Some(MatchDetail { id, by, found_at, here: here?.into(), there: there?.into() })
        };
        Ok(found.into_iter().filter_map(detail).collect())
    }

    /// Says whether two contacts are one; the one that was made here, as it stands then. What both have
    /// differently goes by the policy, as where both sides changed a value.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoSuchMatch` where it is not asked any more; `StaleContact`; `ExternalIdTaken` where
    /// another program has an id for each, and they are to be one.
    pub async fn answer_match(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &ContactMatchId,
        answer: MatchAnswer,
    ) -> Result<ContactDetail> {
        self.account(actor, account).await?;
        for _ in 0..TRIES {
            let Some((found, [here, there])) = self.store.contact_match(account, id).await? else { break };
            let now = self.now();
            let line = self.match_line(actor, account, &found, answer);
            let one = match answer {
                MatchAnswer::Same => Some(join(&here, &there, self.contacts.joining, now)?),
                MatchAnswer::Different => None,
            };
            if self.store.answer_contact_match(account, id, one.as_ref(), &line, now).await? {
                let contact = self.store.contact(&found.here).await?;
                return contact.map(ContactDetail::from).ok_or(DeskError::StaleContact);
            }
        }
        Err(DeskError::NoSuchMatch(id.clone()))
    }

    fn match_line(
        &self,
        actor: &Actor,
        account: &AccountId,
        found: &ContactMatch,
        answer: MatchAnswer,
    ) -> AuditEntry {
        let detail = format!("{} {} {}", found.here, answer.as_str(), found.there);
        AuditEntry { detail: Some(detail), ..self.line(actor, AuditAction::ContactsMatched, account) }
    }
}

fn join(
    here: &NearContact,
    there: &NearContact,
    joining: Joining,
    now: DateTime<Utc>,
) -> Result<ContactJoin> {
    let ids = [here, there].map(|near| near.contact.external_id.as_ref());
    if ids[0].zip(ids[1]).is_some_and(|(one, other)| one != other) {
        return Err(DeskError::ExternalIdTaken(there.contact.id.clone()));
    }
    join_brought(&here.contact, there, joining, (&CycleId::new(now), now)).ok_or(DeskError::StaleContact)
}
