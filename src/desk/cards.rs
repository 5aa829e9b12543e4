//! Cards of an owner's mailboxes for a page of another origin, which frames them: read alone, for an hour.

use super::Desk;
use super::error::Result;
use super::oauth::user_of;
use crate::model::{Actor, AuditAction, AuditEntry, CARD_LIFE, DashboardCard, Visitor};
use crate::secret::SecretText;

/// A card, and who sees it.
#[derive(Debug)]
pub struct CardSeen {
    /// The card.
    pub card: DashboardCard,
    /// Whose mailboxes it shows.
    pub visitor: Visitor,
    /// Whether it shows nothing any more.
    pub is_over: bool,
}

impl Desk {
    /// What shows the card of a user to pages of an origin: of the one the actor is bound to, or of the one who is named.
    ///
    /// # Errors
    /// `NoUser`; those of the database.
    pub async fn owner_card(
        &self,
        actor: &Actor,
        user: Option<&str>,
        origin: String,
    ) -> Result<(SecretText, DashboardCard)> {
        let (owner, now) = (user_of(actor, user)?, self.clock.now());
        let line = AuditEntry::by(now, actor, AuditAction::DashboardCardMade);
        let detail = Some(origin.clone());
        let line = AuditEntry { owner: Some(owner.clone()), detail, ..line };
        // A page asks for one each time that it is shown.
        self.store.audit_once_in(&line, CARD_LIFE).await?;
        let card = DashboardCard { owner, origin, made_at: now, expires_at: now + CARD_LIFE };
        Ok((self.strongbox.card_handle(&card), card))
    }

    /// The card that a handle shows or has shown; `None` when it is made up.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_card(&self, handle: &str) -> Result<Option<CardSeen>> {
        let found = self.strongbox.dashboard_card(handle, self.clock.now()).await?;
        Ok(found.map(|(card, is_over)| {
            let visitor = Visitor::owner(&card.owner, None);
            CardSeen { card, visitor, is_over }
        }))
    }
}
