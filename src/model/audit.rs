//! What is written down for good: who did what to which account, when.

use super::{AccountId, Actor, AuditId, CallOrigin, Reach};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

words! {
    /// What somebody did that is written down for good.
    pub enum AuditAction {
        /// Made a token for the API.
        TokenMade = "token_made",
        /// Revoked a token for the API.
        TokenRevoked = "token_revoked",
        /// Refused what the CRM had signed for a user until then.
        UserRefused = "user_refused",
        /// Let an operator sign in to the dashboard by a password.
        DashboardUserAdded = "dashboard_user_added",
        /// Gave one another password.
        DashboardPasswordSet = "dashboard_password_set",
        /// Took one's right to sign in away.
        DashboardUserRemoved = "dashboard_user_removed",
        /// Made a link that lets somebody into the dashboard once.
        DashboardLinkMade = "dashboard_link_made",
        /// Made a card of a user's mailboxes, which a page of the CRM's frames.
        DashboardCardMade = "dashboard_card_made",
        /// Signed in to the dashboard.
        DashboardSignedIn = "dashboard_signed_in",
        /// Ended a sign-in to it.
        DashboardSignedOut = "dashboard_signed_out",
        /// Was given an access token of an account.
        AccessTokenGiven = "access_token_given",
        /// Connected a mailbox, by password or by OAuth.
        Connected = "connected",
        /// Began to connect a mailbox.
        ConnectBegun = "connect_begun",
        /// Ended an attempt to connect one.
        ConnectCancelled = "connect_cancelled",
        /// Connected none: another had begun it, or a word that says why.
        ConnectRefused = "connect_refused",
        /// Ended a connection by OAuth, or the whole account.
        Disconnected = "disconnected",
        /// Had cycles leave an account out.
        Paused = "paused",
        /// Had them read it again.
        Resumed = "resumed",
        /// Had the mail of an account read on another road, or on its first one.
        RoadTaken = "road_taken",
        /// Wants the mail of an account read on another road, if it is the same there.
        RoadAsked = "road_asked",
        /// Had another road compared with the one that an account has.
        RoadCompared = "road_compared",
        /// Had mail read at once.
        SyncAsked = "sync_asked",
        /// Had the mail of one person read in all folders.
        CorrespondentAsked = "correspondent_asked",
        /// Marked messages of a mailbox as read or unread.
        MessagesMarked = "messages_marked",
        /// Moved messages to another folder of it.
        MessagesMoved = "messages_moved",
        /// Moved them to its deleted items.
        MessagesDeleted = "messages_deleted",
        /// Deleted them for good.
        MessagesPurged = "messages_purged",
        /// Had what hangs on a message, or a message as MIME, handed out of its mailbox.
        ContentFetched = "content_fetched",
        /// Had a message sent.
        SendAsked = "send_asked",
        /// Had one sent: Exchange has taken it.
        Sent = "sent",
        /// Had none sent: it was refused.
        SendRefused = "send_refused",
        /// Had one sent, and nobody knows whether it was.
        SendUnknown = "send_unknown",
        /// Had one sent once more of which nobody knew whether it was.
        SendRepeated = "send_repeated",
        /// Gave one up that waits to be sent, or of which nobody knows whether it was.
        SendDropped = "send_dropped",
        /// Was let in nowhere, or not where they wanted to.
        Refused = "refused",
        /// Made a contact.
        ContactAdded = "contact_added",
        /// Wrote on a contact.
        ContactEdited = "contact_edited",
        /// Deleted a contact.
        ContactRemoved = "contact_removed",
        /// Said whether two contacts are one.
        ContactsMatched = "contacts_matched",
        /// Said whose values hold where both sides had changed a contact.
        ContactResolved = "contact_resolved",
        /// Took a write of a contact back.
        ContactUndone = "contact_undone",
        /// Took all contacts of an account away as a file.
        ContactsExported = "contacts_exported",
        /// Let out what was changed of contacts.
        ContactsApproved = "contacts_approved",
        /// Kept it back.
        ContactsRejected = "contacts_rejected",
        /// Had sent once more what Outlook did not take of them.
        ContactsRetried = "contacts_retried",
        /// Gave an account's contacts a direction.
        ContactsDirected = "contacts_directed",
        /// Began the audit log anew behind one that is not as it was written.
        AuditRenewed = "audit_renewed",
        /// Let a reader by SQL in, or changed what it sees.
        ReaderAdded = "reader_added",
        /// Put one out.
        ReaderRemoved = "reader_removed",
        /// Made a newer key of the ring the one that the database goes by.
        KeyRotated = "key_rotated",
        /// Took an older key out of the key file.
        KeyRetired = "key_retired",
    }
}

/// One line of the audit log: who did what to which account, when. It holds no secret and no content of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its id, by which lines sort by age.
    pub id: AuditId,
    /// When it was done, to the millisecond.
    pub at: DateTime<Utc>,
    /// Who: `token:<prefix>`, `user:<id>`, `operator:<name>`, `operator by link`, `reader:<role>`, `database`, `command line`, or the name of a secret file.
    pub actor: String,
    /// What they did.
    pub action: AuditAction,
    /// Which account, if one. The entry outlives it.
    pub account: Option<AccountId>,
    /// Whose mailbox or tokens it is about, by the CRM's id of the user; left out of a new entry, the account says it.
    pub owner: Option<String>,
    /// The address that the request came from, where it was one.
    pub peer: Option<String>,
    /// The id that the request brought.
    pub request: Option<String>,
    /// What else is needed to know what was done, such as a token's prefix.
    pub detail: Option<String>,
}

impl AuditEntry {
    /// An entry of `now` about no account.
    #[must_use]
    pub fn new(now: DateTime<Utc>, actor: &str, action: AuditAction) -> Self {
        Self::by(now, &Actor::named(actor, Reach::Everyone), action)
    }

    /// The same of who asks, and by which request.
    #[must_use]
    pub fn by(now: DateTime<Utc>, actor: &Actor, action: AuditAction) -> Self {
        let CallOrigin { peer, request } = actor.call.clone();
        let (account, owner, detail) = (None, None, None);
        let actor = actor.name.clone();
        Self { id: AuditId::new(now), at: now, actor, action, account, owner, peer, request, detail }
    }
}
