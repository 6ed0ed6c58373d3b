//! Form 0: the JSON of the first programs. Frozen: fields, their names and their order are those of that time.

use serde::Serialize;

use crate::{content::Converted, exchange::RateBasis, ids::ResidentId, people::PeopleCount, quarter::Quarter};

#[derive(Serialize)]
struct Domestic {
    region: String,
    activity: String,
    amount: i64,
}

#[derive(Serialize)]
struct Export<'a> {
    country: String,
    category: String,
    currency: String,
    amount: i64,
    region: String,
    date: Option<String>,
    contract: Option<&'a str>,
}

#[derive(Serialize)]
struct People {
    region: String,
    employees: u32,
    specialists: u32,
    women: u32,
    under_30: u32,
    disability: u32,
    foreign: u32,
    payroll: i64,
}

#[derive(Serialize)]
struct Content<'a> {
    domestic: Vec<Domestic>,
    exports: Vec<Export<'a>>,
    people: Vec<People>,
    control_total: i64,
}

#[derive(Serialize)]
#[serde(tag = "kind", content = "day", rename_all = "snake_case")]
enum Basis {
    Day(String),
    QuarterMean,
}

#[derive(Serialize)]
struct Conversion {
    basis: Basis,
    rate: i64,
    usd_rate: i64,
    uzs: i64,
    usd: i64,
}

#[derive(Serialize)]
struct Version<'a> {
    content: Content<'a>,
    conversions: Vec<Conversion>,
}

pub(super) fn text(resident: ResidentId, quarter: Quarter, number: u32, converted: &Converted) -> Option<String> {
    let content = &converted.content;
    let domestic = content.domestic.iter();
    let domestic = domestic.map(|l| Domestic { region: l.region.to_string(), activity: l.activity.to_string(), amount: l.amount.0 });
    let exports = content.exports.iter().map(|l| Export {
        country: l.country.to_string(),
        category: l.category.to_string(),
        currency: l.currency.to_string(),
        amount: l.amount,
        region: l.region.to_string(),
        date: l.date.map(|day| day.to_string()),
        contract: l.contract.as_deref(),
    });
    let people = content.people.iter().map(|l| People {
        region: l.region.to_string(),
        employees: l.employees(),
        specialists: l.counts[PeopleCount::Specialists],
        women: l.counts[PeopleCount::Women],
        under_30: l.counts[PeopleCount::Under30],
        disability: l.counts[PeopleCount::Disability],
        foreign: l.counts[PeopleCount::Foreign],
        payroll: l.payroll.0,
    });
    let conversions = converted.conversions.iter().map(|c| Conversion {
        basis: match c.basis {
            RateBasis::Day(day) => Basis::Day(day.to_string()),
            RateBasis::QuarterMean => Basis::QuarterMean,
        },
        rate: c.rate.0,
        usd_rate: c.usd_rate.0,
        uzs: c.uzs.0,
        usd: c.usd.0,
    });
    let version = Version {
        content: Content {
            domestic: domestic.collect(),
            exports: exports.collect(),
            people: people.collect(),
            control_total: content.control_total.0,
        },
        conversions: conversions.collect(),
    };
    // numbers, texts and lists always have a JSON form
    serde_json::to_string(&(resident.to_string(), quarter.to_string(), number, version)).ok()
}
