//! `contacts export`: all of an account's, as a file on standard output, page by page.

use crate::cards::{CardFormat, CardVersion, TableWriter, uid, write_vcard};
use crate::cli::ExportContactsArgs;
use crate::commands::output::taken;
use crate::commands::{CommandError, Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, Database, Schema};
use crate::error::Exit;
use crate::model::Contact;
use std::io::{self, Write};

/// So many contacts are in memory at once.
const PAGE: u32 = 200;

pub(super) async fn export(config: &Config, args: &ExportContactsArgs) -> Outcome {
    with_database(config, Schema::Make, async |database| write(database, args).await).await?;
    Ok(Exit::Success)
}

async fn write(database: &Database, args: &ExportContactsArgs) -> Result<(), CommandError> {
    let actor = operator();
    let account = database.named(&actor, &args.account).await?.id;
    database.begin_export(&actor, &account, args.format).await?;
    let mut table = TableWriter::new()?;
    let mark = if args.bom { "\u{feff}" } else { "" };
    let mut is_read = print(mark.as_bytes())?;
    let mut after = None;
    while is_read {
        let page = database.contact_page(&actor, &account, "", after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.card.listed_as(), last.id.clone()));
        is_read = print(&file(args.format, &mut table, page)?)?;
    }
    // The head of a table stands also above no contact.
    if is_read && args.format == CardFormat::Csv {
        print(&table.take()?)?;
    }
    Ok(())
}

/// Contacts as the file has them.
fn file(format: CardFormat, table: &mut TableWriter, contacts: Vec<Contact>) -> io::Result<Vec<u8>> {
    let mut written = Vec::new();
    for contact in contacts {
        let Contact { id, external_id, card, .. } = &contact;
        let named = || uid(id, external_id.as_deref());
        match format {
            CardFormat::VCard4 => written.extend(write_vcard(&named(), card, CardVersion::V4).into_bytes()),
            CardFormat::VCard3 => written.extend(write_vcard(&named(), card, CardVersion::V3).into_bytes()),
            CardFormat::Csv => table.write(id, external_id.as_deref(), card)?,
            CardFormat::Json => {
                serde_json::to_writer(&mut written, &ContactDetail::from(contact))?;
                written.push(b'\n');
            }
        }
    }
    if format == CardFormat::Csv {
        written = table.take()?;
    }
    Ok(written)
}

/// Writes to standard output. Whether anybody took it.
fn print(bytes: &[u8]) -> Result<bool, CommandError> {
    let mut output = io::stdout().lock();
    taken(output.write_all(bytes).and_then(|()| output.flush()))
}
