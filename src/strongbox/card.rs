//! Cards that a page of another origin frames. What shows one is a handle: whom it is of, who may frame it and until when, with a
//! mark over that. No row is kept of it, and who writes to the database makes none.

use super::{Result, Strongbox};
use crate::model::DashboardCard;
use crate::secret::{SecretText, secret};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, Utc};

const PURPOSE: &str = "dashboard_card";

impl Strongbox {
    /// What shows a card.
    ///
    /// # Panics
    /// Never: texts and times serialise.
    #[must_use]
    pub fn card_handle(&self, card: &DashboardCard) -> SecretText {
        let text = serde_json::to_vec(card).expect("texts and times serialise");
        let mark = self.ring.mark(PURPOSE, &[Some(&text)]);
        let [text, mark] = [text, mark].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        secret(format!("{text}.{mark}"))
    }

    /// The card that a handle shows; `None` when it is made up or over, or its user was refused since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard_card(&self, handle: &str, now: DateTime<Utc>) -> Result<Option<DashboardCard>> {
        let Some(card) = self.marked_card(handle).filter(|card| now < card.expires_at) else {
            return Ok(None);
        };
        let refused = self.store.user_refused(&card.owner).await?;
        Ok(Some(card).filter(|card| refused.is_none_or(|until| card.made_at > until)))
    }

    fn marked_card(&self, handle: &str) -> Option<DashboardCard> {
        let (text, mark) = handle.split_once('.')?;
        let text = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let mark = BASE64_URL_SAFE_NO_PAD.decode(mark).ok()?;
        let is_ours = self.ring.is_marked(PURPOSE, &[Some(&text)], &mark).unwrap_or(false);
        serde_json::from_slice(&text).ok().filter(|_| is_ours)
    }
}
