//! How figures are made, what is hidden, how they are revised, and by how much they were.

use domain::{
    datasets::{Column, Revision},
    progress::ratio,
    release::Measured,
};
use leptos::prelude::*;

use super::{View, data::value, document::document};
use crate::{
    components::figure::{cell, table_with_texts},
    format,
    labels::t,
    lang::Lang,
    statistics,
};

/// The page.
pub fn page(view: &View<'_>) -> String {
    let lang = view.lang;
    let section = |title: String, text: String| view! { <h2>{title}</h2><p>{text}</p> }.into_any();
    let title = t!(lang, open.methodology);
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, open.m_lead)}</p>
        {section(t!(lang, open.m_source), t!(lang, open.m_source_text))}
        {section(t!(lang, open.m_hidden), t!(lang, open.m_hidden_text))}
        {section(t!(lang, open.m_plan), t!(lang, open.m_plan_text))}
        {section(t!(lang, open.m_revised), t!(lang, open.m_revised_text))}
        {measured(view)}
        {section(t!(lang, open.m_who), t!(lang, open.m_who_text))}
        {section(t!(lang, open.m_wrong), t!(lang, open.m_wrong_text))}
    };
    document(view, &title, &t!(lang, open.m_lead), body.into_any())
}

/// Revisions of quarters, computed from what was released.
fn measured(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let told = [Measured::Exports, Measured::Services, Measured::People];
    let of_quarter = |revision: &&Revision| revision.at[0].contains("-Q") && told.iter().any(|measured| measured.code() == revision.at[3]);
    let revisions: Vec<&Revision> = view.edition.revisions.iter().filter(of_quarter).collect();
    if revisions.is_empty() {
        return ().into_any();
    }
    let exports: Vec<i64> =
        revisions.iter().filter(|revision| revision.at[3] == Measured::Exports.code()).filter_map(|revision| revision.change()).collect();
    let mean = i64::try_from(exports.len()).ok().and_then(|count| ratio(exports.iter().map(|change| change.abs()).sum(), count, 1));
    let mean = mean.map(|mean| view! { <p>{t!(lang, open.m_mean, share = format::percent(lang, mean))}</p> });
    let head = vec![t!(lang, data.period), t!(lang, data.measure), t!(lang, open.first), t!(lang, open.now), t!(lang, open.change)];
    let rows = revisions.iter().map(|revision| row(lang, revision));
    view! {
        <h2>{t!(lang, open.m_measured)}</h2>
        <p>{t!(lang, open.m_measured_text)}</p>
        {mean}
        {table_with_texts(&t!(lang, open.m_measured), &[1], head, rows.collect())}
    }
    .into_any()
}

fn row(lang: Lang, revision: &Revision) -> Vec<AnyView> {
    let name = |column, code: &str| statistics::code(lang, column, code).unwrap_or_else(|| code.to_owned());
    vec![
        cell(name(Column::Period, &revision.at[0])),
        cell(name(Column::Measure, &revision.at[3])),
        cell(value(lang, &revision.first)),
        cell(value(lang, &revision.now)),
        cell(revision.change().map(|change| format::change(lang, change)).unwrap_or_default()),
    ]
}
