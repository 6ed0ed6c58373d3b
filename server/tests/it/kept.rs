//! What cannot be taken is told and kept: after any refusal its sender finds every word again.

use axum::http::{StatusCode, header};
use domain::ids::ResidentId;
use sea_orm::ConnectionTrait;

use crate::support::{App, revision_on};

fn resident() -> ResidentId {
    demonstration::world(demonstration::Scale::default()).unwrap().founding.residents[0].resident.id
}

fn head(step: &str) -> String {
    format!("lang=ru&resident={}&quarter=2023-Q3&revision=0&step={step}", resident())
}

/// A form with its end mark.
fn whole(form: &str) -> String {
    format!("{form}&carried[end]=1")
}

/// Posts a form and returns where it leads.
async fn led(app: &App, path: &str, cookie: &str, form: String) -> String {
    let (status, response, body) = app.post(path, cookie, whole(&form)).await;
    let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    location.unwrap_or_else(|| panic!("{path} leads nowhere: {status} {body}"))
}

/// The address of the first link on a page that contains `part`.
fn link(page: &str, part: &str) -> String {
    let at = page.find(part).unwrap_or_else(|| panic!("no link to {part}"));
    let start = page[..at].rfind('"').unwrap() + 1;
    page[start..].split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lines_are_kept_apart() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let many = (0..10_000).fold(head("save"), |form, n| form + &format!("&form[domestic][{n}][amount]={n}.25"));
    let location = led(&app, "/api/save_filing", &cookie, many).await;
    assert!(location.contains("problem=too_many_lines"), "{location}");
    let (status, _, page) = app.get(&location, &cookie).await;
    assert!(status == StatusCode::OK && page.contains("не более 300 строк"), "{status}");
    let (status, _, kept) = app.get(&link(&page, "/kept/"), &cookie).await;
    assert_eq!(status, StatusCode::OK);
    for n in [0, 5_000, 9_999] {
        assert!(kept.contains(&format!(">{n}.25<")), "{n}");
    }
    let other = app.cookie("resident-2").await;
    assert_eq!(app.get(&link(&page, "/kept/"), &other).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_of_text_stands_in_its_field_with_its_problem() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let text = "9".repeat(1_000_000);
    let form = format!("{}&form[control_total]={text}&form[exports][0][contract]=K-77", head("check"));
    let location = led(&app, "/api/save_filing", &cookie, form).await;
    let (_, _, page) = app.get(&location, &cookie).await;
    assert!(page.contains(&format!("value=\"{text}\"")) && page.contains("value=\"K-77\""), "{location}");
    assert!(page.contains("id=\"control_total-problem\"") && page.contains("не более 200 знаков"));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_megabytes_are_kept_and_five_are_told() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let form = |size: usize| format!("{}&form[control_total]={}", head("save"), "9".repeat(size));
    assert!(led(&app, "/api/save_filing", &cookie, form(3_000_000)).await.contains("kept="));
    assert_eq!(app.post("/api/save_filing", &cookie, whole(&form(5_000_000))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_whose_sum_does_not_fit_stays_open_to_correction() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let line = |n: usize| {
        let fields = [("country", "DE"), ("category", "SI2"), ("currency", "USD"), ("amount", "5000000000000"), ("region", "UZ-SA")];
        fields.map(|(field, value)| format!("&form[exports][{n}][{field}]={value}")).concat()
    };
    let form = format!("{}{}{}&form[control_total]=0", head("check"), line(0), line(1));
    let check = led(&app, "/api/save_filing", &cookie, form).await;
    let (_, response, _) = app.get(&check, &cookie).await;
    let back = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let (status, _, page) = app.get(&back, &cookie).await;
    assert!(status == StatusCode::OK && page.contains("слишком велика") && page.contains("5000000000000"), "{back}: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_form_is_not_shown_over_what_was_saved_since() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let form = |revision: i32, total: u32| {
        format!("{}&form[control_total]={total}", head("save").replace("revision=0", &format!("revision={revision}")))
    };
    let saved = led(&app, "/api/save_filing", &cookie, form(0, 1_111)).await;
    let revision = revision_on(&app.get(&saved, &cookie).await.2);
    let stale = led(&app, "/api/save_filing", &cookie, form(0, 2_222)).await;
    let total = |page: &str| page.split("name=\"form[control_total]\"").nth(1).unwrap().split("value=\"").nth(1).unwrap()[..4].to_owned();
    assert_eq!(total(&app.get(&stale, &cookie).await.2), "2222");
    led(&app, "/api/save_filing", &cookie, form(revision, 3_333)).await;
    let (_, _, page) = app.get(&stale, &cookie).await;
    assert!(total(&page) == "3333" && page.contains("/kept/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_after_the_session_is_found_again_after_signing_in() {
    for end in ["UPDATE session SET expires_at = created_at", "UPDATE session SET ended_at = created_at"] {
        let app = App::start().await;
        let cookie = app.cookie("resident").await;
        // nothing was begun, and the session is over: by age, or because its person signed out elsewhere
        app.by_hand().await.execute_unprepared(end).await.unwrap();
        let form = format!("{}&form[control_total]=7654321", head("save"));
        let location = led(&app, "/api/save_filing", &cookie, form).await;
        assert!(location.starts_with("/ru/sign-in?next=") && location.contains("expired=1"), "{location}");
        let (_, _, page) = app.get(&location, &cookie).await;
        assert!(page.contains("Сеанс завершён") && page.contains("Отправленное вами сохранено"));
        let next = services_next(&location);
        let (status, _, page) = app.get(&next, &app.cookie("resident").await).await;
        assert!(status == StatusCode::OK && page.contains("value=\"7654321\""), "{next}: {status}");
    }
}

/// The address after signing in.
fn services_next(location: &str) -> String {
    let query = location.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_for_a_quarter_that_is_closed_or_submitted_is_kept_apart() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    app.by_hand().await.execute_unprepared("UPDATE period SET closed_on = '2023-10-19' WHERE quarter = '2023-Q3'").await.unwrap();
    for (quarter, status) in [("2023-Q3", StatusCode::GONE), ("2023-Q2", StatusCode::OK)] {
        let form = format!("{}&form[control_total]=7654321", head("save").replace("2023-Q3", quarter));
        let location = led(&app, "/api/save_filing", &cookie, form).await;
        let (found, _, page) = app.get(&location, &cookie).await;
        assert_eq!(found, status, "{quarter}");
        let (_, _, kept) = app.get(&link(&page, "/kept/"), &cookie).await;
        assert!(kept.contains("7654321") && kept.contains("не вошло в отчёт"), "{quarter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_that_cannot_be_taken_is_found_again() {
    let app = App::start().await;
    let (resident_cookie, reviewer) = (app.cookie("resident").await, app.cookie("reviewer").await);
    let long = "слово ".repeat(500);
    let form = format!("lang=ru&resident={}&quarter=2023-Q2&reason={long}", resident());
    let location = led(&app, "/api/amend_filing", &resident_cookie, form).await;
    let (_, _, page) = app.get(&location, &resident_cookie).await;
    assert!(location.contains("problem=reason_too_long") && page.contains(long.trim_end()), "{location}");

    let (_, _, queue) = app.get("/ru/office/filings?state=submitted", &reviewer).await;
    let filing = link(&queue, "/ru/office/filings/0").rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let decide = |decision: &str, reason: &str| format!("lang=ru&filing={filing}&number=1&decision={decision}&reason={reason}");
    let location = led(&app, "/api/decide_filing", &reviewer, decide("return", &long)).await;
    let (_, _, page) = app.get(&location, &reviewer).await;
    assert!(location.contains("problem=reason_too_long") && page.contains(long.trim_end()), "{location}");
    // somebody else decided meanwhile
    led(&app, "/api/decide_filing", &reviewer, decide("accept", "")).await;
    let location = led(&app, "/api/decide_filing", &reviewer, decide("return", "Номер договора")).await;
    let (_, _, page) = app.get(&location, &reviewer).await;
    assert!(location.contains("problem=state") && page.contains("Номер договора"), "{location}");
    assert!(!app.get(&location, &app.cookie("statistician").await).await.2.contains("Номер договора"));
}
