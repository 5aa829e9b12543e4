//! Which elements are open: a small part of what a browser does (HTML, 13.2.6), so that each is ended in so many words.

/// An element inside of so many others is left out. No mail that a person wrote comes near it.
const DEEPEST: usize = 256;

/// An open element.
pub(super) struct OpenElement {
    pub(super) name: String,
    /// What is said when it ends.
    pub(super) after: String,
}

/// The open elements, the outermost first.
#[derive(Default)]
pub(super) struct Nesting(Vec<OpenElement>);

/// What a cell holds stays in it.
const CELLS: [&str; 4] = ["td", "th", "caption", "table"];

/// What holds nothing but parts of a table, and those parts.
const ROWS: [&str; 6] = ["table", "colgroup", "thead", "tbody", "tfoot", "tr"];
const PARTS: [&str; 9] = ["caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"];

/// The elements that end where one of this name begins, and those in which they do not.
fn ended_by(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li", "p"], &["ul", "ol", "td", "th", "caption", "table"]),
        "dt" | "dd" => (&["dt", "dd", "p"], &["dl", "td", "th", "caption", "table"]),
        "td" | "th" => (&["td", "th"], &["table"]),
        "tr" => (&["tr"], &["table"]),
        "thead" | "tbody" | "tfoot" | "colgroup" | "caption" => {
            (&["thead", "tbody", "tfoot", "colgroup", "caption"], &["table"])
        }
        "a" => (&["a"], &CELLS),
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "div" | "dl" | "figure"
        | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hr" | "main" | "nav" | "ol"
        | "p" | "pre" | "section" | "summary" | "table" | "ul" => (&["p"], &CELLS),
        _ => (&[], &[]),
    }
}

impl Nesting {
    /// Opens an element; not where it would be too deep, nor what a browser moves elsewhere: a link within a link, and what
    /// stands in a table outside of its cells.
    pub(super) fn open(&mut self, name: &str, after: String) -> bool {
        let is_within = name == "a" && self.0.iter().any(|open| open.name == name);
        let is_astray =
            self.0.last().is_some_and(|open| ROWS.contains(&&*open.name)) && !PARTS.contains(&name);
        let fits = self.0.len() < DEEPEST && !is_within && !is_astray;
        if fits {
            self.0.push(OpenElement { name: name.to_owned(), after });
        }
        fits
    }

    /// What ends where an element of this name begins, the innermost first.
    pub(super) fn before(&mut self, name: &str) -> Vec<OpenElement> {
        let (ended, barriers) = ended_by(name);
        self.end(|open| ended.contains(&open), |open| barriers.contains(&open))
    }

    /// What ends with the end tag of this name, the innermost first; nothing where none is open.
    pub(super) fn after(&mut self, name: &str) -> Vec<OpenElement> {
        let is_table = matches!(name, "table" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "caption");
        let is_wall = |open: &str| open == "table" || !is_table && CELLS.contains(&open);
        // Of several that are inside of each other it is the innermost.
        let Some(at) = self.0.iter().rposition(|open| open.name == name || is_wall(&open.name)) else {
            return Vec::new();
        };
        if self.0[at].name == name { self.cut(at) } else { Vec::new() }
    }

    /// All of them, the innermost first.
    pub(super) fn all(&mut self) -> Vec<OpenElement> {
        self.cut(0)
    }

    /// From the outermost one on that is ended, within the innermost barrier.
    fn end(
        &mut self,
        is_ended: impl Fn(&str) -> bool,
        is_barrier: impl Fn(&str) -> bool,
    ) -> Vec<OpenElement> {
        let inside = self.0.iter().rposition(|open| is_barrier(&open.name)).map_or(0, |at| at + 1);
        let first = self.0[inside..].iter().position(|open| is_ended(&open.name));
        first.map_or_else(Vec::new, |at| self.cut(inside + at))
    }

    fn cut(&mut self, at: usize) -> Vec<OpenElement> {
        let mut cut = self.0.split_off(at);
        cut.reverse();
        cut
    }
}
