//! The datasets of the public figures: made here, and shown as tables, files, charts and texts elsewhere.

use domain::{
    dataset::{Column, Dataset, Extent, Observation, Observed, Part, Unit, written},
    ledger::Span,
    progress::{Target, straight_path},
    published::Figure,
    quarter::Quarter,
    region::{Area, Region},
};

use services::{ledger::figures::PublicRegion, reference::official_series::Published};

use crate::{
    format,
    labels::t,
    lang::Lang,
    public_charts::{PublicChart, PublicData},
};

const OVER_TIME: [Column; 6] = [Column::Period, Column::Span, Column::Measure, Column::Unit, Column::Value, Column::Status];
const BY_REGION: [Column; 6] = [Column::Period, Column::Region, Column::Measure, Column::Unit, Column::Value, Column::Status];
const BY_DESTINATION: [Column; 6] = [Column::Period, Column::Destination, Column::Measure, Column::Unit, Column::Value, Column::Status];
const OF_OTHERS: [Column; 6] = [Column::Period, Column::Measure, Column::Unit, Column::Value, Column::Definition, Column::Source];
const OF_OTHERS_BY_REGION: [Column; 7] =
    [Column::Period, Column::Region, Column::Measure, Column::Unit, Column::Value, Column::Definition, Column::Source];

impl PublicData {
    /// What a chart is called.
    pub fn title(&self, chart: PublicChart, lang: Lang) -> String {
        match chart {
            PublicChart::ThisYear => title_of(lang, self.year_target()),
            PublicChart::LongTerm => title_of(lang, self.long_term_target()),
            PublicChart::Cumulative => t!(lang, chart.cumulative, year = self.figures.quarter.year()),
            PublicChart::City => t!(lang, chart.city),
            PublicChart::Regions => t!(lang, chart.regions),
            PublicChart::Map => t!(lang, chart.map),
            PublicChart::Tiles => t!(lang, chart.tiles),
            PublicChart::Destinations => t!(lang, chart.destinations),
            PublicChart::History => t!(lang, chart.history),
        }
    }

    /// What a chart shows, with its texts in a language.
    pub fn dataset(&self, chart: PublicChart, lang: Lang) -> Dataset {
        let notes = match chart {
            PublicChart::Cumulative => vec![format!("{}.", t!(lang, chart.unit_millions))],
            PublicChart::Map | PublicChart::Tiles => vec![t!(lang, home.legend), t!(lang, home.basis_registered)],
            PublicChart::History => vec![t!(lang, home.history_hint)],
            PublicChart::ThisYear | PublicChart::LongTerm | PublicChart::City | PublicChart::Regions | PublicChart::Destinations => vec![],
        };
        let (columns, observations) = match chart {
            PublicChart::ThisYear => (OVER_TIME.to_vec(), self.target(self.year_target())),
            PublicChart::LongTerm => (OVER_TIME.to_vec(), self.target(self.long_term_target())),
            PublicChart::Cumulative => (OVER_TIME.to_vec(), self.course()),
            PublicChart::City => (BY_REGION.to_vec(), self.city()),
            PublicChart::Regions | PublicChart::Map | PublicChart::Tiles => (BY_REGION.to_vec(), self.regions()),
            PublicChart::Destinations => (BY_DESTINATION.to_vec(), self.destinations()),
            PublicChart::History => (OF_OTHERS.to_vec(), self.history()),
        };
        let source = if chart == PublicChart::History { sources(&observations) } else { self.source(lang) };
        let (title, invented) = (self.title(chart, lang), self.is_invented(chart));
        Dataset { title, notes, source, as_of: self.today, invented, columns, observations }
    }

    fn to_date(&self, quarter: Quarter, value: Figure) -> Observation {
        let period = written(quarter, Span::YearToDate);
        Observation::exports(period, Extent::YearToDate, value, self.figures.is_provisional(quarter))
    }

    fn path(target: &Target, quarter: Quarter) -> Observation {
        let (period, path) = (written(quarter, Span::YearToDate), straight_path(target.amount, quarter.last_day()));
        Observation::set(period, Extent::YearToDate, Observed::StraightPath, path)
    }

    /// Exports so far, the target, and the straight path to one of a year.
    fn target(&self, target: Option<&Target>) -> Vec<Observation> {
        let quarter = self.figures.quarter;
        let reached = self.figures.exports_up_to(quarter).map(|figure| self.to_date(quarter, figure));
        let path = target.filter(|target| target.year.is_some()).map(|target| Self::path(target, quarter));
        reached.into_iter().chain(target.map(Self::set)).chain(path).collect()
    }

    /// A target as it was set.
    fn set(target: &Target) -> Observation {
        let year = target.year.map(|year| year.to_string()).unwrap_or_default();
        Observation::set(year, Extent::Year, Observed::Target, target.amount)
    }

