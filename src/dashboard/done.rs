//! What was done just now: said once, on the page that follows. A cookie of one word brings it there, which that page takes away:
//! an address would say it again, to whoever is sent it.

use super::cookie;
use crate::desk::UndoDeed;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

words! {
    /// What was done, by which of the words say it.
    pub(super) enum JustDone {
        /// An account is due.
        Sync = "done-sync",
        /// It is not read before somebody acts.
        Waits = "done-waits",
        /// Cycles leave it out.
        Pause = "done-pause",
        /// They read it again.
        Resume = "done-resume",
        /// A sign-in was given up.
        GivenUp = "done-given-up",
        /// One person's mail was asked for.
        Mail = "done-mail",
        /// It was said which side of a contact holds.
        Resolved = "done-resolved",
        /// It was said whether two contacts are one.
        Matched = "done-matched",
        /// A write was taken back.
        Restored = "undone-restored",
        /// A deleted contact is there again.
        Revived = "undone-revived",
        /// A contact that was made is deleted.
        Removed = "undone-removed",
        /// It stays.
        Stays = "undone-kept",
        /// There was nothing to take back.
        Nothing = "undone-nothing",
        /// Changes of contacts go out.
        Released = "done-released",
        /// They stay here.
        Kept = "done-kept",
        /// A token is no good any more.
        Revoked = "done-revoked",
    }
}

impl From<UndoDeed> for JustDone {
    fn from(deed: UndoDeed) -> Self {
        match deed {
            UndoDeed::Restored => Self::Restored,
            UndoDeed::Revived => Self::Revived,
            UndoDeed::Removed => Self::Removed,
            UndoDeed::Kept => Self::Stays,
            UndoDeed::Nothing => Self::Nothing,
        }
    }
}

impl JustDone {
    /// What a browser brings to the page that says it.
    pub(super) fn brought(jar: &CookieJar, is_secure: bool) -> Option<Self> {
        cookie::done(jar, is_secure).and_then(Self::parse)
    }

    /// Goes on to the page that says it.
    pub(super) fn at(self, place: &str) -> Response {
        let mut response = Redirect::to(place).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
