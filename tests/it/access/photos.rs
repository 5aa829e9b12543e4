//! Photos of contacts by the API: had, set and taken away by who has seen them, and what is refused and why.

use super::contacts::send;
use super::*;
use crate::stage::Answer;
use outlook_syncd::model::LONGEST_PHOTO;
use reqwest::header;

/// A JPEG of so many bytes, as far as its beginning tells.
pub(super) fn jpeg(bytes: usize) -> Vec<u8> {
    let mut photo = vec![0xff, 0xd8, 0xff];
    photo.resize(bytes.max(3), 7);
    photo
}

/// A contact of an account whose contacts are kept in step, and who asks about its photo.
struct Asking {
    edges: Stage,
    contact: String,
    bearer: String,
}

impl Asking {
    async fn start() -> Self {
        let edges = edges().await;
        let id = account(&edges, "u1").await;
        edges.store().schedule(&id, Part::Contacts, tomorrow()).await.unwrap();
        let named = |card: &Card| card.overlaid(r#"{"texts": {"surname": "Fort"}}"#);
        let put = edges.app.desk.put_contact(&Actor::user("u1"), &id, None, named).await.unwrap();
        let bearer = edges.bearer(&[Scope::Read, Scope::Contacts], Some("u1")).await;
        Self { contact: format!("/v1/accounts/{id}/contacts/{}", put.contact.id), edges, bearer }
    }

    async fn ask(&self, method: Method, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Answer {
        let address = format!("http://{}{}/photo", self.edges.address, self.contact);
        let mut request = self.edges.client.request(method, address).bearer_auth(&self.bearer);
        request = request.header(header::HOST, HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.body(body.unwrap_or_default())).await
    }

    /// The contact, to who has it by this tag.
    async fn contact_after(&self, tag: Option<&str>) -> Answer {
        let seen: Vec<_> = tag.map(|tag| ("if-none-match", tag)).into_iter().collect();
        send(&self.edges, (Method::GET, &self.contact), &self.bearer, &seen, None).await
    }

    async fn put(&self, condition: (&str, &str), photo: Vec<u8>) -> Answer {
        self.ask(Method::PUT, &[("content-type", "image/jpeg"), condition], Some(photo)).await
    }
}

fn refused(said: &Answer) -> (u16, Value) {
    (said.status.as_u16(), said.json()["error"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_told_anew_once_its_photo_was_set_and_changed_by_what_was_seen_before() {
    let asking = Asking::start().await;
    let tag = asking.contact_after(None).await.header("etag").to_owned();
    assert_eq!(asking.contact_after(Some(&tag)).await.status, StatusCode::NOT_MODIFIED);
    asking.put(("if-none-match", "*"), jpeg(9)).await;
    let told = asking.contact_after(Some(&tag)).await;
    assert_eq!((told.status, &told.json()["photo"]["bytes"]), (StatusCode::OK, &json!(9)));
    assert_eq!(asking.contact_after(Some(told.header("etag"))).await.status, StatusCode::NOT_MODIFIED);
    let (place, seen) = (asking.contact.as_str(), ("if-match", tag.as_str()));
    let patch = Some(r#"{"card": {"texts": {"title": "Lady"}}}"#);
    let edited = send(&asking.edges, (Method::PATCH, place), &asking.bearer, &[seen], patch).await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_set_had_replaced_and_taken_away_by_who_has_seen_it() {
    let asking = Asking::start().await;
    let get = async |headers: &[(&str, &str)]| asking.ask(Method::GET, headers, None).await;
    assert_eq!(refused(&get(&[]).await), (404, json!("no_photo")));
    let first = asking.put(("if-none-match", "*"), jpeg(300 << 10)).await;
    assert_eq!(first.status, StatusCode::NO_CONTENT, "{}", first.text);
    let tag = first.header("etag").to_owned();
    let had = get(&[]).await;
    assert_eq!((had.header("content-type"), had.header("etag")), ("image/jpeg", tag.as_str()));
    assert_eq!(had.header("content-length"), (300 << 10).to_string());
    assert_eq!(get(&[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);

    assert_eq!(refused(&asking.put(("if-none-match", "*"), jpeg(4)).await), (412, json!("stale_contact")));
    assert_eq!(refused(&asking.put(("if-match", "\"ab\""), jpeg(4)).await), (412, json!("stale_contact")));
    let blind = asking.put(("accept", "*/*"), jpeg(4)).await;
    assert_eq!(refused(&blind), (428, json!("precondition_required")));
    let second = asking.put(("if-match", &tag), jpeg(4)).await;
    assert_eq!(second.status, StatusCode::NO_CONTENT);
    assert_ne!(second.header("etag"), tag);

    let remove = async |tag: &str| asking.ask(Method::DELETE, &[("if-match", tag)], None).await;
    assert_eq!(refused(&remove(&tag).await), (412, json!("stale_contact")));
    assert_eq!(remove(second.header("etag")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(refused(&remove("*").await), (404, json!("no_photo")));
    assert_eq!(refused(&get(&[]).await), (404, json!("no_photo")));

    let log = asking.edges.store().audit_log(9).await.unwrap();
    let told: Vec<_> = log.iter().map(|line| (line.action.as_str(), line.detail.clone().unwrap())).collect();
    assert!(
        told[..3].iter().all(|(action, of)| *action == "contact_edited" && of.ends_with(" photo")),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlook_takes_as_no_photo_is_refused_with_what_to_do_and_only_a_photo_may_be_long() {
    let asking = Asking::start().await;
    let any = ("if-match", "*");
    let most = asking.put(any, jpeg(LONGEST_PHOTO)).await;
    assert_eq!(most.status, StatusCode::NO_CONTENT, "{}", most.text);
    assert_eq!(refused(&asking.put(any, jpeg(LONGEST_PHOTO + 1)).await), (413, json!("too_large")));
    for (body, said) in [(b"\x89PNG\r\n".to_vec(), "image/png"), (Vec::new(), "no image")] {
        let answer = asking.put(any, body).await;
        assert_eq!(refused(&answer), (400, json!("wrong_photo")));
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said) && message.contains("save it as a JPEG"), "{message}");
    }
    let typed = [("content-type", "image/png"), any];
    let png = asking.ask(Method::PUT, &typed, Some(jpeg(4))).await;
    assert_eq!(refused(&png), (415, json!("unsupported_media_type")));
    let had = asking.ask(Method::GET, &[], None).await;
    assert_eq!(had.header("content-length"), LONGEST_PHOTO.to_string(), "what was refused changed nothing");
    // Elsewhere the limit is what it was.
    let long = json!({"card": {"texts": {"personal_notes": "x".repeat(300 << 10)}}}).to_string();
    let address = format!("http://{}{}", asking.edges.address, asking.contact);
    let patch = asking.edges.client.patch(address).bearer_auth(&asking.bearer).header(header::HOST, HOST);
    let patch = patch.header("content-type", "application/json").header("if-match", "*").body(long);
    assert_eq!(refused(&Answer::of(patch).await), (413, json!("too_large")));
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_another_owner_are_neither_had_nor_set() {
    let mut asking = Asking::start().await;
    asking.put(("if-none-match", "*"), jpeg(4)).await;
    asking.bearer = asking.edges.bearer(&[Scope::Read, Scope::Contacts], Some("u2")).await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let headers = [("content-type", "image/jpeg"), ("if-match", "*")];
        let said = asking.ask(method.clone(), &headers, Some(jpeg(5))).await;
        assert_eq!(refused(&said), (404, json!("no_such_account")), "{method}");
    }
}
