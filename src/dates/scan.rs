//! A plain text taken apart into numbers and words.

use super::sense::Senses;
use super::words::Words;

/// A number and what stands between it and the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    /// How many digits it is written with.
    pub(super) digits: u32,
    /// `.`, `/`, `-` or `:`; `h` for the word of an hour, `u` for another unit such as 年; else a space.
    pub(super) sign: char,
    /// Whether there is a space as well.
    pub(super) spaced: bool,
}

/// A text taken apart. At most as much of everything as a date has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    numbers: [Number; NUMBERS],
    count: usize,
    /// What follows the last number.
    pub(super) tail: char,
    words: [(Senses, usize); WORDS],
    spoken: usize,
}

/// Day, month, year, hour, minute, second.
const NUMBERS: usize = 6;
/// Weekday, month, half of the day, and one word more.
const WORDS: usize = 4;
/// No number of a date is longer.
const DIGITS: usize = 4;

impl Scan {
    /// Takes a text apart; `None` when a word is not known or there is more than a date has.
    pub(super) fn new(plain: &str, words: &Words) -> Option<Self> {
        let mut scan = Self {
            numbers: [Number::default(); NUMBERS],
            count: 0,
            tail: ' ',
            words: Default::default(),
            spoken: 0,
        };
        let (mut at, mut spaced) = (0, false);
        while let Some(&byte) = plain.as_bytes().get(at) {
            at += match byte {
                b'0'..=b'9' => scan.add_number(&plain[at..], spaced)?,
                b' ' => 1,
                b'.' | b'/' | b'-' | b':' => scan.add_sign(char::from(byte))?,
                _ => {
                    let (length, senses) = words.longest(&plain[at..])?;
                    let after_digit = plain[..at].ends_with(|last: char| last.is_ascii_digit());
                    scan.add_word(senses, after_digit)?;
                    length
                }
            };
            spaced = byte == b' ' || (spaced && !byte.is_ascii_digit());
        }
        Some(scan)
    }

    pub(super) fn numbers(&self) -> &[Number] {
        &self.numbers[..self.count]
    }

    /// Words that say something, each with how many numbers stand before it.
    pub(super) fn words(&self) -> &[(Senses, usize)] {
        &self.words[..self.spoken]
    }

    fn add_number(&mut self, rest: &str, spaced: bool) -> Option<usize> {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).take(DIGITS + 1).count();
        let value = rest[..digits].parse().ok().filter(|_| digits <= DIGITS)?;
        let sign = std::mem::replace(&mut self.tail, ' ');
        *self.numbers.get_mut(self.count)? =
            Number { value, digits: u32::try_from(digits).ok()?, sign, spaced };
        self.count += 1;
        Some(digits)
    }

    fn add_sign(&mut self, sign: char) -> Option<usize> {
        (self.tail == ' ').then(|| self.tail = sign)?;
        Some(1)
    }

    /// Straight after a digit a word names the number's unit, if it can; after a space it is itself.
    fn add_word(&mut self, senses: Senses, after_digit: bool) -> Option<()> {
        if self.count > 0 && senses.has(Senses::HOUR) {
            self.tail = 'h';
        } else if after_digit && senses.has(Senses::FILLER) {
            self.tail = 'u';
        } else if !senses.is_only(Senses::FILLER) {
            *self.words.get_mut(self.spoken)? = (senses, self.count);
            self.spoken += 1;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
