//! Photos of contacts. <https://learn.microsoft.com/graph/api/profilephoto-get>

use super::contacts::of_item;
use super::{GraphError, GraphMailbox};
use crate::model::{ContactPhoto, ItemError, ItemFault};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// No photo is longer, bytes: Outlook takes none that is.
const LONGEST: usize = 4 << 20;

impl GraphMailbox {
    /// The photos of contacts, by the contacts' ids; `Gone` of those that have none.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn contact_photos(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<ContactPhoto, ItemError>)>, GraphError> {
        let address = |id: &String| self.address(&["me", "contacts", id, "photo", "$value"], &[]);
        let addresses: Vec<_> = ids.iter().map(address).collect();
        let answers = self.get_each(&addresses).await?;
        ids.iter().zip(answers).map(|(id, answer)| Ok((id.clone(), photo(answer)?))).collect()
    }
}

impl GraphMailbox {
    /// Sets the photo of a contact: a JPEG.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn put_photo(&self, id: &str, jpeg: &[u8]) -> Result<(), GraphError> {
        let address = self.address(&["me", "contacts", id, "photo", "$value"], &[]);
        self.put(address, "image/jpeg", jpeg).await.map(drop)
    }
}

/// A batch has what is no JSON in base64.
fn photo(answer: Result<Value, GraphError>) -> Result<Result<ContactPhoto, ItemError>, GraphError> {
    let body = match answer {
        Ok(body) => body,
        Err(error) => return Ok(Err(of_item(error)?)),
    };
    let bytes = body.as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
    let photo = bytes.filter(|bytes| bytes.len() <= LONGEST).and_then(ContactPhoto::of);
    let fault = || ItemFault { code: "unreadable".to_owned(), text: "no photo".to_owned() };
    Ok(photo.ok_or_else(|| fault().into()))
}
