//! How contacts' photos stand: what is told of one, and which wait for a person to say whose holds.

use crate::model::{AccountId, AuditEntry, ContactId, ItemFault, Side};
use crate::store::access::write_down;
use crate::store::accounts::lock;
use crate::store::column::{Ms, Word, count};
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, Utc};

/// How the photo of a contact stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhotoStanding {
    /// What it is, and how long, bytes; `None` where there is none.
    pub file: Option<(String, u64)>,
    /// Since when it waits to go out, set or taken away; `None` where it does not.
    pub edited_at: Option<DateTime<Utc>>,
    /// Why it is not sent; `None` where nothing keeps it back.
    pub fault: Option<ItemFault>,
    /// When it is sent again by itself; `None` where it is not.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether both sides changed it, and a person is to say whose holds.
    pub is_contested: bool,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    media_type: Option<String>,
    length: Option<i64>,
    edited_at: Option<Ms>,
    code: Option<String>,
    text: Option<String>,
    due_at: Option<Ms>,
    is_contested: Option<bool>,
}

impl From<StandingRow> for PhotoStanding {
    fn from(row: StandingRow) -> Self {
        Self {
            file: row.media_type.zip(row.length.map(count)),
            edited_at: row.edited_at.map(|at| at.0),
            fault: row.code.zip(row.text).map(|(code, text)| ItemFault { code, text }),
            due_at: row.due_at.map(|at| at.0),
            is_contested: row.is_contested == Some(true),
        }
    }
}

impl Store {
    /// How the photo of a contact stands.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn photo_standing(&self, contact: &ContactId) -> Result<PhotoStanding> {
        let row: Option<StandingRow> = on!(self, db => sqlx::query_as(
            "SELECT p.media_type, CAST(LENGTH(p.bytes) AS BIGINT) AS length,
                 CASE WHEN e.holds IS NULL OR e.holds <> 'theirs' THEN e.edited_at END AS edited_at, e.code, e.text, e.due_at,
                 e.contested IS NOT NULL AND e.holds IS NULL AS is_contested
             FROM contact c LEFT JOIN contact_photo p ON p.contact_id = c.id
             LEFT JOIN contact_photo_edit e ON e.contact_id = c.id WHERE c.id = $1",
        )
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(PhotoStanding::from).unwrap_or_default())
    }

    /// The contacts of an account whose photos both sides changed, while a person is to say whose hold.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contested_photos(&self, account: &AccountId) -> Result<Vec<ContactId>> {
        let rows: Vec<Word<ContactId>> = on!(self, db => sqlx::query_scalar(
            "SELECT e.contact_id FROM contact_photo_edit e CROSS JOIN contact c
             WHERE c.id = e.contact_id AND c.account_id = $1 AND c.gone_at IS NULL AND e.contested IS NOT NULL AND e.holds IS NULL
             ORDER BY e.edited_at, e.contact_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|id| id.0).collect())
    }

    /// Keeps whose photo holds where both sides changed a contact's, with the line of the audit log that says so: the
    /// next cycle goes by it. Whether somebody was asked.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn resolve_photo(
        &self,
        account: &AccountId,
        contact: &ContactId,
        side: Side,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let resolved = tx!(&mut open, execute sqlx::query(
            "UPDATE contact_photo_edit SET holds = $2 WHERE contact_id = $1 AND contested IS NOT NULL AND holds IS NULL",
        )
        .bind(contact.as_str())
        .bind(side.as_str()))?;
        if resolved > 0 {
            write_down(&mut open, line).await?;
        }
        open.commit().await?;
        Ok(resolved > 0)
    }
}
