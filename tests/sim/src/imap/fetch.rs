//! FETCH: flags, dates, sizes, headers and whole messages.

use super::answer::Answer;
use super::command::Command;
use super::mime;
use super::numbers::FolderNumbers;
use super::select::Selected;
use super::settings::{Quirk, Settings};
use super::store::{flag_line, named};
use crate::sim::Sim;
use crate::world::Message;

/// A member that is asked for.
enum Item {
    Flags,
    Uid,
    InternalDate,
    Size,
    Part { label: String, part: Part, peeks: bool, range: Option<(usize, usize)> },
}

#[derive(PartialEq, Eq)]
enum Part {
    Whole,
    Header,
    Text,
    Fields(Vec<String>),
}

pub(super) fn fetch(sim: &Sim, selected: &Selected, command: &Command) -> Answer {
    let uids = named(selected, command);
    let items: Option<Vec<Item>> =
        command.args.get(1).and_then(|items| items.texts().into_iter().map(item).collect());
    let (Some(uids), Some(mut items)) = (uids, items) else { return Answer::bad_argument() };
    if command.by_uid && !items.iter().any(|item| matches!(item, Item::Uid)) {
        items.insert(0, Item::Uid);
    }
    let settings = sim.settings(&selected.smtp).imap;
    if settings.has(Quirk::BrokenSpoils) && items.iter().any(peeks) && any_broken(sim, selected, &uids) {
        return Answer::bad_argument();
    }
    if !selected.read_only && items.iter().any(|item| matches!(item, Item::Part { peeks: false, .. })) {
        mark_read(sim, selected, &uids);
    }
    let mut answer = Answer::ok("FETCH completed.");
    if settings.has(Quirk::UnaskedFlags) {
        answer.data.extend(uids.first().and_then(|uid| flag_line(sim, selected, *uid, false)));
    }
    let _ = sim.numbered(&selected.smtp, selected.folder, |mailbox, numbers| {
        for uid in uids {
            let message = numbers.by_uid.get(&uid).and_then(|id| mailbox.message(id));
            if let (Some(message), Some(number)) = (message, selected.number(uid)) {
                let teller = Teller { settings: &settings, numbers, uid, number, message };
                teller.tell(&items, &mut answer);
            }
        }
    });
    answer
}

fn peeks(item: &Item) -> bool {
    matches!(item, Item::Part { peeks: true, .. })
}

fn is_broken(settings: &Settings, message: &Message) -> bool {
    settings.broken.iter().any(|id| message.answers_to(id))
}

fn any_broken(sim: &Sim, selected: &Selected, uids: &[u32]) -> bool {
    let settings = sim.settings(&selected.smtp).imap;
    let any = sim.numbered(&selected.smtp, selected.folder, |mailbox, numbers| {
        let messages = uids.iter().filter_map(|uid| mailbox.message(numbers.by_uid.get(uid)?));
        messages.into_iter().any(|message| is_broken(&settings, message))
    });
    any.unwrap_or_default()
}

/// Who fetches a part without a peek has read the mail.
fn mark_read(sim: &Sim, selected: &Selected, uids: &[u32]) {
    let ids = sim.numbered(&selected.smtp, selected.folder, |_, numbers| {
        uids.iter().filter_map(|uid| numbers.by_uid.get(uid).cloned()).collect::<Vec<_>>()
    });
    let _ = sim.mark_read(&selected.smtp, &ids.unwrap_or_default(), true);
}

/// The members of a message in one line or two.
fn lines(settings: &Settings, number: u32, uid: u32, mut members: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    if settings.has(Quirk::UidLast) {
        members.reverse();
        members.sort_by_key(|member| member.starts_with(b"UID "));
    }
    let line =
        |members: &[Vec<u8>]| [format!("{number} FETCH (").as_bytes(), &members.join(&b' '), b")"].concat();
    if !settings.has(Quirk::Split) || members.len() < 3 {
        return vec![line(&members)];
    }
    let mut second = members.split_off(members.len() / 2);
    for half in [&mut members, &mut second] {
        if !half.iter().any(|member| member.starts_with(b"UID ")) {
            half.push(format!("UID {uid}").into_bytes());
        }
    }
    vec![line(&members), line(&second)]
}

/// One message, and what tells of it.
struct Teller<'a> {
    settings: &'a Settings,
    numbers: &'a FolderNumbers,
    uid: u32,
    number: u32,
    message: &'a Message,
}

