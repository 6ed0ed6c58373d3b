//! How the servers' own work goes, for administrators.

use domain::jobs::{Job, Standing};
use leptos::prelude::*;
use services::{
    ServiceError,
    jobs::{JobView, jobs},
};

use crate::{
    components::{
        figure::{cell, table_with_texts},
        layout::layout,
    },
    context::Page,
    format,
    labels::t,
    lang::Lang,
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let found = jobs(&page.store, page.actor()).await?;
    let title = t!(lang, jobs.title);
    let head = vec![t!(lang, jobs.job), t!(lang, jobs.state), t!(lang, jobs.ended), t!(lang, jobs.due)];
    let rows = found.iter().map(|job| row(lang, job)).collect();
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, jobs.lead)}</p>
        {table_with_texts(&title, &[1, 2, 3], head, rows)}
    };
    Ok(layout(&page, &title, body))
}

fn row(lang: Lang, view: &JobView) -> Vec<AnyView> {
    let name = match view.job {
        Job::PeriodsOpen => t!(lang, jobs.periods_open),
        Job::ReleasesPrepare => t!(lang, jobs.releases_prepare),
        Job::ReleasesPublish => t!(lang, jobs.releases_publish),
        Job::ChainCheckpoint => t!(lang, jobs.chain_checkpoint),
    };
    let (state, class) = match view.standing {
        Standing::UnderWay(since) => (t!(lang, jobs.working, at = format::instant(lang, since)), "tag"),
        Standing::Abandoned => (t!(lang, jobs.abandoned), "tag tag-bad"),
        Standing::Failed(times) => (t!(lang, jobs.failed, count = times), "tag tag-bad"),
        Standing::Overdue => (t!(lang, jobs.overdue), "tag tag-bad"),
        Standing::Well => (t!(lang, jobs.well), "tag tag-good"),
        Standing::New => (t!(lang, jobs.not_yet), "tag"),
    };
    // in the words of the program: whoever mends it searches for them
    let error = view.error.clone().map(|error| view! { <span class="note share" lang="en">{error}</span> });
    vec![
        cell(name),
        view! { <span><span class=class>{state}</span>{error}</span> }.into_any(),
        cell(view.ended_at.map_or_else(|| "—".to_owned(), |at| format::instant(lang, at))),
        cell(format::instant(lang, view.due_at)),
    ]
}
