//! The HTML document around every page.

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{lang::Lang, routes::App};

/// The document. The stylesheet's address carries the version of its content, so it may be kept for ever.
pub fn shell(stylesheet: &'static str) -> impl IntoView {
    let lang = use_context::<Parts>().and_then(|parts| Lang::of_path(parts.uri.path())).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=lang.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=stylesheet/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
