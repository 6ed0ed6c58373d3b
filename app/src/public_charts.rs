//! The charts of the public figures: what they show, in which words. One place for pages and downloads.

use charts::{Bar, Bullet, ChartError, Class, Column, Cumulative, Frame, Line, Paint, Palette, Place, Words};
use chrono::NaiveDate;
use domain::{
    dataset::{Dataset, Extent, Observation, Observed, Part, Unit, written},
    ledger::Span,
    money::Cents,
    progress::{Target, national_target, ratio},
    published::{Figure, THOUSAND_DOLLARS},
    quarter::Quarter,
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
    lang::{Lang, said},
    official::Definition,
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

    /// A chart as SVG; `None` when there is nothing to show.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn svg(&self, chart: PublicChart, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let dataset = self.dataset(chart, lang);
        match chart {
            PublicChart::ThisYear | PublicChart::LongTerm => bullet(&dataset, lang, frame),
            PublicChart::Cumulative => self.lines(&dataset, lang, frame),
            PublicChart::City => city_bars(&dataset, lang, frame),
            PublicChart::Regions => region_bars(&dataset, lang, frame).map(Some),
            PublicChart::Map => places(&dataset, lang, frame, charts::map).map(Some),
            PublicChart::Tiles => places(&dataset, lang, frame, charts::tiles).map(Some),
            PublicChart::Destinations => destination_bars(&dataset, lang, frame),
            PublicChart::History => history_columns(&dataset, lang, frame),
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

    /// Exports of two years, and the target of the later one.
    fn lines(&self, dataset: &Dataset, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
        let (quarter, year) = (self.figures.quarter, self.figures.quarter.year());
        let Some(target) = dataset.at(Observed::Target, Part::All).and_then(Observation::cents) else { return Ok(None) };
        let text = |cents: Cents| format::dollars_scaled(lang, cents.0);
        let names = [1, 2, 3, 4].map(|quarter| said!(lang, head(quarter)));
        let chart = Cumulative {
            quarters: names.map(str::to_owned),
            current: line(dataset, lang, year),
            before: line(dataset, lang, year - 1),
            target: (t!(lang, chart.target, value = text(target)), target.0),
        };
        let reached = dataset.over(Observed::Exports, Extent::YearToDate, &written(quarter, Span::YearToDate));
        let reached = reached.and_then(Observation::cents).map(text).unwrap_or_default();
        let finding = t!(lang, chart.cumulative_text, quarter = format::quarter(lang, quarter), reached = reached, target = text(target));
        let points = [&chart.before, &chart.current].into_iter().flat_map(|line| {
            let points = chart.quarters.iter().zip(&line.values);
            points.map(|(quarter, value)| (format!("{} {quarter}", line.label), format::dollars_scaled(lang, *value)))
        });
        let (description, source) = (format!("{finding} {}", listed(points)), under(dataset, lang));
        let words = Words { title: &dataset.title, description: &description, legend: &[], source: &source };
        charts::cumulative(&chart, frame, words, |value| format::decimal(lang, value / 100_000_000, 0)).map(Some)
    }
}

/// What stands under a chart in a file of its own.
fn under(dataset: &Dataset, lang: Lang) -> String {
    let invented = dataset.invented.then(|| t!(lang, site.demo_file));
    dataset.notes.iter().cloned().chain(invented).chain([dataset.source.clone()]).collect::<Vec<_>>().join(" ")
}

/// How much of a target was reached.
pub fn share(lang: Lang, target: Cents, reached: Cents) -> String {
    ratio(reached.0, target.0, 10_000).map(|share| format::percent(lang, share)).unwrap_or_default()
}

/// How much of a target was reached, within a sentence.
pub fn share_said(lang: Lang, target: Cents, reached: Cents) -> String {
    ratio(reached.0, target.0, 10_000).map(|share| format::percent_said(lang, share)).unwrap_or_default()
}

/// What was reached beside a target, and where the straight path to one of a year stands.
fn bullet(dataset: &Dataset, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
    let cents = |observed| dataset.at(observed, Part::All).and_then(Observation::cents);
    let (Some(target), Some(reached)) = (cents(Observed::Target), cents(Observed::Exports)) else { return Ok(None) };
    let text = |cents: Cents| format::dollars_scaled(lang, cents.0);
    let path = cents(Observed::StraightPath).filter(|path| *path < target);
    let bullet = Bullet {
        reached: (reached.0, text(reached)),
        target: (target.0, t!(lang, chart.target, value = text(target))),
        expected: path.map(|path| (path.0, t!(lang, chart.expected, value = text(path)))),
    };
    let description = t!(lang, chart.progress_text, reached = text(reached), share = share(lang, target, reached), target = text(target));
    let source = under(dataset, lang);
    charts::bullet(&bullet, frame, Words { title: &dataset.title, description: &description, legend: &[], source: &source }).map(Some)
}

fn city_bars(dataset: &Dataset, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
    let parts: Vec<&Observation> = dataset.observations.iter().collect();
    if parts.is_empty() { Ok(None) } else { bars(dataset, lang, frame, &parts, "").map(Some) }
}

fn region_bars(dataset: &Dataset, lang: Lang, frame: Frame) -> Result<String, ChartError> {
    let regions = without_city(dataset);
    let first = regions.first().map(|first| labels::part(lang, first.part)).unwrap_or_default();
    let hidden = dataset.of(Observed::Exports).filter(|observation| observation.value == Figure::Confidential).count();
    bars(dataset, lang, frame, &regions, &t!(lang, chart.regions_text, first = first, hidden = hidden))
}

fn destination_bars(dataset: &Dataset, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
    let mut groups: Vec<&Observation> = dataset.observations.iter().collect();
    groups.sort_by_key(|observation| std::cmp::Reverse(observation.value.shown()));
    let Some(first) = groups.first() else { return Ok(None) };
    let finding = t!(lang, chart.destinations_text, first = labels::part(lang, first.part));
    bars(dataset, lang, frame, &groups, &finding).map(Some)
}

/// Bars of observations, and a description that says every value.
fn bars(dataset: &Dataset, lang: Lang, frame: Frame, shown: &[&Observation], finding: &str) -> Result<String, ChartError> {
    let bars: Vec<Bar> = shown.iter().map(|observation| bar(lang, observation)).collect();
    let values = listed(bars.iter().map(|bar| (bar.label.clone(), bar.text.clone())));
    let (description, source) = (format!("{finding} {values}"), under(dataset, lang));
    let words = Words { title: &dataset.title, description: description.trim_start(), legend: &[], source: &source };
    charts::bars(&bars, frame, words)
}

fn places(
    dataset: &Dataset,
    lang: Lang,
    frame: Frame,
    draw: impl Fn(&[Place], Frame, Words<'_>) -> Result<String, ChartError>,
) -> Result<String, ChartError> {
    let place = |observation: &Observation| match observation.part {
        Part::Region(region) => Some(Place {
            region,
            class: observation.value.shown().map_or(Class::Hidden, |value| Class::Step(class_of(value))),
            label: labels::short_region(lang, region),
            text: said(lang, observation),
        }),
        Part::All | Part::OtherRegions | Part::Destination(_) => None,
    };
    let places: Vec<Place> = dataset.of(Observed::Exports).filter_map(place).collect();
    let description = listed(places.iter().map(|place| (labels::region(lang, place.region).to_owned(), place.text.clone())));
    let source = under(dataset, lang);
    draw(&places, frame, Words { title: &dataset.title, description: &description, legend: &legend(lang), source: &source })
}

/// A bar of exports.
fn bar(lang: Lang, observation: &Observation) -> Bar {
    let text = observation.value.shown().map_or_else(|| mark(observation.value), |thousands| format::dollars_in_millions(lang, thousands));
    Bar { label: labels::part(lang, observation.part), value: observation.value.shown(), text }
}

/// Exports of the regions but Tashkent city, the largest first; the confidential ones last.
pub fn without_city(dataset: &Dataset) -> Vec<&Observation> {
    let city = Part::Region(Region::TashkentCity);
    let mut regions: Vec<_> = dataset.of(Observed::Exports).filter(|observation| observation.part != city).collect();
    regions.sort_by_key(|observation| std::cmp::Reverse(observation.value.shown()));
    regions
}

/// The line of a year, as far as its values are shown: from its first provisional quarter on it is dashed and says so.
fn line(dataset: &Dataset, lang: Lang, year: i32) -> Line {
    let quarters = (1..=4).filter_map(|number| Quarter::new(year, number).ok());
    let points = quarters.map_while(|quarter| {
        let point = dataset.over(Observed::Exports, Extent::YearToDate, &written(quarter, Span::YearToDate))?;
        Some((point.cents()?.0, point.provisional))
    });
    let points: Vec<(i64, bool)> = points.collect();
    let complete = points.iter().take_while(|(_, provisional)| !provisional).count();
    let label = if complete < points.len() { t!(lang, chart.provisional_year, year = year) } else { year.to_string() };
    Line { label, values: points.into_iter().map(|(cents, _)| cents).collect(), complete }
}

/// The published history of whole years, and the years without a figure between them.
fn history_columns(dataset: &Dataset, lang: Lang, frame: Frame) -> Result<Option<String>, ChartError> {
    let years: Vec<(i32, &Observation)> = dataset.observations.iter().filter_map(|row| Some((row.period.parse().ok()?, row))).collect();
    let (Some((first, _)), Some((last, _))) = (years.first(), years.last()) else { return Ok(None) };
    let column = |year: i32| {
        let published = years.iter().find(|(of, _)| *of == year).map(|(_, row)| *row);
        let value = published.and_then(|row| row.value.shown());
        let text = value.map_or_else(|| "—".to_owned(), |milli| format::decimal(lang, milli / 100, 1));
        let second = published
            .and_then(|row| row.published.as_ref())
            .is_some_and(|(words, _)| !Definition::of(words).is_some_and(Definition::is_of_residents));
        Column { label: year.to_string(), value, text, second }
    };
    let columns: Vec<Column> = (*first..=*last).map(column).collect();
    let description = listed(columns.iter().map(|column| (column.label.clone(), column.text.clone())));
    let (source, legend) = (under(dataset, lang), history_legend(lang));
    let words = Words { title: &dataset.title, description: &description, legend: &legend, source: &source };
    charts::columns(&columns, frame, words).map(Some)
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

/// A value as tables say it, without its unit, which the head has: millions of dollars with two decimals, billions of soums with
/// one. What is not shown is its mark.
pub fn said(lang: Lang, observation: &Observation) -> String {
    let Some(value) = observation.value.shown() else { return mark(observation.value) };
    let scaled = |by, decimals| format::decimal(lang, ratio(value, by, 1).unwrap_or(0), decimals);
    match observation.unit {
        Unit::UsdThousand => scaled(10, 2),
        Unit::UzsMillion => scaled(100, 1),
        Unit::Residents => format::number(value),
        Unit::Published(_) => format::decimal(lang, value / 100, 1),
    }
}

/// Classes of yearly exports in thousands of dollars, fixed over time: up to 0.2, 0.5, 1 and 5 million, and more.
const CLASS_BOUNDS: [i64; 4] = [200, 500, 1_000, 5_000];

fn class_of(thousands: i64) -> u8 {
    let above = CLASS_BOUNDS.iter().filter(|bound| thousands > **bound).count();
    u8::try_from(above).unwrap_or(4)
}
