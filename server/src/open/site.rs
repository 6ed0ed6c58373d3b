//! The public pages: made once of what a release says, compressed once, kept. No query, no cookie, no script.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use app::{
    address::{Address, OpenPage},
    lang::Lang,
    site::{Edition, FileLine, render, render_missing},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{
    datasets::{Dataset, DatasetId, revisions},
    release::ReleaseName,
};
use sha2::{Digest, Sha256};

use super::{
    answer::has,
    library::{Library, Shelf},
    problem::Problem,
    query::as_of,
    sitemap::sitemap,
};
use crate::{assets, config::Config, encoding::Encoding};

/// The most pages that are kept: those of the latest release, and of earlier ones as they are asked for.
const MOST: usize = 2_000;

/// A page, in a language, of a release or of the latest.
type Key = (Lang, OpenPage, Option<ReleaseName>);

/// A page in every form in which it is sent.
struct Kept {
    tag: String,
    identity: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl Kept {
    fn of(html: String) -> Self {
        let tag = hex::encode(Sha256::digest(&html))[..32].to_owned();
        let (gzip, brotli) = (Encoding::Gzip.compressed(html.as_bytes()).into(), Encoding::Brotli.compressed(html.as_bytes()).into());
        Self { tag, identity: html.into(), gzip, brotli }
    }

    fn response(&self, asked: &HeaderMap) -> Response {
        let encoding = Encoding::of(asked);
        let tag = format!("\"{}-{}\"", self.tag, encoding.name());
        let body = match encoding {
            Encoding::Brotli => self.brotli.clone(),
            Encoding::Gzip => self.gzip.clone(),
            Encoding::Identity => self.identity.clone(),
        };
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
            (header::ETAG, tag.clone()),
        ];
        if has(asked, &tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        if encoding == Encoding::Identity {
            return (headers, [(header::VARY, "accept-encoding")], body).into_response();
        }
        (headers, encoding.headers(), body).into_response()
    }
}

/// Makes and keeps pages.
#[derive(Clone)]
struct Site {
    library: Library,
    base: Arc<str>,
    demonstration: bool,
    pages: Arc<Mutex<Pages>>,
}

/// The pages of the library as it stood at some time.
type Pages = (u64, HashMap<Key, Arc<Kept>>);

/// The routes.
pub fn routes(library: Library, config: &Config, demonstration: bool) -> Router {
    let site = Site { library, base: config.public_url.as_str().into(), demonstration, pages: Arc::default() };
    let map = site.clone();
    let mut router = Router::new().route("/sitemap.xml", get(async move || map.sitemap()));
    for lang in Lang::ALL {
        for page in OpenPage::all() {
            let at = site.clone();
            if page != OpenPage::Release {
                let latest = site.clone();
                let path = Address::Open(page).link(lang).to_string();
                let answer =
                    async move |RawQuery(query): RawQuery, asked: HeaderMap| latest.latest(lang, page, query.as_deref(), &asked).await;
                router = router.route(&path, get(answer));
            }
            let path = format!("/{}/releases/{{release}}{page}", lang.code());
            let answer = async move |Path(release): Path<String>, asked: HeaderMap| at.named(lang, page, &release, &asked).await;
            router = router.route(&path, get(answer));
        }
    }
    router
}

impl Site {
    /// A page of the latest release; as of a day it stands at its permanent address.
    async fn latest(&self, lang: Lang, page: OpenPage, query: Option<&str>, asked: &HeaderMap) -> Response {
        let wanted = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "asOf");
        let Some((_, day)) = wanted else { return self.answer((lang, page, None), asked).await };
        match as_of(&self.library, &day) {
            Ok((found, _)) => Redirect::to(&Address::OpenOf(found.release.name, page).link(lang).to_string()).into_response(),
            Err(_) => self.missing(lang),
        }
    }

    async fn named(&self, lang: Lang, page: OpenPage, release: &str, asked: &HeaderMap) -> Response {
        match release.parse().ok().filter(|name| self.library.named(*name).is_some()) {
            Some(name) => self.answer((lang, page, Some(name)), asked).await,
            None => self.missing(lang),
        }
    }

    fn sitemap(&self) -> Response {
        let headers = [(header::CONTENT_TYPE, "application/xml"), (header::CACHE_CONTROL, "public, max-age=60")];
        match sitemap(&self.base, &self.library.shelves()) {
            Ok(bytes) => (headers, bytes).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }

    fn missing(&self, lang: Lang) -> Response {
        let page = render_missing(&self.bare(), lang);
        (StatusCode::NOT_FOUND, axum::response::Html(page)).into_response()
    }

    fn kept(&self, generation: u64, key: &Key) -> Option<Arc<Kept>> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.1.get(key).filter(|_| pages.0 == generation).cloned()
    }

    fn keep(&self, generation: u64, key: Key, kept: Arc<Kept>) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        // a later look may have been kept already
        if pages.0 < generation || pages.1.len() >= MOST {
            *pages = (generation.max(pages.0), HashMap::new());
        }
        if pages.0 == generation {
            pages.1.insert(key, kept);
        }
    }

    async fn answer(&self, key: Key, asked: &HeaderMap) -> Response {
        let generation = self.library.generation();
        if let Some(kept) = self.kept(generation, &key) {
            return kept.response(asked);
        }
        let site = self.clone();
        let (lang, page, name) = key;
        let made = tokio::task::spawn_blocking(move || Arc::new(Kept::of(render(&site.edition(name), lang, page))));
        match made.await {
            Ok(kept) => {
                self.keep(generation, key, kept.clone());
                kept.response(asked)
            }
            Err(error) => {
                tracing::error!(%error, "a public page failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// What a page is made of that says nothing of releases.
    fn bare(&self) -> Edition {
        Edition {
            release: None,
            datasets: Vec::new(),
            before: Vec::new(),
            files: Vec::new(),
            all: Vec::new(),
            coming: Vec::new(),
            revisions: Vec::new(),
            permanent: false,
            base: self.base.to_string(),
            stylesheet: assets::STYLESHEET_PATH.clone(),
            demonstration: self.demonstration,
        }
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
            files: wanted.iter().flat_map(|shelf| shelf.books.iter()).map(file_line).collect(),
            all: shelves.iter().map(|shelf| shelf.release.clone()).collect(),
            coming: self.library.coming(),
            revisions: revisions(&regions),
            permanent: name.is_some(),
            release: wanted.map(|shelf| shelf.release),
            ..self.bare()
        }
    }
}

fn file_line((name, book): (&String, &super::library::Book)) -> FileLine {
    FileLine { name: name.clone(), size: book.size, digest: book.digest.clone() }
}
