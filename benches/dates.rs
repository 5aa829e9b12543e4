//! How fast dates are read: `cargo bench --bench dates`. The texts are the 6,000 of tests/data/dates, by
//! locale.

use chrono::NaiveDateTime;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use outlook_syncd::dates::{Habits, Reader, Row};
use serde::Deserialize;

fn main() {
    divan::main();
}

#[derive(Deserialize)]
struct List {
    locale: String,
    now: String,
    rows: Vec<(String, String, String)>,
}

/// A list with the reader of its locale.
struct Ready {
    reader: Reader,
    now: NaiveDateTime,
    texts: Vec<String>,
}

fn habits(locale: &str) -> Habits {
    Habits { locale: Some(locale.to_owned()), ..Habits::default() }
}

fn lists(locale: impl Fn(&str) -> String) -> Vec<Ready> {
    let lines = include_str!("../tests/data/dates/lists.jsonl").lines();
    let lists = lines.map(|line| serde_json::from_str::<List>(line).expect("a list"));
    let ready = |list: List| Ready {
        reader: Reader::new(&habits(&locale(&list.locale))),
        now: NaiveDateTime::parse_from_str(&list.now, "%Y-%m-%dT%H:%M").expect("a time"),
        texts: list.rows.into_iter().map(|(text, ..)| text).collect(),
    };
    lists.map(ready).collect()
}

fn texts(lists: &[Ready]) -> ItemsCount {
    ItemsCount::new(lists.iter().map(|list| list.texts.len()).sum::<usize>())
}

/// Bar: 2 million items a second on one core.
#[divan::bench]
fn one_by_one(bencher: Bencher<'_, '_>) {
    let lists = lists(str::to_owned);
    bencher.counter(texts(&lists)).bench_local(|| {
        for list in &lists {
            for text in &list.texts {
                black_box(list.reader.read(black_box(text), list.now));
            }
        }
    });
}

#[divan::bench]
fn lists_of_a_language(bencher: Bencher<'_, '_>) {
    let lists = lists(|locale| locale.split('-').next().unwrap_or_default().to_owned());
    bencher.counter(texts(&lists)).bench_local(|| {
        for list in &lists {
            let rows: Vec<_> = list.texts.iter().map(|text| Row { text, header: None }).collect();
            black_box(list.reader.read_list(black_box(&rows), list.now));
        }
    });
}

/// What a mailbox needs. Bar: 2 ms, also for all languages together.
#[divan::bench]
fn load_one_language() -> Reader {
    Reader::new(black_box(&habits("de-DE")))
}

#[divan::bench]
fn load_every_language() -> Reader {
    Reader::new(black_box(&Habits::default()))
}
