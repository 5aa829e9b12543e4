//! An account's contacts: folder by folder, then what is decided once for all of them; then what goes out.

use super::folder::FolderPull;
use super::gate::Opened;
use super::join::Joining;
use super::push::{self, Pushed, made, unanswered};
use super::settings::ContactSettings;
use super::source::ContactSource;
use super::{again, compare, count, folders, gate, meeting, photo, queue, settle};
use crate::clock::Clock;
use crate::error::{Disposition, Extent};
use crate::model::{ContactFolder, ContactFolderId, ContactWriteKind, CycleId, Direction, Part};
use crate::store::{Claim, Store};
use crate::sync::turn::{PartRead, Read};
use crate::sync::{Brake, Failure, SyncError};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// How long a list of folders is good for.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// What reading one account's contacts needs.
pub struct ContactsReading<'a> {
    /// The database.
    pub store: &'a Store,
    /// The account and its lease.
    pub claim: &'a Claim,
    /// The cycle that reads.
    pub cycle: &'a CycleId,
    /// The time.
    pub clock: &'a Clock,
    /// When reading began.
    pub began: DateTime<Utc>,
    /// When reading ends well after a page, although there is more: the next turn goes on from there.
    pub until: DateTime<Utc>,
    /// What bringing contacts into step is set to.
    pub settings: &'a ContactSettings,
    /// Which way they were when reading began.
    pub direction: Direction,
    /// How many contacts it may call gone.
    pub brake: Brake,
    /// Asks to stop between two pages.
    pub stop: &'a CancellationToken,
}

/// What a turn did with contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) new: u64,
    pub(super) changed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn add(&mut self, more: Self) {
        self.new += more.new;
        self.changed += more.changed;
        self.failed += more.failed;
    }
}

/// What taking in what a mailbox has came to.
#[derive(Default)]
struct TakenIn {
    /// Whether time was up before all folders were read to their ends.
    is_cut: bool,
    /// What kept the first folder from being read that was not.
    unread: Option<Failure>,
    /// What kept the first folder from being compared that was not.
    uncompared: Option<Failure>,
    /// What is to be told although all went well.
    warning: Option<Failure>,
}

impl TakenIn {
    /// Whether all that changed was read.
    const fn is_whole(&self) -> bool {
        !self.is_cut && self.unread.is_none()
    }
}

