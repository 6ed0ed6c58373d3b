//! Sums and counts, whatever is accepted in whatever order.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{
    content::{Content, DomesticLine, ExportLine, PeopleLine},
    exchange::{Conversion, RateBasis, UnitRate},
    money::{Cents, Currency, Tiyin},
    people::PeopleCounts,
    release::{PUBLISHED, Told},
    rules::{DESTINATION_GROUPS, RuleBook},
};

fn any_region() -> impl Strategy<Value = Region> {
    prop::sample::select(&Region::ALL[..])
}

prop_compose! {
    fn any_filing()(
        domestic in prop::collection::vec((any_region(), 0..1_000_000_i64), 0..4),
        exports in prop::collection::vec((any_region(), 0..1_000_000_i64, prop::sample::select(vec!["US", "DE", "KZ"])), 0..4),
        people in prop::collection::vec((any_region(), 0..50_u32), 0..3),
    ) -> Converted {
        let conversions = exports.iter().map(|(_, cents, _)| Conversion {
            basis: RateBasis::QuarterMean, rate: UnitRate(12_000_000_000), usd_rate: UnitRate(12_000_000_000),
            uzs: Tiyin(cents * 12_000), usd: Cents(*cents),
        }).collect();
        Converted {
            content: Content {
                domestic: domestic.into_iter().map(|(region, a)| DomesticLine { region, activity: Activity::Software, amount: Tiyin(a) }).collect(),
                exports: exports.into_iter().map(|(region, amount, country)| ExportLine {
                    country: country.parse().unwrap(), category: ServiceCategory::Computer, currency: Currency::USD,
                    amount, region, date: None, contract: None,
                }).collect(),
                people: people.into_iter().map(|(region, employees)| PeopleLine {
                    region, payroll: Tiyin(0),
                    counts: PeopleCounts::from_iter([(PeopleCount::Employees, employees), (PeopleCount::Specialists, employees / 2)]),
                }).collect(),
                control_total: Tiyin(0),
            },
            conversions,
        }
    }
}

/// One act in the life of the filings: resident, quarter number, what is accepted (an amendment replaces).
fn any_act() -> impl Strategy<Value = (usize, u32, Converted)> {
    (0..3_usize, 1..=4_u32, any_filing())
}

const HOMES: [Region; 3] = [Region::TashkentCity, Region::Samarkand, Region::Karakalpakstan];

fn quarter(number: u32) -> Quarter {
    Quarter::new(2023, number).unwrap()
}

/// Accepted filings by resident and quarter.
type Accepted = BTreeMap<(usize, Quarter), Converted>;

fn groups() -> DestinationGroups {
    let day = NaiveDate::from_ymd_opt(2023, 9, 30).unwrap();
    RuleBook::first(day).value(&DESTINATION_GROUPS, day).unwrap()
}

fn of_resident(accepted: &Accepted, who: usize) -> Ledger {
    let own = accepted.iter().filter(|((resident, _), _)| *resident == who);
    let year = own.map(|((_, quarter), filing)| (*quarter, contributions(HOMES[who], filing, &groups()).unwrap())).collect();
    Ledger::of_resident_year(&year).unwrap()
}

fn cell(ledger: &Ledger, period: Period, scope: Scope, item: Item) -> Cell {
    ledger.0.get(&CellKey { period, scope, item }).copied().unwrap_or_default()
}

fn sum(ledger: &Ledger, keys: impl Fn(&CellKey) -> bool) -> Cell {
    ledger.0.iter().filter(|(key, _)| keys(key)).fold(Cell::default(), |sum, (_, cell)| sum.plus(*cell).unwrap())
}

/// Residents whose filings of a period have something.
fn distinct(accepted: &Accepted, period: Period, has: impl Fn(&Converted) -> bool) -> i64 {
    let of_period = accepted.iter().filter(|((_, quarter), filing)| period.contains(*quarter) && has(filing));
    let residents: BTreeSet<usize> = of_period.map(|((resident, _), _)| *resident).collect();
    i64::try_from(residents.len()).unwrap()
}

