//! Headers, cookies, foreign origins and broken requests.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use sea_orm::ConnectionTrait;

use crate::support::{App, PASSWORD, revision_on};

#[tokio::test(flavor = "multi_thread")]
async fn every_response_keeps_to_itself() {
    let app = App::start().await;
    for path in ["/uz", "/uz/sign-in", "/nothing/here", "/assets/itpark.css", "/healthz", "/readyz", "/favicon.ico", "/fonts/inter.woff2"] {
        let (_, response, _) = app.get(path, "").await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            !policy.contains("unsafe-inline") && policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
    }
    let (_, one, _) = app.get("/uz/sign-in", "").await;
    let (_, two, _) = app.get("/uz/sign-in", "").await;
    assert_ne!(one.headers()["content-security-policy"], two.headers()["content-security-policy"], "a nonce is used once");
    let (_, own, _) = app.get("/en/my", &app.cookie("resident").await).await;
    assert_eq!(own.headers()[header::CACHE_CONTROL], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_the_machine_is_served() {
    let app = App::start().await;
    for path in ["/Cargo.toml", "/data/itpark.sqlite", "/pkg/../Cargo.toml", "/fonts/..%2f..%2fCargo.toml", "/pkg/..%2f..%2fCargo.lock"] {
        let (status, _, body) = app.get(path, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(!body.contains("[workspace"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_cookie_is_kept_from_scripts_and_other_sites() {
    let app = App::start().await;
    let form = format!("lang=en&email=resident@itpark.example&password={PASSWORD}");
    let (_, response, _) = app.post("/api/sign_in", "", form).await;
    let cookie = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap())
        .find(|value| value.starts_with("__Host-session="))
        .unwrap();
    for part in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_is_refused() {
    let app = App::start().await;
    let cookie = app.cookie("reviewer").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let mut request = crate::support::post("/api/sign_out", &cookie, "lang=en").body;
        request.headers_mut().insert(header::HOST, "127.0.0.1:3000".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        let (status, ..) = app.ask(request).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
    }
    // nor is what another site sends shown under our address
    let mut request = crate::support::post("/api/save_filing", &cookie, "lang=en&form[control_total]=said-elsewhere").body;
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let (status, _, page) = app.ask(request).await;
    assert!(status == StatusCode::FORBIDDEN && !page.contains("said-elsewhere"), "{status}");
    let (status, ..) = app.get("/en/office", &cookie).await;
    assert_eq!(status, StatusCode::OK, "still signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_posted_for_a_closed_quarter_says_so() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let resident = demonstration::world(demonstration::Scale::default()).unwrap().founding.residents[0].resident.id;
    app.by_hand().await.execute_unprepared("UPDATE period SET closed_on = '2023-10-19' WHERE quarter = '2023-Q3'").await.unwrap();
    let (status, _, page) = app.get("/ru/my/filings/2023-Q3", &cookie).await;
    assert!(status == StatusCode::GONE && page.contains("Квартал закрыт"), "{status}");
    let form = format!("lang=ru&resident={resident}&quarter=2023-Q3&revision=0&step=save&form[control_total]=5&carried[end]=1");
    let (_, response, _) = app.post("/api/save_filing", &cookie, form.clone()).await;
    assert!(response.headers()[header::LOCATION].to_str().unwrap().contains("problem=closed"));
    // begun before it was closed: what is sent afterwards is found again
    app.by_hand().await.execute_unprepared("UPDATE period SET closed_on = NULL").await.unwrap();
    app.post("/api/save_filing", &cookie, form.clone()).await;
    let revision = revision_on(&app.get("/ru/my/filings/2023-Q3", &cookie).await.2);
    app.by_hand().await.execute_unprepared("UPDATE period SET closed_on = '2023-10-19' WHERE quarter = '2023-Q3'").await.unwrap();
    let later = form.replace("revision=0", &format!("revision={revision}")).replace("total]=5", "total]=7654321");
    let (_, response, _) = app.post("/api/save_filing", &cookie, later).await;
    let (status, _, page) = app.get(response.headers()[header::LOCATION].to_str().unwrap(), &cookie).await;
    assert!(status == StatusCode::OK && page.contains("7654321") && page.contains("role=\"alert\""), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_lead_to_a_page_in_the_readers_language() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let many = (0..10_000).fold(String::new(), |form, n| form + &format!("&form[domestic][{n}][amount]=1"));
    let resident = demonstration::world(demonstration::Scale::default()).unwrap().founding.residents[0].resident.id;
    let head = format!("lang=ru&resident={resident}&quarter=2023-Q3&revision=0&step=save");
    let bodies: [(Vec<u8>, &str); 6] = [
        (b"\xff\xfe\x00broken".to_vec(), "/ru/problem/400"),
        (format!("{head}&form[control_total]=%FF%FE").into_bytes(), "/ru/problem/400"),
        (b"lang=ru".to_vec(), "/ru/problem/400"),
        (format!("{head}{many}&carried[end]=1").into_bytes(), "problem=too_many_lines"),
        (format!("{head}&form[control_total]={}&carried[end]=1", "9".repeat(1_000_000)).into_bytes(), "problem=too_long"),
        (vec![b'x'; 5 * 1024 * 1024], "/ru/problem/"),
    ];
    for (body, expected) in bodies {
        let size = body.len();
        let request = Request::post("/api/save_filing")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "http://127.0.0.1:3000/ru/my/filings/2023-Q3")
            .body(Body::from(body))
            .unwrap();
        let (status, response, text) = app.ask(request).await;
        let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(status.is_redirection() && location.contains(expected), "{size} bytes: {status} {location} {text}");
        let (status, _, page) = app.get(&location, &cookie).await;
        assert!(page.contains("lang=\"ru\"") && (status.is_client_error() || page.contains("role=\"alert\"")), "{location}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_that_does_not_exist_is_told_at_its_field_and_kept() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let resident = demonstration::world(demonstration::Scale::default()).unwrap().founding.residents[0].resident.id;
    let line = "form[exports][0][country]=XQ&form[exports][0][category]=SI2&form[exports][0][currency]=USD&form[exports][0][amount]=5";
    let form = format!("lang=ru&resident={resident}&quarter=2023-Q3&revision=0&step=check&{line}&form[control_total]=5&carried[end]=1");
    let (_, response, _) = app.post("/api/save_filing", &cookie, form).await;
    let (_, check, _) = app.get(response.headers()[header::LOCATION].to_str().unwrap(), &cookie).await;
    let back = check.headers()[header::LOCATION].to_str().unwrap().split('#').next().unwrap().to_owned();
    let (status, _, page) = app.get(&back, &cookie).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("id=\"exports-0-country-problem\" class=\"field-problem\">Страна: выберите из списка"), "{back}");
    assert!(page.contains("<option value=\"XQ\" selected>XQ</option>"));
}
