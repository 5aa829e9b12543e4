//! `messages attachment` and `messages mime`: what hangs on a message, or one as MIME, saved as a file.

use crate::app::App;
use crate::cli::{AttachmentArgs, FileArgs, MimeArgs};
use crate::commands::output::{Output, taken};
use crate::commands::{CommandError, Outcome, operator, with_app};
use crate::config::Config;
use crate::desk::{MessageContent, Schema};
use crate::error::Exit;
use serde::Serialize;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// What the commands print.
#[derive(Debug, Serialize)]
struct SavedShape {
    /// The file that was written.
    file: String,
    /// What it is called in the mailbox.
    name: String,
    /// Its media type, as its sender says.
    media_type: Option<String>,
    bytes: u64,
}

pub(super) async fn attachment(config: &Config, args: &AttachmentArgs, output: Output) -> Outcome {
    let AttachmentArgs { of, position, to } = args;
    let saved = with_app(config, Schema::Make, async |app: &App| {
        let (actor, to) = (operator(), Target::of(to)?);
        let account = app.desk.named(&actor, &of.account).await?.id;
        to.take(app.desk.attachment_content(&actor, &account, &of.message, *position).await?).await
    });
    said(saved.await?, output)
}

pub(super) async fn mime(config: &Config, args: &MimeArgs, output: Output) -> Outcome {
    let MimeArgs { of, to } = args;
    let saved = with_app(config, Schema::Make, async |app: &App| {
        let (actor, to) = (operator(), Target::of(to)?);
        let account = app.desk.named(&actor, &of.account).await?.id;
        to.take(app.desk.message_mime(&actor, &account, &of.message).await?).await
    });
    said(saved.await?, output)
}

/// Nothing where the content itself went to standard output.
fn said(saved: Option<SavedShape>, output: Output) -> Outcome {
    if let Some(saved) = saved {
        output
            .value(&saved, |SavedShape { file, name, bytes, .. }| format!("{file}: {name}, {bytes} bytes"))?;
    }
    Ok(Exit::Success)
}

/// Where it goes.
enum Target<'a> {
    Stdout,
    File { path: &'a Path, force: bool },
}

impl<'a> Target<'a> {
    /// # Errors
    /// Where a file is there already that is not to be written over: before the mailbox is asked.
    fn of(args: &'a FileArgs) -> Result<Self, CommandError> {
        let FileArgs { output: path, force } = args;
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        if path.exists() && !force { Err(is_there(path)) } else { Ok(Self::File { path, force: *force }) }
    }

    /// What was written; `None` where standard output has it.
    async fn take(self, content: MessageContent) -> Result<Option<SavedShape>, CommandError> {
        match self {
            Self::Stdout => {
                let written = copy(content, |piece| taken(io::stdout().lock().write_all(piece)));
                written.await?;
                taken(io::stdout().lock().flush())?;
                Ok(None)
            }
            Self::File { path, force } => save(path, force, content).await.map(Some),
        }
    }
}

/// Under a name beside the file's until all of it is there.
async fn save(path: &Path, force: bool, content: MessageContent) -> Result<SavedShape, CommandError> {
    let (name, media_type) = (content.name.clone(), content.media_type.clone());
    let part = beside(path);
    let mut file = create(&part).map_err(|error| unwritable(&part, &error))?;
    let written = copy(content, |piece| {
        file.write_all(piece).map(|()| true).map_err(|error| unwritable(&part, &error))
    });
    let done = match written.await {
        Ok(bytes) => put(&part, path, force).map(|()| bytes),
        Err(error) => Err(error),
    };
    if done.is_err() || !force {
        let _ = fs::remove_file(&part);
    }
    Ok(SavedShape { file: path.display().to_string(), name, media_type, bytes: done? })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

/// For its owner's eyes. One that an earlier run has left is written anew.
fn create(part: &Path) -> io::Result<File> {
    let _ = fs::remove_file(part);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)
}

/// A link is made only where there is nothing.
fn put(part: &Path, path: &Path, force: bool) -> Result<(), CommandError> {
    let put = if force { fs::rename(part, path) } else { fs::hard_link(part, path) };
    let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
    put.map_err(|error| if is_taken(&error) { is_there(path) } else { unwritable(path, &error) })
}

/// Piece by piece, as long as somebody takes them; how many bytes.
async fn copy(
    mut content: MessageContent,
    mut take: impl FnMut(&[u8]) -> Result<bool, CommandError>,
) -> Result<u64, CommandError> {
    let mut bytes = 0;
    while let Some(piece) = content.next().await? {
        bytes += piece.len() as u64;
        if !take(&piece)? {
            break;
        }
    }
    Ok(bytes)
}

fn is_there(path: &Path) -> CommandError {
    let message = format!("{} is there already", path.display());
    CommandError::usage(message, "name another file, or say --force, which writes over it.")
}

/// The service's user writes it, who may not write where whoever types is.
fn unwritable(path: &Path, error: &io::Error) -> CommandError {
    let message = format!("{} cannot be written: {error}", path.display());
    CommandError::usage(message, "have it on standard output: `… --output - >FILE`.")
}
