//! The national office page: on pace or not, which regions make the difference, how much is filed.

use domain::{
    filing::VersionState,
    ledger::{Basis, Cell, Scope, Span},
    measure::Measure,
    money::Cents,
    progress::{change, ratio},
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use services::{
    ServiceError,
    ledger::figures::{Book, Coverage, national},
};

use crate::{
    address::Address,
    components::{
        figure::{cell, key_figure, table},
        layout::layout,
    },
    context::Page,
    format,
    labels::{self, t},
    lang::Lang,
};

/// What of the figures is shown, from the query.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Quarter.
    pub quarter: Quarter,
    /// Discrete or year to date.
    pub span: Span,
    /// Registered region or place of activity.
    pub basis: Basis,
}

impl View {
    /// Reads the query; what is missing or wrong gets the default: the latest quarter, year to date, registered region.
    pub fn of(page: &Page) -> Self {
        let latest = Quarter::last_ended(page.store.clock().today());
        let quarter = page.param("quarter").and_then(|text| text.parse().ok()).filter(|quarter| *quarter <= latest).unwrap_or(latest);
        let span = if page.param("span").as_deref() == Some("quarter") { Span::Quarter } else { Span::YearToDate };
        let basis = if page.param("basis").as_deref() == Some("activity") { Basis::Activity } else { Basis::Registered };
        Self { quarter, span, basis }
    }

    fn query(self) -> String {
        let span = if self.span == Span::Quarter { "quarter" } else { "year" };
        let basis = if self.basis == Basis::Activity { "activity" } else { "registered" };
        format!("quarter={}&span={span}&basis={basis}", self.quarter)
    }
}

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let book = national(&page.store, page.actor()).await?;
    let view = View::of(&page);
    let targets = services::reference::targets::targets(&page.store).await?;
    let progress = pace(lang, &book, &targets).map(|text| view! { <p class="lead" id="pace">{text}</p> });
    let body = view! {
        <h1>{t!(lang, office.title)}</h1>
        {progress}
        {controls(&page, view, Address::Office)}
        {key_figures(&page, &book, view, None)}
        {region_table(&page, &book, view)}
        {quarters_table(&page, &book, view, None)}
    };
    Ok(layout(&page, &t!(lang, office.title), body))
}

/// On pace or not, by the latest quarter up to which the year is complete: an open quarter would only say who has not filed.
fn pace(lang: Lang, book: &Book, targets: &[domain::progress::Target]) -> Option<String> {
    let quarter = book.last_complete(None)?;
    let reached = book.cell(quarter, Scope::National, Span::YearToDate).amount(Measure::ExportsUsd);
    let target = domain::progress::national_target(targets, Some(quarter.year()))?;
    let share = ratio(reached, target.amount.0, 10_000).map(|share| format::percent_said(lang, share)).unwrap_or_default();
    let pace = labels::pace(lang, domain::progress::pace(target.amount, Cents(reached), quarter.last_day()));
    let (period, reached) = (format::in_year_to_date(lang, quarter), format::dollars_scaled(lang, reached));
    Some(t!(lang, office.pace, period = period, reached = reached, pace = pace, share = share))
}

/// Choice of quarter, span and basis, by plain form.
pub fn controls(page: &Page, view: View, address: Address) -> AnyView {
    let lang = page.lang;
    let option = |value: String, text: String, selected: bool| view! { <option value=value selected=selected>{text}</option> }.into_any();
    let latest = Quarter::last_ended(page.store.clock().today());
    let quarters = std::iter::successors(Some(latest), |q| Some(q.previous())).take(12);
    let quarters: Vec<_> = quarters.map(|q| option(q.to_string(), format::quarter(lang, q), view.quarter == q)).collect();
    let spans = [
        option("year".to_owned(), t!(lang, office.year_to_date), view.span == Span::YearToDate),
        option("quarter".to_owned(), t!(lang, office.discrete), view.span == Span::Quarter),
    ];
    let bases = [
        option("registered".to_owned(), t!(lang, office.registered), view.basis == Basis::Registered),
        option("activity".to_owned(), t!(lang, office.activity), view.basis == Basis::Activity),
    ];
    view! {
        <form class="filter" method="get" action=page.link(address).to_string()>
            <div class="field"><label for="quarter">{t!(lang, my.quarter)}</label><select id="quarter" name="quarter">{quarters}</select></div>
            <div class="field"><label for="span">{t!(lang, office.span)}</label><select id="span" name="span">{Vec::from(spans)}</select></div>
            <div class="field"><label for="basis">{t!(lang, office.basis)}</label><select id="basis" name="basis">{Vec::from(bases)}</select></div>
            <button class="button" type="submit">{t!(lang, filings.filter)}</button>
        </form>
    }
    .into_any()
}

fn changed(lang: Lang, before: i64, now: i64) -> String {
    change(before, now).map_or_else(|| "—".to_owned(), |change| format::change(lang, change))
}

