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
            let digest = plan::digest(&proposed)?;
            (plan::public(year, &proposed), Some(form(&page, year, digest)))
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

fn form(page: &Page, year: i32, digest: String) -> AnyView {
    let lang = page.lang;
    let command = format!("itpark release propose {year} --out FILE");
    view! {
        <div class="notice notice-warn">
            <p>{t!(lang, desk.plan_proposed, year = year.to_string())}</p>
            <form method="post" action={action::<DecidePlan>()}>
                <input type="hidden" name="lang" value=lang.code()/>
                <input type="hidden" name="year" value=year.to_string()/>
                <input type="hidden" name="digest" value=digest/>
                <button class="button button-primary" type="submit">{t!(lang, desk.plan_button)}</button>
                {end_mark()}
            </form>
            <p class="hint">{t!(lang, desk.plan_by_command)}" "<code>{command}</code></p>
        </div>
    }
    .into_any()
}
