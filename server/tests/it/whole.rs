//! A form is taken whole or not at all, and what it says is kept: cut at any place, without a cookie, while the database is
//! held. And every field of it is shown wherever a filing is read.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::{
    form::{Field, FieldPath, FormInput, Kind, Section},
    ids::ResidentId,
    people::PeopleCount,
};
use sea_orm::{ConnectionTrait, Database};
use services::{filings::draft::Found, store::connect_options};

use crate::support::{App, revision_on};

fn resident() -> ResidentId {
    demonstration::world(demonstration::Scale::default()).unwrap().founding.residents[0].resident.id
}

/// The fields of a form as a browser sends them.
fn encoded(fields: &[(String, String)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields);
    text.finish()
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A page's form by its action: the fields that it has, with their values.
fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let form = page.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form for {action}"));
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[start..].split('"').next()?.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
    inputs.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))).collect()
}

/// Posts a form as a browser does and returns the answer with its page, following one redirection.
async fn sent(app: &App, path: &str, cookie: &str, body: String) -> (StatusCode, String, String) {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, "http://127.0.0.1:3000/en/my")
        .body(Body::from(body))
        .unwrap();
    let (status, response, page) = app.ask(request).await;
    match response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()) {
        Some(to) => {
            let (status, _, page) = app.get(&to, cookie).await;
            (status, to, page)
        }
        None => (status, String::new(), page),
    }
}

async fn draft(app: &App, cookie: &str) -> FormInput {
    let token = cookie.split_once('=').unwrap().1;
    let actor = services::accounts::session::caller(&app.store, Some(token)).await.unwrap().actor;
    match services::filings::draft::find_own(&app.store, &actor, resident(), "2023-Q3".parse().unwrap()).await.unwrap() {
        Found::Draft(draft) => draft.form,
        Found::Sent(_) => panic!("a draft was expected"),
    }
}

