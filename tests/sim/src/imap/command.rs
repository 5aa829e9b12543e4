//! A command (RFC 3501, 9): tag, name, arguments.

/// An atom, a string or a literal; or a list in parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arg {
    Text(String),
    List(Vec<Arg>),
}

impl Arg {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// The texts of a list, or the one that stands alone.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(list) => list.iter().filter_map(Self::text).collect(),
        }
    }
}

/// A command as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) tag: String,
    /// In capitals, without `UID`.
    pub(super) name: String,
    /// Whether its numbers are UIDs.
    pub(super) by_uid: bool,
    pub(super) args: Vec<Arg>,
    /// The whole of it.
    pub(super) text: String,
}

impl Command {
    /// Reads a command; the error is its tag, `*` where there is none.
    pub(super) fn parse(raw: &[u8]) -> Result<Self, String> {
        let mut scanner = Scanner { raw, at: 0 };
        let tag = scanner.word().ok_or("*")?;
        let mut name = scanner.word().ok_or_else(|| tag.clone())?.to_uppercase();
        let by_uid = name == "UID";
        if by_uid {
            name = scanner.word().ok_or_else(|| tag.clone())?.to_uppercase();
        }
        let args = scanner.args(false).ok_or_else(|| tag.clone())?;
        Ok(Self { tag, name, by_uid, args, text: String::from_utf8_lossy(raw).into_owned() })
    }

    /// What failures and the log call it.
    pub(super) fn action(&self) -> String {
        format!("imap_{}", self.name.to_lowercase())
    }

    pub(super) fn text(&self, at: usize) -> Option<&str> {
        self.args.get(at).and_then(Arg::text)
    }
}

struct Scanner<'a> {
    raw: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.raw.get(self.at).copied()
    }

    fn word(&mut self) -> Option<String> {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        let word = self.atom();
        (!word.is_empty()).then_some(word)
    }

    /// To the next space or parenthesis; what stands in brackets belongs to it.
    fn atom(&mut self) -> String {
        let (start, mut depth) = (self.at, 0_u32);
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b' ' | b'(' | b')' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        String::from_utf8_lossy(&self.raw[start..self.at]).into_owned()
    }

    /// All arguments to the end, or to the end of a list.
    fn args(&mut self, in_list: bool) -> Option<Vec<Arg>> {
        let mut args = Vec::new();
        loop {
            match self.peek() {
                None => return (!in_list).then_some(args),
                Some(b' ') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return in_list.then_some(args);
                }
                Some(b'(') => {
                    self.at += 1;
                    args.push(Arg::List(self.args(true)?));
                }
                Some(b'"') => args.push(Arg::Text(self.quoted()?)),
                Some(b'{') => args.push(Arg::Text(self.literal()?)),
                Some(_) => args.push(Arg::Text(self.atom())),
            }
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = Vec::new();
        loop {
            self.at += 1;
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    text.push(self.peek()?);
                }
                byte => text.push(byte),
            }
        }
        self.at += 1;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn literal(&mut self) -> Option<String> {
        let rest = &self.raw[self.at + 1..];
        let end = rest.iter().position(|byte| *byte == b'}')?;
        let length: usize = std::str::from_utf8(&rest[..end]).ok()?.trim_end_matches('+').parse().ok()?;
        let text = rest.get(end + 3..end + 3 + length)?;
        self.at += end + 4 + length;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }

    #[test]
    fn atoms_strings_literals_lists_and_sections() {
        let raw = b"a7 uid fetch 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.9>)";
        let command = Command::parse(raw).unwrap();
        assert_eq!((command.tag.as_str(), command.name.as_str(), command.by_uid), ("a7", "FETCH", true));
        let list = Arg::List(vec![text("FLAGS"), text("BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.9>")]);
        assert_eq!(command.args, [text("1:*"), list]);
        let command = Command::parse(b"b LOGIN \"a \\\"b\" {3}\r\nc d x").unwrap();
        assert_eq!(command.args, [text("a \"b"), text("c d"), text("x")]);
    }

    #[test]
    fn what_is_no_command_names_its_tag() {
        assert_eq!(Command::parse(b"").unwrap_err(), "*");
        assert_eq!(Command::parse(b"c1").unwrap_err(), "c1");
        assert_eq!(Command::parse(b"c1 LIST (\"").unwrap_err(), "c1");
    }
}
