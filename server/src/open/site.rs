//! The public pages and charts: made once of what a release says, compressed once, kept. No query and no cookie.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use app::{
    address::{Address, OpenPage},
    lang::Lang,
    site::{Edition, FileLine, Missing, Shown, render, render_missing},
};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{
    datasets::{Dataset, DatasetId, revisions},
    release::ReleaseName,
};
use services::{ServiceError, releases::bytes_of};
use sha2::{Digest, Sha256};
use tokio::{sync::OnceCell, task::spawn_blocking};

use super::{
    answer::has,
    library::{Library, Shelf},
    problem::Problem,
    query::as_of,
    sitemap::sitemap,
};
use crate::{assets, config::Config, encoding::Encoding};

/// How many releases pages are made of without being read again.
const EDITIONS: usize = 4;

/// A page, in a language, of a release or of the latest.
type Key = (Lang, OpenPage, Option<ReleaseName>);

/// A page or a chart, made and compressed once however many ask at the same time; nothing where the release says nothing of it.
type Slot = OnceCell<Option<Made>>;

/// A page or a chart as it is sent.
struct Made {
    tag: String,
    media_type: &'static str,
    body: Body,
}

enum Body {
    /// What most take, ready, and what the rest is read from.
    Text { brotli: Bytes, gzip: Bytes, size: usize },
    /// Compressed by itself.
    Pixels(Bytes),
}

/// The type of a page or a chart.
pub(super) const fn media_type(page: OpenPage) -> &'static str {
    match page {
        OpenPage::Chart(_) => "image/svg+xml",
        OpenPage::Picture(_) => "image/png",
        _ => "text/html; charset=utf-8",
    }
}

impl Made {
    fn of(page: OpenPage, bytes: Vec<u8>) -> Self {
        let tag = hex::encode(Sha256::digest(&bytes))[..32].to_owned();
        let body = match page {
            OpenPage::Picture(_) => Body::Pixels(bytes.into()),
            _ => Body::Text {
                brotli: Encoding::Brotli.compressed(&bytes).into(),
                gzip: Encoding::Gzip.compressed(&bytes).into(),
                size: bytes.len(),
            },
        };
        Self { tag, media_type: media_type(page), body }
    }

    /// Its bytes as somebody takes them.
    fn body(&self, asked: &HeaderMap) -> Result<(Encoding, Bytes), ServiceError> {
        Ok(match (&self.body, Encoding::of(asked)) {
            (Body::Text { brotli, .. }, Encoding::Brotli) => (Encoding::Brotli, brotli.clone()),
            (Body::Text { gzip, .. }, Encoding::Gzip) => (Encoding::Gzip, gzip.clone()),
            (Body::Text { gzip, size, .. }, Encoding::Identity) => (Encoding::Identity, bytes_of(gzip, *size)?.into()),
            (Body::Pixels(bytes), _) => (Encoding::Identity, bytes.clone()),
        })
    }

    fn response(&self, asked: &HeaderMap) -> Result<Response, ServiceError> {
        let (encoding, body) = self.body(asked)?;
        let tag = format!("\"{}-{}\"", self.tag, encoding.name());
        let headers = [
            (header::CONTENT_TYPE, self.media_type),
            (header::CACHE_CONTROL, "public, max-age=60"),
            (header::ETAG, tag.as_str()),
            (header::VARY, "accept-encoding"),
        ];
        if has(asked, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        if encoding == Encoding::Identity {
            return Ok((headers, body).into_response());
        }
        Ok((headers, encoding.headers(), body).into_response())
    }
}

/// Makes and keeps pages.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) library: Library,
    base: Arc<str>,
    demonstration: bool,
    pages: Arc<Mutex<Pages>>,
    editions: Arc<Mutex<VecDeque<LastEdition>>>,
}

/// The pages of the library as it stood at some time: as many as its releases have, and no more.
#[derive(Default)]
struct Pages {
    generation: u64,
    made: HashMap<Key, Arc<Slot>>,
}

