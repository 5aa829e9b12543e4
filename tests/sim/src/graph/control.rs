//! Contacts, and what of mail Graph alone shows, over the control interface.
//!
//! ```text
//! GET    /contacts/{smtp}                     every contact, deleted ones too
//! POST   /contacts/{smtp}                     {"folder": …, "members": {"givenName": …}, "extended": {…}}
//! PATCH  /contacts/{smtp}/{id}                {"members": {…}, "extended": {…}}
//! DELETE /contacts/{smtp}/{id}?hard=true      to Deleted Items, or for good
//! POST   /contacts/{smtp}/{id}/move           {"folder": …}
//! POST   /contacts/{smtp}/{id}/copy           a copy in the same folder
//! PUT    /contacts/{smtp}/{id}/photo          a JPEG; without a body: none
//! POST   /contacts/{smtp}/seed                {"count": 12}: invented ones
//! POST   /contacts/{smtp}/lose-cursors        every cursor given so far is lost
//! POST   /contact-folders/{smtp}              {"name": …, "parent": "contacts"}: its id
//! PATCH  /contact-folders/{smtp}/{folder}     {"name": …}
//! DELETE /contact-folders/{smtp}/{folder}
//! PATCH  /mail/{smtp}/{id}                    {"subject": …, "text": …, "flagged": true}
//! GET    /mail/{smtp}/letters                 what was sent from it, as it was handed over
//! POST   /mail/{smtp}/lose-cursors            every cursor of mail given so far is lost
//! POST   /mail-folders/{smtp}                 {"name": …, "parent": "inbox", "hidden": false}: its id
//! PATCH  /mail-folders/{smtp}/{folder}        {"name": …} or {"parent": "deleteditems"}
//! ```
//!
//! Variants and failures go through `/knobs`: `{"set": {"graph": {"quirks": ["empty_pages"]}}}`,
//! `{"fail": [{"kind": "graph", "status": 405, "code": "ErrorInvalidRequest", "about": "AAk…"}]}`. The actions
//! of failures and of the log are `list_contacts`, `count_contacts`, `get_contact`, `create_contact`,
//! `update_contact`, `delete_contact`, `purge_contact`, `contact_delta`, `list_contact_folders`,
//! `get_contact_folder`, `contact_folder_delta`, `get_photo`, `put_photo`, `delete_photo`, `translate_ids`,
//! `list_messages`, `count_messages`, `get_message`, `send_mail`,
//! `get_mime`, `message_delta`, `list_mail_folders`, `get_mail_folder`, `mail_folder_delta`, `list_attachments`,
//! `get_attachment`, `batch` and `me`. The log alone has `early`, `over_budget` and `too_many_at_once`, for who is not let in.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::control::{Answer, answer};
use crate::sim::Sim;
use crate::world::{ContactDraft, MessageEdit};

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/contacts/{smtp}", get(all).post(add))
        .route("/contacts/{smtp}/seed", post(seed))
        .route("/contacts/{smtp}/lose-cursors", post(lose_cursors))
        .route("/contacts/{smtp}/{id}", patch(edit).delete(delete))
        .route("/contacts/{smtp}/{id}/move", post(relocate))
        .route("/contacts/{smtp}/{id}/copy", post(copy))
        .route("/contacts/{smtp}/{id}/photo", put(photo))
        .route("/contact-folders/{smtp}", post(add_folder))
        .route("/contact-folders/{smtp}/{folder}", patch(rename_folder).delete(remove_folder))
        .route("/mail/{smtp}/lose-cursors", post(lose_mail_cursors))
        .route("/mail/{smtp}/letters", get(letters))
        .route("/mail/{smtp}/{id}", patch(edit_message))
        .route("/mail-folders/{smtp}", post(add_mail_folder))
        .route("/mail-folders/{smtp}/{folder}", patch(change_mail_folder))
        .with_state(sim)
}

type One = Path<(String, String)>;

#[derive(Deserialize)]
struct Seed {
    count: usize,
}

#[derive(Deserialize)]
struct Delete {
    #[serde(default)]
    hard: bool,
}

#[derive(Deserialize)]
struct Move {
    folder: String,
}

#[derive(Deserialize)]
struct NewFolder {
    name: String,
    parent: Option<String>,
}

