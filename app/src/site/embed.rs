//! A chart alone, for a frame on a page of others.

use leptos::prelude::*;

use super::{
    View,
    chart::chart,
    document::alone,
    figure::{drawings, swatches, table},
};
use crate::{address::OpenPage, chart_id::ChartId, labels::t};

/// The chart with its source and the way to us; a sentence where there is nothing to show.
pub fn page(view: &View<'_>, id: ChartId) -> String {
    let lang = view.lang;
    let Some(chart) = chart(view, id) else {
        return alone(view, &t!(lang, site.name), view! { <p>{t!(lang, open.nothing_yet)}</p> }.into_any());
    };
    let drawings = drawings(&chart, lang, 720);
    let legend = (!chart.legend.is_empty()).then(|| swatches(&chart.legend));
    let title = chart.title.clone();
    let body = view! {
        <figure class="chart-figure">
            <figcaption><h1 class="embed-title">{chart.title.clone()}</h1><p class="hint">{chart.unit.clone()}</p></figcaption>
            {drawings}
            {legend}
            <details class="data-table"><summary>{t!(lang, chart.table)}</summary>{table(lang, &title, chart.table)}</details>
        </figure>
        {view.standing()}
        <p class="source"><a href=view.link(OpenPage::Home) target="_blank" rel="noopener">{t!(lang, data.publisher)}</a></p>
    };
    alone(view, &title, body.into_any())
}
