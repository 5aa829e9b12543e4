//! Cards that a page of another origin frames. What shows one is a handle, in which is sealed whom it is of, who may frame it and
//! until when: it stands in addresses and logs, and names nobody. No row is kept of it, and who writes to the database makes none.

use super::{Result, Strongbox};
use crate::model::DashboardCard;
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::vault::{DataKey, Place};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, Utc};

const PLACE: Place<'static> = Place { table: "dashboard_card", column: "handle", row: "", account: "" };
/// The key of a card is nobody's.
const NO_OWNER: &str = "";

impl Strongbox {
    /// What shows a card.
    ///
    /// # Panics
    /// Never: texts and times serialise.
    #[must_use]
    pub fn card_handle(&self, card: &DashboardCard) -> SecretText {
        let text = secret(serde_json::to_string(card).expect("texts and times serialise"));
        let key = DataKey::generate();
        let sealed = [self.ring.wrap(PLACE.table, NO_OWNER, &key), key.seal(&PLACE, &text)];
        secret(sealed.map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)).join("."))
    }

    /// The card that a handle shows, or has shown: whether it is over, as it is when its user was refused since. `None` when
    /// it is made up, or its key is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard_card(
        &self,
        handle: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(DashboardCard, bool)>> {
        let Some(card) = self.opened_card(handle) else { return Ok(None) };
        let refused = self.store.user_refused(&card.owner).await?;
        let is_over = now >= card.expires_at || refused.is_some_and(|until| card.made_at <= until);
        Ok(Some((card, is_over)))
    }

    fn opened_card(&self, handle: &str) -> Option<DashboardCard> {
        let (key, text) = handle.split_once('.')?;
        let [key, text] = [key, text].map(|part| BASE64_URL_SAFE_NO_PAD.decode(part));
        let key = self.ring.unwrap(PLACE.table, NO_OWNER, &key.ok()?).ok()?;
        let text = key.open(&PLACE, &text.ok()?).ok()?;
        serde_json::from_str(text.expose_secret()).ok()
    }
}
