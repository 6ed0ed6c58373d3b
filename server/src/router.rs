//! Which address leads where.

use std::time::Duration;

use app::{context::Installation, routes::App, shell::shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
    nonce::Nonce,
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use services::Store;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

use crate::{
    assets,
    config::Config,
    middleware::{LARGEST_BODY, SessionLayer, choose_language, forms, open_headers, page_headers, panicked, security_headers, session},
    open::{self, Library},
};

/// What handlers share.
#[derive(Clone)]
pub struct Shared {
    /// For use cases.
    pub store: Store,
    /// Options of the application's scripts.
    pub leptos: LeptosOptions,
    /// Facts of the installation.
    pub installation: Installation,
}

impl axum::extract::FromRef<Shared> for LeptosOptions {
    fn from_ref(shared: &Shared) -> Self {
        shared.leptos.clone()
    }
}

impl Shared {
    /// Gives a page or a server function what it needs.
    fn provide(&self) {
        if let Some(nonce) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Nonce>().cloned()) {
            provide_context(nonce);
        }
        provide_context(self.store.clone());
        provide_context(self.installation);
        provide_context(self.leptos.clone());
    }
}

/// The whole application. The library has what is public.
pub fn router(store: Store, config: &Config, demonstration: bool, library: Library) -> Router {
    // no file is served from disk, so the folder does not matter; the default would be the working directory
    let leptos = LeptosOptions::builder().output_name("itpark").site_root("target/site").site_pkg_dir("pkg").build();
    let shared = Shared { store: store.clone(), leptos, installation: Installation { demonstration } };
    let context = {
        let shared = shared.clone();
        move || shared.provide()
    };
    let document = || shell(assets::STYLESHEET_PATH.as_str());
    let layer = SessionLayer { store: store.clone(), trusted_proxies: config.trusted_proxies.clone() };
    let previews = open::previews(store, library.clone(), config, demonstration).layer(from_fn_with_state(layer.clone(), session));
    // brings the server functions too, each at its own address under /api
    let pages = Router::new()
        .leptos_routes_with_context(&shared, generate_route_list(App), context.clone(), document)
        .fallback(leptos_axum::render_app_async_with_context(context, document))
        .route("/", get(choose_language))
        .layer(from_fn_with_state(layer, session))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(25)))
        .layer(from_fn(forms));
    let base = config.public_url.clone();
    let published = crate::checkpoint::Files::of(config).checkpoints;
    let files = Router::new()
        .route("/assets/itpark.css", get(assets::stylesheet))
        .route("/assets/step.js", get(assets::script))
        .route("/fonts/{name}", get(assets::font))
        .route("/pkg/{name}", get(assets::package))
        .route("/favicon.svg", get(assets::icon))
        .route("/favicon.ico", get(assets::icon))
        .route("/robots.txt", get(async move || assets::robots(&base)))
        .route("/checkpoints.txt", get(move || checkpoints(published)))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready));
    pages
        .merge(files)
        .with_state(shared)
        .layer(from_fn(security_headers))
        .merge(previews.layer(from_fn(page_headers)))
        .merge(open::pages(library.clone(), config, demonstration).layer(from_fn(page_headers)))
        .merge(open::routes(library, config, demonstration).layer(from_fn(open_headers)))
        .layer(from_fn(without_last_slash))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

/// Leads an address that was typed with a slash at its end to the page.
async fn without_last_slash(request: Request, next: Next) -> Response {
    let uri = request.uri();
    // two slashes in front would lead to another host
    let leads_here = |page: &&str| page.starts_with('/') && !page[1..].starts_with(['/', '\\']);
    let page = uri.path().strip_suffix('/').filter(leads_here).filter(|_| [Method::GET, Method::HEAD].contains(request.method()));
    match page {
        Some(page) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::permanent(&format!("{page}{query}")).into_response()
        }
        None => next.run(request).await,
    }
}

/// The signed heads of the audit chain, for everybody to keep.
async fn checkpoints(file: std::path::PathBuf) -> Response {
    match tokio::fs::read(file).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Whether the database answers.
async fn ready(State(shared): State<Shared>) -> Response {
    match shared.store.ping().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
