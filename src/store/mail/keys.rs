//! By what a mailbox knows messages.

use crate::model::{AccountId, ItemKey, KeySpace, MessageId};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Store, on};
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct KeyOfRow {
    message_id: Word<MessageId>,
    space: String,
    item_id: String,
}

impl Store {
    /// The keys of messages of an account that are not gone; others are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn message_keys(
        &self,
        account: &AccountId,
        messages: &[MessageId],
    ) -> Result<HashMap<MessageId, Vec<ItemKey>>> {
        let wanted: Vec<_> = messages.iter().map(MessageId::as_str).collect();
        let rows: Vec<KeyOfRow> = rows_in!(
            on(self),
            "SELECT k.message_id, k.space, k.item_id FROM message_key k JOIN message m ON m.id = k.message_id
             WHERE k.account_id = $1 AND m.gone_at IS NULL AND k.message_id IN",
            [account.as_str()],
            &wanted
        );
        let mut keys: HashMap<_, Vec<_>> = HashMap::new();
        for KeyOfRow { message_id, space, item_id } in rows {
            let key = ItemKey { space: KeySpace::from(space), id: item_id };
            keys.entry(message_id.0).or_default().push(key);
        }
        Ok(keys)
    }
}
