//! The wall: what is on no list does not pass.

use super::style;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Beside ammonia's own list: what mail is laid out with.
const MORE_TAGS: [&str; 2] = ["big", "font"];
/// Of ammonia's own list: a link that is a part of an image says nowhere where it leads, and `bdo` turns it round.
const LESS_TAGS: [&str; 3] = ["area", "bdo", "map"];
/// What an element may have: how it is laid out, what it is called, where it leads and what it shows. What is loaded, or
/// is an address, is looked at below.
pub(super) const ATTRIBUTES: [&str; 23] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "lang",
    "rowspan",
    "size",
    "span",
    "src",
    "start",
    "style",
    "title",
    "type",
    "valign",
    "width",
];
const SCHEMES: [&str; 5] = ["data", "http", "https", "mailto", "tel"];
/// Kinds of images that hold nothing but pixels.
const PIXELS: [&str; 5] = ["gif", "jpeg", "jpg", "png", "webp"];

static WALL: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut wall = Builder::default();
    wall.add_tags(MORE_TAGS)
        .rm_tags(LESS_TAGS)
        .tag_attributes([("a", HashSet::new())].into())
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(attribute);
    wall
});
static TAGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| WALL.clone_tags());

/// The elements that may be shown.
pub(super) fn tags() -> &'static HashSet<&'static str> {
    &TAGS
}

pub(super) fn clean(html: &str) -> String {
    WALL.clean(html).to_string()
}

/// An attribute of the list, as it may stay.
fn attribute<'u>(element: &str, name: &str, value: &'u str) -> Option<Cow<'u, str>> {
    match (element, name) {
        (_, "style") => style::kept(value).map(Cow::Owned),
        ("img", "src") => is_shown(value).then_some(Cow::Borrowed(value)),
        ("a", "href") => (!is_data(value)).then_some(Cow::Borrowed(value)),
        (_, "href" | "src") => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Whether an image is in the text itself, and holds nothing but pixels.
pub(super) fn is_shown(src: &str) -> bool {
    let Some((head, data)) = src.trim().split_once(";base64,") else { return false };
    let is_data = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n\t ".contains(&byte);
    PIXELS.iter().any(|kind| head.eq_ignore_ascii_case(&format!("data:image/{kind}")))
        && data.bytes().all(is_data)
}

fn is_data(value: &str) -> bool {
    value.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}
