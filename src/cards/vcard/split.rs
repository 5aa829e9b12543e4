//! A file into its cards, so that one that is broken takes no other with it.

use crate::cards::lines;
use std::io::{self, BufRead};

/// The largest card that is read, bytes: its photo may be large.
const LARGEST: usize = 8 << 20;

/// A card as it stands in a file, unfolded, and the line on which it begins; else what is wrong there.
pub(super) type Piece = (u64, Result<Vec<u8>, &'static str>);

#[derive(Default)]
struct Splitting {
    begun: Option<u64>,
    /// Cards within the card.
    depth: usize,
    bytes: Vec<u8>,
    /// What stands outside of cards is told once.
    is_outside: bool,
}

pub(super) fn split(input: impl BufRead) -> impl Iterator<Item = io::Result<Piece>> {
    let (mut splitting, mut lines) = (Splitting::default(), lines(input));
    std::iter::from_fn(move || {
        for line in &mut lines {
            match line.map(|(number, line)| splitting.take(number, &line)) {
                Ok(None) => {}
                Ok(Some(piece)) => return Some(Ok(piece)),
                Err(error) => return Some(Err(error)),
            }
        }
        splitting.begun.take().map(|line| Ok((line, Err("it has no END:VCARD"))))
    })
}

impl Splitting {
    fn take(&mut self, number: u64, line: &[u8]) -> Option<Piece> {
        let is = |word: &[u8]| line.trim_ascii().eq_ignore_ascii_case(word);
        let Some(begun) = self.begun else {
            if is(b"BEGIN:VCARD") {
                *self = Self { begun: Some(number), bytes: b"BEGIN:VCARD".to_vec(), ..Self::default() };
                return None;
            }
            let is_news = !line.trim_ascii().is_empty() && !std::mem::replace(&mut self.is_outside, true);
            return is_news.then_some((number, Err("it is in no card")));
        };
        self.depth += usize::from(is(b"BEGIN:VCARD"));
        self.add(line);
        if !is(b"END:VCARD") {
            return None;
        }
        if self.depth > 0 {
            self.depth -= 1;
            return None;
        }
        let bytes = std::mem::take(self).bytes;
        Some((begun, if bytes.len() > LARGEST { Err("it is larger than 8 MiB") } else { Ok(bytes) }))
    }

    /// A line that begins with space goes on with the one before, also in the middle of a character.
    fn add(&mut self, line: &[u8]) {
        if self.bytes.len() > LARGEST {
            return;
        }
        if let [b' ' | b'\t', rest @ ..] = line {
            self.bytes.extend_from_slice(rest);
        } else {
            self.bytes.extend_from_slice(b"\r\n");
            self.bytes.extend_from_slice(line);
        }
    }
}
