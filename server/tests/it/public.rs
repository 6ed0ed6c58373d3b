//! What anybody gets: downloads that say what they are, robots, languages, pages without a way into nothing.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server::{open::Library, router::router, serve::migrate};
use services::{Store, installation};

use crate::support::App;

#[tokio::test(flavor = "multi_thread")]
async fn a_download_says_of_which_day_it_is_and_that_it_is_invented() {
    let app = App::start().await;
    server::command::import_official(&app.store).await.unwrap();
    for file in ["regions.csv", "cumulative.svg", "map.svg", "year-target.csv", "history.csv", "history.svg"] {
        // what others have published is not ours to invent
        let invented = !file.starts_with("history");
        let (status, response, body) = app.get(&format!("/en/charts/{file}"), "").await;
        assert_eq!(status, StatusCode::OK, "{file}");
        let name = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        let (id, extension) = file.split_once('.').unwrap();
        let mark = if invented { "demonstration-" } else { "" };
        assert_eq!(name, format!("attachment; filename=\"itpark-{mark}{id}-2023-Q2-as-of-2023-10-20.{extension}\""));
        if extension == "csv" {
            let mut lines = body.lines();
            assert!(lines.next().unwrap().ends_with(",as_of,note"), "{file}");
            let end = if invented { ",2023-10-20,demonstration" } else { ",2023-10-20," };
            assert!(lines.all(|line| line.ends_with(end)), "{file}");
        } else {
            assert_eq!(body.contains("DEMONSTRATION: invented data."), invented, "{file}");
        }
    }
    let (_, _, course) = app.get("/en/charts/cumulative.csv", "").await;
    assert!(course.lines().filter(|line| line.starts_with("2023-Q3,")).all(|line| line.contains(",p,2023")), "{course}");
    assert!(course.lines().filter(|line| line.starts_with("2023-Q2,")).all(|line| line.contains(",,2023")), "{course}");
    let (_, _, history) = app.get("/en/charts/history.csv", "").await;
    assert!(history.contains("\n2022,") && !history.contains("\n2023,") && !history.contains("\n2024"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_home_page_is_made_again_as_soon_as_its_figures_change() {
    let app = App::start().await;
    for millions in ["301", "302", "303", "304"] {
        let target = ["target", "2023", "USD million", millions, "Exports; set 22 February 2023", "test"].map(str::to_owned);
        services::reference::official_series::import(&app.store, &[target.to_vec()], &[]).await.unwrap();
        for _ in 0..3 {
            let (_, _, page) = app.get("/en", "").await;
            assert!(page.contains(&format!("Target ${millions}M")), "{millions}");
        }
    }
    // another server's write is seen within moments
    let (url, clock) = (crate::support::config(&app.folder).database_url, domain::clock::FixedClock(app.store.now()));
    let other = Store::connect(&url, std::sync::Arc::new(clock), std::sync::Arc::new(server::clock::SystemEntropy)).await.unwrap();
    let target = ["target", "2023", "USD million", "305", "Exports; set 22 February 2023", "test"].map(str::to_owned);
    services::reference::official_series::import(&other, &[target.to_vec()], &[]).await.unwrap();
    let since = std::time::Instant::now();
    while !app.get("/en", "").await.2.contains("Target $305M") {
        assert!(since.elapsed() < std::time::Duration::from_secs(5));
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
        for link in links.filter(|link| link.starts_with('/')) {
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
    assert!(home.contains("<meta name=\"description\" content=\"Oʻzbekiston IT Park"));
    assert_eq!(home.matches("Manba:").count(), 1, "the source is said once");
}
