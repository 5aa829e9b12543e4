//! Photos of contacts.

use std::fmt;

/// A photo.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactPhoto {
    /// What it is, such as `image/jpeg`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl ContactPhoto {
    /// The photo in a file, whose first bytes say what it is; `None` where they say nothing known.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        const KINDS: [(&[u8], &str); 3] = [
            (&[0xff, 0xd8, 0xff], "image/jpeg"),
            (&[0x89, b'P', b'N', b'G'], "image/png"),
            (b"GIF8", "image/gif"),
        ];
        let (_, media_type) = KINDS.into_iter().find(|(first, _)| bytes.starts_with(first))?;
        Some(Self { media_type, bytes })
    }
}

impl fmt::Debug for ContactPhoto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactPhoto").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
