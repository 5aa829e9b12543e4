//! The form in which everything was sealed before: opened only to be sealed anew, and never by who looks for
//! a secret.
//!
//! ```text
//! record         0x01 in place of 0x02
//! data key       row: the account's id, not its owner; the generations alone
//! sealed_record  row: the kind alone, without a version
//! oauth_flow     row: nothing
//! api_token      no mark
//! ```
//! The key for passwords, which is apart now, was made from the first generation.

use super::data_key::LENGTH;
use super::keys::WrappingKeys;
use super::record::{self, OLD, Place};
use super::{DataKey, Key, Ring, VaultError, key_of};
use crate::secret::SecretText;

/// How no record of the form before begins, and every one of today's does.
pub const SINCE: [u8; 1] = [record::FORM];

impl Ring {
    /// Unwraps the data key of this account that was wrapped in the form before.
    ///
    /// # Errors
    /// As `unwrap`; `OtherForm` when it was wrapped in today's.
    pub fn unwrap_old(&self, account: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        self.look_again(record::key_id(wrapped)?)?;
        self.keys().unwrap_old(account, wrapped)
    }
}

impl WrappingKeys {
    pub(super) fn unwrap_old(&self, account: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let place = Place { table: "data_key", column: "wrapped", row: account, account };
        let plain = self.open(OLD, &place, wrapped)?;
        match plain.as_chunks::<LENGTH>() {
            (keys, []) => {
                let generations: Vec<Key> = keys.iter().map(key_of).collect();
                DataKey::of_generations(generations).ok_or(VaultError::Truncated)
            }
            _ => Err(VaultError::Truncated),
        }
    }
}

impl DataKey {
    /// Opens what was sealed for this place in the form before.
    ///
    /// # Errors
    /// As `open`; `OtherForm` when it was sealed in today's.
    pub fn open_old(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretText, VaultError> {
        self.open_form(OLD, place, sealed)
    }
}
