//! The addresses of the interface for programs, and their description.

use std::sync::Arc;

use app::{
    lang::Lang,
    statistics::{self, FORMATS},
};
use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use domain::{
    datasets::{Column, DatasetId},
    release::ReleaseName,
};
use serde::Serialize;
use tower_http::cors::{Any, CorsLayer};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{ContentBuilder, Ref, ResponseBuilder},
};

use super::{
    answer::{About, Life},
    catalogue,
    feed::atom,
    library::{Library, Shelf},
    limit::{Limit, limit},
    problem::{Problem, ProblemBody},
    query::{Query, Wanted},
};
use crate::config::Config;

/// What handlers share.
#[derive(Clone)]
struct Open {
    library: Library,
    /// Where the public reaches the server.
    base: Arc<str>,
    demonstration: bool,
}

impl Open {
    fn new(library: Library, config: &Config, demonstration: bool) -> Self {
        Self { library, base: config.public_url.as_str().into(), demonstration }
    }
}

/// The routes, open to pages of any site. Each client has its limit of answers that are made for it; files of releases lie ready, and
/// cost no more than those of a static server.
pub fn routes(library: Library, config: &Config, demonstration: bool) -> Router {
    let open = Open::new(library, config, demonstration);
    let limit = from_fn_with_state(Limit::new(config.trusted_proxies.clone()), limit);
    made(open.clone()).layer(limit).merge(ready(open)).layer(cors())
}

/// The same for who asks from within.
pub fn unlimited(library: Library, config: &Config, demonstration: bool) -> Router {
    let open = Open::new(library, config, demonstration);
    made(open.clone()).merge(ready(open)).layer(cors())
}

fn cors() -> CorsLayer {
    let expose = [header::ETAG, header::RETRY_AFTER, header::LINK, HeaderName::from_static("x-release")];
    CorsLayer::new().allow_origin(Any).allow_methods([axum::http::Method::GET]).allow_headers(Any).expose_headers(expose)
}

fn made(open: Open) -> Router {
    Router::new()
        .route("/api/v1/datasets", get(datasets))
        .route("/api/v1/datasets/{file}", get(dataset))
        .route("/api/v1/releases", get(releases))
        .route("/api/v1/releases/{release}", get(release))
        .route("/api/v1/changes", get(changes))
        .route("/api/v1/feed.atom", get(feed))
        .route("/api/v1/catalogue.jsonld", get(dcat))
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/v1", get(nothing))
        .route("/api/v1/", get(nothing))
        .route("/api/v1/{*rest}", get(nothing))
        .with_state(open)
}

async fn nothing() -> Problem {
    Problem::missing("unknown_address", "There is nothing here; see /api/v1/openapi.json.")
}

fn ready(open: Open) -> Router {
    Router::new().route("/api/v1/releases/{release}/{file}", get(file)).with_state(open)
}

/// The description of the interface.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "IT Park open statistics",
        version = "1",
        description = "Datasets as they were released. A release is frozen: a whole dataset as of a past day is the same file for ever, byte for byte; parts have the same figures.",
        license(name = "CC-BY-4.0", url = "https://creativecommons.org/licenses/by/4.0/")
    ),
    paths(datasets, dataset, releases, release, file, changes, feed, dcat, openapi),
    components(schemas(ProblemBody, Language)),
    modifiers(&Limited)
)]
struct Document;

/// Every address but those of files has the limit.
struct Limited;

impl Modify for Limited {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
        let refused = ResponseBuilder::new().description("Too many requests").content("application/json", body).build();
        let limited = document.paths.paths.iter_mut().filter(|(path, _)| !path.ends_with("/{release}/{file}"));
        for operation in limited.filter_map(|(_, path)| path.get.as_mut()) {
            operation.responses.responses.insert("429".to_owned(), refused.clone().into());
        }
    }
}

/// A language of the interface.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "for the description")]
enum Language {
    Uz,
    Ru,
    En,
}

/// A text in each language.
#[derive(Debug, Serialize, ToSchema)]
struct InLanguages {
    uz: String,
    ru: String,
    en: String,
}

