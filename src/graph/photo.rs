//! Photos of contacts: had by <https://learn.microsoft.com/graph/api/profilephoto-get>, set by
//! <https://learn.microsoft.com/graph/api/profilephoto-update>. Taking one away is documented for users and groups
//! alone (<https://learn.microsoft.com/graph/api/profilephoto-delete>); for years it was answered 405 of contacts
//! (microsoftgraph/microsoft-graph-docs#6255).

use super::contacts::of_item;
use super::{GraphError, GraphMailbox};
use crate::model::{ContactPhoto, ItemError, ItemFault, LONGEST_PHOTO};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use url::Url;

impl GraphMailbox {
    /// The photos of contacts, by the contacts' ids; `Gone` of those that have none.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn contact_photos(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<ContactPhoto, ItemError>)>, GraphError> {
        let addresses: Vec<_> = ids.iter().map(|id| self.photo_address(id)).collect();
        let answers = self.get_each(&addresses).await?;
        ids.iter().zip(answers).map(|(id, answer)| Ok((id.clone(), photo(answer)?))).collect()
    }

    /// Sets the photo of a contact. The server keeps another file of the same picture, and the contact has another
    /// version then.
    ///
    /// # Errors
    /// `Unfit` of what Outlook takes as no photo, which is not asked for; those of Graph.
    pub async fn put_photo(&self, id: &str, photo: &ContactPhoto) -> Result<(), GraphError> {
        if let Some(fault) = photo.fault() {
            return Err(GraphError::Unfit(fault));
        }
        self.put(self.photo_address(id), photo.media_type, &photo.bytes).await.map(drop)
    }

    /// Takes the photo of a contact away.
    ///
    /// # Errors
    /// Those of Graph: `Gone` where there is none, `Invalid` where the server takes none away.
    pub async fn remove_photo(&self, id: &str) -> Result<(), GraphError> {
        self.delete(self.photo_address(id), None).await.map(drop)
    }

    fn photo_address(&self, id: &str) -> Url {
        self.address(&["me", "contacts", id, "photo", "$value"], &[])
    }
}

/// A batch has what is no JSON in base64.
fn photo(answer: Result<Value, GraphError>) -> Result<Result<ContactPhoto, ItemError>, GraphError> {
    let body = match answer {
        Ok(body) => body,
        Err(error) => return Ok(Err(of_item(error)?)),
    };
    let bytes = body.as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
    let photo = bytes.filter(|bytes| bytes.len() <= LONGEST_PHOTO).and_then(ContactPhoto::of);
    let fault = || ItemFault { code: ItemFault::MALFORMED.to_owned(), text: "no photo".to_owned() };
    Ok(photo.ok_or_else(|| fault().into()))
}
