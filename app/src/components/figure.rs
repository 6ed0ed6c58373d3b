//! Figures: key numbers, charts beside their table, and tables.

use leptos::prelude::*;

use crate::{address::Address, context::Page, labels::t};

/// A number with its name and a note under it.
pub fn key_figure(name: String, value: String, note: String) -> AnyView {
    view! {
        <div class="key-figure">
            <dt>{name}</dt>
            <dd><strong>{value}</strong>" "<span class="note">{note}</span></dd>
        </div>
    }
    .into_any()
}

/// A chart and its table.
pub struct ChartFigure {
    /// What it shows.
    pub title: String,
    /// Identifier on the page and of its downloads.
    pub id: &'static str,
    /// SVG for wide and narrow screens, trusted: drawn by us.
    pub svg: [String; 2],
    /// What the colours mean, between the chart and its table.
    pub legend: Option<AnyView>,
    /// The table.
    pub table: AnyView,
    /// Whether the table is shown at once instead of on demand.
    pub table_open: bool,
}

impl ChartFigure {
    /// The figure as HTML.
    pub fn view(self, page: &Page) -> AnyView {
        let lang = page.lang;
        let [wide, narrow] = self.svg;
        let file = |ending| page.link(Address::Chart(self.id, ending)).to_string();
        // an empty database has no charts, and no links to them
        let downloads = (!wide.is_empty()).then(|| {
            view! {
                <p class="downloads">
                    <a href=file("svg") download="">{t!(lang, chart.download_svg)}</a>
                    <a href=file("csv") download="">{t!(lang, chart.download_csv)}</a>
                </p>
            }
        });
        view! {
            <figure class="chart-figure" id=self.id>
                <figcaption><h3>{self.title}</h3></figcaption>
                <div class="chart chart-wide" inner_html=wide></div>
                <div class="chart chart-narrow" inner_html=narrow></div>
                {self.legend}
                <details class="data-table" open=self.table_open>
                    <summary>{t!(lang, chart.table)}</summary>
                    {self.table}
                </details>
                {downloads}
            </figure>
        }
        .into_any()
    }
}

/// A table with a caption. The first column is text, the others are numbers.
pub fn table(caption: &str, head: Vec<String>, rows: Vec<Vec<AnyView>>) -> AnyView {
    table_with_texts(caption, &[], head, rows)
}

/// A table with a caption. The first column and those of `texts` (from 0) are text, the others are numbers.
pub fn table_with_texts(caption: &str, texts: &[usize], head: Vec<String>, rows: Vec<Vec<AnyView>>) -> AnyView {
    let class = |n: usize| texts.contains(&n).then_some("text");
    let labels = head.clone();
    let head: Vec<_> = head.into_iter().enumerate().map(|(n, name)| view! { <th scope="col" class=class(n)>{name}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = cells
                .into_iter()
                .zip(&labels)
                .enumerate()
                .map(|(n, (cell, label))| {
                    if n == 0 {
                        view! { <th scope="row">{cell}</th> }.into_any()
                    } else {
                        view! { <td data-label=label.clone() class=class(n)>{cell}</td> }.into_any()
                    }
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=caption.to_owned()>
            <table><caption>{caption.to_owned()}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

/// Text as a cell.
pub fn cell(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! { {text} }.into_any()
}
