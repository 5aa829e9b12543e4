//! Identifiers that we make: `UUIDv7` as text, so that they sort by the time of making on both databases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{NoContext, Timestamp, Uuid};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(String);

        impl $name {
            /// A fresh id whose time part is `now`.
            #[must_use]
            pub fn new(now: DateTime<Utc>) -> Self {
                let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
                let stamp = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
                Self(Uuid::new_v7(stamp).to_string())
            }

            /// An id that somebody names; none of ours looks otherwise.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(|id| Self(id.to_string()))
            }

            /// The id as it stands in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One connected mailbox.
    AccountId
);
id!(
    /// One message, whatever roads and tiers it was seen on.
    MessageId
);
id!(
    /// One message that is sent from here.
    OutboxId
);
id!(
    /// One folder of a mailbox, whatever it is called.
    FolderId
);
id!(
    /// One contact, whatever it is called on the server.
    ContactId
);
id!(
    /// One folder of a mailbox's contacts, whatever it is called.
    ContactFolderId
);
id!(
    /// One question whether two contacts are one.
    ContactMatchId
);
id!(
    /// One write of a contact to a mailbox.
    ContactWriteId
);
id!(
    /// One reading of somebody's mail in all folders.
    CorrespondenceId
);
id!(
    /// One pass over all due accounts.
    CycleId
);
id!(
    /// One attempt to connect a mailbox by OAuth.
    AttemptId
);
id!(
    /// One sign-in that is led here: it lasts as long as its process.
    SignInId
);
id!(
    /// One token for the API.
    TokenId
);
id!(
    /// One line of the audit log.
    AuditId
);
id!(
    /// One sign-in to the dashboard.
    DashboardSessionId
);
