//! What goes out over the network: the HTTP client with limits, connections and TLS for what is not HTTP, the firm's
//! proxy where there is one, how long a server is left alone, and which addresses are public.

pub mod certificate;
pub(crate) mod connect;
mod dial;
mod error;
mod proxy;
mod retry_after;
mod tls;

pub use dial::{DialError, Dialer};
pub use error::ClientError;
pub use proxy::{Proxy, ProxyError, ProxyFault, ProxySettings, ProxyUser, ReadPassword, of_proxy};
pub use retry_after::{LONGEST_WAIT, retry_after};
pub use tls::{tls, tls_at};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;

/// The port of HTTPS.
pub(crate) const HTTPS: u16 = 443;
const CONNECT: Duration = Duration::from_secs(10);
/// No call takes longer, with its answer.
pub const TOTAL: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;

/// A client whose every call ends: 10 s to connect, 30 s in all. It follows a redirect only to the host, port
/// and scheme it came from, at most five; any other is the answer that the caller sees. What the environment
/// says of proxies counts on neither road: `Proxy::lead` has it go through one.
pub fn client() -> ClientBuilder {
    use_ring();
    Client::builder().connect_timeout(CONNECT).timeout(TOTAL).redirect(same_origin()).no_proxy()
}

/// The same when a simulator stands in for every host: all of them are at `address`, and only the
/// certificates of `ca` (PEM) are trusted.
///
/// # Errors
/// When `ca` is no certificate.
pub fn client_at(address: SocketAddr, ca: &[u8]) -> reqwest::Result<ClientBuilder> {
    let ca = reqwest::Certificate::from_pem(ca)?;
    Ok(client().dns_resolver(Arc::new(Everywhere(address))).tls_certs_only([ca]))
}

/// Every name is at one address.
struct Everywhere(SocketAddr);

impl Resolve for Everywhere {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(std::iter::once(self.0));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// Makes ring the cryptography of TLS in this process, once.
fn use_ring() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that one is installed already, which will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn same_origin() -> Policy {
    Policy::custom(|attempt| {
        let home = attempt.previous().first().map(url::Url::origin);
        let stays = home == Some(attempt.url().origin()) && attempt.previous().len() <= REDIRECTS;
        if stays { attempt.follow() } else { attempt.stop() }
    })
}

/// Networks of IPv4 that are not the public internet, after IANA's registry of special purposes (RFC 6890).
const SPECIAL_V4: [(Ipv4Addr, u32); 18] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // a carrier's
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, with the metadata service of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24), // AS112
    (Ipv4Addr::new(192, 52, 193, 0), 24), // AMT
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(192, 175, 48, 0), 24), // AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// The part of IPv6 that is handed out at all. Outside it lie loopback, v4-mapped, NAT64, unique local,
/// link-local and multicast.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What inside it is not for hosts, or leads on to a v4 address.
const SPECIAL_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Whether an address is of the public internet, and not of this machine, its networks, a carrier's, a tunnel
/// or documentation. What is not must not be reached through us by a page or by an address that somebody else
/// chose.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|&(net, bits)| same_bits_v4(net, v4) >= bits),
        IpAddr::V6(v6) => {
            let within = |&(net, bits): &(Ipv6Addr, u32)| same_bits_v6(net, v6) >= bits;
            within(&GLOBAL_V6) && !SPECIAL_V6.iter().any(within)
        }
    }
}

fn same_bits_v4(one: Ipv4Addr, other: Ipv4Addr) -> u32 {
    (one.to_bits() ^ other.to_bits()).leading_zeros()
}

fn same_bits_v6(one: Ipv6Addr, other: Ipv6Addr) -> u32 {
    (one.to_bits() ^ other.to_bits()).leading_zeros()
}

#[cfg(test)]
mod tests;
