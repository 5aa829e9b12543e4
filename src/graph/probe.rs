//! What Graph is not known to do before a mailbox has answered it: looked at, and tried with one contact that is
//! made for it and deleted at the end. Nothing that people have written is told.

use super::{GraphError, GraphMailbox};
use crate::error::{Classify, Disposition, Meaning};
use crate::model::{
    Card, CardMember, CardPatch, CardText, ContactChanges, ContactId, ContactList, ContactPhoto,
    ContactSight, ItemError, PageEnd, PageSize, PlaceKind, storable,
};
use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

/// The folder that every mailbox has.
const DEFAULT: &str = "contacts";
/// A photo of one pixel.
const PIXEL: &[u8] = include_bytes!("probe/pixel.jpg");

/// What was seen of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeFinding {
    /// In a word or a few.
    pub question: &'static str,
    /// For people.
    pub answer: String,
    /// What it means that it was refused, and not of this one question; `None` where it was answered.
    pub refused: Option<Meaning>,
}

impl ProbeFinding {
    fn of(question: &'static str, answer: Result<String, GraphError>) -> Self {
        match answer {
            Ok(answer) => Self { question, answer, refused: None },
            Err(error) => {
                let meaning = error.meaning();
                let bars = matches!(meaning.disposition, Disposition::NeedsLogin | Disposition::Blocked);
                let refused = (bars || !error.is_of_item()).then_some(meaning);
                Self { question, answer: format!("refused: {error}"), refused }
            }
        }
    }
}

impl GraphMailbox {
    /// How long pages are. Changes nothing.
    pub async fn probe_pages(&self) -> Vec<ProbeFinding> {
        vec![
            ProbeFinding::of("page of changes", self.page_of_changes().await),
            ProbeFinding::of("page of a list", self.page_of_a_list().await),
        ]
    }

    async fn page_of_changes(&self) -> Result<String, GraphError> {
        Ok(match self.contact_changes(DEFAULT, None, PageSize::Full).await? {
            ContactChanges::Page(page) => {
                let more = if matches!(page.end, PageEnd::More(_)) { ", and there are more" } else { "" };
                format!("{} contacts where 200 are asked for{more}", page.looks.len() + page.faults.len())
            }
            ContactChanges::TooBig => "too big where 200 contacts are asked for".to_owned(),
            ContactChanges::Lost | ContactChanges::NoFolder => "none".to_owned(),
        })
    }

    async fn page_of_a_list(&self) -> Result<String, GraphError> {
        Ok(match self.contact_list(DEFAULT, None).await? {
            ContactList::Page(page) => {
                let counted =
                    page.total.map_or("not counted".to_owned(), |total| format!("counted: {total}"));
                let more = if page.next.is_some() { ", and there are more" } else { "" };
                format!("{} contacts where 999 are asked for{more}; {counted}", page.items.len())
            }
            ContactList::Lost | ContactList::NoFolder => "none".to_owned(),
        })
    }

    /// What becomes of what is written: one contact is made, changed in several ways, and deleted.
    ///
    /// # Errors
    /// Why there is no such contact.
    pub async fn probe_writing(&self) -> Result<Vec<ProbeFinding>, GraphError> {
        let id = ContactId::from(format!("probe-{}", Uuid::new_v4()));
        let made = self.create_contact(&id, &CardPatch::between(&Card::default(), scratch())).await?;
        let findings = vec![
            ProbeFinding::of("search by our own id, at once", self.searched(&id).await),
            ProbeFinding::of("If-Match with an old version", self.matched(&made).await),
            ProbeFinding::of("clearing a member", self.cleared(&made).await),
            ProbeFinding::of("photo", self.pictured(&made).await),
            ProbeFinding::of("taking the photo away", self.unpictured(&made).await),
            ProbeFinding::of("moving by parentFolderId", self.moved(&made).await),
            // Whatever was seen, what was made goes to Deleted Items. One whose answer could not be read stays.
            ProbeFinding::of("a deleted contact", self.deleted(&made).await),
        ];
        Ok(findings)
    }

    async fn searched(&self, id: &ContactId) -> Result<String, GraphError> {
        let found = self.contacts_carrying(id).await?.len();
        Ok(if found == 1 { "found".to_owned() } else { format!("{found} found") })
    }

    async fn matched(&self, made: &ContactSight) -> Result<String, GraphError> {
        let mut card = made.card.clone();
        for title in ["first", "second"] {
            card.set_text(CardText::JobTitle, title.to_owned());
            let patch = only(CardMember::Text(CardText::JobTitle), card.clone());
            match self.update_contact(&made.remote_id, made.change_key.as_deref(), &patch).await {
                Err(GraphError::Conflict(_)) if title == "second" => {
                    return Ok("refused, as it should be".to_owned());
                }
                said => said?,
            };
        }
        Ok("not looked at".to_owned())
    }