#[derive(Deserialize)]
struct NewMailFolder {
    name: String,
    parent: Option<String>,
    #[serde(default)]
    hidden: bool,
}

#[derive(Deserialize)]
struct MailFolderChange {
    name: Option<String>,
    parent: Option<String>,
}

#[derive(Deserialize)]
struct Rename {
    name: String,
}

async fn all(State(sim): State<Sim>, Path(smtp): Path<String>) -> Answer {
    answer(sim.contacts(&smtp)?)
}

async fn add(State(sim): State<Sim>, Path(smtp): Path<String>, Json(draft): Json<ContactDraft>) -> Answer {
    answer(sim.add_contact(&smtp, &draft)?)
}

async fn seed(State(sim): State<Sim>, Path(smtp): Path<String>, Json(seed): Json<Seed>) -> Answer {
    answer(json!({ "seeded": sim.seed_contacts(&smtp, seed.count)? }))
}

async fn lose_cursors(State(sim): State<Sim>, Path(smtp): Path<String>) -> Answer {
    answer(sim.lose_contact_cursors(&smtp)?)
}

async fn edit(State(sim): State<Sim>, Path((smtp, id)): One, Json(draft): Json<ContactDraft>) -> Answer {
    answer(sim.edit_contact(&smtp, &id, &draft)?)
}

async fn delete(State(sim): State<Sim>, Path((smtp, id)): One, Query(how): Query<Delete>) -> Answer {
    answer(sim.delete_contact(&smtp, &id, how.hard)?)
}

async fn relocate(State(sim): State<Sim>, Path((smtp, id)): One, Json(to): Json<Move>) -> Answer {
    answer(sim.move_contact(&smtp, &id, &to.folder)?)
}

async fn copy(State(sim): State<Sim>, Path((smtp, id)): One) -> Answer {
    answer(sim.copy_contact(&smtp, &id)?)
}

async fn photo(State(sim): State<Sim>, Path((smtp, id)): One, jpeg: Bytes) -> Answer {
    let jpeg = (!jpeg.is_empty()).then(|| jpeg.to_vec());
    answer(sim.set_contact_photo(&smtp, &id, jpeg)?)
}

async fn add_folder(State(sim): State<Sim>, Path(smtp): Path<String>, Json(new): Json<NewFolder>) -> Answer {
    let parent = new.parent.as_deref().unwrap_or("contacts");
    answer(json!({ "id": sim.add_contact_folder(&smtp, &new.name, parent)? }))
}

async fn rename_folder(State(sim): State<Sim>, Path((smtp, folder)): One, Json(to): Json<Rename>) -> Answer {
    answer(sim.rename_contact_folder(&smtp, &folder, &to.name)?)
}

async fn remove_folder(State(sim): State<Sim>, Path((smtp, folder)): One) -> Answer {
    answer(sim.remove_contact_folder(&smtp, &folder)?)
}

async fn lose_mail_cursors(State(sim): State<Sim>, Path(smtp): Path<String>) -> Answer {
    answer(sim.lose_mail_cursors(&smtp)?)
}

async fn letters(State(sim): State<Sim>, Path(smtp): Path<String>) -> Answer {
    answer(sim.letters(&smtp)?)
}

async fn edit_message(
    State(sim): State<Sim>,
    Path((smtp, id)): One,
    Json(edit): Json<MessageEdit>,
) -> Answer {
    answer(sim.edit_message(&smtp, &id, &edit)?)
}

async fn add_mail_folder(
    State(sim): State<Sim>,
    Path(smtp): Path<String>,
    Json(new): Json<NewMailFolder>,
) -> Answer {
    let parent = new.parent.as_deref().unwrap_or("msgfolderroot");
    answer(json!({ "id": sim.add_mail_folder(&smtp, &new.name, parent, new.hidden)? }))
}

async fn change_mail_folder(
    State(sim): State<Sim>,
    Path((smtp, folder)): One,
    Json(change): Json<MailFolderChange>,
) -> Answer {
    if let Some(parent) = &change.parent {
        sim.move_mail_folder(&smtp, &folder, parent)?;
    }
    if let Some(name) = &change.name {
        sim.rename_mail_folder(&smtp, &folder, name)?;
    }
    answer(json!({}))
}
