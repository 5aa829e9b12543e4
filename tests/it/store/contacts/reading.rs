//! Contacts by a query.

use super::*;

fn named(name: &str, file_as: &str) -> Card {
    let mut card = card(name);
    card.emails.clear();
    card.set_text(CardText::FileAs, file_as.to_owned());
    card
}

async fn names(store: &Store, query: &ContactQuery) -> Vec<String> {
    let contacts = store.contacts(query).await.unwrap();
    contacts.into_iter().map(|contact| contact.card.text(CardText::GivenName).to_owned()).collect()
}

#[tokio::test]
async fn contacts_are_listed_in_one_order_on_both_databases_page_by_page() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let cards = [
            ("1", "Zöe"),
            ("2", "ähre"),
            ("3", "Zoe B"),
            ("4", "anton"),
            ("5", "Zoe-A"),
            ("6", "Berta"),
            ("7", ""),
        ];
        let upserts = cards.map(|(name, file_as)| seen(&claim, name, named(name, file_as)));
        put(&store, &claim, contact_page(&claim, upserts.to_vec())).await;
        let mut query = ContactQuery { limit: 3, ..ContactQuery::default() };
        let mut listed = Vec::new();
        loop {
            let page = store.contacts(&query).await.unwrap();
            let Some(last) = page.last() else { break };
            query.after = Some((last.card.listed_as(), last.id.clone()));
            listed.extend(page.into_iter().map(|contact| contact.card.text(CardText::GivenName).to_owned()));
        }
        assert_eq!(listed, ["7", "4", "6", "3", "5", "1", "2"]);
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_each_of_its_words_in_names_addresses_and_numbers_in_any_case() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let mut anna = card("Ännchen");
        anna.set_text(CardText::CompanyName, "100%_Bau \\ Söhne".to_owned());
        let upserts = vec![seen(&claim, "c1", anna), seen(&claim, "c2", named("Berta", "Berta"))];
        put(&store, &claim, contact_page(&claim, upserts)).await;
        for (text, found) in [
            ("", 2),
            ("ÄNNCHEN", 1),
            ("änn fort", 1),
            ("fort", 2),
            ("änn berta", 0),
            ("example.ORG", 1),
            ("+49 171", 2),
            ("491711", 2),
            ("100%", 1),
            ("%", 1),
            ("_", 1),
            ("\\", 1),
            ("söhne", 1),
            ("\0", 0),
        ] {
            let query = ContactQuery { text: text.to_owned(), limit: 10, ..ContactQuery::default() };
            assert_eq!(store.contacts(&query).await.unwrap().len(), found, "{text:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_owner_is_shown_their_own_contacts() {
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        let other = add(&store, "other@example.org").await;
        for (account, owner, found) in [
            (Some(claim.account.id.clone()), None, 1),
            (Some(other), None, 0),
            (None, Some("owner"), 1),
            (None, Some("nobody"), 0),
        ] {
            let owner = owner.map(str::to_owned);
            let query = ContactQuery { account, owner, limit: 10, ..ContactQuery::default() };
            assert_eq!(names(&store, &query).await.len(), found, "{query:?}");
        }
    })
    .await;
}
