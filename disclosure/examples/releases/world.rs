//! An invented park over years: residents that join, leave, move, file late and amend, in the proportions of the real one.

use std::collections::BTreeMap;

use disclosure::{
    file::Parameters,
    series::{Known, Measure, Most, Quarter, Release, Table},
};

/// Numbers that look random and are always the same (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            dice.next();
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Between 0 and 1.
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn happens(&mut self, percent: f64) -> bool {
        self.share() * 100.0 < percent
    }

    /// Lognormal with median 1: the sum of twelve shares is close to normal.
    fn lognormal(&mut self, sigma: f64) -> f64 {
        let normal = (0..12).map(|_| self.share()).sum::<f64>() - 6.0;
        (sigma * normal).exp()
    }

    /// One of the weighted.
    fn one_of(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        let found = weights.iter().position(|weight| {
            left -= weight;
            left <= 0.0
        });
        found.unwrap_or(weights.len() - 1)
    }
}

/// Residents by region: two thirds in Tashkent city (the first), as at the end of 2023.
const REGIONS: [f64; 14] = [68.0, 4.5, 4.0, 3.5, 3.0, 2.8, 2.6, 2.4, 2.2, 2.0, 1.6, 1.4, 1.1, 0.9];
/// How large a resident's exports are there: about 95% of them come from the capital.
const CAPITAL: f64 = 9.0;
/// Exports by destination: the first is the United States.
const DESTINATIONS: [f64; 20] = [44.0, 12.0, 8.0, 6.0, 5.0, 4.0, 3.5, 3.0, 2.5, 2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.9, 0.8, 0.6, 0.4, 0.3];
const CATEGORIES: [f64; 8] = [40.0, 22.0, 14.0, 9.0, 6.0, 4.0, 3.0, 2.0];

struct Resident {
    group: String,
    region: usize,
    /// Where the work is done: places with their shares in hundredths.
    places: Vec<(usize, i64)>,
    destinations: Vec<(usize, i64)>,
    categories: Vec<(usize, i64)>,
    /// Thousands of dollars a quarter.
    exports: f64,
    /// Millions of soums a quarter.
    services: f64,
    people: f64,
    until: Option<usize>,
}

/// What a resident filed for a quarter, by what and member.
type Filing = BTreeMap<(&'static str, &'static str, usize), i64>;

/// A filing, the quarter in which it came in, and its amendment.
struct Filed {
    group: String,
    quarter: usize,
    at: usize,
    filing: Filing,
    amended: Option<(usize, Filing)>,
}

pub struct World {
    filed: Vec<Filed>,
}

const FIRST_YEAR: u16 = 2020;

fn quarter(n: usize) -> Quarter {
    let (year, number) = (u16::try_from(n / 4).unwrap_or(0), u8::try_from(n % 4).unwrap_or(0));
    Quarter { year: FIRST_YEAR + year, number: number + 1 }
}

/// Shares in hundredths that add up to one.
fn shares(dice: &mut Dice, of: &[usize]) -> Vec<(usize, i64)> {
    let mut left = 100;
    let mut shares: Vec<(usize, i64)> = Vec::new();
    for (n, place) in of.iter().enumerate() {
        let share = if n + 1 == of.len() { left } else { left * i64::try_from(30 + dice.below(50)).unwrap_or(50) / 100 };
        left -= share;
        shares.push((*place, share));
    }
    shares
}

impl Resident {
    fn new(dice: &mut Dice, n: usize) -> Self {
        let region = dice.one_of(&REGIONS);
        let mut places = vec![region];
        if dice.happens(15.0) {
            let other = if region > 0 && dice.happens(60.0) { 0 } else { dice.below(REGIONS.len()) };
            places.extend(Some(other).filter(|other| *other != region));
        }
        let mut some = |weights: &[f64], most: usize| {
            let mut found: Vec<usize> = (0..=dice.below(most)).map(|_| dice.one_of(weights)).collect();
            found.dedup();
            found.sort_unstable();
            found.dedup();
            found
        };
        let (destinations, categories) = (some(&DESTINATIONS, 3), some(&CATEGORIES, 2));
        let size = if region == 0 { CAPITAL } else { 1.0 };
        let exports = if dice.happens(62.0) { 60.0 * size * dice.lognormal(1.5) } else { 0.0 };
        // one in twenty belongs to the owner of the one before
        let group = format!("g{}", if n % 20 == 19 { n - 1 } else { n });
        Self {
            group,
            region,
            places: shares(dice, &places),
            destinations: shares(dice, &destinations),
            categories: shares(dice, &categories),
            services: exports * 11.0 + 300.0 * size * dice.lognormal(1.5),
            people: 8.0 * dice.lognormal(1.0) + exports / 40.0,
            exports,
            until: None,
        }
    }

