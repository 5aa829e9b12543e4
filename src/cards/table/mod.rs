//! A table (CSV, RFC 4180): a row per contact.
//!
//! A cell of a list has an entry per line. What a spreadsheet would run as a formula gets an apostrophe in front,
//! which is taken away when it is read back, by our words for the columns; a telephone number is left as it is. That goes for each piece of a
//! cell which a spreadsheet may take for a cell: where a semicolon separates cells, as in Excel in German, it
//! heeds no quotes that stand within what it takes for one.

mod outlook;

use super::{FileEntry, FiledContact, clean};
use crate::model::{Card, CardField, ContactId};
use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use std::collections::HashMap;
use std::io::{self, BufRead};

/// The columns before those of a card.
const NAMES: [&str; 2] = ["id", "external_id"];

/// What may separate cells; the first is ours.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// What is said of a table that has nothing of contacts.
const NO_COLUMN: &str = "no column of the head is one of a contact: separate the columns by comma, semicolon or tab, \
                         and name them as docs/contacts.md has them";

/// What a column has.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Id,
    ExternalId,
    Field(CardField),
    /// Nothing that a card has a place for.
    Other(String),
}

/// Writes contacts as rows, the head first.
pub struct TableWriter(csv::Writer<Vec<u8>>);

impl TableWriter {
    /// With the head written.
    ///
    /// # Errors
    /// None: what it writes to is memory.
    pub fn new() -> io::Result<Self> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        let names = NAMES.into_iter().map(str::to_owned);
        writer.write_record(names.chain(CardField::all().map(CardField::word)))?;
        Ok(Self(writer))
    }

    /// Writes a contact.
    ///
    /// # Errors
    /// None: what it writes to is memory.
    pub fn write(&mut self, id: &ContactId, external_id: Option<&str>, card: &Card) -> io::Result<()> {
        let names = [id.as_str(), external_id.unwrap_or_default()].map(guarded);
        Ok(self.0.write_record(names.into_iter().chain(CardField::all().map(|field| cell(field, card))))?)
    }

    /// What was written since it was last taken.
    ///
    /// # Errors
    /// None: what it writes to is memory.
    pub fn take(&mut self) -> io::Result<Vec<u8>> {
        self.0.flush()?;
        let fresh = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        let written = std::mem::replace(&mut self.0, fresh);
        written.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

fn cell(field: CardField, card: &Card) -> String {
    let values: Vec<String> = field.values(card).iter().map(|value| clean(value)).collect();
    if !field.is_list() {
        return values.into_iter().next().map_or_else(String::new, |value| guarded(&value));
    }
    let one_line = |value: &String| value.replace('\n', " ");
    guarded(&values.iter().map(one_line).collect::<Vec<_>>().join("\n"))
}

/// What a spreadsheet may take for the end of a cell.
const ENDS: [char; 4] = [';', '\t', '\n', '\r'];

/// Whether a spreadsheet may run a piece of a cell, whatever quotes and spaces stand before it.
fn is_formula(piece: &str) -> bool {
    let text = piece.trim_start_matches(['"', ' ']).trim_end_matches(ENDS);
    let is_number =
        text.starts_with('+') && text.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    text.starts_with(['=', '+', '-', '@', '\'']) && !is_number
}

/// What a spreadsheet may take for cells, each with its end.
fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split_inclusive(ENDS)
}

fn guarded(cell: &str) -> String {
    let guarded = |piece| if is_formula(piece) { format!("'{piece}") } else { piece.to_owned() };
    pieces(cell).map(guarded).collect()
}

fn unguarded(cell: &str) -> String {
    pieces(cell)
        .map(|piece| piece.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(piece))
        .collect()
}

/// The contacts of a table.
///
/// # Errors
/// `InvalidData` where no column of the head is one of a contact.
pub(super) fn read(mut input: impl BufRead) -> io::Result<impl Iterator<Item = io::Result<FileEntry>>> {
    let separator = separator(input.fill_buf()?);
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(input);
    let (columns, is_ours) = columns(reader.byte_headers()?);
    if !columns.iter().any(|column| matches!(column, Column::Field(_))) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, NO_COLUMN));
    }
    // Whoever writes a table by hand puts spaces around cells.
    let is_exact = is_ours && columns.contains(&Column::Id);
    let text = move |cell: &str| {
        let cell = if is_exact { cell } else { cell.trim() };
        if is_ours { unguarded(cell) } else { cell.to_owned() }
    };
    Ok(reader.into_byte_records().map(move |row| {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        Ok(FileEntry { line, read: contact(&columns, &row, text) })
    }))
}

/// What separates the cells of a table: the one of these that its head has most of, outside quotes. Excel takes the
/// semicolon where the comma separates decimals.
fn separator(begin: &[u8]) -> u8 {
    let (mut counts, mut is_quoted) = ([0; SEPARATORS.len()], false);
    for byte in begin {
        match (byte, is_quoted) {
            (b'"', _) => is_quoted = !is_quoted,
            (b'\n', false) => break,
            (byte, false) => {
                SEPARATORS
                    .iter()
                    .zip(&mut counts)
                    .filter(|(own, _)| *own == byte)
                    .for_each(|(_, count)| *count += 1);
            }
            (_, true) => {}
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let found = SEPARATORS.iter().zip(counts).find(|(_, count)| *count == most);
    found.map_or(b',', |(separator, _)| *separator)
}

/// What the columns have, and whether those of contacts go by our words: others write no apostrophes of ours.
fn columns(head: &ByteRecord) -> (Vec<Column>, bool) {
    let own: HashMap<String, CardField> = CardField::all().map(|field| (field.word(), field)).collect();
    let column = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).trim().to_owned();
        match (name.as_str(), own.get(&name).copied().or_else(|| outlook::field(&name))) {
            ("id", _) => Column::Id,
            ("external_id", _) => Column::ExternalId,
            (_, Some(field)) => Column::Field(field),
            (_, None) => Column::Other(name),
        }
    };
    let columns: Vec<Column> = head.iter().map(column).collect();
    let is_ours = columns.iter().zip(head).all(|(column, name)| match column {
        Column::Field(_) => own.contains_key(String::from_utf8_lossy(name).trim()),
        Column::Id | Column::ExternalId | Column::Other(_) => true,
    });
    (columns, is_ours)
}

fn contact(
    columns: &[Column],
    row: &ByteRecord,
    text: impl Fn(&str) -> String,
) -> Result<FiledContact, String> {
    if row.len() != columns.len() {
        return Err(format!("it has {} cells, where the head has {}", row.len(), columns.len()));
    }
    let (mut filed, mut values) = (FiledContact::default(), HashMap::<_, Vec<String>>::new());
    for (column, cell) in columns.iter().zip(row) {
        let cell = text(&super::text(cell.to_vec())?);
        match column {
            _ if cell.is_empty() => {}
            Column::Id => filed.own = Some(ContactId::from(cell)),
            Column::ExternalId => filed.external = Some(cell),
            Column::Field(field) if field.is_list() => {
                values.entry(*field).or_default().extend(cell.split('\n').map(str::to_owned));
            }
            Column::Field(field) => values.entry(*field).or_default().push(cell.replace("\r\n", "\n")),
            Column::Other(name) => filed.left_out.push(name.clone()),
        }
    }
    for field in CardField::all() {
        let Some(values) = values.get(&field) else { continue };
        if let Err(why) = field.write(&mut filed.card, values) {
            filed.left_out.push(format!("{} ({why})", field.word()));
        }
    }
    Ok(filed)
}
