//! The charts of the public figures: what they show, in which words. One place for pages and downloads.

use charts::{Bar, Bullet, ChartError, Class, Column, Cumulative, Frame, Line, Paint, Palette, Place, Words};
use chrono::NaiveDate;
use domain::{
    money::Cents,
    progress::{Target, national_target, straight_path},
    published::{Figure, THOUSAND_DOLLARS},
    region::Region,
};
use services::{
    Store,
    installation::demonstration,
    ledger::figures::{PublicFigures, public},
    reference::{
        official_series::{Published, series},
        targets::targets,
    },
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
    /// Whether the data are invented.
    pub demonstration: bool,
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
        let today = store.clock().today();
        // what was published of times after the day of the page is not known on it
        let mut history = series(store, "exports").await?;
        history.retain(|row| services::reference::official_series::end_of(&row.period).is_none_or(|end| end <= today));
        Ok(Self {
            figures: public(store).await?,
            targets: targets(store).await?,
            history,
            information: series(store, services::reference::official_series::INFORMATION_SERVICES).await?,
            today,
            demonstration: demonstration(store).await?.is_some(),
        })
    }

    /// Whether a chart shows invented residents. The published history is real, whoever files here.
    pub fn is_invented(&self, chart: PublicChart) -> bool {
        self.demonstration && chart != PublicChart::History
    }

    /// What stands under a chart in a file of its own.
    fn file_source(&self, lang: Lang) -> String {
        let invented = if self.demonstration { t!(lang, site.demo_file) } else { String::new() };
        format!("{invented} {}", self.source(lang)).trim_start().to_owned()
    }

    /// Source, date, coverage and status of accepted totals.
    pub fn source(&self, lang: Lang) -> String {
        let coverage = self.figures.coverage_to_date;
        let said = |share| {
            let (accepted, owed) = (format::number(coverage.accepted), format::number(coverage.owed));
            t!(lang, home.source_coverage, accepted = accepted, owed = owed, share = format::percent(lang, share))
        };
        t!(
            lang,
            home.source,
            quarter = format::quarter(lang, self.figures.quarter),
            day = format::day(lang, self.today),
            coverage = coverage.accepted_share().map(said).unwrap_or_default(),
            status = if self.figures.complete { String::new() } else { t!(lang, home.provisional) }
        )
        .trim_end()
        .to_owned()
    }

    /// Exports of the year to date, as far as the year is complete.
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
        let source = self.file_source(lang);
        charts::bullet(&bullet, frame, Words { title: &title, description: &description, legend: &[], source: &source }).map(Some)
    }

    /// How much of a target was reached, within a sentence.
    pub fn share_said(&self, lang: Lang, target: &Target, reached: Cents) -> String {
        domain::progress::ratio(reached.0, target.amount.0, 10_000).map(|share| format::percent_said(lang, share)).unwrap_or_default()
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

    /// The line of a year: from its first provisional quarter on it is dashed and says so.
    fn line(&self, lang: Lang, year: i32) -> Line {
        let values = self.cumulative_of(year);
        let quarters = self.figures.exports_to_date.iter().map(|(quarter, _)| *quarter).filter(|quarter| quarter.year() == year);
        let complete = quarters.take(values.len()).take_while(|quarter| !self.figures.is_provisional(*quarter)).count();
        let label = if complete < values.len() { t!(lang, chart.provisional_year, year = year) } else { year.to_string() };
        Line { label, values, complete }
    }

    fn cumulative(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let year = self.figures.quarter.year();
        let Some(target) = self.year_target() else { return Ok(None) };
        let names = if lang == Lang::En { ["Q1", "Q2", "Q3", "Q4"] } else { ["I", "II", "III", "IV"] };
        let chart = Cumulative {
            quarters: names.map(str::to_owned),
            current: self.line(lang, year),
            before: self.line(lang, year - 1),
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
        let source = format!("{}. {}", t!(lang, chart.unit_millions), self.file_source(lang));
        let words = Words { title: &title, description: &description, legend: &[], source: &source };
        charts::cumulative(&chart, frame, words, |value| format::decimal(lang, value / 100_000_000, 0)).map(Some)
    }

    /// Regions but Tashkent city, the largest first; the confidential ones last.
    pub fn regions_without_city(&self) -> Vec<&services::ledger::figures::PublicRegion> {
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
        let bar = |label: String, value: i64| Bar { label, value: Some(value), text: in_millions(lang, Figure::Shown(value)) };
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
                text: in_millions(lang, row.exports),
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
        let (description, source) = (format!("{finding} {values}"), self.file_source(lang));
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
                text: millions(lang, row.exports),
            })
            .collect();
        let description = listed(places.iter().map(|place| (labels::region(lang, place.region).to_owned(), place.text.clone())));
        let source = format!("{} {} {}", t!(lang, home.legend), t!(lang, home.basis_registered), self.file_source(lang));
        draw(&places, frame, Words { title, description: &description, legend: &legend(lang), source: &source })
    }

    fn destinations(&self, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let mut rows = self.figures.destinations.clone();
        rows.sort_by_key(|(_, figure)| std::cmp::Reverse(figure.shown()));
        let Some((first, _)) = rows.first() else { return Ok(None) };
        let first = labels::destination(lang, *first);
        let bars: Vec<Bar> = rows
            .iter()
            .map(|(group, figure)| Bar {
                label: labels::destination(lang, *group),
                value: figure.shown(),
                text: in_millions(lang, *figure),
            })
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
                let text = value.map_or_else(|| "—".to_owned(), |milli| format::decimal(lang, milli / 100, 1));
                let second = self.history.iter().any(|row| row.period == year.to_string() && !is_of_residents(&row.definition));
                Column { label: year.to_string(), value: *value, text, second }
            })
            .collect();
        let title = t!(lang, chart.history);
        let description = listed(columns.iter().map(|column| (column.label.clone(), column.text.clone())));
        let source = format!("{} {}", t!(lang, home.history_hint), self.history_sources());
        let legend = history_legend(lang);
        charts::columns(&columns, frame, Words { title: &title, description: &description, legend: &legend, source: &source }).map(Some)
    }
}

