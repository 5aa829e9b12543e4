//! Why a verb has no answer.

use crate::error::{Classify, Meaning, WhoseTurn};
use crate::graph::GraphError;
use crate::lock::{Held, LockError};
use crate::model::{ContactId, ContactMatchId, Grant, LastError, PhotoFault};
use crate::oauth::OAuthError;
use crate::owa::OwaError;
use crate::store::{ReaderError, StoreError};
use crate::strongbox::StrongboxError;
use crate::sync::folders::Unclear;
use crate::vault::VaultError;

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
            changed @ (StrongboxError::GrantChanged(_) | StrongboxError::FlowChanged) => {
                OAuthError::from(changed).into()
            }
        }
    }
}

impl Classify for DeskError {
    #[expect(clippy::too_many_lines, reason = "a row for each error")]
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::NoSuchAccount(_) => Meaning {
                whose_turn: Operator,
                next: "`outlook-syncd account list` shows them all.".into(),
                ..StoreError::NoSuchAccount.meaning()
            },
            Self::NoSuchFolder(_) => Meaning::fatal(
                "folder_unknown",
                Operator,
                "name a role, a path, or a name that only one folder has; `outlook-syncd account show` lists them.",
            ),
            Self::NoUser => Meaning::fatal("user_missing", Operator, "name the user with ?user=."),
            Self::SeveralAccounts(_) => {
                Meaning::fatal("several_accounts", Operator, "name one with ?account=.")
            }
            Self::NoSuchToken(_) => {
                Meaning::fatal("no_such_token", Operator, "`outlook-syncd token list` shows them all.")
            }
            Self::WrongToken(_) => {
                Meaning::fatal("wrong_token", Operator, "leave one of the two out.").lasting()
            }
            Self::SeveralTokens { .. } => {
                Meaning::fatal("ambiguous_token", Operator, "name one by how it begins.")
            }
            Self::NoSuchOperator(_) => {
                Meaning::fatal("no_such_operator", Operator, "`outlook-syncd user list` shows them all.")
            }
            Self::OperatorExists(_) => Meaning::fatal(
                "operator_exists",
                Operator,
                "`outlook-syncd user password` gives them another password.",
            ),
            Self::WrongOperator(_) => Meaning::fatal(
                "wrong_operator",
                Operator,
                "take a name of visible characters, and a password of 15 to 1024 characters, such as four words.",
            ),
            Self::NoSuchContact(_) => Meaning::fatal(
                "no_such_contact",
                Operator,
                "`outlook-syncd contacts list` shows those that there are.",
            ),
            Self::NoMailRoad(_) => Meaning::blocked(
                "no_mail_road",
                Owner,
                "connect the mailbox with `outlook-syncd account connect`, which signs a browser in.",
            ),
            Self::NoAddress(_) => Meaning::fatal(
                "no_address",
                Operator,
                "name an address instead, or write one on the contact.",
            ),
            Self::WrongAddress(_) => {
                Meaning::fatal("wrong_address", Operator, "name one as it stands in mail: ada@example.com.")
            }
            Self::TooManyCorrespondences(_) => Meaning::retry(
                "too_many_correspondents",
                Nobody,
                "ask again when one of them has ended; they are read one after the other.",
            ),
            Self::NotAsked => Meaning::fatal(
                "not_asked",
                Operator,
                "ask for it: `outlook-syncd sync ACCOUNT --contact WHO`, or POST to the same address.",
            ),
            Self::NoSuchMessage(_) => Meaning::fatal(
                "no_such_message",
                Operator,
                "read the list again: messages are deleted in the mailbox.",
            ),
            Self::NoSuchMatch(_) => Meaning::fatal(
                "no_such_match",
                Operator,
                "`outlook-syncd contacts matches` shows what is left to be said.",
            ),
            Self::KeyReused => Meaning::fatal("key_reused", Operator, "give each request a key of its own."),
            Self::NoConflict(_) => Meaning::fatal(
                "no_conflict",
                Operator,
                "`outlook-syncd contacts conflicts` shows what is left to be said.",
            ),
            Self::SeveralContacts { .. } => {
                Meaning::fatal("ambiguous_contact", Operator, "name one by its id.")
            }
            Self::StaleContact => Meaning::retry(
                "stale_contact",
                Operator,
                "read the contact again, and change what it is by then.",
            ),
            Self::WrongContact(_) => {
                Meaning::fatal("wrong_contact", Operator, "the page docs/api.md tells what can be written.")
            }
            Self::WrongPhoto(_) => Meaning::fatal(
                "wrong_photo",
                Operator,
                "bring a JPEG of at most 4 MiB; it is not converted here.",
            ),
            Self::NoPhoto(_) => {
                Meaning::fatal("no_photo", Operator, "`outlook-syncd contacts edit --photo` sets one.")
            }
            Self::WrongApproval(_) => Meaning::fatal(
                "wrong_approval",
                Operator,
                "name an instant that is still to come, or none; `contacts brake show` tells what waits.",
            ),
            Self::ExternalIdTaken(_) => Meaning::blocked(
                "external_id_taken",
                Operator,
                "change that contact, or give this one an id of its own.",
            ),
            Self::NoContacts(_) => Meaning::blocked(
                "contacts_not_connected",
                Owner,
                "connect the mailbox with Microsoft (OAuth) and allow contacts; docs/oauth.md has the steps.",
            ),
            Self::NoSuchWrite(_) => Meaning::fatal(
                "no_such_write",
                Operator,
                "`outlook-syncd contacts journal` shows writes and their runs.",
            ),
            Self::KeptContact(_) => Meaning::fatal(
                "contact_kept",
                Operator,
                "connect the account again, then it can be changed; `contacts remove` destroys it.",
            ),
            Self::Leaving(_) => Meaning::retry(
                "leaving",
                Nobody,
                "the service goes on with it. Where none runs, `outlook-syncd account disconnect` again does.",
            ),
            Self::Running(_) => Meaning::retry("running", Nobody, "ask again when it has ended."),
            Self::AtFault(fault) => {
                let next = WhoseTurn::next_step(&fault.hint).to_owned();
                Meaning::new(fault.disposition, "at_fault", fault.whose_turn, next)
            }
            Self::AnotherPerson(_) => Meaning::blocked(
                "another_person",
                Owner,
                "sign in as that person, in a private window if the browser remembers another. Or disconnect \
                 the account first; nothing of the sign-in was kept.",
            ),
            Self::NotTheOwner(_) => Meaning::blocked(
                "not_the_owner",
                Operator,
                "`outlook-syncd account list` shows for whom it is connected, if it is: name that owner, or \
                 disconnect it there first.",
            ),
            Self::RefusedBefore => Meaning::needs_login(
                "password_refused_before",
                Owner,
                "give the right password. Trying a wrong one again would lock the account.",
            ),
            Self::OutcomeUnknown => Meaning::needs_login(
                "password_outcome_unknown",
                Owner,
                "sign in to Outlook in a browser to see that the password is right. Then disconnect the \
                 account here and connect it again.",
            ),
            Self::SignInLost => Meaning::retry("sign_in_lost", Owner, "connect the account again."),
            Self::Owa(error) => error.meaning(),
            Self::OAuth(error) => error.meaning(),
            Self::Graph(error) => error.meaning(),
            Self::Reader(error) => error.meaning(),
            Self::Store(error) => error.meaning(),
            Self::Key(error) => error.meaning(),
            Self::Lock(error) => error.meaning(),
        }
    }
}
