//! A form that was sent and could not be taken, word for word.

use domain::{
    classification::{Activity, Country, ServiceCategory},
    form::FormInput,
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use services::{ServiceError, filings::kept::find_form};
use uuid::Uuid;

use crate::{
    components::{
        figure::{cell, table_with_texts},
        layout::layout,
        lines::{domestic_head, people_head},
    },
    context::Page,
    countries, format,
    labels::{self, t},
    lang::Lang,
};

/// The page.
pub async fn page(page: Page, quarter: Quarter, id: Uuid) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let resident = page.resident()?;
    let (form, _) = find_form(&page.store, page.actor(), resident, quarter, id).await?;
    let title = t!(lang, form.kept_page, quarter = format::quarter(lang, quarter));
    let back = page.link(&format!("my/filings/{quarter}?resident={resident}"));
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, form.kept_apart)}</p>
        <p><a href=back>{t!(lang, form.kept_back)}</a></p>
        {typed(lang, &form)}
    };
    Ok(layout(&page, &title, body))
}

/// What was typed, in tables; what was chosen from a list by its name.
fn typed(lang: Lang, form: &FormInput) -> AnyView {
    let region = |code: &str| code.parse::<Region>().map_or_else(|_| code.to_owned(), |region| labels::region(lang, region).to_owned());
    let activity = |code: &str| code.parse::<Activity>().map_or_else(|_| code.to_owned(), |activity| labels::activity(lang, activity));
    let country =
        |code: &str| code.parse::<Country>().map_or_else(|_| code.to_owned(), |country| countries::name(lang, country).to_owned());
    let category = |code: &str| code.parse::<ServiceCategory>().map_or_else(|_| code.to_owned(), |it| labels::category(lang, it));
    let domestic = form.domestic.iter().map(|l| vec![region(&l.region), activity(&l.activity), l.amount.clone()]);
    let exports = form.exports.iter().map(|l| {
        let amount = format!("{} {}", l.amount, l.currency);
        vec![country(&l.country), category(&l.category), amount, region(&l.region), l.date.clone(), l.contract.clone()]
    });
    let people = form.people.iter().map(|l| {
        let counts = [&l.employees, &l.specialists, &l.women, &l.under_30, &l.disability, &l.foreign, &l.payroll];
        [region(&l.region)].into_iter().chain(counts.into_iter().cloned()).collect()
    });
    let export_head = vec![
        t!(lang, form.country),
        t!(lang, form.category),
        t!(lang, form.amount),
        t!(lang, form.region),
        t!(lang, form.date),
        t!(lang, form.contract),
    ];
    view! {
        {section(&t!(lang, form.domestic), &[1], domestic_head(lang), domestic.collect())}
        {section(&t!(lang, form.exports), &[1, 3, 4, 5], export_head, exports.collect())}
        {section(&t!(lang, form.people), &[], people_head(lang), people.collect())}
        <h2>{t!(lang, form.control)}</h2>
        <p class="typed">{form.control_total.clone()}</p>
    }
    .into_any()
}

fn section(title: &str, texts: &[usize], head: Vec<String>, rows: Vec<Vec<String>>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    view! { <section><h2>{title.to_owned()}</h2>{table_with_texts(title, texts, head, rows)}</section> }.into_any()
}
