//! The catalogue of datasets, and each of them: a preview, a part to choose, every format, how to read and cite it.

use domain::{
    clock::tashkent_date,
    datasets::{Column, Dataset, DatasetId, Row},
    release::Status,
};
use leptos::prelude::*;

use super::{
    Shown, View,
    document::{catalogue_for_search_engines, document, for_search_engines},
    published_on,
};
use crate::{
    address::{Address, OpenPage},
    components::figure::{cell, table_with_texts},
    format,
    labels::t,
    lang::Lang,
    statistics::{self, FORMATS, Format},
};

/// Every dataset.
pub fn catalogue(view: &View<'_>) -> String {
    let lang = view.lang;
    let items: Vec<_> = DatasetId::ALL
        .iter()
        .map(|id| {
            view! {
                <li class="dataset">
                    <h2><a href=view.link(OpenPage::Dataset(*id))>{statistics::title(lang, *id)}</a></h2>
                    <p>{statistics::description(lang, *id)}</p>
                    <p class="downloads">{downloads(view, *id, &["csv", "xlsx", "json"])}<a href=view.link(OpenPage::Dataset(*id))>{t!(lang, open.open)}</a></p>
                </li>
            }
        })
        .collect();
    let body = view! {
        <h1>{t!(lang, open.data)}</h1>
        <p class="lead">{t!(lang, open.data_lead, licence = t!(lang, data.licence))}</p>
        {view.standing()}
        <ul class="datasets">{items}</ul>
        {view.as_of(OpenPage::Data)}
        <h2>{t!(lang, open.for_programs)}</h2>
        <ul>
            <li><a href="/api/v1/openapi.json">{t!(lang, open.api, link = "OpenAPI 3.1")}</a></li>
            <li><a href="/api/v1/catalogue.jsonld">{t!(lang, open.catalogue)}</a></li>
            <li><a href=format!("/api/v1/feed.atom?lang={}", lang.code())>{t!(lang, open.feed)}</a></li>
            <li><a href="/api/v1/changes">{t!(lang, open.changes)}</a></li>
        </ul>
        {catalogue_for_search_engines(view)}
    };
    document(view, &t!(lang, open.data), &t!(lang, open.data_lead, licence = t!(lang, data.licence)), body.into_any())
}

/// Links to the files of the release: they never change.
fn downloads(view: &View<'_>, id: DatasetId, endings: &[&str]) -> Vec<AnyView> {
    let of = |ending: &&str| {
        let (name, format) = view.name().zip(Format::of(ending))?;
        let href = view.file(name, &format.file(id, view.lang));
        Some(view! { <a href=href>{format.ending.to_uppercase()}</a> }.into_any())
    };
    endings.iter().filter_map(of).collect()
}

/// A dataset.
pub fn dataset(view: &View<'_>, id: DatasetId) -> String {
    let lang = view.lang;
    let title = statistics::title(lang, id);
    let notes = view.of(id).map(|dataset| statistics::notes(lang, dataset, view.edition.demonstration)).unwrap_or_default();
    let notes: Vec<_> = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect();
    let endings: Vec<&str> = FORMATS.iter().map(|format| format.ending).collect();
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{statistics::description(lang, id)}</p>
        {view.standing()}
        <h2>{t!(lang, open.download)}</h2>
        <h3>{t!(lang, open.all_of_it)}</h3>
        <p class="downloads">{downloads(view, id, &endings)}</p>
        <p class="hint">{t!(lang, open.formats)}</p>
        {view.as_of(OpenPage::Dataset(id))}
        {view.of(id).filter(|_| view.edition.shown != Shown::Preview).map(|dataset| filter(view, dataset))}
        {view.of(id).map(|dataset| if id == DatasetId::Official { quoted(view, dataset) } else { preview(view, dataset) })}
        <ul class="note">{notes}</ul>
        {(view.edition.shown != Shown::Preview).then(|| for_programs(view, id))}
        {for_search_engines(view, id)}
    };
    document(view, &title, &statistics::description(lang, id), body.into_any())
}

