//! How the scripted mailbox takes what is written to it, and what it makes of it.

use super::book::{Book, CONTACTS};
use outlook_syncd::error::{Meaning, WhoseTurn};
use outlook_syncd::model::{
    Card, CardEmail, CardMember, CardPatch, CardText, ContactId, ContactRequest, ContactSight, ItemFault,
};
use outlook_syncd::sync::Failure;
use outlook_syncd::sync::contacts::{SendFailure, Sent};
use std::collections::{BTreeMap, HashSet};

/// What ends a photo that the server has kept.
const KEPT: &[u8] = b"~";

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Before,
    After,
}

/// What somebody does to the mailbox.
pub(super) type Meanwhile = Box<dyn FnOnce(&mut Book)>;

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a server may do")]
pub(super) struct Pen {
    /// Whatever version a write is meant for, it is done.
    pub(super) ignores_versions: bool,
    /// It does not say how an item stands after it was changed.
    pub(super) is_silent: bool,
    /// So many writes are refused as of another version, although it is the same.
    pub(super) conflicts: usize,
    /// The write of this number, counted from 0, is cut.
    pub(super) cut: Option<(usize, Cut)>,
    /// Names that it does not take.
    pub(super) refuses: HashSet<String>,
    /// Kinds of writes of photos that it does not take.
    pub(super) refuses_photos: HashSet<&'static str>,
    /// So many looks at a photo that is set show what was there before.
    pub(super) shows_late: usize,
    /// What those looks show, by the contact's id.
    pub(super) late: BTreeMap<String, (Option<Vec<u8>>, usize)>,
    /// It says that it has set a photo, and does not.
    pub(super) ignores_photos: bool,
    /// It deletes nothing.
    pub(super) keeps_all: bool,
    /// Names at which it fails.
    pub(super) fails_at: HashSet<String>,
    /// No write is done, and no answer says so.
    pub(super) hangs: bool,
    /// So many changes are done, and refused as of another version: they were asked for twice.
    pub(super) repeats: usize,
    /// Names that nobody is allowed to write.
    pub(super) denies: HashSet<String>,
    /// So many searches by our id find nothing.
    pub(super) finds_late: usize,
    /// Nobody can search by our id.
    pub(super) cannot_search: bool,
    /// A mailbox that only can be read.
    pub(super) is_closed: bool,
    /// What somebody does between a look and the next write.
    pub(super) meanwhile: Option<Meanwhile>,
    /// How many writes were done of each kind.
    pub(super) done: BTreeMap<&'static str, usize>,
    asked: usize,
}

impl Pen {
    pub(super) fn done(&self) -> usize {
        self.done.values().sum()
    }

    /// Cuts the write of this number, counted from the next one; so many searches find nothing then.
    pub(super) fn cut_next(&mut self, at: usize, cut: Cut, finds_late: usize) {
        (self.cut, self.finds_late) = (Some((self.asked + at, cut)), finds_late);
    }

    /// Nothing goes wrong any more.
    pub(super) fn heal(&mut self) {
        *self = Self { done: std::mem::take(&mut self.done), asked: self.asked, ..Self::default() };
    }
}

fn failed(code: &'static str, is_undone: bool, is_alone: bool) -> Sent {
    let meaning = Meaning::retry(code, WhoseTurn::Nobody, "it is tried again.");
    let meaning = if is_undone { meaning } else { meaning.network() };
    Sent::Failed(SendFailure { failure: Failure { meaning, message: code.to_owned() }, is_undone, is_alone })
}

/// A server that has no answer, although the network has.
fn unanswered(code: &'static str) -> Sent {
    let meaning = Meaning::retry(code, WhoseTurn::Nobody, "it is tried again.");
    let failure = Failure { meaning, message: code.to_owned() };
    Sent::Failed(SendFailure { failure, is_undone: false, is_alone: true })
}

/// What somebody has to allow.
fn denied() -> Sent {
    let failure = Failure {
        meaning: Meaning::blocked("denied", WhoseTurn::It, "allow it."),
        message: "denied".to_owned(),
    };
    Sent::Failed(SendFailure { failure, is_undone: true, is_alone: true })
}

impl Book {
    pub(super) fn write(&mut self, request: &ContactRequest) -> Sent {
        if let Some(meanwhile) = self.pen.meanwhile.take() {
            meanwhile(self);
        }
        let cut = self.pen.cut.filter(|(at, _)| *at == self.pen.asked).map(|(_, cut)| cut);
        self.pen.asked += 1;
        if cut == Some(Cut::Before) {
            return failed("cut", false, false);
        }
        if self.pen.hangs {
            return unanswered("hangs");
        }
        if self.pen.is_closed {
            return failed("closed", true, false);
        }
        let sent = self.take(request);
        if matches!(sent, Sent::Done(_)) {
            *self.pen.done.entry(request.kind().as_str()).or_default() += 1;
        }
        if cut == Some(Cut::After) { failed("cut", false, false) } else { sent }
    }

