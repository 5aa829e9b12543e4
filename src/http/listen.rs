//! Where callers come in: an address, a socket of this machine, or what systemd holds for us
//! (systemd.socket(5)): nobody else can listen there while the daemon is down.

use super::refused::Peer;
use super::settings::Settings;
use crate::clock::Clock;
use listenfd::ListenFd;
use std::fs::Permissions;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_util::either::Either;

/// The time between two tries to listen.
const AGAIN: Duration = Duration::from_secs(30);
/// The daemon and its group may call.
const MODE: u32 = 0o660;

/// The stream of a connection.
pub(super) type Stream = Either<TcpStream, UnixStream>;

/// One place where callers come in.
#[derive(Debug)]
pub enum Listener {
    /// An address.
    Tcp(TcpListener),
    /// A socket of this machine.
    Unix(UnixListener),
}

impl Listener {
    /// The next connection, and whose it is.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Peer)> {
        Ok(match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                (Either::Left(stream), address.into())
            }
            Self::Unix(listener) => (Either::Right(listener.accept().await?.0), Peer::LOCAL),
        })
    }
}

/// Listens where systemd says or else where the settings do, however long it takes: a port that is taken keeps no
/// mail from being read. `told` hears of each try that failed and of the address at last, if there is one.
pub async fn listen(
    settings: &Settings,
    clock: &Clock,
    mut told: impl FnMut(io::Result<Option<SocketAddr>>),
) -> Vec<Listener> {
    match handed(ListenFd::from_env()) {
        Ok(listeners) if listeners.is_empty() => {}
        Ok(listeners) => {
            told(Ok(address(&listeners)));
            return listeners;
        }
        Err(error) => told(Err(error)),
    }
    loop {
        match bind(settings).await {
            Ok(listeners) => {
                told(Ok(address(&listeners)));
                return listeners;
            }
            Err(error) => told(Err(error)),
        }
        clock.sleep(AGAIN).await;
    }
}

/// The address among them.
fn address(listeners: &[Listener]) -> Option<SocketAddr> {
    listeners.iter().find_map(|listener| match listener {
        Listener::Tcp(listener) => listener.local_addr().ok(),
        Listener::Unix(_) => None,
    })
}

/// What systemd holds for us.
fn handed(mut sockets: ListenFd) -> io::Result<Vec<Listener>> {
    (0..sockets.len()).filter_map(|index| take(&mut sockets, index).transpose()).collect()
}

fn take(sockets: &mut ListenFd, index: usize) -> io::Result<Option<Listener>> {
    if let Ok(Some(listener)) = sockets.take_unix_listener(index) {
        listener.set_nonblocking(true)?;
        return Ok(Some(Listener::Unix(UnixListener::from_std(listener)?)));
    }
    let Some(listener) = sockets.take_tcp_listener(index)? else { return Ok(None) };
    listener.set_nonblocking(true)?;
    Ok(Some(Listener::Tcp(TcpListener::from_std(listener)?)))
}

async fn bind(settings: &Settings) -> io::Result<Vec<Listener>> {
    let named =
        |name: String| move |error: io::Error| io::Error::new(error.kind(), format!("{name}: {error}"));
    let tcp = TcpListener::bind(settings.listen).await;
    let mut listeners = vec![Listener::Tcp(tcp.map_err(named(format!("http.listen {}", settings.listen)))?)];
    if let Some(path) = &settings.socket {
        let unix = bind_unix(path).map_err(named(format!("http.socket {}", path.display())))?;
        listeners.push(Listener::Unix(unix));
    }
    Ok(listeners)
}

/// What a former daemon has left there is taken away; whatever else it is stays.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    let left_over = path.symlink_metadata().is_ok_and(|file| file.file_type().is_socket())
        && StdUnixStream::connect(path).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused);
    if left_over {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(MODE))?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_was_left_is_taken_over_and_a_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api.sock");
        drop(bind_unix(&path).unwrap());
        assert!(path.exists(), "as a daemon that was killed leaves it");
        let listener = bind_unix(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(bind_unix(&path).unwrap_err().kind(), ErrorKind::AddrInUse, "somebody listens");
        drop(listener);
        let file = dir.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        assert!(bind_unix(&file).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
}
