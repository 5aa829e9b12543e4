//! The text of a date taken apart into weekday, date and time, by the mailbox's own formats.

use super::{Culture, words};
use chrono::{NaiveTime, Weekday};

/// What a text says, before it is known which day it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) weekday: Option<Weekday>,
    /// Day, month and, if it is there, year.
    pub(super) date: Option<(u32, u32, Option<i32>)>,
    pub(super) time: Option<NaiveTime>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number {
        value: u32,
        digits: usize,
    },
    Word(String),
    /// A letter directly after a digit: a unit such as 年, or the `h` of `14h46`.
    Unit(String),
    Mark(char),
}

/// Longer texts are not dates.
const LONGEST: usize = 64;

/// Takes a text apart; `None` when any of it is not understood.
pub(super) fn read(shown: &str, culture: &Culture) -> Option<Said> {
    let mut tokens = tokens(&normalise(shown)?)?;
    let weekday = take_weekday(&mut tokens, &culture.language)?;
    let dotted = culture.time_format.contains("H.m") || culture.time_format.contains("HH.m");
    // A dotted pair with a weekday may be a time or a day and month; only a colon settles it.
    let time = take_time(&mut tokens, ':').or_else(|| take_time(&mut tokens, 'h'));
    let numbers = tokens.iter().filter(|token| matches!(token, Token::Number { .. })).count();
    let time = match time {
        Some(time) => Some(time),
        None if dotted && numbers == 2 && weekday.is_some() => return None,
        None if dotted && numbers != 3 => take_time(&mut tokens, '.'),
        None => None,
    };
    let date = take_date(&tokens, &culture.date_format)?;
    (date.is_some() || time.is_some()).then_some(Said { weekday, date, time })
}

/// Lower case, ASCII digits, plain spaces, no direction marks, `a.m.` as `am`.
fn normalise(shown: &str) -> Option<String> {
    if shown.chars().count() > LONGEST {
        return None;
    }
    let plain = shown.chars().filter_map(|c| match c {
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{61c}'
        | '\u{feff}' => None,
        c if c.is_whitespace() => Some(' '),
        '٠'..='٩' => char::from_digit(c as u32 - '٠' as u32, 10),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        c => Some(c),
    });
    let text = plain.collect::<String>().to_lowercase();
    Some(["a.m.", "a. m.", "p.m.", "p. m."].into_iter().fold(text, |text, half| {
        let word: String = half.chars().filter(char::is_ascii_alphabetic).collect();
        text.replace(half, &word)
    }))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    let mut after_digit = false;
    while let Some(&first) = rest.peek() {
        if first.is_ascii_digit() {
            let digits = run(&mut rest, |c| c.is_ascii_digit());
            found.push(Token::Number { value: digits.parse().ok()?, digits: digits.len() });
            after_digit = true;
            continue;
        }
        if first.is_alphabetic() {
            let word = run(&mut rest, |c| c.is_alphabetic() || "'’׳-".contains(c));
            found.push(if after_digit { Token::Unit(word) } else { Token::Word(word) });
        } else {
            rest.next();
            if first != ' ' {
                found.push(Token::Mark(first));
            }
        }
        after_digit = false;
    }
    Some(found)
}

fn run(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, wanted: impl Fn(char) -> bool) -> String {
    std::iter::from_fn(|| rest.next_if(|c| wanted(*c))).collect()
}

/// Removes weekday and fillers; `None` when two weekdays are named.
#[expect(clippy::option_option, reason = "no weekday is an answer, two are not")]
fn take_weekday(tokens: &mut Vec<Token>, language: &str) -> Option<Option<Weekday>> {
    let mut named = Vec::new();
    tokens.retain(|token| match token {
        Token::Word(word) => match words::weekday(word, language) {
            Some(day) => {
                named.push(day);
                false
            }
            None => !words::is_filler(word),
        },
        Token::Number { .. } | Token::Unit(_) | Token::Mark(_) => true,
    });
    (named.len() < 2).then(|| named.first().copied())
}

/// Removes the time whose hour and minute stand on both sides of `sign`, with its half of the day.
fn take_time(tokens: &mut Vec<Token>, sign: char) -> Option<NaiveTime> {
    let is_sign = |token: &Token| match token {
        Token::Mark(mark) => *mark == sign,
        Token::Unit(unit) => unit.chars().eq([sign]),
        Token::Number { .. } | Token::Word(_) => false,
    };
    let start = tokens.windows(3).position(|three| {
        matches!(
            (&three[0], &three[2]),
            (Token::Number { digits: 1..=2, .. }, Token::Number { digits: 2, .. })
        ) && is_sign(&three[1])
    })?;
    let (Token::Number { value: hour, .. }, Token::Number { value: minute, .. }) =
        (&tokens[start], &tokens[start + 2])
    else {
        return None;
    };
    let (hour, minute) = (*hour, *minute);
    let half = tokens.iter().position(|token| half_of(token).is_some());
    let afternoon = half.and_then(|index| half_of(&tokens[index]));
    let hour = match afternoon {
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        // Korean and Chinese lists do show "下午 14:46".
        Some(_) | None => hour,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    let mut index = 0;
    tokens.retain(|_| {
        let taken = (start..start + 3).contains(&index) || Some(index) == half;
        index += 1;
        !taken
    });
    Some(time)
}

fn half_of(token: &Token) -> Option<bool> {
    match token {
        Token::Word(word) | Token::Unit(word) => words::afternoon(word),
        Token::Number { .. } | Token::Mark(_) => None,
    }
}

/// What is left must be a date in the order of `format`, or nothing.
#[expect(clippy::option_option, reason = "no date is an answer, an odd one is not")]
fn take_date(tokens: &[Token], format: &str) -> Option<Option<(u32, u32, Option<i32>)>> {
    let mut numbers = Vec::new();
    for token in tokens {
        match token {
            Token::Number { value, digits } => numbers.push((*value, *digits)),
            Token::Unit(unit) if "年月日년월일гр".contains(unit.as_str()) => {}
            Token::Mark('.' | '/' | '-' | ',' | '(' | ')') => {}
            Token::Unit(_) | Token::Word(_) | Token::Mark(_) => return None,
        }
    }
    let order: Vec<char> = order(format)?;
    match numbers.len() {
        0 => Some(None),
        2 => {
            let parts: Vec<char> = order.into_iter().filter(|part| *part != 'y').collect();
            Some(Some((pick(&parts, &numbers, 'd')?.0, pick(&parts, &numbers, 'M')?.0, None)))
        }
        3 => {
            let (year, digits) = pick(&order, &numbers, 'y')?;
            let year = i32::try_from(year).ok()? + if digits == 2 { 2000 } else { 0 };
            Some(Some((pick(&order, &numbers, 'd')?.0, pick(&order, &numbers, 'M')?.0, Some(year))))
        }
        _ => None,
    }
}

fn pick(order: &[char], numbers: &[(u32, usize)], part: char) -> Option<(u32, usize)> {
    numbers.get(order.iter().position(|at| *at == part)?).copied()
}

/// The order of `d`, `M` and `y` in a .NET pattern; `None` where the month is a word or a part is missing.
fn order(format: &str) -> Option<Vec<char>> {
    if format.contains("MMM") {
        return None;
    }
    let mut order: Vec<char> = format.chars().filter(|c| "dMy".contains(*c)).collect();
    order.dedup();
    (order.len() == 3).then_some(order)
}