impl ContactsReading<'_> {
    /// Takes what other programs have handed in, reads all contact folders of a mailbox, each from where it
    /// was left, and writes what was changed here; `Break` when it was asked to stop. A folder that cannot be
    /// read does not keep the others from being read.
    ///
    /// # Errors
    /// What stops the whole account. What was written until then stays, and the next turn goes on from there.
    pub async fn read<S: ContactSource>(&self, source: &mut S) -> Read {
        self.store.set_back_contacts(self.claim, self.began).await?;
        queue::take(self).await?;
        gate::withdraw(self).await?;
        let folders = self.folders(source).await?;
        unanswered::look_up(self, source).await?;
        let mut tally = Tally::default();
        let ControlFlow::Continue(taken) = self.take_in(source, &folders, &mut tally).await? else {
            return Ok(ControlFlow::Break(()));
        };
        let pushed = self.push(source, taken.is_whole()).await?;
        if self.direction.reads() {
            photo::read(self, source).await?;
        }
        if pushed.done > 0 {
            self.tell().await?;
        }
        count::count(self, source).await?;
        let (incomplete, warning) = (taken.unread.or(taken.uncompared), pushed.stopped.or(taken.warning));
        let unread = self.store.unread_contacts(&self.claim.account.id).await?;
        let unread = (unread > 0).then(|| SyncError::ContactsUnread(unread).into());
        let (Tally { new, changed, failed }, sent) = (tally, pushed.done);
        tracing::debug!(account = %self.claim.account.id, new, changed, failed, sent, "contacts are in step");
        Ok(ControlFlow::Continue(PartRead {
            read_by: Some(source.word().to_owned()),
            retry_after: PartRead::retry_after([&incomplete, &warning]),
            incomplete,
            warning: warning.or(unread),
            imported: (taken.is_cut || pushed.is_cut).then_some(0),
            ..PartRead::default()
        }))
    }

    /// Has the log say what was written to the mailbox.
    async fn tell(&self) -> Result<(), Failure> {
        let account = &self.claim.account.id;
        let done = self.store.count_contact_writes(account, self.cycle).await?;
        let of = |kinds: &[ContactWriteKind]| {
            done.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, done)| done).sum::<u64>()
        };
        let (created, changed) = (of(&[ContactWriteKind::Create]), of(&[ContactWriteKind::Update]));
        let deleted = of(&[ContactWriteKind::Delete]);
        let photos = of(&[ContactWriteKind::SetPhoto, ContactWriteKind::RemovePhoto]);
        tracing::info!(%account, created, changed, deleted, photos, "contacts were written to the mailbox");
        Ok(())
    }

    /// Takes in what the mailbox has, where it is read; `Break` when it was asked to stop.
    async fn take_in<S: ContactSource>(
        &self,
        source: &mut S,
        folders: &[ContactFolder],
        tally: &mut Tally,
    ) -> Result<ControlFlow<(), TakenIn>, Failure> {
        if !self.direction.reads() {
            return Ok(ControlFlow::Continue(TakenIn::default()));
        }
        let ControlFlow::Continue(mut taken) = self.pull(source, folders, tally).await? else {
            return Ok(ControlFlow::Break(()));
        };
        tally.add(again::read(self, source, folders).await?);
        taken.uncompared = compare::compare(self, source, folders, tally).await?;
        taken.warning = settle::gone(self, source, tally).await?;
        Ok(ControlFlow::Continue(taken))
    }

    /// Compares what was made here and writes what was changed here. Until every folder that is read was read
    /// to its end nothing is made: an item may be there already that is the same contact. What ends the
    /// sign-in, or the network, ends the turn.
    async fn push<S: ContactSource>(&self, source: &mut S, is_whole: bool) -> Result<Pushed, Failure> {
        if is_whole {
            made::give_up(self, source).await?;
        }
        let folders = self.store.contact_folders(&self.claim.account.id).await?;
        let was_read =
            |folder: &ContactFolder| folder.last_success_at.is_some() || folder.vanished_at.is_some();
        let waits_for_reading = self.direction.reads() && !folders.iter().all(was_read);
        if is_whole && !waits_for_reading {
            meeting::meet(self).await?;
        }
        if !self.direction.writes() || waits_for_reading {
            return Ok(Pushed::default());
        }
        let Opened { until, asked } = gate::opened(self).await?;
        let pushed = match until {
            Some(until) => push::push(self, source, until, is_whole).await?,
            None => Pushed::default(),
        };
        let pushed = Pushed { stopped: pushed.stopped.or(asked), ..pushed };
        let ends = |failure: &Failure| {
            failure.meaning.disposition == Disposition::NeedsLogin
                || failure.meaning.extent != Extent::Account
        };
        match pushed.stopped {
            Some(failure) if ends(&failure) => Err(failure),
            stopped => Ok(Pushed { stopped, ..pushed }),
        }
    }

    /// How what was seen is joined with what is known.
    pub(super) const fn joining(&self) -> Joining {
        self.settings.joining
    }

    /// Reads the folders one after the other.
    async fn pull<S: ContactSource>(
        &self,
        source: &mut S,
        folders: &[ContactFolder],
        tally: &mut Tally,
    ) -> Result<ControlFlow<(), TakenIn>, Failure> {
        let mut taken = TakenIn::default();
        for folder in folders {
            let mut pull = FolderPull { reading: self, folder: folder.clone(), tally };
            if folder.vanished_at.is_some() {
                pull.miss_all().await?;
                continue;
            }
            match pull.read(source).await {
                Ok(ControlFlow::Continue(is_read)) => taken.is_cut |= !is_read,
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(failure) if failure.meaning.extent == Extent::Folder => {
                    taken.unread.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(ControlFlow::Continue(taken))
    }

    /// The folders as they are known; listed again when the list is old, or the turn before failed.
    async fn folders<S: ContactSource>(&self, source: &mut S) -> Result<Vec<ContactFolder>, Failure> {
        let known = self.store.contact_folders(&self.claim.account.id).await?;
        let now = self.clock.now();
        let is_good = |folder: &ContactFolder| {
            folder.listed_at.is_some_and(|at| at <= now && now < at + GOOD_FOR)
                || folder.vanished_at.is_some()
        };
        if !self.has_failed_before() && !known.is_empty() && known.iter().all(is_good) {
            Ok(known)
        } else {
            self.list(source, &known).await
        }
    }

    /// Has the mailbox list its folders.
    pub(super) async fn list<S: ContactSource>(
        &self,
        source: &mut S,
        known: &[ContactFolder],
    ) -> Result<Vec<ContactFolder>, Failure> {
        let listed = source.folders().await?;
        let now = self.clock.now();
        let folders = folders::after(known, &listed, now, || ContactFolderId::new(now));
        let changed: Vec<_> = folders.iter().filter(|folder| !known.contains(folder)).cloned().collect();
        self.store.keep_contact_folders(self.claim, &changed).await?;
        self.store.forget_contacts(self.claim, now - self.settings.keep).await?;
        self.store.adopt_kept_contacts(self.claim).await?;
        Ok(folders)
    }

    /// Whether the turn before this one failed.
    pub(super) fn has_failed_before(&self) -> bool {
        self.claim.state.part(Part::Contacts).is_some_and(|contacts| contacts.failures > 0)
    }

    /// Whether the mailbox may be written to still: somebody may have said otherwise since reading began.
    pub(super) async fn writes_still(&self) -> Result<bool, Failure> {
        let gate = self.store.contact_gate(&self.claim.account.id).await?;
        Ok(gate.direction.unwrap_or(self.settings.direction).writes())
    }

    pub(super) fn is_over(&self) -> bool {
        self.clock.now() >= self.until
    }
}
