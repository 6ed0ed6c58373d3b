//! The home page: the way to the targets in one look, then what it is made of.

use domain::{
    money::Cents,
    period::Period,
    progress::{pace, ratio},
    quarter::Quarter,
    release::Measured,
};
use leptos::prelude::*;

use super::{
    Shown, View,
    document::{catalogue_for_search_engines, document},
    figure::figure,
    numbers::key_figures,
    regions::panels,
};
use crate::{
    address::{Address, OpenPage},
    chart_id::ChartId,
    format,
    labels::{self, t},
};

/// The page.
pub fn page(view: &View<'_>) -> String {
    let lang = view.lang;
    let body = match view.quarter() {
        Some(quarter) => answer(view, quarter),
        None => view! { <h1>{t!(lang, home.title)}</h1>{view.standing()} }.into_any(),
    };
    let body = view! { {body}{next(view)}{catalogue_for_search_engines(view)} };
    document(view, &t!(lang, home.title), &sentence(view).unwrap_or_else(|| t!(lang, site.description)), body.into_any())
}

/// How much was exported, and how that stands on the way to the target.
pub fn sentence(view: &View<'_>) -> Option<String> {
    let (lang, quarter) = (view.lang, view.quarter()?);
    let told = view.to_date(quarter)?;
    let reached = told.value()?;
    let (period, said) = (format::in_year_to_date(lang, quarter), format::dollars_scaled(lang, reached));
    let Some(target) = view.target(false) else { return Some(t!(lang, home.headline_no_target, period = period, reached = said)) };
    let share = ratio(reached, target.amount.0, 10_000).map(|share| format::percent_said(lang, share)).unwrap_or_default();
    let year = quarter.year().to_string();
    if told.is_provisional() {
        // what is not all in is held against no path
        return Some(t!(lang, home.headline_provisional, period = period, reached = said, share = share, year = year));
    }
    let stands = labels::pace(lang, pace(target.amount, Cents(reached), quarter.last_day()));
    Some(t!(lang, home.headline, period = period, reached = said, share = share, year = year, standing = stands))
}

fn answer(view: &View<'_>, quarter: Quarter) -> AnyView {
    let lang = view.lang;
    let measures = [Measured::Residents, Measured::Exporters, Measured::People];
    let more = |page: OpenPage, text: String| view! { <p class="links"><a href=view.link(page)>{text}</a></p> };
    view! {
        <h1 class="headline">{sentence(view).unwrap_or_else(|| t!(lang, home.title))}</h1>
        {view.standing()}
        <h2 class="visually-hidden">{t!(lang, pages.charts)}</h2>
        <div class="sheet">
            <div class="seven">{figure(view, ChartId::Course, 640)}</div>
            <div class="five">
                {figure(view, ChartId::YearTarget, 380)}
                {figure(view, ChartId::LongTermTarget, 380)}
                {key_figures(view, Period::Quarter(quarter), &measures)}
            </div>
        </div>
        <section>
            <h2>{t!(lang, home.regions)}</h2>
            <div class="sheet">
                <div class="seven">{figure(view, ChartId::Map, 640)}</div>
                <div class="five">{figure(view, ChartId::City, 380)}{figure(view, ChartId::Regions, 380)}</div>
            </div>
            {panels(view)}
            <p class="note">{t!(lang, pages.marks)}</p>
            {more(OpenPage::Regions, t!(lang, pages.all_regions))}
        </section>
        <section>
            <h2>{t!(lang, pages.exports)}</h2>
            <div class="sheet">
                <div class="six">{figure(view, ChartId::Destinations, 380)}</div>
                <div class="six">{figure(view, ChartId::Categories, 380)}</div>
            </div>
            {more(OpenPage::Exports, t!(lang, pages.more_exports))}
        </section>
        <section>
            <h2>{t!(lang, home.history)}</h2>
            <p class="hint">{t!(lang, home.history_hint)}</p>
            <div class="sheet"><div class="nine">{figure(view, ChartId::History, 820)}</div></div>
        </section>
    }
    .into_any()
}

/// What comes next, and where everything is.
fn next(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    // what is frozen, or is to come itself, announces nothing
    let coming = view.edition.coming.first().filter(|_| view.edition.shown == Shown::Latest).map(|coming| {
        let (day, quarter) = (format::day(lang, coming.day), format::quarter(lang, coming.quarter));
        view! { <p>{t!(lang, pages.next_release, day = day, quarter = quarter)}</p> }
    });
    let release = view.name().map(|name| {
        let href = Address::OpenOf(name, OpenPage::Release).link(lang).to_string();
        view! { <a href=href>{t!(lang, pages.this_release)}</a> }
    });
    view! {
        <section>
            <h2>{t!(lang, open.data)}</h2>
            {coming}
            <p class="links">
                <a href=view.link(OpenPage::Data)>{t!(lang, pages.to_data)}</a>
                {release}
                <a href=view.link(OpenPage::Releases)>{t!(lang, open.releases)}</a>
                <a href=view.link(OpenPage::Methodology)>{t!(lang, open.methodology)}</a>
            </p>
        </section>
    }
    .into_any()
}
