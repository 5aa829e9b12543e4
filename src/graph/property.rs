//! Extended properties, which no member of Graph's says.
//! <https://learn.microsoft.com/graph/api/resources/singlevaluelegacyextendedproperty>

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct ExtendedPropertyWire {
    id: String,
    value: String,
}

/// The value of an item's extended property. Its GUID and its tag come back in either case, a tag also without its leading
/// zeros.
pub(super) fn property(item: &Map<String, Value>, id: &str) -> Option<String> {
    let all = item.get("singleValueExtendedProperties")?.as_array()?;
    let mut all = all.iter().filter_map(|property| ExtendedPropertyWire::deserialize(property).ok());
    let is_it = |one: &str| one.eq_ignore_ascii_case(id) || tag(one).is_some_and(|one| Some(one) == tag(id));
    all.find(|property| is_it(&property.id)).map(|property| property.value)
}

/// Type and number of an id such as `String 0x001A`.
fn tag(id: &str) -> Option<(String, u32)> {
    let (kind, tag) = id.split_once(' ')?;
    Some((kind.to_ascii_lowercase(), u32::from_str_radix(tag.get(2..)?, 16).ok()?))
}
