//! What is stored of an account's contacts, in words. Pure.

use super::answers::AccountShown;
use super::contacts::kept_back;
use super::output::{ago, counted};
use crate::desk::{ContactFolderDetail, ParkedContactDetail, UnreadableContact};
use crate::model::{Direction, Part};
use crate::sync::health::{AccountHealth, ContactsHealth, PartHealth, Verdict};
use chrono::{DateTime, Utc};

/// So many contacts that are not in step are told one by one.
const MOST: usize = 10;

/// The cell of a table: how many are held, and what is amiss. A dash where contacts are not read.
pub(super) fn cell(card: &AccountHealth) -> String {
    let Some(part) = part(card) else { return "-".to_owned() };
    let stock = part.contacts.as_ref().map(|contacts| &contacts.stock);
    let held = stock.map_or(0, |stock| stock.held);
    let way = stock.and_then(|stock| way(stock.direction?)).map(str::to_owned);
    let plan = stock.and_then(|stock| stock.plan_since).map(|_| "PLAN WAITS".to_owned());
    let missing = stock.and_then(|stock| stock.missing_since).map(|_| "MISSING WAIT".to_owned());
    let said =
        || [Some(held.to_string()), way, plan, missing].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let amiss = match part.verdict {
        Verdict::Ok | Verdict::Waits | Verdict::Degraded | Verdict::NoMail => return said(),
        Verdict::Importing => "importing",
        Verdict::New => "new",
        Verdict::Failed => "FAILED",
        Verdict::Late => "LATE",
        Verdict::NeedsLogin => "SIGN IN",
        Verdict::Blocked => "BLOCKED",
        Verdict::Off => "not read",
    };
    format!("{held}, {amiss}")
}

/// The lines about contacts of an account that is shown; none where they are not read.
pub(super) fn lines(shown: &AccountShown, now: DateTime<Utc>) -> Vec<(String, String)> {
    let Some(part) = part(&shown.health) else { return Vec::new() };
    let line = |name: &str, value: String| (name.to_owned(), value);
    let mut lines = vec![line("contacts", part_words(part, now))];
    let stock = part.contacts.as_ref().map(|contacts| &contacts.stock);
    let direction = stock.and_then(|stock| stock.direction);
    let words = |direction| way(direction).unwrap_or("both ways").to_owned();
    lines.extend(direction.map(|direction| line("direction of contacts", words(direction))));
    let waits = |since| {
        let next =
            "`outlook-syncd contacts plan ACCOUNT` shows it, `contacts brake approve` or `reject` decides";
        format!("since {}; {next}", ago(Some(since), now))
    };
    let plan = stock.and_then(|stock| stock.plan_since);
    lines.extend(plan.map(|since| line("plan that waits", waits(since))));
    let missing = stock.and_then(|stock| stock.missing_since);
    lines.extend(missing.map(|since| line("missing contacts that wait", waits(since))));
    let detail = &shown.contacts;
    let name = |folder: &ContactFolderDetail| format!("contacts in {}", folder_name(folder));
    lines.extend(detail.folders.iter().map(|folder| (name(folder), folder_words(folder, now))));
    // Unless it is what is said of the account as a whole.
    let last_error = shown.last_error.as_ref().map(|error| &error.message);
    let message = part.message.iter().filter(|message| Some(*message) != last_error);
    lines.extend(message.map(|message| line("last error of contacts", message.clone())));
    let hint = part.hint.iter().filter(|hint| Some(*hint) != shown.health.hint.as_ref());
    lines.extend(hint.map(|hint| line("next step for contacts", hint.clone())));
    lines.extend(
        detail.unreadable.iter().take(MOST).map(|item| line("contact not readable", unreadable(item))),
    );
    lines.extend(detail.parked.iter().take(MOST).map(|item| line("contact not taken", parked(item, now))));
    lines
}

