//! What is shown in a year: as it was decided, or as it is proposed and can be decided.

use leptos::prelude::*;
use services::{
    ServiceError,
    releases::{desk, plan},
};

use super::good;
use crate::{
    address::Address,
    api::{DecidePlan, action},
    components::{layout::layout, reason::end_mark},
    context::Page,
    labels::t,
    site::plan_table,
};

/// The page.
pub async fn page(page: Page, year: i32) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let desk = desk(&page.store, page.actor()).await?;
    let title = t!(lang, open.plan, year = year.to_string());
    let back = page.link(Address::ReleaseDesk).to_string();
    let (shown, decide) = match desk.plans.get(&year) {
        Some(decided) => (decided.clone(), None),
        // the next year, and no other: each is proposed from the one before
        None if year != desk.after.year() => return Err(ServiceError::NotFound),
        None => {
            let proposed = plan::propose(&page.store, page.actor(), year).await?;
            let text = serde_json::to_string(&proposed).map_err(|_| ServiceError::Corrupt("publication_plan"))?;
            (plan::public(year, &proposed), Some(form(&page, year, text)))
        }
    };
    let done = (page.param("done").as_deref() == Some("plan")).then(|| good(t!(lang, desk.plan_decided)));
    let body = view! {
        <p class="links"><a href=back>{t!(lang, open.releases)}</a></p>
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, open.plan_hint)}</p>
        {done}
        {decide}
        {plan_table(lang, &title, &shown)}
    };
    Ok(layout(&page, &title, body))
}

fn form(page: &Page, year: i32, plan: String) -> AnyView {
    let lang = page.lang;
    let command = view! { <code>{format!("itpark release propose {year} --out FILE")}</code> }.to_html();
    let otherwise = t!(lang, desk.plan_by_command, command = "\u{0}");
    let (before, after) = otherwise.split_once('\u{0}').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
    view! {
        <div class="notice notice-warn">
            <p>{t!(lang, desk.plan_proposed, year = year.to_string())}</p>
            <form method="post" action={action::<DecidePlan>()}>
                <input type="hidden" name="lang" value=lang.code()/>
                <input type="hidden" name="plan" value=plan/>
                <button class="button button-primary" type="submit">{t!(lang, desk.plan_button)}</button>
                {end_mark()}
            </form>
            <p class="hint">{before}<span inner_html=command></span>{after}</p>
        </div>
    }
    .into_any()
}
