//! People and words of the en-GB mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "en-GB",
    windows_zone: "GMT Standard Time",
    zone: Tz::Europe__London,
    date_format: "dd/MM/yyyy",
    time_format: "HH:mm",
    owner: ("winifred.thorne", "Winifred Thorne"),
    folders: [
        "Inbox",
        "Drafts",
        "Sent Items",
        "Deleted Items",
        "Junk Email",
        "Archive",
        "Outbox",
        "Teapots",
        "Tickets",
    ],
    other_folders: ["Calendar", "Contacts"],
    people: &[
        ("basil.crumb", "Basil Crumb"),
        ("hester.lowe", "Lowe, Hester"),
        ("percy.vane", "Percy Vane"),
        ("maud.ottery", "Maud Ottery"),
        ("clement.rye", "Clement Rye"),
        ("dilys.marsh", "Dilys Marsh"),
    ],
    subjects: &[
        "Teapot parade on Saturday",
        "Colour of the gate",
        "Notes from the fog society",
        "Bicycle for the lighthouse",
        "Who has the spare key?",
        "Quote for 12 kettles",
        "Programme of the puddle concert",
        "Scarf left on the pier",
    ],
    sentences: &[
        "The parade starts at the third lamp post.",
        "We agreed on a colour that does not exist yet.",
        "Fog is expected, and so is cake.",
        "The lighthouse keeper prefers the red bicycle.",
        "Somebody has labelled every key 'spare'.",
        "The kettles whistle in G, as requested.",
        "Bring wellingtons to the concert.",
        "The scarf is long enough for two.",
    ],
    reply: "RE: ",
    undeliverable: "Undeliverable: ",
};
