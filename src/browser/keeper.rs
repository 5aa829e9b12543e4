//! The thread that starts every browser.

use std::io;
use std::process::{Child, Command};
use std::sync::{LazyLock, mpsc};
use tokio::sync::oneshot;

type Job = (Command, oneshot::Sender<io::Result<Child>>);

/// The kernel sends the death signal when the *thread* that forked ends,
/// and idle threads of a runtime do end, so this one never does.
static KEEPER: LazyLock<mpsc::Sender<Job>> = LazyLock::new(|| {
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("chromium-keeper".into())
        .spawn(move || {
            for (mut command, reply) in jobs {
                if let Err(Ok(mut orphan)) = reply.send(command.spawn()) {
                    // Nobody waits for it any more; killing what is already dead fails, and may.
                    let _ = orphan.kill().and_then(|()| orphan.wait());
                }
            }
        })
        .expect("a process that runs can start a thread");
    sender
});

/// Starts a process that lives as long as this one at most, given that it asked for a death signal.
pub(super) async fn spawn(command: Command) -> io::Result<Child> {
    let (reply, answer) = oneshot::channel();
    KEEPER.send((command, reply)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
    answer.await.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?
}