fn exports_to(filing: &Converted, to: impl Fn(Country) -> bool) -> bool {
    filing.content.exports.iter().zip(&filing.conversions).any(|(line, conversion)| to(line.country) && conversion.usd.0 != 0)
}

fn adds_up(ledger: &Ledger, period: Period) -> Result<(), TestCaseError> {
    let whole = cell(ledger, period, Scope::National, Item::All);
    let registered = sum(ledger, |key| key.period == period && key.item == Item::All && matches!(key.scope, Scope::Registered(_)));
    prop_assert_eq!(registered, whole, "every resident is registered in one region");
    let activity = sum(ledger, |key| key.period == period && key.item == Item::All && matches!(key.scope, Scope::Activity(_)));
    let national = |of: fn(&Item) -> bool| sum(ledger, |key| key.period == period && key.scope == Scope::National && of(&key.item)).amounts;
    let (countries, groups) = (national(|item| matches!(item, Item::Country(_))), national(|item| matches!(item, Item::Destination(_))));
    let (categories, activities) = (national(|item| matches!(item, Item::Category(_))), national(|item| matches!(item, Item::Activity(_))));
    for measure in Measure::ALL.into_iter().filter(|measure| *measure != Measure::Filings) {
        prop_assert_eq!(activity.amount(measure), whole.amount(measure), "{}", measure);
    }
    for exports in [countries, groups, categories] {
        prop_assert_eq!(exports[Measure::ExportsUsd], whole.amount(Measure::ExportsUsd));
        prop_assert_eq!(exports[Measure::ExportsUzs], whole.amount(Measure::ExportsUzs));
    }
    prop_assert_eq!(activities[Measure::DomesticUzs], whole.amount(Measure::DomesticUzs));
    let services = whole.amount(Measure::DomesticUzs) + whole.amount(Measure::ExportsUzs);
    prop_assert_eq!(whole.amount(Measure::ServicesUzs), services);
    Ok(())
}

proptest! {
    /// By whatever a release tells a measure, its members add up to the country.
    #[test]
    fn members_of_a_release_add_up_to_the_country(filing in any_filing()) {
        let all = contributions(HOMES[1], &filing, &groups()).unwrap();
        let sum = |measure, of: &dyn Fn(Place, Item) -> bool| {
            all.iter().filter(|((place, item), _)| of(*place, *item)).map(|(_, amounts)| amounts[measure]).sum::<i64>()
        };
        for Told { measure, by, .. } in PUBLISHED {
            let country = sum(measure, &|(basis, _), item| basis == Basis::Registered && item == Item::All);
            for by in by {
                prop_assert_eq!(sum(measure, &|place, item| by.member(place, item).is_some()), country, "{} by {}", measure, by);
            }
        }
    }

    #[test]
    fn regions_and_items_add_up_to_the_whole_and_steps_to_the_recomputation(acts in prop::collection::vec(any_act(), 0..12)) {
        let (mut accepted, mut running) = (Accepted::new(), Ledger::default());
        for (resident, number, filing) in acts {
            let before = of_resident(&accepted, resident);
            accepted.insert((resident, quarter(number)), filing);
            let change = of_resident(&accepted, resident).minus(&before).unwrap();
            running = running.plus(&change).unwrap();
            for period in Period::of_year(2023) {
                adds_up(&running, period)?;
            }
        }
        let recomputed = (0..3).fold(Ledger::default(), |sum, who| sum.plus(&of_resident(&accepted, who)).unwrap());
        prop_assert_eq!(&running, &recomputed);
    }

    #[test]
    fn residents_are_counted_once_however_long_the_period_and_however_large_the_group(acts in prop::collection::vec(any_act(), 0..12)) {
        let accepted: Accepted = acts.into_iter().map(|(resident, number, filing)| ((resident, quarter(number)), filing)).collect();
        let ledger = (0..3).fold(Ledger::default(), |sum, who| sum.plus(&of_resident(&accepted, who)).unwrap());
        for period in Period::of_year(2023) {
            let national = |item| cell(&ledger, period, Scope::National, item);
            prop_assert_eq!(national(Item::All).contributors(Measure::Filings), distinct(&accepted, period, |_| true));
            prop_assert_eq!(national(Item::All).contributors(Measure::ExportsUsd), distinct(&accepted, period, |f| exports_to(f, |_| true)));
            let europe = distinct(&accepted, period, |f| exports_to(f, |country| groups().of(country) == Destination::UkAndEu));
            prop_assert_eq!(national(Item::Destination(Destination::UkAndEu)).contributors(Measure::ExportsUsd), europe);
            let flows = |measure| (1..=4).map(quarter).filter(|q| period.contains(*q))
                .map(|q| cell(&ledger, Period::Quarter(q), Scope::National, Item::All).amount(measure)).sum::<i64>();
            prop_assert_eq!(national(Item::All).amount(Measure::ExportsUsd), flows(Measure::ExportsUsd));
            let last = (1..=4).map(quarter).find(|q| period.ends_with(*q)).unwrap();
            let at_the_end = cell(&ledger, Period::Quarter(last), Scope::National, Item::All).amount(Measure::EMPLOYEES);
            prop_assert_eq!(national(Item::All).amount(Measure::EMPLOYEES), at_the_end);
        }
    }
}