    /// Exports by quarter and by year to date, the target of the year and the straight path to it.
    fn course(&self) -> Vec<Observation> {
        let of_quarter = |(quarter, figure): &(Quarter, Figure)| {
            Observation::exports(quarter.to_string(), Extent::Quarter, *figure, self.figures.is_provisional(*quarter))
        };
        let mut course: Vec<Observation> = self.figures.exports.iter().map(of_quarter).collect();
        course.extend(self.figures.exports_to_date.iter().map(|(quarter, figure)| self.to_date(*quarter, *figure)));
        if let Some(target) = self.year_target() {
            let first = self.figures.quarter.year_to_date().next().unwrap_or(self.figures.quarter);
            course.push(Self::set(target));
            course.extend(first.through(first.next().next().next()).map(|quarter| Self::path(target, quarter)));
        }
        course
    }

    /// Exports, services and residents of each region.
    fn regions(&self) -> Vec<Observation> {
        let of_region = |row: &PublicRegion| {
            let of = |observed, unit, value| {
                let exports = self.to_date(self.figures.quarter, value);
                Observation { part: Part::Region(row.region), observed, unit, ..exports }
            };
            [
                of(Observed::Exports, Unit::UsdThousand, row.exports),
                of(Observed::Services, Unit::UzsMillion, row.services),
                of(Observed::Residents, Unit::Residents, Figure::Shown(row.residents)),
            ]
        };
        self.figures.regions.iter().flat_map(of_region).collect()
    }

    /// Exports of Tashkent city, and of the 13 other regions together.
    fn city(&self) -> Vec<Observation> {
        let city = self.figures.regions.iter().find(|row| row.region == Region::TashkentCity).and_then(|row| row.exports.shown());
        let whole = self.figures.exports_up_to(self.figures.quarter).and_then(Figure::shown);
        let Some((city, whole)) = city.zip(whole) else { return Vec::new() };
        let parts = [(Part::Region(Region::TashkentCity), city), (Part::OtherRegions, whole - city)];
        parts.map(|(part, value)| Observation { part, ..self.to_date(self.figures.quarter, Figure::Shown(value)) }).to_vec()
    }

    fn destinations(&self) -> Vec<Observation> {
        let of =
            |(group, figure): &(_, Figure)| Observation { part: Part::Destination(*group), ..self.to_date(self.figures.quarter, *figure) };
        self.figures.destinations.iter().map(of).collect()
    }

    /// The Statistics Agency's information services, a dataset a period: the regions, what is not allocated to one, the whole.
    pub fn information(&self, lang: Lang) -> Vec<Dataset> {
        let of_period = |rows: &[Published]| {
            let whole = rows.iter().find(|row| row.area == Area::Country).map(|row| row.value_milli);
            let regions = rows.iter().filter_map(|row| match row.area {
                Area::Region(region) => Some((Part::Region(region), row.value_milli)),
                Area::Country => None,
            });
            let allocated: i64 = regions.clone().map(|(_, value)| value).sum();
            let of = |row: &Published, (part, value)| Observation {
                part,
                observed: Observed::Services,
                unit: Unit::Published(row.unit.clone()),
                published: Some((row.definition.clone(), row.source.clone())),
                ..Observation::exports(row.period.clone(), Extent::Year, Figure::Shown(value), false)
            };
            // without a whole nothing can be said of what is left
            let rest = whole.into_iter().flat_map(|whole| [(Part::OtherRegions, whole - allocated), (Part::All, whole)]);
            let observations: Vec<Observation> = regions.chain(rest).map(|part| of(&rows[0], part)).collect();
            let (title, source) = (t!(lang, home.information_of, period = format::period(lang, &rows[0].period)), sources(&observations));
            let columns = OF_OTHERS_BY_REGION.to_vec();
            Dataset { title, notes: vec![], source, as_of: self.today, invented: false, columns, observations }
        };
        self.information.chunk_by(|a, b| a.period == b.period).map(of_period).collect()
    }

    /// What others have published of exports.
    fn history(&self) -> Vec<Observation> {
        let of = |row: &Published| Observation {
            unit: Unit::Published(row.unit.clone()),
            published: Some((row.definition.clone(), row.source.clone())),
            ..Observation::exports(row.period.clone(), Extent::Year, Figure::Shown(row.value_milli), false)
        };
        self.history.iter().map(of).collect()
    }
}

/// The way to a target.
fn title_of(lang: Lang, target: Option<&Target>) -> String {
    let towards = |target: &Target| t!(lang, chart.progress, target = format::dollars_scaled(lang, target.amount.0));
    target.map_or_else(|| t!(lang, home.progress), towards)
}

/// Who published figures.
fn sources(observations: &[Observation]) -> String {
    let mut sources: Vec<&str> = observations.iter().filter_map(|row| row.published.as_ref()).map(|(_, source)| source.as_str()).collect();
    sources.dedup();
    sources.join(" ")
}
