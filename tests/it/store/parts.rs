//! The parts of an account: each is due, fails and is parked for itself.

use super::schedule::{badly, well};
use super::statements::{run, text};
use super::*;
use outlook_syncd::model::{Credential, Import, Reach};
use outlook_syncd::store::PartEnd;

/// The row of a part, each of its columns.
async fn row(store: &Store, part: Part) -> String {
    let row = match store {
        Store::Sqlite(_) => {
            "json_array(next_at, not_before, asked_at, due_at, failures, error_disposition, error_code, error_message,
             error_whose_turn, error_hint, error_at, last_success_at, last_attempt_at, read_by)"
        }
        Store::Postgres(_) => "p::text",
    };
    text(store, &format!("SELECT {row} FROM part_state p WHERE part = '{}'", part.as_str())).await.unwrap()
}

/// An account of which both parts are due.
async fn add_both(store: &Store, mail: DateTime<Utc>, contacts: DateTime<Utc>) -> AccountId {
    let id = add_due(store, "anna@example.org", mail).await;
    store.schedule(&id, Part::Contacts, contacts).await.unwrap();
    id
}

async fn contacts(store: &Store, id: &AccountId) -> PartState {
    store.state(id).await.unwrap().unwrap().part(Part::Contacts).unwrap().clone()
}

#[tokio::test]
async fn an_account_without_a_session_is_due_for_contacts() {
    on_both(async |store| {
        let id = add(&store, "anna@example.org").await;
        store.schedule(&id, Part::Contacts, at(5)).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(5)));
        let claim = store.claim("h", at(9), at(9), LEASE).await.unwrap().unwrap();
        assert_eq!((claim.account.id, claim.due), (id, vec![Part::Contacts]));
        assert_eq!(claim.state.session, SessionState::Absent);
    })
    .await;
}

#[tokio::test]
async fn a_claim_takes_the_parts_that_are_due_and_no_others() {
    on_both(async |store| {
        let id = add_both(&store, at(50), at(5)).await;
        let claim = store.claim("h", at(9), at(9), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.due, [Part::Contacts]);
        store.end_part(&claim, &well(Part::Contacts, at(10), at(60))).await.unwrap();
        store.release(&claim).await.unwrap();
        assert_eq!(mail(&store, &id).await.last_attempt_at, None);
        let claim = store.claim("h", at(60), at(60), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.due, [Part::Mail, Part::Contacts]);
        store.end_part(&claim, &well(Part::Mail, at(61), at(99))).await.unwrap();
        let again = store.claim("h", at(62), at(62), LEASE).await.unwrap().unwrap();
        assert_eq!(again.due, [Part::Contacts], "what ended before a crash is not begun again");
    })
    .await;
}

#[tokio::test]
async fn a_failure_of_one_part_leaves_the_row_of_the_other_byte_for_byte() {
    on_both(async |store| {
        add_both(&store, at(0), at(0)).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        for next in [Some(at(300)), None] {
            for (part, other) in [(Part::Contacts, Part::Mail), (Part::Mail, Part::Contacts)] {
                let (before, own) = (row(&store, other).await, row(&store, part).await);
                let end = PartEnd { not_before: next, ..badly(part, next) };
                store.end_part(&claim, &end).await.unwrap();
                assert_eq!(row(&store, other).await, before);
                assert_ne!(row(&store, part).await, own);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_warning_is_kept_as_an_error_is_and_counts_no_failure() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let Err(told) = badly(Part::Mail, Some(at(300))).result else { unreachable!() };
        store.end_part(&claim, &badly(Part::Mail, Some(at(300)))).await.unwrap();
        let warned = PartEnd { warning: Some(told.clone()), ..well(Part::Mail, at(40), at(300)) };
        store.end_part(&claim, &warned).await.unwrap();
        let mail = mail(&store, &claim.account.id).await;
        assert_eq!((mail.failures, mail.last_success_at, mail.last_error), (0, Some(at(40)), Some(told)));
        let state = store.state(&claim.account.id).await.unwrap().unwrap();
        assert!(state.parts.iter().all(|part| part.failures == 0), "nothing failed");
        store.end_part(&claim, &well(Part::Mail, at(50), at(300))).await.unwrap();
        assert_eq!(super::mail(&store, &claim.account.id).await.last_error, None);
    })
    .await;
}

#[tokio::test]
async fn a_part_that_is_not_to_be_read_was_last_read_when_it_was() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.end_part(&claim, &well(Part::Mail, at(40), at(300))).await.unwrap();
        let off = PartEnd { is_off: true, result: Ok(None), ..well(Part::Mail, at(50), at(300)) };
        store.end_part(&claim, &off).await.unwrap();
        let mail = mail(&store, &claim.account.id).await;
        assert_eq!((mail.last_success_at, mail.last_attempt_at), (Some(at(40)), Some(at(50))));
        assert!(mail.is_off && mail.failures == 0);
        store.end_part(&claim, &well(Part::Mail, at(60), at(300))).await.unwrap();
        let mail = super::mail(&store, &claim.account.id).await;
        assert_eq!((mail.last_success_at, mail.is_off), (Some(at(60)), false));
    })
    .await;
}

