//! Who takes part: where each is registered, since when, and whether it exports.

use chrono::NaiveDate;
use domain::{obligation::StatusSpan, region::Region};

use services::register::Resident;

use crate::{dice::Dice, names};

/// The first residents have sign-ins and have not filed the quarter that is being filed: `resident@`, `resident-2@`, …
pub const SIGN_INS: usize = 4;

/// A resident with what the generator needs to know.
pub(crate) struct Player {
    pub(crate) resident: Resident,
    pub(crate) status: Vec<StatusSpan>,
    pub(crate) exporter: bool,
    /// Never files the latest quarter that is due.
    pub(crate) forgetful: bool,
}

/// The region of resident `index`: two of the sign-ins, then two thirds in Tashkent city, the rest over the others.
fn region_of(index: usize) -> Region {
    const OTHERS: [Region; 13] = [
        Region::Samarkand,
        Region::Fergana,
        Region::Andijan,
        Region::TashkentRegion,
        Region::Namangan,
        Region::Bukhara,
        Region::Khorezm,
        Region::Karakalpakstan,
        Region::Kashkadarya,
        Region::Jizzakh,
        Region::Navoi,
        Region::Surkhandarya,
        Region::Syrdarya,
    ];
    match index {
        0 => Region::Samarkand,
        1 => Region::Bukhara,
        _ if index.is_multiple_of(3) => OTHERS[(index / 3) % 13],
        _ => Region::TashkentCity,
    }
}

/// Everybody.
pub(crate) fn players(residents: usize, dice: Dice) -> Vec<Player> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (0..residents.max(60))
        .map(|index| {
            let roll = |what| dice.roll(what, index as u64, 0);
            let region = region_of(index);
            let signed_in = index < SIGN_INS;
            // about half have the status since the filings begin, the rest joined month by month until autumn 2023
            let joined = if signed_in || roll("joined") % 100 < 55 {
                day(2022, 1, 1)
            } else {
                let month = u32::try_from(roll("month") % 20).unwrap_or(0);
                day(2022 + i32::from(month >= 12), month % 12 + 1, 10)
            };
            let left = !signed_in && roll("left") % 100 < 4;
            let until = left.then(|| day(2023, 5, 1)).filter(|until| *until > joined);
            let mut status = vec![StatusSpan { from: joined, until }];
            if until.is_some() && roll("reinstated").is_multiple_of(2) {
                status.push(StatusSpan { from: day(2023, 9, 1), until: None });
            }
            // few exporters in the smaller regions: their cells are confidential
            let chance = match region {
                Region::TashkentCity => 62,
                Region::Surkhandarya | Region::Syrdarya | Region::Navoi => 25,
                _ => 50,
            };
            let exporter = signed_in || roll("exporter") % 100 < chance;
            let forgetful = !signed_in && !exporter && roll("forgetful") % 100 < 6;
            Player { resident: names::resident(index, region, dice), status, exporter, forgetful }
        })
        .collect()
}
