//! The server's half of the functions of those who make releases.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{access::Actor, clock::tashkent, ids::ReleaseId, quarter::Quarter, release::ReleaseName};
use services::{ServiceError, Store, filings::kept::Subject, releases};

use super::{Carried, Text, back, fail, in_part, kept_back, session, store};
use crate::{address::Address, context::go_to, error::ApiError, lang::Lang};

pub async fn order(lang: Lang, quarter: &str, reason: &str, carried: &Carried) -> Result<(), ApiError> {
    let Ok(quarter) = quarter.parse::<Quarter>() else { return fail(ApiError::Unreadable) };
    let page = Address::ReleaseDesk.link(lang).with("quarter", quarter);
    let (subject, text) = (Subject::Order(quarter), Text::Reason(reason));
    if !carried.is_whole() {
        return in_part(lang, page, subject, carried, text).await;
    }
    let provisional = Some(reason).filter(|reason| !reason.trim().is_empty());
    match releases::order(&store(), &session().caller.actor, quarter, provisional).await {
        Ok(()) => {
            go_to(&Address::ReleaseDesk.link(lang).with("done", "order").to_string());
            Ok(())
        }
        Err(error) => kept_back(lang, page, subject, carried, text, &error).await,
    }
}

pub async fn step(
    lang: Lang,
    (release, id): (&str, &str),
    step: &str,
    minute: &str,
    reason: &str,
    carried: &Carried,
) -> Result<(), ApiError> {
    let (Ok(name), Ok(id)) = (release.parse::<ReleaseName>(), id.parse().map(ReleaseId)) else { return fail(ApiError::NotFound) };
    let (store, actor) = (store(), session().caller.actor);
    let page = Address::ReleaseOnDesk(name).link(lang);
    let form = page.clone().with("step", step).maybe("minute", typed(minute)).at("decision");
    let (subject, text) = (Subject::Release(id), Text::Reason(reason));
    if !carried.is_whole() {
        return in_part(lang, form, subject, carried, text).await;
    }
    let done = match step {
        "approve" => {
            let Some(at) = instant(minute) else {
                go_to(&form.with("problem", "minute_unreadable").to_string());
                return Ok(());
            };
            releases::approve(&store, &actor, id, Some(at)).await
        }
        "publish" => publish_now(&store, &actor, id).await,
        "hold" => releases::hold(&store, &actor, id).await,
        "withdraw" => releases::withdraw(&store, &actor, id, reason).await,
        "discard" => releases::discard(&store, &actor, id, reason).await,
        _ => return fail(ApiError::Unreadable),
    };
    match done {
        Ok(()) => {
            // one that was given up has no page
            let to = if step == "discard" { Address::ReleaseDesk.link(lang) } else { page };
            go_to(&to.with("done", step).to_string());
            Ok(())
        }
        Err(error) => kept_back(lang, form, subject, carried, text, &error).await,
    }
}

/// Approves a release and publishes it at once.
async fn publish_now(store: &Store, actor: &Actor, id: ReleaseId) -> Result<(), ServiceError> {
    releases::approve(store, actor, id, None).await?;
    releases::publish_due(store).await.map(drop)
}

/// What was typed, if it is short enough to stand in an address.
fn typed(minute: &str) -> Option<&str> {
    Some(minute).filter(|minute| !minute.is_empty() && minute.len() < 40)
}

/// A minute as a browser sends it, or as people write it, in Tashkent.
fn instant(minute: &str) -> Option<DateTime<Utc>> {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(minute.trim(), form).ok())?;
    Some((local - tashkent()).and_utc())
}

pub async fn decide_plan(lang: Lang, year: i32, digest: &str) -> Result<(), ApiError> {
    let page = Address::PlanOf(year).link(lang);
    match releases::plan::decide_proposed(&store(), &session().caller.actor, year, digest).await {
        Ok(()) => {
            go_to(&page.with("done", "plan").to_string());
            Ok(())
        }
        Err(error) => back(lang, page, &error),
    }
}
