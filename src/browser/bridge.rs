//! The bridge between Chromium's DevTools pipe and the library that types DevTools for us.
//!
//! The library speaks only WebSocket. So we listen on a random loopback port, accept exactly one upgrade
//! whose path carries 256 random bits, close the listener, and copy messages both ways: a text message there
//! is a NUL-terminated message here. What the browser says at a time has a limit: it runs what strangers wrote.
//!
//! Our own calls go in at the same place, with ids of their own range, and their answers are taken out again:
//! the library's calls have a fixed limit of 30 s, evaluations of its own none at all, and a navigation that
//! hangs would block every later one. So it attaches to targets and parses events; every call is made here.

use super::BrowserError;
use futures::stream::FuturesUnordered;
use futures::{SinkExt as _, StreamExt as _};
use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Our ids start here; the library counts from 0.
const FIRST_ID: u64 = 1 << 30;
/// The browser says no more at a time, bytes. Twenty bodies of 2 MiB, as HTML usually is, escaped twice are 61 MiB.
const LARGEST: u64 = 64 << 20;
/// What is too large is passed over in pieces of so many bytes.
const PIECE: u64 = 256 << 10;

type Reply = oneshot::Sender<Result<Vec<u8>, BrowserError>>;
type Pending = Arc<Mutex<HashMap<u64, Reply>>>;

/// The entrance for our own calls.
#[derive(Clone)]
pub(super) struct Bridge {
    outgoing: mpsc::UnboundedSender<String>,
    pending: Pending,
    next: Arc<std::sync::atomic::AtomicU64>,
    /// Cancelled when either end is gone: the browser is dead.
    pub(super) dead: CancellationToken,
}

impl Bridge {
    /// Starts one on our end of the pipe; gives it and the address for the library.
    pub(super) fn start(pipe: std::os::unix::net::UnixStream) -> io::Result<(Self, String)> {
        pipe.set_nonblocking(true)?;
        let pipe = UnixStream::from_std(pipe)?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        // A random UUID carries 122 bits.
        let [a, b, c] = [(); 3].map(|()| Uuid::new_v4().simple());
        let path = format!("/{a}{b}{c}");
        let address = format!("ws://{}{path}", listener.local_addr()?);
        let (outgoing, calls) = mpsc::unbounded_channel();
        let bridge = Self {
            outgoing,
            pending: Pending::default(),
            next: Arc::new(FIRST_ID.into()),
            dead: CancellationToken::new(),
        };
        let (dead, pending) = (bridge.dead.clone(), Arc::clone(&bridge.pending));
        tokio::spawn(async move {
            let _dead = dead.drop_guard();
            carry(pipe, listener, &path, calls, &pending).await;
            lock(&pending).clear();
        });
        Ok((bridge, address))
    }

    /// Sends one call, and gives the whole message that answers it.
    ///
    /// # Errors
    /// `Lost` when the browser is gone, or goes before it answers; `TooLarge`.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: &serde_json::Value,
    ) -> Result<Vec<u8>, BrowserError> {
        let (reply, answer) = oneshot::channel();
        let id = self.next_id();
        lock(&self.pending).insert(id, reply);
        let _forget = Forget { pending: &self.pending, id };
        self.outgoing.send(message(id, session, method, params)).map_err(|_| BrowserError::Lost)?;
        tokio::select! {
            answer = answer => answer.unwrap_or(Err(BrowserError::Lost)),
            () = self.dead.cancelled() => Err(BrowserError::Lost),
        }
    }

    /// Sends a call whose answer does not matter; works where nothing can be awaited.
    pub(super) fn post(&self, session: Option<&str>, method: &str, params: &serde_json::Value) {
        // When the browser is gone, so is what the call was to change.
        let _ = self.outgoing.send(message(self.next_id(), session, method, params));
    }

    fn next_id(&self) -> u64 {
        self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

/// Forgets a call that is no longer waited for.
struct Forget<'call> {
    pending: &'call Pending,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(self.pending).remove(&self.id);
    }
}

fn lock(pending: &Pending) -> std::sync::MutexGuard<'_, HashMap<u64, Reply>> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

fn message(id: u64, session: Option<&str>, method: &str, params: &serde_json::Value) -> String {
    let mut call = serde_json::json!({ "id": id, "method": method, "params": params });
    if let Some(session) = session {
        call["sessionId"] = session.into();
    }
    call.to_string()
}