impl InLanguages {
    fn of(text: impl Fn(Lang) -> String) -> Self {
        Self { uz: text(Lang::Uz), ru: text(Lang::Ru), en: text(Lang::En) }
    }
}

/// A dataset.
#[derive(Debug, Serialize, ToSchema)]
struct DatasetInfo {
    /// Its identifier.
    id: &'static str,
    /// What it is called.
    title: InLanguages,
    /// What it shows.
    description: InLanguages,
    /// Its columns, in their order.
    columns: Vec<&'static str>,
    /// The columns by which it can be asked for.
    dimensions: Vec<&'static str>,
    /// Its formats: endings of its address.
    formats: Vec<&'static str>,
    /// How to read it.
    snippets: Snippets,
}

/// Programs that read a dataset.
#[derive(Debug, Serialize, ToSchema)]
struct Snippets {
    /// Python with pandas.
    python: String,
    /// R.
    r: String,
}

/// The datasets.
#[utoipa::path(get, path = "/api/v1/datasets", responses((status = 200, description = "Every dataset", body = Vec<DatasetInfo>)))]
async fn datasets(State(open): State<Open>, asked: HeaderMap) -> Result<Response, Problem> {
    let info = |id: &DatasetId| DatasetInfo {
        id: id.code(),
        title: InLanguages::of(|lang| statistics::title(lang, *id)),
        description: InLanguages::of(|lang| statistics::description(lang, *id)),
        columns: id.columns().into_iter().map(Column::code).collect(),
        dimensions: id.dimensions().iter().map(|column| column.code()).collect(),
        formats: FORMATS.iter().map(|format| format.ending).collect(),
        snippets: {
            let address = format!("{}/api/v1/datasets/{id}.csv", open.base);
            Snippets { python: statistics::in_python(&address), r: statistics::in_r(&address) }
        },
    };
    json(&asked, &DatasetId::ALL.iter().map(info).collect::<Vec<_>>())
}

/// A dataset in a format, whole or a part of it.
///
/// Any dimension of the dataset can be asked for by its name, with codes separated by commas: `region=UZ-SA,UZ-BU&measure=exports`.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{file}",
    params(
        ("file" = String, Path, description = "Dataset and format, such as `regions.csv`", example = "regions.csv"),
        ("asOf" = Option<String>, Query, description = "A day: what was published at its end; or a release", pattern = r"^[0-9]{4}-([0-9]{2}-[0-9]{2}|Q[1-4](\\.[1-9][0-9]{0,1})?)$", example = "2023-09-01"),
        ("lang" = Option<Language>, Query, description = "Language of names", example = "en"),
        ("region" = Option<String>, Query, description = "Regions, ISO 3166-2", example = "UZ-SA"),
        ("period" = Option<String>, Query, description = "Periods", example = "2023-Q2"),
        ("measure" = Option<String>, Query, description = "Measures", example = "exports"),
        ("basis" = Option<String>, Query, description = "Of `regions`: `registered` or `activity`"),
        ("destination" = Option<String>, Query, description = "Of `destinations`: groups of countries (`CIS`), countries (`KZ`), or the others of a group (`CIS_O`)"),
        ("classification" = Option<String>, Query, description = "Of `activities`: `category` or `activity`"),
        ("item" = Option<String>, Query, description = "Of `activities`: categories or activities")
    ),
    responses(
        (status = 200, description = "The dataset", content(
            (String = "text/csv"), (String = "application/json"), (String = "application/vnd.sdmx.structure+xml"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/vnd.apache.parquet")
        )),
        (status = 304, description = "What the client has"),
        (status = 400, description = "What was asked for cannot be answered", body = ProblemBody),
        (status = 404, description = "What was asked for is not there", body = ProblemBody)
    )
)]
async fn dataset(
    State(open): State<Open>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = Wanted::of(&file)?;
    let query = Query::of(wanted.id, query.as_deref().unwrap_or_default())?;
    let (shelf, settled) = query.shelf(&open.library)?;
    let name = wanted.format.file(wanted.id, query.lang);
    if query.is_for_all() {
        let book = shelf.books.get(&name).ok_or_else(|| no_file(&name))?;
        return book.response(&asked, if settled { Life::Forever } else { Life::Short }).map_err(|error| Problem::internal(&error));
    }
    // a part is made by this program of what was published, and may be written otherwise by a later one
    let about = About::file(shelf.release.name, &name, wanted.format.media_type, Life::Short);
    let make = move || {
        let dataset = shelf.dataset(wanted.id).ok_or_else(|| no_file(&name))?;
        let part = query.part(dataset)?;
        statistics::render_part(&part, wanted.format, query.lang, open.demonstration).map_err(|error| Problem::internal(&error))
    };
    let bytes = tokio::task::spawn_blocking(make).await.map_err(|error| Problem::internal(&error))??;
    let part = about.name.as_ref().map(|name| name.replacen("itpark-", "itpark-part-", 1));
    Ok(About { name: part, ..about }.made(&asked, bytes))
}

