//! The main job, by the real program in real Chromium: from a sign-in to mail in the database.

#![cfg(test)]

mod correspondence;
mod failures;
mod folders;
mod reading;
mod signing_in;
mod truth;

use crate::stage::World;
use outlook_sim::{Options, Settings, Weight};
use serde_json::Value;
use std::collections::BTreeMap;

/// Mail older than this is not read at first.
const HISTORY_DAYS: i64 = 30;

fn with(change: impl FnOnce(&mut Settings)) -> Options {
    let mut settings = Settings { weight: Weight::Light, ..Settings::default() };
    change(&mut settings);
    Options { settings, ..Options::default() }
}

/// What a perfect reader would store of one folder: by Internet message id and time, subject and sender.
fn expected(world: &World, smtp: &str, folder: &str) -> Vec<BTreeMap<&'static str, String>> {
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    let mut truth = world.sim().truth(smtp).unwrap();
    truth.retain(|message| message.folder == folder && message.received > horizon);
    let row = |message: outlook_sim::world::Truth| {
        let from = message.from.filter(|from| from.routing == "SMTP");
        BTreeMap::from([
            ("from", from.map(|from| from.address).unwrap_or_default()),
            ("id", message.internet_message_id.unwrap_or_default()),
            ("at", message.received.timestamp_millis().to_string()),
            ("subject", message.subject.unwrap_or_default()),
            ("read", message.is_read.to_string()),
            ("recipients", (message.to.len() + message.cc.len() + message.bcc.len()).to_string()),
        ])
    };
    sorted(truth.into_iter().map(row).collect())
}

/// The same of what is stored, of messages that are young enough.
fn stored(world: &World, messages: &[Value], folder: &str) -> Vec<BTreeMap<&'static str, String>> {
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |message: &Value| {
        let at: chrono::DateTime<chrono::Utc> = message["received_at"].as_str()?.parse().ok()?;
        ([&message["folder"], &message["folder_name"]].iter().any(|name| **name == folder) && at > horizon)
            .then(|| {
                // What is no address of the internet may be stored in any form.
                let from = text(&message["from"]["address"]);
                BTreeMap::from([
                    ("from", if from.contains('@') { from } else { String::new() }),
                    ("id", text(&message["internet_message_id"])),
                    ("at", at.timestamp_millis().to_string()),
                    ("subject", text(&message["subject"])),
                    ("read", message["is_read"].to_string()),
                    ("recipients", message["recipients"].as_array().unwrap().len().to_string()),
                ])
            })
    };
    sorted(messages.iter().filter_map(row).collect())
}

fn sorted(mut rows: Vec<BTreeMap<&'static str, String>>) -> Vec<BTreeMap<&'static str, String>> {
    rows.sort();
    rows
}

pub(crate) async fn assert_complete(world: &World, smtp: &str) {
    for folder in ["inbox", "sentitems"] {
        assert_read(world, smtp, folder).await;
    }
}

/// All of this folder is stored; one of the owner's own goes by its name.
async fn assert_read(world: &World, smtp: &str, folder: &str) {
    let expected = expected(world, smtp, folder);
    assert!(!expected.is_empty());
    assert_eq!(stored(world, &world.messages(smtp).await, folder), expected, "{folder} of {smtp}");
}

/// The counts of one folder of the cycle's first account.
fn folder<'a>(report: &'a Value, folder: &str) -> &'a Value {
    let folders = report["accounts"][0]["folders"].as_array().unwrap();
    folders.iter().find(|count| count["folder"] == folder).unwrap()
}
