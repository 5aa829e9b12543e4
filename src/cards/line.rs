//! A line of JSON per contact, as the API tells it: the only form that has all of it.

use super::{FileEntry, FiledContact, lines, text};
use crate::model::{Card, ContactId};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::io::{self, BufRead};

/// What is read of a line; the rest is ours to say.
#[derive(Deserialize)]
struct JsonLine {
    id: Option<ContactId>,
    external_id: Option<String>,
    card: Map<String, Value>,
}

pub(super) fn read(input: impl BufRead) -> impl Iterator<Item = io::Result<FileEntry>> {
    let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    let entry =
        |(line, bytes): (u64, Vec<u8>)| FileEntry { line, read: text(bytes).and_then(|json| contact(&json)) };
    let said =
        move |line: &io::Result<(u64, Vec<u8>)>| line.as_ref().map_or(true, |(_, bytes)| !is_blank(bytes));
    lines(input).filter(said).map(move |line| line.map(entry))
}

fn contact(json: &str) -> Result<FiledContact, String> {
    let JsonLine { id, external_id, card } = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let card = Card::default().overlaid(&Value::from(card).to_string())?;
    Ok(FiledContact { own: id, external: external_id, card, left_out: Vec::new() })
}