/// As the library stood at some time, of a release or of the latest.
type LastEdition = ((u64, Option<ReleaseName>), Arc<Edition>);

/// Where pages stand, below their language; the same stand below each release, under its name.
const PATHS: [&str; 11] = [
    "",
    "/regions",
    "/regions/{region}",
    "/exports",
    "/people",
    "/data",
    "/data/{dataset}",
    "/releases",
    "/methodology",
    "/embed/{chart}",
    "/charts/{file}",
];

/// Which page stands at a path below its language.
static PAGES: LazyLock<HashMap<String, OpenPage>> = LazyLock::new(|| {
    let latest = OpenPage::all().filter(|page| *page != OpenPage::Release).map(|page| (Address::Open(page).to_string(), page));
    latest.collect()
});

/// Which page of a release stands at a path below its name.
pub(super) static OF_RELEASE: LazyLock<HashMap<String, OpenPage>> =
    LazyLock::new(|| OpenPage::all().map(|page| (page.to_string(), page)).collect());

/// The routes.
pub fn routes(library: Library, config: &Config, demonstration: bool) -> Router {
    let site = Site::new(library, config, demonstration);
    let map = site.clone();
    let mut router = Router::new().route("/sitemap.xml", get(async move || map.sitemap()));
    for lang in Lang::ALL {
        let code = lang.code();
        let site = site.clone();
        let answer = async move |uri: Uri, asked: HeaderMap| site.at(lang, &uri, &asked).await;
        for path in PATHS {
            router = router.route(&format!("/{code}{path}"), get(answer.clone()));
            let name = if path.is_empty() { "/home" } else { path };
            router = router.route(&format!("/{code}/releases/{{release}}{name}"), get(answer.clone()));
        }
        router = router.route(&format!("/{code}/releases/{{release}}"), get(answer));
    }
    router
}

impl Site {
    /// With nothing made yet.
    pub(super) fn new(library: Library, config: &Config, demonstration: bool) -> Self {
        Self { library, base: config.public_url.as_str().into(), demonstration, pages: Arc::default(), editions: Arc::default() }
    }

    /// What stands at an address.
    async fn at(&self, lang: Lang, uri: &Uri, asked: &HeaderMap) -> Response {
        let path = uri.path().strip_prefix(&format!("/{}", lang.code())).unwrap_or_default();
        if let Some(page) = PAGES.get(path) {
            return self.latest(lang, *page, uri.query(), asked).await;
        }
        let named = path.strip_prefix("/releases/").and_then(|rest| {
            let (release, page) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let name: ReleaseName = release.parse().ok()?;
            self.library.named(name)?;
            Some((OF_RELEASE.get(page)?, name))
        });
        match named {
            Some((page, name)) => self.answer((lang, *page, Some(name)), asked).await,
            None => self.missing(lang, Missing::Address),
        }
    }

