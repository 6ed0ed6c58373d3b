//! The open statistics as files, for any web server: what the live server answers, address by address.

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::{
    address::{Address, OpenPage},
    lang::Lang,
    statistics::FORMATS,
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use domain::datasets::DatasetId;
use http_body_util::BodyExt;
use services::{ServiceError, Store};
use thiserror::Error;
use tower::ServiceExt;

use super::{Library, api::unlimited, site};
use crate::{assets, config::Config};

/// Why the files are not all there.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The database.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A file that cannot be written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// An address that has no answer.
    #[error("{0} is answered with {1}")]
    Answer(String, StatusCode),
}

/// Writes every page and file of every release to a folder; how many were written.
///
/// # Errors
/// [`ExportError`].
pub async fn export(store: &Store, config: &Config, demonstration: bool, to: &Path) -> Result<usize, ExportError> {
    let library = Library::new(store.clone());
    library.refresh().await?;
    let base = config.public_url.clone();
    let router = Router::new()
        .route("/assets/itpark.css", get(assets::stylesheet))
        .route("/assets/step.js", get(assets::script))
        .route("/fonts/{name}", get(assets::font))
        .route("/favicon.svg", get(assets::icon))
        .route("/robots.txt", get(async move || assets::robots(&base)))
        .merge(site::routes(library.clone(), config, demonstration))
        .merge(unlimited(library.clone(), config, demonstration));
    let missing = router.clone().oneshot(Request::get("/uz/regions/-").body(Body::empty()).unwrap_or_default()).await;
    let Ok(missing) = missing;
    let missing = missing.into_body().collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let mut written = 0;
    for address in &addresses(&library) {
        let request = Request::get(address).body(Body::empty()).unwrap_or_default();
        let Ok(response) = router.clone().oneshot(request).await;
        let status = response.status();
        // a release has no chart of what it says nothing of
        if status == StatusCode::NOT_FOUND && address.contains("/charts/") {
            continue;
        }
        let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes);
        let Some(bytes) = body.ok().filter(|_| status.is_success()) else { return Err(ExportError::Answer(address.clone(), status)) };
        let path = to.join(file_of(address));
        let failed = |error| ExportError::File(path.clone(), error);
        fs::create_dir_all(path.parent().unwrap_or(to)).map_err(failed)?;
        fs::write(&path, &bytes).map_err(failed)?;
        written += 1;
    }
    // for servers that know no redirect by language and no page of ours for what is not there
    for (name, html) in [("index.html", door().into_bytes()), ("404.html", missing)] {
        let path = to.join(name);
        fs::write(&path, html).map_err(|error| ExportError::File(path, error))?;
        written += 1;
    }
    Ok(written)
}

/// The page at the root of a static site: the way to each language.
fn door() -> String {
    let link = |lang: Lang| format!("<p><a href=\"/{}\" lang=\"{0}\" hreflang=\"{0}\">{}</a></p>", lang.code(), lang.own_name());
    let links = Lang::ALL.map(link).concat();
    format!(
        "<!DOCTYPE html><html lang=\"uz\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>IT Park</title>{links}</html>"
    )
}

/// The file that stands for an address: what has no ending is the index of its folder.
pub fn file_of(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default().trim_start_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    // the names of releases have a point as well
    if last.contains('.') && last.parse::<domain::release::ReleaseName>().is_err() {
        return path.to_owned();
    }
    let ending = if path.starts_with("api/") { "json" } else { "html" };
    format!("{path}/index.{ending}")
}

/// Every address that a static site can answer.
fn addresses(library: &Library) -> Vec<String> {
    let mut all: Vec<String> =
        ["/assets/itpark.css", "/assets/step.js", "/fonts/inter.woff2", "/favicon.svg", "/robots.txt", "/sitemap.xml"]
            .map(str::to_owned)
            .to_vec();
    for name in ["datasets", "releases", "changes", "feed.atom", "catalogue.jsonld", "openapi.json"] {
        all.push(format!("/api/v1/{name}"));
    }
    let shelves = library.shelves();
    for lang in Lang::ALL {
        let latest = OpenPage::all().filter(|page| *page != OpenPage::Release).map(|page| Address::Open(page).link(lang).to_string());
        all.extend(latest);
        for name in shelves.iter().map(|shelf| shelf.release.name) {
            all.extend(OpenPage::all().map(|page| Address::OpenOf(name, page).link(lang).to_string()));
        }
    }
    if library.latest().is_some() {
        all.extend(
            DatasetId::ALL.iter().flat_map(|id| FORMATS.iter().map(move |format| format!("/api/v1/datasets/{id}.{}", format.ending))),
        );
    }
    for shelf in shelves.iter() {
        all.push(format!("/api/v1/releases/{}", shelf.release.name));
        all.extend(shelf.books.keys().map(|file| format!("/api/v1/releases/{}/{file}", shelf.release.name)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_file() {
        for (address, file) in [
            ("/uz/data", "uz/data/index.html"),
            ("/uz/releases/2023-Q2.1", "uz/releases/2023-Q2.1/index.html"),
            ("/api/v1/datasets", "api/v1/datasets/index.json"),
            ("/api/v1/releases/2023-Q2", "api/v1/releases/2023-Q2/index.json"),
            ("/api/v1/releases/2023-Q2.1/regions.ru.xlsx", "api/v1/releases/2023-Q2.1/regions.ru.xlsx"),
            ("/assets/itpark.css?v=1", "assets/itpark.css"),
        ] {
            assert_eq!(file_of(address), file);
        }
    }
}
