//! What was sold and where to: activities, service categories, countries, and the groups in which exports are published.

use std::{fmt, str::FromStr};

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

/// European Union and United Kingdom.
const UK_AND_EU: &str = "GBATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE";
/// Members and associates of the CIS in 2023.
const CIS: &str = "AMAZBYKZKGMDRUTJTM";
/// East, South and South-East Asia and Oceania.
const ASIA_PACIFIC: &str = "AUBDBNBTCNFJHKIDINJPKHKRLALKMMMNMOMVMYNPNZPGPHPKSGTHTLTWVN";
/// Middle East and North Africa.
const MIDDLE_EAST_NORTH_AFRICA: &str = "AEBHDZEGILIQIRJOKWLBLYMAOMPSQASASYTNTRYE";

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

    /// The published group to which the country belongs.
    pub fn destination(self) -> Destination {
        let within = |list| position(list, self.code()).is_some();
        if self.code() == "US" {
            Destination::UnitedStates
        } else if within(UK_AND_EU) {
            Destination::UkAndEu
        } else if within(CIS) {
            Destination::Cis
        } else if within(ASIA_PACIFIC) {
            Destination::AsiaPacific
        } else if within(MIDDLE_EAST_NORTH_AFRICA) {
            Destination::MiddleEastNorthAfrica
        } else {
            Destination::Other
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_iso_3166() {
        let mut iso: Vec<&str> = rust_iso3166::ALL.iter().map(|country| country.alpha2).filter(|code| *code != "XK").collect();
        iso.sort_unstable();
        assert_eq!(Country::all().map(Country::code).collect::<Vec<_>>(), iso);
    }

    #[test]
    fn every_code_of_a_group_is_a_country_and_stands_in_one_group() {
        let groups = [UK_AND_EU, CIS, ASIA_PACIFIC, MIDDLE_EAST_NORTH_AFRICA].concat();
        let mut codes: Vec<&[u8]> = groups.as_bytes().chunks(2).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for code in codes {
            std::str::from_utf8(code).unwrap().parse::<Country>().unwrap();
        }
        assert_eq!(UK_AND_EU.len() / 2, 28);
    }

    #[test]
    fn destinations_follow_the_published_groups() {
        for (code, group) in
            [("US", "US"), ("GB", "UK+EU"), ("DE", "UK+EU"), ("KZ", "CIS"), ("KR", "APAC"), ("AE", "MENA"), ("CH", "OTHER")]
        {
            assert_eq!(code.parse::<Country>().unwrap().destination().code(), group);
        }
        assert_eq!("XX".parse::<Country>(), Err(UnknownCode));
        assert_eq!("€".parse::<Country>(), Err(UnknownCode));
    }
}
