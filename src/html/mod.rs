//! HTML of a stranger's mail, for a person to read. Pure: text in, text out.
//!
//! ```text
//! tokens   the HTML once through, in time that grows with its length and not faster: elements of the list, each ended
//!          where it ends and not too deep; behind a link where it leads, in place of an image that is not shown what it is
//!          called; no further than a tag that has more attributes than any mail
//! nesting  which elements are open, and which of them end where another begins
//! clean    the wall: elements and attributes from the list, nothing that is loaded from elsewhere (ammonia)
//! style    the declarations of a `style` attribute that may stay
//! text     what it says, without any of it
//! ```
//!
//! A tree's builder looks through what is open again and again, and opens anew what was ended crosswise: of a body of two
//! megabytes that is written for it it makes minutes and gigabytes. So it is given what `tokens` has put in order.
//!
//! This is one wall of several: whoever shows it gives it a frame without scripts and a policy that loads nothing.

mod clean;
mod nesting;
mod style;
mod text;
mod tokens;

#[cfg(test)]
mod tests;

pub use text::text;

/// A mail's HTML as it may be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SafeHtml {
    /// What goes into the body of a document.
    pub html: String,
    /// Images that lie elsewhere: not loaded, since that would tell their owner who reads.
    pub remote_images: usize,
    /// Images that came with the mail, and are not stored.
    pub attached_images: usize,
    /// The hosts that its links lead to, each once, as they come.
    pub hosts: Vec<String>,
}

/// What may be shown of a mail's HTML; `None` where one of its tags is longer than can be read.
#[must_use]
pub fn safe(html: &str) -> Option<SafeHtml> {
    let ordered = tokens::ordered(html)?;
    Some(SafeHtml { html: clean::clean(&ordered.html), ..ordered })
}
