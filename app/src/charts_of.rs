//! The charts of the public figures: what they show, in which words. One place for pages and downloads.

use charts::{Bar, Bullet, ChartError, Class, Column, Cumulative, Frame, Line, Palette, Place, Words};
use chrono::NaiveDate;
use domain::{
    money::Cents,
    progress::{Target, national_target, straight_path},
    published::{Figure, THOUSAND_DOLLARS},
    region::Region,
};
use services::{
    Store,
    figures::{PublicFigures, public},
    official_series::{Published, series},
    settings::targets,
};

use crate::{
    format,
    labels::{self, t},
    lang::Lang,
};

/// Everything the public charts are made of.
#[derive(Debug, Clone)]
pub struct PublicData {
    /// Accepted totals.
    pub figures: PublicFigures,
    /// Targets as they were set.
    pub targets: Vec<Target>,
    /// Published history of exports.
    pub history: Vec<Published>,
    /// Published information services by region.
    pub information: Vec<Published>,
    /// The day of the figures.
    pub today: NaiveDate,
}

/// A chart that can be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum PublicChart {
    ThisYear,
    LongTerm,
    Cumulative,
    City,
    Regions,
    Map,
    Tiles,
    Destinations,
    History,
}

impl PublicChart {
    /// Every chart.
    pub const ALL: [Self; 9] = [
        Self::ThisYear,
        Self::LongTerm,
        Self::Cumulative,
        Self::City,
        Self::Regions,
        Self::Map,
        Self::Tiles,
        Self::Destinations,
        Self::History,
    ];

    /// Its name in addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ThisYear => "year-target",
            Self::LongTerm => "long-term-target",
            Self::Cumulative => "cumulative",
            Self::City => "city",
            Self::Regions => "regions",
            Self::Map => "map",
            Self::Tiles => "tiles",
            Self::Destinations => "destinations",
            Self::History => "history",
        }
    }
}

/// Dollars of a published figure.
fn cents(figure: Figure) -> Option<Cents> {
    figure.shown().and_then(|thousands| thousands.checked_mul(THOUSAND_DOLLARS)).map(Cents)
}

/// A published figure in words, or the mark in its place: `[c]`, `[x]`.
pub fn dollars(lang: Lang, figure: Figure) -> String {
    cents(figure).map_or_else(|| mark(figure), |cents| format::dollars_scaled(lang, cents.0))
}

fn mark(figure: Figure) -> String {
    format!("[{}]", figure.status())
}