#[test]
fn two_countries_of_a_group_are_one_exporter_to_it() {
    let line = |country: &str, cents| {
        let line = ExportLine {
            country: country.parse().unwrap(),
            category: ServiceCategory::Computer,
            currency: Currency::USD,
            amount: cents,
            region: Region::Navoi,
            date: None,
            contract: None,
        };
        let rate = UnitRate(12_000_000_000);
        (line, Conversion { basis: RateBasis::QuarterMean, rate, usd_rate: rate, uzs: Tiyin(cents * 12_000), usd: Cents(cents) })
    };
    let (exports, conversions) = [line("DE", 500), line("FR", 700)].into_iter().unzip();
    let filing = Converted { content: Content { exports, ..Content::default() }, conversions };
    let accepted = Accepted::from([((1, quarter(1)), filing)]);
    let ledger = of_resident(&accepted, 1);
    let year = |scope, item| cell(&ledger, Period::Year(2023), scope, item);
    let europe = year(Scope::National, Item::Destination(Destination::UkAndEu));
    assert_eq!((europe.amount(Measure::ExportsUsd), europe.contributors(Measure::ExportsUsd)), (1_200, 1));
    let germany = year(Scope::Activity(Region::Navoi), Item::Country("DE".parse().unwrap()));
    assert_eq!((germany.amount(Measure::ExportsUsd), germany.contributors(Measure::ExportsUsd)), (500, 1));
    let home = year(Scope::Registered(Region::Samarkand), Item::All);
    assert_eq!((home.amount(Measure::Filings), home.contributors(Measure::ExportsUsd)), (1, 1));
}

#[test]
fn places_and_items_read_back() {
    for scope in [Scope::National, Scope::Registered(Region::Navoi), Scope::Activity(Region::TashkentCity)] {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
    assert!("office/UZ-SA".parse::<Scope>().is_err() && "registered/XX".parse::<Scope>().is_err());
    let mut items = vec![Item::All, Item::Country("DE".parse().unwrap())];
    items.extend(Destination::ALL.iter().map(|group| Item::Destination(*group)));
    items.extend(ServiceCategory::ALL.iter().map(|category| Item::Category(*category)));
    items.extend(Activity::ALL.iter().map(|activity| Item::Activity(*activity)));
    for item in items {
        assert_eq!(item.to_string().parse(), Ok(item));
    }
    assert!("country/XX".parse::<Item>().is_err() && "country".parse::<Item>().is_err());
}
