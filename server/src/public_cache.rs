//! The public home, kept as long as its figures are those of the database, in every form in which browsers ask for it: each is
//! compressed once.
//!
//! One short query tells whether they are: after each write of this process, and for what other servers write every 50 ms. A
//! kept page has no script and so no nonce: the page has no island.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    cookies::{self, SESSION},
    lang::Lang,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use services::Store;

use crate::encoding::Encoding;

/// Queries under which the page is kept; others are rendered each time, so that nobody fills the memory.
const KEPT_QUERIES: [&str; 3] = ["", "map=map", "map=tiles"];

/// What a page depends on beside its address.
type Version = (i64, NaiveDate);

/// Path and query, and how the page is sent.
type Key = (String, Encoding);

/// For how long a reading of the version holds while this process writes nothing: what another server accepted is seen no later.
const HOLDS: Duration = Duration::from_millis(50);

/// A reading of the version of the figures.
#[derive(Debug, Clone, Copy)]
struct Reading {
    begun: Instant,
    /// The writes of this process that had ended before.
    commits: u64,
    figures: i64,
}

/// Kept pages.
#[derive(Clone)]
pub struct PublicCache {
    store: Store,
    reading: Arc<tokio::sync::Mutex<Option<Reading>>>,
    pages: Arc<Mutex<HashMap<Key, (Version, Bytes)>>>,
}

impl PublicCache {
    /// Nothing kept yet.
    pub fn new(store: Store) -> Self {
        Self { store, reading: Arc::default(), pages: Arc::default() }
    }

    /// The version of the figures: read anew after each write of this process, and every few milliseconds for those of others.
    /// Who asks while it is read waits and shares what is found.
    async fn figures(&self) -> services::Result<i64> {
        let commits = self.store.commits();
        let mut last = self.reading.lock().await;
        if let Some(reading) = last.filter(|reading| reading.commits >= commits && reading.begun.elapsed() < HOLDS) {
            return Ok(reading.figures);
        }
        let (begun, commits) = (Instant::now(), self.store.commits());
        let figures = self.store.figures_version().await?;
        *last = Some(Reading { begun, commits, figures });
        Ok(figures)
    }

    fn kept(&self, key: &Key, version: Version) -> Option<Bytes> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(key).filter(|(kept, _)| *kept == version).map(|(_, page)| page.clone())
    }

    fn keep(&self, key: Key, version: Version, page: Bytes) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (version, page));
    }
}

/// Path and query of a home page that is the same for everybody who is not signed in.
fn key(request: &Request) -> Option<String> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let is_home = Lang::ALL.iter().any(|lang| path.strip_prefix('/') == Some(lang.code()));
    let signed_in = cookies::find(request.headers(), SESSION).is_some();
    (is_home && !signed_in && request.method() == Method::GET && KEPT_QUERIES.contains(&query)).then(|| format!("{path}?{query}"))
}

/// Everything but the scripts of a page that has no island.
fn without_scripts(html: &str) -> String {
    let mut parts = html.split("<script");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once("</script>").map_or("", |(_, rest)| rest));
    }
    text
}

fn page(encoding: Encoding, bytes: Bytes) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, encoding.headers(), bytes).into_response()
}

/// Answers the public home from what is kept, or keeps what is rendered.
pub async fn public_pages(State(cache): State<PublicCache>, request: Request, next: Next) -> Response {
    let Some(address) = key(&request) else { return next.run(request).await };
    let encoding = Encoding::of(request.headers());
    let key = (address, encoding);
    let version = match cache.figures().await {
        Ok(figures) => (figures, cache.store.clock().today()),
        Err(error) => {
            tracing::error!(%error, "the version of the figures cannot be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    if let Some(kept) = cache.kept(&key, version) {
        return page(encoding, kept);
    }
    let (parts, body) = next.run(request).await.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if parts.status != StatusCode::OK {
        return Response::from_parts(parts, Body::from(bytes));
    }
    let html = without_scripts(&String::from_utf8_lossy(&bytes));
    // a page of a fifth of a megabyte takes tens of milliseconds: once
    let Ok(body) = tokio::task::spawn_blocking(move || encoding.compressed(html.as_bytes())).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = Bytes::from(body);
    // the version was read before the figures: at worst the page is newer than it says, and is made again
    cache.keep(key, version, body.clone());
    page(encoding, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_left_out_and_nothing_else() {
        assert_eq!(without_scripts("<p>a</p><script nonce=\"x\">1 < 2</script><p>b</p><script>"), "<p>a</p><p>b</p>");
    }

    #[test]
    fn only_the_home_page_of_nobody_in_particular_is_kept() {
        let ask = |path: &str, cookie: &str| key(&Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap());
        assert_eq!(ask("/uz", "").as_deref(), Some("/uz?"));
        assert_eq!(ask("/ru?map=map", "other=1").as_deref(), Some("/ru?map=map"));
        for (path, cookie) in [("/uz", "__Host-session=x"), ("/uz?map=1", ""), ("/uz/my", ""), ("/xx", "")] {
            assert_eq!(ask(path, cookie), None, "{path} {cookie}");
        }
    }
}
