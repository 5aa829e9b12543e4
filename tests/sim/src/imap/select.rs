//! SELECT, EXAMINE and STATUS, and what is told of a folder that is open.

use super::answer::Answer;
use super::command::Command;
use super::places;
use crate::sim::Sim;

const FLAGS: &str = "(\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)";

/// The folder that is open, as the client has been told that it is.
pub(super) struct Selected {
    pub(super) smtp: String,
    pub(super) folder: usize,
    pub(super) read_only: bool,
    /// UIDs by their sequence numbers, from 1.
    pub(super) uids: Vec<u32>,
}

impl Selected {
    pub(super) fn last_uid(&self) -> u32 {
        self.uids.last().copied().unwrap_or_default()
    }

    /// The sequence number of a UID.
    pub(super) fn number(&self, uid: u32) -> Option<u32> {
        let at = self.uids.binary_search(&uid).ok()?;
        u32::try_from(at + 1).ok()
    }

    /// Lines that tell what has gone and what has come since the client was told last.
    pub(super) fn news(&mut self, sim: &Sim) -> Vec<Vec<u8>> {
        let now: Vec<u32> = sim
            .numbered(&self.smtp, self.folder, |_, numbers| numbers.by_uid.keys().copied().collect())
            .unwrap_or_default();
        let mut lines = Vec::new();
        for at in (0..self.uids.len()).rev().filter(|at| !now.contains(&self.uids[*at])) {
            lines.push(format!("{} EXPUNGE", at + 1).into_bytes());
        }
        if now.last() != self.uids.last() || !lines.is_empty() {
            lines.push(format!("{} EXISTS", now.len()).into_bytes());
        }
        self.uids = now;
        lines
    }
}

/// The answer to a name that no folder has.
pub(super) fn no_such_folder() -> Answer {
    Answer::no("[TRYCREATE] Folder is not found.")
}

pub(super) fn open(sim: &Sim, smtp: &str, command: &Command) -> (Option<Selected>, Answer) {
    let Some(name) = command.text(0) else { return (None, Answer::bad_argument()) };
    let Some(place) = places::named(sim, smtp, name) else { return (None, no_such_folder()) };
    let read_only = command.name == "EXAMINE";
    let (word, verb) = (if read_only { "READ-ONLY" } else { "READ-WRITE" }, &command.name);
    let opened = sim.numbered(smtp, place.folder, |mailbox, numbers| {
        let unseen = numbers.by_uid.values().position(|id| mailbox.message(id).is_some_and(|m| !m.read));
        let unseen =
            unseen.map(|at| format!("OK [UNSEEN {}] Is the first unseen message", at + 1).into_bytes());
        let mut lines: Vec<Vec<u8>> = vec![
            format!("{} EXISTS", numbers.by_uid.len()).into_bytes(),
            b"0 RECENT".to_vec(),
            format!("FLAGS {FLAGS}").into_bytes(),
            format!("OK [PERMANENTFLAGS {FLAGS}] Permanent flags").into_bytes(),
        ];
        lines.extend(unseen);
        lines.push(format!("OK [UIDVALIDITY {}] UIDVALIDITY value", numbers.validity).into_bytes());
        lines.push(format!("OK [UIDNEXT {}] The next unique identifier value", numbers.next).into_bytes());
        let uids = numbers.by_uid.keys().copied().collect();
        (Selected { smtp: smtp.to_owned(), folder: place.folder, read_only, uids }, lines)
    });
    match opened {
        Ok((selected, lines)) => {
            (Some(selected), Answer::ok(&format!("[{word}] {verb} completed.")).after(lines))
        }
        Err(_) => (None, no_such_folder()),
    }
}

pub(super) fn status(sim: &Sim, smtp: &str, command: &Command) -> Answer {
    let (Some(name), Some(wanted)) = (command.text(0), command.args.get(1)) else {
        return Answer::bad_argument();
    };
    let Some(place) = places::named(sim, smtp, name) else { return no_such_folder() };
    let told = sim.numbered(smtp, place.folder, |mailbox, numbers| {
        let unseen =
            || numbers.by_uid.values().filter(|id| mailbox.message(id).is_some_and(|m| !m.read)).count();
        let tell = |item: &str| {
            let item = item.to_uppercase();
            let value = match item.as_str() {
                "MESSAGES" => numbers.by_uid.len().to_string(),
                "RECENT" => "0".to_owned(),
                "UIDNEXT" => numbers.next.to_string(),
                "UIDVALIDITY" => numbers.validity.to_string(),
                "UNSEEN" => unseen().to_string(),
                _ => return None,
            };
            Some(format!("{item} {value}"))
        };
        wanted.texts().into_iter().map(tell).collect::<Option<Vec<_>>>()
    });
    match told {
        Ok(Some(told)) => Answer::ok("STATUS completed.").with(format!(
            "STATUS {} ({})",
            places::spelled(&place.path),
            told.join(" ")
        )),
        _ => Answer::bad_argument(),
    }
}
