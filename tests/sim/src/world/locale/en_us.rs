//! People and words of the en-US mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "en-US",
    windows_zone: "Eastern Standard Time",
    zone: Tz::America__New_York,
    date_format: "M/d/yyyy",
    time_format: "h:mm tt",
    owner: ("avery.quill", "Avery Quill"),
    folders: [
        "Inbox",
        "Drafts",
        "Sent Items",
        "Deleted Items",
        "Junk Email",
        "Archive",
        "Outbox",
        "Kite Works",
        "Tickets",
    ],
    other_folders: ["Calendar", "Contacts"],
    people: &[
        ("odette.fenn", "Odette Fenn"),
        ("marlow.pike", "Pike, Marlow (Kites)"),
        ("jun.harrow", "Jun Harrow"),
        ("tansy.bell", "Tansy Bell"),
        ("rufus.oake", "Rufus Oake"),
        ("ines.calloway", "Ines Calloway"),
    ],
    subjects: &[
        "Kite festival seating",
        "Blue lantern order",
        "Minutes of the moon club",
        "Paper boat race",
        "Is the clock tower open?",
        "Invoice for 40 balloons",
        "Plan for the cloud museum",
        "Lost umbrella, found",
    ],
    sentences: &[
        "The kites arrive on Thursday, all but the green one.",
        "Please bring two lanterns and a ladder.",
        "Nobody has counted the paper boats since spring.",
        "The clock tower will stay closed while the owls nest.",
        "I have put the balloons in the second cupboard.",
        "Could you tell the museum that clouds are free this week?",
        "The umbrella is yellow and answers to no one.",
        "See you under the big map at noon.",
    ],
    reply: "RE: ",
    undeliverable: "Undeliverable: ",
};
