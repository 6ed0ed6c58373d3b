//! The datasets of the public figures: made here, and shown as tables, files, charts and texts elsewhere.

use domain::{
    dataset::{Column, Dataset, Extent, Observation, Observed, Part, Unit, written},
    ledger::Span,
    progress::{Target, straight_path},
    published::Figure,
    quarter::Quarter,
    region::Region,
};

use services::reference::official_series::Published;

use crate::public_charts::{PublicChart, PublicData};

const OVER_TIME: [Column; 6] = [Column::Period, Column::Span, Column::Measure, Column::Unit, Column::Value, Column::Status];
const BY_REGION: [Column; 6] = [Column::Period, Column::Region, Column::Measure, Column::Unit, Column::Value, Column::Status];
const BY_DESTINATION: [Column; 6] = [Column::Period, Column::Destination, Column::Measure, Column::Unit, Column::Value, Column::Status];
const OF_OTHERS: [Column; 6] = [Column::Period, Column::Measure, Column::Unit, Column::Value, Column::Definition, Column::Source];
const OF_OTHERS_BY_REGION: [Column; 7] =
    [Column::Period, Column::Region, Column::Measure, Column::Unit, Column::Value, Column::Definition, Column::Source];

impl PublicData {
    /// What a chart shows.
    pub fn dataset(&self, chart: PublicChart) -> Dataset {
        match chart {
            PublicChart::ThisYear => self.target(self.year_target()),
            PublicChart::LongTerm => self.target(self.long_term_target()),
            PublicChart::Cumulative => self.course(),
            PublicChart::City => self.city(),
            PublicChart::Regions | PublicChart::Map | PublicChart::Tiles => self.regions(),
            PublicChart::Destinations => self.destinations(),
            PublicChart::History => self.history(),
        }
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
    fn target(&self, target: Option<&Target>) -> Dataset {
        let mut dataset = Dataset::new(&OVER_TIME);
        let quarter = self.figures.quarter;
        dataset.observations.extend(self.figures.exports_up_to(quarter).map(|figure| self.to_date(quarter, figure)));
        if let Some(target) = target {
            let year = target.year.map(|year| year.to_string()).unwrap_or_default();
            dataset.observations.push(Observation::set(year, Extent::Year, Observed::Target, target.amount));
            if target.year.is_some() {
                dataset.observations.push(Self::path(target, quarter));
            }
        }
        dataset
    }

    /// Exports by quarter and by year to date, and the straight path of the year.
    fn course(&self) -> Dataset {
        let mut dataset = Dataset::new(&OVER_TIME);
        let of_quarter = |(quarter, figure): &(Quarter, Figure)| {
            Observation::exports(quarter.to_string(), Extent::Quarter, *figure, self.figures.is_provisional(*quarter))
        };
        dataset.observations.extend(self.figures.exports.iter().map(of_quarter));
        dataset.observations.extend(self.figures.exports_to_date.iter().map(|(quarter, figure)| self.to_date(*quarter, *figure)));
        if let Some(target) = self.year_target() {
            let first = self.figures.quarter.year_to_date().next().unwrap_or(self.figures.quarter);
            dataset.observations.extend(first.through(first.next().next().next()).map(|quarter| Self::path(target, quarter)));
        }
        dataset
    }

    /// Exports, services and residents of each region.
    fn regions(&self) -> Dataset {
        let mut dataset = Dataset::new(&BY_REGION);
        for row in &self.figures.regions {
            let of = |observed, unit, value| {
                let exports = self.to_date(self.figures.quarter, value);
                Observation { part: Part::Region(row.region), observed, unit, ..exports }
            };
            dataset.observations.extend([
                of(Observed::Exports, Unit::UsdThousand, row.exports),
                of(Observed::Services, Unit::UzsMillion, row.services),
                of(Observed::Residents, Unit::Residents, Figure::Shown(row.residents)),
            ]);
        }
        dataset
    }

    /// Exports of Tashkent city, and of the 13 other regions together.
    fn city(&self) -> Dataset {
        let mut dataset = Dataset::new(&BY_REGION);
        let city = self.figures.regions.iter().find(|row| row.region == Region::TashkentCity).and_then(|row| row.exports.shown());
        let whole = self.figures.exports_up_to(self.figures.quarter).and_then(Figure::shown);
        if let Some((city, whole)) = city.zip(whole) {
            for (part, value) in [(Part::Region(Region::TashkentCity), city), (Part::OtherRegions, whole - city)] {
                dataset.observations.push(Observation { part, ..self.to_date(self.figures.quarter, Figure::Shown(value)) });
            }
        }
        dataset
    }

    fn destinations(&self) -> Dataset {
        let mut dataset = Dataset::new(&BY_DESTINATION);
        let of =
            |(group, figure): &(_, Figure)| Observation { part: Part::Destination(*group), ..self.to_date(self.figures.quarter, *figure) };
        dataset.observations.extend(self.figures.destinations.iter().map(of));
        dataset
    }

    /// The Statistics Agency's information services, a dataset a period: the regions, what is not allocated to one, the whole.
    pub fn information(&self) -> Vec<Dataset> {
        let of_period = |rows: &[Published]| {
            let whole = rows.iter().find(|row| row.region == "UZ").map(|row| row.value_milli);
            let regions = rows.iter().filter_map(|row| Some((Part::Region(row.region.parse().ok()?), row.value_milli)));
            let allocated: i64 = regions.clone().map(|(_, value)| value).sum();
            let mut dataset = Dataset::new(&OF_OTHERS_BY_REGION);
            let of = |row: &Published, (part, value)| Observation {
                part,
                observed: Observed::Services,
                unit: Unit::Published(row.unit.clone()),
                published: Some((row.definition.clone(), row.source.clone())),
                ..Observation::exports(row.period.clone(), Extent::Year, Figure::Shown(value), false)
            };
            // without a whole nothing can be said of what is left
            let rest = whole.into_iter().flat_map(|whole| [(Part::OtherRegions, whole - allocated), (Part::All, whole)]);
            let parts = regions.chain(rest);
            dataset.observations.extend(parts.map(|part| of(&rows[0], part)));
            dataset
        };
        self.information.chunk_by(|a, b| a.period == b.period).map(of_period).collect()
    }

    /// What others have published of exports.
    fn history(&self) -> Dataset {
        let mut dataset = Dataset::new(&OF_OTHERS);
        dataset.observations.extend(self.history.iter().map(|row| {
            let value = Figure::Shown(row.value_milli);
            Observation {
                unit: Unit::Published(row.unit.clone()),
                published: Some((row.definition.clone(), row.source.clone())),
                ..Observation::exports(row.period.clone(), Extent::Year, value, false)
            }
        }));
        dataset
    }
}
