//! What the ring opens and proves: the key itself, the audit log, whose the accounts are.

use super::Check;
use crate::desk::{AuditLook, AuditState, AuditWatch, Database, RingFit};
use crate::vault::Ring;

/// Whether anybody has changed what was written down.
pub(super) async fn audit(database: &Database, ring: &Ring, watch: &AuditWatch) -> Check {
    match database.look_at_audit(ring, watch).await {
        Err(error) => Check::of("audit", error),
        Ok(AuditLook { state: AuditState::Whole { lines, before }, checked, others_at }) => {
            let from_before =
                if before == 0 { String::new() } else { format!("; {before} older ones prove nothing") };
            let others = others_at.map(|at| at.format("%F %H:%M UTC"));
            let others = others.map_or_else(String::new, |at| {
                let now = if checked == 0 {
                    format!("as they were checked at {at}")
                } else {
                    format!("{checked} of them checked now, the others at {at}")
                };
                format!("; {now}: `outlook-syncd doctor` checks them all")
            });
            Check::fine("audit", format!("{lines} lines, none changed or removed{others}{from_before}"))
        }
        Ok(AuditLook { state: AuditState::Broken(fault), .. }) => {
            // The journal is not in the hands of who changed the log.
            tracing::error!(%fault, "the audit log is not as it was written");
            Check::wrong(
                "audit",
                format!("the audit log is not as it was written: {fault}"),
                "See who writes to the database beside the service; then `outlook-syncd audit renew`. The journal has each \
                 line too (`journalctl -t outlook-syncd | grep outlook_syncd::audit`).",
            )
        }
    }
}

/// Whether the accounts are still whose they were when their secrets were sealed: by the owner in its row an account is
/// shown to a user.
pub(super) async fn owners(database: &Database, ring: &Ring) -> Option<Check> {
    let changed = match database.changed_owners(ring).await {
        Err(error) => return Some(Check::of("owners", error)),
        Ok(changed) if changed.is_empty() => return None,
        Ok(changed) => changed,
    };
    let ids: Vec<_> = changed.iter().map(ToString::to_string).collect();
    let found =
        format!("the owner or the key of these accounts was changed in the database: {}", ids.join(", "));
    let step = "Whoever account.owner names now is shown the account. See who writes to the database beside the service, \
                and put the owner back; else disconnect the account and connect it again.";
    Some(Check::wrong("owners", found, step))
}

/// Whether the ring fits, and what is lost with it where it does not.
pub(super) fn key(fit: RingFit) -> Check {
    match fit {
        RingFit::Lacks(keys, accounts) => lost(&ids(&keys), accounts),
        RingFit::Wrong(error, accounts) => {
            let check = Check::of("key", error);
            Check { found: format!("{}; {}", check.found, without(accounts)), ..check }
        }
        RingFit::Fits(older) => fits(&older),
    }
}

fn lost(keys: &str, accounts: u64) -> Check {
    let found = format!("the ring lacks key {keys}, which the database needs; {}", without(accounts));
    let step = "Put the copy of the key file back that has it, or, where the key was rotated, the newer one. \
                If there is none, disconnect the accounts and connect them anew.";
    Check::wrong("key", found, step)
}

fn without(accounts: u64) -> String {
    format!("without it the sessions and tokens of {accounts} accounts are lost, their mail is not")
}

fn fits(older: &[u32]) -> Check {
    if older.is_empty() {
        return Check::fine("key", "found, and it opens what is sealed in the database");
    }
    let found = format!(
        "found, and it opens what is sealed in the database, some of it by the older key {}",
        ids(older)
    );
    Check {
        step: Some("`outlook-syncd key rotate` ends the rotation.".to_owned()),
        ..Check::fine("key", found)
    }
}

fn ids(keys: &[u32]) -> String {
    keys.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
