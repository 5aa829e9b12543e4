//! What is stored of each message, compared with the world that it came from.

use super::with;
use crate::stage::World;
use outlook_sim::world::{Truth, TruthPerson};
use outlook_syncd::model::{Message, RecipientKind};
use outlook_syncd::store::{MessageQuery, Store};
use scraper::Html;
use std::collections::HashMap;

/// The words of a text, however it is laid out.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a stored body, and whether the server cut it off.
async fn body(store: &Store, message: &Message) -> (String, bool) {
    let body = store.body(&message.id).await.unwrap().expect("a body");
    let html = Html::parse_document(&body.content);
    (words(&html.root_element().text().collect::<Vec<_>>().join(" ")), body.truncated)
}

fn names(people: &[TruthPerson]) -> Vec<String> {
    people.iter().map(|person| person.name.clone()).collect()
}

fn stored_names(message: &Message, kind: RecipientKind) -> Vec<String> {
    let of = message.recipients.iter().filter(|recipient| recipient.kind == kind);
    of.map(|recipient| recipient.address.name.clone().unwrap_or_default()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_has_its_own_sender_recipients_and_body() {
    let world = World::of(with(|_| ())).await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let store = world.store().await;
    let query = MessageQuery { limit: 10_000, ..MessageQuery::default() };
    let truth = world.sim().truth(&account.smtp).unwrap().into_iter();
    let truth: HashMap<_, Truth> =
        truth.filter_map(|one| Some((one.internet_message_id.clone()?, one))).collect();
    let (mut compared, mut bodies) = (0, HashMap::new());
    for stored in store.messages(&query).await.unwrap() {
        let message = &stored.message;
        let Some(id) = &message.internet_message_id else { continue };
        let truth = &truth[id];
        let from = message.from.as_ref().and_then(|from| from.name.clone());
        assert_eq!(from, truth.from.as_ref().map(|from| from.name.clone()), "{id}");
        for (kind, people) in
            [(RecipientKind::To, &truth.to), (RecipientKind::Cc, &truth.cc), (RecipientKind::Bcc, &truth.bcc)]
        {
            assert_eq!(stored_names(message, kind), names(people), "{kind:?} of {id}");
        }
        assert_eq!(message.sent_at, truth.sent, "{id}");
        assert_eq!(message.has_attachments, Some(truth.has_attachments), "{id}");
        let (body, is_cut) = body(&store, message).await;
        let said = words(&truth.text);
        assert!(if is_cut { said.starts_with(&body) } else { body.contains(&said) }, "{id}: {body}");
        *bodies.entry(body).or_insert(0) += 1;
        compared += 1;
    }
    assert!(compared > 30 && bodies.len() > compared / 2, "{compared} messages, {} bodies", bodies.len());
}
