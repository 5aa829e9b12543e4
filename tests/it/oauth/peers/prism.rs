//! Contacts by Graph through Prism, which holds what our client asks and what the simulator answers against
//! Microsoft's schema, and answers with an error itself where either breaks it.

use super::{TURN, servers};
use crate::stage::World;
use outlook_syncd::clock::Clock;
use outlook_syncd::graph::{Graph, GraphMailbox};
use outlook_syncd::model::{
    AccountId, ContactChanges, ContactList, ContactLook, ItemError, PageEnd, PageSize,
};
use outlook_syncd::secret::secret;
use serde_json::json;
use std::collections::BTreeSet;

/// The simulator behind Prism, and our client before it.
struct Judged {
    world: World,
    smtp: String,
    prism: String,
    token: String,
    http: reqwest::Client,
}

impl Judged {
    async fn new(contacts: usize) -> Self {
        let world = World::new().await;
        let (smtp, servers) = (world.account(0).smtp, servers());
        world.sim().seed_contacts(&smtp, contacts).unwrap();
        let prism = servers.prism;
        world.sim().set(Some(&smtp), |knobs| {
            (knobs.graph.base, knobs.graph.most_page) = (prism.clone(), 7);
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let simulator = json!({"url": format!("http://{}", world.running.http)});
        let told = http.post(format!("{}/simulator", servers.control)).body(simulator.to_string());
        told.send().await.unwrap().error_for_status().unwrap();
        let token = world.sim().access_token(&smtp, "Contacts.ReadWrite User.Read").unwrap();
        Self { world, smtp, prism, token, http }
    }

    fn mailbox(&self) -> GraphMailbox {
        let graph = Graph::new(&self.prism, self.http.clone(), Clock::System);
        graph.mailbox(&AccountId::from("a".to_owned()), secret(self.token.clone()))
    }

    /// The ids of the contacts that a person sees in the folders.
    fn truth(&self) -> BTreeSet<String> {
        let all = self.world.sim().contacts(&self.smtp).unwrap();
        let here = all.into_iter().filter(|contact| contact.folder != "deleteditems" && !contact.is_list);
        here.map(|contact| contact.immutable_id).collect()
    }
}

/// The ids of a round's contacts, and where the next one begins.
async fn round(mailbox: &GraphMailbox, folder: &str, from: Option<String>) -> (Vec<String>, String) {
    let (mut ids, mut from) = (Vec::new(), from);
    loop {
        let changes = mailbox.contact_changes(folder, from.as_deref(), PageSize::Full).await.unwrap();
        let ContactChanges::Page(page) = changes else { panic!("{changes:?}") };
        assert_eq!(page.faults, []);
        ids.extend(page.looks.into_iter().map(|look| match look {
            ContactLook::Whole(sight) => sight.remote_id,
            other @ (ContactLook::Partial(_) | ContactLook::Removed(_)) => panic!("{other:?}"),
        }));
        match page.end {
            PageEnd::More(link) => from = Some(link),
            PageEnd::Round(link) => return (ids, link),
            PageEnd::Listed => panic!("no link"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_graph_for_contacts_and_what_it_answers_keep_to_microsofts_schema() {
    let _turn = TURN.lock().await;
    let judged = Judged::new(45).await;
    let mailbox = judged.mailbox();
    let (mut read, mut listed) = (BTreeSet::new(), BTreeSet::new());
    for folder in mailbox.contact_folders().await.unwrap() {
        let (ids, link) = round(&mailbox, &folder.remote_id, None).await;
        read.extend(ids);
        assert_eq!(round(&mailbox, &folder.remote_id, Some(link)).await.0, [""; 0]);
        let list = mailbox.contact_list(&folder.remote_id, None).await.unwrap();
        let ContactList::Page(page) = list else { panic!("{list:?}") };
        listed.extend(page.items.into_iter().map(|(id, _)| id));
    }
    assert_eq!((&read, &listed), (&judged.truth(), &judged.truth()));
    let some: Vec<_> = read.into_iter().take(3).collect();
    let looked = mailbox.contacts(&some).await.unwrap();
    assert!(looked.iter().all(|(_, looked)| looked.is_ok()), "{looked:?}");
    let photos = mailbox.contact_photos(&some).await.unwrap();
    assert!(photos.iter().all(|(_, photo)| *photo == Err(ItemError::Gone)), "{photos:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_schema_does_not_come_through() {
    let _turn = TURN.lock().await;
    let judged = Judged::new(1).await;
    let broken = json!({"givenName": "Ann", "businessPhones": "no list"});
    let request = judged.http.post(format!("{}/v1.0/me/contacts", judged.prism)).bearer_auth(&judged.token);
    let answer =
        request.header("content-type", "application/json").body(broken.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 422, "{}", answer.text().await.unwrap());
}
