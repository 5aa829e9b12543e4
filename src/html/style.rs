//! The `style` attribute: declarations that name nothing which lies elsewhere.

/// What a value may be written with. There is no `:` among it, so no address with a scheme; and no `\`, by which CSS
/// spells what should not be seen.
fn is_plain(value: &str) -> bool {
    let is_known = |char: char| char.is_alphanumeric() || " #%.,()'\"!+*/_-".contains(char);
    value.chars().all(is_known)
}

/// What would load something, in any spelling of its letters; `//` begins an address without a scheme, `/*` a remark in
/// the middle of a word.
const LOADS: [&str; 5] = ["url", "image", "src(", "//", "/*"];

/// The declarations that may stay; `None` where that is none.
pub(super) fn kept(style: &str) -> Option<String> {
    let kept: Vec<_> = style.split(';').filter(|declaration| may_stay(declaration)).map(str::trim).collect();
    (!kept.is_empty()).then(|| kept.join(";"))
}

/// What takes something out of its place, lays it over another or makes it unseen: where a link leads has to stay in sight.
const MOVES: [&str; 11] = [
    "clip",
    "clip-path",
    "filter",
    "float",
    "inset",
    "mask",
    "mix-blend-mode",
    "opacity",
    "position",
    "transform",
    "z-index",
];

fn may_stay(declaration: &str) -> bool {
    let Some((property, value)) = declaration.split_once(':') else { return false };
    let is_name = |char: char| char.is_ascii_alphabetic() || char == '-';
    let (property, value) = (property.trim().to_lowercase(), value.to_lowercase());
    !property.is_empty()
        && property.chars().all(is_name)
        && is_plain(&value)
        && !LOADS.iter().any(|loads| value.contains(loads))
        && !MOVES.contains(&property.as_str())
        && !is_negative(&value)
}

/// Whether a length is below zero: that moves too.
fn is_negative(value: &str) -> bool {
    value.split([' ', ',', '(']).any(|part| {
        part.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
    })
}
