//! What pages show and carry.

use super::contacts::made;
use super::kept::token;
use super::*;
use crate::stage::matched;
use outlook_syncd::model::{AuditAction, AuditEntry, Part};
use outlook_syncd::store::Store;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_shut_to_what_is_not_ours() {
    let stage = stage(false).await;
    let guest = Guest::operator(&stage).await;
    for path in ["/ui", "/ui/sign-in", "/ui/nowhere", "/ui/link?k=x", "/ui/live"] {
        let answer = guest.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(!answer.text.contains(" style=") && !answer.text.contains("<script>"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_lies_at_an_address_of_its_content_for_ever() {
    let stage = stage(false).await;
    let nobody = Guest::nobody(&stage);
    let page = nobody.get("/ui/sign-in").await.text;
    for extension in ["css", "js", "svg"] {
        let end = page.find(&format!(".{extension}\"")).unwrap();
        let begin = page[..end].rfind('"').unwrap() + 1;
        let path = format!("{}.{extension}", &page[begin..end]);
        let asset = nobody.get(&path).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(asset.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(nobody.get("/ui/assets/none.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_browsers_language_and_keep_the_look_that_was_chosen() {
    let stage = stage(false).await;
    let nobody = Guest::nobody(&stage);
    let german = crate::stage::Answer::of(
        nobody.request(Method::GET, "/ui/sign-in").header("accept-language", "de-AT,de;q=0.9"),
    );
    let german = german.await.text;
    assert!(german.contains("<html lang=\"de\"") && german.contains("Anmelden"), "{german}");
    let chosen = nobody.post("/ui/theme", &[("theme", "dark"), ("next", "/ui/sign-in")]).await;
    assert_eq!(chosen.header("location"), "/ui/sign-in");
    let guest = Guest::of(&stage, &chosen);
    assert!(guest.get("/ui/sign-in").await.text.contains("data-theme=\"dark\""));
    assert!(nobody.get("/ui/sign-in").await.text.contains("data-theme=\"system\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_as_it_was_is_not_sent_again() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let guest = Guest::operator(&stage).await;
    for path in ["/ui/live".to_owned(), format!("/ui/accounts/{id}/live")] {
        let part = guest.get(&path).await;
        let (_, rest) = part.text.split_once("data-revision=\"").unwrap();
        let revision = rest.split('"').next().unwrap();
        let again = guest.get(&format!("{path}?revision={revision}")).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NO_CONTENT, ""), "{path}");
        stage.store().make_due(&outlook_syncd::model::Reach::Everyone, None, now()).await.unwrap();
        let changed = guest.get(&format!("{path}?revision={revision}")).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}");
    }
}

/// Whatever somebody may have written on contacts, into the journal, the audit log and tokens is this; the contacts' ids.
async fn hostile_contacts(stage: &Stage, id: &AccountId, text: &str) -> [String; 2] {
    stage.store().schedule(id, Part::Contacts, tomorrow()).await.unwrap();
    let card = json!({"card": {"texts": {"display_name": text, "job_title": text, "company_name": text, "personal_notes": text},
        "emails": [{"address": "x@example.test", "name": text}], "categories": [text]}});
    let owner = "<script>u1</script>";
    let (here, there) = (made(stage, (id, owner), &card).await, made(stage, (id, owner), &card).await);
    matched(stage.store(), &here, &there).await;
    token(stage).await;
    let line = AuditEntry::new(now(), text, AuditAction::Refused);
    let (account, said) = (Some(id.clone()), Some(text.to_owned()));
    let line = AuditEntry { account, owner: said.clone(), peer: said.clone(), detail: said, ..line };
    stage.store().audit(&line).await.unwrap();
    for sql in [
        "UPDATE api_token SET name = $1, last_used_from = $1",
        "INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
         SELECT id, account_id, revision, $1, $1, 1 FROM contact",
    ] {
        let Store::Sqlite(pool) = stage.store() else { unreachable!("the stage opens SQLite") };
        sqlx::query(sql).bind(text).execute(pool).await.unwrap();
    }
    [here, there].map(|contact| contact["id"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_written_is_text_on_every_page() {
    let stage = stage(false).await;
    let id = account(&stage, "<script>u1</script>").await;
    let hostile = "\"><img src=x onerror=alert(1)>\u{202e}";
    crate::store::run(
        stage.store(),
        &format!("UPDATE account SET login = '{hostile}', display_name = '{hostile}'"),
    )
    .await;
    let contacts = hostile_contacts(&stage, &id, hostile).await;
    let guest = Guest::operator(&stage).await;
    let own = [
        "",
        "/disconnect",
        "/audit",
        "/messages",
        "/contacts",
        "/contacts/matches",
        "/contacts/plan",
        "/contacts/plan/release",
    ];
    let all = [
        "/ui",
        "/ui/accounts",
        "/ui/settle",
        "/ui/audit",
        "/ui/tokens",
        "/ui/doctor",
        "/ui/sessions",
        "/ui/connect",
        "/ui/about",
    ];
    let again = format!("/ui/connect?account={id}");
    let all = all.map(str::to_owned).into_iter().chain([again]);
    let own = own.map(|end| format!("/ui/accounts/{id}{end}")).into_iter();
    let contacts = contacts.map(|contact| format!("/ui/accounts/{id}/contacts/{contact}"));
    for path in all.chain(own).chain(contacts) {
        let page = guest.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("<img") && !page.text.contains("<script>u1"), "{path}: {}", page.text);
        assert!(!page.text.contains('\u{202e}'), "{path}: what turns text around is not shown");
    }
}
