//! The addresses of pages, written in one place. `routes` says which page stands at each.

use std::fmt;

use domain::{
    datasets::DatasetId,
    ids::FilingId,
    quarter::Quarter,
    region::Region,
    release::{Measured, ReleaseName},
};
use uuid::Uuid;

use crate::{chart_id::ChartId, lang::Lang};

/// A page of the open statistics, or a chart in a file. It says what a release says, and needs nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum OpenPage {
    Home,
    Regions,
    Region(Region),
    Exports,
    People,
    Data,
    Dataset(DatasetId),
    Releases,
    /// The release itself.
    Release,
    Methodology,
    /// A chart for pages of others.
    Embed(ChartId),
    /// A chart as SVG.
    Chart(ChartId),
    /// A chart as PNG.
    Picture(ChartId),
}

impl OpenPage {
    /// Every page that is read by itself.
    pub fn pages() -> impl Iterator<Item = Self> {
        let single = [Self::Home, Self::Regions, Self::Exports, Self::People, Self::Data, Self::Releases, Self::Release, Self::Methodology];
        let datasets = DatasetId::ALL.iter().map(|id| Self::Dataset(*id));
        single.into_iter().chain(Region::ALL.into_iter().map(Self::Region)).chain(datasets)
    }

    /// The chart that stands for it where other sites show what a link leads to.
    pub const fn picture(self) -> ChartId {
        match self {
            Self::Regions => ChartId::Regions,
            Self::Region(region) => ChartId::Quarters(Measured::Services, Some(region)),
            Self::Exports | Self::Dataset(DatasetId::Destinations) => ChartId::Destinations,
            Self::People => ChartId::Quarters(Measured::People, None),
            Self::Embed(chart) | Self::Chart(chart) | Self::Picture(chart) => chart,
            _ => ChartId::Course,
        }
    }

    /// Whether a chart stands for a page, and so is painted as well.
    pub fn has_picture(chart: ChartId) -> bool {
        Self::pages().any(|page| page.picture() == chart)
    }

    /// Every page and chart of a release.
    pub fn all() -> impl Iterator<Item = Self> {
        let pictures = ChartId::all().filter(|id| Self::has_picture(*id)).map(Self::Picture);
        Self::pages().chain(ChartId::all().flat_map(|id| [Self::Embed(id), Self::Chart(id)])).chain(pictures)
    }
}

/// Where it stands under a release. Of the latest release the home page stands at the top, and has no name.
impl fmt::Display for OpenPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("/home"),
            Self::Regions => f.write_str("/regions"),
            Self::Region(region) => write!(f, "/regions/{region}"),
            Self::Exports => f.write_str("/exports"),
            Self::People => f.write_str("/people"),
            Self::Embed(chart) => write!(f, "/embed/{chart}"),
            Self::Chart(chart) => write!(f, "/charts/{chart}.svg"),
            Self::Picture(chart) => write!(f, "/charts/{chart}.png"),
            Self::Data => f.write_str("/data"),
            Self::Dataset(id) => write!(f, "/data/{id}"),
            Self::Releases => f.write_str("/releases"),
            Self::Release => Ok(()),
            Self::Methodology => f.write_str("/methodology"),
        }
    }
}

/// A page of ours, whatever its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Address {
    SignIn,
    /// Leads everybody to the own first page.
    Start,
    My,
    Filing(Quarter),
    KeptForm(Quarter, Uuid),
    Check(Quarter),
    Version(Quarter, u32),
    Office,
    OfficeRegion(Region),
    Missing,
    Filings,
    Review(FilingId),
    Jobs,
    /// The desk of those who make releases.
    ReleaseDesk,
    /// A release on that desk.
    ReleaseOnDesk(ReleaseName),
    /// What a release will say, as the public will see it.
    Preview(ReleaseName, OpenPage),
    /// What is shown in a year.
    PlanOf(i32),
    /// What went wrong, by its status.
    Problem(u16),
    /// A page of the open statistics, of the latest release.
    Open(OpenPage),
    /// The same as a release says it, for ever.
    OpenOf(ReleaseName, OpenPage),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("/sign-in"),
            Self::Start => f.write_str("/start"),
            Self::My => f.write_str("/my"),
            Self::Filing(quarter) => write!(f, "/my/filings/{quarter}"),
            Self::KeptForm(quarter, id) => write!(f, "/my/filings/{quarter}/kept/{id}"),
            Self::Check(quarter) => write!(f, "/my/filings/{quarter}/check"),
            Self::Version(quarter, number) => write!(f, "/my/filings/{quarter}/versions/{number}"),
            Self::Office => f.write_str("/office"),
            Self::OfficeRegion(region) => write!(f, "/office/regions/{region}"),
            Self::Missing => f.write_str("/office/missing"),
            Self::Filings => f.write_str("/office/filings"),
            Self::Review(id) => write!(f, "/office/filings/{id}"),
            Self::Jobs => f.write_str("/office/jobs"),
            Self::ReleaseDesk => f.write_str("/office/releases"),
            Self::ReleaseOnDesk(release) => write!(f, "/office/releases/{release}"),
            Self::Preview(release, page) => write!(f, "/office/releases/{release}/site{page}"),
            Self::PlanOf(year) => write!(f, "/office/releases/plans/{year}"),
            Self::Problem(status) => write!(f, "/problem/{status}"),
            Self::Open(OpenPage::Home) => Ok(()),
            Self::Open(page) => page.fmt(f),
            Self::OpenOf(release, page) => write!(f, "/releases/{release}{page}"),
        }
    }
}