/// Whether a span can be compared with that of the year before: nearly all of both is in.
fn is_comparable(book: &Book, quarter: Quarter, region: Option<Region>, span: Span) -> bool {
    book.is_complete(quarter, region, span) && book.is_complete(quarter.year_before(), region, span)
}

/// A change on the year before, or a dash where it would only say who has not filed.
fn change_on_year(lang: Lang, book: &Book, quarter: Quarter, region: Option<Region>, span: Span, [before, now]: [i64; 2]) -> AnyView {
    cell(if is_comparable(book, quarter, region, span) { changed(lang, before, now) } else { "—".to_owned() })
}

/// Filed of owed; where filings are missing, it leads to who owes them.
fn filed_of_owed(page: &Page, quarter: Quarter, region: Option<Region>, coverage: Coverage) -> AnyView {
    let text = format!("{} / {}", format::number(coverage.filed), format::number(coverage.owed));
    if coverage.filed >= coverage.owed {
        return cell(text);
    }
    let href = page.link(Address::Missing).with("quarter", quarter).maybe("region", region).to_string();
    view! { <a href=href title=t!(page.lang, missing.link)>{text}</a> }.into_any()
}

fn covered(lang: Lang, coverage: Coverage) -> String {
    t!(
        lang,
        office.covered,
        filed = format::number(coverage.filed),
        accepted = format::number(coverage.accepted),
        owed = format::number(coverage.owed)
    )
}

impl View {
    /// The cell of the region, or of the country.
    fn scope(self, region: Option<Region>) -> Scope {
        region.map_or(Scope::National, |region| self.basis.scope(region))
    }

    /// The accepted filings of which the figures of a region, or of the country, are made.
    fn filings(self, page: &Page, region: Option<Region>) -> String {
        page.link(Address::Filings).with("state", VersionState::Accepted).with_query(&self.query()).maybe("region", region).to_string()
    }
}

/// A share of the whole; a dash where there is none.
fn share_of(lang: Lang, part: i64, whole: i64) -> String {
    ratio(part, whole, 10_000).map_or_else(|| "—".to_owned(), |share| format::percent(lang, share))
}

/// The figures of a region, or of the country, under their coverage, with the change on the year before and the share of the
/// country beside them.
pub fn key_figures(page: &Page, book: &Book, view: View, region: Option<Region>) -> AnyView {
    let lang = page.lang;
    let now = book.cell(view.quarter, view.scope(region), view.span);
    let before = book.cell(view.quarter.year_before(), view.scope(region), view.span);
    let whole = book.cell(view.quarter, Scope::National, view.span);
    let three = |pick: fn(&Cell) -> i64| [pick(&before), pick(&now), pick(&whole)];
    let note = |[before, now, whole]: [i64; 3], span: Span| {
        let compared = is_comparable(book, view.quarter, region, span);
        let mut parts: Vec<String> =
            compared.then(|| format!("{} {}", changed(lang, before, now), t!(lang, office.on_year))).into_iter().collect();
        parts.extend(region.map(|_| t!(lang, office.share_of_country, share = share_of(lang, now, whole))));
        parts.join(" · ")
    };
    let provisional = (!book.is_complete(view.quarter, region, view.span))
        .then(|| view! { <span class="tag tag-warn">{t!(lang, home.provisional_mark)}</span>" " });
    let why_not = (!is_comparable(book, view.quarter, region, view.span)).then(|| format!(" · {}", t!(lang, office.not_compared)));
    let coverage = covered(lang, book.coverage(view.quarter, region, view.span));
    let services = [before.amount(Measure::ServicesUzs), now.amount(Measure::ServicesUzs), whole.amount(Measure::ServicesUzs)];
    let exact = |cents: i64| format!("{}\u{a0}USD", format::decimal(lang, cents, 2));
    let soums = |tiyin: i64| format!("{}\u{a0}{}", format::decimal(lang, tiyin, 2), format::soum(lang));
    view! {
        <p class="note" id="coverage">{provisional}{coverage}{why_not}</p>
        <dl class="key-figures">
            {key_figure(t!(lang, home.exports), exact(now.amount(Measure::ExportsUsd)), note(three(|cell| cell.amount(Measure::ExportsUsd)), view.span))}
            {key_figure(t!(lang, home.services), soums(services[1]), note(services, view.span))}
            {key_figure(t!(lang, home.residents), format::number(now.contributors(Measure::Filings)), note(three(|cell| cell.contributors(Measure::Filings)), view.span))}
            {key_figure(t!(lang, office.exporters), format::number(now.contributors(Measure::ExportsUsd)), note(three(|cell| cell.contributors(Measure::ExportsUsd)), view.span))}
            // people are those at the end of the last quarter, on any span
            {key_figure(t!(lang, office.people), format::number(now.amount(Measure::EMPLOYEES)), note(three(|cell| cell.amount(Measure::EMPLOYEES)), Span::Quarter))}
        </dl>
        <p class="links">
            <a id="filings-behind" href=view.filings(page, region)>{t!(lang, office.filings_behind_figures)}</a>
            <a id="missing" href=page.link(Address::Missing).with("quarter", view.quarter).maybe("region", region).to_string()>{t!(lang, missing.link)}</a>
        </p>
    }
    .into_any()
}

