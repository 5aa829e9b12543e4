//! The folders of a mailbox.

use super::super::error::OwaError;
use super::Mailbox;
use crate::error::{Classify, Disposition, Meaning};
use crate::model::{FolderListing, Tier};

impl Mailbox {
    /// The folders that mail lies in, as the full page's startup data listed them; `None` where it was not
    /// opened, could not be read, or they were taken.
    pub fn listed(&mut self) -> Option<FolderListing> {
        self.listing.take()
    }

    /// The folders that mail lies in, as the service lists them; `None` where it may not be asked or fails.
    ///
    /// # Errors
    /// What concerns all calls.
    pub async fn list_folders(&mut self) -> Result<Option<FolderListing>, OwaError> {
        if !self.may(Tier::Service) {
            return Ok(None);
        }
        let asked = self.ask_for_folders().await;
        if self.renewed_after(&asked).await? {
            return Ok(self.listed());
        }
        match asked {
            Err(error) if concerns_all(&error) => Err(error),
            Err(error) => Ok(unlisted(&error)),
            Ok(listing) => Ok(listing),
        }
    }

    async fn ask_for_folders(&mut self) -> Result<Option<FolderListing>, OwaError> {
        let (service, headers) = self.with_headers().await?;
        service.folders(headers).await?.listing()
    }
}

/// Whether no other call is to be made: Outlook asks to be left alone, or the session is over.
fn concerns_all(error: &OwaError) -> bool {
    let Meaning { disposition, retry_after, .. } = error.meaning();
    retry_after.is_some() || matches!(disposition, Disposition::NeedsLogin | Disposition::Blocked)
}

/// The lists of mail may be had all the same.
pub(super) fn unlisted(error: &OwaError) -> Option<FolderListing> {
    tracing::warn!(code = error.meaning().code, %error, "the mailbox does not list its folders");
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn mail_is_read_although_the_list_of_folders_is_slow_or_fails() {
        let slow = OwaError::Slow { what: "the service", limit: Duration::from_secs(30) };
        let failed = OwaError::Service { code: "ErrorInternalServerError".to_owned() };
        for error in [slow, failed, OwaError::Unauthorized { status: 401 }, OwaError::NoFolder] {
            assert!(!concerns_all(&error), "{error}");
        }
        for error in [OwaError::Throttled { retry_after: None }, OwaError::SignInPage] {
            assert!(concerns_all(&error), "{error}");
        }
    }
}