/// Whether a published figure is of the residents of the park; the others are of the whole country.
fn is_of_residents(definition: &str) -> bool {
    matches!(
        definition,
        "Services exported by IT Park residents"
            | "Export of IT services, materials of IT Park"
            | "Export by IT Park residents; 4.4 times the first half of 2021"
    )
}

/// What the two colours of the published history mean.
pub fn history_legend(lang: Lang) -> Vec<(Paint, String)> {
    vec![(Paint::Main, t!(lang, chart.of_residents)), (Paint::Second, t!(lang, chart.of_country))]
}

/// Every value of a chart in words, for who does not see it: `Samarkand: $2.2 million; …`.
fn listed(values: impl Iterator<Item = (String, String)>) -> String {
    values.map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>().join("; ")
}

/// What the colours of the maps mean.
pub fn legend(lang: Lang) -> Vec<(Paint, String)> {
    let bound = |n: usize| format::decimal(lang, CLASS_BOUNDS[n] / 100, 1);
    let texts = [
        format!("≤ {}", bound(0)),
        format!("{} – {}", bound(0), bound(1)),
        format!("{} – {}", bound(1), bound(2)),
        format!("{} – {}", bound(2), bound(3)),
        format!("> {}", bound(3)),
    ];
    let classes = (0..).map(|step| Class::Step(step).paint()).zip(texts);
    classes.chain([(Class::Hidden.paint(), mark(Figure::Confidential))]).collect()
}

/// Millions of dollars with two decimals, without unit: the head of the chart or the column has it. A figure that is not
/// shown is its mark.
pub fn millions(lang: Lang, figure: Figure) -> String {
    figure
        .shown()
        .map_or_else(|| mark(figure), |thousands| format::decimal(lang, domain::progress::ratio(thousands, 10, 1).unwrap_or(0), 2))
}

/// A bar's value in words.
fn in_millions(lang: Lang, figure: Figure) -> String {
    figure.shown().map_or_else(|| mark(figure), |thousands| format::dollars_in_millions(lang, thousands))
}

/// Billions of soums with one decimal, without unit.
pub fn billions(lang: Lang, figure: Figure) -> String {
    figure.shown().map_or_else(|| mark(figure), |millions| format::decimal(lang, domain::progress::ratio(millions, 100, 1).unwrap_or(0), 1))
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
