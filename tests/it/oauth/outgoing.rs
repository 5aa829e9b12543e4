//! Contacts that were changed here go out by Microsoft Graph, whatever it does on the way.

use super::graph::Read;
use chrono::TimeDelta;
use outlook_sim::graph::{Birthday, Quirk};
use outlook_sim::{Failure, GraphError, Kind, TruthContact};
use outlook_syncd::model::{
    Actor, Card, CardEmail, CardPhone, CardPlace, CardText, Contact, ContactEdit, ContactForms, ContactId,
    Direction, PhoneKind, PlaceKind,
};
use outlook_syncd::store::{ContactQuery, Edited, Editor, Store};
use serde_json::json;

pub(super) const WRITES: [&str; 3] = ["create_contact", "update_contact", "delete_contact"];

#[tokio::test(flavor = "multi_thread")]
async fn contacts_whose_direction_is_off_are_not_read_and_not_said_to_be() {
    let read = Read::of(1).await;
    let way = async |direction| {
        let desk = &read.stage.app.desk;
        desk.direct_contacts(&Actor::command_line(), &read.id, direction).await.unwrap();
        read.cycle().await
    };
    let deltas = || read.stage.sim().count("contact_delta", &read.smtp);
    let (off, before) = (way(Some(Direction::Off)).await, deltas());
    let again = read.cycle().await;
    assert!(off.is_off && again.is_off && again.failures == 0);
    assert_eq!((again.last_success_at, deltas()), (off.last_success_at, before));
    assert!(!way(None).await.is_off && deltas() > before);
}

impl Read {
    pub(super) async fn make(&self, make: impl FnOnce(&mut Card)) -> ContactId {
        let mut card = Card::default();
        make(&mut card);
        let now = self.stage.app.services.clock.now();
        let id = ContactId::new(now);
        let new = ContactEdit { id: id.clone(), external_id: None, card, forms: ContactForms::default() };
        let done = self
            .stage
            .store()
            .add_contact(&self.id, &new, Editor::Person(&crate::stage::by_crm(now)), now)
            .await
            .unwrap();
        assert_eq!(done, Edited::Done(1));
        id
    }

    pub(super) async fn named(&self, name: &str) -> Contact {
        let query = ContactQuery { text: name.to_owned(), limit: 9, ..ContactQuery::default() };
        let found = self.stage.store().contacts(&query).await.unwrap();
        found.into_iter().find(|contact| contact.card.text(CardText::DisplayName) == name).unwrap()
    }

    pub(super) async fn edit(&self, contact: &Contact, change: impl FnOnce(&mut Card)) {
        let mut card = contact.card.clone();
        change(&mut card);
        let forms = ContactForms::default();
        let edit = ContactEdit { id: contact.id.clone(), external_id: None, card, forms };
        let now = self.stage.app.services.clock.now();
        let line = crate::stage::by_crm(now);
        let by = Editor::Person(&line);
        let done = self.stage.store().edit_contact(&self.id, &edit, contact.revision, by, now).await;
        assert_eq!(done.unwrap(), Edited::Done(contact.revision + 1));
    }

    pub(super) async fn remove(&self, contact: &Contact) {
        let now = self.stage.app.services.clock.now();
        let line = crate::stage::by_crm(now);
        let by = Editor::Person(&line);
        let store = self.stage.store();
        store.remove_contact(&self.id, &contact.id, contact.revision, by, now).await.unwrap();
    }

    /// How often anything was written to the mailbox.
    pub(super) fn writes(&self) -> usize {
        WRITES.iter().map(|action| self.stage.sim().count(action, &self.smtp)).sum()
    }

    /// The items of the contact folders that are called so.
    pub(super) fn there(&self, name: &str) -> Vec<TruthContact> {
        let all = self.stage.sim().contacts(&self.smtp).unwrap();
        let here = all.into_iter().filter(|item| item.folder != "deleteditems");
        here.filter(|item| item.members.get("displayName") == Some(&json!(name))).collect()
    }

    /// What the server made of what it was given comes in; then nothing is written any more, on either side.
    pub(super) async fn settle(&self) {
        self.cycle().await;
        let revisions = "SELECT COALESCE(SUM(revision), 0) FROM contact";
        let before = (crate::store::count(self.stage.store(), revisions).await, self.writes());
        self.cycle().await;
        self.cycle().await;
        assert_eq!((crate::store::count(self.stage.store(), revisions).await, self.writes()), before);
        assert_eq!(self.waiting().await, 0);
    }

    pub(super) async fn waiting(&self) -> i64 {
        let waiting = "SELECT COUNT(*) FROM contact WHERE edited_at IS NOT NULL";
        crate::store::count(self.stage.store(), waiting).await
    }
}

