//! What others have published of exports, by the definition that came with it. The definitions are those of the imported file,
//! word for word: one that is not known here is shown in its own words, as a figure of the whole country.

use crate::{labels::t, lang::Lang};

/// A definition that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definition {
    Country2017,
    Country2020,
    Country2021,
    Residents,
    Year2023,
    Quarter2022,
    Half2022,
    Months2024,
}

impl Definition {
    /// Finds a definition by its words.
    pub fn of(words: &str) -> Option<Self> {
        Some(match words {
            "IT export of the country; reported as 600 thousand dollars" => Self::Country2017,
            "Export of IT services of the country as IT Park estimates it" => Self::Country2020,
            "Export of the IT industry of the country" => Self::Country2021,
            "Services exported by IT Park residents" => Self::Residents,
            "Export of IT services, materials of IT Park" => Self::Year2023,
            "Export of IT services; about 4 times the same quarter of 2021" => Self::Quarter2022,
            "Export by IT Park residents; 4.4 times the first half of 2021" => Self::Half2022,
            "Export of services by IT companies; press service of the President" => Self::Months2024,
            _ => return None,
        })
    }

    /// Whether it is of the residents of the park; the others are of the whole country.
    pub const fn is_of_residents(self) -> bool {
        matches!(self, Self::Residents | Self::Year2023 | Self::Half2022)
    }

    /// The definition in a language.
    pub fn text(self, lang: Lang) -> String {
        match self {
            Self::Country2017 => t!(lang, official.country_2017),
            Self::Country2020 => t!(lang, official.country_2020),
            Self::Country2021 => t!(lang, official.country_2021),
            Self::Residents => t!(lang, official.residents),
            Self::Year2023 => t!(lang, official.year_2023),
            Self::Quarter2022 => t!(lang, official.quarter_2022),
            Self::Half2022 => t!(lang, official.half_2022),
            Self::Months2024 => t!(lang, official.months_2024),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_of_exports_that_comes_with_the_program_is_known() {
        let mut file = csv::Reader::from_reader(include_str!("../../server/data/official-figures.csv").as_bytes());
        let of_exports: Vec<_> = file.records().map(Result::unwrap).filter(|record| &record[0] == "exports").collect();
        assert!(of_exports.len() > 5);
        for record in of_exports {
            assert!(Definition::of(&record[4]).is_some(), "{record:?}");
        }
    }
}