/// A file of a release.
#[derive(Debug, Serialize, ToSchema)]
struct FileInfo {
    /// Its name: the last part of its address.
    name: String,
    /// What it is.
    media_type: String,
    /// How many bytes it has.
    size: usize,
    /// SHA-256 of its bytes.
    sha256: String,
    /// Its permanent address.
    address: String,
}

/// A release.
#[derive(Debug, Serialize, ToSchema)]
struct ReleaseInfo {
    /// Its name: the quarter that it tells as the last, and the number of the correction.
    #[schema(value_type = String, example = "2023-Q2")]
    name: ReleaseName,
    /// `published` or `withdrawn`.
    state: &'static str,
    /// Since when it is public.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    reason: Option<String>,
    /// The release that is valid in its place.
    #[schema(value_type = Option<String>)]
    replaced_by: Option<ReleaseName>,
    /// Why it was released although too little of the quarter was in, if so.
    provisional: Option<String>,
    /// Its files.
    files: Vec<FileInfo>,
}

impl Open {
    fn info(&self, of: &Shelf) -> ReleaseInfo {
        let release = &of.release;
        let file = |(name, book): (&String, &super::library::Book)| FileInfo {
            name: name.clone(),
            media_type: book.media_type.clone(),
            size: book.size,
            sha256: book.digest.clone(),
            address: format!("{}/api/v1/releases/{}/{name}", self.base, release.name),
        };
        let valid = of.is_valid();
        let later = || self.library.shelves().iter().find(|other| other.is_valid() && other.release.name > release.name).cloned();
        ReleaseInfo {
            name: release.name,
            state: if valid { "published" } else { "withdrawn" },
            published_at: release.publish_at,
            withdrawn_at: release.withdrawn_at,
            reason: release.reason.clone(),
            replaced_by: if valid { None } else { later().map(|shelf| shelf.release.name) },
            provisional: release.provisional.clone(),
            files: of.books.iter().map(file).collect(),
        }
    }

    fn named(&self, release: &str) -> Result<Shelf, Problem> {
        release.parse().ok().and_then(|name| self.library.named(name)).ok_or_else(no_release)
    }
}

fn no_release() -> Problem {
    Problem::missing("unknown_release", "There is no such release; see /api/v1/releases.")
}

/// Every release, the latest last, also those that were withdrawn.
#[utoipa::path(get, path = "/api/v1/releases", responses((status = 200, description = "Every release", body = Vec<ReleaseInfo>)))]
async fn releases(State(open): State<Open>, asked: HeaderMap) -> Result<Response, Problem> {
    let infos: Vec<ReleaseInfo> = open.library.shelves().iter().map(|shelf| open.info(shelf)).collect();
    json(&asked, &infos)
}

/// A release.
#[utoipa::path(
    get,
    path = "/api/v1/releases/{release}",
    params(("release" = String, Path, description = "Its name", example = "2023-Q2")),
    responses(
        (status = 200, description = "The release", body = ReleaseInfo),
        (status = 404, description = "There is none", body = ProblemBody)
    )
)]
async fn release(State(open): State<Open>, Path(release): Path<String>, asked: HeaderMap) -> Result<Response, Problem> {
    json(&asked, &open.info(&open.named(&release)?))
}

