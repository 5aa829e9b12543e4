//! Where callers come in: an address, a socket of this machine, or what systemd holds for us
//! (systemd.socket(5)): nobody else can listen there while the daemon is down.

use super::refused::Peer;
use super::settings::Settings;
use crate::clock::Clock;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream, FuturesUnordered};
use listenfd::ListenFd;
use std::fmt;
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

/// A place that the settings name.
enum ListenPlace<'a> {
    Address(SocketAddr),
    Socket(&'a Path),
}

/// The setting of the address.
const ADDRESS: &str = "http.listen";
/// The setting of the socket.
const SOCKET: &str = "http.socket";

/// Hears of each try to listen, by the setting that names the place: why it failed, or the address, if it is one.
pub trait ListenTold: Fn(&'static str, io::Result<Option<SocketAddr>>) + Send + Sync {}
impl<T: Fn(&'static str, io::Result<Option<SocketAddr>>) + Send + Sync> ListenTold for T {}

/// Listens where systemd says or else where the settings do, however long it takes: a port that is taken keeps no
/// mail from being read, and callers from no other place.
pub fn listen<'a>(
    settings: &'a Settings,
    clock: &'a Clock,
    told: &'a impl ListenTold,
) -> BoxStream<'a, Listener> {
    match handed(ListenFd::from_env()) {
        Ok(listeners) if listeners.is_empty() => {}
        Ok(listeners) => {
            told(ADDRESS, Ok(address(&listeners)));
            return stream::iter(listeners).boxed();
        }
        Err(error) => told(ADDRESS, Err(error)),
    }
    let socket = settings.socket.as_deref().map(ListenPlace::Socket);
    let places = [Some(ListenPlace::Address(settings.listen)), socket].into_iter().flatten();
    places.map(|place| place.listen(clock, told)).collect::<FuturesUnordered<_>>().boxed()
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

impl ListenPlace<'_> {
    /// Listens there at last.
    async fn listen(self, clock: &Clock, told: &impl ListenTold) -> Listener {
        loop {
            match self.bind().await {
                Ok(listener) => {
                    told(self.setting(), Ok(address(std::slice::from_ref(&listener))));
                    return listener;
                }
                Err(error) => {
                    let error = io::Error::new(error.kind(), format!("{self}: {error}"));
                    told(self.setting(), Err(error));
                }
            }
            clock.sleep(AGAIN).await;
        }
    }

    async fn bind(&self) -> io::Result<Listener> {
        match self {
            Self::Address(address) => TcpListener::bind(address).await.map(Listener::Tcp),
            Self::Socket(path) => bind_unix(path).map(Listener::Unix),
        }
    }

    fn setting(&self) -> &'static str {
        match self {
            Self::Address(_) => ADDRESS,
            Self::Socket(_) => SOCKET,
        }
    }
}

impl fmt::Display for ListenPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{ADDRESS} {address}"),
            Self::Socket(path) => write!(f, "{SOCKET} {}", path.display()),
        }
    }
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
    use std::sync::Mutex;

    /// What was told, until one place is listened at.
    async fn first(settings: &Settings) -> (Listener, Vec<(&'static str, bool)>) {
        let all = Mutex::new(Vec::new());
        let told = |place, tried: io::Result<_>| all.lock().unwrap().push((place, tried.is_ok()));
        let listener = listen(settings, &Clock::System, &told).next().await.unwrap();
        (listener, all.into_inner().unwrap())
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_listened_at_keeps_callers_from_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap().into_std().unwrap();
        let (port, socket) = (taken.local_addr().unwrap(), dir.path().join("api.sock"));
        let settings = Settings { listen: port, socket: Some(socket.clone()), ..Settings::default() };
        let (listener, told) = first(&settings).await;
        assert!(matches!(listener, Listener::Unix(_)), "{told:?}");
        assert!(told.contains(&(ADDRESS, false)) && told.contains(&(SOCKET, true)), "{told:?}");
        drop((listener, taken));
        std::fs::remove_file(&socket).unwrap();
        std::fs::write(&socket, "mine").unwrap();
        let (listener, told) = first(&settings).await;
        assert!(matches!(listener, Listener::Tcp(_)), "{told:?}");
    }

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
