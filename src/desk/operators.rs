//! Operators: who of them may sign in to the dashboard, by a link or a password.

use super::Database;
use super::error::{DeskError, Result};
use crate::model::{Actor, AuditAction, AuditEntry, DashboardLink, DashboardUser, Visitor, is_operator_name};
use crate::secret::{ExposeSecret, SecretText};
use crate::strongbox::{Strongbox, is_marked_user};
use crate::vault::{self, KeySource, Ring};
use serde::Serialize;

/// The shortest password of an operator, characters (NIST SP 800-63B-4, 3.1.1.2: 15 where it is the only factor).
const SHORTEST: usize = 15;
/// The longest that is hashed, bytes.
pub(super) const LONGEST: usize = 1024;

/// An operator, and whether their row is as it was written by who has the ring: one that is not lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorSeen {
    /// What the row says.
    #[serde(flatten)]
    pub user: DashboardUser,
    /// `None` where that cannot be told, for want of the key.
    pub holds: Option<bool>,
}

impl Database {
    /// A link that lets whoever has it in as an operator, once.
    ///
    /// # Errors
    /// When there is no ring of this database; those of the database.
    pub async fn operator_link(
        &self,
        source: &KeySource,
        actor: &Actor,
    ) -> Result<(SecretText, DashboardLink)> {
        self.new_link(&self.strongbox_of(source).await?, actor, Visitor::by_link()).await
    }

    /// Lets an operator sign in by this password.
    ///
    /// # Errors
    /// `WrongOperator` for a name or a password that does not do, `OperatorExists`; when there is no ring of this
    /// database; those of the database.
    pub async fn add_operator(
        &self,
        source: &KeySource,
        actor: &Actor,
        name: &str,
        password: &SecretText,
    ) -> Result<DashboardUser> {
        if !is_operator_name(name) {
            return Err(DeskError::WrongOperator(
                "the name is empty, longer than 64 bytes or not all visible",
            ));
        }
        let user = DashboardUser { name: name.to_owned(), created_at: self.clock.now() };
        let line = self.operator_line(actor, AuditAction::DashboardUserAdded, name);
        let verifier = verifier(password)?;
        if self.strongbox_of(source).await?.add_dashboard_user(&user, &verifier, &line).await? {
            Ok(user)
        } else {
            Err(DeskError::OperatorExists(name.to_owned()))
        }
    }

    /// Gives an operator another password, and ends what they are signed in with.
    ///
    /// # Errors
    /// `WrongOperator` for a password that does not do, `NoSuchOperator`; as above.
    pub async fn set_operator_password(
        &self,
        source: &KeySource,
        actor: &Actor,
        name: &str,
        password: &SecretText,
    ) -> Result<DashboardUser> {
        let stored = self.store.dashboard_user(name).await?;
        let Some(stored) = stored else { return Err(DeskError::NoSuchOperator(name.to_owned())) };
        let line = self.operator_line(actor, AuditAction::DashboardPasswordSet, name);
        let (verifier, visitor) = (verifier(password)?, Visitor::operator(name));
        let keys = self.strongbox_of(source).await?;
        if keys.set_dashboard_password(&stored.user, &verifier, &visitor.name, &line).await? {
            Ok(stored.user)
        } else {
            Err(DeskError::NoSuchOperator(name.to_owned()))
        }
    }

    /// Takes an operator's right to sign in away, and ends what they are signed in with.
    ///
    /// # Errors
    /// `NoSuchOperator`; those of the database.
    pub async fn remove_operator(&self, actor: &Actor, name: &str) -> Result<()> {
        let line = self.operator_line(actor, AuditAction::DashboardUserRemoved, name);
        let visitor = Visitor::operator(name).name;
        if self.store.remove_dashboard_user(name, &visitor, &line).await? {
            Ok(())
        } else {
            Err(DeskError::NoSuchOperator(name.to_owned()))
        }
    }

    /// The operators who have a password, by name, and whether their rows hold.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn operators(&self, source: &KeySource) -> Result<Vec<OperatorSeen>> {
        let ring = Ring::load(source).ok();
        let stored = self.store.dashboard_users().await?;
        let seen = stored.into_iter().map(|stored| {
            let holds = ring.as_ref().and_then(|ring| is_marked_user(ring, &stored).ok());
            OperatorSeen { user: stored.user, holds }
        });
        Ok(seen.collect())
    }

    async fn strongbox_of(&self, source: &KeySource) -> Result<Strongbox> {
        Ok(Strongbox::open(self.store.clone(), Ring::load(source)?, self.clock.clone()).await?)
    }

    fn operator_line(&self, actor: &Actor, action: AuditAction, name: &str) -> AuditEntry {
        AuditEntry { detail: Some(name.to_owned()), ..AuditEntry::by(self.clock.now(), actor, action) }
    }
}

fn verifier(password: &SecretText) -> Result<String> {
    let text = password.expose_secret();
    if text.chars().count() < SHORTEST || text.len() > LONGEST {
        return Err(DeskError::WrongOperator(
            "the password is shorter than 15 characters or longer than 1024",
        ));
    }
    Ok(vault::password_verifier(password))
}