#[tokio::test]
async fn what_ends_one_credential_parks_what_lives_on_it_and_nothing_else() {
    on_both(async |store| {
        let id = add_both(&store, at(0), at(0)).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        store.end_part(&claim, &badly(Part::Contacts, None)).await.unwrap();
        let state = store.state(&id).await.unwrap().unwrap();
        assert_eq!((state.session, mail(&store, &id).await.due_at), (SessionState::Valid, Some(at(0))));
        assert_eq!(contacts(&store, &id).await.due_at, None);
        store.schedule(&id, Part::Contacts, at(7)).await.unwrap();
        store.end_part(&claim, &badly(Part::Mail, None)).await.unwrap();
        let state = store.state(&id).await.unwrap().unwrap();
        assert_eq!((state.session, mail(&store, &id).await.due_at), (SessionState::NeedsLogin, None));
        assert_eq!(contacts(&store, &id).await.due_at, Some(at(7)));
        assert_eq!(store.make_due(&Reach::Everyone, None, at(9)).await.unwrap(), 1, "contacts, and no mail");
        assert_eq!(mail(&store, &id).await.due_at, None);
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_during_a_turn_is_not_undone_by_the_end_of_the_old_tokens() {
    on_both(async |store| {
        let id = add_both(&store, at(900), at(0)).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        store.schedule(&id, Part::Contacts, at(5)).await.unwrap();
        store.reset_failures(&id, Credential::Grant).await.unwrap();
        store.end_part(&claim, &badly(Part::Contacts, None)).await.unwrap();
        assert_eq!(contacts(&store, &id).await.due_at, Some(at(5)));
    })
    .await;
}

/// The server has said when to come back.
fn throttled(until: DateTime<Utc>) -> PartEnd {
    PartEnd { not_before: Some(until), ..badly(Part::Mail, Some(at(25))) }
}

#[tokio::test]
async fn nobody_makes_an_account_due_before_the_time_that_its_server_said() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let other = add_due(&store, "other", at(900)).await;
        store.end_part(&claim, &throttled(at(600))).await.unwrap();
        store.release(&claim).await.unwrap();
        assert_eq!(store.make_due(&Reach::Everyone, Some(id), at(30)).await.unwrap(), 0);
        assert_eq!(store.make_due(&Reach::Everyone, None, at(30)).await.unwrap(), 1);
        let due = async |id| mail(&store, id).await.due_at;
        assert_eq!((due(id).await, due(&other).await), (Some(at(600)), Some(at(30))));
        assert_eq!(
            store.make_due(&Reach::Everyone, Some(id), at(700)).await.unwrap(),
            1,
            "the time has come"
        );
        assert_eq!(due(id).await, Some(at(600)), "and it has its place from then on");

        store.set_sync_enabled(&other, false, &line(at(1))).await.unwrap();
        let claim = store.claim("test", at(700), at(700), LEASE).await.unwrap().unwrap();
        store.make_due(&Reach::Everyone, Some(id), at(701)).await.unwrap();
        store.end_part(&claim, &throttled(at(1_000))).await.unwrap();
        store.release(&claim).await.unwrap();
        assert_eq!(due(id).await, Some(at(1_000)), "also when it was asked for during the turn");

        store.reset_failures(id, Credential::Session).await.unwrap();
        assert_eq!(
            store.make_due(&Reach::Everyone, Some(id), at(710)).await.unwrap(),
            1,
            "a new sign-in begins afresh"
        );
    })
    .await;
}

#[tokio::test]
async fn to_be_made_due_costs_an_account_no_place_in_the_queue() {
    on_both(async |store| {
        let first = add_due(&store, "first", at(1)).await;
        add_due(&store, "second", at(2)).await;
        assert_eq!(store.make_due(&Reach::Everyone, Some(&first), at(9)).await.unwrap(), 1);
        let claim = store.claim("h", at(9), at(9), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.account.id, first);
        store.make_due(&Reach::Everyone, Some(&first), at(10)).await.unwrap();
        store.end_part(&claim, &well(Part::Mail, at(11), at(300))).await.unwrap();
        assert_eq!(mail(&store, &first).await.due_at, Some(at(10)), "asked for again during its turn");
    })
    .await;
}

#[tokio::test]
async fn a_postponed_account_stands_behind_the_others_with_what_it_was_due_for() {
    on_both(async |store| {
        let id = add_both(&store, at(0), at(0)).await;
        let other = add_due(&store, "other", at(8)).await;
        let claim = store.claim("h", at(9), at(9), LEASE).await.unwrap().unwrap();
        store.end_part(&claim, &well(Part::Mail, at(9), at(300))).await.unwrap();
        store.postpone(&claim, at(69)).await.unwrap();
        assert_eq!(
            (mail(&store, &id).await.due_at, contacts(&store, &id).await.due_at),
            (Some(at(300)), Some(at(69)))
        );
        assert_eq!(contacts(&store, &id).await.failures, 0);
        let next = store.claim("h", at(68), at(68), LEASE).await.unwrap().unwrap();
        assert_eq!(next.account.id, other);
        store.end_part(&next, &well(Part::Mail, at(68), at(300))).await.unwrap();
        store.release(&next).await.unwrap();
        assert!(store.claim("h", at(68), at(68), LEASE).await.unwrap().is_none());
        let claim = store.claim("h", at(69), at(69), LEASE).await.unwrap().unwrap();
        assert_eq!((claim.account.id, claim.due), (id, vec![Part::Contacts]));
    })
    .await;
}

