//! `$filter` and `$orderby` of messages.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::GraphError;
use super::asked::Asked;
use super::query::quoted;
use crate::world::Message;

/// What a list is narrowed to: all of these.
pub(super) struct Filter(Vec<Term>);

struct Term {
    property: String,
    test: Test,
}

enum Test {
    Time(Comparison, DateTime<Utc>),
    Read(bool),
    InternetId(String),
}

#[derive(Clone, Copy)]
enum Comparison {
    After,
    From,
    Before,
    Until,
}

impl Filter {
    pub(super) fn of(asked: &Asked) -> Result<Option<Self>, GraphError> {
        let Some(text) = asked.option("filter") else { return Ok(None) };
        let terms: Option<Vec<Term>> = text.split(" and ").map(|term| Term::of(term.trim())).collect();
        let invalid = || {
            let text = "The query filter contains one or more invalid nodes.";
            GraphError::new(400, "ErrorInvalidUrlQueryFilter", text)
        };
        terms.map(|terms| Some(Self(terms))).ok_or_else(invalid)
    }

    pub(super) fn admits(&self, message: &Message) -> bool {
        self.0.iter().all(|term| term.admits(message))
    }
}

impl Term {
    fn of(term: &str) -> Option<Self> {
        let (property, rest) = term.split_once(' ')?;
        let (operator, value) = rest.trim().split_once(' ')?;
        let test = match (property, operator) {
            ("receivedDateTime", operator) => Test::Time(Comparison::of(operator)?, instant(value)?),
            ("isRead", "eq") => Test::Read(value.trim().parse().ok()?),
            ("internetMessageId", "eq") => Test::InternetId(quoted(value).pop()?),
            _ => return None,
        };
        Some(Self { property: property.to_owned(), test })
    }

    fn admits(&self, message: &Message) -> bool {
        match &self.test {
            Test::Time(comparison, at) => comparison.holds(message.received.cmp(at)),
            Test::Read(read) => message.read == *read,
            Test::InternetId(id) => message.internet_id.as_ref() == Some(id),
        }
    }
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text.trim()).ok()?.with_timezone(&Utc))
}

impl Comparison {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "gt" => Self::After,
            "ge" => Self::From,
            "lt" => Self::Before,
            "le" => Self::Until,
            _ => return None,
        })
    }

    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::After => ordering.is_gt(),
            Self::From => ordering.is_ge(),
            Self::Before => ordering.is_lt(),
            Self::Until => ordering.is_le(),
        }
    }
}

/// The order of a list: the newest first, unless something else is said.
pub(super) struct Order {
    properties: Vec<String>,
    oldest_first: bool,
}

impl Order {
    pub(super) fn of(asked: &Asked) -> Result<Self, GraphError> {
        let text = asked.option("orderby").unwrap_or_default();
        let terms: Vec<&str> = text.split(',').map(str::trim).filter(|term| !term.is_empty()).collect();
        let name = |term: &&str| term.split(' ').next().unwrap_or_default().to_owned();
        let properties: Vec<String> = terms.iter().map(name).collect();
        if properties.iter().any(|property| property != "receivedDateTime" && property != "isRead") {
            return Err(too_complex());
        }
        let by_time = terms.iter().find(|term| term.starts_with("receivedDateTime"));
        Ok(Self { properties, oldest_first: by_time.is_some_and(|term| !term.ends_with(" desc")) })
    }

    /// What is sorted by stands in the filter too, in the same order and before the rest
    /// (<https://learn.microsoft.com/graph/api/user-list-messages>).
    pub(super) fn fits(&self, filter: Option<&Filter>) -> Result<(), GraphError> {
        let Some(Filter(terms)) = filter.filter(|_| !self.properties.is_empty()) else { return Ok(()) };
        let mut named: Vec<&str> = terms.iter().map(|term| term.property.as_str()).collect();
        named.dedup();
        let is_first = named.len() >= self.properties.len()
            && self.properties.iter().zip(named).all(|(own, named)| own == named);
        if is_first { Ok(()) } else { Err(too_complex()) }
    }

    pub(super) fn sort(&self, found: &mut [&Message]) {
        if self.oldest_first {
            found.reverse();
        }
    }
}

fn too_complex() -> GraphError {
    let text = "The restriction or sort order is too complex for this operation.";
    GraphError::new(400, "InefficientFilter", text)
}
