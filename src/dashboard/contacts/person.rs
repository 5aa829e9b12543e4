//! One contact: what is on it here and in Outlook, what waits and why, what was written, and how far its mail is read.

use super::super::Dashboard;
use super::super::asked::{AskedWith, PageAccount, PageContact, SentForm};
use super::super::done::JustDone;
use super::super::entry::Admitted;
use super::super::frame::{Frame, live as live_part, render, revision};
use super::super::overview::Before;
use super::super::refusal::PageRefusal;
use crate::desk::{
    ContactShown, CorrespondenceDetail, Desk, DeskError, JournalQuery, UndoDeed, WriteDetail, WriteOutcome,
    has_address,
};
use crate::model::{
    Account, AccountId, Actor, Card, CardField, Contact, ContactId, ContactState, ContactWriteId,
    ContestedPart, Correspondent, Side, printable,
};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

/// So many of its writes stand on the page.
const WRITES: u32 = 20;

/// Which write is taken back.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct Undone {
    write: Option<String>,
}

/// Whose value holds, and of what; of all that waits where it is not said.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct Holds {
    part: Option<ContestedPart>,
    side: Option<Side>,
}

/// A field of a card, as both places have it.
pub(super) struct FieldRow {
    pub(super) field: CardField,
    pub(super) here: Vec<String>,
    /// `None` where there is no other place.
    pub(super) there: Option<Vec<String>>,
}

impl FieldRow {
    /// Whether both say the same.
    pub(super) fn is_same(&self) -> bool {
        self.there.as_ref() == Some(&self.here)
    }
}

/// The fields that either card has something in.
pub(super) fn compared(here: &Card, there: Option<&Card>) -> Vec<FieldRow> {
    let values = |field: CardField, card: &Card| -> Vec<String> {
        field.values(card).iter().map(|value| printable(value)).collect()
    };
    let row =
        |field| FieldRow { field, here: values(field, here), there: there.map(|card| values(field, card)) };
    let has_any = |row: &FieldRow| !row.here.is_empty() || row.there.iter().any(|there| !there.is_empty());
    CardField::all().map(row).filter(has_any).collect()
}

/// How far its mail is read, whatever the time.
#[derive(Debug)]
struct MailView {
    account: AccountId,
    contact: ContactId,
    /// Nobody has asked for it where it is `None`.
    mail: Option<CorrespondenceDetail>,
    /// Whether it can be asked for.
    can_ask: bool,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct OneContactPage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    shown: &'a ContactShown,
    state: ContactState,
    rows: Vec<FieldRow>,
    has_there: bool,
    writes: &'a [WriteDetail],
    view: &'a MailView,
    revision: &'a str,
}

impl OneContactPage<'_> {
    /// Whether it can be taken back.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn can_undo(&self, write: &WriteDetail) -> bool {
        write.outcome == WriteOutcome::Done
    }
}

#[derive(Template)]
#[template(path = "contact_live.html")]
struct ContactLive<'a> {
    page: &'a Frame,
    view: &'a MailView,
    revision: &'a str,
}

pub(in crate::dashboard) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageContact(contact): PageContact,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let (account, found) = (desk.account(actor, &id).await?, desk.any_contact(actor, &id, &contact).await?);
    let states = desk.contact_states(actor, std::slice::from_ref(&found)).await?;
    let there = desk.card_in_mailbox(actor, &found).await?;
    let (rows, has_there) = (compared(&found.card, there.as_ref()), there.is_some());
    let query = JournalQuery { contact: Some(contact), limit: WRITES, ..JournalQuery::default() };
    let writes = desk.contact_writes(actor, &id, &query).await?;
    let view = mail(desk, actor, &account, &found).await?;
    let shown = desk.shown(found).await?;
    let state = states.get(&shown.contact.id).copied().unwrap_or(ContactState::Gone);
    Ok(render(&OneContactPage {
        page: &page,
        account: &account,
        name: printable(&account.name()),
        shown: &shown,
        state,
        rows,
        has_there,
        writes: &writes,
        revision: &revision(&view),
        view: &view,
    }))
}

async fn mail(
    desk: &Desk,
    actor: &Actor,
    account: &Account,
    contact: &Contact,
) -> Result<MailView, PageRefusal> {
    let whose = Correspondent::Contact(contact.id.clone());
    let mail = match desk.correspondence(actor, &account.id, whose).await {
        Ok(mail) => Some(mail),
        Err(DeskError::NotAsked) => None,
        Err(error) => return Err(error.into()),
    };
    let can_ask = contact.gone_at.is_none() && has_address(&contact.card) && account.road.is_some();
    Ok(MailView { account: account.id.clone(), contact: contact.id.clone(), mail, can_ask })
}

/// How far its mail is read, where that is not as it was.
pub(in crate::dashboard) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageContact(contact): PageContact,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let (account, found) = (desk.account(actor, &id).await?, desk.any_contact(actor, &id, &contact).await?);
    let view = mail(desk, actor, &account, &found).await?;
    let revision = revision(&view);
    let part = ContactLive { page: &page, view: &view, revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

/// Has its mail read in all folders.
pub(in crate::dashboard) async fn sync(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageContact(contact): PageContact,
) -> Result<Response, PageRefusal> {
    let whose = Correspondent::Contact(contact.clone());
    dashboard.desk.ask_for_correspondence(&guest.actor, &id, whose).await?;
    Ok(back(&id, &contact, JustDone::Mail))
}

/// Takes a write of it back.
pub(in crate::dashboard) async fn undo(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageContact(contact): PageContact,
    SentForm(Undone { write }): SentForm<Undone>,
) -> Result<Response, PageRefusal> {
    dashboard.desk.any_contact(&guest.actor, &id, &contact).await?;
    let write = write.as_deref().and_then(ContactWriteId::parse).ok_or_else(PageRefusal::misread)?;
    let (id_of, limit) = (Some(write), 1);
    let query = JournalQuery { id: id_of, contact: Some(contact.clone()), limit, ..JournalQuery::default() };
    let undone = dashboard.desk.undo_contact_writes(&guest.actor, &id, &query, false).await?;
    let deed = undone.first().map_or(UndoDeed::Nothing, |undone| undone.undo);
    Ok(back(&id, &contact, deed.into()))
}

/// Says whose value holds where both places changed it.
pub(in crate::dashboard) async fn resolve(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageContact(contact): PageContact,
    SentForm(Holds { part, side }): SentForm<Holds>,
) -> Result<Response, PageRefusal> {
    let found = dashboard.desk.any_contact(&guest.actor, &id, &contact).await?;
    let side = side.ok_or_else(PageRefusal::misread)?;
    dashboard.desk.resolve_contact(&guest.actor, &found, part, side).await?;
    Ok(back(&id, &contact, JustDone::Resolved))
}

fn back(account: &AccountId, contact: &ContactId, done: JustDone) -> Response {
    done.at(&format!("/ui/accounts/{account}/contacts/{contact}"))
}
