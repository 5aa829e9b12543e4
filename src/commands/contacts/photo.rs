//! The photo that `contacts add` and `contacts edit` set.

use crate::commands::CommandError;
use crate::model::{ContactPhoto, LONGEST_PHOTO};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The photo in a file, or on standard input (`-`). No more is read than Outlook takes.
pub(super) fn read(path: &Path) -> Result<ContactPhoto, CommandError> {
    let unreadable = |error: io::Error| {
        let message = format!("{} cannot be read: {error}", path.display());
        CommandError::usage(message, "pipe it in: `outlook-syncd contacts edit CONTACT --photo - <FILE`.")
    };
    let file: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut bytes = Vec::new();
    file.take(LONGEST_PHOTO as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    ContactPhoto::to_be_set(bytes).map_err(|fault| {
        let message = format!("{} is no photo that can be set: {fault}", path.display());
        CommandError::usage(message, "bring a JPEG of at most 4 MiB; it is not converted here.")
    })
}
