//! Spreading the published totals over residents, destinations and lines without losing a cent.

use domain::{
    classification::{Activity, ServiceCategory},
    content::{Content, Converted, DomesticLine, ExportLine, PeopleLine},
    exchange::{Conversion, Rates, convert},
    money::{Currency, Tiyin},
    obligation::owes,
    people::PeopleCount,
    quarter::Quarter,
    region::Region,
};

use services::{Result, ServiceError};

use crate::{
    dice::{Dice, number, split},
    players::{Player, SIGN_INS},
};

/// National exports in hundred thousand dollars and services in billion soums by quarter of 2022 and 2023. Sums as published:
/// Q1 2022 16.0, first half 53.2, year 140.0; first half of 2023 145.3, year 344.0; services 2,300 and 5,000.
const NATIONAL: [(i32, [(i64, i64); 4]); 2] =
    [(2022, [(160, 1_050), (372, 1_250), (401, 1_280), (467, 1_420)]), (2023, [(664, 2_150), (789, 2_450), (932, 2_700), (1_055, 3_000)])];

/// Exports by destination group in hundred thousand dollars. 2023 as published; 2022 with the published 71% for the
/// United States, the rest invented.
const DESTINATIONS: [(i32, [i64; 5]); 2] = [(2022, [994, 150, 170, 60, 26]), (2023, [1_510, 825, 690, 275, 140])];

/// Countries of each group, and a currency beside the dollar in which a part is billed.
const COUNTRIES: [&[(&str, &str)]; 5] = [
    &[("US", "USD")],
    &[("GB", "GBP"), ("DE", "EUR"), ("NL", "EUR"), ("PL", "EUR"), ("FR", "EUR")],
    &[("KZ", "KZT"), ("RU", "RUB"), ("KZ", "USD"), ("KG", "USD")],
    &[("KR", "KRW"), ("JP", "JPY"), ("SG", "USD"), ("MY", "USD"), ("CN", "CNY")],
    &[("AE", "AED"), ("TR", "TRY"), ("SA", "USD")],
];

const CENTS: i64 = 10_000_000; // cents in a hundred thousand dollars
const TIYIN: i64 = 100_000_000_000; // tiyin in a billion soums

/// National exports (cents), services (tiyin) and exports by group (cents) of a quarter. After 2023: as the last one.
fn national(quarter: Quarter) -> (i64, i64, [i64; 5]) {
    let year = quarter.year().clamp(2022, 2023);
    let row = usize::from(year == 2023);
    let totals = NATIONAL[row].1;
    // spend what is left of each group in proportion, so that the year comes out exactly
    let mut left = DESTINATIONS[row].1.map(|amount| amount * CENTS);
    let mut groups = [0; 5];
    for (total, _) in &totals[..quarter.number() as usize] {
        let weights = left.map(|amount| u64::try_from(amount).unwrap_or(0));
        let parts = split(total * CENTS, &weights);
        groups.copy_from_slice(&parts);
        for (left, part) in left.iter_mut().zip(&parts) {
            *left -= part;
        }
    }
    let (exports, services) = totals[quarter.number() as usize - 1];
    (exports * CENTS, services * TIYIN, groups)
}

/// What a region's residents make of the national total, in parts per ten thousand.
fn region_weight(region: Region) -> u64 {
    match region {
        Region::TashkentCity => 9_470,
        Region::Samarkand => 112,
        Region::Fergana => 83,
        Region::TashkentRegion => 71,
        Region::Andijan => 58,
        Region::Namangan => 49,
        Region::Bukhara => 41,
        Region::Karakalpakstan => 33,
        Region::Khorezm => 29,
        Region::Kashkadarya => 19,
        Region::Jizzakh => 11,
        Region::Surkhandarya => 9,
        Region::Navoi => 8,
        Region::Syrdarya => 7,
    }
}

/// Splits a national total over residents: first by region, then within it by weights of the residents.
fn spread(total: i64, players: &[(usize, &Player)], weight: impl Fn(usize, &Player) -> u64) -> Vec<i64> {
    let weights: Vec<u64> = players.iter().map(|(index, player)| weight(*index, player)).collect();
    let in_region = |region| (0..players.len()).filter(move |n| players[*n].1.resident.region == region);
    let regions = Region::ALL.map(|region| if in_region(region).any(|n| weights[n] > 0) { region_weight(region) } else { 0 });
    let mut amounts = vec![0; players.len()];
    for (region, total) in Region::ALL.into_iter().zip(split(total, &regions)) {
        let members: Vec<usize> = in_region(region).collect();
        let parts = split(total, &members.iter().map(|n| weights[*n]).collect::<Vec<_>>());
        for (n, part) in members.into_iter().zip(parts) {
            amounts[n] = part;
        }
    }
    amounts
}

