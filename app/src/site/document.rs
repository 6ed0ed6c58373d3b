//! The document around a page: what search engines and other sites are told, the header and the footer.

use domain::{datasets::DatasetId, release::ReleaseState};
use leptos::prelude::*;
use serde_json::json;

use super::{Shown, View, chart::chart};
use crate::{
    address::{Address, OpenPage},
    labels::t,
    lang::Lang,
    statistics,
};

/// A page with its title.
pub fn document(view: &View<'_>, title: &str, description: &str, body: AnyView) -> String {
    let (lang, edition) = (view.lang, view.edition);
    let full_title = format!("{title} · {}", t!(lang, site.name));
    let at = |lang: Lang| format!("{}{}", edition.base, view.in_language(lang, view.page));
    let feed = format!("{}/api/v1/feed.atom?lang={}", edition.base, lang.code());
    let invented = invented(view);
    let is_preview = edition.shown == Shown::Preview;
    let told = if view.is_missing || is_preview {
        view! { <meta name="robots" content="noindex"/> }.into_any()
    } else {
        let alternates: Vec<_> =
            Lang::ALL.iter().map(|other| view! { <link rel="alternate" hreflang=other.code() href=at(*other)/> }).collect();
        view! {
            <link rel="canonical" href=at(lang)/>
            {alternates}
            <link rel="alternate" hreflang="x-default" href=at(Lang::default())/>
            {open_graph("og:title", full_title.clone())}
            {open_graph("og:description", description.to_owned())}
            {open_graph("og:url", at(lang))}
            {open_graph("og:type", "website".to_owned())}
            {open_graph("og:locale", t!(lang, site.locale))}
            {picture(view)}
        }
        .into_any()
    };
    let page = view! {
        <html lang=lang.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{full_title}</title>
                <meta name="description" content=description.to_owned()/>
                <link rel="alternate" r#type="application/atom+xml" href=feed/>
                {told}
                {assets(view)}
                <script src=edition.script.clone() defer=""></script>
            </head>
            <body>
                <a class="skip" href="#main">{t!(lang, site.skip)}</a>
                {invented}
                {header(view)}
                <main id="main">{body}</main>
                <footer class="site-footer"><p>{t!(lang, site.footer)}</p><p>{t!(lang, site.footer_note)}</p></footer>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

/// A page without header and footer, for a frame of others.
pub fn alone(view: &View<'_>, title: &str, body: AnyView) -> String {
    let page = view! {
        <html lang=view.lang.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <title>{title.to_owned()}</title>
                {assets(view)}
            </head>
            <body>{invented(view)}<main id="main" class="embed">{body}</main></body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

/// That residents are invented, where they are.
fn invented(view: &View<'_>) -> Option<AnyView> {
    let lang = view.lang;
    let (tag, note) = (t!(lang, site.demo_tag), t!(lang, site.demo_note));
    let said = || view! { <aside class="invented" aria-label=tag.clone()><strong>{tag.clone()}</strong>" "{note}</aside> }.into_any();
    view.edition.demonstration.then(said)
}

fn assets(view: &View<'_>) -> AnyView {
    view! {
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
        <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
        <link rel="stylesheet" href=view.edition.stylesheet.clone()/>
    }
    .into_any()
}

/// The chart that stands for a page where others show what a link leads to: of the release, so that it does not change. A release
/// that was withdrawn shows none.
fn picture(view: &View<'_>) -> AnyView {
    let id = view.page.picture();
    let release = view.edition.release.as_ref().filter(|release| release.state != ReleaseState::Withdrawn);
    let (Some(release), Some(chart)) = (release, chart(view, id)) else { return ().into_any() };
    let at = Address::OpenOf(release.name, OpenPage::Picture(id)).link(view.lang);
    view! {
        {open_graph("og:image", format!("{}{at}", view.edition.base))}
        {open_graph("og:image:width", charts::PICTURE.0.to_string())}
        {open_graph("og:image:height", charts::PICTURE.1.to_string())}
        {open_graph("og:image:alt", chart.title)}
        <meta name="twitter:card" content="summary_large_image"/>
    }
    .into_any()
}

/// What other sites show of a page (<https://ogp.me>).
fn open_graph(property: &'static str, content: String) -> AnyView {
    leptos::html::meta().attr("property", property).attr("content", content).into_any()
}

fn header(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let home = view.link(OpenPage::Home);
    let link = |page: OpenPage, text: String| {
        let within = !view.is_missing && view.page == page || page == OpenPage::Data && matches!(view.page, OpenPage::Dataset(_));
        let within = within || page == OpenPage::Releases && view.page == OpenPage::Release;
        let within = within || page == OpenPage::Regions && matches!(view.page, OpenPage::Region(_));
        let current = within.then_some(if view.page == page { "page" } else { "true" });
        view! { <li><a href=view.link(page) aria-current=current>{text}</a></li> }.into_any()
    };
    let links = [
        link(OpenPage::Home, t!(lang, nav.progress)),
        link(OpenPage::Regions, t!(lang, home.regions)),
        link(OpenPage::Exports, t!(lang, pages.exports)),
        link(OpenPage::People, t!(lang, pages.people)),
        link(OpenPage::Data, t!(lang, open.data)),
        link(OpenPage::Releases, t!(lang, open.releases)),
        link(OpenPage::Methodology, t!(lang, open.methodology)),
    ];
    let languages = Lang::ALL.map(|other| {
        let current = (other == lang).then_some("true");
        view! { <li><a href=view.in_language(other, view.page) hreflang=other.code() lang=other.code() aria-current=current>{other.own_name()}</a></li> }
            .into_any()
    });
    let desk = view.name().filter(|_| view.edition.shown == Shown::Preview);
    let (way_in, to_office) = match desk {
        Some(name) => (Address::ReleaseOnDesk(name).link(lang), t!(lang, desk.back)),
        None => (Address::Start.link(lang), t!(lang, nav.sign_in)),
    };
    view! {
        <header class="site-header">
            <a class="brand" href=home>
                <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2 19.9 12.1 30 16 19.9 19.9 16 30 12.1 19.9 2 16 12.1 12.1Z"/></svg>
                <span>{t!(lang, site.name)}</span>
            </a>
            <nav aria-label=t!(lang, nav.label)><ul class="nav">{Vec::from(links)}</ul></nav>
            <nav aria-label=t!(lang, nav.languages)><ul class="languages">{Vec::from(languages)}</ul></nav>
            <a class="button button-small" href=way_in.to_string()>{to_office}</a>
        </header>
    }
    .into_any()
}

/// A dataset for search engines (<https://schema.org/Dataset>): data in the page, no script that runs.
pub fn for_search_engines(view: &View<'_>, id: DatasetId) -> AnyView {
    let (lang, base) = (view.lang, &view.edition.base);
    let file = |format: &statistics::Format| {
        json!({
            "@type": "DataDownload",
            "encodingFormat": format.media_type,
            "contentUrl": format!("{base}/api/v1/datasets/{id}.{}", format.ending),
        })
    };
    let document = json!({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": statistics::title(lang, id),
        "description": statistics::description(lang, id),
        "url": format!("{base}{}", view.link(OpenPage::Dataset(id))),
        "license": formats::LICENCE,
        "isAccessibleForFree": true,
        "inLanguage": lang.code(),
        "version": view.name().map(|name| name.to_string()),
        "datePublished": view.edition.release.as_ref().and_then(|release| release.publish_at),
        "creator": { "@type": "Organization", "name": statistics::publisher(lang) },
        "spatialCoverage": "UZ",
        "distribution": statistics::FORMATS.iter().map(file).collect::<Vec<_>>(),
    });
    linked_data(&document)
}

/// The site and its catalogue for search engines (<https://schema.org/DataCatalog>).
pub fn catalogue_for_search_engines(view: &View<'_>) -> AnyView {
    let (lang, base) = (view.lang, &view.edition.base);
    let dataset = |id: &DatasetId| {
        json!({
            "@type": "Dataset",
            "name": statistics::title(lang, *id),
            "description": statistics::description(lang, *id),
            "url": format!("{base}{}", view.link(OpenPage::Dataset(*id))),
            "license": formats::LICENCE,
        })
    };
    linked_data(&json!({
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": t!(lang, site.name),
        "description": t!(lang, site.description),
        "url": format!("{base}{}", view.link(OpenPage::Home)),
        "inLanguage": lang.code(),
        "license": formats::LICENCE,
        "publisher": { "@type": "Organization", "name": statistics::publisher(lang) },
        "dataset": DatasetId::ALL.iter().map(dataset).collect::<Vec<_>>(),
    }))
}

fn linked_data(document: &serde_json::Value) -> AnyView {
    // nothing in it ends the element
    let text = document.to_string().replace('<', "\\u003c");
    view! { <script r#type="application/ld+json" inner_html=text></script> }.into_any()
}
