//! Lists page by key without loss or repetition, find by name and number, and add up to the figure they explain.

use std::sync::Arc;

use chrono::TimeDelta;
use demonstration::{Scale, World, fill, world};
use domain::{
    clock::FixedClock,
    filing::VersionState,
    ledger::{Basis, Span},
    measure::Measure,
    region::Region,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use services::{
    Store,
    accounts::session,
    entity::resident,
    filings::{
        list::{Count, Filter, ListedFiling, PAGE, Sort, list, next_of},
        missing::missing,
        review::accept,
    },
    ledger::figures::national,
};
use tempfile::TempDir;

use crate::{
    on_both,
    support::{A, B, Bench, PASSWORD, migrated, no_files, postgres_url, q, sqlite_url, three_currencies},
};

/// A world with several pages of filings, on both databases.
async fn filled() -> Vec<(Store, TempDir)> {
    filled_with(Scale { residents: 90, quarters: 3, ..Scale::default() }).await
}

async fn filled_with(scale: Scale) -> Vec<(Store, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let mut stores = Vec::new();
    for url in [sqlite_url(&folder), postgres_url().await] {
        migrated(&url).await;
        // lists have nothing to do with releases
        let world = World { releases: vec![], candidate: None, ..world(scale).unwrap() };
        let entropy = Arc::new(crate::support::Counter::default());
        let store = Store::connect(&url, Arc::new(FixedClock(world.founding.stands_at)), entropy).await.unwrap();
        let hash = session::hash_password(&store, PASSWORD).await.unwrap();
        fill(&store, &world, &hash, no_files).await.unwrap();
        stores.push((store, tempfile::tempdir().unwrap()));
    }
    stores.push((stores[0].0.clone(), folder));
    stores
}

async fn reviewer(store: &Store) -> domain::access::Actor {
    let token = session::sign_in(store, "reviewer@itpark.example", PASSWORD, "t").await.unwrap();
    session::caller(store, Some(&token)).await.unwrap().actor
}

async fn all_pages(store: &Store, filter: &Filter) -> Vec<ListedFiling> {
    let actor = reviewer(store).await;
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = list(store, &actor, filter, after).await.unwrap();
        assert!(page.lines.len() <= PAGE);
        lines.extend(page.lines);
        after = page.next;
        if after.is_none() {
            let all = u64::try_from(lines.len()).unwrap();
            let counted =
                matches!(page.total, Count::Exactly(total) if total == all) || matches!(page.total, Count::MoreThan(least) if least < all);
            assert!(counted, "{filter:?}: {:?} of {all}", page.total);
            return lines;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_key_have_every_filing_once_and_in_order() {
    for (store, _folder) in filled().await {
        let year = Filter { quarter: Some(q("2023-Q3")), span: Span::YearToDate, ..Filter::default() };
        let place = Filter { region: Some(Region::TashkentCity), basis: Basis::Activity, ..year.clone() };
        for filter in [Filter::default(), year, place] {
            for sort in [Sort::Received, Sort::Services, Sort::Exports] {
                let filter = Filter { sort, state: Some(VersionState::Accepted), ..filter.clone() };
                let lines = all_pages(&store, &filter).await;
                assert!(lines.len() > PAGE, "{filter:?}");
                let mut ids: Vec<_> = lines.iter().map(|line| line.id.0).collect();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), lines.len(), "{filter:?}");
                let ordered = match sort {
                    Sort::Received => lines.is_sorted_by_key(|line| line.submitted_at),
                    Sort::Services => lines.is_sorted_by_key(|line| std::cmp::Reverse(line.amounts.services)),
                    Sort::Exports => lines.is_sorted_by_key(|line| std::cmp::Reverse(line.amounts.exports)),
                };
                assert!(ordered, "{filter:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_adds_up_to_the_figure_that_led_to_it() {
    for (store, _folder) in filled().await {
        let book = national(&store, &reviewer(&store).await).await.unwrap();
        for basis in [Basis::Registered, Basis::Activity] {
            for region in [Region::TashkentCity, Region::Samarkand, Region::Fergana] {
                for span in [Span::Quarter, Span::YearToDate] {
                    let (quarter, state) = (q("2023-Q2"), Some(VersionState::Accepted));
                    let filter = Filter { quarter: Some(quarter), span, region: Some(region), basis, state, ..Filter::default() };
                    let lines = all_pages(&store, &filter).await;
                    let cell = book.cell(quarter, basis.scope(region), span);
                    let exports: i64 = lines.iter().map(|line| line.amounts.exports.0).sum();
                    let services: i64 = lines.iter().map(|line| line.amounts.services.0).sum();
                    assert_eq!((exports, services), (cell.amount(Measure::ExportsUsd), cell.amount(Measure::ServicesUzs)), "{filter:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_filing_is_the_next_of_the_list_and_none_is_left_out() {
    for (store, _folder) in filled().await {
        let actor = reviewer(&store).await;
        for sort in [Sort::Received, Sort::Exports] {
            let queue = Filter { state: Some(VersionState::Submitted), sort, ..Filter::default() };
            let lines = all_pages(&store, &queue).await;
            assert!(lines.len() > 2);
            for (n, line) in lines.iter().enumerate() {
                let (next, waiting) = next_of(&store, &actor, &queue, line.id, line.number).await.unwrap();
                // after the last the first comes again, so that what was skipped is found
                assert_eq!(next, Some(lines[(n + 1) % lines.len()].id), "{n} by {sort:?}");
                assert_eq!(waiting, Count::Exactly(lines.len() as u64));
            }
            // what was decided no longer is in the list, but keeps its place in it
            accept(&store, &actor, lines[1].id, lines[1].number).await.unwrap();
            let (next, waiting) = next_of(&store, &actor, &queue, lines[1].id, lines[1].number).await.unwrap();
            assert_eq!((next, waiting), (Some(lines[2].id), Count::Exactly(lines.len() as u64 - 1)));
        }
    }
}

on_both!(a_resident_is_found_by_name_and_number, async |bench: Bench| {
    let rename = resident::Entity::update_many()
        .col_expr(resident::Column::Name, Expr::value("«Oʻzbek Soft» MChJ"))
        .col_expr(resident::Column::FoldedName, Expr::value(""));
    rename.filter(resident::Column::Id.eq(A.0)).exec(&bench.by_hand().await).await.unwrap();
    // as a database of an earlier version of the program is brought up to date
    services::installation::prepare(&bench.store).await.unwrap();
    for (name, resident) in [("a", A), ("b", B)] {
        bench.file(&bench.actor(name).await, resident, q("2023-Q3"), &three_currencies()).await;
        bench.clock.advance(TimeDelta::minutes(1));
    }
    let reviewer = bench.actor("reviewer").await;
    let found = async |search: &str| {
        let filter = Filter { search: search.to_owned(), ..Filter::default() };
        list(&bench.store, &reviewer, &filter, None).await.unwrap().lines.len()
    };
    for search in ["o'zbek", "OʻZBEK", "o‘zbek soft", "ozbek", "soft mchj", "300000001", " 0000001 "] {
        assert_eq!(found(search).await, 1, "{search}");
    }
    for search in ["soft ozbek", "300 000 001", "mchj o'zbek soft", "300000001 ozbek", "Soft 300000001"] {
        assert_eq!(found(search).await, 1, "{search}");
    }
    for search in ["", "  ", "3000000"] {
        assert_eq!(found(search).await, 2, "{search}");
    }
    for search in ["%", "_", "\\", "'", "a\0b", "nobody", "soft nobody", "30000000199"] {
        assert_eq!(found(search).await, 0, "{search:?}");
    }
});

on_both!(who_has_not_filed_is_listed, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    let names = async |region| {
        let page = missing(&bench.store, &reviewer, quarter, region, None).await.unwrap();
        page.lines.into_iter().map(|line| (line.name, line.state.map(domain::filing::FilingState::code))).collect::<Vec<_>>()
    };
    let (a_line, b_line) = (|state| ("A".to_owned(), state), ("B".to_owned(), None));
    assert_eq!(names(None).await, [a_line(None), b_line.clone()]);
    services::filings::draft::save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    assert_eq!(names(None).await, [a_line(Some("draft")), b_line.clone()]);
    bench.file(&a, A, quarter, &three_currencies()).await;
    assert_eq!(names(None).await, std::slice::from_ref(&b_line));
    assert_eq!(names(Some(Region::Samarkand)).await, []);
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    services::filings::draft::amend(&bench.store, &a, A, quarter, "reason").await.unwrap();
    assert_eq!(names(None).await, [b_line], "a version is in force");
    let own = missing(&bench.store, &bench.actor("samarkand").await, quarter, Some(Region::Bukhara), None).await.unwrap();
    assert_eq!((own.lines, own.confined_to), (vec![], Some(Region::Samarkand)));
});

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_everybody_fits_finds_everybody() {
    for (store, _folder) in filled_with(Scale { residents: 1_200, quarters: 1, ..Scale::default() }).await {
        let found = async |search: &str| {
            let filter = Filter { search: search.to_owned(), state: Some(VersionState::Accepted), ..Filter::default() };
            all_pages(&store, &filter).await.len()
        };
        let all = found("").await;
        assert!(all > 400, "{all}");
        assert_eq!(found("namuna").await, all);
    }
}
