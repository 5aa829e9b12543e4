//! Words of dates beyond the tables: `[owa.words.cs]` with `mon = ["Pond"]`.

use super::ConfigError;
use super::file::DateWords;
use crate::model::DateWord;

/// What a word may mean, as it is written and as the tables say it.
const MEANINGS: [(&str, &str); 24] = [
    ("mon", "d1"),
    ("tue", "d2"),
    ("wed", "d3"),
    ("thu", "d4"),
    ("fri", "d5"),
    ("sat", "d6"),
    ("sun", "d7"),
    ("jan", "m1"),
    ("feb", "m2"),
    ("mar", "m3"),
    ("apr", "m4"),
    ("may", "m5"),
    ("jun", "m6"),
    ("jul", "m7"),
    ("aug", "m8"),
    ("sep", "m9"),
    ("oct", "m10"),
    ("nov", "m11"),
    ("dec", "m12"),
    ("am", "am"),
    ("pm", "pm"),
    ("today", "r0"),
    ("yesterday", "r-1"),
    ("nothing", "x"),
];

pub(super) fn words(raw: DateWords) -> Result<Vec<DateWord>, ConfigError> {
    let mut words = Vec::new();
    for (language, meanings) in raw {
        for (name, shown) in meanings {
            let meaning = meaning(&name)?;
            let language = language.to_lowercase();
            words.extend(shown.into_iter().map(|shown| DateWord {
                language: language.clone(),
                meaning,
                shown,
            }));
        }
    }
    Ok(words)
}

fn meaning(name: &str) -> Result<&'static str, ConfigError> {
    let known = MEANINGS.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning);
    known.ok_or_else(|| {
        let all = MEANINGS.map(|(known, _)| known).join(", ");
        ConfigError::invalid("owa.words", format!("`{name}` is not one of {all}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_by_language_and_meaning() {
        let raw = |name: &str| toml::from_str(&format!("[CS]\n{name} = [\"Pond\"]")).expect("toml");
        let word = DateWord { language: "cs".to_owned(), meaning: "d1", shown: "Pond".to_owned() };
        assert_eq!(words(raw("mon")).ok(), Some(vec![word]));
        let refused = words(raw("monday")).expect_err("an unknown meaning").to_string();
        assert!(refused.contains("owa.words") && refused.contains("mon, tue"), "{refused}");
    }
}
