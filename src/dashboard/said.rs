//! What pages call things that have words in the database: a state, a field, a deed. Each word has a key of its own in the
//! files of `words`.

use super::frame::Frame;
use super::verdicts::{Badge, Tone};
use crate::desk::{CorrespondenceStanding, WriteOutcome};
use crate::model::{
    AuditAction, CardField, CardMember, ContactState, ContactWriteKind, PhoneKind, PlaceKind, PlacePart,
    Proof,
};
use serde_json::Value;
use std::borrow::Cow;

/// The key of a word.
pub(super) fn key(of: &str, word: &str) -> String {
    format!("{of}-{}", word.replace('_', "-"))
}

fn tone(state: ContactState) -> Tone {
    match state {
        ContactState::Asked | ContactState::Missing => Tone::Warn,
        ContactState::Refused => Tone::Bad,
        ContactState::Waiting | ContactState::Linked => Tone::Good,
        ContactState::Gone | ContactState::KeptBack | ContactState::Here => Tone::Quiet,
    }
}

/// What templates call. They hand over references.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates call methods, by reference")]
impl Frame {
    fn word(&self, of: &str, word: &str) -> Cow<'static, str> {
        self.say(&key(of, word))
    }

    /// How a contact stands.
    pub(super) fn contact_state(&self, state: &ContactState) -> Badge {
        Badge::new(tone(*state), self.word("contact", state.as_str()))
    }

    pub(super) fn proof(&self, proof: &Proof) -> Cow<'static, str> {
        self.word("proof", proof.as_str())
    }

    /// What is done by a write.
    pub(super) fn write(&self, kind: &ContactWriteKind) -> Cow<'static, str> {
        self.word("write", kind.as_str())
    }

    pub(super) fn write_outcome(&self, outcome: &WriteOutcome) -> Badge {
        let tone = match outcome {
            WriteOutcome::Done => Tone::Good,
            WriteOutcome::Failed => Tone::Bad,
            WriteOutcome::Open => Tone::Quiet,
        };
        Badge::new(tone, self.word("write", outcome.as_str()))
    }

    /// How it stands with one person's mail.
    pub(super) fn correspondence(&self, standing: &CorrespondenceStanding) -> Badge {
        let tone = match standing {
            CorrespondenceStanding::Incomplete => Tone::Warn,
            CorrespondenceStanding::Waiting => Tone::Quiet,
            CorrespondenceStanding::Reading | CorrespondenceStanding::Done => Tone::Good,
        };
        Badge::new(tone, self.word("correspondence", standing.as_str()))
    }

    /// What is done that a line of the audit log tells.
    pub(super) fn action(&self, action: &AuditAction) -> Cow<'static, str> {
        self.word("audit", action.as_str())
    }

    /// What was looked at.
    pub(super) fn check(&self, name: &str) -> Cow<'static, str> {
        self.say(&key("check", &name.replace(' ', "-")))
    }

    /// Whether it is as it should be.
    pub(super) fn checked(&self, is_fine: &bool) -> Badge {
        let (tone, key) = if *is_fine { (Tone::Good, "check-fine") } else { (Tone::Bad, "check-wrong") };
        Badge::new(tone, self.say(key))
    }

    pub(super) fn field(&self, field: &CardField) -> Cow<'static, str> {
        match *field {
            CardField::Text(text) => self.word("field", text.as_str()),
            CardField::Birthday => self.say("field-birthday"),
            CardField::Email => self.say("field-email"),
            CardField::Phone(kind) => self.phone(kind),
            CardField::Place(kind, part) => of_kind(&self.part_of_place(part), &self.place(kind)),
            CardField::ImAddress => self.say("field-im-address"),
            CardField::Child => self.say("field-child"),
            CardField::Category => self.say("field-category"),
        }
    }

    pub(super) fn member(&self, member: &CardMember) -> Cow<'static, str> {
        match *member {
            CardMember::Text(text) => self.word("field", text.as_str()),
            CardMember::Birthday => self.say("field-birthday"),
            CardMember::Emails => self.say("field-email"),
            CardMember::Phones(kind) => self.phone(kind),
            CardMember::Place(kind) => of_kind(&self.say("field-place"), &self.place(kind)),
            CardMember::ImAddresses => self.say("field-im-address"),
            CardMember::Children => self.say("field-child"),
            CardMember::Categories => self.say("field-category"),
        }
    }

    /// A value of a card, as the journal has it.
    pub(super) fn value(&self, value: &Value) -> String {
        match value {
            Value::Null => "–".to_owned(),
            Value::String(text) => self.shown(text),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.shown(&value.to_string())
            }
        }
    }

    fn phone(&self, kind: PhoneKind) -> Cow<'static, str> {
        of_kind(&self.say("field-phone"), &self.word("kind", kind.as_str()))
    }

    fn place(&self, kind: PlaceKind) -> Cow<'static, str> {
        self.word("kind", kind.as_str())
    }

    fn part_of_place(&self, part: PlacePart) -> Cow<'static, str> {
        self.word("field", part.as_str())
    }
}

fn of_kind(what: &str, kind: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{what} ({kind})"))
}
