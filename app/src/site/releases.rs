//! Releases: those to come, those that are public, and each of them with its files and what it changed.

use domain::{
    datasets::{Change, ChangeKind, Column, Dataset},
    release::{Planned, ReleaseName, ReleaseState},
};
use leptos::prelude::*;
use services::releases::ReleaseView;

use super::{FileLine, Shown, View, data::value, document::document, home::sentence, published_on};
use crate::{
    address::{Address, OpenPage},
    components::figure::{cell, table_with_texts},
    format,
    labels::t,
    lang::Lang,
    statistics,
};

/// Every release, the latest first.
pub fn list(view: &View<'_>) -> String {
    let lang = view.lang;
    let coming: Vec<_> = view
        .edition
        .coming
        .iter()
        .map(|coming| {
            let (day, quarter) = (format::day(lang, coming.day), format::quarter(lang, coming.quarter));
            view! { <li>{day}": "{quarter}</li> }
        })
        .collect();
    let head = vec![t!(lang, open.name), t!(lang, open.day), t!(lang, open.stands)];
    let rows = view.edition.all.iter().rev().map(|release| {
        let href = Address::OpenOf(release.name, OpenPage::Release).link(lang).to_string();
        let name = view! { <a href=href>{statistics::release_title(lang, release.name)}</a> }.into_any();
        vec![name, cell(published_on(lang, release)), stands(view, release)]
    });
    let title = t!(lang, open.releases);
    let table = table_with_texts(&t!(lang, open.published), &[1, 2], head, rows.collect());
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, open.releases_lead)}</p>
        <h2>{t!(lang, open.calendar)}</h2>
        <ul>{coming}</ul>
        {view.as_of(OpenPage::Home)}
        <h2>{t!(lang, open.published)}</h2>
        {if view.edition.all.is_empty() { view! { <p>{t!(lang, open.nothing_yet)}</p> }.into_any() } else { table }}
        <p class="links"><a href=format!("/api/v1/feed.atom?lang={}", lang.code())>{t!(lang, open.feed)}</a><a href="/api/v1/changes">{t!(lang, open.changes)}</a></p>
    };
    document(view, &title, &t!(lang, open.releases_lead), body.into_any())
}

fn stands(view: &View<'_>, release: &ReleaseView) -> AnyView {
    let lang = view.lang;
    let is_latest = view.latest().is_some_and(|latest| latest.name == release.name);
    let (text, class) = match release.state {
        ReleaseState::Withdrawn => (t!(lang, open.withdrawn_mark), "tag tag-bad"),
        _ if is_latest => (t!(lang, open.valid), "tag tag-good"),
        _ => (t!(lang, open.superseded), "tag tag-quiet"),
    };
    let provisional =
        release.provisional.as_ref().map(|_| view! { " "<span class="tag tag-warn">{t!(lang, open.provisional_mark)}</span> });
    view! { <span class=class>{text}</span>{provisional} }.into_any()
}

/// A release. One that was withdrawn says so, and by what it was replaced.
pub fn release(view: &View<'_>) -> String {
    let (lang, edition) = (view.lang, view.edition);
    let Some(release) = &edition.release else { return list(view) };
    let title = statistics::release_title(lang, release.name);
    let withdrawn = (release.state == ReleaseState::Withdrawn).then(|| {
        let later = edition.all.iter().find(|other| other.name > release.name && other.state != ReleaseState::Withdrawn);
        let text = later.map_or_else(
            || view! { {t!(lang, open.not_replaced)} }.into_any(),
            |later| {
                let href = Address::OpenOf(later.name, OpenPage::Release).link(lang).to_string();
                view! { <a href=href>{t!(lang, open.replaced_by, release = later.name.to_string())}</a> }.into_any()
            },
        );
        view! { <p>{text}</p> }
    });
    let link = |name: &str| {
        let href = view.file(release.name, name);
        view! { <a href=href>{name.to_owned()}</a> }.into_any()
    };
    let of_release = |page: OpenPage| match edition.shown {
        Shown::Preview => view.link(page),
        Shown::Latest | Shown::Permanent => Address::OpenOf(release.name, page).link(lang).to_string(),
    };
    let changes: Vec<AnyView> = edition.datasets.iter().filter_map(|dataset| changes(view, dataset)).collect();
    let body = view! {
        <h1>{title.clone()}</h1>
        {sentence(view).filter(|_| release.state != ReleaseState::Withdrawn).map(|text| view! { <p class="lead">{text}</p> })}
        {view.standing()}
        {withdrawn}
        {corrects(lang, release.name)}
        {view.coverage().filter(|_| release.provisional.is_none()).map(|text| view! { <p>{text}</p> })}
        <h2>{t!(lang, open.data)}</h2>
        <p class="links">
            <a href=of_release(OpenPage::Home)>{t!(lang, open.site_of)}</a>
            <a href=of_release(OpenPage::Data)>{t!(lang, open.open)}</a>
        </p>
        <h2>{t!(lang, open.what_changed)}</h2>
        {changes}
        {(!edition.plan.is_empty()).then(|| plan(view))}
        <h2>{t!(lang, open.files)}</h2>
        <p class="hint">{t!(lang, open.verify_hint)}</p>
        {file_table(lang, &edition.files, link)}
    };
    document(view, &title, &t!(lang, open.releases_lead), body.into_any())
}

