//! What one installation of the real thing does and another does not.

use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

choice!(/// What the message list shows: `GlobalListViewTypeReact`.
View { /// A row is a conversation: `FindConversation`, `GetConversationItems`.
    #[default] Conversation, /// A row is a message: `FindItem`, `GetItem`.
    Message });
choice!(/// Which target of the browser calls `service.svc`.
Fetch { /// The page itself.
    #[default] Page, /// A worker of the page (flight `workerasyncload`).
    Worker, /// Its service worker, in a form that shows no JSON; on repeat visits only, as in the real thing.
    ServiceWorker, /// The same on the first visit too: nothing of startup and lists ever shows.
    Unseen });
choice!(/// Which ids the page's requests ask for (`prefer`).
PageIds { /// Those that survive a move (startup too: adyavanapalli/outlook-cli).
    Immutable, /// Startup those that a move changes, lists and items the others: a session captured in 2025.
    #[default] ByRequest, /// Those that a move changes.
    Entry });
choice!(/// Below which path the page calls the service; the server answers below both.
ServicePath { /// `/owa/`.
    #[default] Plain, /// `/owa/0/`: consumers, and work accounts of 2026 too.
    Zero });
choice!(/// How much script the page loads.
Weight { /// As measured: 3.5 MB of script in 44 requests.
    #[default] Full, /// A few kilobytes, for quick tests.
    Light });
choice!(/// What becomes of the list's rows that are far from the view.
Rows { /// They leave the document (newer builds).
    #[default] Removed, /// They stay as frames with id and label, without content (2021).
    Placeholder });
choice!(/// What the title of a row's date says.
Titles { /// Weekday, date and time (builds of 2025-26).
    #[default] Whole, /// The same as the text (about 2021).
    Short });
choice!(/// How the list marks its groups and its rows.
Look { /// Headings between the rows, a word for attachments.
    #[default] Headings, /// Buttons for groups and on rows, no word for attachments (work, message view, 2026-04).
    Buttons });
choice!(/// What the pane of folders shows.
FolderPane { /// Every folder once.
    #[default] Shown, /// Nothing: its owner has closed it.
    Closed, /// First of all folders that are called as Inbox and Sent Items are and are not.
    Namesake });
choice!(/// Key order and `__type` placement of answers.
KeyOrder { /// Json.NET: members merged by order, `__type` on `Body` and on ids.
    #[default] Cloud, /// The same without `__type` on `Body`, and a failed entry begins with what it lacks, null: an
    /// answer of 15.20.7316 (2024).
    Untyped, /// `DataContractJsonSerializer`: base class first, `__type` on array elements only.
    Onprem });
choice!(/// What becomes of the canary: the cookie `X-OWA-CANARY`, whose value requests repeat in a header.
Canary { /// There is none, and none is asked for (cloud, 2026).
    #[default] Absent, /// Missing or stale, it is answered by 449 (cloud, 2026-08; on-premises, 2016).
    Required, /// Missing, it is answered by 400 (consumers, 2026-06), stale by 449.
    Demanded, /// As required, and every answer brings a new one that ends the last (on-premises).
    Rotating });
choice!(/// How much a fault says.
FaultForm { /// The exception and a text: neither `ErrorCode` nor `IsTransient` (cloud, 2026).
    #[default] Brief, /// The exception and a `ResponseCode`.
    Bare, /// `ErrorCode`, `FaultMessage` and `IsTransient` too (on-premises).
    Full });
choice!(/// What stands between an accepted password and the mailbox (or before it).
SignIn { /// Nothing.
    #[default] Plain, /// A page that nobody has seen before.
    UnknownPage, /// "More information required" (`ConvergedProofUpRedirect`).
    ProofUp, /// "You cannot access this right now" (AADSTS53003).
    ConditionalAccess, /// The account is disabled (50057).
    Disabled, /// A passkey is asked for before the password, which is behind a link (2026, work accounts too).
    Passkey, /// The same with the telephone and a number (`RemoteNGC`).
    Passwordless, /// It is asked whether this application is meant (`CmsiInterrupt`).
    AppConfirm, /// A second factor is wanted (`ConvergedTFA`).
    Mfa, /// As wanted, and the person says no.
    MfaDenied, /// As wanted, and nobody answers.
    MfaTimeout, /// The code of an authenticator app is wanted (`ConvergedTFA`).
    Code, /// A second factor is wanted, and which is asked first (`ConvergedTFA`).
    Choice, /// The domain signs in elsewhere (ADFS).
    Federated });

impl KeyOrder {
    /// Whether the answer is Json.NET's.
    #[must_use]
    pub fn is_cloud(self) -> bool {
        matches!(self, Self::Cloud | Self::Untyped)
    }
}
