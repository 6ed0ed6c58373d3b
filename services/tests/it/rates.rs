//! Rates are judged one by one: what is doubtful is left until somebody says so.

use chrono::NaiveDate;
use domain::{
    exchange::{ConversionError, RateBasis, UnitRate},
    money::Currency,
    quarter::Quarter,
};
use sea_orm::ConnectionTrait;
use services::reference::rates::{Doubt, NewRate, Unusable, for_quarter, import, read_published};

use crate::{
    on_both,
    support::{Bench, day, q},
};

/// Currency, rate, difference to the day before, day.
type Record = (&'static str, &'static str, &'static str, NaiveDate);

fn answer(records: &[Record]) -> String {
    let record = |(code, rate, difference, day): &Record| {
        format!(r#"{{"Ccy":"{code}","Nominal":"1","Rate":"{rate}","Diff":"{difference}","Date":"{}"}}"#, day.format("%d.%m.%Y"))
    };
    format!("[{}]", records.iter().map(record).collect::<Vec<_>>().join(","))
}

async fn mean(bench: &Bench, code: &str, quarter: Quarter) -> Option<UnitRate> {
    let currency = code.parse().unwrap();
    for_quarter(&bench.store.db, quarter, [currency]).await.unwrap().mean(currency, quarter)
}

// the bench knows USD 12,000 and EUR 13,200 of 29 September 2023 and stands on 20 October
on_both!(each_doubt_is_found_and_only_told_ones_are_taken, async |bench: Bench| {
    let good = ("USD", "12050.00", "50", day(2023, 10, 2));
    let cases: [(&[Record], Doubt, usize); 8] = [
        (&[good, ("EUR", "132000.00", "0", day(2023, 10, 9))], Doubt::Far, 1),
        (&[good, ("EUR", "13250.00", "50", day(2099, 10, 9))], Doubt::Day, 1),
        (&[good, ("EUR", "13250.00", "50", day(1023, 10, 9))], Doubt::Day, 1),
        (&[good, ("EUR", "13250.00", "50", day(2023, 10, 2)), ("EUR", "13260.00", "50", day(2023, 10, 2))], Doubt::TwoForOneDay, 2),
        (&[good, ("EUR", "13300.00", "0", day(2023, 9, 29))], Doubt::Replaces, 1),
        (&[good, ("EUR", "13250.00", "2000", day(2023, 10, 2))], Doubt::Difference, 1),
        (&[good, ("EUR", "1325.00", "50", day(2023, 6, 1))], Doubt::Far, 1),
        // beside the one after it, not the one of the year before
        (&[("EUR", "1320.00", "", day(2022, 11, 1)), ("EUR", "1325.00", "", day(2023, 9, 28)), good], Doubt::Far, 2),
    ];
    for (records, doubt, doubted) in cases {
        let read = read_published(&answer(records)).unwrap();
        let imported = import(&bench.store, read, "test", false).await.unwrap();
        assert_eq!((imported.taken, imported.doubtful.len()), (records.len() - doubted, doubted), "{records:?}");
        assert!(imported.doubtful.iter().all(|(rate, found)| rate.currency == "EUR" && *found == doubt), "{:?}", imported.doubtful);
    }
    assert_eq!(mean(&bench, "EUR", q("2023-Q3")).await, Some(UnitRate(13_200_000_000)), "nothing doubtful was stored");
    let read = || read_published(&answer(&[("EUR", "13300.00", "0", day(2023, 9, 29))])).unwrap();
    let told = import(&bench.store, read(), "test", true).await.unwrap();
    assert_eq!((told.taken, told.doubtful), (1, vec![]));
    let two = answer(&[("EUR", "13300.00", "0", day(2023, 9, 28)), ("EUR", "13310.00", "0", day(2023, 9, 28))]);
    let told = import(&bench.store, read_published(&two).unwrap(), "test", true).await.unwrap();
    assert_eq!((told.taken, told.doubtful.len()), (0, 2), "which of two holds, nobody has said");
    let same = answer(&[("EUR", "13300.00", "0", day(2023, 9, 29)), ("EUR", "13300.00", "0", day(2023, 9, 29))]);
    assert_eq!(import(&bench.store, read_published(&same).unwrap(), "test", false).await.unwrap().taken, 1, "one said twice");
    assert_eq!(mean(&bench, "EUR", q("2023-Q3")).await, Some(UnitRate(13_250_000_000)));
});

on_both!(a_bad_record_of_another_currency_stops_nothing, async |bench: Bench| {
    let text = answer(&[
        ("IRR", "0", "0", day(2023, 10, 2)),
        ("XDR", "", "", day(2023, 10, 2)),
        ("USD", "12050.00", "50", day(2023, 10, 2)),
        ("GBP", "0", "0", day(2023, 10, 2)),
        ("EUR", "13250.00", "50", day(2023, 10, 2)),
        ("EUR", "13240.00", "-10", day(2023, 10, 3)),
    ]);
    let imported = import(&bench.store, read_published(&text).unwrap(), "test", false).await.unwrap();
    assert_eq!((imported.taken, imported.left, imported.missed), (3, 2, vec![(4, Unusable::Rate)]));
    assert_eq!(imported.doubtful, Vec::<(NewRate, Doubt)>::new());
    assert_eq!(mean(&bench, "EUR", q("2023-Q4")).await, Some(UnitRate(13_245_000_000)));
});

// 30 September 2023 was a Saturday: the rate of Friday holds, for as many days as the rule says
on_both!(a_rule_says_how_far_back_a_rate_may_lie, async |bench: Bench| {
    let (quarter, saturday) = (q("2023-Q3"), Some(day(2023, 9, 30)));
    let convert = async || for_quarter(&bench.store.db, quarter, []).await.unwrap().convert(100, Currency::USD, saturday, quarter);
    assert_eq!(convert().await.unwrap().basis, RateBasis::Day(day(2023, 9, 29)));
    let by_hand = bench.by_hand().await;
    by_hand.execute_unprepared("UPDATE rule_setting SET value = '0' WHERE key = 'rate_look_back_days'").await.unwrap();
    assert_eq!(convert().await, Err(ConversionError::NoRate(Currency::USD)));
});