/// What others published, each figure in their words.
fn quoted(view: &View<'_>, dataset: &Dataset) -> AnyView {
    let lang = view.lang;
    let row = |row: &Row| {
        let text = |column: Column| dataset.text(row, column);
        let said = |column: Column| statistics::code(lang, column, &text(column)).unwrap_or_else(|| text(column));
        let source = text(Column::Source);
        let host = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://")).and_then(|rest| rest.split('/').next());
        let link = host.map(|host| view! { <a href=source.clone() rel="external">{host.to_owned()}</a> }.into_any());
        vec![
            // the words are those of the source as they were imported
            view! { <span lang="en">{text(Column::Definition)}</span> }.into_any(),
            cell(said(Column::Period)),
            cell(said(Column::Region)),
            cell(row.value.map(|value| format::shortest(lang, value, row.decimals)).unwrap_or_default()),
            view! { <span lang="en">{row.unit.clone()}</span> }.into_any(),
            link.unwrap_or_else(|| cell(source)),
        ]
    };
    let columns = [Column::Definition, Column::Period, Column::Region, Column::Value, Column::Unit, Column::Source];
    let head = columns.map(|column| statistics::column(lang, column)).into();
    let title = statistics::title(lang, dataset.id);
    table_with_texts(&title, &[1, 2, 4, 5], head, dataset.rows.iter().map(row).collect())
}

/// The latest quarter in words, a column for each measure; of targets the latest year to date.
fn preview(view: &View<'_>, dataset: &Dataset) -> AnyView {
    const MOST: usize = 40;
    let lang = view.lang;
    let mut periods = dataset.rows.iter().map(|row| &row.at[0]);
    let period = match dataset.id {
        DatasetId::Targets | DatasetId::Official => periods.next_back(),
        DatasetId::Regions | DatasetId::Destinations | DatasetId::Activities => periods.rfind(|period| period.contains("-Q")),
    };
    let Some(period) = period else { return ().into_any() };
    let rows: Vec<&Row> = dataset.rows.iter().filter(|row| row.at[0] == *period).collect();
    let dimensions = dataset.id.dimensions();
    // what tells rows apart beside their period and measure
    let shown = 1..dimensions.len() - 1;
    let mut measures: Vec<(&str, &str)> = Vec::new();
    let mut places: Vec<&[String]> = Vec::new();
    for row in &rows {
        let (measure, place) = (&row.at[dimensions.len() - 1], &row.at[shown.clone()]);
        if !measures.iter().any(|(known, _)| known == measure) {
            measures.push((measure, &row.unit));
        }
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let name = |column: Column, code: &str| statistics::code(lang, column, code).unwrap_or_else(|| code.to_owned());
    let mut head: Vec<String> = dimensions[shown.clone()].iter().map(|column| statistics::column(lang, *column)).collect();
    // what is counted says its unit by its name
    let of = |(measure, unit): &(&str, &str)| match *unit {
        "USD" | "UZS" => format!("{}, {unit}", name(Column::Measure, measure)),
        _ => name(Column::Measure, measure),
    };
    head.extend(measures.iter().map(of));
    let lines = places.iter().take(MOST).map(|place| {
        let names = dimensions[shown.clone()].iter().zip(*place).map(|(column, code)| cell(name(*column, code)));
        let values = measures.iter().map(|(measure, _)| {
            let row = rows.iter().find(|row| row.at[shown.clone()] == **place && row.at[dimensions.len() - 1] == *measure);
            cell(row.map(|row| value(lang, row)).unwrap_or_default())
        });
        names.chain(values).collect()
    });
    let texts: Vec<usize> = (1..shown.len()).collect();
    let caption = t!(lang, open.preview, period = format::period(lang, period));
    let statuses = [Status::Confidential, Status::Provisional, Status::Revised, Status::NotAvailable];
    let said = statuses.map(|status| format!("[{status}] {}", statistics::status(lang, status))).join("; ");
    view! {
        <h2>{caption.clone()}</h2>
        {table_with_texts(&caption, &texts, head, lines.collect())}
        <p class="note">{said}</p>
    }
    .into_any()
}

/// A value as tables say it, with its mark.
pub fn value(lang: Lang, row: &Row) -> String {
    let mark = if row.status == Status::Shown { String::new() } else { format!("[{}]", row.status) };
    match row.value {
        Some(value) => format!("{}{}{mark}", format::decimal(lang, value, row.decimals), if mark.is_empty() { "" } else { " " }),
        None => mark,
    }
}

/// The definition of the first figure with a code in a dimension, if figures have definitions.
fn defined(dataset: &Dataset, dimension: usize, code: &str) -> Option<String> {
    let row = dataset.rows.iter().find(|row| row.at[dimension] == code)?;
    Some(dataset.text(row, Column::Definition)).filter(|definition| !definition.is_empty())
}

/// A form that asks for a part: plain, and answered by the interface for programs.
fn filter(view: &View<'_>, dataset: &Dataset) -> AnyView {
    let (lang, id) = (view.lang, dataset.id);
    let fields: Vec<_> = id
        .dimensions()
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let codes = dataset.codes(n);
            let options: Vec<_> = codes
                .iter()
                .map(|code| {
                    let name = statistics::code(lang, *column, code);
                    // what others measure is called as they define it
                    let language = name.is_none().then_some("en");
                    let name = name.or_else(|| defined(dataset, n, code)).unwrap_or_else(|| (*code).to_owned());
                    view! { <option value=(*code).to_owned() lang=language>{name}</option> }
                })
                .collect();
            let field = format!("only-{column}");
            view! {
                <div class="field">
                    <label for=field.clone()>{statistics::column(lang, *column)}</label>
                    <select id=field name=column.code() multiple size=codes.len().clamp(2, 6).to_string()>{options}</select>
                </div>
            }
        })
        .collect();
    let buttons = Vec::from(["csv", "excel.csv", "xlsx", "json", "jsonstat.json", "px", "parquet", "sdmx.csv"].map(|ending| {
        let action = format!("/api/v1/datasets/{id}.{ending}");
        view! { <button class="button button-small" type="submit" formaction=action>{ending.to_uppercase()}</button> }
    }));
    let release = view.name().filter(|_| view.edition.shown == Shown::Permanent);
    let release = release.map(|name| view! { <input type="hidden" name="asOf" value=name.to_string()/> });
    view! {
        <h3>{t!(lang, open.filter)}</h3>
        <p class="hint">{t!(lang, open.filter_hint)}</p>
        <form method="get" action=format!("/api/v1/datasets/{id}.csv") class="part">
            <input type="hidden" name="lang" value=lang.code()/>
            {release}
            <div class="fields">{fields}</div>
            <p class="buttons">{buttons}</p>
        </form>
    }
    .into_any()
}

