//! The lines of a filing as they are read: before sending, afterwards, and by officials.

use domain::{
    content::{Converted, Totals},
    edits::{Answer, Compared, Finding},
    exchange::RateBasis,
    form::{FieldPath, Section},
    measure::Measure,
    people::PeopleCount,
};
use leptos::prelude::*;

use super::figure::{cell, table, table_with_texts};
use crate::{
    countries, format,
    labels::{self, form::head, t},
    lang::Lang,
};

fn soums(lang: Lang, tiyin: i64) -> AnyView {
    cell(format::decimal(lang, tiyin, 2))
}

/// The columns of export lines.
fn export_head(lang: Lang) -> Vec<String> {
    vec![
        t!(lang, form.country),
        t!(lang, form.category),
        t!(lang, form.region),
        t!(lang, lines.date),
        t!(lang, lines.contract),
        t!(lang, lines.amount),
        t!(lang, lines.rate),
        t!(lang, lines.uzs),
        t!(lang, lines.usd),
    ]
}

/// All lines in tables; a line that was asked about says so.
pub fn lines(lang: Lang, converted: &Converted, asked: &[Finding]) -> AnyView {
    let content = &converted.content;
    let domestic = content.domestic.iter().enumerate().map(|(n, l)| {
        let region = marked(lang, labels::region(lang, l.region), asked, Section::Domestic, n);
        vec![region, cell(labels::activity(lang, l.activity)), soums(lang, l.amount.0)]
    });
    let exports = content.exports.iter().zip(&converted.conversions).enumerate().map(|(n, (l, c))| {
        let basis = match c.basis {
            RateBasis::Day(day) => format::day(lang, day),
            RateBasis::QuarterMean => t!(lang, lines.quarter_mean),
        };
        vec![
            marked(lang, countries::name(lang, l.country), asked, Section::Exports, n),
            cell(labels::category(lang, l.category)),
            cell(labels::region(lang, l.region)),
            cell(l.date.map_or_else(none_said, |day| format::day(lang, day))),
            cell(l.contract.clone().unwrap_or_else(none_said)),
            cell(format!("{}\u{a0}{}", format::decimal(lang, l.amount, l.currency.decimals()), l.currency)),
            view! { {format::decimal(lang, c.rate.0, 6)}<span class="note share">{basis}</span> }.into_any(),
            soums(lang, c.uzs.0),
            cell(format::decimal(lang, c.usd.0, 2)),
        ]
    });
    let people = content.people.iter().enumerate().map(|(n, l)| {
        let counts = PeopleCount::ALL.iter().map(|count| cell(format::number(l.counts[*count].into())));
        let mut row = vec![marked(lang, labels::region(lang, l.region), asked, Section::People, n)];
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
        {section(t!(lang, form.domestic), &[1], head(lang, Section::Domestic), domestic.collect())}
        {section(t!(lang, form.exports), &[1, 2, 3, 4], export_head(lang), exports.collect())}
        {section(t!(lang, form.people), &[], head(lang, Section::People), people.collect())}
    }
    .into_any()
}

fn none_said() -> String {
    "—".to_owned()
}

/// The head of a line, with a mark if the line was asked about.
fn marked(lang: Lang, name: impl Into<String>, asked: &[Finding], section: Section, line: usize) -> AnyView {
    let name: String = name.into();
    let found = asked.iter().find(|finding| finding.at.line() == Some((section, line)));
    view! { {name}{found.map(|finding| mark(lang, finding))} }.into_any()
}

/// How a value that was asked about has changed.
fn mark(lang: Lang, finding: &Finding) -> AnyView {
    let change = match finding.compared {
        Compared::Jump { now: 0, .. } => t!(lang, edits.nothing_now),
        Compared::Jump { before, now, .. } | Compared::BeyondAll { most: before, now, .. } => format::times(lang, before, now),
        _ => t!(lang, filings.new),
    };
    view! { " "<span class="tag tag-warn">{t!(lang, edits.mark)}" "{change}</span> }.into_any()
}

/// The totals, beside those of other filings: name of the column and totals. Changes are against this filing's; a total that
/// was asked about says so.
pub fn totals(lang: Lang, own: &Totals, beside: &[(String, Totals)], asked: &[Finding]) -> AnyView {
    type Pick = fn(&Totals) -> i64;
    let rows: [(String, Pick, u32, Option<Measure>); 7] = [
        (t!(lang, form.total_domestic), |t| t.domestic.0, 2, Some(Measure::DomesticUzs)),
        (t!(lang, lines.exports_usd), |t| t.exports_usd.0, 2, Some(Measure::ExportsUsd)),
        (t!(lang, form.total_exports_uzs), |t| t.exports_uzs.0, 2, None),
        (t!(lang, form.total_services), |t| t.services.0, 2, None),
        (t!(lang, lines.books), |t| t.books.0, 2, None),
        (t!(lang, form.total_people), |t| t.of(Measure::EMPLOYEES), 0, Some(Measure::EMPLOYEES)),
        (t!(lang, lines.payroll), |t| t.payroll.0, 2, Some(Measure::Payroll)),
    ];
    let mut head = vec![t!(lang, lines.measure), t!(lang, lines.this_filing)];
    for (name, _) in beside {
        head.push(name.clone());
        head.push(t!(lang, lines.change));
    }
    let mut table_rows: Vec<Vec<AnyView>> = Vec::new();
    for (name, pick, decimals, measure) in rows {
        let value = pick(own);
        let of_total = |finding: &&Finding| measure.is_some_and(|measure| finding.at == FieldPath::Total(measure));
        let mark = asked.iter().find(of_total).map(|finding| mark(lang, finding));
        let mut row = vec![view! { {name}{mark} }.into_any(), cell(format::decimal(lang, value, decimals))];
        for (_, other) in beside {
            row.push(cell(format::decimal(lang, pick(other), decimals)));
            row.push(cell(domain::progress::change(pick(other), value).map_or_else(none_said, |change| format::change(lang, change))));
        }
        table_rows.push(row);
    }
    let share = |t: &Totals| t.export_share().map_or_else(none_said, |share| format::percent(lang, share));
    let mut row = vec![cell(t!(lang, lines.export_share)), cell(share(own))];
    for (_, other) in beside {
        row.push(cell(share(other)));
        row.push(cell(none_said()));
    }
    table_rows.push(row);
    table(&t!(lang, form.totals), head, table_rows)
}

/// What was asked about and what the resident said.
pub fn answers(lang: Lang, answers: &[Answer]) -> AnyView {
    let items: Vec<_> = answers
        .iter()
        .map(|answer| {
            let reason = answer.reason.clone().map(|reason| view! { <p class="reason">{t!(lang, edits.reason, reason = reason)}</p> });
            view! { <li>{labels::edits::finding(lang, &answer.finding)}{reason}</li> }
        })
        .collect();
    view! { <ul>{items}</ul> }.into_any()
}
