//! A chart on a page: its title, the drawing, what the colours mean, its table and its files.

use charts::Paint;
use leptos::prelude::*;

use super::{
    View,
    chart::{Cell, Chart, Table, chart},
};
use crate::{
    address::OpenPage,
    chart_id::ChartId,
    components::figure::{cell, table_with_texts},
    labels::t,
    lang::Lang,
};

/// A chart in the width that it has at a desk; nothing where there is nothing to show.
pub fn figure(view: &View<'_>, id: ChartId, width: u32) -> AnyView {
    chart(view, id).map(|chart| shown(view, chart, width)).into_any()
}

fn shown(view: &View<'_>, chart: Chart, width: u32) -> AnyView {
    let lang = view.lang;
    let drawings = drawings(&chart, lang, width);
    let legend = (!chart.legend.is_empty()).then(|| swatches(&chart.legend));
    let files = [OpenPage::Chart(chart.id), OpenPage::Picture(chart.id)];
    let files = files.into_iter().filter(|page| matches!(page, OpenPage::Chart(_)) || OpenPage::has_picture(chart.id));
    let files: Vec<_> = files
        .map(|page| {
            let name = if matches!(page, OpenPage::Chart(_)) { "SVG" } else { "PNG" };
            view! { <a href=view.link(page) download="" aria-label=format!("{name}: {}", chart.title)>{name}</a> }
        })
        .collect();
    let embed = view.link(OpenPage::Embed(chart.id));
    // the home page is to be light, and each of its charts stands on another page as well
    let frame = (view.page != OpenPage::Home).then(|| {
        let code = format!("<iframe src=\"{}{embed}\" width=\"720\" height=\"640\" title=\"{}\"></iframe>", view.edition.base, chart.title);
        view! { <p class="note embed-code"><code>{code}</code></p> }
    });
    view! {
        <figure class="chart-figure" id=chart.id.to_string()>
            <figcaption><h3>{chart.title.clone()}</h3><p class="hint">{chart.unit.clone()}</p></figcaption>
            {drawings}
            <output class="read-out" data-title=chart.title.clone() data-hint=t!(lang, pages.step)></output>
            {legend}
            <details class="data-table">
                <summary>{t!(lang, pages.table_and_files)}</summary>
                {table(lang, &chart.title, chart.table)}
                <p class="downloads">{files}<a href=embed.clone() aria-label=format!("{}: {}", t!(lang, pages.embed), chart.title)>{t!(lang, pages.embed)}</a></p>
                {frame}
            </details>
        </figure>
    }
    .into_any()
}

/// A chart as it is drawn for each width.
pub fn drawings(chart: &Chart, lang: Lang, width: u32) -> Vec<AnyView> {
    let drawn = chart.for_page(lang, width).into_iter();
    drawn.map(|(class, svg)| view! { <div class=class inner_html=svg></div> }.into_any()).collect()
}

/// The table of a chart.
pub fn table(lang: Lang, title: &str, table: Table) -> AnyView {
    let shown = |of: Cell| match of {
        Cell::Text(text) => cell(text),
        Cell::Source { text, lang: spoken, href } => {
            view! { <span class="note" lang=spoken>{text}</span>" "<a href=href rel="external">{t!(lang, home.source_link)}</a> }.into_any()
        }
    };
    let rows = table.rows.into_iter().map(|row| row.into_iter().map(shown).collect()).collect();
    table_with_texts(title, &table.texts, table.head, rows)
}

/// What colours mean.
pub fn swatches(legend: &[(Paint, String)]) -> AnyView {
    let class = |paint: Paint| match paint {
        Paint::Class(step) => format!("swatch class-{step}"),
        Paint::Second => "swatch chart-second".to_owned(),
        Paint::Main => "swatch chart-main".to_owned(),
        Paint::Paper => "swatch".to_owned(),
        _ => "swatch class-hidden".to_owned(),
    };
    let items: Vec<_> =
        legend.iter().map(|(paint, text)| view! { <li><span class=class(*paint) aria-hidden="true"></span>{text.clone()}</li> }).collect();
    view! { <ul class="legend">{items}</ul> }.into_any()
}