impl Address {
    /// The home page.
    pub const HOME: Self = Self::Open(OpenPage::Home);

    /// The address in a language.
    pub fn link(self, lang: Lang) -> Link {
        Link { path: format!("/{}{self}", lang.code()), query: String::new(), id: String::new() }
    }
}

/// A path with a query, and a place on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    path: String,
    query: String,
    id: String,
}

impl Link {
    /// Below this address.
    #[must_use]
    pub fn below(mut self, rest: impl fmt::Display) -> Self {
        self.path = format!("{}/{rest}", self.path);
        self
    }

    /// With a value in the query.
    #[must_use]
    pub fn with(self, name: &str, value: impl fmt::Display) -> Self {
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, &value.to_string()).finish();
        self.with_query(&pair)
    }

    /// With a value in the query if there is one.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// At an element of the page.
    #[must_use]
    pub fn at(self, id: impl fmt::Display) -> Self {
        Self { id: id.to_string(), ..self }
    }

    /// With a query that is encoded already.
    #[must_use]
    pub fn with_query(mut self, query: &str) -> Self {
        if !self.query.is_empty() && !query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(query);
        self
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query)?;
        }
        if self.id.is_empty() { Ok(()) } else { write!(f, "#{}", self.id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_a_route() {
        let routes = include_str!("routes.rs");
        let patterns: Vec<Vec<&str>> =
            routes.split("path!(\"/:lang").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.split('/').collect())).collect();
        let (quarter, id) = ("2023-Q3".parse().unwrap(), Uuid::nil());
        let addresses = [
            Address::SignIn,
            Address::Start,
            Address::My,
            Address::Filing(quarter),
            Address::KeptForm(quarter, id),
            Address::Check(quarter),
            Address::Version(quarter, 2),
            Address::Office,
            Address::OfficeRegion(Region::Samarkand),
            Address::Missing,
            Address::Filings,
            Address::Review(FilingId(id)),
            Address::Jobs,
            Address::ReleaseDesk,
            Address::ReleaseOnDesk("2023-Q3".parse().unwrap()),
            Address::PlanOf(2023),
            Address::Problem(404),
        ];
        let leads_to = |address: &Address, pattern: &[&str]| {
            let path = address.to_string();
            let segments: Vec<&str> = path.split('/').collect();
            segments.len() == pattern.len() && segments.iter().zip(pattern).all(|(s, p)| p.starts_with(':') || s == p)
        };
        for address in addresses {
            assert!(patterns.iter().any(|pattern| leads_to(&address, pattern)), "{address:?}");
        }
        for pattern in &patterns {
            assert!(addresses.iter().any(|address| leads_to(address, pattern)), "{pattern:?}");
        }
    }

    #[test]
    fn queries_are_encoded_and_joined() {
        let link = Address::Missing.link(Lang::Ru);
        assert_eq!(link.to_string(), "/ru/office/missing");
        let link = link.with("quarter", "2023-Q3").maybe("region", None::<Region>).with("after", "a b&c").with_query("").with_query("x=1");
        assert_eq!(link.to_string(), "/ru/office/missing?quarter=2023-Q3&after=a+b%26c&x=1");
        assert_eq!(Address::HOME.link(Lang::Uz).to_string(), "/uz");
        assert_eq!(Address::HOME.link(Lang::Uz).at("map").with("map", "tiles").to_string(), "/uz?map=tiles#map");
        let release = "2023-Q2".parse().unwrap();
        assert_eq!(Address::OpenOf(release, OpenPage::Home).link(Lang::Ru).to_string(), "/ru/releases/2023-Q2/home");
        assert_eq!(Address::Open(OpenPage::Chart(ChartId::Map)).link(Lang::En).to_string(), "/en/charts/map.svg");
    }
}
