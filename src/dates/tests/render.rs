//! Writes an instant as a .NET pattern says, with the words of the tables.

use crate::dates::tables;
use chrono::{Datelike, NaiveDateTime, Timelike};

/// `pattern` for `at`, in the language of `tag`.
pub(super) fn render(tag: &str, pattern: &str, at: NaiveDateTime) -> String {
    let mut written = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = rest.chars().take_while(|c| *c == first).count();
        let (run, after) = rest.split_at(length * first.len_utf8());
        rest = after;
        match first {
            '\'' => {
                let (literal, after) = rest.split_once('\'').expect("a closing quote");
                written.push_str(literal);
                rest = after;
            }
            'd' | 'M' | 'y' | 'H' | 'h' | 'm' | 't' => written.push_str(&field(tag, first, length, at)),
            _ => written.push_str(run),
        }
    }
    written
}

fn field(tag: &str, field: char, length: usize, at: NaiveDateTime) -> String {
    let number = |value: u32| format!("{value:0length$}");
    match (field, length) {
        ('d', 3..) => word(tag, &format!("d{}", at.weekday().number_from_monday())),
        ('d', _) => number(at.day()),
        ('M', 3..) => word(tag, &format!("m{}", at.month())),
        ('M', _) => number(at.month()),
        ('y', 2) => format!("{:02}", at.year() % 100),
        ('y', _) => at.year().to_string(),
        ('H', _) => number(at.hour()),
        ('h', _) => number((at.hour() + 11) % 12 + 1),
        ('m', _) => number(at.minute()),
        _ => word(tag, if at.hour() < 12 { "am" } else { "pm" }),
    }
}

/// A word of that sense that is long enough to mean nothing else.
fn word(tag: &str, sense: &str) -> String {
    let language = tag.split('-').next().expect("a language");
    let (_, line) = tables::languages().find(|(code, _)| *code == language).expect("a language of the table");
    let (_, words) = tables::entries(line).find(|(key, _)| *key == sense).expect("a sense of the table");
    let long = words.split('|').filter(|word| word.chars().count() > 2).min_by_key(|word| word.len());
    long.or_else(|| words.split('|').next()).expect("a word").to_owned()
}