fn forty_lines() -> Vec<(String, String)> {
    let mut fields =
        pairs(&[("lang", "en"), ("resident", &resident().to_string()), ("quarter", "2023-Q3"), ("revision", "0"), ("step", "save")]);
    fields.push(("carried[keep]".to_owned(), "x".to_owned()));
    for n in 0..40 {
        for (field, value) in [
            ("country", "DE"),
            ("category", "SI2"),
            ("currency", "EUR"),
            ("amount", "1 000,50"),
            ("region", "UZ-SA"),
            ("contract", "шартнома"),
        ] {
            fields.push((format!("form[exports][{n}][{field}]"), value.to_owned()));
        }
    }
    fields.push(("form[control_total]".to_owned(), "7 654 321".to_owned()));
    fields.push(("carried[end]".to_owned(), "1".to_owned()));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_cut_anywhere_changes_nothing_and_what_arrived_is_kept() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let whole = encoded(&forty_lines());
    let empty = draft(&app, &cookie).await;
    let (head, end) = (whole.find("form").unwrap(), whole.len() - 1);
    // every place in the first line and in the end mark, and some between: in a name, a sign, half a letter
    let cuts = (head + 300..head + 700).step_by(7).chain([whole.len() / 3, whole.len() / 2, whole.len() * 2 / 3]).chain(end - 30..=end);
    for cut in cuts {
        let (status, to, page) = sent(&app, "/api/save_filing", &cookie, whole[..cut].to_owned()).await;
        assert!(status == StatusCode::OK && to.contains("problem=incomplete") && to.contains("kept="), "{}: {status} {to}", &whole[..cut]);
        assert!(page.contains("Only a part of the form arrived") && page.contains("value=\"1 000,50\""), "{cut}");
    }
    assert_eq!(draft(&app, &cookie).await, empty);
    // without the form it is no form, end mark or not
    let bare = encoded(&pairs(&[
        ("lang", "en"),
        ("resident", &resident().to_string()),
        ("quarter", "2023-Q3"),
        ("revision", "0"),
        ("carried[end]", "1"),
    ]));
    let (_, to, _) = sent(&app, "/api/save_filing", &cookie, bare).await;
    assert!(to.contains("problem=incomplete"), "{to}");
    sent(&app, "/api/save_filing", &cookie, whole).await;
    assert_eq!(draft(&app, &cookie).await.exports.len(), 40);
    let json = format!(r#"{{"lang":"en","resident":"{}","quarter":"2023-Q3","revision":1,"form":{{}}}}"#, resident());
    assert_eq!(app.post("/api/autosave", &cookie, json).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(draft(&app, &cookie).await.exports.len(), 40);
}

/// Every form that has text, on the page where it stands: page, action, and the field of the text with the button.
async fn forms(app: &App, reviewer: &str) -> Vec<(String, &'static str, &'static str, Vec<(String, String)>)> {
    let (_, _, queue) = app.get("/en/office/filings?state=submitted", reviewer).await;
    let at = queue.find("/en/office/filings/0").unwrap();
    let filing = queue[at..].split(['"', '?']).next().unwrap().to_owned();
    vec![
        ("/en/my/filings/2023-Q3".to_owned(), "/api/save_filing", "form[control_total]", pairs(&[("step", "save")])),
        ("/en/my/filings/2023-Q2".to_owned(), "/api/amend_filing", "reason", vec![]),
        (filing, "/api/decide_filing", "reason", pairs(&[("decision", "return")])),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_with_text_survives_a_cut_a_lost_cookie_and_a_held_database() {
    let app = App::start().await;
    let (own, reviewer) = (app.cookie("resident").await, app.cookie("reviewer").await);
    let text = "7654321 <&> \u{2bb}";
    for (page, action, field, button) in forms(&app, &reviewer).await {
        let cookie = if action == "/api/decide_filing" { &reviewer } else { &own };
        let (_, _, html) = app.get(&page, cookie).await;
        let mut fields = fields_of(&html, action);
        if action == "/api/decide_filing" {
            // the second form of the page is the one with the reason
            let second = html.rsplit_once(&format!("action=\"{action}\"")).unwrap();
            fields = fields_of(&format!("action=\"{action}\"{}", second.1), action);
        }
        assert_eq!(fields.last().unwrap(), &("carried[end]".to_owned(), "1".to_owned()), "{action}: the end mark is the last field");
        fields.retain(|(name, _)| name != field);
        let last = fields.pop().unwrap();
        fields.extend(button);
        fields.push((field.to_owned(), text.to_owned()));
        let cut = encoded(&fields);
        fields.push(last);
        let whole = encoded(&fields);
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let shows =
            |page: &str| page.contains(text) || page.contains(&escaped) || page.contains(&text.replace('&', "&amp;").replace('<', "&lt;"));

        let (_, to, page_after) = sent(&app, action, cookie, cut).await;
        assert!(to.contains("problem=incomplete") && shows(&page_after), "{action}: {to}");

        // no cookie at all: the form itself says for whom it is kept
        let (_, to, _) = sent(&app, action, "", whole.clone()).await;
        assert!(to.starts_with("/en/sign-in") && to.contains("kept%3D") && to.contains("expired=1"), "{action}: {to}");
        let next =
            form_urlencoded::parse(to.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned();
        let (status, _, page_after) = app.get(&next, cookie).await;
        assert!(status == StatusCode::OK && shows(&page_after), "{action}: {next} {status}");

        // held: told as such, with everything in the answer, and one button sends it again
        let url = crate::support::config(&app.folder).database_url;
        let other = Database::connect(connect_options(&url, 1)).await.unwrap();
        other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let (status, _, page_after) = sent(&app, action, cookie, whole.clone()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{action}");
        assert!(page_after.contains("The server is busy") && !page_after.contains("<script"), "{action}: {page_after}");
        other.execute_unprepared("ROLLBACK").await.unwrap();
        let again = fields_of(&page_after, action);
        assert_eq!(encoded(&again), whole, "{action}: everything is sent again as it was");
        let (status, to, _) = sent(&app, action, cookie, encoded(&again)).await;
        assert!(status == StatusCode::OK && !to.contains("problem="), "{action}: {to} {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_database_is_told_to_programs_and_keeps_pages_readable() {
    let app = App::start().await;
    let cookie = app.cookie("resident").await;
    let url = crate::support::config(&app.folder).database_url;
    let other = Database::connect(connect_options(&url, 1)).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let json =
        format!(r#"{{"lang":"en","resident":"{}","quarter":"2023-Q3","revision":0,"form":{{"control_total":"6"}},"end":"1"}}"#, resident());
    let (status, _, body) = app.post("/api/autosave", &cookie, json).await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && body.contains("busy"), "{status} {body}");
    // an old session is due to be touched; the page is read all the same
    app.store.ping().await.unwrap();
    assert_eq!(app.get("/en/my", &cookie).await.0, StatusCode::OK);
    // a password must not travel back in a page
    let (_, _, page) = sent(&app, "/api/sign_in", "", "lang=en&email=resident%40itpark.example&password=demo-2023".to_owned()).await;
    assert!(!page.contains("demo-2023"));
    other.execute_unprepared("ROLLBACK").await.unwrap();
}

/// A value of the field that can be told from all others, and how pages show it.
fn distinct(section: Section, field: Field, kind: Kind) -> (String, String) {
    let number = match section {
        Section::Domestic => 1,
        Section::Exports => 2,
        Section::People => 3,
    };
    match kind {
        Kind::Region => {
            let (code, name) = [("UZ-XO", "Khorezm region"), ("UZ-JI", "Jizzakh region"), ("UZ-SI", "Syrdarya region")][number - 1];
            (code.to_owned(), name.to_owned())
        }
        Kind::Activity => ("bpo".into(), "Business process outsourcing (BPO)".into()),
        Kind::Country => ("IS".into(), "Iceland".into()),
        Kind::Category => ("SH".into(), "Licences".into()),
        Kind::Currency => ("GBP".into(), "GBP".into()),
        Kind::Soums => (format!("{number}2345678"), format!("{number}2\u{202f}345\u{202f}678.00")),
        Kind::Money => ("9876,54".into(), "9\u{202f}876.54".into()),
        Kind::Count if field == Field::People(PeopleCount::Employees) => ("5000".into(), "5\u{202f}000".into()),
        Kind::Count => {
            let count = 1_000 + field.code().bytes().map(u32::from).sum::<u32>();
            (count.to_string(), format!("{}\u{202f}{:03}", count / 1_000, count % 1_000))
        }
        Kind::Day => ("15092023".into(), "15\u{a0}September 2023".into()),
        Kind::Text => ("K-77/23 <б>".into(), "K-77/23 &lt;б&gt;".into()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_the_form_stands_on_the_check_page_the_receipt_and_the_review() {
    let app = App::start().await;
    let (cookie, reviewer) = (app.cookie("resident").await, app.cookie("reviewer").await);
    let mut form = FormInput { control_total: "41234567".into(), ..FormInput::new(domain::region::Region::Samarkand) };
    let mut shown = vec![(FieldPath::Books, "41\u{202f}234\u{202f}567.00".to_owned())];
    for section in Section::ALL {
        for spec in section.fields() {
            let at = FieldPath::of(*section, 0, spec.field);
            let (typed, said) = distinct(*section, spec.field, spec.kind);
            *form.field_mut(at).unwrap() = typed;
            shown.push((at, said));
        }
    }
    let mut fields =
        pairs(&[("lang", "en"), ("resident", &resident().to_string()), ("quarter", "2023-Q3"), ("revision", "0"), ("step", "check")]);
    for (at, _) in &shown {
        fields.push((at.name(), form.field(*at).unwrap().to_owned()));
    }
    fields.push(("carried[end]".to_owned(), "1".to_owned()));
    let (status, to, check) = sent(&app, "/api/save_filing", &cookie, encoded(&fields)).await;
    assert!(status == StatusCode::OK && to.contains("/check"), "{to} {status}");
    let mut answer = fields_of(&check, "/api/submit_filing");
    let end = answer.pop().unwrap();
    let digests: Vec<String> = answer.iter().filter_map(|(name, _)| name.strip_suffix("[digest]").map(str::to_owned)).collect();
    assert!(!digests.is_empty());
    answer.extend(digests.into_iter().map(|reply| (format!("{reply}[reason]"), "because".to_owned())));
    answer.push(end);
    let (status, to, receipt) = sent(&app, "/api/submit_filing", &cookie, encoded(&answer)).await;
    assert!(status == StatusCode::OK && to.contains("sent=1"), "{to} {status}");
    let (_, _, queue) = app.get("/en/office/filings?state=submitted&q=Zarafshon", &reviewer).await;
    let at = queue.find("/en/office/filings/0").unwrap();
    let (_, _, review) = app.get(queue[at..].split('"').next().unwrap(), &reviewer).await;
    for (name, page) in [("check", &check), ("receipt", &receipt), ("review", &review)] {
        let main = page.split("<main").nth(1).unwrap();
        for (path, said) in &shown {
            assert!(main.contains(said), "{path} ({said}) is not on the {name} page");
        }
    }
}

/// A server function, whether an official calls it, and its fields.
type Function = (&'static str, bool, Vec<(String, String)>);

/// Every server function with every text that it takes.
fn functions(filing: &str) -> Vec<Function> {
    let id = resident().to_string();
    let with = |quarter: &str, more: &[(&str, &str)]| {
        let own = [("lang", "en"), ("resident", id.as_str()), ("quarter", quarter)];
        pairs(&[&own[..], more, &[("carried[keep]", "x"), ("carried[end]", "1")]].concat())
    };
    let line = [("revision", "0"), ("step", "save"), ("form[exports][0][contract]", "7"), ("form[control_total]", "5")];
    let reply = [
        ("revision", "0"),
        ("key", "k"),
        ("carried[step]", "x"),
        ("replies[0][digest]", "d"),
        ("replies[0][confirmed]", "true"),
        ("replies[0][reason]", "r"),
    ];
    let decision = [("lang", "en"), ("filing", filing), ("number", "1"), ("decision", "return"), ("reason", "r"), ("queue", "q=a")];
    vec![
        ("/api/sign_in", false, pairs(&[("lang", "en"), ("email", "resident@itpark.example"), ("password", "x"), ("next", "/en")])),
        ("/api/sign_out", false, pairs(&[("lang", "en"), ("everywhere", "false")])),
        ("/api/save_filing", false, with("2023-Q3", &line)),
        ("/api/submit_filing", false, with("2023-Q3", &reply)),
        ("/api/withdraw_filing", false, with("2023-Q2", &[("number", "1")])),
        ("/api/cancel_draft", false, with("2023-Q3", &[("revision", "0")])),
        ("/api/amend_filing", false, with("2023-Q2", &[("reason", "r")])),
        ("/api/decide_filing", true, pairs(&[&decision[..], &[("carried[end]", "1")]].concat())),
    ]
}

/// Asks as a browser or a program does; neither the answer nor the page to which it leads is an error of ours.
async fn is_answered(app: &App, path: &str, cookie: &str, accept: &str, fields: &[(String, String)]) {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, accept)
        .body(Body::from(encoded(fields)))
        .unwrap();
    let (status, response, _) = app.ask(request).await;
    assert!(!status.is_server_error(), "{path} {fields:?}: {status}");
    if let Some(to) = response.headers().get(header::LOCATION) {
        let (status, ..) = app.get(to.to_str().unwrap(), cookie).await;
        assert!(!status.is_server_error(), "{path} {fields:?}: {to:?} {status}");
    }
}

/// Every text of every server function with a character that no database column takes: refused or kept, never an error of ours.
#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_never_an_error_of_ours() {
    let app = App::start().await;
    let (own, reviewer) = (app.cookie("resident").await, app.cookie("reviewer").await);
    let (_, _, queue) = app.get("/en/office/filings?state=submitted", &reviewer).await;
    let address = queue[queue.find("/en/office/filings/0").unwrap()..].split(['"', '?']).next().unwrap();
    for (path, official, fields) in functions(address.rsplit('/').next().unwrap()) {
        // whoever signs out has nothing more to lose
        let cookie = if path == "/api/sign_out" {
            ""
        } else if official {
            &reviewer
        } else {
            &own
        };
        for n in 0..fields.len() {
            for wrong in ["a\0b", "\0", "\u{1b}[2J", "\u{85}"] {
                let mut fields = fields.clone();
                wrong.clone_into(&mut fields[n].1);
                is_answered(&app, path, cookie, "text/html", &fields).await;
                is_answered(&app, path, cookie, "application/json", &fields).await;
            }
        }
    }
    for text in ["a\\u0000b", "\\u001b"] {
        let (_, _, page) = app.get(&format!("/en/my/filings/2023-Q3?resident={}", resident()), &own).await;
        let revision = revision_on(&page);
        let json = format!(
            r#"{{"lang":"en","resident":"{}","quarter":"2023-Q3","revision":{revision},"form":{{"exports":[{{"contract":"{text}"}}],"control_total":"{text}"}},"end":"1"}}"#,
            resident()
        );
        let (status, _, body) = app.post("/api/autosave", &own, json).await;
        assert!(status == StatusCode::OK && body.contains("invisible control character"), "{status} {body}");
    }
}
