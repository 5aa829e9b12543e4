//! How many sign-ins are under way. Each holds a place from before its first step until its task has ended, also where
//! nobody watches it any more: a browser works on for whoever gave it up.

use crate::desk::error::{DeskError, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many sign-ins of one owner are under way at once.
const MOST: usize = 3;
/// So many of all owners: each may be a browser's context, or asks Microsoft every few seconds.
const MOST_IN_ALL: usize = 16;

/// Whose sign-ins are under way in this process, an owner for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<Vec<String>>>);

impl Places {
    /// Takes a place.
    ///
    /// # Errors
    /// `sign_ins_under_way` where the owner has as many as may be, `sign_ins_full` where all have.
    pub(super) fn take(&self, owner: &str) -> Result<SignInPlace> {
        let mut owners = self.lock();
        if owners.iter().filter(|other| *other == owner).count() >= MOST {
            return Err(DeskError::SignInsUnderWay);
        }
        if owners.len() >= MOST_IN_ALL {
            return Err(DeskError::SignInsFull);
        }
        owners.push(owner.to_owned());
        Ok(SignInPlace { places: self.clone(), owner: owner.to_owned() })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one sign-in, free again when it is dropped.
#[derive(Debug)]
pub(super) struct SignInPlace {
    places: Places,
    owner: String,
}

impl Drop for SignInPlace {
    fn drop(&mut self) {
        let mut owners = self.places.lock();
        if let Some(at) = owners.iter().position(|owner| *owner == self.owner) {
            owners.swap_remove(at);
        }
    }
}
