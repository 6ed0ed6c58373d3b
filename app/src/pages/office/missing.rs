//! Who owes the filing of a quarter and has not sent it.

use domain::{quarter::Quarter, region::Region};
use leptos::prelude::*;
use services::{ServiceError, filings::missing::missing};
use uuid::Uuid;

use crate::pages::errors::to_own_page;
use crate::{
    address::Address,
    components::{
        figure::{cell, table_with_texts},
        layout::layout,
    },
    context::Page,
    format,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let latest = Quarter::last_ended(page.store.clock().today());
    let quarter = page.param("quarter").and_then(|text| text.parse().ok()).unwrap_or(latest);
    let region = page.param("region").and_then(|text| text.parse::<Region>().ok());
    let found = missing(&page.store, page.actor(), quarter, region, after(&page)).await?;
    let title = t!(lang, missing.title, quarter = format::quarter(lang, quarter));
    let head = vec![t!(lang, filings.resident), t!(lang, form.region), t!(lang, my.due), t!(lang, my.status)];
    let rows: Vec<Vec<AnyView>> = found
        .lines
        .iter()
        .map(|line| {
            let state = match line.state {
                Some(domain::filing::FilingState::Returned) => t!(lang, state.returned),
                Some(_) => t!(lang, missing.begun),
                None => t!(lang, missing.nothing),
            };
            vec![
                view! { {line.name.clone()}<span class="note share">{line.tax_number.clone()}</span> }.into_any(),
                cell(labels::region(lang, line.region)),
                cell(format::day(lang, line.due_on)),
                cell(state),
            ]
        })
        .collect();
    let scope = found.confined_to.or(region);
    let lead = scope.map(|region| view! { <p class="lead">{labels::region(lang, region)}</p> });
    let body = if rows.is_empty() {
        view! { <div class="notice notice-good"><p>{t!(lang, missing.none)}</p></div>{to_own_page(&page)} }.into_any()
    } else {
        table_with_texts(&title, &[1, 2, 3], head, rows)
    };
    let next = found.next.map(|(name, id)| {
        let here = page.link(Address::Missing).with("quarter", quarter).maybe("region", region);
        let href = here.with("after", format_args!("{id}.{name}")).to_string();
        view! { <nav class="pages" aria-label=t!(lang, filings.pages)><a rel="next" href=href>{t!(lang, filings.later)}</a></nav> }
    });
    let body = view! { <h1>{title.clone()}</h1>{lead}{body}{next} };
    Ok(layout(&page, &title, body))
}

/// Where the page begins: key and name of the resident before.
fn after(page: &Page) -> Option<(String, Uuid)> {
    let text = page.param("after")?;
    let (id, name) = text.split_once('.')?;
    Some((name.to_owned(), id.parse().ok()?)).filter(|(name, _)| !domain::typed::has_control_character(name))
}
