//! What a release says, read by its codes, and said as pages say it: scaled, with the unit in the head of a table.

use domain::{
    datasets::{COUNTRY, DatasetId, OTHERS, Row, compared},
    ledger::Basis,
    period::Period,
    progress::{Target, change, ratio},
    quarter::Quarter,
    region::Region,
    release::{Measured, Status},
};

use leptos::prelude::AnyView;

use super::View;
use crate::{
    components::figure::cell,
    format,
    labels::{self, t},
    lang::Lang,
    statistics,
};

/// Whose figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The country's.
    Country,
    /// A region's.
    Region(Region),
    /// Of the regions that are shown only together.
    OtherRegions,
}

impl Of {
    pub fn code(self) -> &'static str {
        match self {
            Self::Country => COUNTRY,
            Self::Region(region) => region.iso(),
            Self::OtherRegions => OTHERS,
        }
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            Self::Country => t!(lang, data.country),
            Self::Region(region) => labels::region(lang, region).to_owned(),
            Self::OtherRegions => t!(lang, data.other_regions),
        }
    }

    /// The country, its regions, and those that are shown only together.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Country].into_iter().chain(Region::ALL.into_iter().map(Self::Region)).chain([Self::OtherRegions])
    }

    /// The regions but the city, then those that are shown only together.
    pub fn without_city() -> impl Iterator<Item = Self> {
        let regions = Region::ALL.into_iter().filter(|region| *region != Region::TashkentCity).map(Self::Region);
        regions.chain([Self::OtherRegions])
    }
}

/// A figure of a release, with what it measures.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub measured: Measured,
    pub row: &'a Row,
}

impl Told<'_> {
    pub fn value(self) -> Option<i64> {
        self.row.value
    }

    pub fn is_provisional(self) -> bool {
        self.row.status == Status::Provisional
    }

    /// With its unit, or the mark in its place: `$145.3M`, `[c]`. What may still change much has its mark as well.
    pub fn said(self, lang: Lang) -> String {
        let Some(value) = self.row.value else { return format!("[{}]", self.row.status) };
        let said = amount(lang, self.measured, value);
        if self.is_provisional() { format!("{said} [{}]", self.row.status) } else { said }
    }

    /// As a number whose unit is said elsewhere, or the mark in its place.
    pub fn number(self, lang: Lang) -> String {
        self.scaled(lang).unwrap_or_else(|| format!("[{}]", self.row.status))
    }

    fn scaled(self, lang: Lang) -> Option<String> {
        let (by, decimals) = match self.measured {
            Measured::Exports => (1_000_000, 2),
            Measured::Services | Measured::Domestic => (10_000_000_000, 1),
            Measured::Exporters | Measured::People | Measured::Residents => (1, 0),
        };
        self.row.value.and_then(|value| ratio(value, by, 1)).map(|value| format::decimal(lang, value, decimals))
    }

    /// As a table says it whose head has the unit, with its mark.
    pub fn cell(self, lang: Lang) -> String {
        match (self.scaled(lang), self.row.status) {
            (Some(number), Status::Shown) => number,
            (Some(number), status) => format!("{number} [{status}]"),
            (None, status) => format!("[{status}]"),
        }
    }
}

/// A cell of a table; a dash where such a figure is not counted.
pub fn told_cell(lang: Lang, told: Option<Told<'_>>) -> AnyView {
    cell(told.map_or_else(|| "–".to_owned(), |told| told.cell(lang)))
}

/// An amount with its unit.
pub fn amount(lang: Lang, measured: Measured, value: i64) -> String {
    match measured {
        Measured::Exports => format::dollars_scaled(lang, value),
        Measured::Services | Measured::Domestic => format::soums_scaled(lang, value),
        Measured::Exporters | Measured::People | Measured::Residents => format::number(value),
    }
}

/// What is measured, with the unit of [`Told::cell`].
pub fn head(lang: Lang, measured: Measured) -> String {
    let name = name(lang, measured);
    match measured {
        Measured::Exports => format!("{name}, {}", t!(lang, home.millions)),
        Measured::Services | Measured::Domestic => format!("{name}, {}", t!(lang, pages.billion_soums)),
        Measured::Exporters | Measured::People | Measured::Residents => name,
    }
}

/// What is measured.
pub fn name(lang: Lang, measured: Measured) -> String {
    statistics::code(lang, domain::datasets::Column::Measure, measured.code()).unwrap_or_default()
}

impl View<'_> {
    /// The latest quarter of which the release tells.
    pub fn quarter(&self) -> Option<Quarter> {
        self.name().map(|name| name.quarter)
    }

    /// The quarters of which it tells, in order.
    pub fn quarters(&self) -> Vec<Quarter> {
        let periods = self.of(DatasetId::Regions).map(|regions| regions.codes(0)).unwrap_or_default();
        periods.into_iter().filter_map(|period| period.parse().ok()).collect()
    }

    fn at(&self, id: DatasetId, at: &[&str], measured: Measured) -> Option<Told<'_>> {
        let row = self.of(id)?.row(&[at, &[measured.code()]].concat())?;
        Some(Told { measured, row })
    }

    /// A figure of a region by where residents are registered, or of the country.
    pub fn told(&self, period: Period, of: Of, measured: Measured) -> Option<Told<'_>> {
        self.told_by(period, of, Basis::Registered, measured)
    }

    /// The same by either basis.
    pub fn told_by(&self, period: Period, of: Of, basis: Basis, measured: Measured) -> Option<Told<'_>> {
        self.at(DatasetId::Regions, &[&period.to_string(), of.code(), basis.code()], measured)
    }

    /// A figure of a part of exports or of services, by the codes that come after the region.
    pub fn part(&self, id: DatasetId, period: Period, codes: &[&str], measured: Measured) -> Option<Told<'_>> {
        self.at(id, &[&[&*period.to_string(), COUNTRY], codes].concat(), measured)
    }

    /// Exports of a year up to and including a quarter.
    pub fn to_date(&self, quarter: Quarter) -> Option<Told<'_>> {
        self.at(DatasetId::Targets, &[&Period::year_to_date(quarter).to_string(), COUNTRY], Measured::Exports)
    }

    /// The target of the year of the latest quarter, or the one without a year, as the release knew it.
    pub fn target(&self, long_term: bool) -> Option<Target> {
        let quarter = self.quarter()?;
        let measure = if long_term { "long_term_target" } else { "target" };
        let row = self.of(DatasetId::Targets)?.row(&[&Period::year_to_date(quarter).to_string(), COUNTRY, measure])?;
        let amount = domain::money::Cents(row.value?);
        let source = row.notes.first().cloned().unwrap_or_default();
        Some(Target { year: (!long_term).then(|| quarter.year()), region: None, amount, set_on: None, source })
    }

    /// The measure by which regions are compared.
    pub fn compared(&self) -> Measured {
        let regions = self.of(DatasetId::Regions).zip(self.quarter());
        regions.map_or(Measured::Services, |(regions, quarter)| compared(regions, quarter))
    }
}

/// A change against the same quarter of the year before, in hundredths of a percent; none where either may still change much.
pub fn on_year_before(now: Told<'_>, before: Told<'_>) -> Option<i64> {
    let settled = !now.is_provisional() && !before.is_provisional();
    change(before.value()?, now.value()?).filter(|_| settled)
}
