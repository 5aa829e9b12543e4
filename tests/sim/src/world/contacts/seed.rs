//! From a seed to contacts: one of each kind that breaks naive readers, then people with names and numbers.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Map, Value, json};

use super::{DEFAULT, renamed};
use crate::world::{Mailbox, text};

/// Adds contacts to a mailbox, and at first two folders below the default one.
pub(crate) fn fill(mailbox: &mut Mailbox, contacts: usize, now: DateTime<Utc>) {
    if contacts == 0 {
        return;
    }
    let [child, grandchild] = folders(mailbox);
    let held = mailbox.book.all().count();
    let seed: [u8; 8] = mailbox.account.oid.as_bytes()[..8].try_into().expect("eight bytes");
    let mut rng = StdRng::seed_from_u64(u64::from_be_bytes(seed).wrapping_add(held as u64));
    let odd = odd_ones();
    for number in held..held + contacts {
        let at = now - TimeDelta::seconds(rng.random_range(60..900 * 86400));
        let members = odd.get(number).cloned().unwrap_or_else(|| person(mailbox, &mut rng, number));
        let folder = *text::pick(&mut rng, &[DEFAULT, DEFAULT, DEFAULT, child, grandchild]);
        mailbox.book.add(named(members), folder, at);
    }
}

fn folders(mailbox: &mut Mailbox) -> [usize; 2] {
    if let [_, child, grandchild, ..] = mailbox.book.live_folders().map(|(n, _)| n).collect::<Vec<_>>()[..] {
        return [child, grandchild];
    }
    let own = mailbox.account.locale.folders;
    let child = mailbox.book.add_folder(own[7], DEFAULT);
    [child, mailbox.book.add_folder(own[8], child)]
}

fn named(members: Value) -> Map<String, Value> {
    let Value::Object(mut members) = members else { return Map::new() };
    let written: Vec<String> = members.keys().cloned().collect();
    renamed(&mut members, &written);
    members
}

fn person(mailbox: &Mailbox, rng: &mut StdRng, number: usize) -> Value {
    let (handle, name) = *text::pick(rng, mailbox.account.locale.people);
    let (given, surname) = match name.split_once(", ") {
        Some((surname, given)) => (given, surname),
        None => name.split_once(' ').unwrap_or((name, "")),
    };
    let surname = format!("{surname} {number}");
    let address = format!("{handle}.{number}@papermoon-sim.example");
    let (year, month, day) =
        (rng.random_range(1930..2010), rng.random_range(1..=12), rng.random_range(1..=28));
    json!({
        "givenName": given, "surname": surname.trim(), "companyName": "Papermoon", "jobTitle": "Lantern keeper",
        "emailAddresses": [{"name": name, "address": address}],
        "businessPhones": [format!("+49 30 55{number:06}")], "mobilePhone": format!("+49 151 55{number:06}"),
        "birthday": format!("{year}-{month:02}-{day:02}T11:59:00Z"),
        "homeAddress": {
            "street": format!("Owl Street {number}"), "city": "Berlin", "postalCode": "10115",
            "countryOrRegion": "Germany",
        },
    })
}

fn odd_ones() -> Vec<Value> {
    let emails = |addresses: &[&str]| -> Vec<Value> {
        addresses.iter().map(|address| json!({"name": address, "address": address})).collect()
    };
    let x500 = "/o=Sim/ou=Exchange Administrative Group/cn=Recipients/cn=adakite";
    vec![
        // A company, without any person.
        json!({"companyName": "Moon & Sons", "businessPhones": ["+49 30 1234-0", "+49 30 1234-17"]}),
        // An address alone.
        json!({"emailAddresses": emails(&["solo@papermoon-sim.example"])}),
        // Of the directory, by X.500.
        json!({"givenName": "Ada", "surname": "Kite", "emailAddresses": [{"name": "Ada Kite", "address": x500}]}),
        // An address that is none.
        json!({"givenName": "Bo", "emailAddresses": [{"name": "bo at papermoon"}]}),
        // Everything that has a limit, filled; and numbers that version 1.0 does not show.
        json!({
            "givenName": "Cleo", "surname": "Full", "mobilePhone": "+1 918 555 0105",
            "businessPhones": ["+1 918 555 0101", "+1 918 555 0102"],
            "homePhones": ["+1 918 555 0103", "+1 918 555 0104"],
            "imAddresses": ["sip:a@cleo-sim.example", "sip:b@cleo-sim.example", "sip:c@cleo-sim.example"],
            "emailAddresses": emails(&["a@cleo-sim.example", "b@cleo-sim.example", "c@cleo-sim.example"]),
            "fax": "+1 918 555 0106", "pager": "+1 918 555 0107",
        }),
        // Leap day; notes of several lines; children and categories.
        json!({
            "givenName": "Dot", "surname": "Leap", "spouseName": "Tad", "children": ["Pip", "Pop"],
            "birthday": "1992-02-29T00:00:00Z", "categories": ["Red category", "Müllers"],
            "personalNotes": "Likes kites.\r\n\r\nNot owls.",
        }),
        // Before 1970.
        json!({"givenName": "Eli", "surname": "Elder", "birthday": "1931-10-05T11:59:00Z"}),
        // Two people with one address and one landline.
        json!({
            "givenName": "Anna", "surname": "Share", "homePhones": ["+49 30 7654321"],
            "emailAddresses": emails(&["info@share-sim.example"]),
        }),
        json!({
            "givenName": "Otto", "surname": "Share", "homePhones": ["+49 30 7654321"],
            "emailAddresses": emails(&["info@share-sim.example"]),
        }),
    ]
}