fn for_programs(view: &View<'_>, id: DatasetId) -> AnyView {
    let (lang, base) = (view.lang, &view.edition.base);
    let latest = format!("{base}/api/v1/datasets/{id}.csv");
    let permanent = view.name().map(|name| {
        let address = format!("{base}/api/v1/releases/{name}/{id}.csv");
        view! { <dt>{t!(lang, open.permanent)}</dt><dd><code>{address}</code></dd> }
    });
    // another may have been published or withdrawn on the day of one that is past
    let latest_release = view.edition.release.as_ref().filter(|_| view.edition.shown == Shown::Latest);
    let past = latest_release.and_then(|release| release.publish_at).map(|at| {
        let address = format!("{latest}?asOf={}", tashkent_date(at));
        view! { <dt>{t!(lang, open.as_of_address)}</dt><dd><code>{address}</code></dd> }
    });
    let citation = view.edition.release.as_ref().filter(|release| release.publish_at.is_some()).map(|release| {
        let page = Address::OpenOf(release.name, OpenPage::Dataset(id)).link(lang);
        let text = format!("{}, {}, {base}{page}", statistics::citation(lang, id, release.name), published_on(lang, release));
        view! { <dt>{t!(lang, open.cite)}</dt><dd>{text}</dd> }
    });
    // what is cited can be computed again
    let read = match view.name() {
        Some(name) => format!("{base}/api/v1/releases/{name}/{id}.csv"),
        None => latest.clone(),
    };
    view! {
        <h2>{t!(lang, open.for_programs)}</h2>
        <dl class="addresses">
            <dt>{t!(lang, open.latest_address)}</dt><dd><code>{latest}</code></dd>
            {permanent}
            {past}
            {citation}
        </dl>
        <h3>{t!(lang, open.python)}</h3>
        <pre tabindex="0"><code>{statistics::in_python(&read)}</code></pre>
        <h3>{t!(lang, open.r)}</h3>
        <pre tabindex="0"><code>{statistics::in_r(&read)}</code></pre>
    }
    .into_any()
}
