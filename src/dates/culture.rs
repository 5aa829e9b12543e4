//! What is known of how a mailbox writes dates and times.

use super::format::{DatePattern, ORDERS, Order};
use super::tables::{self, Formats};

/// Costs of taking a text for something, in the units of `DateCandidate::cost`.
const OTHER_FORMAT: u32 = 1;
const OTHER_ORDER: u32 = 2;
const LEGAL_ELSEWHERE: u32 = 6;
const UNLISTED: u32 = 5;
const UNLISTED_ORDER: u32 = 8;

/// The formats that a mailbox may use, each with its rank, and whether times may be written with a dot.
#[derive(Debug, Clone)]
pub(super) struct Culture {
    pub(super) formats: Vec<DatePattern>,
    /// What it costs to take `14.46` for a time.
    pub(super) dotted_time: u32,
}

impl Culture {
    /// By locale (a language alone means all its cultures; `None`, any), and by the mailbox's own formats.
    pub(super) fn new(locale: Option<&str>, date: Option<&str>, time: Option<&str>) -> Self {
        let cultures = cultures(locale);
        let mut formats: Vec<_> =
            date.and_then(|pattern| DatePattern::parse(pattern, 0)).into_iter().collect();
        let penalty = if formats.is_empty() { 0 } else { LEGAL_ELSEWHERE };
        for culture in &cultures {
            add_listed(&mut formats, *culture, penalty);
        }
        for order in regional_orders(locale) {
            add(&mut formats, DatePattern::loose(order, penalty));
        }
        add_unlisted(&mut formats);
        Self { formats, dotted_time: dotted_time(&cultures, time) }
    }
}

/// The cultures of the tables that a locale means.
fn cultures(locale: Option<&str>) -> Vec<Formats> {
    let Some(locale) = locale else { return Vec::new() };
    let locale = locale.replace('_', "-").to_lowercase();
    let language = locale.split('-').next().unwrap_or_default();
    let mut all: Vec<_> = tables::formats(language).collect();
    let is_language = language.len() == locale.len();
    if is_language && all.iter().any(|culture| culture.complete) {
        all.retain(|culture| culture.complete);
        return all;
    }
    // A region that the tables do not name writes as its language does.
    let tag =
        if all.iter().any(|culture| culture.tag.eq_ignore_ascii_case(&locale)) { &locale } else { language };
    all.retain(|culture| culture.tag.eq_ignore_ascii_case(tag));
    all
}

/// The orders of a language's regions, where no region is named.
fn regional_orders(locale: Option<&str>) -> Vec<Order> {
    let Some(language) = locale.filter(|locale| !locale.contains(['-', '_'])) else { return Vec::new() };
    let default = |culture: Formats| Some(DatePattern::parse(culture.dates().next()?, 0)?.order);
    tables::formats(&language.to_lowercase()).filter_map(default).collect()
}

fn add_listed(formats: &mut Vec<DatePattern>, culture: Formats, penalty: u32) {
    let mut default = None;
    for pattern in culture.dates() {
        let Some(mut format) = DatePattern::parse(pattern, 0) else { continue };
        let order = *default.get_or_insert(format.order);
        format.rank = penalty
            + match culture.dates().next() {
                Some(first) if first == pattern => 0,
                _ if order == format.order => OTHER_FORMAT,
                _ => OTHER_ORDER,
            };
        if !culture.complete {
            format.shape = None;
        }
        add(formats, format);
    }
}

/// A format that stands there already keeps the lower rank.
fn add(formats: &mut Vec<DatePattern>, format: DatePattern) {
    match formats.iter_mut().find(|known| (known.order, known.shape) == (format.order, format.shape)) {
        Some(known) => known.rank = known.rank.min(format.rank),
        None => formats.push(format),
    }
}

/// Every order is possible somewhere; those of the culture's own formats rather than others.
fn add_unlisted(formats: &mut Vec<DatePattern>) {
    let listed: Vec<Order> = formats.iter().map(|format| format.order).collect();
    for order in ORDERS {
        let rank = if listed.contains(&order) { UNLISTED } else { UNLISTED_ORDER };
        add(formats, DatePattern::loose(order, rank));
    }
}

fn dotted_time(cultures: &[Formats], time: Option<&str>) -> u32 {
    let dotted = |pattern: &str| pattern.contains("H.m") || pattern.contains("h.m");
    if let Some(pattern) = time {
        return if dotted(pattern) { 0 } else { UNLISTED_ORDER };
    }
    let of_one = |culture: &Formats| match culture.times().position(dotted) {
        Some(0) => 0,
        Some(_) => OTHER_FORMAT,
        None => LEGAL_ELSEWHERE,
    };
    cultures.iter().map(of_one).min().unwrap_or(OTHER_ORDER)
}

#[cfg(test)]
mod tests;