    fn take(&mut self, request: &ContactRequest) -> Sent {
        let name = |patch: &CardPatch| patch.card.text(CardText::DisplayName).to_owned();
        if let Some(name) = request.patch().map(name) {
            if self.pen.refuses.contains(&name) {
                return Sent::Refused(ItemFault { code: "ErrorInvalidRequest".to_owned(), text: name });
            }
            if self.pen.denies.contains(&name) {
                return denied();
            }
            if self.pen.fails_at.contains(&name) {
                return failed("busy", true, true);
            }
        }
        match request {
            _ if self.pen.refuses_photos.contains(request.kind().as_str()) => {
                let (code, text) = ("ErrorInvalidRequest".to_owned(), "405".to_owned());
                Sent::Refused(ItemFault { code, text })
            }
            ContactRequest::SetPhoto { remote_id, .. } if !self.items.contains_key(remote_id) => Sent::Gone,
            // The road to Outlook does not ask for it (profilephoto-update takes JPEG).
            ContactRequest::SetPhoto { photo, .. } if photo.fault().is_some() => {
                let fault = photo.fault().unwrap();
                Sent::Refused(ItemFault { code: fault.code().to_owned(), text: fault.to_string() })
            }
            ContactRequest::SetPhoto { .. } if self.pen.ignores_photos => Sent::Done(None),
            ContactRequest::SetPhoto { remote_id, photo } => {
                let before = (self.photos.get(remote_id).cloned(), self.pen.shows_late);
                self.pen.late.insert(remote_id.clone(), before);
                self.picture(remote_id, Some(&kept(&photo.bytes)));
                Sent::Done(None)
            }
            ContactRequest::RemovePhoto { remote_id } if !self.photos.contains_key(remote_id) => Sent::Gone,
            ContactRequest::RemovePhoto { remote_id } => {
                self.picture(remote_id, None);
                Sent::Done(None)
            }
            ContactRequest::Create { contact, patch } => self.create(contact, patch),
            ContactRequest::Update { remote_id, version, patch } => {
                self.of_version(remote_id, version.as_deref(), |book| book.update(remote_id, patch))
            }
            ContactRequest::Delete { .. } if self.pen.keeps_all => {
                let (code, text) = ("ErrorAccessDenied".to_owned(), "405".to_owned());
                Sent::Refused(ItemFault { code, text })
            }
            ContactRequest::Delete { remote_id, version } => {
                self.of_version(remote_id, version.as_deref(), |book| {
                    book.delete(remote_id);
                    None
                })
            }
        }
    }

    fn create(&mut self, contact: &ContactId, patch: &CardPatch) -> Sent {
        let id = self.add(CONTACTS, "");
        self.items.get_mut(&id).unwrap().1.carries = Some(contact.clone());
        Sent::Done(self.update(&id, patch).or_else(|| Some(self.seen(&id))))
    }

    fn of_version(
        &mut self,
        id: &str,
        version: Option<&str>,
        change: impl FnOnce(&mut Self) -> Option<Box<ContactSight>>,
    ) -> Sent {
        let Some((_, sight)) = self.items.get(id) else { return Sent::Gone };
        let is_other = version.is_some_and(|version| sight.change_key.as_deref() != Some(version));
        if self.pen.conflicts > 0 {
            self.pen.conflicts -= 1;
            return Sent::Changed;
        }
        if self.pen.repeats > 0 {
            self.pen.repeats -= 1;
            change(self);
            return Sent::Changed;
        }
        if is_other && !self.pen.ignores_versions { Sent::Changed } else { Sent::Done(change(self)) }
    }

    fn update(&mut self, id: &str, patch: &CardPatch) -> Option<Box<ContactSight>> {
        let patch = patch.clone();
        self.edit(id, |card| *card = rewritten(card, &patch));
        (!self.pen.is_silent).then(|| self.seen(id))
    }

    fn seen(&self, id: &str) -> Box<ContactSight> {
        let sight = self.items[id].1.clone();
        Box::new(ContactSight { carries: None, ..sight })
    }
}

/// The file that the server keeps of a photo that it is sent: another one of the same picture.
pub(super) fn kept(sent: &[u8]) -> Vec<u8> {
    if sent.ends_with(KEPT) { sent.to_vec() } else { [sent, KEPT].concat() }
}

/// The picture of a file, whoever has kept it.
pub(super) fn picture(file: &[u8]) -> &[u8] {
    file.strip_suffix(KEPT).unwrap_or(file)
}

/// What the server makes of what it is sent.
fn rewritten(card: &Card, patch: &CardPatch) -> Card {
    let was_written = |text: CardText| patch.members.contains(&CardMember::Text(text));
    let mut next = patch.apply(card);
    let [given, surname] = [CardText::GivenName, CardText::Surname].map(|text| next.text(text).to_owned());
    let joined = |parts: [&str; 2], between: &str| {
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    };
    let is_renamed = was_written(CardText::GivenName) || was_written(CardText::Surname);
    if is_renamed && !was_written(CardText::DisplayName) {
        next.set_text(CardText::DisplayName, joined([&given, &surname], " "));
    }
    if is_renamed && !was_written(CardText::FileAs) {
        next.set_text(CardText::FileAs, joined([&surname, &given], ", "));
    } else if !was_written(CardText::FileAs) {
        let name = format!("~{}", next.text(CardText::DisplayName));
        next.set_text(CardText::FileAs, name);
    }
    let notes = next.text(CardText::PersonalNotes).replace('\n', "\r\n");
    next.set_text(CardText::PersonalNotes, notes);
    for email in &mut next.emails {
        *email = if email.address.contains('@') {
            CardEmail { name: email.address.clone(), ..email.clone() }
        } else {
            CardEmail { address: String::new(), name: format!("{}{}", email.address, email.name) }
        };
    }
    for phone in &mut next.phones {
        phone.number = phone.number.replace(' ', "-");
    }
    next
}
