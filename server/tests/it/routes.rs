//! Every page and every server function as every kind of person.

use axum::http::StatusCode;
use domain::{filing::VersionState, ids::ResidentId, quarter::Quarter};
use services::filings::list::{Filter, list};

use crate::support::App;

const PEOPLE: [&str; 8] = ["", "resident-2", "region-bukhara", "region", "statistician", "admin", "resident", "reviewer"];

async fn cookies(app: &App) -> Vec<String> {
    let mut cookies = Vec::new();
    for who in PEOPLE {
        cookies.push(if who.is_empty() { String::new() } else { app.cookie(who).await });
    }
    cookies
}

/// The first resident, registered in Samarkand.
fn resident() -> ResidentId {
    demonstration::world(demonstration::Scale { residents: 60, quarters: 1, ..Default::default() }).unwrap().founding.residents[0]
        .resident
        .id
}

async fn filing_of_resident(app: &App) -> String {
    let reviewer = app.cookie("reviewer").await;
    let token = reviewer.split_once('=').unwrap().1.to_owned();
    let actor = services::accounts::session::caller(&app.store, Some(&token)).await.unwrap().actor;
    let quarter: Quarter = "2023-Q2".parse().unwrap();
    let region = Some(domain::region::Region::Samarkand);
    let filter = Filter { quarter: Some(quarter), state: Some(VersionState::Accepted), region, ..Filter::default() };
    let found = list(&app.store, &actor, &filter, None).await.unwrap();
    found.lines.iter().find(|line| line.resident.starts_with("Zarafshon Soft")).unwrap().id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_as_each_person() {
    let app = App::start().await;
    let (id, filing) = (resident(), filing_of_resident(&app).await);
    let cookies = cookies(&app).await;
    //                                                            anon resB regB regA stat adm  resA rev
    let nobodys = "00000000-0000-0000-0000-000000000000";
    let table: [(String, [u16; 8]); 43] = [
        ("/en".to_owned(), [200, 200, 200, 200, 200, 200, 200, 200]),
        ("/en/sign-in".to_owned(), [200, 200, 200, 200, 200, 200, 200, 200]),
        ("/en/charts/map.svg".to_owned(), [200, 200, 200, 200, 200, 200, 200, 200]),
        ("/en/nothing".to_owned(), [404, 404, 404, 404, 404, 404, 404, 404]),
        ("/xx".to_owned(), [404, 404, 404, 404, 404, 404, 404, 404]),
        ("/en/my".to_owned(), [302, 200, 403, 403, 403, 403, 200, 403]),
        (format!("/en/my?resident={id}"), [302, 403, 403, 403, 403, 403, 200, 403]),
        (format!("/en/my/filings/2023-Q3?resident={id}"), [302, 403, 403, 403, 403, 403, 200, 403]),
        (format!("/en/my/filings/2023-Q2/versions/1?resident={id}"), [302, 403, 403, 403, 403, 403, 200, 403]),
        (format!("/en/my/filings/2023-Q2/kept/{nobodys}?resident={id}"), [302, 403, 403, 403, 403, 403, 404, 403]),
        ("/en/office".to_owned(), [302, 403, 403, 403, 200, 200, 403, 200]),
        ("/en/office/regions/UZ-SA".to_owned(), [302, 403, 403, 200, 200, 200, 403, 200]),
        ("/en/office/regions/UZ-XX".to_owned(), [404, 404, 404, 404, 404, 404, 404, 404]),
        ("/en/office/filings".to_owned(), [302, 403, 200, 200, 200, 200, 403, 200]),
        ("/en/office/missing?quarter=2023-Q3".to_owned(), [302, 403, 200, 200, 200, 200, 403, 200]),
        ("/en/office/jobs".to_owned(), [302, 403, 403, 403, 403, 200, 403, 403]),
        ("/en/office/releases".to_owned(), [302, 403, 403, 403, 200, 403, 403, 403]),
        ("/en/office/releases/2023-Q3".to_owned(), [302, 403, 403, 403, 200, 403, 403, 403]),
        ("/en/office/releases/2024-Q1".to_owned(), [302, 403, 403, 403, 404, 403, 403, 403]),
        ("/en/office/releases/plans/2023".to_owned(), [302, 403, 403, 403, 200, 403, 403, 403]),
        ("/en/office/releases/plans/2031".to_owned(), [302, 403, 403, 403, 404, 403, 403, 403]),
        // to sign in, or to the page that says what went wrong
        ("/en/office/releases/2023-Q3/site/home".to_owned(), [302, 302, 302, 302, 200, 302, 302, 302]),
        ("/en/office/releases/2023-Q3/files/regions.csv".to_owned(), [302, 302, 302, 302, 200, 302, 302, 302]),
        ("/en/office/releases/2023-Q3/files/certificate.json".to_owned(), [302, 302, 302, 302, 200, 302, 302, 302]),
        ("/robots.txt".to_owned(), [200; 8]),
        ("/sitemap.xml".to_owned(), [200; 8]),
        ("/en/regions".to_owned(), [200; 8]),
        ("/en/regions/UZ-SA".to_owned(), [200; 8]),
        ("/en/exports".to_owned(), [200; 8]),
        ("/en/people".to_owned(), [200; 8]),
        ("/en/embed/map".to_owned(), [200; 8]),
        ("/en/charts/course.png".to_owned(), [200; 8]),
        ("/en/releases/2023-Q2/charts/map.svg".to_owned(), [200; 8]),
        ("/en/releases/2023-Q3/home".to_owned(), [404; 8]),
        ("/en/releases/2023-Q3/charts/regions.svg".to_owned(), [404; 8]),
        ("/en/data/regions".to_owned(), [200; 8]),
        ("/en/methodology".to_owned(), [200; 8]),
        ("/en/releases/2023-Q2".to_owned(), [200; 8]),
        // a candidate is nobody's to see here
        ("/en/releases/2023-Q3".to_owned(), [404; 8]),
        ("/api/v1/datasets/regions.csv".to_owned(), [200; 8]),
        ("/api/v1/releases/2023-Q2/regions.csv".to_owned(), [200; 8]),
        ("/api/v1/releases/2023-Q3/regions.csv".to_owned(), [404; 8]),
        (format!("/en/office/filings/{filing}"), [302, 403, 404, 200, 200, 200, 403, 200]),
    ];
    for (path, expected) in table {
        for ((who, cookie), expected) in PEOPLE.iter().zip(&cookies).zip(expected) {
            let (status, _, body) = app.get(&path, cookie).await;
            assert_eq!(status.as_u16(), expected, "{path} as {who:?}");
            assert!(!body.contains("Zarafshon Soft") || status == StatusCode::OK, "{path} as {who:?} tells a name");
        }
    }
}

/// Path, whether it is for officials, and a form that would do something to the first resident's filing.
fn functions(id: ResidentId, filing: &str) -> Vec<(&'static str, String)> {
    let own = format!("lang=en&resident={id}&quarter=2023-Q3&revision=0");
    let end = "carried[end]=1";
    let autosave =
        format!(r#"{{"lang":"en","resident":"{id}","quarter":"2023-Q3","revision":0,"form":{{"control_total":"6"}},"end":"1"}}"#);
    vec![
        ("/api/save_filing", format!("{own}&step=save&form[control_total]=5&{end}")),
        ("/api/autosave", autosave),
        ("/api/submit_filing", format!("{own}&key=k&replies[0][digest]=d&replies[0][confirmed]=true&{end}")),
        ("/api/withdraw_filing", format!("lang=en&resident={id}&quarter=2023-Q2&number=1")),
        ("/api/cancel_draft", own.clone()),
        ("/api/amend_filing", format!("lang=en&resident={id}&quarter=2023-Q2&reason=x&{end}")),
        ("/api/decide_filing", format!("lang=en&filing={filing}&number=1&decision=accept&{end}")),
        ("/api/order_release", format!("lang=en&quarter=2023-Q4&reason=x&{end}")),
        ("/api/step_release", format!("lang=en&release=2023-Q3&id={id}&step=discard&reason=x&{end}")),
        ("/api/decide_plan", "lang=en&year=2024&digest=x".to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_as_each_person() {
    let app = App::start().await;
    let filing = filing_of_resident(&app).await;
    let functions = functions(resident(), &filing);
    let mut known: Vec<&str> = functions.iter().map(|(path, _)| *path).chain(["/api/sign_in", "/api/sign_out"]).collect();
    let mut all: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(all, known, "each server function stands in this test");
    let before = services::verify::verify(&app.store).await.unwrap();
    // whoever may not do it changes nothing; an anonymous form is led to sign in
    for (who, cookie) in PEOPLE.iter().zip(cookies(&app).await) {
        for (path, form) in &functions {
            let whose = match *path {
                "/api/decide_filing" => "reviewer",
                "/api/order_release" | "/api/step_release" | "/api/decide_plan" => "statistician",
                _ => "resident",
            };
            if *who == whose {
                continue;
            }
            let (status, response, body) = app.post(path, &cookie, form.clone()).await;
            let to_sign_in = response.headers().get("location").is_some_and(|to| to.to_str().unwrap().contains("/sign-in"));
            let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || (who.is_empty() && to_sign_in);
            assert!(refused, "{path} as {who:?}: {status} {body}");
        }
    }
    assert_eq!(services::verify::verify(&app.store).await.unwrap(), before);
    let own = app.cookie("resident").await;
    let (status, _, body) = app.post("/api/autosave", &own, functions[1].1.clone()).await;
    assert_eq!((status, body.contains("\"revision\":")), (StatusCode::OK, true), "{body}");
}
