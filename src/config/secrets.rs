//! Secrets come from credentials and files, never from the configuration file.

use super::pasted::pasted;
use super::{ConfigError, Environment};
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono::{DateTime, Utc};
use nix::fcntl::OFlag;
use nix::unistd::{Gid, Uid};
use std::fs::{Metadata, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the unit has its credentials from.
const DIRECTORY: &str = "/etc/outlook-syncd";
/// What is as hard to guess as the keys here, bytes.
const SHORTEST: usize = 32;

/// Where secrets are looked for.
pub(super) struct Secrets<'a> {
    pub(super) environment: &'a Environment,
    /// Whose their files should be.
    pub(super) user: &'a str,
}

impl Secrets<'_> {
    /// Where the credential of that name lies, else the file that was configured, else nowhere. Systemd sees to
    /// who may read a credential, and not to who may read the file that it has copied.
    pub(super) fn place(&self, name: &str, file: Option<&Path>) -> Option<SecretPlace> {
        match self.environment.credential(name) {
            Some(path) => Some(SecretPlace {
                path,
                guarded: Path::new(DIRECTORY).join(name),
                user: self.user.to_owned(),
            }),
            None => file.map(|file| self.at(file)),
        }
    }

    /// A file that nobody else may read.
    fn at(&self, path: &Path) -> SecretPlace {
        SecretPlace { path: path.to_owned(), guarded: path.to_owned(), user: self.user.to_owned() }
    }

    /// The first line of what lies there.
    pub(super) fn find(&self, name: &str, file: Option<&Path>) -> Result<Option<SecretText>, ConfigError> {
        self.place(name, file).map(|place| place.secret()).transpose()
    }

    /// The same where whoever guesses it is let in.
    pub(super) fn strong(&self, name: &str, file: Option<&Path>) -> Result<Option<SecretText>, ConfigError> {
        let secret = self.find(name, file)?;
        if secret.as_ref().is_none_or(|secret| secret.expose_secret().len() >= SHORTEST) {
            return Ok(secret);
        }
        let credential = self.environment.credential(name);
        let path = credential.as_deref().or(file).unwrap_or(Path::new(name)).to_owned();
        let why = "is refused: it is shorter than 32 characters, and whoever guesses it is let in";
        // Through a credential the file's own place is not known here.
        let file = file.map_or_else(|| format!("the file of the {name}"), |file| file.display().to_string());
        let step = format!("write a new one, such as `openssl rand -hex 32` prints, into {file}");
        Err(ConfigError::Secret { path, why, step })
    }

    /// The first line of a file that nobody else may read.
    pub(super) fn of_file(&self, path: &Path) -> Result<SecretText, ConfigError> {
        self.at(path).secret()
    }
}

/// Where a secret lies.
#[derive(Debug, Clone)]
pub(super) struct SecretPlace {
    path: PathBuf,
    /// The file that nobody else may reach: the same, or the one that the unit has a credential made of. It may be
    /// elsewhere, and then nothing is known of it.
    guarded: PathBuf,
    /// Whose the file should be.
    user: String,
}

impl SecretPlace {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The first line that says something.
    pub(super) fn secret(&self) -> Result<SecretText, ConfigError> {
        let text = read(&self.path, |file| self.admit(file, exposed))?;
        let (path, named) = (&self.path, self.path.display());
        let wrong = |why, step| ConfigError::Secret { path: path.clone(), why, step };
        let found = pasted(&text).map_err(|why| wrong(why, format!("copy it into {named} again")))?;
        let step = format!("write the secret into the first line of {named}");
        found.ok_or_else(|| wrong("holds no secret", step))
    }

    /// All of it, where it is more than a line.
    pub(super) fn whole(&self) -> Result<SecretText, ConfigError> {
        read(&self.path, |file| self.admit(file, exposed)).map(|text| secret(text.to_string()))
    }

    /// When what lies there was last written, or made another's: a copy keeps the time of its original, but not
    /// this one.
    pub(super) fn written(&self) -> Result<DateTime<Utc>, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: self.path.clone(), source };
        let file = std::fs::metadata(&self.path).map_err(unreadable)?;
        let nanos = u32::try_from(file.ctime_nsec()).unwrap_or_default();
        Ok(DateTime::from_timestamp(file.ctime(), nanos).unwrap_or_default())
    }

    /// All of it, where it is no secret, and lets in whoever can write it.
    pub(super) fn text(&self) -> Result<String, ConfigError> {
        read(&self.path, |file| self.admit(file, written_by_others)).map(|text| text.to_string())
    }

    /// What root reads, the user that it becomes reads again.
    fn admit(&self, opened: &Metadata, amiss: Amiss) -> Result<(), ConfigError> {
        let (me, path) = (Uid::effective(), self.guarded.clone());
        let source = if path == self.path { Some(opened.clone()) } else { path.metadata().ok() };
        let Some(file) = source.filter(|_| !me.is_root()) else { return Ok(()) };
        let Some(why) = amiss(file.mode(), file.gid(), Gid::effective().as_raw()) else { return Ok(()) };
        // Root's own file is root's to keep: systemd reads it.
        let is_owned = file.uid() == me.as_raw() || file.uid() == 0 && path != self.path;
        let chown =
            if is_owned { String::new() } else { format!("chown {} {} && ", self.user, path.display()) };
        let step = format!("run `{chown}chmod 600 {}`", path.display());
        Err(ConfigError::Secret { path, why, step })
    }
}

