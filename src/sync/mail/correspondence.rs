//! The mail of one person that somebody asked for, in every folder that the mailbox lists and however old it is: each
//! list is gone through from its newest to its end, in the time that news leave, and what is theirs is stored.
//!
//! It lies beside what is read of folders by themselves: no stretch is called held for it, no cursor moves, and
//! what it finds is called gone by nobody who did not look where it lies.

mod absent;
mod page;

use super::{MailReading, MailSource};
use crate::error::Extent;
use crate::model::{Correspondence, Folder, FolderCorrespondence, FolderId, FolderState, Names, Role};
use crate::sync::correspondence::folded;
use crate::sync::{Failure, folders};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// After so many turns in a row that did not get on in it, a folder is given up.
const TRIES: u32 = 12;
/// The mailbox does not list it any more.
const VANISHED: &str = "folder_vanished";

/// So long it is remembered how far one came that has ended.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// What a turn did for those who asked.
#[derive(Debug, Default)]
pub(super) struct ReadingDone {
    /// Whether it got on, and is not at the end.
    pub(super) goes_on: bool,
    /// Whether it got on.
    pub(super) got_on: bool,
    /// What ended it early.
    pub(super) failure: Option<Failure>,
}

/// How a page went.
enum Went {
    /// There is more of the folder, or not.
    On(bool),
    /// Time is up in the middle of it, or the turn was asked to stop: it is read again.
    Cut,
    /// Not all of it could be read.
    Stopped(&'static str),
}

/// Reads on for those who asked, the first of them first, in half of the time that is left; `Break` when it was asked
/// to stop.
pub(super) async fn read<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
) -> Result<ControlFlow<(), ReadingDone>, Failure> {
    let account = &turn.claim.account.id;
    turn.store.forget_correspondences(turn.claim, turn.clock.now() - REMEMBERED).await?;
    let asked = turn.store.correspondences(account).await?;
    let mut done = ReadingDone::default();
    if asked.is_empty() {
        return Ok(ControlFlow::Continue(done));
    }
    let mut listed = turn.store.folders(account).await?;
    listed.retain(|state| state.vanished_at.is_none());
    let now = turn.clock.now();
    let until = now + (turn.until - now).max(TimeDelta::zero()) / 2;
    for of in asked {
        let mut reading = Reading::begin(turn, of, &listed, until).await?;
        let went = reading.go(source).await;
        done.got_on |= reading.got_on;
        match went {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Err(failure) if failure.may_pass() => {
                done.failure = Some(failure);
                break;
            }
            Err(failure) => return Err(failure),
        }
        if turn.clock.now() >= until {
            break;
        }
    }
    done.goes_on = done.got_on && !turn.store.correspondences(account).await?.is_empty();
    Ok(ControlFlow::Continue(done))
}

/// One person's mail, as a turn reads it.
struct Reading<'a> {
    turn: &'a MailReading<'a>,
    of: Correspondence,
    /// All that the mailbox lists.
    listed: Vec<Folder>,
    /// The folders that are read by themselves.
    read: HashSet<FolderId>,
    until: DateTime<Utc>,
    /// How many names of theirs are kept.
    names_kept: usize,
    got_on: bool,
}