impl PublicData {
    /// Loads what the public may see.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(store: &Store) -> services::Result<Self> {
        Ok(Self {
            figures: public(store).await?,
            targets: targets(store).await?,
            history: series(store, "exports").await?,
            information: series(store, services::official_series::INFORMATION_SERVICES).await?,
            today: store.clock().today(),
        })
    }

    /// Source, date, coverage and status of accepted totals.
    pub fn source(&self, lang: Lang) -> String {
        let coverage = self.figures.coverage_to_date;
        let share = coverage.accepted_share().map(|share| format::percent(lang, share)).unwrap_or_default();
        t!(
            lang,
            home.source,
            quarter = format::quarter(lang, self.figures.quarter),
            day = format::day(lang, self.today),
            accepted = format::number(coverage.accepted),
            owed = format::number(coverage.owed),
            share = share
        )
    }

    /// Exports of the year to date.
    pub fn reached(&self) -> Option<Cents> {
        self.figures.exports_up_to(self.figures.quarter).and_then(cents)
    }

    /// The target of the year.
    pub fn year_target(&self) -> Option<&Target> {
        national_target(&self.targets, Some(self.figures.quarter.year()))
    }

    /// The target without a year.
    pub fn long_term_target(&self) -> Option<&Target> {
        national_target(&self.targets, None)
    }

    /// Years with a published figure of exports for the whole year, and those without between them.
    pub fn history_by_year(&self) -> Vec<(i32, Option<i64>)> {
        let published: Vec<(i32, i64)> = self.history.iter().filter_map(|row| Some((row.period.parse().ok()?, row.value_milli))).collect();
        let (Some(first), Some(last)) = (published.first(), published.last()) else { return Vec::new() };
        (first.0..=last.0).map(|year| (year, published.iter().find(|row| row.0 == year).map(|row| row.1))).collect()
    }

    /// A chart as SVG; `None` when there is nothing to show.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn svg(&self, chart: PublicChart, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        match chart {
            PublicChart::ThisYear => self.bullet(self.year_target(), true, lang, frame),
            PublicChart::LongTerm => self.bullet(self.long_term_target(), false, lang, frame),
            PublicChart::Cumulative => self.cumulative(lang, frame),
            PublicChart::City => self.city(lang, frame),
            PublicChart::Regions => self.regions(lang, frame).map(Some),
            PublicChart::Map => self.places(lang, frame, &t!(lang, chart.map), charts::map).map(Some),
            PublicChart::Tiles => self.places(lang, frame, &t!(lang, chart.tiles), charts::tiles).map(Some),
            PublicChart::Destinations => self.destinations(lang, frame),
            PublicChart::History => self.history_columns(lang, frame),
        }
    }

    /// The chart for wide and for narrow screens; empty when there is nothing to show or it fails.
    pub fn for_page(&self, chart: PublicChart, lang: Lang) -> [String; 2] {
        [720, 320].map(|width| {
            let drawn = self.svg(chart, lang, Frame { width, palette: Palette::Page });
            drawn
                .unwrap_or_else(|error| {
                    tracing::error!(%error, chart = chart.id(), "a chart failed");
                    None
                })
                .unwrap_or_default()
        })
    }

    fn bullet(&self, target: Option<&Target>, with_path: bool, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let (Some(target), Some(reached)) = (target, self.reached()) else { return Ok(None) };
        let text = |cents: Cents| format::dollars_scaled(lang, cents.0);
        let path = straight_path(target.amount, self.figures.quarter.last_day());
        let expected = (with_path && path < target.amount).then(|| (path.0, t!(lang, chart.expected, value = text(path))));
        let bullet = Bullet {
            reached: (reached.0, text(reached)),
            target: (target.amount.0, t!(lang, chart.target, value = text(target.amount))),
            expected,
        };
        let title = t!(lang, chart.progress, target = text(target.amount));
        let description =
            t!(lang, chart.progress_text, reached = text(reached), share = self.share(lang, target, reached), target = text(target.amount));
        let source = self.source(lang);
        charts::bullet(&bullet, frame, Words { title: &title, description: &description, legend: &[], source: &source }).map(Some)
    }

    /// How much of a target was reached.
    pub fn share(&self, lang: Lang, target: &Target, reached: Cents) -> String {
        domain::progress::ratio(reached.0, target.amount.0, 10_000).map(|share| format::percent(lang, share)).unwrap_or_default()
    }

    /// Cumulative values of a year, in cents, as far as they are shown.
    pub fn cumulative_of(&self, year: i32) -> Vec<i64> {
        let points = self.figures.exports_to_date.iter().filter(|(quarter, _)| quarter.year() == year);
        points.map_while(|(_, figure)| cents(*figure).map(|cents| cents.0)).collect()
    }

    fn cumulative(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let year = self.figures.quarter.year();
        let Some(target) = self.year_target() else { return Ok(None) };
        let names = if lang == Lang::En { ["Q1", "Q2", "Q3", "Q4"] } else { ["I", "II", "III", "IV"] };
        let chart = Cumulative {
            quarters: names.map(str::to_owned),
            current: Line { label: year.to_string(), values: self.cumulative_of(year) },
            before: Line { label: (year - 1).to_string(), values: self.cumulative_of(year - 1) },
            target: (t!(lang, chart.target, value = format::dollars_scaled(lang, target.amount.0)), target.amount.0),
        };
        let reached = self.reached().map(|cents| format::dollars_scaled(lang, cents.0)).unwrap_or_default();
        let title = t!(lang, chart.cumulative, year = year);
        let description = t!(
            lang,
            chart.cumulative_text,
            quarter = format::quarter(lang, self.figures.quarter),
            reached = reached,
            target = format::dollars_scaled(lang, target.amount.0)
        );
        let points = [&chart.before, &chart.current].into_iter().flat_map(|line| {
            let points = chart.quarters.iter().zip(&line.values);
            points.map(|(quarter, value)| (format!("{} {quarter}", line.label), format::dollars_scaled(lang, *value)))
        });
        let description = format!("{description} {}", listed(points));
        let source = format!("{}. {}", t!(lang, chart.unit_millions), self.source(lang));
        let words = Words { title: &title, description: &description, legend: &[], source: &source };
        charts::cumulative(&chart, frame, words, |value| format::decimal(lang, value / 100_000_000, 0)).map(Some)
    }

    /// Regions but Tashkent city, the largest first; the confidential ones last.
    pub fn regions_without_city(&self) -> Vec<&services::figures::PublicRegion> {
        let mut regions: Vec<_> = self.figures.regions.iter().filter(|row| row.region != Region::TashkentCity).collect();
        regions.sort_by_key(|row| std::cmp::Reverse(row.exports.shown()));
        regions
    }

    /// Exports of Tashkent city and of the 13 other regions together, thousands of dollars.
    pub fn city_and_others(&self) -> Option<(i64, i64)> {
        let city = self.figures.regions.iter().find(|row| row.region == Region::TashkentCity)?.exports.shown()?;
        let whole = self.figures.exports_up_to(self.figures.quarter)?.shown()?;
        Some((city, whole - city))
    }

    fn city(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let Some((city, others)) = self.city_and_others() else { return Ok(None) };
        let bar = |label: String, value: i64| Bar { label, value: Some(value), text: dollars(lang, Figure::Shown(value)) };
        let bars = [bar(labels::region(lang, Region::TashkentCity).to_owned(), city), bar(t!(lang, chart.others), others)];
        self.bars(lang, frame, &bars, &t!(lang, chart.city), "").map(Some)
    }

    fn regions(&self, lang: Lang, frame: Frame) -> Result<String, ChartError> {
        let bars: Vec<Bar> = self
            .regions_without_city()
            .into_iter()
            .map(|row| Bar {
                label: labels::region(lang, row.region).to_owned(),
                value: row.exports.shown(),
                text: dollars(lang, row.exports),
            })
            .collect();
        let title = t!(lang, chart.regions);
        let first = self.regions_without_city().first().map(|row| labels::region(lang, row.region)).unwrap_or_default();
        let hidden = self.figures.regions.iter().filter(|row| row.exports == Figure::Confidential).count();
        let description = t!(lang, chart.regions_text, first = first, hidden = hidden);
        self.bars(lang, frame, &bars, &title, &description)
    }

    /// Bars whose description says every value.
    fn bars(&self, lang: Lang, frame: Frame, bars: &[Bar], title: &str, finding: &str) -> Result<String, ChartError> {
        let values = listed(bars.iter().map(|bar| (bar.label.clone(), bar.text.clone())));
        let (description, source) = (format!("{finding} {values}"), self.source(lang));
        charts::bars(bars, frame, Words { title, description: description.trim_start(), legend: &[], source: &source })
    }

    fn places(
        &self,
        lang: Lang,
        frame: Frame,
        title: &str,
        draw: impl Fn(&[Place], Frame, Words<'_>) -> Result<String, ChartError>,
    ) -> Result<String, ChartError> {
        let places: Vec<Place> = self
            .figures
            .regions
            .iter()
            .map(|row| Place {
                region: row.region,
                class: row.exports.shown().map_or(Class::Hidden, |value| Class::Step(class_of(value))),
                label: short_name(lang, row.region),
                text: if row.exports.shown().is_none() { mark(row.exports) } else { millions(lang, row.exports) },
            })
            .collect();
        let description = listed(places.iter().map(|place| (labels::region(lang, place.region).to_owned(), place.text.clone())));
        let source = format!("{} {} {}", t!(lang, home.legend), t!(lang, home.basis_registered), self.source(lang));
        draw(&places, frame, Words { title, description: &description, legend: &legend(lang), source: &source })
    }

    fn destinations(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let mut rows = self.figures.destinations.clone();
        rows.sort_by_key(|(_, figure)| std::cmp::Reverse(figure.shown()));
        let Some((first, _)) = rows.first() else { return Ok(None) };
        let first = labels::destination(lang, *first);
        let bars: Vec<Bar> = rows
            .iter()
            .map(|(group, figure)| Bar { label: labels::destination(lang, *group), value: figure.shown(), text: dollars(lang, *figure) })
            .collect();
        let title = t!(lang, chart.destinations);
        let description = t!(lang, chart.destinations_text, first = first);
        self.bars(lang, frame, &bars, &title, &description).map(Some)
    }

    /// Where the published figures of whole years are from.
    fn history_sources(&self) -> String {
        let mut sources: Vec<&str> = self.history.iter().filter(|row| row.period.len() == 4).map(|row| row.source.as_str()).collect();
        sources.dedup();
        sources.join(" ")
    }

    fn history_columns(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let years = self.history_by_year();
        if years.is_empty() {
            return Ok(None);
        }
        let columns: Vec<Column> = years
            .iter()
            .map(|(year, value)| {
                let text = value.map_or_else(|| "–".to_owned(), |milli| format::decimal(lang, milli / 100, 1));
                Column { label: year.to_string(), value: *value, text, second: false }
            })
            .collect();
        let title = t!(lang, chart.history);
        let description = listed(columns.iter().map(|column| (column.label.clone(), column.text.clone())));
        let source = format!("{} {}", t!(lang, home.history_hint), self.history_sources());
        charts::columns(&columns, frame, Words { title: &title, description: &description, legend: &[], source: &source }).map(Some)
    }
}

