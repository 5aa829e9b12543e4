//! People and words of the de-DE mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "de-DE",
    windows_zone: "W. Europe Standard Time",
    zone: Tz::Europe__Berlin,
    date_format: "dd.MM.yyyy",
    time_format: "HH:mm",
    owner: ("lina.morgenrot", "Lina Morgenrot"),
    folders: [
        "Posteingang",
        "Entwürfe",
        "Gesendete Elemente",
        "Gelöschte Elemente",
        "Junk-E-Mail",
        "Archiv",
        "Postausgang",
        "Drachenwerk",
        "Fahrkarten",
    ],
    other_folders: ["Kalender", "Kontakte"],
    people: &[
        ("jost.wiesel", "Jost Wiesel"),
        ("gundel.ahorn", "Ahorn, Gundel"),
        ("till.regen", "Till Regen"),
        ("frieda.moewe", "Frieda Möwe"),
        ("kuno.stern", "Kuno Stern"),
        ("alma.brueck", "Alma Brück"),
    ],
    subjects: &[
        "Sitzplan fürs Drachenfest",
        "Bestellung blaue Laternen",
        "Protokoll des Mondvereins",
        "Papierbootrennen",
        "Ist der Uhrturm offen?",
        "Rechnung über 40 Luftballons",
        "Plan fürs Wolkenmuseum",
        "Schirm verloren, Schirm gefunden",
    ],
    sentences: &[
        "Die Drachen kommen am Donnerstag, alle bis auf den grünen.",
        "Bitte bring zwei Laternen und eine Leiter mit.",
        "Seit dem Frühling hat niemand mehr die Papierboote gezählt.",
        "Der Uhrturm bleibt zu, solange die Eulen brüten.",
        "Die Luftballons liegen im zweiten Schrank.",
        "Sagst du dem Museum, dass Wolken diese Woche nichts kosten?",
        "Der Schirm ist gelb und hört auf niemanden.",
        "Wir sehen uns um zwölf unter der großen Karte.",
    ],
    reply: "AW: ",
    undeliverable: "Unzustellbar: ",
};
