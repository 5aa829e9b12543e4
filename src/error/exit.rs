//! What a command ends with.

use super::Disposition;
use std::process::ExitCode;

/// What a command ends with: the codes of BSD's `sysexits`, but for 1 and 76. The manual page is made of this
/// table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Nothing is wrong.
    Success = 0,
    /// `status` has printed what is wrong.
    Unhealthy = 1,
    /// The command line, or something that was named on it (`EX_USAGE`).
    Usage = 64,
    /// What the command needs is not there (`EX_UNAVAILABLE`).
    Missing = 69,
    /// `Disposition::Fatal`, or a defect (`EX_SOFTWARE`).
    Fatal = 70,
    /// The output could not be written (`EX_IOERR`).
    Output = 74,
    /// `Disposition::Retry` (`EX_TEMPFAIL`).
    Retry = 75,
    /// `Disposition::Drift`.
    Drift = 76,
    /// `Disposition::NeedsLogin` and `Blocked` (`EX_NOPERM`).
    Denied = 77,
    /// The configuration or the key file (`EX_CONFIG`).
    Config = 78,
}

impl Exit {
    /// Each code with what it means, for people.
    pub const TABLE: [(Self, &'static str); 10] = [
        (Self::Success, "All is well."),
        (Self::Unhealthy, "Of status: an account is not as it should be, or none can be read."),
        (Self::Usage, "Wrong usage."),
        (Self::Missing, "Something is missing, such as Chromium."),
        (Self::Fatal, "It cannot go on: wrong key, disk full, a schema newer than the program, a bug."),
        (
            Self::Output,
            "The output could not be written. What the command did is done; a token that nobody got is \
             revoked.",
        ),
        (Self::Retry, "Try again later: a time limit, throttling, another cycle at work."),
        (Self::Drift, "Outlook no longer looks as it is known here: update outlook-syncd."),
        (Self::Denied, "A sign-in is wanted, or a policy says no."),
        (Self::Config, "Wrong configuration, or no usable key file."),
    ];

    /// Failures that end with another code than others of their disposition, each by its stable word: what is
    /// wrong is the command line, the configuration, or that something is missing.
    pub const OWN: &'static [(&'static str, Self)] = &[
        ("no_such_account", Self::Usage),
        ("ambiguous", Self::Usage),
        ("account_unproven", Self::Usage),
        ("folder_unknown", Self::Usage),
        ("user_missing", Self::Usage),
        ("several_accounts", Self::Usage),
        ("not_the_owner", Self::Usage),
        ("no_such_token", Self::Usage),
        ("ambiguous_token", Self::Usage),
        ("wrong_token", Self::Usage),
        ("no_such_operator", Self::Usage),
        ("operator_exists", Self::Usage),
        ("wrong_operator", Self::Usage),
        ("no_photo", Self::Usage),
        ("no_such_contact", Self::Usage),
        ("no_such_message", Self::Usage),
        ("no_such_sending", Self::Usage),
        ("wrong_send", Self::Usage),
        ("no_such_match", Self::Usage),
        ("no_such_write", Self::Usage),
        ("no_conflict", Self::Usage),
        ("key_reused", Self::Usage),
        ("ambiguous_contact", Self::Usage),
        ("wrong_contact", Self::Usage),
        ("wrong_approval", Self::Usage),
        ("external_id_taken", Self::Usage),
        ("contact_kept", Self::Usage),
        ("no_roles", Self::Usage),
        ("role_taken", Self::Usage),
        ("role_missing", Self::Usage),
        ("role_unfit", Self::Usage),
        ("role_no_login", Self::Usage),
        ("no_such_reader", Self::Usage),
        ("key_active", Self::Usage),
        ("key_in_use", Self::Usage),
        ("no_such_key", Self::Usage),
        ("server_old", Self::Missing),
        ("may_make_no_roles", Self::Missing),
        ("browser_missing", Self::Missing),
        ("no_key", Self::Config),
        ("no_key_file", Self::Config),
        ("key_unreadable", Self::Config),
        ("key_unwritable", Self::Config),
        ("key_exposed", Self::Config),
        ("key_malformed", Self::Config),
        ("key_weak", Self::Config),
        ("key_exists", Self::Config),
        ("oauth_off", Self::Config),
        ("oauth_registration", Self::Config),
        ("oauth_request", Self::Config),
        ("oauth_authority", Self::Config),
        ("no_folder_to_read", Self::Config),
        ("folder_out_of_reach", Self::Config),
        ("database_pooled", Self::Config),
        ("proxy_unauthorized", Self::Config),
        ("proxy_refused", Self::Config),
        ("proxy_scheme", Self::Config),
        ("proxy_password", Self::Config),
    ];

    /// What a run ends with that such a failure has ended.
    #[must_use]
    pub fn of_failure(code: &str, disposition: Disposition) -> Self {
        let own = Self::OWN.iter().find(|(own, _)| *own == code);
        own.map_or_else(|| disposition.exit(), |(_, exit)| *exit)
    }

    /// The number that the system is given.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What this program has ended with; `None` for a code that it does not end with by itself.
    #[must_use]
    pub fn of(code: i32) -> Option<Self> {
        Self::TABLE.into_iter().map(|(exit, _)| exit).find(|exit| i32::from(exit.code()) == code)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
