//! Contacts on pages: the list, one of them, what a person is asked, and what is let out.

use super::*;
use crate::access::contacts::named;
use crate::stage::{contested, matched, written};
use crate::store::{run, text};
use outlook_syncd::model::{AuditAction, Part, Scope, Visitor};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};

/// An account of u1 whose contacts are kept in step, and where its contacts are.
pub(super) async fn book(stage: &Stage) -> (AccountId, String) {
    let id = account(stage, "u1").await;
    stage.store().schedule(&id, Part::Contacts, tomorrow()).await.unwrap();
    let contacts = format!("/ui/accounts/{id}/contacts");
    (id, contacts)
}

/// Makes a contact as the CRM does.
pub(super) async fn made(stage: &Stage, (id, owner): (&AccountId, &str), contact: &Value) -> Value {
    let bearer = stage.bearer(&[Scope::Contacts], Some(owner)).await;
    let url = format!("http://{}/v1/accounts/{id}/contacts", stage.address);
    let request = stage.client.post(url).header(header::HOST, HOST).bearer_auth(bearer);
    let request = request.header("content-type", "application/json").body(contact.to_string());
    crate::stage::Answer::of(request).await.json()
}

/// The id of the contact that is stored.
pub(super) const CONTACT: &str = "01a0c0f1-6b13-7c02-8a44-0f3d2c1b5e66";

/// The account has a contact of that id.
pub(super) async fn stored(stage: &Stage, id: &AccountId) {
    let sql = format!(
        "INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, edited_at, created_at,
             changed_at, revision) VALUES ('{CONTACT}', '{id}', '[]', '[]', '[]', '', '', 1, 1, 1, 1)"
    );
    run(stage.store(), &sql).await;
}

/// Where a contact's page is.
pub(super) fn at(contacts: &str, contact: &Value) -> String {
    format!("{contacts}/{}", contact["id"].as_str().unwrap())
}

