//! Inventing the world.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use domain::{
    access::Role,
    clock::{tashkent, tashkent_date},
    content::Converted,
    exchange::Rates,
    obligation::owes,
    quarter::Quarter,
    region::Region,
    register::Value,
    rules::{Calendar, due_day},
};

use services::{
    Result, ServiceError,
    accounts::person::Position,
    founding::{Founder, Founding},
    register::NewResident,
};

use crate::{
    amounts,
    dice::{self, Dice},
    players::{Player, SIGN_INS, players},
    rates,
};

/// How large the demonstration is and on which day it stands.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Number of residents, at least 60.
    pub residents: usize,
    /// Quarters before the latest one for which filings exist, at most; the published figures begin in 2022.
    pub quarters: usize,
    /// Day on which it stands.
    pub as_of: NaiveDate,
    /// Chooses the invented world.
    pub seed: u64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { residents: 240, quarters: 100, as_of: NaiveDate::from_ymd_opt(2023, 10, 20).unwrap_or_default(), seed: 2023 }
    }
}

/// What became of a filing.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Waits for a decision.
    Waiting,
    /// Accepted at this instant.
    Accepted(DateTime<Utc>),
    /// Returned at this instant with a reason.
    Returned(DateTime<Utc>, String),
}

/// A filing of the world.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Index of the resident.
    pub resident: usize,
    /// Quarter.
    pub quarter: Quarter,
    /// Lines, and the conversions that the rates of the world give them.
    pub converted: Converted,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Everything that is invented.
#[derive(Debug, Clone)]
pub struct World {
    /// Residents, people and rates.
    pub founding: Founding,
    /// Quarters that no longer take filings.
    pub closed: Vec<Quarter>,
    /// Filings in the order in which they were received.
    pub filings: Vec<Filed>,
    /// Quarters of which statistics were released, and when.
    pub releases: Vec<(Quarter, DateTime<Utc>)>,
    /// The quarter of which a release waits to be approved.
    pub candidate: Option<Quarter>,
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let local = day.and_hms_opt(hour, minute, 0).unwrap_or_default();
    tashkent().from_local_datetime(&local).single().map(|t| t.with_timezone(&Utc)).unwrap_or_default()
}

/// How long after the end of a quarter its statistics are released.
const DAYS_TO_RELEASE: u64 = 58;

/// The days on which the demonstration can stand: figures were published of the quarters of 2022 and 2023.
fn days() -> std::ops::RangeInclusive<NaiveDate> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    day(2022, 4, 2)..=day(2024, 3, 31)
}

/// Invents the world.
///
/// # Errors
/// A day on which it cannot stand.
pub fn world(scale: Scale) -> Result<World> {
    if !days().contains(&scale.as_of) {
        return Err(ServiceError::BadInput {
            place: scale.as_of.to_string(),
            what: "the demonstration stands on a day from 2022-04-02 to 2024-03-31",
        });
    }
    let dice = Dice(scale.seed);
    let players = players(scale.residents, dice);
    let latest = Quarter::last_ended(scale.as_of);
    let first = Quarter::new(2022, 1).map_err(|_| ServiceError::Corrupt("quarter"))?;
    let published: Vec<Quarter> = first.through(latest).collect();
    let skip = published.len().saturating_sub(scale.quarters);
    let rates = rates::invented(first.first_day() - TimeDelta::days(14), scale.as_of);
    let known = rates.iter().filter_map(|rate| Some((rate.currency.parse().ok()?, rate.day, rate.unit_rate)));
    // no line of the demonstration has a day
    let known = Rates::new(Days::new(0), known);
    let in_time = |quarter: &Quarter| (*quarter, at(quarter.next().first_day() + Days::new(DAYS_TO_RELEASE), 9, 0));
    // a year is told from its first quarter on
    let quarters = || published.iter().skip(skip).skip_while(|quarter| quarter.number() != 1);
    let releases: Vec<_> = quarters().map(in_time).filter(|(_, instant)| *instant < at(scale.as_of, 10, 0)).collect();
    let candidate = quarters().find(|quarter| !releases.iter().any(|(released, _)| released == *quarter)).copied();
    let mut filings = Vec::new();
    for quarter in published.iter().copied().skip(skip) {
        for (index, converted) in amounts::of_quarter(&players, quarter, &known, dice)? {
            if let Some((submitted_at, outcome)) = course(&players[index], index, quarter, scale.as_of, dice) {
                filings.push(Filed { resident: index, quarter, converted, submitted_at, outcome });
            }
        }
    }
    filings.sort_by_key(|filing| (filing.submitted_at, filing.resident));
    let closed = first
        .through(latest)
        .filter(|quarter| quarter.year() + 1 < latest.year() || (quarter.year() < latest.year() && latest.number() >= 2))
        .collect();
    let residents: Vec<NewResident> = players.into_iter().enumerate().map(|(index, player)| registered(index, player, dice)).collect();
    let founding = Founding {
        stands_at: at(scale.as_of, 10, 0),
        people: people(&residents),
        residents,
        rates: (rates, "Invented for the demonstration".to_owned()),
    };
    Ok(World { founding, closed, filings, releases, candidate })
}

