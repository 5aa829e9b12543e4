//! Signatures first.
use super::*;
use crate::model::*;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::time::Duration;
type R<T> = Result<T, StoreError>;
type At = DateTime<Utc>;
#[expect(
    missing_docs,
    unused_variables,
    clippy::todo,
    clippy::missing_errors_doc,
    reason = "signatures first"
)]
impl Store {
    /// `sqlite:///path`, `sqlite::memory:`, `postgres://…`
    pub async fn connect(url: &str) -> R<Self> {
        todo!()
    }
    pub async fn migrate(&self) -> R<()> {
        todo!()
    }
    /// How many migrations are still to run; `StoreError::SchemaNewer` when the database is ahead of the program.
    pub async fn pending_migrations(&self) -> R<usize> {
        todo!()
    }
    pub async fn check(&self) -> R<()> {
        todo!()
    }
    pub async fn close(&self) {
        todo!()
    }

    pub async fn add_account(&self, new: &NewAccount, now: At) -> R<()> {
        todo!()
    }
    pub async fn account(&self, id: &AccountId) -> R<Option<Account>> {
        todo!()
    }
    pub async fn find_account(&self, name: &str) -> R<Option<Account>> {
        todo!()
    }
    pub async fn accounts(&self) -> R<Vec<Account>> {
        todo!()
    }
    pub async fn accounts_of(&self, owner: &str) -> R<Vec<Account>> {
        todo!()
    }
    pub async fn set_identity(&self, id: &AccountId, address: &str, display_name: Option<&str>) -> R<()> {
        todo!()
    }
    /// Off parks the account.
    pub async fn set_sync_enabled(&self, id: &AccountId, on: bool) -> R<()> {
        todo!()
    }
    pub async fn delete_account(&self, id: &AccountId) -> R<Wiped> {
        todo!()
    }

    pub async fn make_due(&self, id: Option<&AccountId>, now: At) -> R<u64> {
        todo!()
    }
    pub async fn next_due(&self) -> R<Option<At>> {
        todo!()
    }
    pub async fn claim(&self, holder: &str, now: At, lease: Duration) -> R<Option<Claim>> {
        todo!()
    }
    pub async fn renew(&self, claim: &Claim, now: At, lease: Duration) -> R<()> {
        todo!()
    }
    pub async fn release(&self, claim: &Claim) -> R<()> {
        todo!()
    }
    pub async fn finish(&self, claim: &Claim, finish: &Finish) -> R<()> {
        todo!()
    }

    pub async fn state(&self, id: &AccountId) -> R<Option<SyncState>> {
        todo!()
    }
    pub async fn states(&self) -> R<Vec<(Account, SyncState)>> {
        todo!()
    }
    /// Anything but `Valid` also parks the account.
    pub async fn set_session(&self, id: &AccountId, session: SessionState, expires_at: Option<At>) -> R<()> {
        todo!()
    }
    pub async fn reset_failures(&self, id: &AccountId) -> R<()> {
        todo!()
    }
    pub async fn park(&self, id: &AccountId) -> R<()> {
        todo!()
    }

    pub async fn known(&self, account: &AccountId, keys: &[ItemKey]) -> R<HashMap<ItemKey, Known>> {
        todo!()
    }
    pub async fn candidates(
        &self,
        account: &AccountId,
        folder: Folder,
        conversation_ids: &[String],
    ) -> R<Vec<Candidate>> {
        todo!()
    }
    pub async fn write_page(&self, claim: &Claim, page: &PageWrite) -> R<PageCounts> {
        todo!()
    }
    pub async fn count_messages(&self, account: &AccountId, folder: Folder) -> R<u64> {
        todo!()
    }
    pub async fn held_newer_than(&self, account: &AccountId, folder: Folder, at: At) -> R<u64> {
        todo!()
    }
    pub async fn without_detail(&self, account: &AccountId, limit: u32) -> R<Vec<ItemKey>> {
        todo!()
    }
    pub async fn ledger(&self, account: &AccountId) -> R<Vec<LedgerItem>> {
        todo!()
    }
    pub async fn messages(&self, query: &MessageQuery) -> R<Vec<StoredMessage>> {
        todo!()
    }
    pub async fn body(&self, message: &MessageId) -> R<Option<Body>> {
        todo!()
    }

    pub async fn put_sealed(&self, account: &AccountId, kind: &str, sealed: &[u8], now: At) -> R<()> {
        todo!()
    }
    pub async fn sealed(&self, account: &AccountId, kind: &str) -> R<Option<Vec<u8>>> {
        todo!()
    }
    pub async fn delete_sealed(&self, account: &AccountId, kind: &str) -> R<()> {
        todo!()
    }
    pub async fn put_data_key(&self, account: &AccountId, wrapped: &[u8]) -> R<()> {
        todo!()
    }
    pub async fn data_key(&self, account: &AccountId) -> R<Option<Vec<u8>>> {
        todo!()
    }
    pub async fn data_keys(&self) -> R<Vec<(AccountId, Vec<u8>)>> {
        todo!()
    }
    /// Kept only when there is none yet: read it back to see which one counts.
    pub async fn put_canary(&self, sealed: &[u8]) -> R<()> {
        todo!()
    }
    pub async fn canary(&self) -> R<Option<Vec<u8>>> {
        todo!()
    }

    /// `session_death` names the death of the session that is being mended; an accepted password may be used once for each.
    pub async fn begin_attempt(
        &self,
        account: &AccountId,
        version: &str,
        session_death: Option<&str>,
        now: At,
    ) -> R<Attempt> {
        todo!()
    }
    pub async fn end_attempt(&self, account: &AccountId, version: &str, accepted: bool, now: At) -> R<()> {
        todo!()
    }

    pub async fn record_cycle(&self, report: &CycleReport) -> R<()> {
        todo!()
    }
    pub async fn last_cycle(&self) -> R<Option<serde_json::Value>> {
        todo!()
    }
}
