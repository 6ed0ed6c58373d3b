//! A chart with its title, its text and its table: made once of what a release says, shown on pages, embedded and downloaded.

use charts::{Bar, Bullet, ChartError, Column, Cumulative, Frame, Paint, Palette, Place, Words};
use domain::period::Period;

use super::{View, published_on, withdrawn_on};
use crate::{chart_id::ChartId, format, labels::t, lang::Lang};

mod over_time;
mod parts;
mod regions;
mod targets;

/// What is drawn.
enum Drawing {
    Bullet(Bullet),
    Course(Box<Cumulative>),
    Bars(Vec<Bar>),
    Columns(Vec<Column>),
    Map(Vec<Place>),
    Tiles(Vec<Place>),
}

/// A cell of a table.
pub enum Cell {
    /// Words or a number.
    Text(String),
    /// Words of a language that may be another than the page's, and where they come from.
    Source { text: String, lang: Option<&'static str>, href: String },
}

/// The table of a chart.
pub struct Table {
    pub head: Vec<String>,
    /// Columns of words; the first is one.
    pub texts: Vec<usize>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    fn of(head: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        Self { head, texts: Vec::new(), rows: rows.into_iter().map(|row| row.into_iter().map(Cell::Text).collect()).collect() }
    }
}

/// A chart.
pub struct Chart {
    pub id: ChartId,
    /// What is to be seen, or what it shows.
    pub title: String,
    /// Measure and unit.
    pub unit: String,
    /// What the colours mean.
    pub legend: Vec<(Paint, String)>,
    pub table: Table,
    /// Every value in words.
    text: String,
    drawing: Drawing,
    /// Under it in a file of its own.
    source: String,
}

/// A chart of a release; none where the release says nothing of it.
pub fn chart(view: &View<'_>, id: ChartId) -> Option<Chart> {
    match id {
        ChartId::Course => targets::course(view),
        ChartId::YearTarget => targets::bullet(view, id, false),
        ChartId::LongTermTarget => targets::bullet(view, id, true),
        ChartId::City => regions::city(view),
        ChartId::Regions => regions::ranked(view),
        ChartId::Map => regions::places(view, id, Drawing::Map),
        ChartId::Tiles => regions::places(view, id, Drawing::Tiles),
        ChartId::Destinations | ChartId::Categories | ChartId::Activities => parts::bars(view, id),
        ChartId::History => over_time::history(view),
        ChartId::Quarters(measured, region) => over_time::quarters(view, measured, region),
    }
}

impl Chart {
    /// As SVG.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn svg(&self, lang: Lang, frame: Frame) -> Result<String, ChartError> {
        let words = Words { title: &self.title, description: &self.text, legend: &self.legend, source: &self.source };
        match &self.drawing {
            Drawing::Bullet(bullet) => charts::bullet(bullet, frame, words),
            Drawing::Course(course) => charts::cumulative(course, frame, words, |cents| format::decimal(lang, cents / 100_000_000, 0)),
            Drawing::Bars(bars) => charts::bars(bars, frame, words),
            Drawing::Columns(columns) => charts::columns(columns, frame, words),
            Drawing::Map(places) => charts::map(places, frame, words),
            Drawing::Tiles(places) => charts::tiles(places, frame, words),
        }
    }

    /// For a page: drawn for wide and for narrow screens, each with the class that shows it there. One that is narrow at a desk is the
    /// same everywhere.
    pub fn for_page(&self, lang: Lang, width: u32) -> Vec<(&'static str, String)> {
        let drawn = |width| {
            let frame = Frame { width, palette: Palette::Page };
            (frame, self.svg(lang, frame).unwrap_or_else(|error| failed(self.id, &error)))
        };
        let (frame, svg) = drawn(width);
        if frame.is_narrow() {
            return vec![("chart chart-one", svg)];
        }
        vec![("chart chart-wide", svg), ("chart chart-narrow", drawn(320).1)]
    }

    /// As a small multiple on a page.
    pub fn small(&self, lang: Lang) -> String {
        let frame = Frame { width: 160, palette: Palette::Page };
        let words = Words { title: &self.title, description: &self.text, legend: &[], source: "" };
        match &self.drawing {
            Drawing::Columns(columns) => charts::small_columns(columns, frame, words),
            _ => self.svg(lang, frame),
        }
        .unwrap_or_else(|error| failed(self.id, &error))
    }
}

/// A page without the chart is better than no page.
fn failed(id: ChartId, error: &ChartError) -> String {
    tracing::error!(%error, chart = %id, "a chart failed");
    String::new()
}

/// Every value in words: `Samarkand: $2.2 million; …`.
fn listed<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    values.map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>().join("; ")
}

/// Every bar in words.
fn of_bars(bars: &[Bar]) -> String {
    listed(bars.iter().map(|bar| (bar.label.as_str(), bar.text.as_str())))
}

/// What is measured, and of when.
fn of_period(lang: Lang, measured: &str, period: Period) -> String {
    format!("{measured}. {}", format::period(lang, &period.to_string()))
}

/// A finding and every value.
fn text(finding: &str, values: &str) -> String {
    format!("{finding} {values}").trim().to_owned()
}

/// What stands under a chart in a file: what it measures, the release and how that stands, and whether residents are invented.
fn source(view: &View<'_>, unit: &str) -> String {
    let lang = view.lang;
    let release = view.edition.release.as_ref();
    let named = release
        .filter(|release| release.publish_at.is_some())
        .map(|release| t!(lang, open.of_release, release = release.name.to_string(), day = published_on(lang, release)));
    let withdrawn = release.and_then(|release| withdrawn_on(lang, release));
    let invented = view.edition.demonstration.then(|| t!(lang, site.demo_file));
    let parts = [Some(format!("{unit}.")), Some(format!("{}.", t!(lang, data.publisher))), named, withdrawn, invented];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
