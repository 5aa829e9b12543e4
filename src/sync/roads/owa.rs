//! Outlook on the web, by the browser session that a sign-in gave.

use crate::model::{
    Batch, Cursor, Folder, FolderListing, IdPage, ItemKey, KeySpaces, Looked, Position, RoadChangeState,
    RowPage,
};
use crate::owa::{KnownMailbox, Mailbox, Session};
use crate::secret::ExposeSecret;
use crate::store::Claim;
use crate::sync::change::RoadLook;
use crate::sync::mail::{MailReading, MailSource};
use crate::sync::turn::{PartRead, Read, Turn};
use crate::sync::{Cycle, Failure, SyncError, folders};
use std::pin::pin;

impl MailSource for Mailbox {
    fn spaces(&self) -> KeySpaces {
        KeySpaces::EXCHANGE
    }

    fn listed(&mut self) -> Option<FolderListing> {
        Self::listed(self)
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        Ok(Self::list_folders(self).await?)
    }

    fn is_open(&self, folder: &Folder) -> bool {
        Self::is_open(self, folder)
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let page = self.page(folder, from.position()).await;
        Ok(Batch::Window(page.map_err(|error| Failure::from(error).of(folder))?))
    }

    fn has_fallen_back(&self) -> bool {
        Self::has_fallen_back(self)
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(self.details(keys).await?)
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        Ok(Self::ids(self, folder, from).await?)
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        Ok(Self::rows(self, folder, from).await?)
    }
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    let Turn { cycle, claim, .. } = turn;
    let account = &claim.account;
    let sealed = cycle.strongbox.session(&account.id).await?.ok_or(SyncError::NoSession)?;
    let session = Session::from_secret(&sealed)?;
    let mut end = pin!(turn.end());
    let (chosen, _) = folders::choose(&cycle.settings.folders, &claim.folders);
    let folders: Vec<_> = chosen.into_iter().map(|state| state.folder.clone()).collect();
    let (address, settings) = (account.address.as_deref(), &account.settings);
    let known = KnownMailbox { address, settings, folders: &folders };
    let mut mailbox = tokio::select! {
        mailbox = cycle.owa.open(session, known) => mailbox?,
        why = &mut end => return why,
    };
    let read = tokio::select! {
        read = Box::pin(mail(turn, &mut mailbox)) => read,
        why = &mut end => why,
    };
    // Cookies rotate and headers are renewed: what the mailbox ended with is kept however reading ended.
    let session = mailbox.close().await;
    let ended_with = session.to_secret();
    // An idle cycle writes nothing.
    let is_changed = ended_with.expose_secret() != sealed.expose_secret();
    let kept = if is_changed { cycle.strongbox.put_session_held(claim, &ended_with).await } else { Ok(()) };
    let read = read?;
    kept?;
    let session_expires_at = session.expires_at();
    Ok(read.map_continue(|read| PartRead { session_expires_at, ..read }))
}

/// Looks at the mailbox of an account that goes by another road, whose ids of folders say nothing here.
pub(super) async fn look(cycle: &Cycle, look: &RoadLook<'_>) -> Result<RoadChangeState, Failure> {
    let (claim, account) = (look.claim, &look.claim.account);
    let sealed = cycle.strongbox.session(&account.id).await?.ok_or(SyncError::NoSession)?;
    let session = Session::from_secret(&sealed)?;
    let known =
        KnownMailbox { address: account.address.as_deref(), settings: &account.settings, folders: &[] };
    let mut mailbox = cycle.owa.open(session, known).await?;
    let looked = look.take(&mut mailbox).await;
    // As after reading.
    let ended_with = mailbox.close().await.to_secret();
    if ended_with.expose_secret() != sealed.expose_secret() {
        cycle.strongbox.put_session_held(claim, &ended_with).await?;
    }
    looked
}

async fn mail(turn: &Turn<'_>, mailbox: &mut Mailbox) -> Read {
    learn(turn.cycle, turn.claim, mailbox).await?;
    MailReading::of(turn).read(mailbox).await
}

/// Keeps what Outlook says of the mailbox and was not known: its organisation, its address, where that is another one since or a
/// sign-in was cut off before Outlook had said it, and how it writes dates.
async fn learn(cycle: &Cycle, claim: &Claim, mailbox: &Mailbox) -> Result<(), Failure> {
    let (account, identity) = (&claim.account, mailbox.identity());
    let known = account.address.as_deref();
    if known.is_none_or(|known| !known.eq_ignore_ascii_case(&identity.address)) {
        if known.is_some() {
            tracing::warn!("the mailbox has another address than before");
        }
        cycle.store.set_identity_held(claim, &identity.address, identity.display_name.as_deref()).await?;
    }
    if identity.tenant.is_some() && identity.tenant != account.tenant {
        cycle.store.set_tenant(&account.id, identity.tenant.as_deref()).await?;
    }
    if identity.settings.clone().or(&account.settings) != account.settings {
        cycle.store.set_mailbox_settings_held(claim, &identity.settings).await?;
    }
    Ok(())
}