/// Every value of a chart in words, for who does not see it: `Samarkand: $2.2 million; …`.
fn listed(values: impl Iterator<Item = (String, String)>) -> String {
    values.map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>().join("; ")
}

/// What the colours of the maps mean.
pub fn legend(lang: Lang) -> Vec<(Class, String)> {
    let bound = |n: usize| format::decimal(lang, CLASS_BOUNDS[n] / 100, 1);
    let texts = [
        format!("≤ {}", bound(0)),
        format!("{} – {}", bound(0), bound(1)),
        format!("{} – {}", bound(1), bound(2)),
        format!("{} – {}", bound(2), bound(3)),
        format!("> {}", bound(3)),
    ];
    let classes = (0..).map(Class::Step).zip(texts);
    classes.chain([(Class::Hidden, mark(Figure::Confidential))]).collect()
}

/// Millions of dollars with two decimals, without unit: the head of the chart has it.
fn millions(lang: Lang, figure: Figure) -> String {
    figure.shown().map(|thousands| format::decimal(lang, domain::progress::ratio(thousands, 10, 1).unwrap_or(0), 2)).unwrap_or_default()
}

/// Classes of yearly exports in thousands of dollars, fixed over time: up to 0.2, 0.5, 1 and 5 million, and more.
const CLASS_BOUNDS: [i64; 4] = [200, 500, 1_000, 5_000];

fn class_of(thousands: i64) -> u8 {
    let above = CLASS_BOUNDS.iter().filter(|bound| thousands > **bound).count();
    u8::try_from(above).unwrap_or(4)
}

/// The name of a region without the word for region, for the narrow room of a tile.
fn short_name(lang: Lang, region: Region) -> String {
    match (region, lang) {
        (Region::TashkentCity, Lang::Uz) => "Toshkent sh.".to_owned(),
        (Region::TashkentCity, Lang::Ru) => "г. Ташкент".to_owned(),
        (Region::Karakalpakstan, Lang::Uz) => "Qoraqalpogʻiston".to_owned(),
        (Region::Karakalpakstan, Lang::Ru) => "Каракалпакстан".to_owned(),
        (Region::Karakalpakstan, Lang::En) => "Karakalpakstan".to_owned(),
        (_, Lang::Uz) => labels::region(lang, region).replace(" viloyati", ""),
        (_, Lang::Ru) => labels::region(lang, region).replace(" область", " обл."),
        (_, Lang::En) => labels::region(lang, region).replace(" region", ""),
    }
}
