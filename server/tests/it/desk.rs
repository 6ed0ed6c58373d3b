//! Making a release in the office, as a browser without script does.

use axum::http::{StatusCode, header};
use domain::{ids::ReleaseId, release::ReleaseState};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use services::{entity::audit_event, releases};

use crate::support::{App, actor};

/// Sends a form; where it leads.
async fn send(app: &App, cookie: &str, path: &str, form: &str) -> String {
    let (status, response, body) = app.post(path, cookie, format!("lang=en&{form}&carried[end]=1")).await;
    assert!(status == StatusCode::FOUND || status == StatusCode::OK, "{path} {form}: {status} {body}");
    response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The release that waits in the demonstration.
async fn waiting(app: &App) -> ReleaseId {
    let actor = actor(app, "statistician").await;
    releases::named(&app.store, &actor, "2023-Q3".parse().unwrap()).await.unwrap().id
}

async fn step(app: &App, cookie: &str, id: ReleaseId, form: &str) -> String {
    send(app, cookie, "/api/step_release", &format!("release=2023-Q3&id={id}&{form}")).await
}

async fn shown(app: &App, cookie: &str, path: &str) -> String {
    let (status, _, body) = app.get(path, cookie).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    body
}

async fn looks(app: &App) -> u64 {
    let looks = audit_event::Entity::find().filter(audit_event::Column::Action.eq("release.look"));
    looks.count(&app.store.db).await.unwrap()
}

const DESK: &str = "/en/office/releases";
const ONE: &str = "/en/office/releases/2023-Q3";

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_looked_at_and_published_by_another() {
    let app = App::start().await;
    let (one, other) = (app.cookie("statistician").await, app.cookie("statistician-2").await);
    let id = waiting(&app).await;
    // who prepared it does not decide
    assert!(shown(&app, &one, ONE).await.contains("Another statistician looks at it"));
    assert_eq!(step(&app, &one, id, "step=publish").await, format!("{ONE}?step=publish&problem=own_work#decision"));

    let before = looks(&app).await;
    let page = shown(&app, &other, ONE).await;
    for words in
        ["waits for approval", "too few contributors", "publication plan", "Changes since release 2023-Q2", "Approve for this minute"]
    {
        assert!(page.contains(words), "{words}");
    }
    let home = shown(&app, &other, &format!("{ONE}/site/home")).await;
    assert!(home.contains("Nobody but those who work on this release sees it") && home.contains(&format!("{ONE}/site/regions")));
    let file = shown(&app, &other, &format!("{ONE}/files/regions.csv")).await;
    assert!(file.starts_with("release,period,") && file.contains("2023-Q3,2023-Q3,UZ,registered,exports,USD,"));
    assert!(shown(&app, &other, &format!("{ONE}/files/certificate.json")).await.contains(r#""verdict":"safe""#));
    assert_eq!(looks(&app).await, before + 4, "each look is on record");
    let (_, response, _) = app.get(&format!("{ONE}/site/charts/map.svg"), &other).await;
    let policy = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((policy("cross-origin-resource-policy").as_str(), policy("cache-control").as_str()), ("same-origin", "no-store"));

    // a minute that has passed, or is none, stands at its field with what was typed
    for (minute, problem) in [
        ("2023-10-01T09:00", "minute"),
        ("01.10.2023 09:00", "minute"),
        ("2026-10-01T09:00", "minute_too_far"),
        ("tomorrow", "minute_unreadable"),
    ] {
        let to = step(&app, &other, id, &format!("step=approve&minute={minute}")).await;
        assert!(to.ends_with(&format!("problem={problem}#decision")), "{to}");
        let page = shown(&app, &other, to.trim_end_matches("#decision")).await;
        assert!(page.contains("minute-problem") && page.contains(minute), "{minute}");
    }
    assert_eq!(step(&app, &other, id, "step=approve&minute=2024-02-25T09:00").await, format!("{ONE}?done=approve"));
    assert!(shown(&app, &one, DESK).await.contains("February 2024"));
    assert_eq!(step(&app, &one, id, "step=hold").await, format!("{ONE}?done=hold"));
    assert_eq!(step(&app, &other, id, "step=publish").await, format!("{ONE}?done=publish"));
    app.library.refresh().await.unwrap();
    assert!(shown(&app, "", "/en/releases/2023-Q3").await.contains("2023-Q3, published on"));

    // a withdrawal wants a reason
    let to = step(&app, &one, id, "step=withdraw&reason=+").await;
    assert!(to.contains("problem=reason_missing"), "{to}");
    assert!(shown(&app, &one, to.trim_end_matches("#decision")).await.contains("Why is it withdrawn?: Write a reason."));
    assert_eq!(step(&app, &one, id, "step=withdraw&reason=a+filing+was+counted+twice").await, format!("{ONE}?done=withdraw"));
    let desk = shown(&app, &one, DESK).await;
    assert!(desk.contains("correction 1") && !desk.contains("The calendar announces"));
    app.library.refresh().await.unwrap();
    assert!(shown(&app, "", "/en").await.contains("Release 2023-Q3 was withdrawn"));
    // what was public is shown as it was, and no look at it is counted
    let before = looks(&app).await;
    let (_, response, _) = app.get(&format!("{ONE}/site/regions"), &other).await;
    assert_eq!(response.headers()[header::LOCATION], "/en/releases/2023-Q3/regions");
    assert!(shown(&app, &other, ONE).await.contains("Who looked at it"));
    assert_eq!(looks(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_given_up_and_ordered_again() {
    let app = App::start().await;
    let (cookie, actor) = (app.cookie("statistician").await, actor(&app, "statistician").await);
    let id = waiting(&app).await;
    let long = "x".repeat(3_000);
    let to = step(&app, &cookie, id, &format!("step=discard&reason={long}")).await;
    assert!(to.contains("problem=reason_too_long") && to.contains("kept="), "{to}");
    assert!(shown(&app, &cookie, to.trim_end_matches("#decision")).await.contains(&long), "what was typed is kept");
    assert_eq!(step(&app, &cookie, id, "step=discard&reason=too+few").await, format!("{DESK}?done=discard"));

    let order = async |reason: &str| send(&app, &cookie, "/api/order_release", &format!("quarter=2023-Q3&reason={reason}")).await;
    let to = order("").await;
    assert!(to.contains("problem=reason_incomplete"), "{to}");
    assert!(shown(&app, &cookie, &to).await.contains("Too little of the quarter is in"));
    let to = send(&app, &cookie, "/api/order_release", "quarter=2024-Q2&reason=x").await;
    assert!(to.starts_with(&format!("{DESK}?quarter=2024-Q2&kept=")) && to.ends_with("&problem=out_of_order"), "{to}");
    assert_eq!(order("asked+for").await, format!("{DESK}?done=order"));
    assert!(shown(&app, &cookie, DESK).await.contains("is being prepared since"));
    assert!(order("asked+for").await.contains("problem=under_way"));
    assert!(releases::prepare_ordered(&app.store, app::statistics::render).await.unwrap());
    let open = releases::named(&app.store, &actor, "2023-Q3".parse().unwrap()).await.unwrap();
    assert_eq!((open.state, open.provisional.as_deref()), (ReleaseState::Candidate, Some("asked for")));
    // who looked at the one before does not decide on this one
    let other = app.cookie("statistician-2").await;
    assert_eq!(step(&app, &other, id, "step=publish").await, format!("{ONE}?step=publish&problem=release_state#decision"));
    let page = shown(&app, &other, ONE).await;
    assert!(page.contains("waits for approval") && page.contains(&open.id.to_string()) && !page.contains(&id.to_string()));
    assert!(shown(&app, &cookie, DESK).await.contains("Look and decide"));
    assert_eq!(services::verify::verify(&app.store).await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_and_is_fixed_with_the_first_release_of_its_year() {
    let app = App::start().await;
    let cookie = app.cookie("statistician").await;
    let page = shown(&app, &cookie, "/en/office/releases/plans/2023").await;
    assert!(page.contains("Shown each quarter") && !page.contains("Decide this plan"));
    let actor = actor(&app, "statistician").await;
    let digest = releases::plan::digest(&releases::plan::propose(&app.store, &actor, 2023).await.unwrap()).unwrap();
    // of what was shown nothing else is decided
    for (digest, problem) in [(digest.as_str(), "plan_in_use"), ("another", "changed")] {
        let to = send(&app, &cookie, "/api/decide_plan", &format!("year=2023&digest={digest}")).await;
        assert_eq!(to, format!("/en/office/releases/plans/2023?problem={problem}"));
    }
}
