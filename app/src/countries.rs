//! Names of countries, from CLDR (Unicode licence), generated with `Intl.DisplayNames`.

use std::sync::LazyLock;

use domain::classification::Country;

use crate::lang::{Lang, said};

/// Lines of code, Uzbek, Russian, English.
static NAMES: LazyLock<Vec<[&'static str; 4]>> = LazyLock::new(|| {
    let rows = include_str!("../data/countries.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| row.try_into().ok()).collect()
});

/// The name of a country; its code if the list lacks it, which a test excludes.
pub fn name(lang: Lang, country: Country) -> &'static str {
    let row = NAMES.iter().find(|row| row[0] == country.code());
    row.map_or(country.code(), |row| row[said!(lang, COUNTRY)])
}

/// Every country but Uzbekistan by name.
pub fn choices(lang: Lang) -> Vec<(String, String)> {
    let mut all: Vec<_> =
        Country::all().filter(|country| !country.is_home()).map(|c| (c.code().to_owned(), name(lang, c).to_owned())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        for lang in Lang::ALL {
            for country in Country::all() {
                assert_ne!(name(lang, country), country.code(), "{lang:?}");
            }
        }
    }
}