    /// A page of the latest release; as of a day it stands at its permanent address.
    async fn latest(&self, lang: Lang, page: OpenPage, query: Option<&str>, asked: &HeaderMap) -> Response {
        let wanted = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "asOf");
        let Some((_, day)) = wanted else { return self.answer((lang, page, None), asked).await };
        match as_of(&self.library, &day) {
            Ok((found, _)) => Redirect::to(&Address::OpenOf(found.release.name, page).link(lang).to_string()).into_response(),
            Err(_) => self.missing(lang, Missing::Day),
        }
    }

    fn sitemap(&self) -> Response {
        let headers = [(header::CONTENT_TYPE, "application/xml"), (header::CACHE_CONTROL, "public, max-age=60")];
        match sitemap(&self.base, &self.library.shelves()) {
            Ok(bytes) => (headers, bytes).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }

    fn missing(&self, lang: Lang, missing: Missing) -> Response {
        let page = render_missing(&self.bare(), lang, missing);
        (StatusCode::NOT_FOUND, axum::response::Html(page)).into_response()
    }

    /// The place of a page, as the library stands.
    fn slot(&self, generation: u64, key: Key) -> Arc<Slot> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.generation < generation {
            *pages = Pages { generation, ..Pages::default() };
        }
        if pages.generation > generation {
            // the library has moved on since this was asked: made for this answer alone
            return Arc::default();
        }
        pages.made.entry(key).or_default().clone()
    }

    async fn answer(&self, key: Key, asked: &HeaderMap) -> Response {
        let generation = self.library.generation();
        let slot = self.slot(generation, key);
        let (lang, page, name) = key;
        let site = self.clone();
        let render_it = async move || {
            let made = move || {
                let bytes = render(&site.last_edition(generation, name), lang, page).map_err(|error| error.to_string())?;
                Ok::<_, String>(bytes.map(|bytes| Made::of(page, bytes)))
            };
            spawn_blocking(made).await.map_err(|error| error.to_string())?
        };
        match slot.get_or_try_init(render_it).await {
            Ok(Some(made)) => made.response(asked).unwrap_or_else(|error| failed(&error.to_string())),
            // the release says nothing of it
            Ok(None) => self.missing(lang, Missing::Address),
            Err(error) => failed(&error),
        }
    }

    /// What a page is made of that says nothing of releases.
    pub(super) fn bare(&self) -> Edition {
        Edition {
            release: None,
            datasets: Vec::new(),
            before: Vec::new(),
            plan: Vec::new(),
            coverage: None,
            files: Vec::new(),
            all: Vec::new(),
            coming: Vec::new(),
            revisions: Vec::new(),
            shown: Shown::Latest,
            base: self.base.to_string(),
            stylesheet: assets::STYLESHEET_PATH.clone(),
            script: assets::SCRIPT_PATH.clone(),
            demonstration: self.demonstration,
        }
    }

    fn last_edition(&self, generation: u64, name: Option<ReleaseName>) -> Arc<Edition> {
        let last = || self.editions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, edition)) = last().iter().find(|(of, _)| *of == (generation, name)) {
            return edition.clone();
        }
        let edition = Arc::new(self.edition(name));
        let mut last = last();
        last.push_front(((generation, name), edition.clone()));
        last.truncate(EDITIONS);
        edition
    }

    /// What pages of a release are made of.
    fn edition(&self, name: Option<ReleaseName>) -> Edition {
        let shelves = self.library.shelves();
        let wanted = match name {
            Some(name) => self.library.named(name),
            None => self.library.latest(),
        };
        let all = |of: &Shelf| -> Vec<Dataset> { DatasetId::ALL.iter().filter_map(|id| of.dataset(*id)).collect() };
        let until = |other: &&Shelf| wanted.as_ref().is_some_and(|wanted| other.release.name <= wanted.release.name);
        let earlier = |other: &&Shelf| wanted.as_ref().is_some_and(|wanted| other.release.name < wanted.release.name);
        let before = shelves.iter().rfind(earlier);
        let regions: Vec<Dataset> = shelves.iter().filter(until).filter_map(|shelf| shelf.dataset(DatasetId::Regions)).collect();
        Edition {
            datasets: wanted.as_ref().map(all).unwrap_or_default(),
            before: before.map(all).unwrap_or_default(),
            plan: wanted.as_ref().and_then(Shelf::plan).unwrap_or_default(),
            coverage: wanted.as_ref().and_then(Shelf::coverage),
            files: wanted.iter().flat_map(|shelf| shelf.books.iter()).map(file_line).collect(),
            all: shelves.iter().map(|shelf| shelf.release.clone()).collect(),
            coming: self.library.coming(),
            revisions: revisions(&regions),
            shown: if name.is_some() { Shown::Permanent } else { Shown::Latest },
            release: wanted.map(|shelf| shelf.release),
            ..self.bare()
        }
    }
}

/// The log has the error, the answer nothing of it.
fn failed(error: &str) -> Response {
    tracing::error!(error, "a public page failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn file_line((name, book): (&String, &super::library::Book)) -> FileLine {
    FileLine { name: name.clone(), size: book.size, digest: book.digest.clone() }
}
