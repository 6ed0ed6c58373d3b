//! Single figures of a quarter, each with what it is compared with.

use domain::{period::Period, progress::ratio, release::Measured};
use leptos::prelude::*;

use super::{
    View,
    figures::{Of, Told, name, on_year_before},
};
use crate::{components::figure::key_figure, format, labels::t};

/// The country's figures of a period.
pub fn key_figures(view: &View<'_>, period: Period, measures: &[Measured]) -> AnyView {
    of(view, period, Of::Country, measures)
}

/// The figures of a period of whom they are.
pub fn of(view: &View<'_>, period: Period, of: Of, measures: &[Measured]) -> AnyView {
    let lang = view.lang;
    let figures: Vec<_> = measures
        .iter()
        .filter_map(|measured| {
            let told = view.told(period, of, *measured)?;
            Some(key_figure(name(lang, *measured), told.said(lang), note(view, period, of, told)))
        })
        .collect();
    let named = format::period(lang, &period.to_string());
    view! { <div class="key-block"><p class="hint">{named}</p><dl class="key-figures">{figures}</dl></div> }.into_any()
}

/// The share of the country, and the change on the year before.
fn note(view: &View<'_>, period: Period, of: Of, told: Told<'_>) -> String {
    let lang = view.lang;
    let whole = view.told(period, Of::Country, told.measured).filter(|_| of != Of::Country);
    let share = whole.and_then(|whole| ratio(told.value()?, whole.value()?, 10_000));
    let share = share.map(|share| t!(lang, pages.share_of_country, share = format::percent_said(lang, share)));
    let before = period.year_before();
    let before = view.told(before, of, told.measured).map(|told| (before, told));
    let change = before.and_then(|(period, before)| {
        let change = format::change(lang, on_year_before(told, before)?);
        Some(format!("{change} ({}: {})", format::period(lang, &period.to_string()), before.said(lang)))
    });
    [share, change].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