impl<'a> Reading<'a> {
    async fn begin(
        turn: &'a MailReading<'a>,
        mut of: Correspondence,
        listed: &[FolderState],
        until: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let is_new = |state: &&FolderState| of.folders.iter().all(|known| known.folder.id != state.folder.id);
        let new: Vec<_> = listed.iter().filter(is_new).map(|state| state.folder.clone()).collect();
        if of.began_at.is_none() {
            let called = turn.store.names_beside(&of.account_id, &of.names.addresses).await?;
            of.names.names.extend(called.iter().map(|name| folded(name)).filter(|name| !name.is_empty()));
        }
        if of.began_at.is_none() || !new.is_empty() {
            let ids: Vec<_> = new.iter().map(|folder| folder.id.clone()).collect();
            turn.store.begin_correspondence(turn.claim, &of.id, &of.names, &ids, turn.clock.now()).await?;
        }
        of.folders.extend(new.into_iter().map(FolderCorrespondence::new));
        let (read, _) = folders::choose(turn.wanted, listed);
        let read: HashSet<_> = read.into_iter().map(|state| state.folder.id.clone()).collect();
        let all: Vec<_> = listed.iter().map(|state| state.folder.clone()).collect();
        let is_listed =
            |of: &FolderCorrespondence| listed.iter().any(|state| state.folder.id == of.folder.id);
        let (listed, vanished): (Vec<_>, Vec<_>) = of.folders.into_iter().partition(is_listed);
        for folder in vanished.iter().filter(|folder| folder.ended_at.is_none()) {
            let id = &folder.folder.id;
            turn.store.stop_correspondence(turn.claim, &of.id, id, VANISHED, 0, turn.clock.now()).await?;
        }
        let of = Correspondence { folders: in_order(listed, &read), ..of };
        let names_kept = of.names.names.len();
        Ok(Self { turn, of, listed: all, read, until, names_kept, got_on: false })
    }

    /// Folder by folder, until time is up; but a page, so that it gets on.
    async fn go<S: MailSource>(&mut self, source: &mut S) -> Result<ControlFlow<()>, Failure> {
        for mut folder in std::mem::take(&mut self.of.folders) {
            while folder.ended_at.is_none() {
                if self.turn.stop.is_cancelled() {
                    return Ok(ControlFlow::Break(()));
                }
                let went = match self.page(source, &mut folder).await {
                    // That the mailbox wants to be left alone is no fault of the folder.
                    Err(failure) if failure.meaning.retry_after.is_some() => return Err(failure),
                    // Nor is that nothing is reached from here.
                    Err(failure) if self.is_away(&failure).await => return Err(failure),
                    Err(failure) => {
                        self.stop(&folder, failure.meaning.code).await?;
                        if failure.meaning.extent == Extent::Folder {
                            Went::Cut
                        } else {
                            return Err(failure);
                        }
                    }
                    Ok(Went::Stopped(why)) => {
                        self.stop(&folder, why).await?;
                        Went::Cut
                    }
                    Ok(went) => went,
                };
                self.got_on |= matches!(went, Went::On(_));
                if self.turn.clock.now() >= self.until {
                    return self.end().await;
                }
                if !matches!(went, Went::On(true)) {
                    break;
                }
            }
        }
        self.end().await
    }

    /// Whether it is this machine that reaches nobody, or is at fault itself.
    async fn is_away(&self, failure: &Failure) -> bool {
        match failure.meaning.extent {
            Extent::Folder | Extent::Account => false,
            Extent::Network => !(self.turn.reach)().await,
            Extent::Machine => true,
        }
    }

    async fn stop(&self, folder: &FolderCorrespondence, why: &str) -> Result<(), Failure> {
        let (turn, of) = (self.turn, &self.of.id);
        let (id, now) = (&folder.folder.id, turn.clock.now());
        Ok(turn.store.stop_correspondence(turn.claim, of, id, why, TRIES, now).await?)
    }

    /// Ends it where no folder is left.
    async fn end(&self) -> Result<ControlFlow<()>, Failure> {
        let (turn, of, now) = (self.turn, &self.of, self.turn.clock.now());
        if turn.store.end_correspondence(turn.claim, &of.id, now).await? {
            tracing::info!(correspondence = %self.of.id, "somebody's mail was read in all folders");
        }
        Ok(ControlFlow::Continue(()))
    }

    fn names(&self) -> &Names {
        &self.of.names
    }
}

/// Those that are read by themselves first; those whose rows show names alone last, for by then their names are known.
fn in_order(mut folders: Vec<FolderCorrespondence>, read: &HashSet<FolderId>) -> Vec<FolderCorrespondence> {
    folders.sort_by_key(|FolderCorrespondence { folder, .. }| {
        let shows_names = matches!(folder.role, Role::Sent | Role::Drafts | Role::Outbox);
        (shows_names, !read.contains(&folder.id), folder.role)
    });
    folders
}