fn region_table(page: &Page, book: &Book, view: View) -> AnyView {
    let lang = page.lang;
    let whole = book.cell(view.quarter, Scope::National, view.span);
    let head = vec![
        t!(lang, form.region),
        t!(lang, office.exports_usd),
        t!(lang, office.change),
        t!(lang, office.services_uzs),
        t!(lang, home.residents),
        t!(lang, office.exporters),
        t!(lang, office.people),
        t!(lang, office.coverage),
    ];
    let mut rows: Vec<_> = Region::ALL.into_iter().map(|region| region_row(page, book, view, region, &whole)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.0));
    let basis = if view.basis == Basis::Registered { t!(lang, home.basis_registered) } else { t!(lang, office.basis_activity) };
    view! {
        <section><h2>{t!(lang, home.regions)}</h2><p class="hint">{basis}" "{t!(lang, office.share_hint)}" "{t!(lang, office.incomplete_hint)}</p>{table(&t!(lang, home.regions), head, rows.into_iter().map(|row| row.1).collect())}</section>
    }
    .into_any()
}

/// The exports of a region, by which rows are sorted, and its row.
fn region_row(page: &Page, book: &Book, view: View, region: Region, whole: &Cell) -> (i64, Vec<AnyView>) {
    let (lang, scope) = (page.lang, view.basis.scope(region));
    let now = book.cell(view.quarter, scope, view.span);
    let before = book.cell(view.quarter.year_before(), scope, view.span);
    let shared = |value: String, pick: &dyn Fn(&Cell) -> i64| {
        view! { {value}<span class="note share">{share_of(lang, pick(&now), pick(whole))}</span> }.into_any()
    };
    let amount =
        |measure: Measure, decimals| shared(format::decimal(lang, now.amount(measure), decimals), &move |cell: &Cell| cell.amount(measure));
    let contributors = |measure: Measure| shared(format::number(now.contributors(measure)), &move |cell: &Cell| cell.contributors(measure));
    let exports = [before.amount(Measure::ExportsUsd), now.amount(Measure::ExportsUsd)];
    let href = page.link(Address::OfficeRegion(region)).with_query(&view.query()).to_string();
    let row = vec![
        view! { <a href=href>{labels::region(lang, region)}</a> }.into_any(),
        amount(Measure::ExportsUsd, 2),
        change_on_year(lang, book, view.quarter, Some(region), view.span, exports),
        amount(Measure::ServicesUzs, 2),
        contributors(Measure::Filings),
        contributors(Measure::ExportsUsd),
        amount(Measure::EMPLOYEES, 0),
        filed_of_owed(page, view.quarter, Some(region), book.coverage(view.quarter, Some(region), view.span)),
    ];
    (exports[1], row)
}

/// Quarter by quarter, each leading to its filings.
pub fn quarters_table(page: &Page, book: &Book, view: View, region: Option<Region>) -> AnyView {
    let (lang, scope) = (page.lang, view.scope(region));
    let head = vec![
        t!(lang, my.quarter),
        t!(lang, office.exports_usd),
        t!(lang, office.change),
        t!(lang, office.to_date_usd),
        t!(lang, office.services_uzs),
        t!(lang, office.coverage),
        t!(lang, office.filings_behind),
    ];
    let mut rows = Vec::new();
    for quarter in book.quarters().into_iter().rev().filter(|quarter| *quarter <= view.quarter && quarter.year() >= view.quarter.year() - 1)
    {
        let now: Cell = book.cell(quarter, scope, Span::Quarter);
        let before = book.cell(quarter.year_before(), scope, Span::Quarter);
        let to_date = book.cell(quarter, scope, Span::YearToDate);
        let coverage = book.coverage(quarter, region, Span::Quarter);
        let href = View { quarter, span: Span::Quarter, ..view }.filings(page, region);
        rows.push(vec![
            cell(format::quarter(lang, quarter)),
            cell(format::decimal(lang, now.amount(Measure::ExportsUsd), 2)),
            change_on_year(
                lang,
                book,
                quarter,
                region,
                Span::Quarter,
                [before.amount(Measure::ExportsUsd), now.amount(Measure::ExportsUsd)],
            ),
            cell(format::decimal(lang, to_date.amount(Measure::ExportsUsd), 2)),
            cell(format::decimal(lang, now.amount(Measure::ServicesUzs), 2)),
            filed_of_owed(page, quarter, region, coverage),
            view! { <a href=href>{t!(lang, office.filings_count, count = now.contributors(Measure::Filings))}</a> }.into_any(),
        ]);
    }
    view! { <section><h2>{t!(lang, office.by_quarter)}</h2><p class="hint">{t!(lang, office.incomplete_hint)}</p>{table(&t!(lang, office.by_quarter), head, rows)}</section> }.into_any()
}
