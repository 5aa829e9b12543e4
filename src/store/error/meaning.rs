//! What each failure of the database means: whose turn it is, and the step to take.

use super::StoreError;
use crate::error::{Classify, Meaning, WhoseTurn};

impl Classify for StoreError {
    #[expect(clippy::too_many_lines, reason = "one row per variant")]
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::At { what, .. } => what.meaning(),
            Self::Busy(_) => Meaning::retry(
                "database_busy",
                Nobody,
                "it is tried again. If it stays, look for another program that holds the database.",
            )
            .machine(),
            Self::Held(_) => Meaning::retry(
                "database_held",
                Operator,
                "it is tried again. If it stays, end these sessions, on the server as a superuser: \
                 `SELECT pg_terminate_backend(pid);`.",
            )
            .machine(),
            Self::Clock { .. } => Meaning::retry(
                "database_clock",
                Operator,
                "set the clocks of this machine and of the database's server (`timedatectl set-ntp true`): who \
                 holds an account is told by time. It is tried again by itself.",
            )
            .machine(),
            Self::Pooled => Meaning::fatal(
                "database_pooled",
                Operator,
                "name the server itself in the address of the database, or have PgBouncer keep a connection for \
                 each of ours: pool_mode = session, ignore_startup_parameters = extra_float_digits.",
            )
            .machine()
            .lasting(),
            Self::LogKept => Meaning::retry(
                "database_log_kept",
                Nobody,
                "there is nothing to do again. The log (the file that ends in -wal) is emptied with the next \
                 account that is disconnected, and goes when the last program closes the database: to be rid \
                 of it now, stop the other readers and restart the service.",
            ),
            Self::Connection(_) => Meaning::retry(
                "database_connection",
                Operator,
                "if it stays, see that the server runs and listens there, and that the address in the \
                 configuration is right.",
            )
            .machine(),
            Self::Tls(_) => Meaning::fatal(
                "database_tls",
                Operator,
                "give the server a certificate for its name (ssl = on in postgresql.conf), and name the file of \
                 the authority in the address of the database: ?sslrootcert=/path/ca.pem. Where nobody else can \
                 be on the way, write less into it in so many words: ?sslmode=require, or ?sslmode=disable.",
            )
            .machine(),
            Self::Login(_) => Meaning::fatal(
                "database_login",
                Operator,
                "correct the user and the password in the address of the database (database.url_file). In \
                 both, characters such as @ / : # % are percent-encoded: %40 %2F %3A %23 %25. Whom the \
                 server lets in from where stands in its pg_hba.conf. Then restart the service.",
            )
            .machine(),
            Self::NoDatabase(_) => Meaning::fatal(
                "database_missing",
                Operator,
                "make it on the server (`CREATE DATABASE name OWNER user`), or correct its name in the \
                 address of the database (database.url_file).",
            )
            .machine(),
            Self::Forbidden(_) => Meaning::fatal(
                "database_permission",
                Operator,
                "let the user own the database (`ALTER DATABASE name OWNER TO user`), or GRANT it what the \
                 message names.",
            )
            .machine(),
            Self::ReadOnly => Meaning::retry(
                "database_read_only",
                Operator,
                "it is tried again. If it stays, the address of the database names a standby, or the server was \
                 set to default_transaction_read_only: name the primary, or make it writable.",
            )
            .machine(),
            Self::Full(_) => Meaning::fatal(
                "database_full",
                Operator,
                "make room on the disk of the database; nothing stored is lost, the next run goes on.",
            )
            .machine(),
            Self::Access(_) => Meaning::fatal(
                "database_access",
                Operator,
                "the directory must exist and, like the file, belong to the user that runs the program; then \
                 look at the disk.",
            )
            .machine(),
            Self::Absent(_) => {
                Meaning::fatal("database_absent", Nobody, "the service makes it when it starts.").machine()
            }
            // A row that cannot be read, or that another row stands in the way of, is one account's.
            Self::Corrupt(_) => Meaning::fatal(
                "database_corrupt",
                Operator,
                "stop the program, keep a copy of the database, and restore the last good backup.",
            ),
            Self::SchemaNewer { .. } => Meaning::fatal(
                "schema_newer",
                Operator,
                "install the newer version of the program again; there is no way back for the schema.",
            )
            .machine()
            .lasting(),
            Self::SchemaOlder { .. } => Meaning::fatal(
                "schema_older",
                Operator,
                "restart the service, which brings it up to date when it starts, or run `outlook-syncd \
                 migrate`.",
            )
            .machine(),
            Self::Migration(_) => Meaning::fatal(
                "migration",
                Operator,
                "keep a copy of the database and read the cause; `outlook-syncd migrate` tries again.",
            )
            .machine()
            .lasting(),
            Self::Dependents(_) => Meaning::fatal(
                "database_dependents",
                Operator,
                "nothing was changed. Keep the definition of what depends on it, drop it, run `outlook-syncd \
                 migrate` and make it again; the views of docs/views.md stay as they are in every upgrade.",
            )
            .machine()
            .lasting(),
            Self::SqliteTooOld(_) => Meaning::fatal(
                "sqlite_too_old",
                Operator,
                "build the program with the SQLite that it bundles.",
            )
            .machine()
            .lasting(),
            Self::Address(_) => Meaning::fatal(
                "database_address",
                Operator,
                "write sqlite:///path/to/file or postgres://user:password@host/database, with what is to be said of TLS \
                 as ?sslmode=… behind it. In user and password, characters such as @ / : # % are percent-encoded: %40 %2F %3A %23 %25.",
            )
            .machine()
            .lasting(),
            Self::Authority { .. } => Meaning::fatal(
                "database_authority",
                Operator,
                "name a file in sslrootcert that the user of the service can read: the authority's certificate in PEM.",
            )
            .machine()
            .lasting(),
            Self::LeaseLost => Meaning::retry(
                "lease_lost",
                Nobody,
                "whoever holds the account goes on; nothing was written twice.",
            ),
            Self::NoSuchAccount => Meaning::retry("no_such_account", Nobody, "the account was disconnected."),
            Self::MailboxTaken => Meaning::blocked("mailbox_taken", Owner, GO_ON_WITH_THE_OTHER),
            Self::PersonTaken => Meaning::blocked("person_taken", Owner, GO_ON_WITH_THE_OTHER),
            Self::NoAuditHead => Meaning::fatal(
                "audit_head_missing",
                Operator,
                "somebody took it away: see who writes to the database beside the service. Then `outlook-syncd audit renew`.",
            ),
            Self::AuditTaken(_) => Meaning::fatal(
                "audit_line_taken",
                Operator,
                "somebody put it in: see who writes to the database beside the service. Then `outlook-syncd audit renew`.",
            ),
            Self::RingOutdated => Meaning::fatal(
                "ring_outdated",
                Operator,
                "the key was rotated; restart the service, so that it gets the new ring.",
            ),
            Self::KeyChanged => {
                Meaning::retry("key_changed", Nobody, "it is tried again; nothing was written.")
            }
            Self::Ambiguous(_) => Meaning::fatal(
                "ambiguous",
                Operator,
                "name the account by its id: `outlook-syncd account list` shows it.",
            )
            .lasting(),
            Self::Unproven(_) => Meaning::fatal(
                "account_unproven",
                Operator,
                "if that account is meant, name it by its id or by what its owner signs in with: `outlook-syncd \
                 account list` shows both.",
            )
            .lasting(),
            Self::Unexpected(_) => Meaning::fatal(
                "database_unexpected",
                Operator,
                "report the message and its cause: this is a defect of the program.",
            ),
        }
    }
}

const GO_ON_WITH_THE_OTHER: &str = "disconnect the other account first, or go on with that one.";
