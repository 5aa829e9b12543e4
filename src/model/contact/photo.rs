//! Photos of contacts.

use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// Outlook takes no photo that is longer, bytes. <https://learn.microsoft.com/graph/api/profilephoto-update>
pub const LONGEST_PHOTO: usize = 4 << 20;

/// The one kind of image that Outlook takes.
const JPEG: &str = "image/jpeg";

/// A photo.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactPhoto {
    /// What it is, such as `image/jpeg`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a file is no photo that Outlook takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoFault {
    /// It is another kind of image, or none that is known.
    #[error("it is {0}, and Outlook takes JPEG alone: save it as a JPEG")]
    NotJpeg(&'static str),
    /// It is longer than Outlook takes, bytes.
    #[error("it has more bytes than Outlook takes, at most {LONGEST_PHOTO} (4 MiB): save it smaller")]
    TooLong(u64),
}

impl PhotoFault {
    /// A stable word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotJpeg(_) => "photo_not_jpeg",
            Self::TooLong(_) => "photo_too_long",
        }
    }
}

/// How images begin.
const BEGINNINGS: [(&[u8], &str); 6] = [
    (&[0xff, 0xd8, 0xff], JPEG),
    (&[0x89, b'P', b'N', b'G'], "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
    (b"<svg", "image/svg+xml"),
];

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    BEGINNINGS.into_iter().find(|(first, _)| bytes.starts_with(first)).map(|(_, media_type)| media_type)
}

impl ContactPhoto {
    /// The photo in a file, whose first bytes say what it is; `None` where they say nothing known.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        const SHOWN: [&str; 3] = [JPEG, "image/png", "image/gif"];
        let media_type = media_type(&bytes).filter(|media_type| SHOWN.contains(media_type))?;
        Some(Self { media_type, bytes })
    }

    /// The photo in a file that is to be set in Outlook.
    ///
    /// # Errors
    /// Why Outlook would not take it.
    pub fn to_be_set(bytes: Vec<u8>) -> Result<Self, PhotoFault> {
        let photo = Self { media_type: media_type(&bytes).unwrap_or("no image that is known here"), bytes };
        photo.fault().map_or(Ok(photo), Err)
    }

    /// Why Outlook does not take it; `None` where it does.
    #[must_use]
    pub fn fault(&self) -> Option<PhotoFault> {
        if self.bytes.len() > LONGEST_PHOTO {
            return Some(PhotoFault::TooLong(self.bytes.len() as u64));
        }
        (self.media_type != JPEG).then_some(PhotoFault::NotJpeg(self.media_type))
    }

    /// SHA-256 of the file, in hexadecimal digits: by it two photos are the same.
    #[must_use]
    pub fn sha256(&self) -> String {
        Sha256::digest(&self.bytes).iter().fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
}

impl fmt::Debug for ContactPhoto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactPhoto").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_outlook_does_not_take_is_told_with_what_it_is_and_what_to_do() {
        let mut long = vec![0xff, 0xd8, 0xff];
        assert!(ContactPhoto::to_be_set(long.clone()).is_ok());
        long.resize(LONGEST_PHOTO, 0);
        assert!(ContactPhoto::to_be_set(long.clone()).is_ok());
        long.push(0);
        for (bytes, said) in [
            (b"\x89PNG\r\n".to_vec(), "it is image/png, and Outlook takes JPEG alone: save it as a JPEG"),
            (b"RIFF1234WEBP".to_vec(), "it is image/webp"),
            (Vec::new(), "it is no image that is known here"),
            (long, "it has more bytes than Outlook takes, at most 4194304 (4 MiB)"),
        ] {
            let fault = ContactPhoto::to_be_set(bytes).unwrap_err().to_string();
            assert!(fault.starts_with(said), "{fault}");
        }
    }
}
