//! A folder's whole list, which only the service can be asked for: by ids and versions, or with the people that it
//! shows.

use super::super::error::OwaError;
use super::super::remote::RemoteFolder;
use super::super::wire::list::Listing;
use super::Mailbox;
use crate::model::{Folder, IdPage, IdRow, Position, RowPage, Sight, Tier};

/// How many rows with people one page asks for; pages of 2,000 were answered.
const MOST_ROWS: u32 = 200;

/// What is asked for of each row.
#[derive(Debug, Clone, Copy)]
enum Columns {
    Ids,
    People,
}

impl Mailbox {
    /// A page of a folder's list by ids and versions; `None` where the service is not to be had, or does not
    /// know this narrow list: it reads mail all the same.
    ///
    /// # Errors
    /// All but drift. `NoFolder` concerns this folder alone.
    pub async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, OwaError> {
        Ok(self.whole_list(folder, from, Columns::Ids).await?.as_ref().map(id_page))
    }

    /// A page of a folder's list with who each message is from and whom it shows that it is for; `None` where the
    /// service is not to be had.
    ///
    /// # Errors
    /// Those of `ids`.
    pub async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, OwaError> {
        Ok(self.whole_list(folder, from, Columns::People).await?.map(row_page))
    }

    async fn whole_list(
        &mut self,
        folder: &Folder,
        from: Position,
        columns: Columns,
    ) -> Result<Option<Listing>, OwaError> {
        let remote = RemoteFolder::of(folder).ok_or(OwaError::NoFolder)?;
        if !self.may(Tier::Service) {
            return Ok(None);
        }
        let listing = self.list_columns(&remote, from.offset, columns).await;
        let is_renewed = self.renewed_after(&listing).await?;
        let listing =
            if is_renewed { self.list_columns(&remote, from.offset, columns).await } else { listing };
        match listing {
            Ok(listing) if self.is_of_another(folder, listing.remote_id.as_deref()) => {
                Err(OwaError::NoFolder)
            }
            Ok(listing) => Ok(Some(listing)),
            Err(error) if error.is_drift() => {
                tracing::warn!(%error, ?columns, "the folder's whole list cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn list_columns(
        &mut self,
        folder: &RemoteFolder,
        offset: u32,
        columns: Columns,
    ) -> Result<Listing, OwaError> {
        let (service, headers) = self.with_headers().await?;
        match columns {
            Columns::Ids => service.ids(headers, folder, offset).await,
            Columns::People => service.list(headers, folder, offset, MOST_ROWS).await,
        }
    }
}

fn id_page(listing: &Listing) -> IdPage {
    let (is_last, total) = (listing.is_last(), listing.total);
    IdPage { rows: listing.rows.iter().filter_map(IdRow::of).collect(), total, is_last }
}

fn row_page(listing: Listing) -> RowPage {
    let (is_last, total) = (listing.is_last(), listing.total);
    let seen_by = |row: Sight| Sight { seen_by: Tier::Service.as_str().into(), ..row };
    RowPage { rows: listing.rows.into_iter().map(seen_by).collect(), total, is_last }
}
