//! `outlook-sim`: a small world of Outlook on the web. Prints one line of JSON that says where it listens,
//! then runs until SIGTERM, SIGINT, or (when asked) the end of its standard input.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use outlook_sim::{Options, Running, Settings, Sim};
use tokio::io::AsyncReadExt as _;
use tokio::signal::unix::{SignalKind, signal};

/// A simulator of sign-in, OWA page and OWA service, of the identity platform, and of Graph for contacts.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The same seed makes the same people and the same mail.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Accounts to make.
    #[arg(long, default_value_t = 2)]
    accounts: usize,
    /// Messages per account.
    #[arg(long, default_value_t = 60)]
    messages: usize,
    /// Contacts per account.
    #[arg(long, default_value_t = 12)]
    contacts: usize,
    /// How much script the page loads.
    #[arg(long, default_value = "full")]
    weight: Weight,
    /// Address of the https listener; port 0: any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    https: String,
    /// Address of the http listener.
    #[arg(long, default_value = "127.0.0.1:0")]
    http: String,
    /// Address of the CONNECT proxy that leads the simulated host names (login.microsoftonline.com,
    /// graph.microsoft.com, …) to the https listener: for `HTTPS_PROXY` of clients that cannot map host
    /// names.
    #[arg(long, default_value = "127.0.0.1:0")]
    proxy: String,
    /// Address of the IMAP listener: TLS, with the certificate of outlook.office365.com.
    #[arg(long, default_value = "127.0.0.1:0")]
    imap: String,
    /// Address of the control interface, which also registers applications with the identity platform.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: String,
    /// Writes the certificate of the test CA here, PEM.
    #[arg(long)]
    ca_out: Option<PathBuf>,
    /// Ends when standard input is closed.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Weight {
    Full,
    Light,
}

impl Args {
    fn options(&self) -> Options {
        let weight = match self.weight {
            Weight::Full => outlook_sim::Weight::Full,
            Weight::Light => outlook_sim::Weight::Light,
        };
        Options {
            seed: self.seed,
            accounts: self.accounts,
            messages: self.messages,
            contacts: self.contacts,
            settings: Settings { weight, ..Settings::default() },
            https: self.https.clone(),
            http: self.http.clone(),
            proxy: self.proxy.clone(),
            imap: self.imap.clone(),
            control: self.control.clone(),
            ..Options::default()
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let running = Sim::start(args.options()).await?;
    if let Some(path) = &args.ca_out {
        std::fs::write(path, &running.ca.pem).with_context(|| format!("cannot write {}", path.display()))?;
    }
    announce(&running, &args);
    until_told(args.until_stdin_closes).await
}

#[expect(clippy::print_stdout, reason = "the one line that the caller reads")]
fn announce(running: &Running, args: &Args) {
    let line = serde_json::json!({
        "https": running.https.to_string(), "http": running.http.to_string(),
        "proxy": format!("http://{}", running.proxy), "control": running.control,
        "imap": running.imap.to_string(),
        "ca": args.ca_out, "spki_sha256": running.ca.spki_sha256, "leaf_spki_sha256": running.ca.leaf_spki_sha256,
        "accounts": running.sim().accounts(),
    });
    println!("{line}");
}

async fn until_told(stdin_too: bool) -> Result<()> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = stdin_closed(), if stdin_too => {}
    }
    // Reading standard input holds a thread that nothing else can end.
    std::process::exit(0);
}

async fn stdin_closed() {
    let mut buffer = [0; 256];
    while matches!(tokio::io::stdin().read(&mut buffer).await, Ok(1..)) {}
}
