//! What an unknown answer looked like, without anything of what it said: its key paths.

use serde_json::Value;
use std::collections::BTreeSet;

/// Longer shapes are cut; the head of a shape is enough to tell builds apart.
const LONGEST: usize = 600;
const DEEPEST: usize = 6;

/// The key paths of an answer, sorted, arrays as `[]`; no values. Keys that look like data are written `*`.
pub(super) fn shape(value: &Value) -> String {
    let mut paths = BTreeSet::new();
    walk(value, String::new(), 0, &mut paths);
    let mut text = paths.into_iter().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

fn walk(value: &Value, path: String, depth: usize, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if depth < DEEPEST => {
            for (key, member) in members {
                walk(member, format!("{path}.{}", name(key)), depth + 1, paths);
            }
        }
        // The first element stands for all: lists are of one kind.
        Value::Array(items) if depth < DEEPEST => match items.first() {
            Some(first) => walk(first, format!("{path}[]"), depth + 1, paths),
            None => drop(paths.insert(format!("{path}[]"))),
        },
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Object(_)
        | Value::Array(_) => {
            paths.insert(path);
        }
    }
}

/// Members of contracts are plain words; anything else (an address, an id) may be content.
fn name(key: &str) -> &str {
    let plain = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    if plain { key } else { "*" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shape_has_keys_and_no_values() {
        let shape = shape(
            &json!({"Body": {"Secret": "text", "List": [{"A": 1}, {"B": 2}], "who@example.com": 1, "Empty": []}}),
        );
        assert_eq!(shape, ".Body.* .Body.Empty[] .Body.List[].A .Body.Secret");
    }

    #[test]
    fn a_wide_answer_is_cut() {
        let wide: serde_json::Map<_, _> = (0..5000).map(|n| ("k".repeat(n % 39 + 1), json!(n))).collect();
        assert!(shape(&Value::Object(wide)).chars().count() <= LONGEST + 1);
    }
}
