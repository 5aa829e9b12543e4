//! Lines for the journal from a process whose standard error it is not.

use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;

/// Where systemd's journal takes entries (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>).
const SOCKET: &str = "/run/systemd/journal/socket";

/// The journal of this machine; each write is an entry.
#[derive(Debug)]
pub(super) struct Journal(UnixDatagram);

impl Journal {
    /// `None` where there is none.
    pub(super) fn of_this_machine() -> Option<Self> {
        Self::at(Path::new(SOCKET))
    }

    pub(super) fn at(place: &Path) -> Option<Self> {
        let socket = UnixDatagram::unbound().ok()?;
        socket.connect(place).ok()?;
        Some(Self(socket))
    }
}

impl Write for Journal {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A field ends with its line: what follows one would be a field of its own.
        let text = String::from_utf8_lossy(line).trim_end().replace('\n', " ");
        self.0.send(format!("SYSLOG_IDENTIFIER=outlook-syncd\nPRIORITY=6\nMESSAGE={text}\n").as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
