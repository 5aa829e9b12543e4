//! Whether the walls of readers by SQL stand.

use super::Check;
use crate::desk::{Database, WallsSeen};

const NAME: &str = "readers";

/// What is to be said of them; nothing on SQLite, which has none.
pub(super) async fn check(database: &Database) -> Option<Check> {
    match database.walls_seen().await {
        Ok(seen) => seen.as_ref().map(told),
        Err(error) => Some(Check::of(NAME, error)),
    }
}

fn told(seen: &WallsSeen) -> Check {
    let WallsSeen { readers, bare, strangers, loose, makers, policies, rights, mute } = seen;
    let step = |what: &[String], found: &str, step: &str| {
        (!what.is_empty()).then(|| Check::wrong(NAME, format!("{found}: {}", what.join(", ")), step))
    };
    step(
        loose,
        "readers whose role is gone, or sees through every wall",
        "Take SUPERUSER, BYPASSRLS, CREATEROLE, REPLICATION and memberships away from the role, or put it out: \
         `outlook-syncd reader remove`.",
    )
    .or_else(|| {
        step(
            makers,
            "who may make functions beside the tables, which could be called in place of the server's own",
            "As the owner of the schema or a superuser: REVOKE CREATE ON SCHEMA … FROM …, PUBLIC too.",
        )
    })
    .or_else(|| {
        step(
            bare,
            "tables and views without their wall",
            "Whoever took it down puts it up again: ALTER TABLE … ENABLE ROW LEVEL SECURITY, ALTER VIEW … SET \
             (security_invoker = true), as the owner.",
        )
    })
    .or_else(|| {
        step(
            strangers,
            "roles that are no readers and have rights on tables or views",
            "Let each in with `outlook-syncd reader add … --existing`, or REVOKE what it was granted.",
        )
    })
    .or_else(|| {
        step(
            policies,
            "policies that are none of the service's, or were changed",
            "Whoever made one takes it away (DROP POLICY). Of one with a reader's name, put the reader out and let it in \
             again: `outlook-syncd reader remove` and `reader add`.",
        )
    })
    .or_else(|| {
        step(
            rights,
            "rights of readers beside reading the views",
            "REVOKE what was granted to the reader or to PUBLIC; `outlook-syncd reader remove` and `reader add` do it for \
             the service's own tables.",
        )
    })
    .or_else(|| {
        step(
            mute,
            "readers as whom nobody can sign in",
            "ALTER ROLE … LOGIN and a password let it in; `outlook-syncd reader remove` puts it out.",
        )
    })
    .unwrap_or_else(|| {
        Check::fine(NAME, format!("{readers} by SQL; every table and view has its wall"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worst_is_told_first() {
        let name = |name: &str| vec![name.to_owned()];
        let mut seen = WallsSeen { readers: 2, ..WallsSeen::default() };
        assert!(told(&seen).ok && told(&seen).found.starts_with("2 by SQL"));
        seen.mute = name("mute");
        assert!(!told(&seen).ok && told(&seen).found.contains("mute"));
        seen.rights = name("crm: DELETE on message");
        assert!(told(&seen).found.contains("crm: DELETE on message"));
        seen.policies = name("more on message");
        assert!(told(&seen).found.contains("more on message"));
        seen.strangers = name("PUBLIC");
        assert!(!told(&seen).ok && told(&seen).found.contains("PUBLIC"));
        seen.bare = name("message");
        assert!(told(&seen).found.contains("message"));
        seen.makers = name("PUBLIC");
        assert!(told(&seen).found.contains("make functions"));
        seen.loose = name("crm");
        assert!(told(&seen).found.contains("crm"));
    }
}
