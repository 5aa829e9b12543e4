//! What the page loads from res.cdn.office.net: its own script, and as much weight as the real page has.
//!
//! The weight is made at the first request, the same each time: script that must be parsed and run, not
//! padding.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::hosts;
use crate::log::Entry;
use crate::sim::Sim;

/// The page's own script; its parts share one scope.
const SCRIPT: &str = concat!(
    "(() => {\n",
    include_str!("../../assets/page/dom.js"),
    include_str!("../../assets/page/auth.js"),
    include_str!("../../assets/page/transport.js"),
    include_str!("../../assets/page/service.js"),
    include_str!("../../assets/page/dates.js"),
    include_str!("../../assets/page/rows.js"),
    include_str!("../../assets/page/list.js"),
    include_str!("../../assets/page/folders.js"),
    include_str!("../../assets/page/reading.js"),
    include_str!("../../assets/page/main.js"),
    "})();\n"
);

/// With the page, its script, startup data and the assets below: 44 requests, 3.5 MB of script.
const BUNDLES: usize = 9;
const BUNDLE_BYTES: usize = 390_000;
const STYLES: usize = 4;
const STYLE_BYTES: usize = 40_000;
const FONTS: usize = 5;
const FONT_BYTES: usize = 40_000;
const ICONS: usize = 14;
const SETTINGS: usize = 5;
const TELEMETRY: usize = 4;

static SCRIPTS: LazyLock<Vec<String>> = LazyLock::new(|| (0..BUNDLES).map(bundle).collect());
static STYLE: LazyLock<String> = LazyLock::new(style);

pub(super) fn base() -> String {
    format!("https://{}/owamail/hashed-v1", hosts::CDN)
}

/// Addresses of everything that the full page loads, for its script.
pub(super) fn assets() -> Value {
    let list = |count: usize, name: &dyn Fn(usize) -> String| (0..count).map(name).collect::<Vec<_>>();
    json!({
        "scripts": list(BUNDLES, &|n| format!("{}/scripts/owa.{n}.m.js", base())),
        "styles": list(STYLES, &|n| format!("{}/styles/owa.{n}.css", base())),
        "fonts": list(FONTS, &|n| format!("{}/fonts/fluent.{n}.woff2", base())),
        "icons": list(ICONS, &|n| format!("{}/icons/fluent.{n}.svg", base())),
        "settings": list(SETTINGS, &|n| format!("/ows/v1/OutlookCloudSettings/settings/group{n}")),
        "telemetry": list(TELEMETRY, &|n| format!("/owa/plt1.ashx?app=Mail&batch={n}")),
    })
}

/// The light page loads nothing but its script.
pub(super) fn none() -> Value {
    json!({"scripts": [], "styles": [], "fonts": [], "icons": [], "settings": [], "telemetry": []})
}

pub(super) fn router() -> Router<Sim> {
    Router::new().route("/owamail/hashed-v1/{kind}/{name}", get(asset))
}

async fn asset(State(sim): State<Sim>, Path((kind, name)): Path<(String, String)>) -> Response {
    sim.record(Entry { action: format!("asset:{kind}"), status: 200, ..Entry::default() });
    let number: usize = name.split('.').nth(1).and_then(|number| number.parse().ok()).unwrap_or(BUNDLES);
    let (content_type, body) = match kind.as_str() {
        "scripts" if name == "owa.mail.js" => ("application/javascript", SCRIPT.as_bytes().to_vec()),
        "scripts" if number < BUNDLES => ("application/javascript", SCRIPTS[number].clone().into_bytes()),
        "styles" => ("text/css", STYLE.clone().into_bytes()),
        "fonts" => ("font/woff2", font(number)),
        "icons" => ("image/svg+xml", icon(number).into_bytes()),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let cache = if name == "owa.mail.js" { "no-cache" } else { "public, max-age=31536000, immutable" };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, cache),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
pub(super) fn script_bytes() -> usize {
    SCRIPTS.iter().map(String::len).sum::<usize>() + SCRIPT.len()
}

/// A small generator of numbers; the same seed gives the same bundle.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// A chunk of modules as packers write them: each is parsed, run once at load, and leaves functions and
/// tables behind.
fn bundle(number: usize) -> String {
    let mut seed = number as u64 + 1;
    let mut script = format!("(self.webpackChunkowa = self.webpackChunkowa || []).push([[{number}], {{\n");
    let mut module = 0;
    while script.len() < BUNDLE_BYTES {
        script_module(&mut script, number * 10_000 + module, &mut seed);
        module += 1;
    }
    script.push_str("}]);\n");
    let _ = writeln!(
        script,
        "for (const run of Object.values(self.webpackChunkowa.at(-1)[1])) {{ const e = {{}}; run(e); }}"
    );
    script
}

fn script_module(script: &mut String, id: usize, seed: &mut u64) {
    let _ = writeln!(script, "{id}: (e) => {{ const t = new Map(); let s = {};", next(seed));
    for part in 0..8 {
        let (a, b) = (next(seed) % 9973 + 1, next(seed));
        let _ = writeln!(
            script,
            "  e.f{part} = function (n, i) {{ const o = {{ key: 'm{id}_{part}', weight: (n * {a} + i) % {}, label: `${{n}}:${{i}}:{b}` }}; \
             if (o.weight & 1) {{ t.set(o.label, o); }} else {{ s = (s ^ o.weight) >>> 0; }} return o.weight + s % {a}; }};",
            b + 1
        );
    }
    let _ = writeln!(
        script,
        "  for (let n = 0; n < 450; n += 1) {{ s += e['f' + n % 8](n, s); }} e.size = t.size; e.state = JSON.stringify([...t.values()]).length; }},"
    );
}

fn style() -> String {
    let mut seed = 7;
    let mut css = String::with_capacity(STYLE_BYTES + 200);
    while css.len() < STYLE_BYTES {
        let (class, size) = (next(&mut seed), next(&mut seed) % 40);
        let _ = writeln!(
            css,
            ".c{class} {{ margin: {size}px; padding: {size}px {}px; color: #{:06x} }}",
            size / 2,
            next(&mut seed) % 0x0100_0000
        );
    }
    css
}

fn font(number: usize) -> Vec<u8> {
    let mut seed = number as u64 + 100;
    (0..FONT_BYTES / 8).flat_map(|_| next(&mut seed).to_le_bytes()).collect()
}

fn icon(number: usize) -> String {
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="{}" fill="#0f6cbd"/></svg>"##,
        number % 7 + 1
    )
}
