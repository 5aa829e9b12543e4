//! The JSON of OWA's service: requests, answers, startup data. Nothing of it leaves `owa`; it becomes `model`
//! here.
//!
//! What varies between servers and is all read alike: members in any order; absent or `null`; `__type` or
//! none; recipients flat or inside `Mailbox`. A member of a kind that we do not expect counts as absent; only
//! an item without an id, or an answer without its frame, is an unknown shape.

pub(super) mod answer;
mod attachment;
pub(super) mod date;
mod folder;
pub(super) mod item;
mod lenient;
pub(super) mod list;
mod people;
pub(super) mod request;
pub(super) mod startup;

pub(super) use folder::{FolderInfo, FolderTree, read_folders};

use crate::owa::family::IdFamily;
use chrono_tz::Tz;

/// What an answer does not say of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnswerContext {
    /// Which family of ids the request asked for.
    pub(super) family: IdFamily,
    /// The zone of dates without an offset: the one that the request named, else the mailbox's.
    pub(super) zone: Option<Tz>,
}

#[cfg(test)]
mod tests;
