//! The tables, as scripts/tables writes them: words of each language, formats of each culture, names of
//! zones.

const WORDS: &str = include_str!("tables/words.txt");
const FORMATS: &str = include_str!("tables/formats.txt");
const ZONES: &str = include_str!("tables/zones.txt");

/// The formats of one culture, the default first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formats {
    /// Such as `en-US`.
    pub(super) tag: &'static str,
    /// Whether they are the whole list that a mailbox of this culture may choose from; else just CLDR's short
    /// format.
    pub(super) complete: bool,
    dates: &'static str,
    times: &'static str,
}

impl Formats {
    pub(super) fn dates(self) -> impl Iterator<Item = &'static str> {
        self.dates.split('|')
    }

    pub(super) fn times(self) -> impl Iterator<Item = &'static str> {
        self.times.split('|')
    }
}

/// The formats of a language's cultures; the language in lower case.
pub(super) fn formats(language: &str) -> impl Iterator<Item = Formats> {
    let of_language = move |line: &&str| line.trim_start_matches('~').starts_with(language);
    FORMATS
        .lines()
        .filter(of_language)
        .filter_map(parse)
        .filter(move |culture| culture.tag.split('-').next() == Some(language))
}

fn parse(line: &'static str) -> Option<Formats> {
    let (tag, rest) = line.split_once('\t')?;
    let (dates, times) = rest.split_once('\t')?;
    Some(Formats { tag: tag.trim_start_matches('~'), complete: !tag.starts_with('~'), dates, times })
}

/// The cultures whose whole lists of formats are known.
#[cfg(test)]
pub(super) fn complete() -> Vec<Formats> {
    FORMATS.lines().filter_map(parse).filter(|culture| culture.complete).collect()
}

/// Every language and its line of words.
pub(super) fn languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.lines().filter_map(|line| line.split_once('\t'))
}

/// Sense and forms of each entry of a language's line.
pub(super) fn entries(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('\t').filter_map(|entry| entry.split_once('='))
}

/// The Windows names of all zones.
#[cfg(test)]
pub(super) fn windows_zones() -> impl Iterator<Item = &'static str> {
    ZONES.lines().filter_map(|line| line.split('\t').next())
}

/// The IANA name of a zone by its Windows name.
pub(super) fn zone(windows: &str) -> Option<&'static str> {
    let named =
        |line: &'static str| line.split_once('\t').filter(|(name, _)| name.eq_ignore_ascii_case(windows));
    ZONES.lines().find_map(named).map(|(_, iana)| iana)
}
