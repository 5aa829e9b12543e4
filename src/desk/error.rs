//! Why a verb has no answer.

mod meaning;

use crate::graph::GraphError;
use crate::imap::ImapError;
use crate::lock::{Held, LockError};
use crate::model::{ContactId, ContactMatchId, Grant, LastError, MessageId, OutboxState, PhotoFault};
use crate::oauth::OAuthError;
use crate::owa::OwaError;
use crate::store::{ReaderError, StoreError};
use crate::strongbox::StrongboxError;
use crate::sync::SyncError;
use crate::sync::folders::Unclear;
use crate::vault::VaultError;
use std::time::Duration;

/// Why a verb has no answer: what it has against what is asked for, or what its tools say.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such account, or it is beyond the actor's reach: nobody learns which.
    #[error("no account goes by \"{0}\"")]
    NoSuchAccount(String),
    /// No folder of the account goes by this name, or several.
    #[error("{0}")]
    NoSuchFolder(Unclear),
    /// Whose account is meant was not said, and the actor is bound to nobody.
    #[error("the caller is bound to no user and names none")]
    NoUser,
    /// One of the accounts of these grants has to be named.
    #[error("several accounts may be meant")]
    SeveralAccounts(Vec<Grant>),
    /// No token goes by this name.
    #[error("no token begins with \"{0}\" or is for that")]
    NoSuchToken(String),
    /// The token would open nothing.
    #[error("such a token would be of no use: {0}")]
    WrongToken(&'static str),
    /// The token would give what its maker has not.
    #[error("such a token would give more than its maker has")]
    TooMuch,
    /// Several tokens are for what was named.
    #[error("{} tokens are for \"{name}\", or begin with it: {}", .prefixes.len(), .prefixes.join(", "))]
    SeveralTokens {
        /// What was named.
        name: String,
        /// How they begin.
        prefixes: Vec<String>,
    },
    /// No operator of the dashboard is called so.
    #[error("no operator of the dashboard is called \"{0}\"")]
    NoSuchOperator(String),
    /// An operator of the dashboard is called so already.
    #[error("an operator of the dashboard is called \"{0}\" already")]
    OperatorExists(String),
    /// An operator cannot sign in so.
    #[error("no operator can sign in so: {0}")]
    WrongOperator(&'static str),
    /// No contact within the actor's reach goes by this name, or it was deleted.
    #[error("no contact goes by \"{0}\", or it was deleted")]
    NoSuchContact(String),
    /// No mail is read of the account: it is connected for contacts alone.
    #[error("no mail is read of {0}")]
    NoMailRoad(String),
    /// Nobody signs in by a browser for the road that is wanted.
    #[error("no browser is signed in to {0}")]
    RoadWithoutSession(String),
    /// The sign-in by OAuth does not open mail for the road that is wanted.
    #[error("no sign-in with Microsoft opens the mail of {0}")]
    RoadWithoutConsent(String),
    /// The sign-in by OAuth does not open mail by Graph, and does by IMAP.
    #[error("the sign-in with Microsoft opens the mail of {0} by IMAP alone")]
    RoadByImapAlone(String),
    /// Mail is stored that was read on another road than the one that is wanted.
    #[error("mail of {0} is stored that was read on its road until now")]
    RoadWithMail(String),
    /// Nothing is done to messages on the road that the account's mail is read on.
    #[error("the mail of {0} is not read by Microsoft Graph, and nothing is done to it on another road")]
    RoadCannotAct(String),
    /// What hangs on messages is not had on the road that the account's mail is read on.
    #[error(
        "the mail of {0} is not read by Microsoft Graph, and no content of attachments is had on another road"
    )]
    RoadCannotFetch(String),
    /// Nothing hangs on the message at this place.
    #[error("nothing hangs on the message {message} at place {position}")]
    NoSuchAttachment {
        /// On which message.
        message: MessageId,
        /// Where, from 0 on.
        position: u32,
    },
    /// The mailbox has no longer what was asked for.
    #[error("the mailbox has it no longer, or not as it is known here")]
    ContentGone,
    /// The file lies elsewhere.
    #[error("the attachment is the address of a file that lies elsewhere: {}", .0.as_deref().unwrap_or("Outlook says no more"))]
    LiesElsewhere(Option<String>),
    /// The configuration has nothing done to messages.
    #[error("nothing is done to the mail of {0}: the configuration does not allow it")]
    ActsOff(String),
    /// Graph deletes nothing for good in the cloud of the account.
    #[error("Microsoft Graph deletes nothing of {0} for good: national clouds do not")]
    NoPurge(String),
    /// What is to be done to messages is asked for in a wrong way.
    #[error("{0}")]
    WrongAct(&'static str),
    /// So many messages are to have something done to them that somebody has to say that they are meant.
    #[error("{0} messages at once are more than are changed unasked")]
    UnconfirmedActs(usize),
    /// The configuration has nothing sent.
    #[error("nothing is sent from {0}: the configuration does not allow it")]
    SendOff(String),
    /// A message cannot be sent so.
    #[error("{0}")]
    WrongSend(String),
    /// As many messages as may be in an hour were put in to be sent.
    #[error("{most} messages of the account were put in to be sent within an hour, and no more may be")]
    SendFull {
        /// How many may be.
        most: u32,
        /// After how long there is room for another.
        wait: Duration,
    },
    /// Nothing of that id was sent or is to be sent from the account.
    #[error("nothing in the outbox goes by \"{0}\"")]
    NoSuchSending(String),
    /// What is to be decided of a message is decided, or is not to be decided yet.
    #[error("it is {}: there is nothing to be decided of it", .0.as_str())]
    SendingDecided(OutboxState),
    /// The contact has no e-mail address.
    #[error("the contact {0} has no e-mail address")]
    NoAddress(ContactId),
    /// What is given is no e-mail address.
    #[error("\"{0}\" is no e-mail address")]
    WrongAddress(String),
    /// So many persons' mail is being read of the account.
    #[error("the mail of {0} persons is being read of this account already")]
    TooManyCorrespondences(u32),
    /// Nobody has asked for this person's mail.
    #[error("nobody has asked for this person's mail, or a month has passed since it was read")]
    NotAsked,
    /// No message has the id, or it is gone.
    #[error("no message has the id {0}, or it is gone")]
    NoSuchMessage(String),
    /// It is not asked any more, or was never.
    #[error("nothing is asked by the id {0}")]
    NoSuchMatch(ContactMatchId),
    /// Something else was asked under the key of a request.
    #[error("something else was asked under this key")]
    KeyReused,
    /// The same was asked under the key and has no answer yet.
    #[error("the same request is under way")]
    RequestUnderWay,
    /// Nothing of that waits for a person.
    #[error("nothing of that waits to be said of the contact {0}")]
    NoConflict(ContactId),
    /// Several contacts go by what was named.
    #[error("several contacts go by \"{name}\": {}", .ids.iter().map(ContactId::as_str).collect::<Vec<_>>().join(", "))]
    SeveralContacts {
        /// What was named.
        name: String,
        /// Their ids.
        ids: Vec<ContactId>,
    },
    /// The contact has another revision than the one that was changed.
    #[error("the contact has been changed by somebody else meanwhile")]
    StaleContact,
    /// What shall be written on a contact cannot be.
    #[error("the contact cannot be written so: {0}")]
    WrongContact(String),
    /// What shall be set as a photo cannot be.
    #[error("the photo cannot be set: {0}")]
    WrongPhoto(PhotoFault),
    /// The contact has no photo.
    #[error("the contact {0} has no photo")]
    NoPhoto(ContactId),
    /// What is approved cannot be approved so.
    #[error("it cannot be approved so: {0}")]
    WrongApproval(&'static str),
    /// Other things wait than who approves has looked at.
    #[error("other things wait by now than were looked at")]
    BrakeChanged,
    /// Another contact of the account has that external id.
    #[error("the external id is that of the contact {0}")]
    ExternalIdTaken(ContactId),
    /// An account whose contacts are not read: a change of them would never go out.
    #[error("the contacts of {0} are not kept in step here")]
    NoContacts(String),
    /// No write to the mailbox of the account has that id, or is of that run.
    #[error("no such write, or run, of this account: {0}")]
    NoSuchWrite(String),
    /// A contact that was kept when its account was disconnected.
    #[error("the account of contact {0} was disconnected; the contact is kept as it is")]
    KeptContact(ContactId),
    /// An account whose disconnect was begun and is not ended.
    #[error("{0} is being disconnected; not all of its mail is destroyed yet")]
    Leaving(String),
    /// A cycle runs.
    #[error("{0}")]
    Running(Held),
    /// The running daemon reads no account at present.
    #[error("no account is read at present: {}", .0.message)]
    AtFault(LastError),
    /// Another person has signed in than the one whose account it is.
    #[error("somebody else signed in at Microsoft than the person of {0}")]
    AnotherPerson(String),
    /// Somebody else's mailbox: nobody learns more.
    #[error("{0} cannot be connected for this user")]
    NotTheOwner(String),
    /// The password was refused once.
    #[error("this password was refused before and is not tried again")]
    RefusedBefore,
    /// The password was tried and nobody saw what came of it.
    #[error("this password was tried before and the answer never came; it is not tried again")]
    OutcomeUnknown,
    /// As many sign-ins of the owner, or of one mailbox, are under way as may be.
    #[error("another sign-in of this user or mailbox is under way")]
    SignInsUnderWay,
    /// As many sign-ins of all owners are under way as may be.
    #[error("as many sign-ins are under way as may be at once")]
    SignInsFull,
    /// Whoever types a code is connected for whom it was begun, and no page says who that is.
    #[error("callers that are bound to a user begin no sign-in by a code: anybody might be sent it")]
    CodeByOperator,
    /// A sign-in that goes by no id any more, or whose task was lost.
    #[error("the sign-in is not known here any more")]
    SignInLost,
    /// Outlook on the web.
    #[error(transparent)]
    Owa(#[from] OwaError),
    /// Microsoft's sign-in for applications.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// Microsoft Graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The mailbox's IMAP server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// What the account is read with is not there.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// Readers by SQL.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// What the database says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key ring does not do, or a key may not go.
    #[error(transparent)]
    Key(#[from] VaultError),
    /// A file of the state directory.
    #[error(transparent)]
    Lock(#[from] LockError),
}

pub(super) type Result<T, E = DeskError> = std::result::Result<T, E>;

impl DeskError {
    /// Whether something was named in a way that means nothing, or several things.
    #[must_use]
    pub fn is_misnamed(&self) -> bool {
        matches!(
            self,
            Self::NoSuchAccount(_)
                | Self::NoSuchFolder(_)
                | Self::NoUser
                | Self::SeveralAccounts(_)
                | Self::NoSuchToken(_)
                | Self::SeveralTokens { .. }
                | Self::NoSuchOperator(_)
                | Self::OperatorExists(_)
                | Self::WrongOperator(_)
                | Self::SeveralContacts { .. }
                | Self::WrongContact(_)
                | Self::WrongPhoto(_)
                | Self::WrongApproval(_)
                | Self::WrongAct(_)
                | Self::WrongSend(_)
                | Self::NoAddress(_)
                | Self::WrongAddress(_)
                | Self::Store(StoreError::Ambiguous(_) | StoreError::Unproven(_))
        )
    }
}

impl From<StrongboxError> for DeskError {
    fn from(error: StrongboxError) -> Self {
        match error {
            StrongboxError::Store(error) => error.into(),
            StrongboxError::Vault(error) => error.into(),
            changed @ (StrongboxError::GrantChanged(_)
            | StrongboxError::FlowChanged
            | StrongboxError::ImapChanged(_)) => OAuthError::from(changed).into(),
        }
    }
}
