//! Readers by SQL: let in, listed, put out.

use super::Database;
use super::error::Result;
use crate::model::{Actor, SqlReader};
use crate::secret::SecretText;
use crate::store::{NewReader, ReaderError, WallsSeen};
use crate::vault::scram_verifier;

/// Which reader to let in.
#[derive(Debug)]
pub struct ReaderWish {
    /// The role's name.
    pub role: String,
    /// The password of a role that is made; `None` lets a role in that there is.
    pub password: Option<SecretText>,
    /// Whose accounts it sees; `None`: everybody's.
    pub owners: Option<Vec<String>>,
    /// Whether it hands in changes of contacts.
    pub writes_contacts: bool,
}

impl Database {
    /// Lets a reader in; of one that is in, changes what it sees.
    ///
    /// # Errors
    /// On SQLite, or an old server; that there is such a role, or none, or one that no wall holds; that no role may
    /// be made; those of the database.
    pub async fn add_reader(&self, actor: &Actor, wish: &ReaderWish) -> Result<SqlReader> {
        let verifier = wish.password.as_ref().map(scram_verifier);
        let new = NewReader {
            role: &wish.role,
            verifier: verifier.as_ref(),
            owners: wish.owners.as_deref(),
            writes_contacts: wish.writes_contacts,
        };
        Ok(self.store.add_reader(new, actor, self.clock.now()).await?)
    }

    /// All readers, by name.
    ///
    /// # Errors
    /// On SQLite; those of the database.
    pub async fn readers(&self) -> Result<Vec<SqlReader>> {
        Ok(self.store.readers().await?)
    }

    /// Puts a reader out. The answer says why the server keeps its role, if it does.
    ///
    /// # Errors
    /// On SQLite; that there is no such reader; those of the database.
    pub async fn remove_reader(&self, actor: &Actor, role: &str) -> Result<Option<String>> {
        Ok(self.store.remove_reader(role, actor, self.clock.now()).await?)
    }

    /// How the walls of readers stand; `None` on SQLite, which has none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn walls_seen(&self) -> Result<Option<WallsSeen>> {
        match self.store.walls_seen().await {
            Err(ReaderError::NoRoles) => Ok(None),
            seen => Ok(Some(seen?)),
        }
    }
}
