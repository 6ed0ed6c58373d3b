//! The interface for programs: what was published is answered as it was, for ever.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};

use app::{
    address::{Address, OpenPage},
    lang::Lang,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use domain::{
    access::Actor,
    amount::plain,
    edits::Reply,
    form::{Field, FormInput, Section, TypedLine},
    people::PeopleCount,
    region::Region,
};
use http_body_util::BodyExt;
use parquet::file::reader::{FileReader, SerializedFileReader};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;
use server::{open::Library, router::router};
use services::{
    entity::{obligation, release_basis, rollup_coverage},
    filings::{draft, review, submit},
    releases,
};
use tower::ServiceExt;

use crate::support::{App, actor, config};

/// An answer, with its bytes.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status and the code of a problem.
    fn problem(&self) -> (u16, String) {
        let json = self.json();
        assert!(json["error"]["message"].as_str().unwrap().ends_with('.'), "{json}");
        (self.status.as_u16(), json["error"]["code"].as_str().unwrap().to_owned())
    }
}

async fn ask(app: &App, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, bytes: body.collect().await.unwrap().to_bytes().to_vec() }
}

async fn get(app: &App, path: &str) -> Answer {
    ask(app, path, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dataset_is_answered_whole_in_parts_and_in_every_format() {
    let app = App::start().await;
    let regions = get(&app, "/api/v1/datasets/regions.csv").await;
    assert_eq!(regions.status, StatusCode::OK);
    assert_eq!(regions.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(regions.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(regions.headers["x-release"], "2023-Q2");
    assert_eq!(regions.headers["cross-origin-resource-policy"], "cross-origin");
    assert!(!regions.headers.contains_key(header::SET_COOKIE) && !regions.header(header::CONTENT_SECURITY_POLICY).contains("nonce"));
    assert!(
        regions.text().starts_with("release,period,region,basis,measure,unit,value,status\r\n2023-Q2,2023-Q1,UZ,registered,exports,USD,")
    );

    // a part has the same lines, and no others
    let part = get(&app, "/api/v1/datasets/regions.csv?region=UZ,UZ-TK&measure=exports&basis=registered&period=2023-H1").await;
    let lines: Vec<&str> = part.text().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1..].iter().all(|line| regions.text().lines().any(|whole| whole == *line)));

    let datasets = get(&app, "/api/v1/datasets").await.json();
    for dataset in datasets.as_array().unwrap() {
        for format in dataset["formats"].as_array().unwrap() {
            let address = format!("/api/v1/datasets/{}.{}", dataset["id"].as_str().unwrap(), format.as_str().unwrap());
            for query in ["?lang=ru", "?lang=uz&measure=exports"] {
                let answer = get(&app, &format!("{address}{query}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{address}{query}: {}", String::from_utf8_lossy(&answer.bytes));
                assert!(!answer.bytes.is_empty());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_has_is_not_sent_again_and_what_it_takes_is_sent_small() {
    let app = App::start().await;
    let address = "/api/v1/datasets/regions.csv";
    let plain = get(&app, address).await;
    for encoding in ["br", "gzip"] {
        let small = ask(&app, address, &[(header::ACCEPT_ENCODING, encoding)]).await;
        assert_eq!(small.header(header::CONTENT_ENCODING), encoding);
        assert!(small.bytes.len() * 4 < plain.bytes.len());
        assert_ne!(small.header(header::ETAG), plain.header(header::ETAG));
        let again = ask(&app, address, &[(header::ACCEPT_ENCODING, encoding), (header::IF_NONE_MATCH, small.header(header::ETAG))]).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    for part in ["/api/v1/datasets/regions.json?region=UZ", "/api/v1/releases", "/api/v1/changes", "/api/v1/feed.atom"] {
        let first = get(&app, part).await;
        let again = ask(&app, part, &[(header::IF_NONE_MATCH, first.header(header::ETAG))]).await;
        assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::NOT_MODIFIED), "{part}");
    }
    assert_eq!(plain.header(header::CACHE_CONTROL), "public, max-age=60");
    let of_release = get(&app, "/api/v1/releases/2023-Q2/regions.csv").await;
    assert_eq!(of_release.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(of_release.bytes, plain.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_said_with_a_code_and_a_sentence() {
    let app = App::start().await;
    for (path, status, code) in [
        ("/api/v1", 404, "unknown_address"),
        ("/api/v1/nothing", 404, "unknown_address"),
        ("/api/v1/datasets/regions.csv?asOf=2023-09-01&asOf=2023-06-01", 400, "bad_as_of"),
        ("/api/v1/datasets/nothing.csv", 404, "unknown_dataset"),
        ("/api/v1/datasets/regions", 404, "unknown_format"),
        ("/api/v1/datasets/regions.exe", 404, "unknown_format"),
        ("/api/v1/datasets/regions.csv?lang=de", 400, "unknown_language"),
        ("/api/v1/datasets/regions.csv?destination=US", 404, "unknown_dimension"),
        ("/api/v1/datasets/regions.csv?colour=blue", 400, "unknown_parameter"),
        ("/api/v1/datasets/regions.csv?region=UZ-XX", 404, "unknown_code"),
        ("/api/v1/datasets/regions.csv?region=%00%0a", 404, "unknown_code"),
        ("/api/v1/datasets/regions.csv?asOf=yesterday", 400, "bad_as_of"),
        ("/api/v1/datasets/regions.csv?asOf=2023-02-31", 404, "unknown_as_of"),
        ("/api/v1/datasets/regions.csv?asOf=2099-01-01", 404, "as_of_in_future"),
        ("/api/v1/datasets/regions.csv?asOf=2022-01-01", 404, "nothing_published"),
        ("/api/v1/datasets/regions.csv?asOf=2022-Q1", 404, "unknown_release"),
        // a candidate is no release
        ("/api/v1/datasets/regions.csv?asOf=2023-Q3", 404, "unknown_release"),
        ("/api/v1/releases/2023-Q3", 404, "unknown_release"),
        ("/api/v1/releases/x", 404, "unknown_release"),
        ("/api/v1/releases/2023-Q2/certificate.json", 404, "unknown_file"),
        ("/api/v1/feed.atom?lang=x", 400, "unknown_language"),
        ("/api/v1/nothing", 404, "unknown_address"),
    ] {
        assert_eq!(get(&app, path).await.problem(), (status, code.to_owned()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits() {
    let app = App::start().await;
    let mut refused = None;
    for _ in 0..700 {
        let answer = get(&app, "/api/v1/datasets/x").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.problem(), (429, "too_many_requests".to_owned()));
    assert!(refused.header(header::RETRY_AFTER).parse::<u64>().unwrap() >= 1);
}

/// Every file of every release and every dataset as of days between them.
async fn everything(app: &App) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for release in get(app, "/api/v1/releases").await.json().as_array().unwrap() {
        for file in release["files"].as_array().unwrap() {
            let address = format!("/api/v1/releases/{}/{}", release["name"].as_str().unwrap(), file["name"].as_str().unwrap());
            all.insert(address, Vec::new());
        }
    }
    for day in ["2023-05-29", "2023-06-30", "2023-08-27", "2023-08-28", "2023-10-19"] {
        for file in ["regions.csv", "regions.xlsx", "destinations.parquet", "activities.px", "targets.json", "regions.csv?region=UZ-TK"] {
            let mark = if file.contains('?') { '&' } else { '?' };
            all.insert(format!("/api/v1/datasets/{file}{mark}asOf={day}"), Vec::new());
        }
    }
    for (address, bytes) in &mut all {
        let answer = get(app, address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        *bytes = answer.bytes;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_past_days_stay_what_they_were() {
    let app = App::start().await;
    let before = everything(&app).await;
    let digest = |address: &str| before[address].clone();
    assert_eq!(digest("/api/v1/datasets/regions.csv?asOf=2023-05-29"), digest("/api/v1/releases/2023-Q1/regions.csv"));
    assert_eq!(digest("/api/v1/datasets/regions.csv?asOf=2023-08-27"), digest("/api/v1/releases/2023-Q1/regions.csv"));
    assert_eq!(digest("/api/v1/datasets/regions.csv?asOf=2023-08-28"), digest("/api/v1/releases/2023-Q2/regions.csv"));

    // a third release, the second withdrawn and corrected
    let (one, other) = (actor(&app, "statistician").await, actor(&app, "statistician-2").await);
    let waiting = releases::list(&app.store, &one).await.unwrap().pop().unwrap();
    releases::discard(&app.store, &other, waiting.id, "the second is wrong").await.unwrap();
    let second = releases::public(&app.store).await.unwrap().pop().unwrap();
    releases::withdraw(&app.store, &other, second.id, "a filing was counted twice").await.unwrap();
    let reason = Some("too few have filed");
    let order = releases::Order { quarter: second.name.quarter, seconds: 1, provisional: reason, render: app::statistics::render };
    let id = releases::prepare(&app.store, &one, order).await.unwrap();
    app.library.refresh().await.unwrap();
    // today nothing but the first holds; nobody sees what is prepared
    assert_eq!(get(&app, "/api/v1/datasets/regions.csv").await.headers["x-release"], "2023-Q1");
    assert_eq!(get(&app, "/api/v1/releases/2023-Q2.1").await.problem().0, 404);
    releases::approve(&app.store, &other, id, None).await.unwrap();
    app.library.refresh().await.unwrap();
    assert_eq!(get(&app, "/api/v1/datasets/regions.csv").await.headers["x-release"], "2023-Q2.1");
    let withdrawn = get(&app, "/api/v1/releases/2023-Q2").await.json();
    assert_eq!((&withdrawn["state"], &withdrawn["replaced_by"]), (&"withdrawn".into(), &"2023-Q2.1".into()));
    assert_eq!(withdrawn["reason"], "a filing was counted twice");
    let now = everything(&app).await;
    assert!(before.iter().all(|(address, bytes)| now[address] == *bytes));

    // another server, or this one after a restart
    let library = Library::new(app.store.clone());
    library.refresh().await.unwrap();
    let router = router(app.store.clone(), &config(&app.folder), true, library.clone());
    let again = App { router, library, ..app };
    assert_eq!(everything(&again).await, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn feed_changes_and_catalogue_tell_of_every_release() {
    let app = App::start().await;
    let feed = get(&app, "/api/v1/feed.atom?lang=uz").await;
    assert_eq!(feed.text().matches("<entry>").count(), 2);
    assert!(feed.text().contains("/uz/releases/2023-Q1\"/>"), "an entry leads to a page");
    assert!(feed.text().contains("chorak statistikasi</title>"), "{}", feed.text());
    let changes = get(&app, "/api/v1/changes").await.json();
    assert_eq!(changes[0]["release"], "2023-Q1");
    assert_eq!(changes[0]["datasets"][0]["revised"], Value::Array(vec![]));
    assert!(changes[0]["datasets"][0]["new"].as_u64().unwrap() > 100);
    let revised = changes[1]["datasets"][0]["revised"].as_array().unwrap();
    assert!(!revised.is_empty());
    assert!(revised.iter().all(|change| change["period"] == "2023-Q1" && change["region"] == "UZ" && change["now"]["status"] == "r"));
    let catalogue = get(&app, "/api/v1/catalogue.jsonld").await.json();
    assert_eq!(catalogue["dcat:dataset"].as_array().unwrap().len(), 5);
}

/// `itpark openapi > docs/openapi.json` writes it.
#[test]
fn the_description_is_the_committed_one() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json")).unwrap();
    assert!(server::command::openapi().unwrap() == committed, "docs/openapi.json is not what `itpark openapi` prints");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_made_of_a_release_and_of_nothing_else() {
    let app = App::start().await;
    for lang in ["uz", "ru", "en"] {
        for page in [
            "",
            "/regions",
            "/regions/UZ-TK",
            "/regions/UZ-AN",
            "/exports",
            "/people",
            "/data",
            "/data/regions",
            "/data/official",
            "/releases",
            "/releases/2023-Q1",
            "/releases/2023-Q1/home",
            "/releases/2023-Q1/regions/UZ-SA",
            "/releases/2023-Q1/data/regions",
            "/methodology",
        ] {
            let page = format!("/{lang}{page}");
            let answer = get(&app, &page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{page}");
            assert!(answer.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self';"), "{page}");
            let html = answer.text();
            assert!(html.contains(&format!("<html lang=\"{lang}\"")) && html.contains("rel=\"canonical\""), "{page}");
            // data for search engines, and one script that runs, of which no page has need
            let scripts: Vec<&str> = html.split("<script ").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
            let run: Vec<&&str> = scripts.iter().filter(|script| **script != "type=\"application/ld+json\"").collect();
            assert!(run.len() == 1 && run[0].starts_with("src=\"/assets/step.js?v="), "{page}: {scripts:?}");
            assert_eq!(html.matches("<script").count(), scripts.len(), "{page}");
            let again = ask(&app, &page, &[(header::IF_NONE_MATCH, answer.header(header::ETAG))]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{page}");
            // every way leads somewhere
            let links = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
            for link in links.filter(|link| link.starts_with('/') && !link.contains("/start")) {
                assert!(get(&app, &link).await.status.is_success(), "{page}: {link}");
            }
        }
    }
    let home = get(&app, "/ru?asOf=2023-06-30").await;
    assert_eq!((home.status, home.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/ru/releases/2023-Q1/home"));
    let as_of = get(&app, "/en/data/regions?asOf=2023-06-30").await;
    assert_eq!((as_of.status, as_of.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/en/releases/2023-Q1/data/regions"));
    let old = get(&app, "/en/releases/2023-Q1/data/regions").await;
    assert!(old.text().contains("A later one is valid") && old.text().contains("href=\"/en/data/regions\""));
    for (typed, page) in [("/ru/regions/UZ-SA/", "/ru/regions/UZ-SA"), ("/en/data/?asOf=2023-06-30", "/en/data?asOf=2023-06-30")] {
        let typed = get(&app, typed).await;
        assert_eq!((typed.status, typed.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, page));
    }
    assert_eq!(get(&app, "//example.com/").await.status, StatusCode::NOT_FOUND);
    for missing in ["/en/releases/2023-Q3", "/ru/releases/x/data", "/uz/data/nothing", "/en/data?asOf=2022-01-01", "/en/data?asOf=x"] {
        assert_eq!(get(&app, missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_release_says_so_on_its_page_and_by_what_it_was_replaced() {
    let app = App::start().await;
    let (one, other) = (actor(&app, "statistician").await, actor(&app, "statistician-2").await);
    let waiting = releases::list(&app.store, &one).await.unwrap().pop().unwrap();
    releases::discard(&app.store, &other, waiting.id, "the second is wrong").await.unwrap();
    let second = releases::public(&app.store).await.unwrap().pop().unwrap();
    assert!(get(&app, "/en/releases").await.text().contains("Statistics for Q2\u{a0}2023"));
    releases::withdraw(&app.store, &other, second.id, "a filing < another").await.unwrap();
    app.library.refresh().await.unwrap();
    let tombstone = get(&app, "/en/releases/2023-Q2").await;
    assert!(tombstone.text().contains("a filing &lt; another") && tombstone.text().contains("It has not been replaced yet."));
    assert!(get(&app, "/en/data/regions").await.text().contains("Release 2023-Q1"));
    // a page is asked for as it stood on a day where it stands
    for page in ["/en/data", "/en/data/regions"] {
        let form = format!("<form method=\"get\" action=\"{page}\" class=\"as-of\">");
        assert!(get(&app, page).await.text().contains(&form), "{page}");
        let then = get(&app, &format!("{page}?asOf=2023-05-30")).await;
        assert_eq!(then.header(header::LOCATION), page.replace("/en/", "/en/releases/2023-Q1/"));
    }
    // the address by day is that of what is valid: on the day of the second nothing else was left of it
    assert!(get(&app, "/en/data/regions").await.text().contains("regions.csv?asOf=2023-05-29"));
    assert!(!get(&app, "/en/releases/2023-Q2/data/regions").await.text().contains("?asOf="));
    let order = releases::Order { quarter: second.name.quarter, seconds: 1, provisional: Some("again"), render: app::statistics::render };
    let id = releases::prepare(&app.store, &one, order).await.unwrap();
    // whoever decides is told that it corrects nothing
    let desk = ask(&app, "/en/office/releases/2023-Q2.1", &[(header::COOKIE, &app.cookie("statistician-2").await)]).await;
    assert!(desk.text().contains("Nothing differs from the release before but rounding and marks."));
    releases::approve(&app.store, &other, id, None).await.unwrap();
    app.library.refresh().await.unwrap();
    assert!(get(&app, "/en/releases/2023-Q2").await.text().contains("Replaced by 2023-Q2.1."));
    let correction = get(&app, "/en/releases/2023-Q2.1").await;
    assert!(correction.text().contains("provisional: again"));
    assert!(correction.text().contains("Numbers of exporters are told once"), "it says what it does not correct");
    // how much of its quarter was in stands beside it
    let filed = get(&app, "/api/v1/releases/2023-Q2.1/coverage.json").await.json();
    let owed = obligation::Entity::find().filter(obligation::Column::Quarter.eq("2023-Q2")).count(&app.store.db).await.unwrap();
    let accepted = rollup_coverage::Entity::find().filter(rollup_coverage::Column::Quarter.eq("2023-Q2")).all(&app.store.db).await.unwrap();
    let accepted: i64 = accepted.iter().map(|row| row.accepted).sum();
    let percent = 100 * u64::try_from(accepted).unwrap() / owed;
    assert_eq!(filed, serde_json::json!({ "quarter": "2023-Q2", "percent": percent }));
    let said = format!("When it was made, {percent}% of the filings of Q2\u{a0}2023 were accepted.");
    assert!(correction.text().contains(&said), "{said}");
    // what is not all in is held against no path
    let path = async |release: &str| get(&app, &format!("/en/releases/{release}/home")).await.text().contains("Straight path:");
    assert_eq!((path("2023-Q2").await, path("2023-Q2.1").await), (true, false));
    let changes = get(&app, "/api/v1/changes").await.json();
    assert_eq!((&changes[1]["state"], &changes[1]["replaced_by"]), (&"withdrawn".into(), &"2023-Q2.1".into()));
    assert_eq!((&changes[1]["reason"], &changes[2]["state"]), (&"a filing < another".into(), &"published".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_static_site_is_what_the_server_answers() {
    let app = App::start().await;
    let folder = tempfile::tempdir().unwrap();
    let written = server::open::export(&app.store, &config(&app.folder), true, folder.path()).await.unwrap();
    // every address that a page or a list names, but forms and signing in
    let mut found = BTreeSet::new();
    let mut left = vec!["/uz".to_owned(), "/uz/data".to_owned(), "/api/v1/releases".to_owned(), "/api/v1/datasets/regions.csv".to_owned()];
    while let Some(address) = left.pop() {
        if found.contains(&address) || address.contains("/start") || address.contains("?lang=") || !is_open(&address) {
            continue;
        }
        let answer = get(&app, &address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let file = folder.path().join(server::open::file_of(&address));
        assert!(std::fs::read(&file).is_ok_and(|bytes| bytes == answer.bytes), "{address}: {}", file.display());
        if address.ends_with("/releases") && address.starts_with("/api") {
            let names =
                answer.json().as_array().unwrap().iter().map(|release| release["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
            left.extend(names.iter().map(|name| format!("/uz/releases/{name}")));
        }
        if let Ok(html) = std::str::from_utf8(&answer.bytes).map(str::to_owned)
            && html.starts_with("<!DOCTYPE html>")
        {
            let links = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
            left.extend(links.filter(|link| link.starts_with('/')));
        }
        found.insert(address);
    }
    assert!(found.len() > 250 && written > found.len(), "{} of {written}", found.len());
}

/// A number without zeros at its end, in whatever format it was written.
fn short(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// What cells that were released without a value are in truth, as files would write it: sums of what was kept as known, of quarters and of what is longer.
async fn secrets(app: &App) -> BTreeSet<String> {
    let db = app.by_hand().await;
    let mut secrets = BTreeSet::new();
    for release in releases::public(&app.store).await.unwrap() {
        let basis = release_basis::Entity::find_by_id(release.id.0).one(&db).await.unwrap().unwrap();
        let known: Value = serde_json::from_str(&basis.known).unwrap();
        for figure in releases::figures(&app.store, release.id).await.unwrap() {
            let (Some((by, member)), None) = (figure.part, figure.value) else { continue };
            // parts of a member stand in a table of their own
            let (by, member) = match member.split_once('/') {
                Some((whole, part)) => (format!("{by} in {whole}"), part.to_owned()),
                None => (by.to_string(), member),
            };
            let of = |cell: &&Value| {
                let is = |name: &str, text: String| cell[name] == Value::String(text);
                is("measure", figure.measured.to_string())
                    && is("by", by.clone())
                    && is("member", member.clone())
                    && cell["quarter"].as_str().is_some_and(|quarter| figure.period.contains(quarter.parse().unwrap()))
            };
            let amounts = known["known"].as_array().unwrap().iter().filter(of).flat_map(|cell| cell["of"].as_array().unwrap());
            let value: i64 = amounts.map(|part| part[1].as_i64().unwrap()).sum();
            // small numbers stand anywhere
            if value > 100_000 {
                secrets.extend([short(&plain(value, 2)).to_owned(), value.to_string(), (value / 100).to_string()]);
            }
        }
    }
    secrets
}

/// Files an amount of dollars for the quarter that is being filed: the only export of anybody to Iceland, from Surxondaryo.
async fn file(app: &App, amount: &str) {
    let (resident, reviewer) = (actor(app, "resident").await, actor(app, "reviewer").await);
    let Actor::Person { memberships, .. } = &resident else { panic!("nobody files") };
    let (id, quarter) = (memberships[0].resident, "2023-Q3".parse().unwrap());
    let mut form = FormInput::new(Region::Surkhandarya);
    let export = [
        (Field::Country, "IS"),
        (Field::Category, "SI2"),
        (Field::Currency, "USD"),
        (Field::Amount, amount),
        (Field::Region, Region::Surkhandarya.iso()),
    ];
    form.domestic.clear();
    form.exports = vec![TypedLine::of(Section::Exports, export)];
    "1 000 000".clone_into(&mut form.control_total);
    "12".clone_into(form.people[0].entry(Field::People(PeopleCount::Employees)));
    let revision = draft::save(&app.store, &resident, id, quarter, 0, &form).await.unwrap();
    let asked = submit::check_answers(&app.store, &resident, id, quarter).await.unwrap().asked;
    let reply = |digest| Reply { digest, confirmed: true, reason: "a new client".to_owned() };
    let replies: Vec<Reply> = asked.into_iter().map(|asked| reply(asked.digest)).collect();
    let submission = submit::Submission { revision, idempotency_key: "marked", replies: &replies };
    submit::submit(&app.store, &resident, id, quarter, submission).await.unwrap();
    let filing = draft::sent(&app.store, &resident, id, quarter).await.unwrap();
    review::accept(&app.store, &reviewer, filing.id, 1).await.unwrap();
}

/// Releases what is in of the quarter that is being filed, instead of what waits.
async fn release_again(app: &App) {
    let (one, other) = (actor(app, "statistician").await, actor(app, "statistician-2").await);
    let waiting = releases::list(&app.store, &one).await.unwrap().pop().unwrap();
    releases::discard(&app.store, &other, waiting.id, "one more has filed").await.unwrap();
    let order = releases::Order {
        quarter: waiting.name.quarter,
        seconds: 1,
        provisional: Some("too few have filed"),
        render: app::statistics::render,
    };
    let id = releases::prepare(&app.store, &one, order).await.unwrap();
    releases::approve(&app.store, &other, id, None).await.unwrap();
    app.library.refresh().await.unwrap();
}

/// What stands in a file: what is packed is unpacked.
fn written(ending: &str, bytes: Vec<u8>) -> String {
    match ending {
        "xlsx" => {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            let mut text = String::new();
            for part in 0..archive.len() {
                archive.by_index(part).unwrap().read_to_string(&mut text).unwrap();
            }
            text
        }
        "parquet" => {
            let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
        }
        _ => String::from_utf8(bytes).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_in_no_byte_that_is_public() {
    let app = App::start().await;
    file(&app, "98765.43").await;
    release_again(&app).await;
    let secrets = secrets(&app).await;
    assert!(secrets.len() > 60 && secrets.contains("98765.43"), "{secrets:?}");
    let mut addresses: Vec<String> = everything(&app).await.into_keys().collect();
    addresses.extend(["/api/v1/changes", "/api/v1/feed.atom", "/api/v1/catalogue.jsonld", "/sitemap.xml"].map(str::to_owned));
    // pixels are drawn from the same
    for page in OpenPage::all().filter(|page| !matches!(page, OpenPage::Picture(_))) {
        let latest = (page != OpenPage::Release).then(|| Address::Open(page).link(Lang::En).to_string());
        addresses.extend(latest);
        addresses.push(Address::OpenOf("2023-Q1".parse().unwrap(), page).link(Lang::Uz).to_string());
    }
    let told = releases::figures(&app.store, releases::public(&app.store).await.unwrap()[0].id).await.unwrap();
    let told_first = plain(told.iter().find_map(|figure| figure.value.filter(|value| *value > 100_000)).unwrap(), 2);
    let told = short(&told_first);
    let mut seen = BTreeSet::new();
    for address in &addresses {
        let answer = get(&app, address).await;
        // of so few residents some charts have nothing to show
        assert!(answer.status == StatusCode::OK || address.contains("/charts/"), "{address}");
        let ending = address.split(['?', '&']).next().unwrap().rsplit('.').next().unwrap();
        // a number is one however its digits are grouped
        let text: String =
            written(ending, answer.bytes).chars().filter(|sign| !matches!(sign, '\u{a0}' | '\u{2009}' | '\u{202f}')).collect();
        let numbers: BTreeSet<&str> = text.split(|sign: char| !sign.is_ascii_digit() && sign != '.').map(short).collect();
        let found: Vec<&&str> = numbers.iter().filter(|number| secrets.contains(**number)).collect();
        assert!(found.is_empty(), "{address}: {found:?}");
        // what is told is found in the same way
        seen.extend(numbers.contains(told).then(|| ending.to_owned()));
    }
    for ending in ["csv", "px", "json", "xlsx", "parquet"] {
        assert!(seen.contains(ending), "{told} in {seen:?}");
    }
}

/// Whether an address is one of the open statistics.
fn is_open(address: &str) -> bool {
    let pages = ["/regions", "/exports", "/people", "/data", "/releases", "/methodology", "/embed", "/charts"];
    let within = address.len() == 3 || pages.iter().any(|part| address.get(3..).is_some_and(|rest| rest.starts_with(part)));
    within || address.starts_with("/api/v1/") || address.starts_with("/assets/") || address.starts_with("/fonts/")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_stops_nothing_else() {
    let app = App::start().await;
    let broken = "UPDATE release_file SET gzip = x'00' WHERE name = 'official.en.px' AND release_id = (SELECT id FROM release WHERE quarter = '2023-Q1')";
    app.by_hand().await.execute_unprepared(broken).await.unwrap();
    let library = Library::new(app.store.clone());
    library.look().await;
    let router = router(app.store.clone(), &config(&app.folder), true, library.clone());
    let app = App { router, library, ..app };
    assert_eq!(get(&app, "/api/v1/datasets/regions.csv").await.status, StatusCode::OK);
    assert_eq!(get(&app, "/api/v1/releases/2023-Q1/regions.csv").await.problem(), (404, "unknown_file".to_owned()));
    for page in ["/en/releases/2023-Q1", "/en/releases/2023-Q1/data/regions", "/en/methodology", "/en/sign-in"] {
        assert_eq!(get(&app, page).await.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_a_plus_is_found() {
    let app = App::start().await;
    for code in ["UK+EU", "UK%2BEU"] {
        let answer = get(&app, &format!("/api/v1/datasets/destinations.csv?destination={code}&measure=exports&period=2023-H1")).await;
        assert_eq!(answer.text().lines().count(), 2, "{code}: {}", answer.text());
    }
}
