//! The pages. Each loads what one use case gives and shows it; an error becomes a page with the right status.

pub mod errors;
pub mod my;
pub mod office;
pub mod public;

use std::future::Future;

use leptos::prelude::*;
use services::ServiceError;

use crate::context::Page;

/// Shows what `load` makes of the request, or the page of its error.
pub fn shown<F>(load: impl FnOnce(Page) -> F) -> AnyView
where
    F: Future<Output = Result<AnyView, ServiceError>> + Send + 'static,
{
    let page = Page::current();
    let loading = load(page.clone());
    let body = Suspend::new(async move {
        match loading.await {
            Ok(view) => view,
            Err(error) => errors::of(&page, &error),
        }
    });
    view! { <Suspense>{body}</Suspense> }.into_any()
}