/// A file of a release, as it was published.
#[utoipa::path(
    get,
    path = "/api/v1/releases/{release}/{file}",
    params(
        ("release" = String, Path, description = "Its name", example = "2023-Q2"),
        ("file" = String, Path, description = "The name of the file: those of the datasets, `datapackage.json`, `coverage.json`, which says how many percent of the filings of its quarter were accepted when it was made (`percent`, rounded down), and `plan.json`, which lists what the publication plan of its year shows of each table (`measure`, `by`, `within`): the codes told `quarterly`, only `together`, and `yearly`", example = "regions.csv")
    ),
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (Vec<u8> = "application/octet-stream"))),
        (status = 304, description = "What the client has"),
        (status = 404, description = "There is none", body = ProblemBody)
    )
)]
async fn file(State(open): State<Open>, Path((release, name)): Path<(String, String)>, asked: HeaderMap) -> Result<Response, Problem> {
    let books = release.parse().ok().and_then(|release| open.library.books(release)).ok_or_else(no_release)?;
    let book = books.get(&name).ok_or_else(|| no_file(&name))?;
    book.response(&asked, Life::Forever).map_err(|error| Problem::internal(&error))
}

/// What each release says that the one before it did not: how many figures are new, and those that were others.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    responses((status = 200, description = "The changes of every release", body = Vec<serde_json::Value>))
)]
async fn changes(State(open): State<Open>, asked: HeaderMap) -> Result<Response, Problem> {
    let of = |shelf: &Shelf| {
        let ReleaseInfo { name, state, published_at, withdrawn_at, reason, replaced_by, .. } = open.info(shelf);
        serde_json::json!({
            "release": name,
            "state": state,
            "published_at": published_at,
            "withdrawn_at": withdrawn_at,
            "reason": reason,
            "replaced_by": replaced_by,
            "datasets": *shelf.changes,
        })
    };
    json(&asked, &open.library.shelves().iter().map(of).collect::<Vec<_>>())
}

/// The releases as an Atom feed.
#[utoipa::path(
    get,
    path = "/api/v1/feed.atom",
    params(("lang" = Option<Language>, Query, description = "Language", example = "en")),
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 400, description = "There is no such language", body = ProblemBody)
    )
)]
async fn feed(State(open): State<Open>, RawQuery(query): RawQuery, asked: HeaderMap) -> Result<Response, Problem> {
    let named = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()).find(|(name, _)| name == "lang");
    let unknown = || Problem::bad("unknown_language", "lang is one of uz, ru, en.");
    let lang = named.map_or(Ok(Lang::En), |(_, code)| Lang::of_code(&code).ok_or_else(unknown))?;
    let bytes = atom(&open.base, lang, &open.library.shelves()).map_err(|error| Problem::internal(&error))?;
    Ok(document_of("application/atom+xml; charset=utf-8").made(&asked, bytes))
}

/// The catalogue of datasets after DCAT-AP 3, as JSON-LD.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue.jsonld",
    responses((status = 200, description = "The catalogue", body = serde_json::Value, content_type = "application/ld+json"))
)]
async fn dcat(State(open): State<Open>, asked: HeaderMap) -> Result<Response, Problem> {
    let catalogue = catalogue::dcat(&open.base, open.library.latest().as_ref());
    Ok(document_of("application/ld+json").made(&asked, serde_json::to_vec(&catalogue).map_err(|error| Problem::internal(&error))?))
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
async fn openapi() -> Response {
    Json(document()).into_response()
}

fn no_file(name: &str) -> Problem {
    let said: String = name.chars().filter(|sign| !sign.is_control()).take(60).collect();
    Problem::missing("unknown_file", format!("The release has no file {said:?}."))
}

/// What is said of an answer that is read and not saved.
fn document_of(media_type: &str) -> About {
    About { media_type: media_type.to_owned(), name: None, release: None, life: Life::Short }
}

fn json(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    Ok(document_of("application/json").made(asked, serde_json::to_vec(body).map_err(|error| Problem::internal(&error))?))
}
