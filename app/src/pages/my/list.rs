//! A resident's obligations: what is due, by when, and what happened to the last ones.

use domain::obligation::Standing;
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::mine::{Owed, obligations},
};

use crate::{
    address::Address,
    components::{figure::table_with_texts, layout::layout},
    context::Page,
    format,
    labels::{self, t},
};

/// Whether the quarter asks for something to be done.
fn is_open(owed: &Owed) -> bool {
    !owed.closed
        && matches!(
            owed.standing,
            Standing::Due { .. } | Standing::Overdue { .. } | Standing::Returned | Standing::Amending | Standing::AmendmentReturned
        )
}

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let resident = page.resident()?;
    let found = obligations(&page.store, page.actor(), resident).await?;
    // the oldest first: it is the most overdue, or due soonest
    let todo = found.owed.iter().rev().filter(|owed| is_open(owed)).enumerate();
    let todo: Vec<AnyView> = todo.map(|(n, owed)| to_do(&page, owed, n == 0)).collect();
    let todo = if todo.is_empty() {
        view! { <p class="notice notice-good">{t!(lang, my.nothing_due)}</p> }.into_any()
    } else {
        view! { <ul class="todo">{todo}</ul> }.into_any()
    };
    let rows = found.owed.iter().map(|owed| row(&page, owed)).collect();
    let head = vec![t!(lang, my.quarter), t!(lang, my.due), t!(lang, my.status), t!(lang, my.received), t!(lang, my.action)];
    let running =
        t!(lang, my.running, quarter = format::quarter(lang, found.running), day = format::day(lang, found.running.next().first_day()));
    let done = page
        .param("done")
        .filter(|done| done == "cancelled")
        .map(|_| view! { <div class="notice notice-good" role="status"><p>{t!(lang, my.cancelled)}</p></div> });
    let body = view! {
        <h1>{found.resident.name.clone()}</h1>
        <p class="lead">{labels::region(lang, found.resident.region)}" · "{labels::tax_number(lang, found.resident.self_employed)}" "{found.resident.tax_number.clone()}</p>
        {done}
        <section><h2>{t!(lang, my.to_do)}</h2>{todo}<p class="hint">{running}</p></section>
        <section><h2>{t!(lang, my.all)}</h2>{table_with_texts(&t!(lang, my.all), &[1, 2, 3, 4], head, rows)}</section>
    };
    Ok(layout(&page, &t!(lang, my.title), body))
}

fn filing_link(page: &Page, owed: &Owed) -> String {
    page.own(Address::Filing(owed.quarter)).to_string()
}

fn to_do(page: &Page, owed: &Owed, first: bool) -> AnyView {
    let lang = page.lang;
    let look = if first { "button button-primary" } else { "button" };
    let quarter = format::quarter(lang, owed.quarter);
    let (mark, class) = labels::standing(lang, owed.standing);
    let button = match owed.standing {
        Standing::Returned | Standing::AmendmentReturned => t!(lang, my.correct, quarter = quarter.clone()),
        Standing::Due { begun: true, .. } | Standing::Overdue { begun: true, .. } | Standing::Amending => {
            t!(lang, my.continue_filing, quarter = quarter.clone())
        }
        _ => t!(lang, my.file, quarter = quarter.clone()),
    };
    view! {
        <li class="card">
            <h3>{quarter}</h3>
            <p>{t!(lang, my.due_on, day = format::day(lang, owed.due_on))}" "<span class=class>{mark}</span></p>
            <a class=look href=filing_link(page, owed)>{button}</a>
        </li>
    }
    .into_any()
}

fn row(page: &Page, owed: &Owed) -> Vec<AnyView> {
    let lang = page.lang;
    let (mark, class) = labels::standing(lang, owed.standing);
    let received = owed.received.map(|(at, late)| {
        let late = late.then(|| view! { " "<span class="tag tag-warn">{t!(lang, my.late)}</span> });
        view! { {format::instant(lang, at)}{late} }
    });
    let action = match owed.latest_version {
        Some(number) if !is_open(owed) => {
            view! { <a href=page.own(Address::Version(owed.quarter, number)).to_string()>{t!(lang, my.read)}</a> }.into_any()
        }
        None if owed.closed => view! { {t!(lang, my.closed)} }.into_any(),
        _ => view! { <a href=filing_link(page, owed)>{t!(lang, my.open)}</a> }.into_any(),
    };
    vec![
        view! { {format::quarter(lang, owed.quarter)} }.into_any(),
        view! { {format::day(lang, owed.due_on)} }.into_any(),
        view! { <span class=class>{mark}</span> }.into_any(),
        view! { {received} }.into_any(),
        action,
    ]
}
