//! A server of IMAP as Debian has one: Dovecot, which validates tokens by itself (2.3: doc.dovecot.org, "Open
//! Authentication v2.0"), with its own capabilities or with Exchange's.

use super::Mailbox;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Group, Pid, User, getgid, getuid};
use outlook_syncd::clock::Clock;
use outlook_syncd::imap::{ImapError, ImapLogin, ImapServer};
use outlook_syncd::net;
use outlook_syncd::secret::secret;
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

pub(crate) const USER: &str = "anna@sim.example";
pub(crate) const PASSWORD: &str = "right";
/// Debian has it where not everybody looks.
const DOVECOT: &str = r#"PATH=$PATH:/usr/sbin exec dovecot -F -c "$0""#;
pub(crate) const NAME: &str = "localhost";
const KEY: &[u8] = b"a key of thirty-two bytes, exact";

/// What Dovecot offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offers {
    /// All that it can.
    Own,
    /// What Exchange can (MailKit#2016); Dovecot adds its sign-ins.
    Exchange,
}

/// A Dovecot that listens, and its one mailbox.
pub(crate) struct Dovecot {
    pub(crate) address: SocketAddr,
    pub(crate) ca: String,
    dir: TempDir,
    child: Child,
}

impl Dovecot {
    pub(crate) async fn start(offers: Offers) -> Self {
        let dir = TempDir::new().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let (certificate, key) = certificate();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("cert.pem"), &certificate).unwrap();
        fs::write(path("key.pem"), key).unwrap();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path("keys/default/HS256")).unwrap();
        fs::write(path("keys/default/HS256/default"), BASE64_STANDARD.encode(KEY)).unwrap();
        fs::write(path("oauth2"), oauth2(&dir)).unwrap();
        fs::write(path("conf"), conf(&dir, address, offers)).unwrap();
        let mut command = Command::new("sh");
        let output = fs::File::create(path("output")).unwrap();
        command.arg("-c").arg(DOVECOT).arg(path("conf")).stdin(Stdio::null());
        command.stderr(output.try_clone().unwrap()).stdout(output);
        let child = command.spawn().expect("scripts/setup installs dovecot-imapd");
        let dovecot = Self { address, ca: certificate, dir, child };
        dovecot.listening().await
    }

    /// Whoever connects to a port at which nobody listens yet is told so at once.
    async fn listening(mut self) -> Self {
        let connected = async {
            while TcpStream::connect(self.address).await.is_err() {
                let left = self.child.try_wait().unwrap();
                assert!(left.is_none(), "{}{}", self.said("output"), self.said("log"));
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), connected).await.expect("it starts");
        self
    }

    fn said(&self, file: &str) -> String {
        fs::read_to_string(self.dir.path().join(file)).unwrap_or_default()
    }

    /// Puts a message into a folder, as a delivery does (cr.yp.to/proto/maildir.html); the inbox has no name.
    pub(crate) fn deliver(&self, folder: &str, name: &str, mime: &[u8]) {
        let maildir = self.maildir(folder);
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(part)).unwrap();
        }
        fs::write(maildir.join("new").join(name), mime).unwrap();
    }

    /// A folder's directory; the inbox has no name.
    fn maildir(&self, folder: &str) -> PathBuf {
        let mail = self.dir.path().join("mail");
        if folder.is_empty() { mail } else { mail.join(format!(".{folder}")) }
    }

    /// Where the file of a message is by now: its flags stand behind its name.
    fn file(&self, folder: &str, name: &str) -> PathBuf {
        let files = ["cur", "new"].into_iter().flat_map(|part| fs::read_dir(self.maildir(folder).join(part)));
        let mut files = files.flatten().map(|file| file.unwrap().path());
        let is_it =
            |file: &PathBuf| file.file_name().is_some_and(|is| is.to_string_lossy().starts_with(name));
        files.find(is_it).unwrap_or_else(|| panic!("{name} lies in {folder:?}"))
    }

    /// Sets flags of a message, as another program does.
    pub(crate) fn set_flags(&self, folder: &str, name: &str, flags: &str) {
        let to = self.maildir(folder).join("cur").join(format!("{name}:2,{flags}"));
        fs::rename(self.file(folder, name), to).unwrap();
    }

    /// Moves a message, as another program does.
    pub(crate) fn carry(&self, from: &str, to: &str, name: &str) {
        fs::rename(self.file(from, name), self.maildir(to).join("new").join(name)).unwrap();
    }

    /// Takes a message away, as another program does.
    pub(crate) fn remove(&self, folder: &str, name: &str) {
        fs::remove_file(self.file(folder, name)).unwrap();
    }

    /// Loses which number each message of a folder has: it has other ones then, of another UIDVALIDITY.
    pub(crate) fn renumber(&self, folder: &str) {
        let directory = self.maildir(folder);
        for file in fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("dovecot-uidlist") || name.starts_with("dovecot.index") {
                fs::remove_file(file).unwrap();
            }
        }
    }

    pub(crate) async fn with(&self, login: ImapLogin<'_>) -> Result<Mailbox, ImapError> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let tls = net::tls_at(self.ca.as_bytes()).unwrap();
        ImapServer::new(NAME, tls).unwrap().sign_in(stream, USER, login).await
    }

    pub(crate) async fn signed_in(&self) -> Mailbox {
        let signed_in = self.with(ImapLogin::Token(&secret(token(USER, 3600)))).await;
        signed_in.unwrap_or_else(|error| panic!("{error}: {}", self.said("log")))
    }
}

impl Drop for Dovecot {
    /// It ends its children, who would stay behind a master that is killed.
    fn drop(&mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
    }
}

/// A token for somebody, that ends after so many seconds.
pub(crate) fn token(user: &str, seconds: i64) -> String {
    let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let now = Clock::System.now().timestamp();
    let claims =
        json!({"sub": user, "username": user, "iat": now - 10, "nbf": now - 10, "exp": now + seconds});
    let signed = format!("{}.{}", part(json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(KEY).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn certificate() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn oauth2(dir: &TempDir) -> String {
    format!(
        "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\nusername_attribute = username\n",
        dir.path().display()
    )
}

/// All of it runs as whoever runs the test.
fn conf(dir: &TempDir, address: SocketAddr, offers: Offers) -> String {
    let (dir, port) = (dir.path().display(), address.port());
    let user = User::from_uid(getuid()).unwrap().expect("whoever runs the test has a name").name;
    let group = Group::from_gid(getgid()).unwrap().expect("and a group").name;
    let capabilities = match offers {
        Offers::Own => "",
        Offers::Exchange => {
            "imap_capability = IMAP4 IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
        }
    };
    format!(
        "protocols = imap
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/log
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{dir}/mail
auth_mechanisms = xoauth2 plain
auth_failure_delay = 0
ssl = required
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
login_greeting = The Microsoft Exchange IMAP4 service is ready. [UwBJAE0A]
{capabilities}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {dir}/oauth2
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password=right
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password=Grüße
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Bin {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Drafts {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"
    )
}
