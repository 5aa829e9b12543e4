//! Plain data that every layer shares: accounts, mail, state, reports, callers. No I/O, no clock, no async.

pub mod aadsts;
mod access;
mod account;
mod attachment;
mod attempt;
mod audit;
mod batch;
mod cloud;
mod contact;
mod correspondence;
mod dashboard;
mod folder;
mod guest;
mod id;
mod imap_address;
mod limits;
mod mail;
mod message;
mod oauth;
mod outbox;
mod outgoing;
mod part;
mod printable;
mod reader;
mod refusal;
mod report;
mod request;
mod road_change;
mod shortfall;
mod sight;
mod state;
mod sweep;
mod word;

pub use aadsts::AadstsClass;
pub use access::{Actor, ApiToken, CallOrigin, Reach, Scope, Scopes, UnknownScope, is_user};
pub use account::{Account, MailboxSettings, NewAccount, Road};
pub use attachment::{AttachedKind, Attachment, bare_content_id};
pub use attempt::{Attempt, AttemptFailure, AttemptStanding, Beginner};
pub use audit::{AuditAction, AuditEntry};
pub use batch::{Batch, Changes, Cursor, Looked, Position, Window};
pub use cloud::Cloud;
pub use contact::{
    AskReason, AskedMissing, AskedPlan, BY_CONTENT, Card, CardEmail, CardField, CardMember, CardPatch,
    CardPhone, CardPlace, CardText, Comparison, Conflict, ConflictPolicy, Contact, ContactChanges,
    ContactEdit, ContactFolder, ContactFolderSight, ContactForms, ContactGate, ContactLink, ContactList,
    ContactListPage, ContactLook, ContactMatch, ContactPage, ContactPhoto, ContactRequest, ContactSight,
    ContactState, ContactStock, ContactWrite, ContactWriteKind, ContactsEnd, ContactsEnded, ContestedPart,
    Direction, FolderCursor, FullRound, HandedChange, LONGEST_PHOTO, MatchAnswer, MissingAnswer, PageEnd,
    PageSize, PhoneKind, PhotoFault, PlaceKind, PlacePart, Proof, Side, WriteCounts,
};
pub use correspondence::{
    Correspondence, CorrespondenceItem, Correspondent, FolderCorrespondence, Names, RowPage,
};
pub use dashboard::{
    CARD_LIFE, DashboardCard, DashboardLink, DashboardSession, DashboardUser, LINK_LIFE, SIGN_IN_LIFE,
    Visitor, is_operator_name,
};
pub use folder::{Coverage, Folder, FolderListing, FolderSight, FolderState, Role, Span};
pub use guest::{Guest, shown_login};
pub use id::{
    AccountId, AttemptId, AuditId, ContactFolderId, ContactId, ContactMatchId, ContactWriteId,
    CorrespondenceId, CycleId, DashboardSessionId, FolderId, MessageId, OutboxId, SignInId, TokenId,
};
pub use imap_address::ImapAddress;
pub use limits::{Networks, TokenLimits, UnknownNetwork};
pub use mail::{Address, Body, BodyKind, Importance, Instant, Precision, Recipient, RecipientKind, Tier};
pub use message::{Message, storable};
pub use oauth::{Grant, NewGrant, Person, Resource, Tenant, Use};
pub use outbox::{NewOutboxEntry, OutboxEntry, OutboxState, SendLimits};
pub use outgoing::{MailAddress, Outgoing, OutgoingBody, OutgoingFault, OutgoingFile, SendMode, is_one_line};
pub use part::{Credential, Import, Part, PartState};
pub use printable::printable;
pub use reader::{ReaderOrigin, SqlReader, is_role};
pub use refusal::{RefusalClass, Trouble, Troubles};
pub use report::{AccountOutcome, CycleReport, FolderCount, PartOutcome, RecordedCycle, Trigger};
pub use request::RequestKey;
pub use road_change::{
    ComparedMember, Differing, FolderMet, Recognised, RecognisedBy, RoadChange, RoadChangeState,
    RoadDifference, RoadReport,
};
pub use shortfall::{Shortfall, ShortfallKind};
pub use sight::{Depth, ItemError, ItemFault, ItemKey, KeySpace, KeySpaces, Sight};
pub use state::{BrowserSession, LastError, SessionState, SyncState};
pub use sweep::{IdPage, IdRow, Seam, Sweep, SweepState, SweepTally, Swept};
pub use word::DateWord;
