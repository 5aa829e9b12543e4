//! Contacts by Microsoft Graph, with the access tokens of the account's sign-in.

use super::source::{ContactSource, LookedUp, PhotoFound, SendFailure, Sent};
use crate::graph::{Graph, GraphError, GraphMailbox};
use crate::model::{
    AccountId, ContactChanges, ContactFolderSight, ContactId, ContactList, ContactRequest, ContactSight,
    ItemFault, PageSize, Use,
};
use crate::oauth::OAuth;
use crate::sync::Failure;
use crate::sync::access::{GraphAccess, ask};
use crate::sync::failure::of_folder;
use futures::stream::{self, StreamExt as _};

/// Requests that are under way at a time; the mailbox has no more places.
const AT_ONCE: usize = 3;

/// An account's contacts at Graph.
pub(super) struct GraphContacts(GraphAccess);

impl GraphContacts {
    /// # Errors
    /// Why there is no token: nobody has signed in, or allowed less than is needed.
    pub(super) async fn open(graph: &Graph, oauth: &OAuth, account: &AccountId) -> Result<Self, Failure> {
        Ok(Self(GraphAccess::open(graph, oauth, account, Use::Contacts).await?))
    }
}

impl ContactSource for GraphContacts {
    fn word(&self) -> &'static str {
        "graph"
    }

    async fn folders(&mut self) -> Result<Vec<ContactFolderSight>, Failure> {
        Ok(ask!(self.0, contact_folders())?)
    }

    async fn changes(
        &mut self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, Failure> {
        ask!(self.0, contact_changes(folder, from, size)).map_err(of_folder)
    }

    async fn list(&mut self, folder: &str, from: Option<&str>) -> Result<ContactList, Failure> {
        ask!(self.0, contact_list(folder, from)).map_err(of_folder)
    }

    async fn contacts(&mut self, ids: &[String]) -> Result<Vec<LookedUp>, Failure> {
        Ok(ask!(self.0, contacts(ids))?)
    }

    async fn photos(&mut self, ids: &[String]) -> Result<Vec<PhotoFound>, Failure> {
        Ok(ask!(self.0, contact_photos(ids))?)
    }

    async fn send(&mut self, requests: &[ContactRequest]) -> Result<Vec<Sent>, Failure> {
        let all: Vec<_> = requests.iter().collect();
        let mut answers = answers(&self.0.mailbox, &all).await;
        let is_refused = |answer: &ItemAnswer| matches!(answer, Err(GraphError::Unauthorized(_)));
        let again: Vec<_> = (0..answers.len()).filter(|at| is_refused(&answers[*at])).collect();
        let renewed = if again.is_empty() { Ok(true) } else { self.0.renew().await };
        if let Ok(true) = renewed {
            let refused: Vec<_> = again.iter().map(|at| &requests[*at]).collect();
            for (at, answer) in again.iter().zip(self::answers(&self.0.mailbox, &refused).await) {
                answers[*at] = answer;
            }
        }
        let mut all: Vec<_> =
            requests.iter().zip(answers).map(|(request, answer)| sent(request, answer)).collect();
        if let Err(failure) = renewed {
            // Of the others it is known what came of them.
            let failure = Failure::from(failure);
            for at in again {
                let failure = failure.clone();
                all[at] = Sent::Failed(SendFailure { failure, is_undone: true, is_alone: false });
            }
        }
        Ok(all)
    }

    async fn carrying(&mut self, contact: &ContactId) -> Result<Option<Vec<ContactSight>>, Failure> {
        match ask!(self.0, contacts_carrying(contact)) {
            // Not every service knows how to look for it.
            Err(GraphError::Invalid(_)) => Ok(None),
            answer => Ok(Some(answer?)),
        }
    }
}

type ItemAnswer = Result<Option<ContactSight>, GraphError>;

/// Sends several requests at a time; the answers come in the order of the requests.
async fn answers(mailbox: &GraphMailbox, requests: &[&ContactRequest]) -> Vec<ItemAnswer> {
    let answers = requests.iter().map(|request| answer(mailbox, request));
    stream::iter(answers.collect::<Vec<_>>()).buffered(AT_ONCE).collect().await
}

async fn answer(mailbox: &GraphMailbox, request: &ContactRequest) -> ItemAnswer {
    match request {
        ContactRequest::Create { contact, patch } => mailbox.create_contact(contact, patch).await.map(Some),
        ContactRequest::Update { remote_id, version, patch } => {
            mailbox.update_contact(remote_id, version.as_deref(), patch).await
        }
        ContactRequest::Delete { remote_id, version } => {
            mailbox.delete_contact(remote_id, version.as_deref()).await.map(|()| None)
        }
        ContactRequest::SetPhoto { remote_id, photo } => {
            mailbox.put_photo(remote_id, photo).await.map(|()| None)
        }
        ContactRequest::RemovePhoto { remote_id } => mailbox.remove_photo(remote_id).await.map(|()| None),
    }
}

fn sent(request: &ContactRequest, answer: ItemAnswer) -> Sent {
    let is_new = request.remote_id().is_none();
    match answer {
        Ok(sight) => Sent::Done(sight.map(Box::new)),
        Err(GraphError::Conflict(_)) if !is_new => Sent::Changed,
        Err(GraphError::Gone(_)) if !is_new => Sent::Gone,
        Err(GraphError::Invalid(refusal) | GraphError::Conflict(refusal)) => {
            Sent::Refused(ItemFault { code: refusal.code.clone(), text: refusal.to_string() })
        }
        Err(GraphError::Unfit(fault)) => {
            Sent::Refused(ItemFault { code: fault.code().to_owned(), text: fault.to_string() })
        }
        Err(error) => {
            let (is_undone, is_alone) = (error.is_undone(), error.is_of_item());
            Sent::Failed(SendFailure { failure: error.into(), is_undone, is_alone })
        }
    }
}
