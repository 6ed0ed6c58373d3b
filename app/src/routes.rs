//! Which page stands at which address. The first segment is the language; anything else is not found.

use axum::http::StatusCode;
use domain::{ids::FilingId, quarter::Quarter, region::Region, release::ReleaseName};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_params_map,
    path,
};
use services::ServiceError;

use crate::{
    context::Page,
    lang::Lang,
    pages::{self, shown},
};

/// A path parameter; the page is not found when it cannot be read.
fn param<T: std::str::FromStr>(name: &str) -> Option<T> {
    use_params_map().with_untracked(|params| params.get(name)).and_then(|text| text.parse().ok())
}

fn with<T, F>(value: Option<T>, page: impl FnOnce(Page, T) -> F) -> AnyView
where
    F: Future<Output = Result<AnyView, ServiceError>> + Send + 'static,
{
    match value {
        Some(value) if is_language() => shown(|request| page(request, value)),
        _ => not_found(),
    }
}

/// A page that has nothing to load.
fn now(page: impl FnOnce(&Page) -> AnyView) -> AnyView {
    if is_language() { page(&Page::current()) } else { not_found() }
}

fn is_language() -> bool {
    param::<String>("lang").is_some_and(|lang| Lang::of_code(&lang).is_some())
}

fn not_found() -> AnyView {
    pages::errors::show(&Page::current(), StatusCode::NOT_FOUND)
}

/// The page to which a form that failed leads.
fn problem() -> AnyView {
    let status = param::<u16>("status").and_then(|status| StatusCode::from_u16(status).ok());
    match status.filter(|_| is_language()) {
        Some(StatusCode::UNAUTHORIZED) => pages::errors::of(&Page::current(), &ServiceError::Denied(domain::access::Denied::SignInFirst)),
        Some(status) if pages::errors::SHOWN.contains(&status) => pages::errors::show(&Page::current(), status),
        _ => not_found(),
    }
}

fn filing_id() -> Option<FilingId> {
    param("id").map(FilingId)
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let quarter = || param::<Quarter>("quarter");
    let kept = move || quarter().zip(param::<uuid::Uuid>("id"));
    let version = move || quarter().zip(param::<u32>("number"));
    view! {
        <Router>
            <Routes fallback=not_found>
                <Route path=path!("/:lang/sign-in") ssr=SsrMode::Async view=|| now(pages::public::sign_in::page)/>
                <Route path=path!("/:lang/start") ssr=SsrMode::Async view=|| now(pages::public::sign_in::start)/>
                <Route path=path!("/:lang/my") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::my::list::page(page))/>
                <Route path=path!("/:lang/my/filings/:quarter") ssr=SsrMode::Async view=move || with(quarter(), pages::my::filing::page)/>
                <Route
                    path=path!("/:lang/my/filings/:quarter/kept/:id")
                    ssr=SsrMode::Async
                    view=move || with(kept(), |page, (quarter, id)| pages::my::kept::page(page, quarter, id))
                />
                <Route path=path!("/:lang/my/filings/:quarter/check") ssr=SsrMode::Async view=move || with(quarter(), pages::my::check::page)/>
                <Route
                    path=path!("/:lang/my/filings/:quarter/versions/:number")
                    ssr=SsrMode::Async
                    view=move || with(version(), |page, (quarter, number)| pages::my::version::page(page, quarter, number))
                />
                <Route path=path!("/:lang/office") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::office::national::page(page))/>
                <Route path=path!("/:lang/office/regions/:region") ssr=SsrMode::Async view=|| with(param::<Region>("region"), pages::office::region::page)/>
                <Route path=path!("/:lang/office/missing") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::office::missing::page(page))/>
                <Route path=path!("/:lang/office/filings") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::office::queue::page(page))/>
                <Route path=path!("/:lang/office/filings/:id") ssr=SsrMode::Async view=|| with(filing_id(), pages::office::review::page)/>
                <Route path=path!("/:lang/office/jobs") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::office::jobs::page(page))/>
                <Route path=path!("/:lang/office/releases") ssr=SsrMode::Async view=|| with(Some(()), |page, ()| pages::office::releases::page(page))/>
                <Route path=path!("/:lang/office/releases/:release") ssr=SsrMode::Async view=|| with(param::<ReleaseName>("release"), pages::office::releases::one::page)/>
                <Route path=path!("/:lang/office/releases/plans/:year") ssr=SsrMode::Async view=|| with(param::<i32>("year"), pages::office::releases::of_year::page)/>
                <Route path=path!("/:lang/problem/:status") ssr=SsrMode::Async view=problem/>
            </Routes>
        </Router>
    }
}