    fn file(&self, factor: f64) -> Filing {
        #[expect(clippy::cast_possible_truncation, reason = "amounts far below the largest whole number")]
        let whole = |amount: f64| (amount * factor).round().max(0.0) as i64;
        let mut filing = Filing::new();
        let (exports, services, people) = (whole(self.exports), whole(self.services), whole(self.people).max(1));
        let mut add = |measure, by, of: &[(usize, i64)], amount: i64| {
            let mut left = amount;
            for (n, (member, share)) in of.iter().enumerate() {
                let part = if n + 1 == of.len() { left } else { amount * share / 100 };
                left -= part;
                if part != 0 {
                    *filing.entry((measure, by, *member)).or_default() += part;
                }
            }
        };
        let here = [(self.region, 100)];
        add("exports", "registration", &here, exports);
        add("exports", "activity", &self.places, exports);
        add("exports", "destination", &self.destinations, exports);
        add("exports", "category", &self.categories, exports);
        add("services", "registration", &here, services);
        add("services", "activity", &self.places, services);
        add("people", "registration", &here, people);
        filing
    }
}

impl World {
    /// So many residents at the beginning and so many quarters.
    pub fn new(residents: usize, quarters: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut people: Vec<Resident> = (0..residents).map(|n| Resident::new(&mut dice, n)).collect();
        let mut filed = Vec::new();
        for quarter in 0..quarters {
            let joiners = people.iter().filter(|resident| resident.until.is_none()).count() * 3 / 100;
            for _ in 0..joiners {
                let n = people.len();
                people.push(Resident::new(&mut dice, n));
            }
            for resident in people.iter_mut().filter(|resident| resident.until.is_none()) {
                if dice.happens(1.5) {
                    resident.until = Some(quarter);
                }
                if dice.happens(0.5) {
                    let to = dice.one_of(&REGIONS);
                    (resident.region, resident.places) = (to, vec![(to, 100)]);
                }
                for size in [&mut resident.exports, &mut resident.services, &mut resident.people] {
                    *size *= 1.03 * dice.lognormal(0.12);
                }
                let filing = resident.file(dice.lognormal(0.15));
                let at = quarter + if dice.happens(5.0) { 1 + dice.below(3) } else { 0 };
                let amended = dice.happens(3.0).then(|| (at + 1 + dice.below(4), resident.file(dice.lognormal(0.4))));
                filed.push(Filed { group: resident.group.clone(), quarter, at, filing, amended });
            }
        }
        Self { filed }
    }

    /// What is known at a release of the quarters of its year and the year before.
    pub fn release(&self, n: usize, rules: Parameters, measures: Vec<Measure>) -> Release {
        let now = quarter(n);
        let mut known = Known::new();
        let open = self.filed.iter().filter(|filed| filed.at <= n && quarter(filed.quarter).year + 1 >= now.year);
        for filed in open {
            let filing = filed.amended.as_ref().filter(|(at, _)| *at <= n).map_or(&filed.filing, |(_, amended)| amended);
            for ((measure, by, member), amount) in filing {
                let key = ((*measure).to_owned(), (*by).to_owned(), name(*member), quarter(filed.quarter));
                *known.entry(key).or_default().entry(filed.group.clone()).or_default() += amount;
            }
        }
        Release { quarter: now, correction: 0, rules, measures, known, most: Most::new() }
    }
}

fn name(member: usize) -> String {
    format!("{member:02}")
}

pub fn measures() -> Vec<Measure> {
    let table = |by: &str, members: usize, apart| Table {
        by: by.to_owned(),
        members: (0..members).map(name).collect(),
        apart,
        told: true,
        within: None,
    };
    let regions = || vec![table("registration", REGIONS.len(), false), table("activity", REGIONS.len(), false)];
    let exports =
        regions().into_iter().chain([table("destination", DESTINATIONS.len(), false), table("category", CATEGORIES.len(), false)]);
    let measure = |name: &str, adds_up, counted, tables| Measure { name: name.to_owned(), adds_up, counted, tables };
    vec![
        measure("exports", true, true, exports.collect()),
        measure("services", true, false, regions()),
        measure("people", false, false, vec![table("registration", REGIONS.len(), false)]),
    ]
}
