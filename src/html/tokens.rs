//! A mail's HTML once through, tag by tag.

use super::SafeHtml;
use super::clean::{ATTRIBUTES, is_shown, tags};
use super::nesting::{Nesting, OpenElement};
use crate::model::printable;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;
use std::collections::HashSet;
use url::Url;

/// Elements without an end (HTML, 13.1.2).
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];
/// It is read in pieces of so many bytes.
const PIECE: usize = 4096;
/// In a tag there may be so many bytes that end an attribute: each is compared with all before it. It is enough for an
/// image of two megabytes, in which every 64th letter is a slash.
const MOST_ENDS: usize = 40_000;

/// A tag with more attributes is none of a mail's, and each such tag costs as much as `MOST_ENDS` allows: after the first
/// one nothing is read any more.
const MOST_ATTRIBUTES: usize = 200;
/// How it is said where a link leads, whatever stands around it.
const SAID: &str = "<bdi style=\"display: inline !important; visibility: visible !important; font: 14px sans-serif !important; \
                    color: #333 !important; background: #fff !important\">";

/// Put in order and told, but not yet safe; `None` where a tag has too many attributes.
pub(super) fn ordered(html: &str) -> Option<SafeHtml> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        rest = after;
        tokenizer.sink.0.borrow_mut().coming(piece)?;
        input.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let mut writer = tokenizer.sink.0.into_inner();
    if writer.is_costly {
        return None;
    }
    let open = writer.nesting.all();
    writer.end(open);
    Some(writer.found)
}

/// What the tokenizer calls: it wants a shared reference.
#[derive(Default)]
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        self.0.borrow_mut().token(token)
    }
}

#[derive(Default)]
struct Writer {
    found: SafeHtml,
    nesting: Nesting,
    /// The element whose text is none of the mail's.
    unsaid: Option<String>,
    /// So many bytes that end an attribute came since the last token.
    ends: usize,
    /// A tag had too many attributes.
    is_costly: bool,
    /// The hosts that were found.
    hosts: HashSet<String>,
}

impl Writer {
    /// A piece is about to be read.
    fn coming(&mut self, piece: &str) -> Option<()> {
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/\"'".contains(byte);
        self.ends += piece.bytes().filter(is_end).count();
        (self.ends <= MOST_ENDS && !self.is_costly).then_some(())
    }

    fn token(&mut self, token: Token) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.ends = 0;
                return self.tag(&tag);
            }
            Token::CharacterTokens(text) if self.unsaid.is_none() => {
                self.ends = 0;
                self.say(&text.replace(acts, ""));
            }
            Token::CharacterTokens(_)
            | Token::NullCharacterToken
            | Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::ParseError(_)
            | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        self.is_costly |= tag.attrs.len() > MOST_ATTRIBUTES;
        if tag.kind == TagKind::EndTag {
            if self.unsaid.take_if(|unsaid| unsaid == name).is_none() {
                let ended = self.nesting.after(name);
                self.end(ended);
            }
            return TokenSinkResult::Continue;
        }
        if let Some(raw) = raw(name) {
            self.unsaid = Some(name.to_owned());
            return TokenSinkResult::RawData(raw);
        }
        if self.unsaid.is_none() && tags().contains(name) {
            self.start(name, tag);
        }
        TokenSinkResult::Continue
    }

    fn start(&mut self, name: &str, tag: &Tag) {
        let ended = self.nesting.before(name);
        self.end(ended);
        if name == "img" && !is_shown(attribute(tag, "src").unwrap_or_default()) {
            return self.not_shown(tag);
        }
        let after = attribute(tag, "href").filter(|_| name == "a").and_then(|href| self.place(href));
        let after = after.unwrap_or_default();
        if VOID.contains(&name) || self.nesting.open(name, after) {
            self.write(name, tag);
        }
    }

    fn write(&mut self, name: &str, tag: &Tag) {
        self.found.html.push('<');
        self.found.html.push_str(name);
        for attribute in tag.attrs.iter().filter(|attribute| ATTRIBUTES.contains(&&*attribute.name.local)) {
            self.found.html.push(' ');
            self.found.html.push_str(&attribute.name.local);
            self.found.html.push_str("=\"");
            self.say(&attribute.value);
            self.found.html.push('"');
        }
        self.found.html.push('>');
    }

    fn end(&mut self, elements: Vec<OpenElement>) {
        for OpenElement { name, after } in elements {
            self.found.html.push_str("</");
            self.found.html.push_str(&name);
            self.found.html.push('>');
            if !after.is_empty() {
                self.found.html.push_str(SAID);
                self.say(&format!(" [{after}]"));
                self.found.html.push_str("</bdi>");
            }
        }
    }

    /// Text, or the value of an attribute.
    fn say(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '&' => self.found.html.push_str("&amp;"),
                '<' => self.found.html.push_str("&lt;"),
                '>' => self.found.html.push_str("&gt;"),
                '"' => self.found.html.push_str("&quot;"),
                _ => self.found.html.push(char),
            }
        }
    }

    /// Where a link leads, for people.
    fn place(&mut self, href: &str) -> Option<String> {
        let url = Url::parse(href.trim()).ok()?;
        match url.scheme() {
            "http" | "https" => {
                let host = url.host_str()?.to_owned();
                if self.hosts.insert(host.clone()) {
                    self.found.hosts.push(host.clone());
                }
                Some(host)
            }
            "mailto" | "tel" => Some(printable(url.path())),
            _ => None,
        }
    }

    /// In place of an image: what it is called.
    fn not_shown(&mut self, tag: &Tag) {
        let src = attribute(tag, "src").unwrap_or_default().trim();
        let starts = |scheme: &str| src.get(..scheme.len()).is_some_and(|is| is.eq_ignore_ascii_case(scheme));
        if starts("cid:") {
            self.found.attached_images += 1;
        } else if starts("http:") || starts("https:") || starts("//") {
            self.found.remote_images += 1;
        }
        if let Some(alt) = attribute(tag, "alt").map(str::trim).filter(|alt| !alt.is_empty()) {
            self.say(&format!("[{alt}]"));
        }
    }
}

/// Characters that nobody sees and that turn the order of letters round, or split words where none is.
fn acts(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// How the text of an element is read that is not shown (HTML, 13.2.5).
fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}
