//! What can go wrong with the files by which processes know of one another.

use crate::error::{Classify, Meaning, WhoseTurn};
use std::io::{self, ErrorKind};

/// A file of the state directory cannot be opened, locked or read.
#[derive(Debug, thiserror::Error)]
#[error("the lock file in the state directory cannot be used: {0}")]
pub struct LockError(#[from] io::Error);

impl Classify for LockError {
    fn meaning(&self) -> Meaning {
        let next = if matches!(self.0.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            "make room on the disk of the state directory; nothing stored is lost."
        } else {
            "the state directory must exist and belong to the user that runs this program."
        };
        Meaning::fatal("lock", WhoseTurn::Operator, next).machine()
    }
}