/// A person is asked whether the first of two is the second, and a plan and missing contacts wait.
pub(super) async fn waiting(stage: &Stage, id: &AccountId) -> (Value, Value, String) {
    let ada =
        json!({"card": {"texts": {"display_name": "Ada"}, "emails": [{"address": "ada@example.test"}]}});
    let (here, there) = (made(stage, (id, "u1"), &ada).await, made(stage, (id, "u1"), &ada).await);
    let asked = matched(stage.store(), &here, &there).await;
    run(
        stage.store(),
        "INSERT INTO contact_gate (account_id, asked_at, asked_why, creates, overwrites, deletes, asked_until, missing_at,
             missing, missing_of)
         SELECT account_id, 1767225600000, 'brake', 1, 2, 3, 32503680000000, 1767225600000, 4, 9 FROM contact LIMIT 1",
    )
    .await;
    (here, there, asked.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_listed_and_found_and_further_pages_lose_and_double_none() {
    let stage = stage(false).await;
    let (id, contacts) = book(&stage).await;
    for number in 0..120 {
        // Many of one name: the order goes on by the id.
        made(&stage, (&id, "u1"), &named(if number % 3 == 0 { "Ada" } else { "Zoe" })).await;
    }
    let owner = Guest::owner(&stage, "u1").await;
    let (mut path, mut seen) = (contacts.clone(), Vec::new());
    loop {
        assert!(!path.contains("Ada") && !path.contains("Zoe"), "no address holds a name: {path}");
        let page = owner.get(&path).await.text;
        let rows = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
        seen.extend(
            rows.split("/contacts/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
        );
        let Some((_, next)) = page.split_once("rel=\"next\" href=\"") else { break };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    let all: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (120, 120));
    let found = owner.post(&format!("{contacts}/find"), &[("text", "ada")]).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(
        found.text.matches("<bdi>Ada</bdi>").count() == 40 && !found.text.contains("Zoe"),
        "{}",
        found.text
    );
    let none = owner.post(&format!("{contacts}/find"), &[("text", "nobody")]).await;
    assert!(none.text.contains("No contact has all of these words"), "{}", none.text);
}

/// Makes a contact an item of the mailbox, and both say the same.
const LINK: &str = "INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs,
            others) SELECT account_id, id, id, id, 'folder', '{}', '{}', '{}' FROM contact WHERE id = $1;
            UPDATE contact SET edited_at = NULL WHERE id = $1";
/// Has a contact not go out, for this reason.
const PARKED: &str = "INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
            SELECT id, account_id, revision, 'CODE', 'Not supported.', 1 FROM contact WHERE id = $1";

#[tokio::test(flavor = "multi_thread")]
async fn each_contact_says_how_it_stands() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (id, contacts) = book(&stage).await;
        let set = async |contact: &Value, sql: &str| {
            let id = contact["id"].as_str().unwrap();
            run(stage.store(), &sql.replace("$1", &format!("'{id}'"))).await;
        };
        let is_missing = format!("{LINK}; UPDATE contact_link SET missing_at = 1 WHERE contact_id = $1");
        let expected = [
            ("Waiting to go out", String::new()),
            ("Here alone", "UPDATE contact SET edited_at = NULL WHERE id = $1".to_owned()),
            ("In step", LINK.to_owned()),
            ("Not found in Outlook", is_missing),
            ("Not taken", PARKED.replace("CODE", "ErrorInvalidRequest")),
            ("Kept back", PARKED.replace("CODE", "rejected")),
            ("Deleted", "UPDATE contact SET gone_at = 1 WHERE id = $1".to_owned()),
        ];
        let owner = Guest::owner(&stage, "u1").await;
        let mut all = Vec::new();
        let [here, there] = ["Bo", "Bo King"].map(named);
        let (here, there) = (made(&stage, (&id, "u1"), &here).await, made(&stage, (&id, "u1"), &there).await);
        matched(stage.store(), &here, &there).await;
        set(&here, "UPDATE contact SET gone_at = 1 WHERE id = $1").await;
        all.extend([("Deleted", here), ("In step", there)]);
        for (state, sql) in &expected {
            let contact = made(&stage, (&id, "u1"), &named(state)).await;
            set(&contact, sql).await;
            all.push((*state, contact));
        }
        let asked = made(&stage, (&id, "u1"), &named("To settle")).await;
        contested(stage.store(), &asked, "Director").await;
        all.push(("Waiting to go out", asked));
        for (state, contact) in &all {
            let page = owner.get(&at(&contacts, contact)).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            let lead = page.text.split("<p class=\"lead\">").nth(1).unwrap().split("</span>").next().unwrap();
            assert!(lead.contains(state), "{state}: {lead}");
        }
        let list = owner.get(&contacts).await.text;
        assert!(list.contains("Not taken") && !list.contains(">Deleted<"), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_shows_both_places_and_takes_back_what_was_written() {
    let stage = stage(false).await;
    let (id, contacts) = book(&stage).await;
    let contact = made(
        &stage,
        (&id, "u1"),
        &json!({"card": {"texts": {"display_name": "Ada", "job_title": "Director"}}}),
    )
    .await;
    written(stage.store(), &contact, &json!({"texts": {"display_name": "Ada", "job_title": "Clerk"}})).await;
    let owner = Guest::owner(&stage, "u1").await;
    let (path, other) = (at(&contacts, &contact), account(&stage, "u1").await);
    let page = owner.get(&path).await;
    assert!(page.text.contains("Changed in Outlook") && page.text.contains("/undo\""), "{}", page.text);
    let elsewhere = owner.get(&path.replace(id.as_str(), other.as_str())).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "of another account");
    let write = "01a0c0f1-8c30-7d44-9b15-6e2f7a0c4d38";
    run(stage.store(), &format!("UPDATE contact_write SET id = '{write}'")).await;
    let none = owner.post(&format!("{path}/undo"), &[("write", CONTACT)]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let undone = owner.post(&format!("{path}/undo"), &[("write", write)]).await;
    assert_eq!((undone.status, undone.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    let page = done::after(&stage, &owner, &undone).get(&path).await.text;
    assert!(page.contains("It is as it was before") && page.contains("<bdi>Clerk</bdi>"), "{page}");
    let log = stage.store().audit_log(1).await.unwrap();
    assert_eq!((log[0].action, log[0].actor.as_str()), (AuditAction::ContactUndone, "user:u1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_of_a_contact_is_asked_for_and_says_how_far_it_is() {
    let stage = stage(false).await;
    let (id, contacts) = book(&stage).await;
    let card = json!({"card": {"texts": {"display_name": "Bo"}, "emails": [{"address": "bo@example.test"}]}});
    let path = at(&contacts, &made(&stage, (&id, "u1"), &card).await);
    let owner = Guest::owner(&stage, "u1").await;
    assert!(owner.get(&path).await.text.contains("when somebody asks for it"));
    for _ in 0..2 {
        let asked = owner.post(&format!("{path}/sync"), &[]).await;
        assert_eq!((asked.status, asked.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
        let said = done::after(&stage, &owner, &asked).get(&path).await.text;
        assert!(
            said.contains("class=\"notice\" role=\"status\"")
                && !owner.get(&path).await.text.contains("class=\"notice\" role=\"status\""),
            "{said}"
        );
    }
    let page = owner.get(&path).await.text;
    assert!(page.contains("Asked for") && page.contains("Waiting"), "{page}");
    let live = owner.get(&format!("{path}/live")).await.text;
    assert!(live.starts_with("<div class=\"live\"") && live.contains("Waiting"), "{live}");
    let nameless = at(&contacts, &made(&stage, (&id, "u1"), &named("Nobody")).await);
    let refused = owner.post(&format!("{nameless}/sync"), &[]).await;
    assert!(refused.status.is_client_error() && refused.text.contains("no_address"), "{}", refused.text);
    assert!(refused.text.contains("Write an e-mail address on the contact"), "{}", refused.text);
    let page = owner.get(&nameless).await.text;
    assert!(!page.contains("Read this person’s mail"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_let_out_by_a_fresh_sign_in_or_kept_here() {
    for kept in [false, true] {
        let stage = stage(false).await;
        let (id, contacts) = book(&stage).await;
        waiting(&stage, &id).await;
        let owner = Guest::owner(&stage, "u1").await;
        let tired = Guest::signed_in(&stage, Visitor::owner("u1", None), TimeDelta::hours(1)).await;
        let plan = format!("{contacts}/plan");
        let shown = tired.get(&plan).await.text;
        assert!(shown.contains("They were deleted there"), "{shown}");
        let sent = tired.post(&format!("{plan}/release"), &[("of", "all")]).await;
        assert!(sent.header("location").starts_with("/ui/sign-in?next="), "{}", sent.text);
        let waits = async || {
            text(
                stage.store(),
                "SELECT CAST(COUNT(*) AS TEXT) FROM contact_gate WHERE missing_at IS NOT NULL",
            )
            .await
        };
        assert_eq!(waits().await.as_deref(), Some("1"));
        let ask = owner.get(&format!("{plan}/release")).await.text;
        assert!(
            ask.contains("3 contacts are deleted") && ask.contains("4 contacts that Outlook lacks"),
            "{ask}"
        );
        let (by, path) = if kept { (&tired, "keep") } else { (&owner, "release") };
        assert_eq!(
            by.post(&format!("{plan}/{path}"), &[("of", "some")]).await.status,
            StatusCode::BAD_REQUEST
        );
        let seen =
            ask.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        if !kept {
            let sent = [("of", "all"), ("seen", "of another time")];
            let again = by.post(&format!("{plan}/{path}"), &sent).await;
            assert_eq!(again.status, StatusCode::PRECONDITION_FAILED, "{}", again.text);
            assert!(again.text.contains("other things wait") && again.text.contains(seen), "{}", again.text);
            assert_eq!(waits().await.as_deref(), Some("1"));
        }
        let done = by.post(&format!("{plan}/{path}"), &[("of", "all"), ("seen", seen)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert_eq!(waits().await.as_deref(), Some("0"));
        assert_eq!(by.get(done.header("location")).await.status, StatusCode::OK);
        let action = if kept { AuditAction::ContactsRejected } else { AuditAction::ContactsApproved };
        let log = stage.store().audit_log(1).await.unwrap();
        assert_eq!((log[0].action, log[0].actor.as_str()), (action, "user:u1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_reads_what_bars_their_contacts_in_words_of_their_own() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let owner = Guest::owner(&stage, "u1").await;
    let told = owner.get(&format!("/ui/accounts/{id}/contacts/plan")).await.text;
    assert!(told.contains("Connect the mailbox with Microsoft and allow contacts."), "{told}");
    assert!(!told.contains(" turn: "), "{told}");
}
