//! What a mail says, without its HTML.

use super::tokens;
use html2text::config;

/// The longest line that is not broken: the page that shows it breaks lines itself.
const WIDTH: usize = 1_000;

/// The text of a mail's HTML; `None` where it cannot be read.
#[must_use]
pub fn text(html: &str) -> Option<String> {
    // Where a link leads stands behind it already. A `<` that is none of a tag's is escaped there.
    let html = tokens::ordered(html)?.html.replace("<a ", "<span ").replace("</a>", "</span>");
    let read = config::plain_no_decorate().raw_mode(true).string_from_read(html.as_bytes(), WIDTH);
    read.ok().map(|text| tidy(&text))
}

/// Never more than one empty line, and no blanks at the ends of lines.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.trim_matches('\n').to_owned()
}