impl Teller<'_> {
    fn tell(&self, items: &[Item], answer: &mut Answer) {
        let Some(members) = self.members(items) else { return };
        let whole = |item: &Item| matches!(item, Item::Part { part: Part::Whole, .. });
        answer.data.extend(lines(self.settings, self.number, self.uid, members));
        answer.bodies += usize::from(items.iter().any(whole));
        answer.returned.push(self.message.id.clone());
    }

    /// The members asked for; `None` for an item that is broken, of which a peek has no data at all.
    fn members(&self, items: &[Item]) -> Option<Vec<Vec<u8>>> {
        let broken = is_broken(self.settings, self.message);
        if broken && items.iter().any(peeks) {
            return None;
        }
        let whole = if broken { mime::stand_in(self.message) } else { mime::of(self.message) };
        Some(items.iter().filter_map(|item| self.member(item, &whole)).collect())
    }

    fn member(&self, item: &Item, whole: &[u8]) -> Option<Vec<u8>> {
        let message = self.message;
        Some(match item {
            Item::Uid => format!("UID {}", self.uid).into_bytes(),
            Item::Flags => {
                format!("FLAGS ({})", self.numbers.flags(self.uid, message).join(" ")).into_bytes()
            }
            Item::InternalDate if self.settings.has(Quirk::NoInternalDate) => return None,
            Item::InternalDate => {
                let date = message.received.format("%e-%b-%Y %H:%M:%S +0000");
                format!("INTERNALDATE \"{date}\"").into_bytes()
            }
            Item::Size => {
                let size = if self.settings.exact_sizes { whole.len() } else { message.size() };
                format!("RFC822.SIZE {size}").into_bytes()
            }
            Item::Part { label, part, range, .. } => {
                let bytes = cut(part.of(whole), *range);
                [format!("{label} {{{}}}\r\n", bytes.len()).as_bytes(), &bytes].concat()
            }
        })
    }
}

fn cut(mut bytes: Vec<u8>, range: Option<(usize, usize)>) -> Vec<u8> {
    let Some((from, count)) = range else { return bytes };
    bytes.truncate(from.saturating_add(count));
    bytes.split_off(from.min(bytes.len()))
}

impl Part {
    fn of(&self, whole: &[u8]) -> Vec<u8> {
        let end = whole.windows(4).position(|four| four == b"\r\n\r\n").map_or(whole.len(), |at| at + 4);
        match self {
            Self::Whole => whole.to_vec(),
            Self::Header => whole[..end].to_vec(),
            Self::Text => whole[end..].to_vec(),
            Self::Fields(names) => fields(&String::from_utf8_lossy(&whole[..end]), names).into_bytes(),
        }
    }
}

/// The header lines of these names, with their folded rest, and the empty line.
fn fields(header: &str, names: &[String]) -> String {
    let (mut chosen, mut taken) = (String::new(), false);
    for line in header.split_inclusive("\r\n").filter(|line| *line != "\r\n") {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default();
            taken = names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        }
        if taken {
            chosen.push_str(line);
        }
    }
    chosen + "\r\n"
}

fn item(text: &str) -> Option<Item> {
    let upper = text.to_uppercase();
    Some(match upper.as_str() {
        "FLAGS" => Item::Flags,
        "UID" => Item::Uid,
        "INTERNALDATE" => Item::InternalDate,
        "RFC822.SIZE" => Item::Size,
        "RFC822" => Item::Part { label: upper, part: Part::Whole, peeks: false, range: None },
        "RFC822.HEADER" => Item::Part { label: upper, part: Part::Header, peeks: true, range: None },
        _ => return section(&upper),
    })
}

/// `BODY.PEEK[HEADER.FIELDS (FROM)]<0.100>`.
fn section(text: &str) -> Option<Item> {
    let (peeks, rest) = match text.strip_prefix("BODY.PEEK[") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("BODY[")?),
    };
    let (section, range) = rest.split_once(']')?;
    let part = match section {
        "" => Part::Whole,
        "HEADER" => Part::Header,
        "TEXT" => Part::Text,
        _ => {
            let names = section.strip_prefix("HEADER.FIELDS (")?.strip_suffix(')')?;
            Part::Fields(names.split(' ').map(|name| name.trim_matches('"').to_owned()).collect())
        }
    };
    let range = match range.strip_prefix('<').and_then(|range| range.strip_suffix('>')) {
        Some(range) => {
            let (from, count) = range.split_once('.')?;
            Some((from.parse().ok()?, count.parse().ok()?))
        }
        None => None,
    };
    let label = match range {
        Some((from, _)) => format!("BODY[{section}]<{from}>"),
        None => format!("BODY[{section}]"),
    };
    Some(Item::Part { label, part, peeks, range })
}
