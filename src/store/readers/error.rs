//! Why a reader is not let in, or not put out.

use crate::error::{Classify, Meaning, WhoseTurn};
use crate::store::StoreError;
use crate::store::held::HeldUp;

/// Why there is no such reader, or not yet.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// SQLite has no roles: who may read the file reads all of it.
    #[error("SQLite has no readers: whoever may read the file reads everything in it")]
    NoRoles,
    /// The server cannot have views look with the eyes of who asks.
    #[error("readers want PostgreSQL 15 or newer; the server is {0}")]
    OldServer(String),
    /// The user of the database may make no roles.
    #[error("the database's user may make no roles; an administrator of the server can: {0}")]
    MayNotMake(String),
    /// The name is another role's.
    #[error("there is a role {0} on the server already")]
    Taken(String),
    /// There is no such role to let in.
    #[error("there is no role {0} on the server")]
    Missing(String),
    /// The role sees through every wall.
    #[error("the role {role} {what}: no wall holds it")]
    Unfit {
        /// The role.
        role: String,
        /// What it is or may.
        what: String,
    },
    /// Others could have the owner of the tables call functions of theirs.
    #[error(
        "others may make functions beside the tables, which could be called in place of the server's own; as the owner \
         of the schema or a superuser: REVOKE CREATE ON SCHEMA {schema} FROM {makers};"
    )]
    OpenSchema {
        /// The schema of the tables, quoted where it has to be.
        schema: String,
        /// Who may, each quoted where it has to be.
        makers: String,
    },
    /// Nobody can sign in as the role.
    #[error("nobody can sign in as the role {0}: it has no LOGIN, and no role that has is a member of it")]
    NoLogin(String),
    /// Nobody by that name was let in.
    #[error("no reader goes by \"{0}\"")]
    NoSuchReader(String),
    /// What the database says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ReaderError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl HeldUp for ReaderError {
    fn is_held_up(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_held_up())
    }
}

impl Classify for ReaderError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::Operator;
        match self {
            Self::NoRoles => Meaning::fatal(
                "no_roles",
                Operator,
                "give who reads a token for the API (`outlook-syncd token new --scope read --owner USER`), or keep \
                 the data in PostgreSQL (`database.url_file`).",
            )
            .lasting(),
            Self::OldServer(_) => Meaning::fatal(
                "server_old",
                Operator,
                "bring the server up to date, or give who reads a token for the API (`outlook-syncd token new`).",
            )
            .lasting(),
            Self::MayNotMake(_) => Meaning::fatal(
                "may_make_no_roles",
                Operator,
                "run the line on the server, set its password with `\\password` of psql, and then this command again \
                 with --existing. Or let the user make roles: `ALTER ROLE user CREATEROLE`.",
            )
            .lasting(),
            Self::Taken(_) => Meaning::fatal(
                "role_taken",
                Operator,
                "take another name; or let that role in as it is, with its own password: --existing.",
            )
            .lasting(),
            Self::Missing(_) => {
                Meaning::fatal("role_missing", Operator, "without --existing it is made.").lasting()
            }
            Self::Unfit { .. } => Meaning::fatal(
                "role_unfit",
                Operator,
                "take that away from the role, or let in another one.",
            )
            .lasting(),
            Self::OpenSchema { .. } => Meaning::fatal(
                "schema_open",
                Operator,
                "run the line on the server, and then this command again. A database that PostgreSQL 14 or an older one \
                 has made lets everybody make what they like in the schema public.",
            )
            .lasting(),
            Self::NoLogin(_) => Meaning::fatal(
                "role_no_login",
                Operator,
                "let it sign in, `ALTER ROLE name LOGIN`, and give it a password with `\\password name` of psql; or take \
                 another name without --existing.",
            )
            .lasting(),
            Self::NoSuchReader(_) => Meaning::fatal(
                "no_such_reader",
                Operator,
                "`outlook-syncd reader list` shows them all.",
            ),
            Self::Store(error) => error.meaning(),
        }
    }
}
