//! Exchange's ids in the letters that Graph has for them: `_` for `+` and `-` for `/`, of the same bytes
//! (microsoftgraph/microsoft-graph-docs#14419). So a message has one id, whichever road names it.

use crate::model::{ItemKey, KeySpace};

/// As Graph's addresses have it.
pub(super) fn to_graph(id: &str) -> String {
    id.replace('+', "_").replace('/', "-")
}

/// As everything else of Exchange has it.
pub(super) fn from_graph(id: &str) -> String {
    id.replace('_', "+").replace('-', "/")
}

/// The key of a message that Graph names by an id that outlives moves.
pub(super) fn key(id: &str) -> ItemKey {
    ItemKey { space: KeySpace::EXCHANGE_IMMUTABLE, id: from_graph(id) }
}

/// Whether Graph can be asked for it: it takes ids of either family.
pub(super) fn is_exchange(key: &ItemKey) -> bool {
    [KeySpace::EXCHANGE_IMMUTABLE, KeySpace::EXCHANGE_ENTRY].contains(&key.space)
}
