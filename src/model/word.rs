//! Words that Outlook shows and no table has.

/// A word of a date, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DateWord {
    /// Whose word it is, such as `cs`.
    pub language: String,
    /// What it means, in the keys of the tables of `dates`: `d1` Monday to `d7`, `m1` January to `m12`, `am`,
    /// `pm`, `r0` today, `r-1` yesterday, `x` nothing.
    pub meaning: &'static str,
    /// The word as it is shown.
    pub shown: String,
}
