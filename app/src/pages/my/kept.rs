//! A form that was sent and could not be taken, word for word.

use domain::{
    classification::{Activity, Country, ServiceCategory},
    form::{FormInput, Kind, Section, TypedLine},
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use services::{ServiceError, filings::kept::find_form};
use uuid::Uuid;

use crate::{
    address::Address,
    components::{
        figure::{cell, table_with_texts},
        layout::layout,
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
    let back = page.link(Address::Filing(quarter)).with("resident", resident).to_string();
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
    let sections: Vec<_> = Section::ALL
        .iter()
        .map(|section| {
            let fields = section.fields();
            let row = |line: &TypedLine| fields.iter().map(|spec| named(lang, spec.kind, line.get(spec.field))).collect();
            let is_text = |kind| matches!(kind, Kind::Activity | Kind::Category | Kind::Currency | Kind::Region | Kind::Day | Kind::Text);
            let texts: Vec<usize> = (1..fields.len()).filter(|n| is_text(fields[*n].kind)).collect();
            let title = labels::form::section(lang, *section);
            self::section(&title, &texts, labels::form::head(lang, *section), form.lines(*section).iter().map(row).collect())
        })
        .collect();
    view! {
        {sections}
        <h2>{t!(lang, form.control)}</h2>
        <p class="typed">{form.control_total.clone()}</p>
    }
    .into_any()
}

/// The name of a chosen value; what is not in its list as it was sent.
fn named(lang: Lang, kind: Kind, text: &str) -> String {
    let name = match kind {
        Kind::Region => text.parse::<Region>().ok().map(|region| labels::region(lang, region).to_owned()),
        Kind::Activity => text.parse::<Activity>().ok().map(|activity| labels::activity(lang, activity)),
        Kind::Country => text.parse::<Country>().ok().map(|country| countries::name(lang, country).to_owned()),
        Kind::Category => text.parse::<ServiceCategory>().ok().map(|category| labels::category(lang, category)),
        Kind::Currency | Kind::Soums | Kind::Money | Kind::Count | Kind::Day | Kind::Text => None,
    };
    name.unwrap_or_else(|| text.to_owned())
}

fn section(title: &str, texts: &[usize], head: Vec<String>, rows: Vec<Vec<String>>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    view! { <section><h2>{title.to_owned()}</h2>{table_with_texts(title, texts, head, rows)}</section> }.into_any()
}
