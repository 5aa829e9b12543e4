//! Folders by their paths, as LIST shows them: names in the mailbox's language, in modified UTF-7, calendar and contacts
//! among those of mail.

use super::answer::Answer;
use super::command::Command;
use super::settings::Settings;
use super::utf7;
use crate::sim::Sim;
use crate::world::Mailbox;

/// A folder that LIST shows.
pub(super) struct Place {
    /// In modified UTF-7.
    pub(super) path: String,
    /// Its index in the mailbox; beyond its end: a folder that the settings have added.
    pub(super) folder: usize,
    attributes: Vec<&'static str>,
}

/// Every folder but the root.
pub(super) fn all(mailbox: &Mailbox, settings: &Settings) -> Vec<Place> {
    let real = (0..mailbox.folders.len()).filter(|at| mailbox.folders[*at].parent != *at);
    let real = real.map(|at| Place {
        path: path(mailbox, settings, at),
        folder: at,
        attributes: attributes(mailbox, settings, at),
    });
    let added = settings.more_folders.iter().enumerate().map(|(at, name)| Place {
        path: utf7::encode(name),
        folder: mailbox.folders.len() + at,
        attributes: vec!["\\HasNoChildren"],
    });
    real.chain(added).collect()
}

fn path(mailbox: &Mailbox, settings: &Settings, at: usize) -> String {
    let folder = &mailbox.folders[at];
    let named = folder.distinguished.and_then(|id| settings.names.get(id));
    let name = match folder.distinguished {
        Some("inbox") => "INBOX".to_owned(),
        _ => utf7::encode(named.unwrap_or(&folder.name)),
    };
    let parent = folder.parent;
    let is_top = mailbox.folders[parent].parent == parent;
    if is_top { name } else { format!("{}/{name}", path(mailbox, settings, parent)) }
}

fn attributes(mailbox: &Mailbox, settings: &Settings, at: usize) -> Vec<&'static str> {
    let has_children = mailbox.folders.iter().any(|other| other.parent == at);
    let children = if has_children { "\\HasChildren" } else { "\\HasNoChildren" };
    let special = match mailbox.folders[at].distinguished.filter(|_| settings.attributes) {
        Some("sentitems") => Some("\\Sent"),
        Some("deleteditems") => Some("\\Trash"),
        Some("drafts") => Some("\\Drafts"),
        Some("junkemail") => Some("\\Junk"),
        Some("archive") => Some("\\Archive"),
        _ => None,
    };
    std::iter::once(children).chain(special).collect()
}

/// The folder of this name: INBOX in any case, the others as they are written.
pub(super) fn named(sim: &Sim, smtp: &str, name: &str) -> Option<Place> {
    let settings = sim.settings(smtp).imap;
    let places = sim.read(smtp, |mailbox| all(mailbox, &settings)).ok()?;
    places
        .into_iter()
        .find(|place| place.path == name || place.path == "INBOX" && name.eq_ignore_ascii_case("INBOX"))
}

/// LIST and LSUB: everybody has subscribed to everything.
pub(super) fn list(sim: &Sim, smtp: &str, command: &Command) -> Answer {
    let (Some(reference), Some(pattern)) = (command.text(0), command.text(1)) else {
        return Answer::bad_argument();
    };
    let verb = &command.name;
    let done = Answer::ok(&format!("{verb} completed."));
    if pattern.is_empty() {
        return done.with(format!("{verb} (\\Noselect) \"/\" \"\""));
    }
    let settings = sim.settings(smtp).imap;
    let places = sim.read(smtp, |mailbox| all(mailbox, &settings)).unwrap_or_default();
    let pattern = format!("{reference}{pattern}");
    let lines = places.iter().filter(|place| fits(pattern.as_bytes(), place.path.as_bytes())).map(|place| {
        format!("{verb} ({}) \"/\" {}", place.attributes.join(" "), spelled(&place.path)).into_bytes()
    });
    done.after(lines.collect())
}

/// An atom where it can be one.
pub(super) fn spelled(path: &str) -> String {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/&-+,._".contains(&byte));
    if plain { path.to_owned() } else { format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// `*` stands for anything, `%` for anything within a name.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', rest @ ..] => (0..=path.len()).any(|at| fits(rest, &path[at..])),
        [b'%', rest @ ..] => {
            let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=end).any(|at| fits(rest, &path[at..]))
        }
        [byte, rest @ ..] => {
            path.split_first().is_some_and(|(first, path)| first == byte && fits(rest, path))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_stays_within_a_name() {
        assert!(fits(b"*", b"INBOX/Tickets") && fits(b"%", b"INBOX") && fits(b"INBOX/%", b"INBOX/Tickets"));
        assert!(!fits(b"%", b"INBOX/Tickets") && !fits(b"INBOX", b"INBOX/Tickets"));
        assert_eq!(
            (spelled("Entw&APw-rfe").as_str(), spelled("Sent Items").as_str()),
            ("Entw&APw-rfe", "\"Sent Items\"")
        );
    }
}
