//! The lines of a filing as they are read: before sending, afterwards, and by officials.

use domain::{
    content::{Converted, Question, Totals},
    exchange::RateBasis,
};
use leptos::prelude::*;

use super::figure::{cell, table, table_with_texts};
use crate::{countries, format, labels, labels::t, lang::Lang};

fn soums(lang: Lang, tiyin: i64) -> AnyView {
    cell(format::decimal(lang, tiyin, 2))
}

/// The columns of domestic lines.
pub fn domestic_head(lang: Lang) -> Vec<String> {
    vec![t!(lang, form.region), t!(lang, form.activity), t!(lang, form.amount_uzs)]
}

/// The columns of lines of people.
pub fn people_head(lang: Lang) -> Vec<String> {
    vec![
        t!(lang, form.region),
        t!(lang, form.employees),
        t!(lang, form.specialists),
        t!(lang, form.women),
        t!(lang, form.under_30),
        t!(lang, form.disability),
        t!(lang, form.foreign),
        t!(lang, form.payroll),
    ]
}

/// All lines in tables.
pub fn lines(lang: Lang, converted: &Converted) -> AnyView {
    let content = &converted.content;
    let domestic = content
        .domestic
        .iter()
        .map(|l| vec![cell(labels::region(lang, l.region)), cell(labels::activity(lang, l.activity)), soums(lang, l.amount.0)]);
    let export_head = vec![
        t!(lang, form.country),
        t!(lang, form.category),
        t!(lang, form.region),
        t!(lang, lines.amount),
        t!(lang, lines.rate),
        t!(lang, lines.uzs),
        t!(lang, lines.usd),
    ];
    let exports = content.exports.iter().zip(&converted.conversions).map(|(l, c)| {
        let basis = match c.basis {
            RateBasis::Day(day) => format::day(lang, day),
            RateBasis::QuarterMean => t!(lang, lines.quarter_mean),
        };
        vec![
            cell(countries::name(lang, l.country)),
            cell(labels::category(lang, l.category)),
            cell(labels::region(lang, l.region)),
            cell(format!("{}\u{a0}{}", format::decimal(lang, l.amount, l.currency.decimals()), l.currency)),
            cell(format!("{} ({basis})", format::decimal(lang, c.rate.0, 6))),
            soums(lang, c.uzs.0),
            cell(format::decimal(lang, c.usd.0, 2)),
        ]
    });
    let people = content.people.iter().map(|l| {
        let counts =
            [l.employees, l.specialists, l.women, l.under_30, l.disability, l.foreign].map(|count| cell(format::number(count.into())));
        let mut row = vec![cell(labels::region(lang, l.region))];
        row.extend(counts);
        row.push(soums(lang, l.payroll.0));
        row
    });
    let none = || view! { <p class="hint">{t!(lang, lines.none)}</p> }.into_any();
    let section = |title: String, texts: &[usize], head: Vec<String>, rows: Vec<Vec<AnyView>>| {
        let body = if rows.is_empty() { none() } else { table_with_texts(&title, texts, head, rows) };
        view! { <section class="lines-read"><h2>{title}</h2>{body}</section> }.into_any()
    };
    view! {
        {section(t!(lang, form.domestic), &[1], domestic_head(lang), domestic.collect())}
        {section(t!(lang, form.exports), &[1, 2], export_head, exports.collect())}
        {section(t!(lang, form.people), &[], people_head(lang), people.collect())}
    }
    .into_any()
}

/// The totals, beside those of other filings: name of the column and totals. Changes are against this filing's.
pub fn totals(lang: Lang, own: &Totals, beside: &[(String, Totals)]) -> AnyView {
    type Pick = fn(&Totals) -> i64;
    let money: [(String, Pick, u32); 5] = [
        (t!(lang, form.total_domestic), |t| t.domestic.0, 2),
        (t!(lang, lines.exports_usd), |t| t.exports_usd.0, 2),
        (t!(lang, form.total_exports_uzs), |t| t.exports_uzs.0, 2),
        (t!(lang, form.total_services), |t| t.services.0, 2),
        (t!(lang, form.total_people), |t| i64::from(t.employees), 0),
    ];
    let mut head = vec![t!(lang, lines.measure), t!(lang, lines.this_filing)];
    for (name, _) in beside {
        head.push(name.clone());
        head.push(t!(lang, lines.change));
    }
    let mut rows: Vec<Vec<AnyView>> = Vec::new();
    for (name, pick, decimals) in money {
        let value = pick(own);
        let mut row = vec![cell(name), cell(format::decimal(lang, value, decimals))];
        for (_, other) in beside {
            row.push(cell(format::decimal(lang, pick(other), decimals)));
            row.push(cell(
                domain::progress::change(pick(other), value).map_or_else(|| "–".to_owned(), |change| format::change(lang, change)),
            ));
        }
        rows.push(row);
    }
    let share = |t: &Totals| t.export_share().map_or_else(|| "–".to_owned(), |share| format::percent(lang, share));
    let mut row = vec![cell(t!(lang, lines.export_share)), cell(share(own))];
    for (_, other) in beside {
        row.push(cell(share(other)));
        row.push(cell("–"));
    }
    rows.push(row);
    table(&t!(lang, form.totals), head, rows)
}

/// A question about the figures.
pub fn question(lang: Lang, question: &Question) -> String {
    match question {
        Question::ControlTotalDiffers { difference } => t!(lang, question.control, difference = format::decimal(lang, difference.0, 2)),
        Question::UnitSlip { previous, current } => {
            t!(lang, question.unit_slip, previous = format::soums_scaled(lang, previous.0), current = format::soums_scaled(lang, current.0))
        }
    }
}