/// Runs until either end is gone. Then the TCP stream is dropped without a close frame: with one the library
/// would notice nothing.
async fn carry(
    pipe: UnixStream,
    listener: TcpListener,
    path: &str,
    calls: mpsc::UnboundedReceiver<String>,
    pending: &Pending,
) {
    let (from_browser, to_browser) = pipe.into_split();
    let Some(socket) = accept_one(listener, path).await else { return };
    let (to_library, from_library) = socket.split();
    tokio::select! {
        () = inward(from_browser, to_library, pending) => {}
        () = outward(to_browser, from_library, calls) => {}
    }
}

type Sink = futures::stream::SplitSink<WebSocketStream<TcpStream>, Message>;
type Stream = futures::stream::SplitStream<WebSocketStream<TcpStream>>;

async fn inward(pipe: OwnedReadHalf, mut library: Sink, pending: &Pending) {
    let mut pipe = BufReader::with_capacity(256 * 1024, pipe);
    while let Ok(Some((message, is_whole))) = receive(&mut pipe).await {
        if let Some(id) = own_id(&message) {
            if let Some(reply) = lock(pending).remove(&id) {
                // The caller may just have stopped waiting.
                let _ = reply.send(if is_whole { Ok(message) } else { Err(BrowserError::TooLarge) });
            }
            continue;
        }
        if !is_whole {
            tracing::warn!("an event of the browser of more than {} MiB is passed over", LARGEST >> 20);
            continue;
        }
        if is_for_nobody(&message) {
            continue;
        }
        let Ok(text) = String::from_utf8(message) else { continue };
        if library.send(Message::text(text)).await.is_err() {
            return;
        }
    }
}

/// What the browser says next, and whether it is whole: of what is too large there is the beginning. `None` at the
/// end.
async fn receive(pipe: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut message = Vec::new();
    (&mut *pipe).take(LARGEST).read_until(0, &mut message).await?;
    if message.pop_if(|last| *last == 0).is_some() {
        return Ok(Some((message, true)));
    }
    let mut passed = message.len();
    message.truncate(64);
    message.shrink_to_fit();
    while passed > 0 {
        let mut piece = Vec::new();
        passed = (&mut *pipe).take(PIECE).read_until(0, &mut piece).await?;
        if piece.last() == Some(&0) {
            return Ok(Some((message, false)));
        }
    }
    Ok(None)
}

async fn outward(mut pipe: OwnedWriteHalf, mut library: Stream, mut calls: mpsc::UnboundedReceiver<String>) {
    loop {
        let text = tokio::select! {
            Some(call) = calls.recv() => call,
            message = library.next() => match message {
                Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            },
        };
        let mut bytes = text.into_bytes();
        bytes.push(0);
        if pipe.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The id of a message that answers one of our own calls; Chromium writes it first.
fn own_id(message: &[u8]) -> Option<u64> {
    let rest = message.strip_prefix(b"{\"id\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let id = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    (id >= FIRST_ID).then_some(id)
}

/// Several events tell of each request of a page. The domain has to be on, so that service workers are
/// bypassed, but the events are for nobody: to parse them would be a quarter of our work.
fn is_for_nobody(message: &[u8]) -> bool {
    message.starts_with(b"{\"method\":\"Network.")
}

/// Upgrades the first connection that knows the path; others are told 404, and cannot keep it waiting. The
/// listener is closed on return.
async fn accept_one(listener: TcpListener, path: &str) -> Option<WebSocketStream<TcpStream>> {
    let mut handshakes = FuturesUnordered::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => handshakes.push(upgrade(accepted.ok()?.0, path)),
            Some(upgraded) = handshakes.next() => if let Some(socket) = upgraded { return Some(socket) },
        }
    }
}

async fn upgrade(stream: TcpStream, path: &str) -> Option<WebSocketStream<TcpStream>> {
    // A latency nicety; without it the connection works all the same.
    let _ = stream.set_nodelay(true);
    let unlimited = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    #[expect(clippy::result_large_err, reason = "the type is the library's")]
    let check = |request: &Request, response: Response| {
        if request.uri().path() == path {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = tokio_tungstenite::tungstenite::http::StatusCode::NOT_FOUND;
        Err(refusal)
    };
    tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(unlimited)).await.ok()
}
