//! The files that the binary carries: styles and fonts, and the WebAssembly of the islands if it was built.

use std::sync::LazyLock;

use app::lang::Lang;
use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::encoding::Encoding;

#[derive(RustEmbed)]
#[folder = "../style"]
struct Style;

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// Style sheets in the order in which they apply.
const SHEETS: [&str; 6] = ["tokens.css", "base.css", "layout.css", "forms.css", "figures.css", "print.css"];

static STYLESHEET: LazyLock<String> = LazyLock::new(|| {
    let sheets = SHEETS.iter().filter_map(|name| Style::get(name));
    sheets.map(|file| String::from_utf8_lossy(&file.data).into_owned()).collect::<Vec<_>>().join("\n")
});

/// Address of the stylesheet; it changes with the content, so the file may be kept for ever.
pub static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::digest(STYLESHEET.as_bytes());
    format!("/assets/itpark.css?v={}", version(&hash))
});

/// Address of the script that steps through the values of charts; it changes with the content.
pub static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = Style::get("public/step.js").map(|file| file.metadata.sha256_hash()).unwrap_or_default();
    format!("/assets/step.js?v={}", version(&hash))
});

/// The beginning of a hash as a number in hexadecimal: enough to tell two versions apart.
fn version(hash: &[u8]) -> String {
    let start = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{start:016x}")
}

/// Whether the islands were built.
pub fn has_islands() -> bool {
    Site::get("pkg/itpark_bg.wasm").is_some()
}

fn kept(seconds: u32) -> HeaderValue {
    HeaderValue::from_str(&format!("public, max-age={seconds}, immutable")).unwrap_or(HeaderValue::from_static("no-cache"))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// A text that is kept for ever, compressed once.
struct Kept {
    kind: &'static str,
    bodies: [Bytes; 3],
}

impl Kept {
    fn of(kind: &'static str, text: &[u8]) -> Self {
        Self { kind, bodies: [Encoding::Brotli, Encoding::Gzip, Encoding::Identity].map(|encoding| encoding.compressed(text).into()) }
    }

    fn response(&self, request: &HeaderMap) -> Response {
        let encoding = Encoding::of(request);
        let [brotli, gzip, identity] = &self.bodies;
        let body = match encoding {
            Encoding::Brotli => brotli,
            Encoding::Gzip => gzip,
            Encoding::Identity => identity,
        };
        let mut headers = HeaderMap::from_iter(encoding.headers());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CACHE_CONTROL, kept(31_536_000));
        (headers, body.clone()).into_response()
    }
}

/// The stylesheet.
pub async fn stylesheet(request: HeaderMap) -> Response {
    static KEPT: LazyLock<Kept> = LazyLock::new(|| Kept::of("text/css; charset=utf-8", STYLESHEET.as_bytes()));
    KEPT.response(&request)
}

/// The script that steps through the values of charts.
pub async fn script(request: HeaderMap) -> Response {
    static KEPT: LazyLock<Kept> = LazyLock::new(|| {
        let file = Style::get("public/step.js").map(|file| file.data).unwrap_or_default();
        Kept::of("text/javascript; charset=utf-8", &file)
    });
    KEPT.response(&request)
}

/// A font.
pub async fn font(Path(name): Path<String>) -> Response {
    let Some(file) = Style::get(&format!("fonts/{name}")) else { return not_found() };
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name))), (header::CACHE_CONTROL, kept(31_536_000))];
    (headers, Body::from(file.data)).into_response()
}

/// What search engines may read: the public pages and data. The other pages would only lead them to the sign-in form. `base` is where the
/// public reaches the server.
pub fn robots(base: &str) -> Response {
    let paths: String = Lang::ALL
        .iter()
        .flat_map(|lang| ["my", "office", "sign-in", "start", "problem"].map(|page| format!("Disallow: /{}/{page}\n", lang.code())))
        .collect();
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, format!("User-agent: *\nDisallow: /api/\nAllow: /api/v1/\n{paths}Sitemap: {base}/sitemap.xml\n")).into_response()
}

/// The icon.
pub async fn icon() -> Response {
    let Some(file) = Style::get("public/favicon.svg") else { return not_found() };
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, Body::from(file.data)).into_response()
}

/// A file of the islands, compressed before if the browser takes it; checked again on each use, for the name does not change.
pub async fn package(Path(name): Path<String>, request: HeaderMap) -> Response {
    let path = format!("pkg/{name}");
    let Some(plain) = Site::get(&path) else { return not_found() };
    let tag = format!("\"{}\"", version(&plain.metadata.sha256_hash()));
    if request.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let encoding = Encoding::of(&request);
    let compressed = match encoding {
        Encoding::Brotli => Site::get(&format!("{path}.br")),
        Encoding::Gzip => Site::get(&format!("{path}.gz")),
        Encoding::Identity => None,
    };
    let (encoding, file) = compressed.map_or((Encoding::Identity, plain), |file| (encoding, file));
    let mut headers = HeaderMap::from_iter(encoding.headers());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    (headers, Body::from(file.data)).into_response()
}
