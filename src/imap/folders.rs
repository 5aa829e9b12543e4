//! What LIST says of folders, for the model: which of them are for what. Pure.

use super::names::{LANGUAGES, Language};
use super::tagged::unquoted;
use super::utf7;
use crate::model::{FolderListing, FolderSight, Role};
use imap_proto::{MailboxListData, NameAttribute};
use std::collections::HashMap;

/// A mailbox's folders.
#[derive(Debug, PartialEq, Eq)]
pub struct ImapFolders {
    /// Those that mail lies in.
    pub listing: FolderListing,
    /// Roles for which several folders may be meant, with their ids: somebody has to choose, and until then each is like
    /// one of the owner's own.
    pub unclear: Vec<(Role, Vec<String>)>,
}

/// A line of LIST.
pub(super) struct Listed {
    /// As the server writes it.
    id: String,
    /// The names down to it.
    names: Vec<String>,
    /// What the server says that it is for.
    role: Option<Role>,
    is_open: bool,
}

impl Listed {
    pub(super) fn of(line: &MailboxListData<'_>) -> Self {
        let id = unquoted(&line.name);
        // A delimiter that is written in UTF-7 stands in a name, and parts none.
        let names = match line.delimiter.as_deref().map(unquoted) {
            Some(delimiter) if !delimiter.is_empty() => id.split(&delimiter).map(utf7::decode).collect(),
            _ => vec![utf7::decode(&id)],
        };
        let attributes = &line.name_attributes;
        let closed = |attribute: &NameAttribute<'_>| {
            let no_such = |word: &str| word.eq_ignore_ascii_case("\\NonExistent");
            *attribute == NameAttribute::NoSelect
                || matches!(attribute, NameAttribute::Extension(word) if no_such(word))
        };
        let is_inbox = id.eq_ignore_ascii_case("INBOX");
        let said = attributes.iter().find_map(role);
        Self {
            id,
            names,
            role: if is_inbox { Some(Role::Inbox) } else { said },
            is_open: !attributes.iter().any(closed),
        }
    }

    /// The name by which a table may know it: at the top, or right below the inbox where a server has all of them there.
    fn known_name(&self) -> Option<&str> {
        match self.names.as_slice() {
            [name] => Some(name),
            [first, name] if first.eq_ignore_ascii_case("INBOX") => Some(name),
            _ => None,
        }
    }

    fn sight(self, role: Role) -> FolderSight {
        FolderSight {
            role,
            name: self.names.last().cloned(),
            path: Some(self.names.join("/")),
            remote_id: Some(self.id),
            total: None,
        }
    }
}

