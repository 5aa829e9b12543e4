//! What other programs read of contacts.

use super::statements::{count, text};
use super::*;

#[tokio::test]
async fn the_views_show_a_contact_with_its_folder_addresses_and_numbers() {
    on_both(async |store| {
        let claim = ready(&store).await;
        store.set_identity(&claim.account.id, "anna@example.org", None).await.unwrap();
        let mut long = card("Berta");
        long.emails.extend([email("third@example.org"), email("fourth@example.org"), email("")]);
        let mut upsert = seen(&claim, "c1", long);
        upsert.forms.emails[0] = Some("berta@example.org".to_owned());
        put(&store, &claim, contact_page(&claim, vec![upsert])).await;
        for (question, expected) in [
            ("owner FROM contact_v", Some("owner")),
            ("mailbox FROM contact_v", Some("anna@example.org")),
            ("given_name FROM contact_v", Some("Berta")),
            ("surname FROM contact_v", None),
            ("birthday FROM contact_v", Some("1992-02-29")),
            ("categories FROM contact_v", Some(r#"["Red","A, b"]"#)),
            ("folder_name FROM contact_v", Some("Contacts")),
            ("created_iso FROM contact_v", Some("2026-01-01T00:16:40.000Z")),
            ("edited_iso FROM contact_v", None),
            (
                "string_agg(kind, ' ') FROM (SELECT kind FROM contact_email_v ORDER BY position) AS e",
                Some("primary secondary tertiary other other"),
            ),
            ("address FROM contact_email_v WHERE kind = 'primary'", Some("berta@Example.org")),
            ("normalised FROM contact_email_v WHERE position = 0", Some("berta@example.org")),
            ("address FROM contact_email_v WHERE position = 4", None),
            ("name FROM contact_email_v WHERE position = 4", Some("as the server calls it")),
            ("number FROM contact_phone_v WHERE kind = 'mobile'", Some("+49 171 1")),
            ("e164 FROM contact_phone_v WHERE kind = 'mobile'", Some("+491711")),
            ("e164 FROM contact_phone_v WHERE kind = 'business'", None),
            ("city FROM contact_address_v WHERE kind = 'home'", Some("Bonn")),
        ] {
            assert_eq!(text(&store, &format!("SELECT {question}")).await.as_deref(), expected, "{question}");
        }
        for view in ["contact_v", "contact_address_v", "contact_phone_v WHERE kind = 'mobile'"] {
            assert_eq!(count(&store, &format!("SELECT COUNT(*) FROM {view}")).await, 1, "{view}");
        }
    })
    .await;
}
