//! A folder's list by ids and versions, which only the service can be asked for.

use super::super::error::OwaError;
use super::super::remote::RemoteFolder;
use super::super::wire::list::Listing;
use super::Mailbox;
use crate::model::{Folder, IdPage, IdRow, Position, Sight, Tier};

impl Mailbox {
    /// A page of a folder's list by ids and versions; `None` where the service is not to be had, or does not
    /// know this narrow list: it reads mail all the same.
    ///
    /// # Errors
    /// All but drift. `NoFolder` concerns this folder alone.
    pub async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, OwaError> {
        let remote = RemoteFolder::of(folder).ok_or(OwaError::NoFolder)?;
        if !self.may(Tier::Service) {
            return Ok(None);
        }
        let listing = self.list_ids(&remote, from.offset).await;
        let is_renewed = self.renewed_after(&listing).await?;
        let listing = if is_renewed { self.list_ids(&remote, from.offset).await } else { listing };
        match listing {
            Ok(listing) if self.is_of_another(folder, listing.remote_id.as_deref()) => {
                Err(OwaError::NoFolder)
            }
            Ok(listing) => Ok(Some(page(listing))),
            Err(error) if error.is_drift() => {
                tracing::warn!(%error, "the folder cannot be swept");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn list_ids(&mut self, folder: &RemoteFolder, offset: u32) -> Result<Listing, OwaError> {
        let (service, headers) = self.with_headers().await?;
        service.ids(headers, folder, offset).await
    }
}

fn page(listing: Listing) -> IdPage {
    let (is_last, total) = (listing.is_last(), listing.total);
    let row = |Sight { key, change_key, received, .. }: Sight| {
        Some(IdRow { key: key?, change_key, received: received.map(|received| received.at) })
    };
    IdPage { rows: listing.rows.into_iter().filter_map(row).collect(), total, is_last }
}
