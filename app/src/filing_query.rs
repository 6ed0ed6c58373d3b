//! Lists of filings in addresses: filter and place, read and written in one place, so that a list, its next page and the way
//! through it from filing to filing are the same list.

use domain::{
    ledger::{Basis, Span},
    typed::has_control_character,
};
use services::filings::list::{Cursor, Filter, Sort};

use crate::{
    address::Address,
    context::{Page, form_value},
};

/// The longest text that is searched for.
const LONGEST_SEARCH: usize = 100;

/// The filter of a query; what cannot be read filters nothing.
pub fn filter(query: &str) -> Filter {
    let value = |name: &str| form_value(query, name);
    let search = value("q").map(|text| text.trim().chars().take(LONGEST_SEARCH).collect::<String>()).unwrap_or_default();
    Filter {
        quarter: value("quarter").and_then(|text| text.parse().ok()),
        span: if value("span").as_deref() == Some("year") { Span::YearToDate } else { Span::Quarter },
        basis: if value("basis").as_deref() == Some("activity") { Basis::Activity } else { Basis::Registered },
        region: value("region").and_then(|text| text.parse().ok()),
        state: value("state").and_then(|text| text.parse().ok()),
        search: if has_control_character(&search) { String::new() } else { search },
        sort: match value("sort").as_deref() {
            Some("services") => Sort::Services,
            Some("exports") => Sort::Exports,
            _ => Sort::Received,
        },
    }
}

/// The filter as a query.
pub fn query(filter: &Filter) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(filter.quarter.map(|quarter| format!("quarter={quarter}")));
    parts.extend((filter.span == Span::YearToDate).then(|| "span=year".to_owned()));
    parts.extend((filter.basis == Basis::Activity).then(|| "basis=activity".to_owned()));
    parts.extend(filter.region.map(|region| format!("region={region}")));
    parts.extend(filter.state.map(|state| format!("state={state}")));
    let encoded: String = form_urlencoded::byte_serialize(filter.search.as_bytes()).collect();
    parts.extend((!filter.search.is_empty()).then(|| format!("q={encoded}")));
    match filter.sort {
        Sort::Received => {}
        Sort::Services => parts.push("sort=services".to_owned()),
        Sort::Exports => parts.push("sort=exports".to_owned()),
    }
    parts.join("&")
}

/// The list as an address, from a place on.
pub fn address(page: &Page, filter: &Filter, after: Option<Cursor>) -> String {
    let after = after.map(|Cursor { value, id }| format!("{value}.{id}"));
    page.link(Address::Filings).with_query(&query(filter)).maybe("after", after).to_string()
}

/// The place of a query: `after=1697778000000.01890000-…`.
pub fn after(page: &Page) -> Option<Cursor> {
    let text = page.param("after")?;
    let (value, id) = text.split_once('.')?;
    Some(Cursor { value: value.parse().ok()?, id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_back_from_its_query() {
        let text = "quarter=2023-Q3&span=year&basis=activity&region=UZ-SA&state=submitted&q=O%CA%BBzbek+%26+Co&sort=exports";
        let read = filter(text);
        assert_eq!((read.search.as_str(), query(&read).as_str()), ("Oʻzbek & Co", text));
        assert_eq!(filter(&query(&read)), read);
        for text in ["", "quarter=x&span=x&region=UZ-XX&state=x&sort=x&q=", "q=a%00b"] {
            assert_eq!(filter(text), Filter::default(), "{text}");
        }
    }
}
