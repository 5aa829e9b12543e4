//! What of IMAP varies from account to account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Which front end answers. Only the common settings count before the sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Front {
    /// The one of all years.
    #[default]
    Old,
    /// The one that some mailboxes have met since September 2026 (MailKit#2016).
    New,
}

/// What the real thing was seen to do, here and there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// The members of a FETCH come in another order, UID last (coddingtonbear/django-mailbox#232).
    UidLast,
    /// A message's members come in two FETCH lines.
    Split,
    /// Before what was asked for comes a FETCH with flags alone, without a UID.
    UnaskedFlags,
    /// INTERNALDATE is left out (closeio/sync-engine#365).
    NoInternalDate,
    /// `COPYUID` is left out (MailKit#555).
    NoCopyUid,
    /// `ENABLE IMAP4rev2` is offered after the sign-in, and whoever takes it cannot search (MailKit#2016).
    Rev2,
    /// A token is taken in two steps alone: no SASL-IR.
    TwoSteps,
    /// A FETCH that names a broken item is refused whole (DirectoryTree/ImapEngine#109).
    BrokenSpoils,
    /// A refused token is told in a challenge that wants an empty line, as Dovecot and Gmail do.
    Challenge,
}

/// Variants of an account at IMAP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each of its own")]
pub struct Settings {
    /// Whether IMAP is on for the mailbox; off, it looks like a refused token.
    pub enabled: bool,
    /// Which front end answers.
    pub front: Front,
    /// Whether LOGIN takes the account's password, as on premises; Microsoft 365 takes none since 2023.
    pub passwords: bool,
    /// Whether LIST says what folders are for (`\Sent`, `\Trash` …), as for newer mailboxes
    /// (floatpane/matcha#1641, nikolausm/imap-mcp-server#83).
    pub attributes: bool,
    /// Names of folders by distinguished id, in place of those in the mailbox's language.
    pub names: BTreeMap<String, String>,
    /// Paths of further folders, which are empty.
    pub more_folders: Vec<String>,
    /// Whether RFC822.SIZE is the length of the MIME message; by default it is the estimate that Exchange gives
    /// ("IMAP settings", learn.microsoft.com).
    pub exact_sizes: bool,
    /// Any ids of messages of which no MIME can be made (OfflineIMAP/offlineimap#62).
    pub broken: Vec<String>,
    /// So many UIDs are named by SEARCH that FETCH does not know (MailKit#908, #1615).
    pub ghosts: u32,
    /// What else it does.
    pub quirks: BTreeSet<Quirk>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            front: Front::default(),
            passwords: false,
            attributes: true,
            names: BTreeMap::new(),
            more_folders: Vec::new(),
            exact_sizes: false,
            broken: Vec::new(),
            ghosts: 0,
            quirks: BTreeSet::new(),
        }
    }
}

impl Settings {
    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}
