//! The folders of a mailbox.

use super::super::error::OwaError;
use super::super::wire::FolderTree;
use super::Mailbox;
use crate::error::Classify;
use crate::model::{FolderListing, Tier};

impl Mailbox {
    /// The folders that mail lies in, as the full page's startup data listed them; where it was not opened
    /// and they are to be asked for, as the service does. `None` where neither has them.
    ///
    /// # Errors
    /// What concerns all calls.
    pub async fn folders(&mut self, ask: bool) -> Result<Option<FolderListing>, OwaError> {
        if self.listing.is_some() || !ask || !self.may(Tier::Service) {
            return Ok(self.listing.take());
        }
        match self.ask_for_folders().await {
            Ok(tree) => Ok(tree.listing()),
            Err(OwaError::Unauthorized { .. }) if !self.renewed => {
                Box::pin(self.renew()).await?;
                Ok(self.listing.take())
            }
            // The lists of mail may be had all the same.
            Err(error @ OwaError::Service { .. }) => Ok(unlisted(&error)),
            Err(error) if error.is_drift() => Ok(unlisted(&error)),
            Err(error) => Err(error),
        }
    }

    async fn ask_for_folders(&mut self) -> Result<FolderTree, OwaError> {
        match self.service().await? {
            Some((service, headers)) => service.folders(headers).await,
            None => Err(OwaError::Unauthorized { status: 0 }),
        }
    }
}

fn unlisted(error: &OwaError) -> Option<FolderListing> {
    tracing::warn!(code = error.meaning().code, %error, "the mailbox does not list its folders");
    None
}