    async fn cleared(&self, made: &ContactSight) -> Result<String, GraphError> {
        let nothing = Card::default();
        let filled = || CardMember::all().filter(|member| !made.card.has_same(*member, &nothing));
        let told = |member: &CardMember| *member != CardMember::Text(CardText::DisplayName);
        let mut refused = Vec::new();
        for member in filled().filter(told) {
            if self.update_contact(&made.remote_id, None, &only(member, nothing.clone())).await.is_err() {
                refused.push(member.as_str());
            }
        }
        let now = self.looked_at(made).await?;
        // What the server makes by itself is none of ours to clear.
        let own = |member: &CardMember| !scratch().has_same(*member, &nothing) && told(member);
        let left = CardMember::all().filter(own).filter(|member| !now.card.has_same(*member, &nothing));
        let left: Vec<_> = left.map(CardMember::as_str).collect();
        let words = |list: &[&str]| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        Ok(format!("left as they were: {}; refused: {}", words(&left), words(&refused)))
    }

    async fn pictured(&self, made: &ContactSight) -> Result<String, GraphError> {
        let before = self.looked_at(made).await?.change_key;
        let pixel = ContactPhoto::to_be_set(PIXEL.to_vec()).map_err(GraphError::Unfit)?;
        self.put_photo(&made.remote_id, &pixel).await?;
        let version = if self.looked_at(made).await?.change_key == before { "stays" } else { "changes" };
        let photos = self.contact_photos(std::slice::from_ref(&made.remote_id)).await?;
        let bytes = match photos.into_iter().next() {
            Some((_, Ok(photo))) if photo.bytes == PIXEL => "come back as they were",
            Some((_, Ok(_))) => "come back as others",
            Some((_, Err(_))) | None => "do not come back",
        };
        Ok(format!("its bytes {bytes}, and the version of the contact {version}"))
    }

    async fn unpictured(&self, made: &ContactSight) -> Result<String, GraphError> {
        self.remove_photo(&made.remote_id).await?;
        let photos = self.contact_photos(std::slice::from_ref(&made.remote_id)).await?;
        let is_gone = photos.iter().all(|(_, photo)| *photo == Err(ItemError::Gone));
        Ok(if is_gone { "it is gone".to_owned() } else { "it stays".to_owned() })
    }

    async fn moved(&self, made: &ContactSight) -> Result<String, GraphError> {
        let folders = self.contact_folders().await?;
        let Some(other) = folders.into_iter().find(|folder| folder.remote_id != made.folder) else {
            return Ok("not tried: there is one folder alone".to_owned());
        };
        let address = self.address(&["me", "contacts", &made.remote_id], &[]);
        self.patch(address, None, &json!({"parentFolderId": other.remote_id})).await?;
        let is_there = self.looked_at(made).await?.folder == other.remote_id;
        Ok(if is_there { "it moves".to_owned() } else { "it stays".to_owned() })
    }

    async fn deleted(&self, made: &ContactSight) -> Result<String, GraphError> {
        self.delete_contact(&made.remote_id, None).await?;
        Ok(match self.contacts(std::slice::from_ref(&made.remote_id)).await?.into_iter().next() {
            Some((_, Ok(_))) => "lies in another folder under its id".to_owned(),
            Some((_, Err(ItemError::Gone))) | None => "is not found by its id".to_owned(),
            Some((_, Err(ItemError::Fault(fault)))) => format!("answers {}", storable(&fault.code)),
        })
    }

    /// The contact as it stands.
    async fn looked_at(&self, made: &ContactSight) -> Result<ContactSight, GraphError> {
        let looked = self.contacts(std::slice::from_ref(&made.remote_id)).await?.into_iter().next();
        let sight = looked.and_then(|(_, looked)| looked.ok());
        sight.ok_or(GraphError::Unreadable { what: "contact", status: 200 })
    }
}

/// The contact that is made.
fn scratch() -> Card {
    let mut card = Card { birthday: NaiveDate::from_ymd_opt(1992, 2, 29), ..Card::default() };
    card.set_text(CardText::DisplayName, "outlook-syncd probe, to be deleted".to_owned());
    card.set_text(CardText::JobTitle, "probe".to_owned());
    card.set_text(CardText::PersonalNotes, "probe".to_owned());
    card.set_place(
        PlaceKind::Home,
        crate::model::CardPlace { city: "Bonn".to_owned(), ..Default::default() },
    );
    card.im_addresses.push("probe@chat.example".to_owned());
    card.categories.push("probe".to_owned());
    card
}

fn only(member: CardMember, card: Card) -> CardPatch {
    CardPatch { card, members: [member].into() }
}
