//! A release as the public will see it, for those who work on it: the same pages and the same files. Each look is recorded.

use app::{
    address::Address,
    context::Session,
    lang::Lang,
    refusal::Refusal,
    site::{Edition, FileLine, Shown, render},
    statistics::{COVERAGE, PLAN, read},
};
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    access::Denied,
    datasets::{DatasetId, revisions},
    release::ReleaseName,
};
use serde::{Deserialize, de::DeserializeOwned};
use services::{
    ServiceError, Store,
    releases::{self, Packed, Preview},
};
use tokio::task::spawn_blocking;

use super::{
    Library,
    site::{OF_RELEASE, Site, media_type},
};
use crate::config::Config;

/// The certificate beside the files of a release; it is not public.
const CERTIFICATE: &str = "certificate.json";

/// For whom previews are made.
#[derive(Clone)]
struct Desk {
    store: Store,
    site: Site,
}

/// The routes; the session layer stands around them.
pub fn routes(store: Store, library: Library, config: &Config, demonstration: bool) -> Router {
    let desk = Desk { store, site: Site::new(library, config, demonstration) };
    Router::new()
        .route("/{lang}/office/releases/{release}/site", get(page))
        .route("/{lang}/office/releases/{release}/site/{*page}", get(page))
        .route("/{lang}/office/releases/{release}/files/{file}", get(file))
        .with_state(desk)
}

/// What an address names.
#[derive(Debug, Deserialize)]
struct Named {
    lang: String,
    release: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    file: String,
}

impl Named {
    fn lang(&self) -> Lang {
        Lang::of_code(&self.lang).unwrap_or_default()
    }
}

impl Desk {
    /// The release that an address names; that it was looked at is on record.
    async fn look(&self, session: &Session, named: &Named) -> Result<Preview, ServiceError> {
        let actor = &session.caller.actor;
        Lang::of_code(&named.lang).ok_or(ServiceError::NotFound)?;
        let name: ReleaseName = named.release.parse().map_err(|_| ServiceError::NotFound)?;
        let release = releases::named(&self.store, actor, name).await?;
        releases::preview(&self.store, actor, release.id).await
    }
}

async fn page(State(desk): State<Desk>, Extension(session): Extension<Session>, Path(named): Path<Named>, uri: Uri) -> Response {
    let path = if named.page.is_empty() { String::new() } else { format!("/{}", named.page) };
    let found = async {
        let page = *OF_RELEASE.get(&path).ok_or(ServiceError::NotFound)?;
        Ok((page, desk.look(&session, &named).await?))
    };
    let (page, preview) = match found.await {
        Ok(found) => found,
        Err(error) => return refused(named.lang(), &uri, &error),
    };
    let (lang, site) = (named.lang(), desk.site.clone());
    if !preview.release.is_open() {
        // what is public stands at its own address
        let public = Address::OpenOf(preview.release.name, page).link(lang).to_string();
        return (StatusCode::FOUND, [(header::LOCATION, public)]).into_response();
    }
    let made = spawn_blocking(move || Ok::<_, ServiceError>(render(&edition(&site, preview)?, lang, page))).await;
    match made {
        Ok(Ok(Ok(Some(bytes)))) => ([(header::CONTENT_TYPE, media_type(page))], bytes).into_response(),
        Ok(Ok(Ok(None))) => refused(lang, &uri, &ServiceError::NotFound),
        Ok(Ok(Err(error))) => failed(&error.to_string()),
        Ok(Err(error)) => failed(&error.to_string()),
        Err(error) => failed(&error.to_string()),
    }
}

async fn file(State(desk): State<Desk>, Extension(session): Extension<Session>, Path(named): Path<Named>, uri: Uri) -> Response {
    let found = async {
        let preview = desk.look(&session, &named).await?;
        if named.file == CERTIFICATE {
            return Ok(("application/json".to_owned(), preview.certificate.into_bytes()));
        }
        let file = preview.files.into_iter().find(|file| file.name == named.file).ok_or(ServiceError::NotFound)?;
        Ok((file.media_type.clone(), file.bytes()?))
    };
    match found.await {
        Ok((media_type, bytes)) => ([(header::CONTENT_TYPE, media_type)], bytes).into_response(),
        Err(error) => refused(named.lang(), &uri, &error),
    }
}

/// What pages of a release are made of that is not public.
fn edition(site: &Site, preview: Preview) -> Result<Edition, ServiceError> {
    let Preview { release, files, before, .. } = preview;
    let datasets = read(release.name, &files)?;
    let before = before.map(|(name, files)| read(name, &files)).transpose()?.unwrap_or_default();
    let shelves = site.library.shelves();
    let earlier = shelves.iter().filter(|shelf| shelf.release.name < release.name).filter_map(|shelf| shelf.dataset(DatasetId::Regions));
    let regions: Vec<_> = earlier.chain(datasets.iter().find(|dataset| dataset.id == DatasetId::Regions).cloned()).collect();
    Ok(Edition {
        revisions: revisions(&regions),
        files: files.iter().map(FileLine::from).collect(),
        all: shelves.iter().map(|shelf| shelf.release.clone()).collect(),
        coming: site.library.coming(),
        plan: said(&files, PLAN).unwrap_or_default(),
        coverage: said(&files, COVERAGE),
        shown: Shown::Preview,
        release: Some(release),
        datasets,
        before,
        ..site.bare()
    })
}

/// What a file of a release says.
fn said<T: DeserializeOwned>(files: &[Packed], name: &str) -> Option<T> {
    serde_json::from_slice(&files.iter().find(|file| file.name == name)?.bytes().ok()?).ok()
}

/// Who is not signed in is sent to sign in and comes back; others to the page of what went wrong.
fn refused(lang: Lang, uri: &Uri, error: &ServiceError) -> Response {
    let to = match error {
        ServiceError::Denied(Denied::SignInFirst) => Address::SignIn.link(lang).with("next", uri.path()),
        error => Address::Problem(Refusal::logged(error).page.as_u16()).link(lang),
    };
    (StatusCode::FOUND, [(header::LOCATION, to.to_string())]).into_response()
}

/// The log has the error, the answer nothing of it.
fn failed(error: &str) -> Response {
    tracing::error!(error, "a preview failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
