//! COPY, MOVE (RFC 6851) and EXPUNGE, with the numbers of what came of them (RFC 4315).

use super::answer::Answer;
use super::command::Command;
use super::places;
use super::select::{Selected, no_such_folder};
use super::set::{Set, spelled};
use super::settings::Quirk;
use super::store::named;
use crate::sim::Sim;

pub(super) fn transfer(sim: &Sim, selected: &mut Selected, command: &Command) -> Answer {
    let (Some(uids), Some(name)) = (named(selected, command), command.text(1)) else {
        return Answer::bad_argument();
    };
    let smtp = selected.smtp.clone();
    let Some(place) = places::named(sim, &smtp, name).filter(|place| is_real(sim, &smtp, place.folder))
    else {
        return no_such_folder();
    };
    let moves = command.name == "MOVE";
    if moves && selected.read_only {
        return Answer::no("MOVE failed. The folder is read-only.");
    }
    let mut pairs: Vec<(u32, String)> = Vec::new();
    for uid in uids {
        if let Some(id) = transfer_one(sim, selected, uid, place.folder, moves) {
            pairs.push((uid, id));
        }
    }
    let code = copy_uid(sim, &smtp, place.folder, &pairs);
    if moves {
        let told = code.map(|code| format!("OK {code}").into_bytes());
        let lines = told.into_iter().chain(selected.news(sim)).collect();
        return Answer::ok("MOVE completed.").after(lines);
    }
    Answer::ok(format!("{} COPY completed.", code.unwrap_or_default()).trim_start())
}

fn is_real(sim: &Sim, smtp: &str, folder: usize) -> bool {
    sim.read(smtp, |mailbox| folder < mailbox.folders.len()).unwrap_or_default()
}

/// The id of what lies in the other folder then.
fn transfer_one(sim: &Sim, selected: &Selected, uid: u32, to: usize, moves: bool) -> Option<String> {
    let (smtp, now) = (&selected.smtp, sim.now());
    let id = sim.numbered(smtp, selected.folder, |_, numbers| numbers.by_uid.get(&uid).cloned()).ok()??;
    let done = sim.change(smtp, |mailbox| {
        if !moves {
            return mailbox.copy_to(&id, to, now);
        }
        let (immutable, folder) = (mailbox.message(&id)?.immutable.clone(), mailbox.folders[to].id.clone());
        mailbox.move_to(std::slice::from_ref(&id), &folder, now).ok()?;
        Some(mailbox.message(&immutable)?.id.clone())
    });
    done.ok()?
}

/// `[COPYUID validity from to]`.
fn copy_uid(sim: &Sim, smtp: &str, folder: usize, pairs: &[(u32, String)]) -> Option<String> {
    if pairs.is_empty() || sim.settings(smtp).imap.has(Quirk::NoCopyUid) {
        return None;
    }
    let from: Vec<u32> = pairs.iter().map(|(uid, _)| *uid).collect();
    let told = sim.numbered(smtp, folder, |_, numbers| {
        let to: Vec<u32> = pairs.iter().filter_map(|(_, id)| numbers.uid_of(id)).collect();
        format!("[COPYUID {} {} {}]", numbers.validity, spelled(&from), spelled(&to))
    });
    told.ok()
}

/// EXPUNGE of all that is marked, or of those of a set (`UID EXPUNGE`): they are gone for good.
pub(super) fn expunge(sim: &Sim, selected: &mut Selected, command: &Command) -> Answer {
    let set = match (command.by_uid, command.text(0)) {
        (false, _) => Some(Set::all()),
        (true, Some(text)) => Set::parse(text, selected.last_uid()),
        (true, None) => None,
    };
    let Some(set) = set else { return Answer::bad_argument() };
    expunge_set(sim, selected, &set)
}

/// EXPUNGE of what is marked in a set.
pub(super) fn expunge_set(sim: &Sim, selected: &mut Selected, set: &Set) -> Answer {
    if selected.read_only {
        return Answer::no("EXPUNGE failed. The folder is read-only.");
    }
    let marked = sim.numbered(&selected.smtp, selected.folder, |_, numbers| {
        let marked = numbers.by_uid.iter().filter(|(uid, _)| set.has(**uid) && numbers.is_deleted(**uid));
        marked.map(|(_, id)| id.clone()).collect::<Vec<_>>()
    });
    let _ = sim.delete(&selected.smtp, &marked.unwrap_or_default(), true);
    Answer::ok("EXPUNGE completed.").after(selected.news(sim))
}
