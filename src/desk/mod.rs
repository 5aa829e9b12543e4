//! What people ask for: the verbs that the command line and the endpoints share, one file per noun.
//!
//! A verb over accounts takes the `Actor` who asks and binds their reach into the statements that it causes.
//! What it changes for good it writes to the audit log in the same transaction. What only begins there, a
//! sign-in or a cycle that is asked for, and an access token are written down before, a refusal when it is made,
//! and a key that is retired after it left its file. The edges turn the
//! answer into text or JSON, and name neither `store` nor `strongbox`, `owa`, `graph`, `imap`, `oauth`.

mod accounts;
mod attempts;
mod audit;
mod cards;
mod checks;
mod connects;
mod contacts;
mod correspondence;
mod cycles;
mod dashboard;
mod database;
mod day;
mod error;
mod folders;
mod health;
mod inspect;
mod kept;
pub mod keys;
mod messages;
mod oauth;
mod operators;
mod outbox;
mod probe;
mod readers;
mod reading;
mod requests;
mod road;
pub mod sign_ins;
mod sync;
mod tokens;

pub use accounts::{AccountDetail, Disconnected, Ending};
pub use attempts::AttemptEnd;
pub use audit::{AuditFault, AuditLook, AuditRenewed, AuditState, AuditWatch};
pub use cards::CardSeen;
pub use checks::Check;
pub use connects::ConnectSeen;
pub use contacts::{
    AskedAccount, Barred, BrakeDecided, BrakeDetail, BrakeKind, ConflictDetail, ContactApproval,
    ContactDetail, ContactDone, ContactFolderDetail, ContactPlan, ContactPut, ContactShown, ContactsDetail,
    GaveWay, MatchDetail, MissingContact, ParkedContactDetail, PhotoShown, PlanRest, PlannedContact,
    UndoDeed, UndoneWrite, UnreadableContact, WithheldContact, WithheldReason, WriteDetail, WriteOutcome,
};
pub use correspondence::{
    CorrespondenceDetail, CorrespondenceStanding, FolderCorrespondenceDetail, has_address,
};
pub use cycles::{CycleSeen, CyclesSeen, Machine, OutcomeSeen};
pub use dashboard::{PasswordSignIn, SignedIn, VisitingBrowser};
pub use database::Database;
pub use day::HourSeen;
pub use error::DeskError;
pub use folders::FolderDetail;
pub use inspect::{DatabaseFound, RingFit};
pub use messages::{
    ActOutcome, ActWish, LARGEST_CONTENT, MOST_ACTED, MOST_UNASKED, MessageAct, MessageActed, MessageContent,
    MessageDetail, MessagePage, MessageWhole, MessagesActed, MessagesFound,
};
pub use oauth::{ConnectionNamed, PopupWish};
pub use operators::OperatorSeen;
pub use outbox::{OutboxDetail, SendAnswer, SendWish};
pub use readers::ReaderWish;
pub use reading::{MessageReading, MessageShown};
pub use requests::{RequestTurn, RequestUnderWay};
pub use road::RoadStanding;
pub use sync::{CycleAsked, MadeDue, TurnsRead};
pub use tokens::{
    GoodTokens, Holder, LONGEST_TOKEN_LIFE, TokenFault, TokenMaker, TokenSeen, TokenWish, UserRefused,
};

// What verbs take and answer with of the rooms below.
pub use crate::graph::ProbeFinding;
pub use crate::oauth::{POPUP_LIFE, PopupAsked, PopupReturned};
pub use crate::store::{JournalQuery, LedgerItem, PhotoSeen, Receipt, Schema, WallsSeen, Wiped};

use self::dashboard::Verifying;
use self::kept::KeptHealth;
use self::reading::Readings;
use self::sign_ins::SignIns;
use crate::graph::Graph;
use crate::imap::Imap;
use crate::model::{LastError, SendLimits};
use crate::oauth::OAuth;
use crate::owa::Owa;
use crate::strongbox::Strongbox;
use crate::sync::contacts::ContactSettings;
use crate::sync::outbox::Courier;
use crate::sync::{Cycle, Services};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// The verbs, and what they work with. Those for which the database alone will do are the database's.
pub struct Desk {
    database: Database,
    strongbox: Strongbox,
    owa: Owa,
    oauth: OAuth,
    graph: Option<Graph>,
    imap: Imap,
    /// Whether cycles read the contacts of who signs in by OAuth.
    reads_contacts: bool,
    cycle: Arc<Cycle>,
    kept: Arc<KeptHealth>,
    daemon_file: PathBuf,
    fault: watch::Receiver<Option<LastError>>,
    sign_ins: SignIns,
    verifying: Verifying,
    readings: Readings,
    /// Of what hangs on a message, or of a message as MIME, so many bytes are handed out at most.
    largest_content: u64,
    courier: Arc<Courier>,
    send_limits: SendLimits,
    /// How far the page that tells of faults has looked the audit log through.
    audit_watch: AuditWatch,
}

impl Desk {
    /// The verbs over these services. `daemon_file` tells whether a daemon runs on the state directory,
    /// `fault` what keeps this process from reading any account.
    #[must_use]
    pub fn new(
        services: &Services,
        (cycle, courier): (Arc<Cycle>, Arc<Courier>),
        daemon_file: PathBuf,
        fault: watch::Receiver<Option<LastError>>,
    ) -> Self {
        let Services { store, strongbox, owa, oauth, graph, imap, clock, contacts } = services.clone();
        let (reads_contacts, sign_ins, verifying) =
            (contacts.is_some(), SignIns::default(), Verifying::default());
        let database = Database::over(store, clock);
        Self {
            database,
            strongbox,
            owa,
            oauth,
            graph,
            imap,
            reads_contacts,
            cycle,
            kept: Arc::default(),
            daemon_file,
            fault,
            sign_ins,
            verifying,
            readings: Readings::default(),
            largest_content: LARGEST_CONTENT,
            courier,
            send_limits: SendLimits::default(),
            audit_watch: AuditWatch::default(),
        }
    }

    /// The same where as much is sent at most.
    #[must_use]
    pub fn with_sending(self, send_limits: SendLimits) -> Self {
        Self { send_limits, ..self }
    }

    /// The same where bringing contacts into step is set to this.
    #[must_use]
    pub fn with_contacts(self, contacts: ContactSettings) -> Self {
        Self { database: self.database.with_contacts(contacts), ..self }
    }

    /// The same where so many bytes of what hangs on a message are handed out at most.
    #[must_use]
    pub fn handing_out(self, largest_content: u64) -> Self {
        Self { largest_content, ..self }
    }
}

impl Deref for Desk {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}
