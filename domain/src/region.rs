//! The 14 first-level regions of Uzbekistan: codes and names.
//!
//! Source: `regions.csv` of the reference data (ISO 3166-2, SOATO). A test compares the two.
//! `UZ-TK` is Tashkent city, `UZ-TO` Tashkent region: "Tashkent" alone is ambiguous.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Everything that is fixed about a region.
#[derive(Debug, PartialEq, Eq)]
pub struct RegionNames {
    /// ISO 3166-2 code, our key.
    pub iso: &'static str,
    /// SOATO code, four digits as text.
    pub soato: &'static str,
    /// Uzbek, Latin script.
    pub uz_latn: &'static str,
    /// Uzbek, Cyrillic script.
    pub uz_cyrl: &'static str,
    /// Russian.
    pub ru: &'static str,
    /// Karakalpak, Latin script.
    pub kaa: &'static str,
    /// English.
    pub en: &'static str,
    /// Column (from west, 1–7) and row (from north, 0–2) in the tile map.
    pub tile: (u8, u8),
}

macro_rules! regions {
    ($($variant:ident $iso:literal $soato:literal $uz:literal $cyrl:literal $ru:literal $kaa:literal $en:literal $tile:expr;)*) => {
        /// A first-level region. The order is that of SOATO.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        #[expect(missing_docs, reason = "the names are the documentation")]
        pub enum Region { $($variant),* }

        impl Region {
            /// All regions in the order of SOATO.
            pub const ALL: [Self; 14] = [$(Self::$variant),*];

            /// Codes and names.
            pub const fn names(self) -> &'static RegionNames {
                match self {$(
                    Self::$variant => &RegionNames {
                        iso: $iso, soato: $soato, uz_latn: $uz, uz_cyrl: $cyrl, ru: $ru, kaa: $kaa, en: $en, tile: $tile,
                    },
                )*}
            }
        }
    };
}

regions! {
    Andijan "UZ-AN" "1703" "Andijon viloyati" "Андижон вилояти" "Андижанская область" "Ándijan wálayatı" "Andijan region" (7, 0);
    Bukhara "UZ-BU" "1706" "Buxoro viloyati" "Бухоро вилояти" "Бухарская область" "Buxara wálayatı" "Bukhara region" (2, 1);
    Jizzakh "UZ-JI" "1708" "Jizzax viloyati" "Жиззах вилояти" "Джизакская область" "Jizzax wálayatı" "Jizzakh region" (4, 1);
    Kashkadarya "UZ-QA" "1710" "Qashqadaryo viloyati" "Қашқадарё вилояти" "Кашкадарьинская область" "Qashqadárya wálayatı" "Kashkadarya region" (3, 2);
    Navoi "UZ-NW" "1712" "Navoiy viloyati" "Навоий вилояти" "Навоийская область" "Nawayı wálayatı" "Navoi region" (2, 0);
    Namangan "UZ-NG" "1714" "Namangan viloyati" "Наманган вилояти" "Наманганская область" "Namangan wálayatı" "Namangan region" (6, 0);
    Samarkand "UZ-SA" "1718" "Samarqand viloyati" "Самарқанд вилояти" "Самаркандская область" "Samarqand wálayatı" "Samarkand region" (3, 1);
    Surkhandarya "UZ-SU" "1722" "Surxondaryo viloyati" "Сурхондарё вилояти" "Сурхандарьинская область" "Surxandárya wálayatı" "Surkhandarya region" (4, 2);
    Syrdarya "UZ-SI" "1724" "Sirdaryo viloyati" "Сирдарё вилояти" "Сырдарьинская область" "Sırdárya wálayatı" "Syrdarya region" (5, 1);
    TashkentCity "UZ-TK" "1726" "Toshkent shahri" "Тошкент шаҳри" "город Ташкент" "Tashkent qalası" "Tashkent city" (4, 0);
    TashkentRegion "UZ-TO" "1727" "Toshkent viloyati" "Тошкент вилояти" "Ташкентская область" "Tashkent wálayatı" "Tashkent region" (5, 0);
    Fergana "UZ-FA" "1730" "Fargʻona viloyati" "Фарғона вилояти" "Ферганская область" "Ferǵana wálayatı" "Fergana region" (6, 1);
    Khorezm "UZ-XO" "1733" "Xorazm viloyati" "Хоразм вилояти" "Хорезмская область" "Xorezm wálayatı" "Khorezm region" (1, 1);
    Karakalpakstan "UZ-QR" "1735" "Qoraqalpogʻiston Respublikasi" "Қорақалпоғистон Республикаси" "Республика Каракалпакстан" "Qaraqalpaqstan Respublikası" "Republic of Karakalpakstan" (1, 0);
}

/// Text that is not the ISO 3166-2 code of a region of Uzbekistan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a region code such as UZ-SA")]
pub struct NotARegion;

impl Region {
    /// ISO 3166-2 code.
    pub const fn iso(self) -> &'static str {
        self.names().iso
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.iso())
    }
}

impl FromStr for Region {
    type Err = NotARegion;

    fn from_str(text: &str) -> Result<Self, NotARegion> {
        Self::ALL.into_iter().find(|region| region.iso() == text).ok_or(NotARegion)
    }
}

impl TryFrom<String> for Region {
    type Error = NotARegion;

    fn try_from(text: String) -> Result<Self, NotARegion> {
        text.parse()
    }
}

impl From<Region> for &'static str {
    fn from(region: Region) -> Self {
        region.iso()
    }
}

/// The country, or a region of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Uzbekistan.
    Country,
    /// A region.
    Region(Region),
}

/// ISO 3166: `UZ` or `UZ-SA`.
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str("UZ"),
            Self::Region(region) => region.fmt(f),
        }
    }
}

impl FromStr for Area {
    type Err = NotARegion;

    fn from_str(text: &str) -> Result<Self, NotARegion> {
        if text == "UZ" { Ok(Self::Country) } else { text.parse().map(Self::Region) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_equal_the_reference_data() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/regions.csv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        assert_eq!(rows.len(), Region::ALL.len());
        for (row, region) in rows.iter().zip(Region::ALL) {
            let n = region.names();
            let tile = [n.tile.0.to_string(), n.tile.1.to_string()];
            assert_eq!(row[..9], [n.iso, n.soato, n.uz_latn, n.uz_cyrl, n.ru, n.kaa, n.en, &tile[0], &tile[1]]);
        }
    }

    #[test]
    fn codes_read_back_and_the_two_tashkents_differ() {
        for region in Region::ALL {
            assert_eq!(region.iso().parse(), Ok(region));
        }
        assert_eq!("UZ-TK".parse(), Ok(Region::TashkentCity));
        assert_eq!("UZ-TO".parse(), Ok(Region::TashkentRegion));
        assert_eq!("26".parse::<Region>(), Err(NotARegion));
        for text in ["UZ", "UZ-TK"] {
            assert_eq!(text.parse::<Area>().unwrap().to_string(), text);
        }
        assert_eq!("UZ-XX".parse::<Area>(), Err(NotARegion));
    }
}
