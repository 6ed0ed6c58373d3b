//! The public home, kept as long as its figures are those of the database, in every form in which browsers ask for it: each is
//! compressed once.
//!
//! One short query tells whether they are, for every request and on every server; who asks while it is under way shares the next
//! one with all who do. A kept page has no script and so no nonce: the page has no island.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
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

/// The version of the figures, read once for all who ask at the same time.
#[derive(Default)]
struct Reading {
    /// How many readings have begun.
    begun: AtomicU64,
    /// The number of the last one that ended, and what it read.
    last: tokio::sync::Mutex<(u64, i64)>,
}

impl Reading {
    /// What a reading finds that begins no earlier than now.
    async fn latest<E>(&self, read: impl AsyncFnOnce() -> Result<i64, E>) -> Result<i64, E> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.0 <= asked {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            *last = (number, read().await?);
        }
        Ok(last.1)
    }
}

/// Kept pages.
#[derive(Clone)]
pub struct PublicCache {
    store: Store,
    reading: Arc<Reading>,
    pages: Arc<Mutex<HashMap<Key, (Version, Bytes)>>>,
}

impl PublicCache {
    /// Nothing kept yet.
    pub fn new(store: Store) -> Self {
        Self { store, reading: Arc::default(), pages: Arc::default() }
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
    let version = match cache.reading.latest(async || cache.store.figures_version().await).await {
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
    use std::convert::Infallible;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn who_asks_during_a_reading_shares_the_next_and_none_sees_one_from_before() {
        let (reading, figures, readings) = (Reading::default(), AtomicU64::new(7), AtomicU64::new(0));
        let (go, wait) = oneshot::channel::<()>();
        let read = async || {
            readings.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Infallible>(i64::try_from(figures.load(Ordering::SeqCst)).unwrap())
        };
        let slow = async || {
            let found = read().await;
            wait.await.unwrap();
            found
        };
        // the first has read 7 and not ended; then the figures change, and three more ask
        let later = async {
            figures.store(8, Ordering::SeqCst);
            let others = async { tokio::join!(reading.latest(read), reading.latest(read), reading.latest(read)) };
            let release = async { go.send(()).unwrap() };
            tokio::join!(others, release).0
        };
        let (first, (one, two, three)) = tokio::join!(reading.latest(slow), later);
        assert_eq!([first, one, two, three].map(Result::unwrap), [7, 8, 8, 8]);
        assert_eq!(readings.load(Ordering::SeqCst), 2);
    }

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
