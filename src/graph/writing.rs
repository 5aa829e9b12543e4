//! Contacts that are made, changed and deleted.

use super::answer::GraphAnswer;
use super::page::PageWire;
use super::{GraphError, GraphMailbox, body, select, wire};
use crate::model::{CardPatch, ContactId, ContactSight};

impl GraphMailbox {
    /// Makes a contact that carries our id, in the folder that every mailbox has; how it stands then.
    ///
    /// # Errors
    /// Those of Graph. Where it is not surely undone, whoever asks again looks for the id before.
    pub async fn create_contact(
        &self,
        contact: &ContactId,
        patch: &CardPatch,
    ) -> Result<ContactSight, GraphError> {
        let answer = self.make(self.address(&["me", "contacts"], &[]), &body::new(contact, patch)).await?;
        sight(answer)?.ok_or(GraphError::Unreadable { what: "contact", status: 201 })
    }

    /// Writes members of a contact, of this version of it if one is named; how it stands then, where the
    /// answer says so.
    ///
    /// # Errors
    /// Those of Graph: `Conflict` where it has another version by now.
    pub async fn update_contact(
        &self,
        remote_id: &str,
        version: Option<&str>,
        patch: &CardPatch,
    ) -> Result<Option<ContactSight>, GraphError> {
        let address = self.address(&["me", "contacts", remote_id], &[]);
        sight(self.patch(address, version, &body::changed(patch)).await?)
    }

    /// Deletes a contact, this version of it if one is named: it lies in Deleted Items then.
    ///
    /// # Errors
    /// Those of Graph: `Conflict` where it has another version by now, `Gone` where there is none.
    pub async fn delete_contact(&self, remote_id: &str, version: Option<&str>) -> Result<(), GraphError> {
        self.delete(self.address(&["me", "contacts", remote_id], &[]), version).await.map(drop)
    }

    /// The contacts of the default folder that carry this id of ours: copies carry it too. A contact that was
    /// made seconds ago may not be found yet.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn contacts_carrying(&self, contact: &ContactId) -> Result<Vec<ContactSight>, GraphError> {
        let query =
            [("$filter", select::carrying(contact)), ("$select", select::all()), ("$expand", select::own())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page = PageWire::of(self.get(self.address(&["me", "contacts"], &query)).await?)?;
        let objects = page.value.into_iter().filter_map(|item| serde_json::from_value(item).ok());
        let found = objects.filter_map(|item| wire::whole(item).ok());
        Ok(found.filter(|sight| sight.carries.as_ref() == Some(contact)).collect())
    }
}

/// The contact that an answer shows; none of an empty one.
fn sight(answer: GraphAnswer) -> Result<Option<ContactSight>, GraphError> {
    let unreadable = GraphError::Unreadable { what: "contact", status: answer.status };
    if answer.body.is_null() {
        return Ok(None);
    }
    let item = serde_json::from_value(answer.body).ok().and_then(|item| wire::whole(item).ok());
    item.map(Some).ok_or(unreadable)
}
