//! What anybody gets: downloads that say what they are, robots, languages, pages without a way into nothing.

use app::chart_id::ChartId;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use server::{open::Library, router::router, serve::migrate};
use services::{Store, installation};
use tower::ServiceExt;

use crate::support::App;

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_that_is_taken_away_says_of_which_release_it_is_and_that_it_is_invented() {
    let app = App::start().await;
    let mut none = 0;
    for id in ChartId::all() {
        let (status, response, body) = app.get(&format!("/en/charts/{id}.svg"), "").await;
        if status == StatusCode::NOT_FOUND {
            none += 1;
            continue;
        }
        assert_eq!(response.headers()[header::CONTENT_TYPE], "image/svg+xml");
        assert_eq!(response.headers()["cross-origin-resource-policy"], "cross-origin");
        // what others have published is not ours to invent
        let ours = id != ChartId::History;
        for said in ["IT Park Uzbekistan", "2023-Q2", "DEMONSTRATION:"] {
            assert_eq!(body.contains(said), ours, "{id}: {said}");
        }
        let (status, response, page) = app.get(&format!("/en/embed/{id}"), "").await;
        assert_eq!(status, StatusCode::OK, "{id}");
        assert!(response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().ends_with("frame-ancestors *"));
        assert!(page.contains("2023-Q2") && page.contains("<table>") && !page.contains("<script"), "{id}");
        assert!(page.contains("<strong>Demonstration.</strong>"), "{id}: residents are invented, on pages of others as well");
    }
    // of sixty residents so little may be told by region that nothing can be compared
    assert!(none <= 2, "{none}");
    let picture = app.router.clone().oneshot(Request::get("/en/charts/course.png").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(picture.headers()[header::CONTENT_TYPE], "image/png");
    let bytes = picture.into_body().collect().await.unwrap().to_bytes();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 5_000);
    for path in ["/en/charts/nothing.svg", "/en/charts/map.png", "/en/embed/nothing", "/en/regions/UZ-XX"] {
        assert_eq!(app.get(path, "").await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, response, _) = app.get("/en", "").await;
    assert!(response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().ends_with("frame-ancestors 'none'"));
    assert!(!response.headers().contains_key(header::SET_COOKIE));
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_table_and_text_of_a_page_say_the_same() {
    let app = App::start().await;
    let (_, _, page) = app.get("/en/exports", "").await;
    let figure = page.split("id=\"destinations\"").nth(1).unwrap().split("</figure>").next().unwrap();
    let drawn: Vec<(String, String)> = figure
        .split("<title>")
        .skip(1)
        .filter_map(|rest| rest.split("</title>").next()?.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let described = figure.split("aria-label=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(drawn.len() >= 4, "{drawn:?}");
    for (name, value) in drawn.iter().skip(1).filter(|(_, value)| value.starts_with('$')) {
        assert!(described.contains(&format!("{name}: {value}")), "{name} {value}: {described}");
        let millions: f64 = value.trim_start_matches('$').trim_end_matches('M').parse().unwrap_or_default();
        let row = figure.split("<tr>").skip(1).find(|row| row.contains(name.as_str())).unwrap();
        let cell = row.split("<td").nth(1).unwrap().split('>').nth(1).unwrap().split(['<', ' ']).next().unwrap();
        let told: f64 = cell.parse().unwrap();
        assert!((told - millions).abs() < 0.06, "{name}: {told} and {millions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_has_pages_without_ways_into_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = crate::support::config(&folder);
    migrate(&config).await.unwrap();
    let clock = std::sync::Arc::new(server::clock::OffsetClock::starting_at("2023-10-20T05:00:00Z".parse().unwrap()));
    let store = Store::connect(&config.database_url, clock, std::sync::Arc::new(server::clock::SystemEntropy)).await.unwrap();
    installation::prepare(&store).await.unwrap();
    let library = Library::new(store.clone());
    let app = App { router: router(store.clone(), &config, false, library.clone()), store, library, folder };
    for lang in ["uz", "ru", "en"] {
        let (status, _, page) = app.get(&format!("/{lang}"), "").await;
        assert_eq!(status, StatusCode::OK);
        let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
        for link in links.filter(|link| link.starts_with('/') && !link.ends_with("/start")) {
            assert_eq!(app.get(link.split('#').next().unwrap(), "").await.0, StatusCode::OK, "{link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_languages_and_unknown_problems() {
    let app = App::start().await;
    let (_, _, robots) = app.get("/robots.txt", "").await;
    assert!(robots.contains("Disallow: /uz/office") && robots.contains("Disallow: /api/"));
    assert!(robots.ends_with("Sitemap: http://127.0.0.1:3000/sitemap.xml\n"));
    let (_, _, sitemap) = app.get("/sitemap.xml", "").await;
    for page in ["/uz</loc>", "/ru/data/regions</loc>", "/en/releases/2023-Q2</loc>"] {
        assert!(sitemap.contains(&format!("<loc>http://127.0.0.1:3000{page}")), "{sitemap}");
    }
    assert!(!sitemap.contains("2023-Q3"));
    for problem in ["999", "200", "418", "99", "x"] {
        assert_eq!(app.get(&format!("/en/problem/{problem}"), "").await.0, StatusCode::NOT_FOUND, "{problem}");
    }
    for (header, lang) in [("en;q=0.5, RU;q=0.9", "/ru"), ("EN-us", "/en"), ("de", "/uz")] {
        let request = Request::get("/").header(header::ACCEPT_LANGUAGE, header).body(Body::empty()).unwrap();
        let (_, response, _) = app.ask(request).await;
        assert_eq!(response.headers()[header::LOCATION], lang, "{header}");
    }
    let (_, _, home) = app.get("/uz", "").await;
    assert!(home.contains("<meta name=\"description\" content=\"2023-yilning birinchi yarmida"));
    assert_eq!(home.matches("class=\"source\"").count(), 1, "the release is said once");
}
