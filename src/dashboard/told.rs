//! What is said of a state or a failure to whoever looks: in their language, and to an owner in words of their own.
//!
//! English has one source, the row of the failure: it knows what was found, and command line and API say the same. Another
//! language has a sentence for each code, and shows what was found beside it. An owner runs no command: what is their turn is
//! said in a sentence of theirs in every language, English too, and of what is not, that they need do nothing.

use super::frame::Frame;
use crate::error::WhoseTurn;
use crate::http::Problem;
use crate::sync::explain::Explanation;
use crate::sync::health::is_undecided;
use std::borrow::Cow;

/// How the key of a code begins.
const CODE: &str = "code-";

/// A state or a failure, as it is said.
#[derive(Debug)]
pub(super) struct Told<'a> {
    /// What happened.
    pub(super) because: Cow<'a, str>,
    /// The same as it was found, in English, where the language has only a sentence for its code; to an owner, where somebody
    /// else has to be shown it.
    pub(super) found: Option<&'a str>,
    /// Whose turn it is, as the next step is preceded by it.
    pub(super) turn: Cow<'static, str>,
    /// The next step.
    pub(super) next: Cow<'a, str>,
    /// Whether an owner looks, and has to act: then it need not be said whose turn it is.
    pub(super) is_theirs: bool,
}

/// What was said, by whoever saw it.
#[derive(Debug)]
pub(super) struct Saying<'a> {
    /// The key of what is said of its kind.
    pub(super) key: String,
    pub(super) because: &'a str,
    pub(super) whose_turn: WhoseTurn,
    pub(super) next: &'a str,
    /// Whether nobody tries again by itself what otherwise is: a sign-in that somebody led.
    pub(super) is_over: bool,
}

impl<'a> Saying<'a> {
    /// What a code says, with the sentence of whose turn it is and the next step.
    pub(super) fn of_code(code: &str, because: &'a str, whose_turn: WhoseTurn, hint: &'a str) -> Self {
        let (key, next) = (code_key(code), WhoseTurn::next_step(hint));
        Self { key, because, whose_turn, next, is_over: false }
    }
}

/// A failure, kept until its page is rendered.
#[derive(Debug, Clone)]
pub(super) struct FailureTold {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) whose_turn: WhoseTurn,
    pub(super) hint: String,
}

impl FailureTold {
    pub(super) fn told(&self, page: &Frame) -> Told<'_> {
        Told::new(page, &Saying::of_code(&self.code, &self.message, self.whose_turn, &self.hint))
    }
}

impl<'a> Told<'a> {
    pub(super) fn new(page: &Frame, saying: &Saying<'a>) -> Self {
        let because = saying.because;
        let of_kind = page.words.found_in(&saying.key, None);
        let is_owner = page.is_owners();
        // Owners decide on the page of the plan, whoever's turn it is among those who run commands.
        let is_of_plan = saying.key.strip_prefix(CODE).is_some_and(is_undecided);
        let whose_turn = if is_owner && is_of_plan { WhoseTurn::Owner } else { saying.whose_turn };
        let next = if is_owner { owners(page, saying) } else { operators(page, saying) };
        let is_shown = saying.key.starts_with(CODE) && (!is_owner || whose_turn == WhoseTurn::It);
        let mine = if is_owner { "-mine" } else { "" };
        let turn = format!("turn-{}{mine}", whose_turn.as_str());
        Self {
            found: of_kind.is_some().then_some(because).filter(|_| is_shown),
            because: of_kind.unwrap_or_else(|| capital(because)),
            turn: page.words.say(&turn),
            next,
            is_theirs: is_owner && whose_turn == WhoseTurn::Owner,
        }
    }

    /// How an account or a part of it does.
    pub(super) fn explained(page: &Frame, said: &'a Explanation) -> Self {
        let key = match (&said.reason, &said.code) {
            (Some(reason), _) => format!("said-{}", reason.as_str()),
            (None, Some(code)) => code_key(code),
            (None, None) => String::new(),
        };
        let (because, next) = (said.because.as_str(), said.next_step.as_str());
        Self::new(page, &Saying { key, because, whose_turn: said.whose_turn, next, is_over: false })
    }

    /// Why something that was asked for was not done.
    pub(super) fn of(page: &Frame, problem: &'a Problem) -> Self {
        let whose_turn = problem.whose_turn().unwrap_or(WhoseTurn::Operator);
        let hint = problem.hint().unwrap_or_default();
        Self::new(page, &Saying::of_code(problem.error(), problem.message(), whose_turn, hint))
    }
}

/// A sentence, with a capital, unless it begins with an address or a name of ours, which are what they are.
fn capital(text: &str) -> Cow<'_, str> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_word = first.trim_end_matches([',', ':']).bytes().all(|byte| byte.is_ascii_lowercase());
    match text.get(..1).filter(|_| is_word) {
        Some(letter) => Cow::Owned(format!("{}{}", letter.to_ascii_uppercase(), &text[1..])),
        None => Cow::Borrowed(text),
    }
}

/// The key of what is said of a code.
pub(super) fn code_key(code: &str) -> String {
    format!("{CODE}{code}")
}

/// The next step as operators are told it.
fn operators<'a>(page: &Frame, saying: &Saying<'a>) -> Cow<'a, str> {
    match page.words.found_in(&saying.key, Some("next")) {
        Some(_) if saying.is_over => page.words.say("connect-over"),
        Some(next) => next,
        None => Cow::Borrowed(saying.next),
    }
}

/// The same in an owner's words. What their administrators have to do is for them to hand on.
fn owners<'a>(page: &Frame, saying: &Saying<'a>) -> Cow<'a, str> {
    // What passes by itself is nobody's turn, whatever the code asks of an owner otherwise.
    let passes = saying.whose_turn == WhoseTurn::Nobody && saying.key.starts_with(CODE);
    let theirs = page.words.found_in(&saying.key, Some("mine")).filter(|_| !passes);
    theirs.unwrap_or_else(|| match saying.whose_turn {
        WhoseTurn::Owner => page.words.say("mine-connect"),
        WhoseTurn::It => operators(page, saying),
        WhoseTurn::Operator => page.words.say("mine-operator"),
        WhoseTurn::Nobody => page.words.say("mine-nothing"),
    })
}