pub(super) fn named(card: &mut Card, name: &str) {
    card.set_text(CardText::DisplayName, name.to_owned());
}

pub(super) fn whole(card: &mut Card) {
    named(card, "Anna Fort");
    for (text, value) in [
        (CardText::GivenName, "Anna"),
        (CardText::Surname, "Fort"),
        (CardText::PersonalNotes, "One\nTwo"),
        (CardText::CompanyName, "Acme"),
    ] {
        card.set_text(text, value.to_owned());
    }
    card.birthday = "1992-02-29".parse().ok();
    card.emails.push(CardEmail { address: "anna@x.example".to_owned(), name: String::new() });
    for (kind, number) in [(PhoneKind::Business, "+49 228 1"), (PhoneKind::Mobile, "+49 170 1")] {
        card.phones.push(CardPhone { kind, number: number.to_owned() });
    }
    card.set_place(PlaceKind::Home, CardPlace { city: "Bonn".to_owned(), ..CardPlace::default() });
    card.categories.push("Blue".to_owned());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_changed_cleared_and_deleted_here_is_so_in_outlook_and_is_written_once() {
    for (quirk, birthday) in [
        (None, Birthday::Noon),
        (Some(Quirk::EmptyPatches), Birthday::Midnight),
        (Some(Quirk::FolderAsCategory), Birthday::Noon),
    ] {
        let read = Read::of(3).await;
        read.set(|graph| {
            graph.quirks = quirk.into_iter().collect();
            graph.birthday = birthday;
        });
        let contact = read.make(whole).await;
        let (changed, removed) = (read.named("Friend 1").await, read.named("Friend 0").await);
        read.edit(&changed, |card| card.set_text(CardText::JobTitle, "Chief".to_owned())).await;
        read.remove(&removed).await;
        assert_eq!(read.cycle().await.last_error, None, "{quirk:?}");
        let made = read.there("Anna Fort").remove(0);
        assert_eq!(made.members["mobilePhone"], "+49 170 1");
        assert_eq!(made.members["homeAddress"], json!({"city": "Bonn"}));
        assert!(made.extended.values().any(|value| value == contact.as_str()), "{:?}", made.extended);
        assert_eq!(read.there("Friend 1")[0].members["jobTitle"], "Chief");
        assert_eq!(read.there("Friend 0").len(), 0);
        assert_eq!(read.writes(), 3, "{quirk:?}");
        read.settle().await;
        assert_eq!(read.writes(), 3, "{quirk:?}");
        let gained = read.there("Friend 1")[0].members.contains_key("categories");
        assert_eq!(gained, quirk == Some(Quirk::FolderAsCategory));
        let categories = read.named("Friend 1").await.card.categories;
        assert_eq!(
            categories,
            if gained { vec!["Friends"] } else { vec![] },
            "it is known here, and stays theirs"
        );

        let stored = read.stage.store().contact(&contact).await.unwrap().unwrap();
        read.edit(&stored, |card| {
            let name = card.text(CardText::DisplayName).to_owned();
            *card = Card::default();
            named(card, &name);
        })
        .await;
        read.cycle().await;
        let cleared = read.there("Anna Fort").remove(0).members;
        for member in
            ["birthday", "emailAddresses", "businessPhones", "mobilePhone", "categories", "personalNotes"]
        {
            assert_eq!(cleared.get(member), None, "{quirk:?}");
        }
        read.settle().await;
        assert_eq!(read.writes(), 4, "{quirk:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_or_a_cut_connection_doubles_no_contact() {
    for (kind, done) in [(Kind::AnswerLost, true), (Kind::HangUp, false)] {
        let read = Read::of(2).await;
        read.stage.sim().fail(Some(&read.smtp), Failure::from(kind.clone()).on(&["create_contact"]).times(1));
        read.make(|card| named(card, "Made here")).await;
        read.cycle().await;
        assert_eq!(read.there("Made here").len(), usize::from(done), "{kind:?}");
        read.cycle().await;
        // What may have been made is not made again before it had time to show.
        assert_eq!(read.there("Made here").len(), usize::from(done), "{kind:?}");
        let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
        sqlx::query("UPDATE contact_write SET begun_at = begun_at - 300000").execute(pool).await.unwrap();
        read.cycle().await;
        read.settle().await;
        assert_eq!(read.there("Made here").len(), 1, "{kind:?}");
        let all = ContactQuery { text: "made here".to_owned(), limit: 9, ..ContactQuery::default() };
        assert_eq!(read.stage.store().contacts(&all).await.unwrap().len(), 1, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_graph_refuses_of_one_contact_stays_with_it_and_what_passes_does_so() {
    for (status, code, times, expected, waits) in [
        (412, "ErrorIrresolvableConflict", 1, 0, None),
        (405, "ErrorInvalidRequest", 9, 1, None),
        (400, "ErrorInvalidRequest", 9, 1, None),
        (500, "ErrorInternalServerError", 1, 1, None),
        (403, "ErrorAccessDenied", 9, 2, Some("graph_denied")),
        (507, "ErrorQuotaExceeded", 9, 2, Some("graph_full")),
    ] {
        let read = Read::of(2).await;
        let (first, second) = (read.named("Friend 0").await, read.named("Friend 1").await);
        let stops = waits.is_some();
        let failure = Failure::from(Kind::Graph(GraphError::new(status, code, ""))).on(&["update_contact"]);
        let failure = if stops { failure } else { failure.about("Chief") };
        read.stage.sim().fail(Some(&read.smtp), failure.times(times));
        read.edit(&first, |card| card.set_text(CardText::JobTitle, "Chief".to_owned())).await;
        read.edit(&second, |card| card.set_text(CardText::JobTitle, "Boss".to_owned())).await;
        let state = read.cycle().await;
        assert_eq!(state.last_error.map(|error| error.code).as_deref(), waits, "{status}");
        assert_eq!(read.waiting().await, expected, "{status}");
        assert_eq!(read.there("Friend 1")[0].members.contains_key("jobTitle"), !stops, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_there_is_not_overwritten_where_versions_are_not_heeded() {
    let read = Read::of(2).await;
    read.set(|graph| graph.quirks = [Quirk::IgnoresIfMatch].into());
    let contact = read.named("Friend 0").await;
    let there = read.there("Friend 0").remove(0);
    let edited = super::graph::draft(json!({"displayName": "Friend 0", "companyName": "Acme"}));
    read.stage.sim().edit_contact(&read.smtp, &there.id, &edited).unwrap();
    read.edit(&contact, |card| card.set_text(CardText::JobTitle, "Chief".to_owned())).await;
    read.settle().await;
    let members = read.there("Friend 0").remove(0).members;
    assert_eq!((&members["companyName"], &members["jobTitle"]), (&json!("Acme"), &json!("Chief")));
    assert_eq!(read.named("Friend 0").await.card.text(CardText::CompanyName), "Acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_the_server_makes_anew_of_another_surname_is_written_once() {
    let read = Read::of(2).await;
    let anna = read
        .make(|card| {
            card.set_text(CardText::GivenName, "Anna".to_owned());
            card.set_text(CardText::Surname, "Fort".to_owned());
        })
        .await;
    read.cycle().await;
    read.settle().await;
    let stored = read.stage.store().contact(&anna).await.unwrap().unwrap();
    read.edit(&stored, |card| card.set_text(CardText::Surname, "Kern".to_owned())).await;
    read.cycle().await;
    read.settle().await;
    assert_eq!(read.stage.sim().count("update_contact", &read.smtp), 1);
    let stored = read.stage.store().contact(&anna).await.unwrap().unwrap().card;
    let there = read.there(stored.text(CardText::DisplayName)).remove(0).members;
    assert_eq!((&there["givenName"], &there["surname"]), (&json!("Anna"), &json!("Kern")));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_our_id_cannot_be_looked_for_or_shows_late_a_lost_answer_doubles_nobody() {
    for is_refused in [true, false] {
        let read = Read::of(2).await;
        let lost = Failure::from(Kind::AnswerLost).on(&["create_contact"]).times(1);
        read.stage.sim().fail(Some(&read.smtp), lost);
        if is_refused {
            let refusal = GraphError::new(400, "ErrorInvalidRequest", "");
            read.stage
                .sim()
                .fail(Some(&read.smtp), Failure::from(Kind::Graph(refusal)).on(&["list_contacts"]));
        }
        read.set(|graph| graph.late_ms = 60_000);
        read.make(|card| named(card, "Made here")).await;
        for _ in 0..3 {
            read.cycle().await;
            assert_eq!(read.there("Made here").len(), 1, "nothing shows it yet");
        }
        read.stage.sim().pass(TimeDelta::seconds(61));
        read.cycle().await;
        read.settle().await;
        assert_eq!(read.there("Made here").len(), 1, "{is_refused}");
        assert_eq!(read.stage.sim().count("create_contact", &read.smtp), 1, "{is_refused}");
        let all = ContactQuery { text: "made here".to_owned(), limit: 9, ..ContactQuery::default() };
        assert_eq!(read.stage.store().contacts(&all).await.unwrap().len(), 1, "{is_refused}");
    }
}