/// A resident as it is registered: with an activity, and here and there with others in one owner group.
fn registered(index: usize, player: Player, dice: Dice) -> NewResident {
    let roll = |what| dice.roll(what, index as u64, 0);
    let activity = amounts::activity(index, dice);
    let mut also = vec![Value::Activities(vec![activity])];
    if index >= SIGN_INS && roll("group").is_multiple_of(12) {
        also.push(Value::OwnerGroup(format!("group-{}", roll("which group") % 8 + 1)));
    }
    NewResident { resident: player.resident, status: player.status, also }
}

/// The first files for every resident, the second decides.
fn people(residents: &[NewResident]) -> Vec<Founder> {
    let member = |index: usize| {
        let member_of = residents.get(index)?;
        Some(Position::Member(member_of.resident.id, member_of.status.first()?.from))
    };
    let person = |name: &str, shown: &str, member_of: Option<usize>, role: Option<Role>| Founder {
        email: format!("{name}@itpark.example"),
        name: shown.to_owned(),
        positions: member_of.and_then(member).into_iter().chain(role.map(Position::Official)).collect(),
    };
    let mut people = vec![
        person("resident", "Dilnoza Namunaviy", Some(0), None),
        person("reviewer", "Rustam Tekshiruvchi", None, Some(Role::Reviewer)),
        person("region", "Samarqandlik Kuzatuvchi", None, Some(Role::RegionalViewer(Region::Samarkand))),
        person("statistician", "Sevara Statistik", None, Some(Role::Statistician)),
        person("statistician-2", "Jasur Statistik", None, Some(Role::Statistician)),
        person("admin", "Aziz Administrator", None, Some(Role::Administrator)),
        person("region-bukhara", "Buxorolik Kuzatuvchi", None, Some(Role::RegionalViewer(Region::Bukhara))),
    ];
    for (number, shown) in (2..=SIGN_INS).zip(["Bobur Ikkinchi", "Zuhra Uchinchi", "Temur Toʻrtinchi"]) {
        people.push(person(&format!("resident-{number}"), shown, Some(number - 1), None));
    }
    people
}

/// When a filing was received and what became of it, as of a day; `None` if it was not filed.
fn course(player: &Player, index: usize, quarter: Quarter, as_of: NaiveDate, dice: Dice) -> Option<(DateTime<Utc>, Outcome)> {
    if !owes(&player.status, quarter) {
        return None;
    }
    let due = due_day(quarter, 25, &Calendar::default());
    let roll = |what| dice.roll(what, index as u64, dice::number(quarter));
    let opened = quarter.next().first_day();
    let minute = u32::try_from(roll("minute") % 60).unwrap_or(0);
    if due < as_of {
        if player.forgetful && due_day(quarter.next(), 25, &Calendar::default()) >= as_of {
            return None;
        }
        let days = i64::try_from(2 + roll("day") % 23).unwrap_or(2);
        let late = if player.forgetful || roll("late") % 100 < 5 { 20 } else { 0 };
        let submitted = opened + TimeDelta::days(days + late);
        let decided = (submitted + TimeDelta::days(3)).min(as_of.pred_opt()?);
        return Some((at(submitted.min(decided), 9, minute), Outcome::Accepted(at(decided, 16, minute))));
    }
    // the quarter that is being filed: about half have sent it, nobody on its first day
    if index < SIGN_INS || (as_of - opened).num_days() < 2 || roll("filed") % 100 < 48 {
        return None;
    }
    let span = u64::try_from((as_of - opened).num_days().max(2) - 1).unwrap_or(1);
    let submitted = opened + TimeDelta::days(i64::try_from(roll("day") % span).unwrap_or(0));
    let decided = at((submitted + TimeDelta::days(2)).min(as_of.pred_opt()?), 16, minute);
    let outcome = match roll("outcome") % 100 {
        0..75 => Outcome::Accepted(decided),
        75..79 => Outcome::Returned(decided, "Eksport qatorida valyuta koʻrsatilganidan farq qiladi, iltimos, tekshiring.".to_owned()),
        _ => Outcome::Waiting,
    };
    debug_assert!(tashkent_date(at(submitted, 9, minute)) < as_of);
    Some((at(submitted, 9, minute), outcome))
}
