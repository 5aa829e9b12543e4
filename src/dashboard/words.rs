//! The words of the pages, a file for each language (Fluent, <https://projectfluent.org>). A language is a file and a line
//! here; English is the one that has every key, and a test holds the others to it.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, accepted_languages, negotiate_languages};
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// Each language by its tag: the words of the pages, and what is said of states and failures by their codes. The first is the
/// one for whoever understands none of them.
const FILES: [(&str, &str, &str); 2] = [
    ("en", include_str!("words/en.ftl"), include_str!("words/told-en.ftl")),
    ("de", include_str!("words/de.ftl"), include_str!("words/told-de.ftl")),
];

static LANGUAGES: LazyLock<Vec<Words>> =
    LazyLock::new(|| FILES.into_iter().map(|(tag, pages, told)| Words::read(tag, [pages, told])).collect());

/// The words of one language.
pub(super) struct Words {
    /// Its tag (BCP 47).
    pub(super) tag: &'static str,
    id: LanguageIdentifier,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag)
    }
}

impl AsRef<LanguageIdentifier> for Words {
    fn as_ref(&self) -> &LanguageIdentifier {
        &self.id
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Words {
    fn read(tag: &'static str, files: [&str; 2]) -> Self {
        let id: LanguageIdentifier = tag.parse().expect("a tag of ours");
        let mut bundle = FluentBundle::new_concurrent(vec![id.clone()]);
        // What is put into a sentence stands in an element that keeps its direction to itself.
        bundle.set_use_isolating(false);
        for file in files {
            let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { tag, id, bundle }
    }

    /// Those that a browser's `Accept-Language` likes best.
    pub(super) fn accepted(header: &str) -> &'static Self {
        let asked = accepted_languages::parse(header);
        let known = LANGUAGES.as_slice();
        let found = negotiate_languages(&asked, known, known.first(), NegotiationStrategy::Lookup);
        found.first().copied().unwrap_or(&LANGUAGES[0])
    }

    /// What a key says.
    pub(super) fn say(&'static self, key: &str) -> Cow<'static, str> {
        self.found(key, None)
    }

    /// What a key says, or one of its attributes, where this language has something.
    pub(super) fn found_in(&'static self, key: &str, attribute: Option<&str>) -> Option<Cow<'static, str>> {
        let message = self.bundle.get_message(key)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(name) => message.get_attribute(name)?.value(),
        };
        Some(self.bundle.format_pattern(pattern, None, &mut Vec::new()))
    }

    /// The same with a number in it, `$n`.
    pub(super) fn count(&'static self, key: &str, n: impl Into<FluentValue<'static>>) -> Cow<'static, str> {
        self.found(key, Some(&FluentArgs::from_iter([("n", n.into())])))
    }

    /// A key that there is not is shown as it is.
    fn found(&'static self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return Cow::Owned(key.to_owned()) };
        Cow::Owned(self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests;
