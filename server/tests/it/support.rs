//! The application on a demonstration of its own, asked without a network.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use demonstration::{Scale, World, fill, world};
use http_body_util::BodyExt;
use server::{
    clock::{OffsetClock, SystemEntropy},
    config::Config,
    open::Library,
    router::router,
    serve::migrate,
};
use services::Store;
use tempfile::TempDir;
use tower::ServiceExt;

pub const PASSWORD: &str = "demo-2023";

pub struct App {
    pub router: Router,
    pub store: Store,
    pub library: Library,
    pub folder: TempDir,
}

pub fn config(folder: &TempDir) -> Config {
    let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    Config { database_url: url, ..Config::defaults() }
}

/// Fills a demonstration, and reads its file.
async fn fill_one(world: &World) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    migrate(&config).await.unwrap();
    let clock = Arc::new(OffsetClock::starting_at(world.founding.stands_at));
    let store = Store::connect(&config.database_url, clock, Arc::new(SystemEntropy)).await.unwrap();
    server::command::import_official(&store).await.unwrap();
    let hash = services::accounts::session::hash_password(&store, PASSWORD).await.unwrap();
    fill(&store, world, &hash, app::statistics::render).await.unwrap();
    store.close().await.unwrap();
    std::fs::read(folder.path().join("test.sqlite")).unwrap()
}

/// A demonstration as it was filled, to be copied: the instant on which it stands, and its file. Each test is a process of its own: the
/// first that asks fills one, and the others of the same build wait for it.
pub async fn filled() -> (DateTime<Utc>, Vec<u8>) {
    let world = world(Scale { residents: 60, quarters: 3, ..Scale::default() }).unwrap();
    let built = std::fs::metadata(std::env::current_exe().unwrap()).unwrap().modified().unwrap();
    let built = built.duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("filled.sqlite");
    let turn = std::fs::File::create(kept.with_extension("lock")).unwrap();
    turn.lock().unwrap();
    let of = kept.with_extension("of");
    if !std::fs::read_to_string(&of).is_ok_and(|of| of == built.to_string()) {
        std::fs::write(&kept, fill_one(&world).await).unwrap();
        std::fs::write(&of, built.to_string()).unwrap();
    }
    (world.founding.stands_at, std::fs::read(kept).unwrap())
}

impl App {
    pub async fn start() -> Self {
        let (stands_at, bytes) = filled().await;
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder);
        std::fs::write(folder.path().join("test.sqlite"), bytes).unwrap();
        let clock = Arc::new(OffsetClock::starting_at(stands_at));
        let store = Store::connect(&config.database_url, clock, Arc::new(SystemEntropy)).await.unwrap();
        let library = Library::new(store.clone());
        library.refresh().await.unwrap();
        let router = router(store.clone(), &config, true, library.clone());
        Self { router, store, library, folder }
    }

    /// The database by other means than the application's.
    pub async fn by_hand(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(services::store::connect_options(&config(&self.folder).database_url, 1)).await.unwrap()
    }

    /// Signs in and returns the cookie.
    pub async fn cookie(&self, who: &str) -> String {
        let token = services::accounts::session::sign_in(&self.store, &format!("{who}@itpark.example"), PASSWORD, "test").await.unwrap();
        format!("__Host-session={token}")
    }

    pub async fn ask(&self, request: Request<Body>) -> (StatusCode, Response<()>, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, Response::from_parts(parts, ()), String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn get(&self, path: &str, cookie: &str) -> (StatusCode, Response<()>, String) {
        self.ask(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a program does, without asking for a page.
    pub async fn post(&self, path: &str, cookie: &str, form: impl Into<Body>) -> (StatusCode, Response<()>, String) {
        self.ask(post(path, cookie, form).body).await
    }
}

/// Who acts, by the name of a sign-in.
pub async fn actor(app: &App, who: &str) -> domain::access::Actor {
    services::accounts::session::actor_of(&app.store, &format!("{who}@itpark.example")).await.unwrap()
}

/// The revision of the draft that a page shows.
pub fn revision_on(page: &str) -> i32 {
    let value = page.split("name=\"revision\" value=\"").nth(1).unwrap_or_else(|| panic!("no revision: {page}"));
    value.split('"').next().unwrap().parse().unwrap()
}

/// The digest of what a check page asks about first.
pub fn digest_on(page: &str) -> String {
    let value = page.split("name=\"replies[0][digest]\" value=\"").nth(1).unwrap_or_else(|| panic!("nothing is asked: {page}"));
    value.split('"').next().unwrap().to_owned()
}

pub struct Post {
    pub body: Request<Body>,
}

pub fn post(path: &str, cookie: &str, form: impl Into<Body>) -> Post {
    let kind = if path.ends_with("autosave") { "application/json" } else { "application/x-www-form-urlencoded" };
    let request = Request::builder().method(Method::POST).uri(path).header(header::COOKIE, cookie).header(header::CONTENT_TYPE, kind);
    Post { body: request.header(header::ACCEPT, "application/json").body(form.into()).unwrap() }
}