/// The files of a release, each with a link of its name.
pub fn file_table(lang: Lang, files: &[FileLine], link: impl Fn(&str) -> AnyView) -> AnyView {
    let row = |file: &FileLine| {
        let size = i64::try_from(file.size).map(format::number).unwrap_or_default();
        vec![link(&file.name), cell(size), view! { <code class="digest">{file.digest.clone()}</code> }.into_any()]
    };
    let title = t!(lang, open.files);
    let head = vec![t!(lang, open.file), t!(lang, open.size), "SHA-256".to_owned()];
    let table = table_with_texts(&title, &[2], head, files.iter().map(row).collect());
    view! { <details class="data-table"><summary>{title}</summary>{table}</details> }.into_any()
}

/// Which release it corrects, if it does; that says why.
fn corrects(lang: Lang, release: ReleaseName) -> Option<AnyView> {
    let wrong = release.corrected()?;
    let href = Address::OpenOf(wrong, OpenPage::Release).link(lang).to_string();
    Some(
        view! { <p><a href=href>{t!(lang, open.corrects, release = wrong.to_string())}</a>" "{t!(lang, open.counts_stand)}</p> }.into_any(),
    )
}

/// What the publication plan of its year shows.
fn plan(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let title = view.name().map(|name| t!(lang, open.plan, year = name.quarter.year().to_string())).unwrap_or_default();
    let table = plan_table(lang, &title, &view.edition.plan);
    view! {
        <h2>{title}</h2>
        <p class="hint">{t!(lang, open.plan_hint)}</p>
        <details class="data-table"><summary>{t!(lang, chart.table)}</summary>{table}</details>
    }
    .into_any()
}

/// What a publication plan shows of each table.
pub fn plan_table(lang: Lang, title: &str, plan: &[Planned]) -> AnyView {
    let of = |planned: &Planned| {
        let column = Column::of_part(planned.by);
        let called = |code: &String| statistics::code(lang, column, code).unwrap_or_else(|| code.clone());
        let names = |members: &[String]| {
            if members.is_empty() { "–".to_owned() } else { members.iter().map(called).collect::<Vec<_>>().join(", ") }
        };
        let measure = statistics::code(lang, Column::Measure, planned.measure.code()).unwrap_or_default();
        let by = planned.within.as_ref().map_or_else(|| statistics::told_by(lang, planned.by), called);
        // of countries all that are not named are shown together
        let together = if planned.within.is_some() { t!(lang, open.plan_rest) } else { names(&planned.together) };
        [format!("{measure}: {by}"), names(&planned.quarterly), together, names(&planned.yearly)].map(cell).into()
    };
    let head = vec![t!(lang, open.plan_table), t!(lang, open.plan_quarterly), t!(lang, open.plan_together), t!(lang, open.plan_yearly)];
    table_with_texts(title, &[1, 2, 3], head, plan.iter().map(of).collect())
}

/// What a dataset says that the release before did not, if anything.
fn changes(view: &View<'_>, dataset: &Dataset) -> Option<AnyView> {
    let lang = view.lang;
    let changes = dataset.changes(view.edition.before.iter().find(|other| other.id == dataset.id));
    let of = |kinds: &[ChangeKind]| -> Vec<&Change<'_>> { changes.iter().filter(|change| kinds.contains(&change.kind)).collect() };
    // that a figure was told again and came out the same is no news
    let (new, revised) = (of(&[ChangeKind::New]), of(&[ChangeKind::Revised, ChangeKind::Lost]));
    let count = |number: usize| i64::try_from(number).map(format::number).unwrap_or_default();
    let title = statistics::title(lang, dataset.id);
    let table = (!revised.is_empty()).then(|| {
        view! {
            <details class="data-table">
                <summary>{t!(lang, open.revised_figures, count = count(revised.len()))}</summary>
                {changed(lang, dataset, &revised)}
            </details>
        }
    });
    let told = (!new.is_empty()).then(|| view! { <p>{t!(lang, open.new_figures, count = count(new.len()))}</p> });
    let something = !new.is_empty() || !revised.is_empty();
    something.then(|| view! { <h3>{title}</h3>{told}{table} }.into_any())
}

/// A table of figures of a dataset, as they were and as they are.
pub fn changed(lang: Lang, dataset: &Dataset, changes: &[&Change<'_>]) -> AnyView {
    let dimensions: Vec<(usize, Column)> = dataset.id.dimensions().iter().copied().enumerate().collect();
    let mut head: Vec<String> = dimensions.iter().map(|(_, column)| statistics::column(lang, *column)).collect();
    head.extend([t!(lang, open.before), t!(lang, open.now)]);
    let rows = changes.iter().map(|change| {
        let names = dimensions.iter().map(|(n, column)| {
            let code = &change.now.at[*n];
            cell(statistics::code(lang, *column, code).unwrap_or_else(|| code.clone()))
        });
        let values = [change.before.map(|row| value(lang, row)).unwrap_or_default(), value(lang, change.now)];
        names.chain(values.map(cell)).collect()
    });
    let texts: Vec<usize> = (1..dimensions.len()).collect();
    table_with_texts(&statistics::title(lang, dataset.id), &texts, head, rows.collect())
}
