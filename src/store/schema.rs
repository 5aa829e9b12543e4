//! What a program that opens the database does about its schema.

use super::{Result, Store, StoreError};

/// What is done about the schema of a database when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Brought to this version's.
    Update,
    /// Made where nobody has made one; an older one is refused.
    Make,
    /// Left alone; an older one is refused. A database that nobody has set up reads as an empty one.
    Keep,
}

impl Store {
    /// Opens the database and sees to its schema.
    ///
    /// # Errors
    /// `SchemaOlder` where it is not to be brought up to date; those of `connect`, `find` and `migrate`.
    pub async fn open(url: &str, schema: Schema) -> Result<Self> {
        match schema {
            Schema::Update => Self::connect(url).await?.told_if_exposed().migrated().await,
            Schema::Make => {
                let store = Self::connect(url).await?;
                if store.is_new().await? { store.migrated().await } else { store.current().await }
            }
            Schema::Keep => match Self::find(url).await {
                Ok(store) if !store.is_new().await? => store.current().await,
                Ok(_) | Err(StoreError::Absent(_)) => Self::empty().await,
                Err(error) => Err(error),
            },
        }
    }

    /// Whether no migration was ever run here. Writes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_new(&self) -> Result<bool> {
        Ok(self.applied("migration").await?.is_empty())
    }

    fn told_if_exposed(self) -> Self {
        if let Some(mode) = self.exposed() {
            tracing::warn!(database = self.place(), mode, "other users may reach the file: chmod o-rwx");
        }
        self
    }

    async fn migrated(self) -> Result<Self> {
        self.migrate().await?;
        Ok(self)
    }

    async fn current(self) -> Result<Self> {
        match self.pending_migrations().await? {
            0 => Ok(self),
            pending => Err(StoreError::SchemaOlder { pending }),
        }
    }

    /// One in memory, for a while.
    async fn empty() -> Result<Self> {
        let store = Self::connect("sqlite::memory:").await?;
        store.run_migrations().await?;
        Ok(store)
    }
}
