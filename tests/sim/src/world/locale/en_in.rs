//! People and words of the en-IN mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "en-IN",
    windows_zone: "India Standard Time",
    zone: Tz::Asia__Kolkata,
    date_format: "dd-MM-yyyy",
    time_format: "HH:mm",
    owner: ("meher.sitara", "Meher Sitara"),
    folders: [
        "Inbox",
        "Drafts",
        "Sent Items",
        "Deleted Items",
        "Junk Email",
        "Archive",
        "Outbox",
        "Kites",
        "Tickets",
    ],
    other_folders: ["Calendar", "Contacts"],
    people: &[
        ("toral.megh", "Toral Megh"),
        ("ishan.dariya", "Dariya, Ishan"),
        ("pavani.koel", "Pavani Koel"),
        ("rohak.parvat", "Rohak Parvat"),
        ("chandni.lata", "Chandni Lata"),
        ("vayu.sagar", "Vayu Sagar"),
    ],
    subjects: &[
        "Kite terrace booking",
        "Forty blue lanterns",
        "Minutes of the monsoon club",
        "Paper boats, heat two",
        "Is the stepwell open?",
        "Bill for marigolds",
        "Plan of the cloud gallery",
        "Umbrella at the desk",
    ],
    sentences: &[
        "The terrace is ours until the wind turns.",
        "Lanterns travel by the early bus.",
        "The monsoon club met indoors, for once.",
        "Heat two is won by whoever floats longest.",
        "Please mind the ninth step.",
        "Marigolds are counted by the basket.",
        "The gallery lends clouds for a week.",
        "The umbrella waits at the desk.",
    ],
    reply: "RE: ",
    undeliverable: "Undeliverable: ",
};