/// Which way contacts go, where that is not both.
fn way(direction: Direction) -> Option<&'static str> {
    match direction {
        Direction::Both => None,
        Direction::In => Some("in only"),
        Direction::Out => Some("out only"),
        Direction::Off => Some("off"),
    }
}

fn part(card: &AccountHealth) -> Option<&PartHealth> {
    card.parts.iter().find(|part| part.part == Part::Contacts)
}

fn part_words(part: &PartHealth, now: DateTime<Utc>) -> String {
    let stock = part.contacts.as_ref().map_or_else(|| "none yet".to_owned(), stock);
    let next = part.next_at.map_or_else(|| "not before somebody acts".to_owned(), |at| ago(Some(at), now));
    format!("{stock}; last success {}; next {next}", ago(part.last_success_at, now))
}

fn stock(contacts: &ContactsHealth) -> String {
    let ContactsHealth { stock, held_back } = contacts;
    let total = stock.server_total.map_or_else(String::new, |total| format!(" of {total}"));
    let mut said = vec![format!("{}{total} in {}", stock.held, counted(stock.folders, "folder"))];
    let counts = [
        (stock.waiting, "changed here and not in Outlook yet"),
        (stock.parked, "not taken by Outlook"),
        (stock.unreadable, "not readable"),
        (stock.missing - held_back, "missing, looked for in the next cycle"),
        (*held_back, "missing and too many to be called gone at once"),
    ];
    said.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    said.join(", ")
}

fn folder_name(folder: &ContactFolderDetail) -> String {
    folder.folder_name.clone().unwrap_or_else(|| folder.folder_id.to_string())
}

fn folder_words(folder: &ContactFolderDetail, now: DateTime<Utc>) -> String {
    let held = counted(folder.held, "contact");
    if folder.vanished_at.is_some() {
        return format!("no longer in the mailbox; {held}");
    }
    let total = folder
        .server_total
        .map_or_else(String::new, |total| format!("; {} in the mailbox", counted(total, "item")));
    match folder.last_success_at {
        None => format!("{held}{total}; not read to the end yet"),
        at => format!("{held}{total}; last success {}", ago(at, now)),
    }
}

fn unreadable(item: &UnreadableContact) -> String {
    format!("{}, tried {}", item.code, counted(item.attempts, "time"))
}

fn parked(item: &ParkedContactDetail, now: DateTime<Utc>) -> String {
    let (name, since) = (&item.name, ago(Some(item.parked_at), now));
    format!("{name} ({}), {since}: {}", item.contact_id, kept_back(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactStock;
    use crate::sync::Brake;
    use crate::sync::health::tests::card_of;
    use crate::testing::now;

    #[test]
    fn what_is_stored_of_contacts_in_words() {
        let brake = Brake { items: 25, percent: 20 };
        let stock = ContactStock { folders: 1, held: 40, ..ContactStock::default() };
        assert_eq!(super::stock(&ContactsHealth::of(stock, brake)), "40 in 1 folder");
        let stock = ContactStock {
            folders: 2,
            held: 40,
            server_total: Some(41),
            unreadable: 1,
            waiting: 3,
            missing: 30,
            ..ContactStock::default()
        };
        assert_eq!(
            super::stock(&ContactsHealth::of(stock, brake)),
            "40 of 41 in 2 folders, 3 changed here and not in Outlook yet, 1 not readable, 30 missing and too many to be called gone at once"
        );
    }

    #[test]
    fn a_table_tells_how_many_contacts_are_held_and_that_they_are_not_read() {
        assert_eq!(cell(&card_of("ada@example.test", 1, &[None])), "-");
        let read = card_of("ada@example.test", 1, &[None, None]);
        let late = card_of("ada@example.test", 60, &[None, None]);
        assert_eq!((cell(&read), cell(&late)), ("0".to_owned(), "0, LATE".to_owned()));
        assert_eq!(part_words(&read.parts[1], now()), "none yet; last success 1 min ago; next in 4 min");
    }
}
