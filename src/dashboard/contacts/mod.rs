//! An account's contacts: the list, those with some words on them, and what a person is asked.
//!
//! What is looked for is sent as a form, and a page goes on after a contact's id: no address holds a name.

pub(super) mod asked;
pub(super) mod matches;
pub(super) mod person;
pub(super) mod plan;

use super::Dashboard;
use super::asked::{AskedWith, PageAccount, SentForm, cut};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{BrakeDetail, ContactDetail, Desk};
use crate::model::{Account, Actor, CardEmail, CardText, Contact, ContactId, ContactState, printable};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

/// So many stand on a page.
const ON_PAGE: u32 = 50;
/// The longest text that is looked for, characters.
const LONGEST: usize = 200;

/// After which contact a page begins.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct After {
    after: Option<String>,
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct Wanted {
    #[serde(default)]
    text: String,
}

/// A contact in a row.
struct ListedContact {
    contact: ContactDetail,
    state: ContactState,
}

impl ListedContact {
    /// What the list is ordered by.
    fn filed(&self) -> String {
        let filed = printable(self.contact.card.filed());
        if filed.is_empty() { self.called() } else { filed }
    }

    fn called(&self) -> String {
        printable(&self.contact.name())
    }

    /// What else a person calls it, where it is filed under something else.
    fn also(&self) -> Option<String> {
        Some(self.called()).filter(|called| *called != self.filed())
    }

    fn emails(&self) -> impl Iterator<Item = String> {
        self.contact.card.emails.iter().take(2).map(CardEmail::shown).map(printable)
    }

    fn company(&self) -> String {
        printable(self.contact.card.text(CardText::CompanyName))
    }
}

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    /// What is looked for; `None` of the whole list.
    text: Option<&'a str>,
    rows: &'a [ListedContact],
    /// Whether more than the page shows have those words.
    is_cut: bool,
    /// Whether they are kept in step.
    is_kept: bool,
    /// What waits for a person.
    brake: &'a BrakeDetail,
    /// Which of the words say what a person is asked of contacts.
    asks: Vec<&'static str>,
    is_first: bool,
    behind: Option<String>,
}

pub(in crate::dashboard) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    AskedWith(After { after }): AskedWith<After>,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let account = desk.account(actor, &id).await?;
    let last = match after.as_deref().and_then(ContactId::parse) {
        Some(last) => Some(desk.any_contact(actor, &id, &last).await?),
        None => None,
    };
    let (is_first, start) = (last.is_none(), last.map(|last| (last.card.listed_as(), last.id)));
    let mut found = desk.contact_page(actor, &id, "", start, ON_PAGE + 1).await?;
    let behind = cut(&mut found, ON_PAGE).map(|last| format!("/ui/accounts/{id}/contacts?after={}", last.id));
    let rows = rows(desk, actor, found).await?;
    let more = ContactsPage { is_first, behind, ..shown(&page, &account, &rows) };
    respond(&dashboard, actor, more).await
}

/// Those with each word of a text on them.
pub(in crate::dashboard) async fn find(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    SentForm(Wanted { text }): SentForm<Wanted>,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let account = desk.account(actor, &id).await?;
    let text: String = text.trim().chars().take(LONGEST).collect();
    let mut found = desk.contact_page(actor, &id, &text, None, ON_PAGE + 1).await?;
    let is_cut = cut(&mut found, ON_PAGE).is_some();
    let rows = rows(desk, actor, found).await?;
    let found = ContactsPage { text: Some(&text), is_cut, ..shown(&page, &account, &rows) };
    respond(&dashboard, actor, found).await
}

async fn rows(desk: &Desk, actor: &Actor, found: Vec<Contact>) -> Result<Vec<ListedContact>, PageRefusal> {
    let states = desk.contact_states(actor, &found).await?;
    let row = |contact: Contact| {
        let state = states.get(&contact.id).copied().unwrap_or(ContactState::Gone);
        ListedContact { contact: contact.into(), state }
    };
    Ok(found.into_iter().map(row).collect())
}

/// The page of these.
fn shown<'a>(page: &'a Frame, account: &'a Account, rows: &'a [ListedContact]) -> ContactsPage<'a> {
    const NOTHING: &BrakeDetail =
        &BrakeDetail { waits: None, missing: None, approved_until: None, revision: None };
    ContactsPage {
        page,
        account,
        name: printable(&account.name()),
        text: None,
        rows,
        is_cut: false,
        is_kept: true,
        brake: NOTHING,
        asks: Vec::new(),
        is_first: true,
        behind: None,
    }
}

/// With what waits for a person of that account.
async fn respond(
    dashboard: &Dashboard,
    actor: &Actor,
    page: ContactsPage<'_>,
) -> Result<Response, PageRefusal> {
    let id = &page.account.id;
    let is_kept = dashboard.desk.keeps_contacts(actor, id).await?;
    let brake = dashboard.desk.contact_brake(actor, id).await?;
    let mut asks = Vec::new();
    if !dashboard.desk.contested_contacts(actor, id, 1).await?.is_empty() {
        asks.push("contacts-ask-conflicts");
    }
    if !dashboard.desk.contact_matches(actor, id, None, 1).await?.is_empty() {
        asks.push("contacts-ask-matches");
    }
    Ok(render(&ContactsPage { is_kept, brake: &brake, asks, ..page }))
}
