//! Stylesheet, script and icon, embedded. Each lies at an address made of its content, so that a browser may keep it for
//! ever.

use super::refusal::PageRefusal;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

const FILES: [(&str, &str, &str); 3] = [
    ("css", "text/css; charset=utf-8", include_str!("assets/dashboard.css")),
    ("js", "text/javascript; charset=utf-8", include_str!("assets/dashboard.js")),
    ("svg", "image/svg+xml", include_str!("assets/icon.svg")),
];

/// One of them.
struct Asset {
    extension: &'static str,
    address: String,
    kind: &'static str,
    content: &'static str,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| FILES.into_iter().map(Asset::new).collect());

impl Asset {
    fn new((extension, kind, content): (&'static str, &'static str, &'static str)) -> Self {
        let address = format!("/ui/assets/{}.{extension}", hash(content));
        Self { extension, address, kind, content }
    }
}

/// SHA-256 of a text, hexadecimal.
pub(super) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

/// Where the one of this extension lies.
pub(super) fn address_of(extension: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.extension == extension);
    found.map_or("", |asset| asset.address.as_str())
}

/// Without `max-age`, `immutable` means nothing.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) async fn serve(Path(name): Path<String>) -> Result<Response, PageRefusal> {
    let found = ASSETS.iter().find(|asset| asset.address.ends_with(&format!("/{name}")));
    let asset = found.ok_or_else(PageRefusal::not_found)?;
    let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.content).into_response())
}