/// The filings of a quarter: index of the resident and lines. Every resident that owes one is there, with zeros for those
/// who earned nothing.
pub(super) fn of_quarter(players: &[Player], quarter: Quarter, rates: &Rates, dice: Dice) -> Result<Vec<(usize, Converted)>> {
    let owing: Vec<(usize, &Player)> = players.iter().enumerate().filter(|(_, player)| owes(&player.status, quarter)).collect();
    let (exports, services, groups) = national(quarter);
    let size = |what, index: usize| {
        let base = 100 + dice.roll(what, index as u64, 0) % 900;
        base * base / 100 * (90 + dice.roll("season", index as u64, number(quarter)) % 21)
    };
    let of_exporters = spread(exports, &owing, |index, player| if player.exporter { size("exports", index) } else { 0 });
    let mut groups_left = groups;
    let mut filings = Vec::new();
    for ((index, player), cents) in owing.iter().zip(of_exporters) {
        let (lines, conversions) = export_lines(*index, player, cents, &mut groups_left, quarter, rates, dice)?;
        let content = Content { exports: lines, ..Content::default() };
        filings.push((*index, Converted { content, conversions }));
    }
    let abroad = filings.iter().try_fold(Tiyin::ZERO, |sum, (_, filing)| sum.plus(filing.totals()?.exports_uzs))?;
    let domestic = spread(services - abroad.0, &owing, |index, player| if player.forgetful { 0 } else { size("domestic", index) });
    for (((index, filing), tiyin), (_, player)) in filings.iter_mut().zip(domestic).zip(&owing) {
        complete(filing, *index, player, tiyin, dice)?;
    }
    Ok(filings)
}

/// Takes a resident's exports from what is left of the groups, in the fixed order of residents.
fn export_lines(
    index: usize,
    player: &Player,
    mut cents: i64,
    groups_left: &mut [i64; 5],
    quarter: Quarter,
    rates: &Rates,
    dice: Dice,
) -> Result<(Vec<ExportLine>, Vec<Conversion>)> {
    let (mut lines, mut conversions) = (Vec::new(), Vec::new());
    let start = usize::try_from(dice.roll("group", index as u64, 0) % 5).unwrap_or(0);
    for group in (0..5).map(|n| (start + n) % 5) {
        let part = cents.min(groups_left[group]);
        if part == 0 {
            continue;
        }
        cents -= part;
        groups_left[group] -= part;
        let (country, currency) =
            COUNTRIES[group][usize::try_from(dice.roll("country", index as u64, group as u64)).unwrap_or(0) % COUNTRIES[group].len()];
        let mut add = |currency: Currency, amount: i64| -> Result<i64> {
            let country = country.parse().map_err(|_| ServiceError::Corrupt("country"))?;
            let category = if dice.roll("category", index as u64, 0).is_multiple_of(4) {
                ServiceCategory::Business
            } else {
                ServiceCategory::Computer
            };
            let line = ExportLine { country, category, currency, amount, region: player.resident.region, date: None, contract: None };
            let conversion = rates.convert(line.amount, line.currency, line.date, quarter).map_err(|_| ServiceError::Corrupt("rates"))?;
            lines.push(line);
            conversions.push(conversion);
            Ok(conversion.usd.0)
        };
        let currency: Currency = currency.parse().map_err(|_| ServiceError::Corrupt("currency"))?;
        let mut rest = part;
        if currency != Currency::USD && part > 100_000 {
            // two thirds in the other currency, rounded down to whole units; the dollar line makes the sum exact
            let (rate, usd) =
                rates.mean(currency, quarter).zip(rates.mean(Currency::USD, quarter)).ok_or(ServiceError::Corrupt("rates"))?;
            let (_, one_unit) =
                convert(10_i64.pow(currency.decimals()) * 1_000, currency, rate, usd).map_err(|_| ServiceError::Corrupt("rates"))?;
            let units = part * 2 / 3 * 1_000 / one_unit.0.max(1);
            rest -= add(currency, units * 10_i64.pow(currency.decimals()))?;
        }
        add(Currency::USD, rest)?;
    }
    Ok((lines, conversions))
}

/// What a resident does.
pub(super) fn activity(index: usize, dice: Dice) -> Activity {
    Activity::ALL[usize::try_from(dice.roll("activity", index as u64, 0) % 5).unwrap_or(0)]
}

/// Adds domestic lines, people and the control total.
fn complete(filing: &mut Converted, index: usize, player: &Player, tiyin: i64, dice: Dice) -> Result<()> {
    let region = player.resident.region;
    let roll = |what| dice.roll(what, index as u64, 0);
    let activity = activity(index, dice);
    if tiyin > 0 {
        filing.content.domestic.push(DomesticLine { region, activity, amount: Tiyin(tiyin) });
    }
    // those with sign-ins also work in another region
    if index < SIGN_INS && tiyin > 10 {
        let elsewhere = tiyin / 5;
        filing.content.domestic[0].amount = Tiyin(tiyin - elsewhere);
        filing.content.domestic.push(DomesticLine { region: Region::Navoi, activity, amount: Tiyin(elsewhere) });
    }
    let revenue = filing.totals()?.services;
    // about 150 million soums a quarter and head
    let employees = u32::try_from((revenue.0 / 15_000_000_000).clamp(1, 900)).unwrap_or(1) + u32::try_from(roll("people") % 6).unwrap_or(0);
    let part = |what, most: u64| employees * u32::try_from(roll(what) % most).unwrap_or(0) / 100;
    let counts = [
        (PeopleCount::Employees, employees),
        (PeopleCount::Specialists, employees - part("others", 40)),
        (PeopleCount::Women, part("women", 60)),
        (PeopleCount::Under30, part("young", 80)),
        (PeopleCount::Disability, part("disability", 5)),
        (PeopleCount::Foreign, part("foreign_people", 8)),
    ];
    let payroll = Tiyin(i64::from(employees) * 2_400_000_000);
    filing.content.people.push(PeopleLine { region, counts: counts.into_iter().collect(), payroll });
    filing.content.control_total = revenue;
    Ok(())
}