#[tokio::test]
async fn with_the_grant_goes_what_was_known_of_the_parts_that_lived_on_it() {
    on_both(async |store| {
        let id = add_both(&store, at(0), at(0)).await;
        store.destroy_grant(&id, "tokens", None, ContactsEnd::Keep, &line(at(1))).await.unwrap();
        let parts = store.state(&id).await.unwrap().unwrap().parts;
        assert_eq!(parts.iter().map(|part| part.part).collect::<Vec<_>>(), [Part::Mail]);
    })
    .await;
}

#[tokio::test]
async fn what_the_view_says_of_parts() {
    on_both(async |store| {
        add_both(&store, at(0), at(0)).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        let import = Some(Import { since: at(1), from: 0, done: 129_999, ends_at: Some(at(60)) });
        let read = PartEnd { import, ..well(Part::Mail, at(2), at(300)) };
        store.end_part(&claim, &read).await.unwrap();
        let said = PartEnd { not_before: Some(at(600)), ..badly(Part::Contacts, Some(at(400))) };
        store.end_part(&claim, &said).await.unwrap();
        for (part, column, expected) in [
            ("mail", "read_by", Some("network")),
            ("mail", "next_iso", Some("2026-01-01T00:05:00.000Z")),
            ("mail", "not_before_iso", None),
            ("mail", "CAST(import_percent AS TEXT)", Some("12")),
            ("mail", "import_since_iso", Some("2026-01-01T00:00:01.000Z")),
            ("mail", "import_ends_iso", Some("2026-01-01T00:01:00.000Z")),
            ("contacts", "CAST(import_percent AS TEXT)", None),
            ("contacts", "next_iso", Some("2026-01-01T00:10:00.000Z")),
            ("contacts", "not_before_iso", Some("2026-01-01T00:10:00.000Z")),
            ("contacts", "error_code", Some("timeout")),
            ("contacts", "error_whose_turn", Some("nobody")),
            ("contacts", "last_success_iso", None),
        ] {
            let seen = text(&store, &format!("SELECT {column} FROM part_state_v WHERE part = '{part}'")).await;
            assert_eq!(seen.as_deref(), expected, "{part} {column}");
        }
        // Whatever a later version keeps beside the session in use.
        run(&store, "INSERT INTO browser_session (account_id, generation, state) SELECT id, 1, 'blocked' FROM account").await;
        assert_eq!(text(&store, "SELECT session FROM sync_state_v").await.as_deref(), Some("valid"));
    })
    .await;
}

#[tokio::test]
async fn what_ails_a_part_turn_after_turn_has_ailed_it_since_the_first_of_them() {
    on_both(async |store| {
        let id = add_both(&store, at(0), at(0)).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        let mut end = badly(Part::Contacts, Some(at(900)));
        let mut of = async |code: &str, met: i64| {
            let error = end.result.as_mut().unwrap_err();
            (error.code, error.at) = (code.to_owned(), at(met));
            store.end_part(&claim, &end).await.unwrap();
            contacts(&store, &id).await.error_since
        };
        assert_eq!(of("timeout", 10).await, Some(at(10)));
        assert_eq!(of("timeout", 20).await, Some(at(10)));
        assert_eq!(of("throttled", 30).await, Some(at(30)));
        assert_eq!(of("timeout", 40).await, Some(at(40)));
        store.end_part(&claim, &well(Part::Contacts, at(50), at(900))).await.unwrap();
        assert_eq!(contacts(&store, &id).await.error_since, None);
    })
    .await;
}

#[tokio::test]
async fn what_failed_for_one_reason_is_due_when_that_is_mended_and_nothing_else_is() {
    on_both(async |store| {
        let id = add_both(&store, at(5), at(5)).await;
        let claim = store.claim("h", at(9), at(9), LEASE).await.unwrap().unwrap();
        store.end_part(&claim, &well(Part::Mail, at(20), at(900))).await.unwrap();
        let put_off = PartEnd { not_before: Some(at(300)), ..badly(Part::Contacts, Some(at(900))) };
        store.end_part(&claim, &put_off).await.unwrap();
        store.release(&claim).await.unwrap();
        store.make_due_after("another", at(30)).await.unwrap();
        assert_eq!(store.next_due("h", at(30)).await.unwrap(), Some(at(900)));
        store.make_due_after("timeout", at(31)).await.unwrap();
        assert_eq!(contacts(&store, &id).await.due_at, Some(at(31)));
        assert_eq!(mail(&store, &id).await.due_at, Some(at(900)));
    })
    .await;
}