/// Special uses (RFC 6154), which Exchange shows without offering them (floatpane/matcha#1641).
const USES: [(NameAttribute<'static>, Role); 5] = [
    (NameAttribute::Sent, Role::Sent),
    (NameAttribute::Drafts, Role::Drafts),
    (NameAttribute::Trash, Role::Deleted),
    (NameAttribute::Junk, Role::Junk),
    (NameAttribute::Archive, Role::Archive),
];

fn role(attribute: &NameAttribute<'_>) -> Option<Role> {
    USES.iter().find(|(known, _)| known == attribute).map(|(_, role)| *role)
}

/// The folders of a list that is whole.
pub(super) fn folders(lines: Vec<Listed>) -> ImapFolders {
    let languages = spoken(&lines);
    let is_mail = |line: &Listed| {
        !line.names.first().is_some_and(|top| languages.iter().any(|language| language.is_not_mail(top)))
    };
    let mail: Vec<Listed> =
        lines.into_iter().filter(|line| line.is_open && (line.role.is_some() || is_mail(line))).collect();
    let (mut named, mut unclear) = (HashMap::new(), Vec::new());
    for role in Role::naming() {
        match candidates(&mail, role).as_slice() {
            [] => {}
            [only] => {
                named.insert(only.clone(), role);
            }
            several => unclear.push((role, several.to_vec())),
        }
    }
    let folders = mail.into_iter().map(|line| {
        let role = named.get(&line.id).copied().unwrap_or(Role::Other);
        line.sight(role)
    });
    ImapFolders { listing: FolderListing { folders: folders.collect(), whole: true }, unclear }
}

/// The ids of the folders that may be meant by a role: what the server says counts, else what they are called.
fn candidates(mail: &[Listed], role: Role) -> Vec<String> {
    let ids = |fits: &dyn Fn(&&Listed) -> bool| {
        mail.iter().filter(fits).map(|line| line.id.clone()).collect::<Vec<_>>()
    };
    let said = ids(&|line| line.role == Some(role));
    let called = |line: &&Listed| {
        let name = line.known_name().filter(|_| line.role.is_none());
        name.is_some_and(|name| LANGUAGES.iter().any(|language| language.role(name) == Some(role)))
    };
    if said.is_empty() { ids(&called) } else { said }
}

/// The languages in which the mailbox has a folder for drafts, sent or deleted mail. Only in these a folder is taken for
/// one that holds no mail: a "Notes" of somebody whose mailbox speaks Polish is a folder of theirs.
fn spoken(lines: &[Listed]) -> Vec<&'static Language> {
    let tells = |language: &&Language, line: &Listed| {
        let role = line.known_name().and_then(|name| language.role(name));
        matches!(role, Some(Role::Drafts | Role::Sent | Role::Deleted))
    };
    LANGUAGES.iter().filter(|language| lines.iter().any(|line| tells(language, line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use imap_proto::{MailboxDatum, Response};

    fn read(lines: &[&str]) -> ImapFolders {
        let listed = lines.iter().map(|line| {
            let text = format!("* LIST {line}\r\n");
            let Ok((_, Response::MailboxData(MailboxDatum::List(line)))) = Response::parse(text.as_bytes())
            else {
                panic!("{text}")
            };
            Listed::of(&line)
        });
        folders(listed.collect())
    }

    fn roles(read: &ImapFolders) -> Vec<(&str, Role)> {
        read.listing.folders.iter().map(|f| (f.path.as_deref().unwrap(), f.role)).collect()
    }

    #[test]
    fn what_a_server_says_counts_and_else_what_folders_are_called() {
        let read = read(&[
            "(\\HasChildren) \"/\" inbox",
            "(\\HasNoChildren) \"/\" INBOX/Kite",
            "(\\HasNoChildren) \"/\" \"Verzonden items\"",
            "(\\HasNoChildren \\Trash) \"/\" Bin",
            "(\\HasNoChildren) \"/\" \"Verwijderde items\"",
            "(\\HasNoChildren) \"/\" Agenda",
            "(\\HasNoChildren) \"/\" Notes",
            "(\\Noselect) \"/\" Public",
        ]);
        assert_eq!(
            roles(&read),
            [
                ("INBOX", Role::Inbox),
                ("INBOX/Kite", Role::Other),
                ("Verzonden items", Role::Sent),
                ("Bin", Role::Deleted),
                ("Verwijderde items", Role::Other),
                ("Notes", Role::Other),
            ]
        );
        assert!(read.unclear.is_empty());
        assert_eq!(read.listing.folders[2].remote_id.as_deref(), Some("Verzonden items"));
    }

    #[test]
    fn where_two_folders_may_be_meant_nobody_guesses() {
        let read =
            read(&["() \"/\" INBOX", "() \"/\" Sent", "() \"/\" \"Sent Items\"", "() \"/\" Entw&APw-rfe"]);
        assert_eq!(read.unclear, [(Role::Sent, vec!["Sent".to_owned(), "Sent Items".to_owned()])]);
        let sent = [("Sent", Role::Other), ("Sent Items", Role::Other), ("Entwürfe", Role::Drafts)];
        assert_eq!(roles(&read)[1..], sent);
    }

    #[test]
    fn what_parts_names_is_not_what_stands_in_them() {
        let read = read(&["() \"/\" INBOX", "() \"/\" AC&AC8-DC", "() \"\\\\\" \"INBOX\\\\a\\\"b\""]);
        let names: Vec<_> =
            read.listing.folders.iter().map(|folder| folder.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["INBOX", "AC/DC", "a\"b"]);
        assert_eq!(read.listing.folders[2].remote_id.as_deref(), Some("INBOX\\a\"b"));
    }

    #[test]
    fn folders_without_a_delimiter_or_with_another_one_are_read() {
        let read = read(&["() NIL INBOX", "() \".\" INBOX.Sent", "() \".\" INBOX.Sent.2025"]);
        let expected = [("INBOX", Role::Inbox), ("INBOX/Sent", Role::Sent), ("INBOX/Sent/2025", Role::Other)];
        assert_eq!(roles(&read), expected);
    }
}