/// What is wrong with a file of this mode and this group, to a process of that group.
type Amiss = fn(u32, u32, u32) -> Option<&'static str>;

/// Who may reach a file beside its owner and root: by their group they may read it, if it is that of who runs this or
/// root's, and no more.
fn exposed(mode: u32, its_group: u32, my_group: u32) -> Option<&'static str> {
    if mode & 0o007 != 0 {
        return Some("is refused: other users may reach it");
    }
    let known = [my_group, 0].contains(&its_group);
    if mode & 0o070 != 0 && !known {
        return Some("is refused: another group may reach it");
    }
    (mode & 0o020 != 0).then_some("is refused: its group may write it")
}

/// Who may write a file beside its owner, root, and who runs this by their group.
fn written_by_others(mode: u32, its_group: u32, my_group: u32) -> Option<&'static str> {
    if mode & 0o002 != 0 {
        return Some("is refused: other users may write it");
    }
    let known = [my_group, 0].contains(&its_group);
    (mode & 0o020 != 0 && !known).then_some("is refused: another group may write it")
}

/// The text of a file that is no secret, and decides where secrets go and what is run: nobody else may write it.
pub(super) fn trusted_text(path: &Path) -> Result<String, ConfigError> {
    // How an operator says that there is none.
    if path == Path::new("/dev/null") {
        return Ok(String::new());
    }
    let admit = |file: &Metadata| {
        let why = written_by_others(file.mode(), file.gid(), Gid::effective().as_raw());
        let step = format!("run `chmod go-w {}`, and see what others have written into it", path.display());
        why.map_or(Ok(()), |why| Err(ConfigError::Secret { path: path.to_owned(), why, step }))
    };
    read(path, admit).map(|text| text.to_string())
}

/// A whole file. `admit` looks at the opened file, so that it cannot be swapped between; a pipe is not waited for.
fn read(
    path: &Path,
    admit: impl FnOnce(&Metadata) -> Result<(), ConfigError>,
) -> Result<Zeroizing<String>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let wrong = |why, step| ConfigError::Secret { path: path.to_owned(), why, step };
    let not_blocking = OFlag::O_NONBLOCK.bits();
    let mut file = OpenOptions::new().read(true).custom_flags(not_blocking).open(path).map_err(unreadable)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        let step = format!("put a file in its place: {}", path.display());
        return Err(wrong("is refused: it is no file", step));
    }
    admit(&found)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let why = |bytes: &[u8]| if is_utf_16(bytes) { IN_UTF_16 } else { "is no text in UTF-8" };
    match std::str::from_utf8(&bytes) {
        Ok(text) if !is_utf_16(&bytes) => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(wrong(why(&bytes), format!("write {} in UTF-8", path.display()))),
    }
}

const IN_UTF_16: &str = "is in UTF-16, as `>` of Windows PowerShell writes it";

/// Both orders have a mark at the beginning, or a zero byte for each letter of ASCII.
fn is_utf_16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_a_credential_was_made_of_is_looked_at_too() {
        if Uid::effective().is_root() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let (path, guarded) = (dir.path().join("credential"), dir.path().join("read-token"));
        std::fs::write(&path, "a secret").unwrap();
        let place = SecretPlace { path, guarded: guarded.clone(), user: "nobody".to_owned() };
        assert!(place.secret().is_ok(), "it came from elsewhere");
        std::fs::write(&guarded, "a secret").unwrap();
        for (mode, is_fine) in [(0o644, false), (0o600, true), (0o640, true), (0o660, false)] {
            std::fs::set_permissions(&guarded, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
            let read = place.secret();
            assert_eq!(read.is_ok(), is_fine, "{mode:o}");
            if let Err(ConfigError::Secret { path, step, .. }) = read {
                assert_eq!((&path, step), (&guarded, format!("run `chmod 600 {}`", guarded.display())));
            }
        }
    }

    #[test]
    fn who_else_may_read_it() {
        const MINE: u32 = 1000;
        for (mode, group) in [(0o600, 7), (0o400, 7), (0o640, MINE), (0o640, 0), (0o440, 0)] {
            assert_eq!(exposed(mode, group, MINE), None, "{mode:o} {group}");
        }
        for (mode, group) in [
            (0o644, MINE),
            (0o604, 0),
            (0o602, 0),
            (0o640, 7),
            (0o620, 7),
            (0o444, 0),
            (0o660, MINE),
            (0o620, 0),
        ] {
            assert!(exposed(mode, group, MINE).is_some(), "{mode:o} {group}");
        }
        for (mode, group, is_fine) in
            [(0o644, 7, true), (0o664, MINE, true), (0o664, 0, true), (0o664, 7, false), (0o666, MINE, false)]
        {
            assert_eq!(written_by_others(mode, group, MINE).is_none(), is_fine, "{mode:o} {group}");
        }
    }
}
