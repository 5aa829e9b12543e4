//! Exchange's ids: base64 with `/` and `+`, case-sensitive, of the lengths seen in captures (item 152, folder
//! 116 or 120, conversation 80 characters).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// 32 bytes that depend on `parts` alone.
pub(super) fn noise(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}

/// `AAMk…`: mailbox, folder and entry; a move gives a new one.
pub(super) fn item(mailbox: Uuid, folder: usize, entry: u64) -> String {
    entry_id(&[0x00, 0x03, 0x24, 0x00], mailbox, &[&folder.to_be_bytes(), &entry.to_be_bytes()], 113)
}

/// `AAkALg…`: stays when the item moves.
pub(super) fn immutable(mailbox: Uuid, key: u64) -> String {
    entry_id(&[0x00, 0x09, 0x00, 0x2e, 0x00], mailbox, &[b"immutable", &key.to_be_bytes()], 113)
}

/// `AAMk…` of a folder.
pub(super) fn folder(mailbox: Uuid, folder: usize) -> String {
    entry_id(&[0x00, 0x03, 0x24, 0x00], mailbox, &[b"folder", &folder.to_be_bytes()], 86)
}

/// `AAQk…`: 80 characters.
pub(super) fn conversation(mailbox: Uuid, key: u64) -> String {
    entry_id(&[0x00, 0x04, 0x24, 0x00], mailbox, &[b"conversation", &key.to_be_bytes()], 59)
}

/// A table-row key: of the row in this folder's table, not of the item.
pub(crate) fn instance_key(folder: usize, row: u64) -> String {
    let noise = noise(&[b"row", &folder.to_be_bytes()]);
    let row = u32::try_from(row & 0xffff_ffff).expect("masked to 32 bits").to_le_bytes();
    let parts: [&[u8]; 5] = [&[1, 0, 0, 0], &noise[..4], &[1, 0, 0, 0], &row, &[0; 4]];
    STANDARD.encode(parts.concat())
}

/// Changes with each update.
pub(super) fn change_key(key: u64, version: u32) -> String {
    let noise = noise(&[b"change", &key.to_be_bytes(), &version.to_be_bytes()]);
    STANDARD.encode([&[9, 0, 0, 0, 0x16, 0, 0, 0], &noise[..22]].concat())
}

/// An id in the alphabet of Graph's addresses.
pub(crate) fn rest(id: &str) -> String {
    id.replace('+', "_").replace('/', "-")
}

/// The same id in base64, as everybody else has it.
pub(crate) fn from_rest(id: &str) -> String {
    id.replace('_', "+").replace('-', "/")
}

/// The id that differs from `id` in the case of one letter only.
pub(super) fn case_twin(id: &str) -> String {
    let at = id.len() - 24 + id[id.len() - 24..].find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
    let flip = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    id.char_indices().map(|(i, c)| if i == at { flip(c) } else { c }).collect()
}

fn entry_id(prefix: &[u8], mailbox: Uuid, parts: &[&[u8]], length: usize) -> String {
    let mut bytes = prefix.to_vec();
    bytes.extend(mailbox.to_string().as_bytes());
    let mut all = vec![mailbox.as_bytes().as_slice()];
    all.extend(parts);
    let first = noise(&all);
    bytes.extend(first);
    bytes.extend(noise(&[&first]));
    bytes.extend([0; 20]);
    bytes.truncate(length);
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_alphabet_are_those_of_captures() {
        let guid = Uuid::from_u128(7);
        assert_eq!(item(guid, 1, 1).len(), 152);
        assert!(item(guid, 1, 1).starts_with("AAMk"));
        assert!(immutable(guid, 1).starts_with("AAkALg"));
        assert_eq!(conversation(guid, 1).len(), 80);
        let many: String = (0..20).map(|n| item(guid, 1, n)).collect();
        assert!(many.contains('/') && many.contains('+'));
    }

    #[test]
    fn a_case_twin_differs_by_letter_case_only() {
        let id = immutable(Uuid::from_u128(7), 3);
        let twin = case_twin(&id);
        assert_ne!(id, twin);
        assert!(id.eq_ignore_ascii_case(&twin));
        assert!(STANDARD.decode(&twin).is_ok());
    }
}
