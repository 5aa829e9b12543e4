//! STORE: flags.

use super::answer::Answer;
use super::command::Command;
use super::select::Selected;
use super::set::Set;
use crate::sim::Sim;

/// What STORE does to the flags that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Replace,
    Add,
    Remove,
}

/// The UIDs that a command's set names and the folder has, as the client knows it.
pub(super) fn named(selected: &Selected, command: &Command) -> Option<Vec<u32>> {
    let text = command.text(0)?;
    if command.by_uid {
        let set = Set::parse(text, selected.last_uid())?;
        return Some(selected.uids.iter().copied().filter(|uid| set.has(*uid)).collect());
    }
    let set = Set::parse(text, u32::try_from(selected.uids.len()).ok()?)?;
    let named = selected.uids.iter().zip(1..).filter(|(_, number)| set.has(*number));
    Some(named.map(|(uid, _)| *uid).collect())
}

pub(super) fn store(sim: &Sim, selected: &Selected, command: &Command) -> Answer {
    let wish = command.text(1).unwrap_or_default().to_uppercase();
    let (wish, silent) = wish.strip_suffix(".SILENT").map_or((wish.as_str(), false), |wish| (wish, true));
    let change = match wish {
        "FLAGS" => Change::Replace,
        "+FLAGS" => Change::Add,
        "-FLAGS" => Change::Remove,
        _ => return Answer::bad_argument(),
    };
    let (Some(uids), Some(flags)) = (named(selected, command), command.args.get(2)) else {
        return Answer::bad_argument();
    };
    if selected.read_only {
        return Answer::no("STORE failed. The folder is read-only.");
    }
    let named: Vec<String> = flags.texts().into_iter().map(str::to_lowercase).collect();
    for uid in &uids {
        change_one(sim, selected, *uid, change, &named);
    }
    let lines =
        uids.iter().filter(|_| !silent).filter_map(|uid| flag_line(sim, selected, *uid, command.by_uid));
    Answer::ok("STORE completed.").after(lines.collect())
}

fn change_one(sim: &Sim, selected: &Selected, uid: u32, change: Change, named: &[String]) {
    let Selected { smtp, folder, .. } = selected;
    let id = sim.numbered(smtp, *folder, |_, numbers| numbers.by_uid.get(&uid).cloned()).ok().flatten();
    let Some(id) = id else { return };
    let ids = std::slice::from_ref(&id);
    // What becomes of a flag; nothing where the command does not speak of it.
    let becomes = |flag: &str| {
        let is_named = named.iter().any(|named| named.eq_ignore_ascii_case(flag));
        (is_named || change == Change::Replace).then_some(is_named && change != Change::Remove)
    };
    if let Some(read) = becomes("\\Seen") {
        let _ = sim.mark_read(smtp, ids, read);
    }
    if let Some(flagged) = becomes("\\Flagged") {
        let now = sim.now();
        let _ = sim.change(smtp, |mailbox| mailbox.flag(ids, flagged, now));
    }
    for flag in super::numbers::OWN_FLAGS {
        if let Some(on) = becomes(flag) {
            sim.set_own_flag(smtp, *folder, uid, flag, on);
        }
    }
}

/// The flags of a message as an untagged FETCH.
pub(super) fn flag_line(sim: &Sim, selected: &Selected, uid: u32, with_uid: bool) -> Option<Vec<u8>> {
    let number = selected.number(uid)?;
    let flags = sim.numbered(&selected.smtp, selected.folder, |mailbox, numbers| {
        let message = mailbox.message(numbers.by_uid.get(&uid)?)?;
        Some(numbers.flags(uid, message).join(" "))
    });
    let flags = flags.ok().flatten()?;
    let uid = if with_uid { format!(" UID {uid}") } else { String::new() };
    Some(format!("{number} FETCH (FLAGS ({flags}){uid})").into_bytes())
}
