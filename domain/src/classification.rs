//! What was sold and where to: activities, service categories, countries, and the groups in which exports are published.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use crate::codes::UnknownCode;
use crate::codes::codes;

codes! {
    /// Activity of a resident. The park's List with official codes was not found; these are the groups it names
    /// in public, with codes of our own.
    Activity {
        /// Software development.
        Software = "software",
        /// Data processing and hosting.
        DataProcessing = "data_processing",
        /// Automation of business processes.
        Automation = "automation",
        /// IT education.
        Education = "education",
        /// Business process outsourcing.
        Bpo = "bpo",
        /// Multimedia and design (from 1 January 2024).
        Design = "design",
        /// Software-made animation (from 1 January 2024).
        Animation = "animation",
    }
}

codes! {
    /// Category of an exported service, each within one item of EBOPS 2010.
    ServiceCategory {
        /// Computer services (SI2).
        Computer = "SI2",
        /// Information services (SI3).
        Information = "SI3",
        /// Business process outsourcing and call centres (SJ, other business services).
        Business = "SJ",
        /// Licences to reproduce or distribute (SH).
        Licences = "SH",
        /// Animation, films, audiovisual (SK).
        Audiovisual = "SK",
    }
}

codes! {
    /// The groups of destinations in which IT Park has published exports (2023), and the rest.
    Destination {
        /// United States.
        UnitedStates = "US",
        /// United Kingdom and the European Union.
        UkAndEu = "UK+EU",
        /// Commonwealth of Independent States.
        Cis = "CIS",
        /// Asia-Pacific.
        AsiaPacific = "APAC",
        /// Middle East and North Africa.
        MiddleEastNorthAfrica = "MENA",
        /// Any other country.
        Other = "OTHER",
    }
}

/// ISO 3166-1 alpha-2, all assigned codes; a test compares them with a maintained list.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Country(usize);

fn position(list: &str, code: &str) -> Option<usize> {
    (code.len() == 2).then(|| list.as_bytes().chunks(2).position(|chunk| chunk == code.as_bytes()))?
}

impl Country {
    /// Every country by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..COUNTRIES.len() / 2).map(Self)
    }

    /// ISO 3166-1 alpha-2 code.
    pub fn code(self) -> &'static str {
        &COUNTRIES[self.0 * 2..self.0 * 2 + 2]
    }

    /// Whether this is Uzbekistan, to which nothing can be exported.
    pub fn is_home(self) -> bool {
        self.code() == "UZ"
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Country {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        position(COUNTRIES, text).map(Self).ok_or(UnknownCode)
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCode;

    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

impl From<Country> for &'static str {
    fn from(country: Country) -> Self {
        country.code()
    }
}

/// Which countries belong to which published group: a rule with a date (`rules::DESTINATION_GROUPS`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationGroups(BTreeMap<Country, Destination>);

impl DestinationGroups {
    /// The countries of a group to which anything can be exported.
    pub fn countries(&self, group: Destination) -> impl Iterator<Item = Country> {
        Country::all().filter(move |country| !country.is_home() && self.of(*country) == group)
    }

    /// The published group to which a country belongs.
    pub fn of(&self, country: Country) -> Destination {
        self.0.get(&country).copied().unwrap_or(Destination::Other)
    }
}

/// `US=US CIS=AM,AZ`: groups with their countries, each country once.
impl FromStr for DestinationGroups {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let mut groups = BTreeMap::new();
        for group in text.split(' ') {
            let (code, countries) = group.split_once('=').ok_or(UnknownCode)?;
            let destination = code.parse()?;
            for country in countries.split(',') {
                if groups.insert(country.parse()?, destination).is_some() {
                    return Err(UnknownCode);
                }
            }
        }
        Ok(Self(groups))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::rules::{DESTINATION_GROUPS, RuleBook};

    #[test]
    fn countries_are_those_of_iso_3166() {
        let mut iso: Vec<&str> = rust_iso3166::ALL.iter().map(|country| country.alpha2).filter(|code| *code != "XK").collect();
        iso.sort_unstable();
        assert_eq!(Country::all().map(Country::code).collect::<Vec<_>>(), iso);
    }

    #[test]
    fn destinations_follow_the_published_groups() {
        let groups = RuleBook::first(NaiveDate::MIN).value(&DESTINATION_GROUPS, NaiveDate::MAX).unwrap();
        for (code, group) in
            [("US", "US"), ("GB", "UK+EU"), ("DE", "UK+EU"), ("KZ", "CIS"), ("KR", "APAC"), ("AE", "MENA"), ("CH", "OTHER")]
        {
            assert_eq!(groups.of(code.parse().unwrap()).code(), group);
        }
        assert_eq!(Country::all().filter(|country| groups.of(*country) == Destination::UkAndEu).count(), 28);
        assert_eq!("XX".parse::<Country>(), Err(UnknownCode));
        assert_eq!("€".parse::<Country>(), Err(UnknownCode));
    }

    #[test]
    fn a_country_stands_in_one_group() {
        for text in ["CIS=KZ UK+EU=KZ", "CIS=KZ,KZ", "CIS=XX", "CIS", "EAEU=KZ", "CIS="] {
            assert_eq!(text.parse::<DestinationGroups>(), Err(UnknownCode), "{text}");
        }
    }
}
