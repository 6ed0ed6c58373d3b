//! Golden vectors: a form that was ever given stays as it is, byte for byte.

use super::*;
use crate::{
    content::{Content, DomesticLine, ExportLine, PeopleLine},
    edits::{Compared, Finding, Slip},
    exchange::{Conversion, UnitRate},
    form::{Field, FieldPath, Section},
    money::{Cents, Tiyin},
};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn converted() -> Converted {
    let export = |currency: &str, amount, date, contract: Option<&str>| ExportLine {
        country: "DE".parse().unwrap(),
        category: "SI2".parse().unwrap(),
        currency: currency.parse().unwrap(),
        amount,
        region: Region::Navoi,
        date,
        contract: contract.map(str::to_owned),
    };
    let conversion = |basis, rate, uzs, usd| Conversion {
        basis,
        rate: UnitRate(rate),
        usd_rate: UnitRate(12_000_000_000),
        uzs: Tiyin(uzs),
        usd: Cents(usd),
    };
    let counts = [(PeopleCount::Employees, 12), (PeopleCount::Women, 5)].into_iter().collect();
    Converted {
        content: Content {
            domestic: vec![DomesticLine { region: Region::Samarkand, activity: "software".parse().unwrap(), amount: Tiyin(500_000_000) }],
            exports: vec![export("EUR", 200_000, Some(day("2023-08-15")), Some("7\\23\nbis \"A\"")), export("USD", 100_000, None, None)],
            people: vec![PeopleLine { region: Region::Samarkand, counts, payroll: Tiyin(9_000) }],
            control_total: Tiyin(4_790_000_000),
        },
        conversions: vec![
            conversion(RateBasis::Day(day("2023-08-15")), 13_200_000_000, 2_640_000_000, 220_000),
            conversion(RateBasis::QuarterMean, 12_000_000_000, 1_200_000_000, 100_000),
        ],
    }
}

fn text(form: i32, reason: Option<&str>) -> Option<String> {
    let converted = converted();
    let at = FieldPath::of(Section::Exports, 0, Field::Amount);
    let jump = Finding { at, compared: Compared::Jump { before: 4, now: 40, slip: Some(Slip::Ten) } };
    let books = Finding { at: FieldPath::Books, compared: Compared::BooksDiffer { books: Tiyin(5), lines: Tiyin(7) } };
    let answers = [Answer { finding: jump, reason: None }, Answer { finding: books, reason: Some("refund\r\nof March".into()) }];
    let record = VersionRecord {
        resident: ResidentId("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
        quarter: "2023-Q3".parse().unwrap(),
        number: 2,
        region: Region::Samarkand,
        reason,
        submitted_by: PersonId("01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()),
        submitted_at: "2023-10-20T05:00:00.007Z".parse().unwrap(),
        late: false,
        converted: &converted,
        answers: &answers,
    };
    record.text(form)
}

#[test]
fn form_0_is_what_the_first_programs_wrote() {
    let golden = r#"["01890a5d-ac96-774b-bcce-b302099a8057","2023-Q3",2,{"content":{"domestic":[{"region":"UZ-SA","activity":"software","amount":500000000}],"exports":[{"country":"DE","category":"SI2","currency":"EUR","amount":200000,"region":"UZ-NW","date":"2023-08-15","contract":"7\\23\nbis \"A\""},{"country":"DE","category":"SI2","currency":"USD","amount":100000,"region":"UZ-NW","date":null,"contract":null}],"people":[{"region":"UZ-SA","employees":12,"specialists":0,"women":5,"under_30":0,"disability":0,"foreign":0,"payroll":9000}],"control_total":4790000000},"conversions":[{"basis":{"kind":"day","day":"2023-08-15"},"rate":13200000000,"usd_rate":12000000000,"uzs":2640000000,"usd":220000},{"basis":{"kind":"quarter_mean"},"rate":12000000000,"usd_rate":12000000000,"uzs":1200000000,"usd":100000}]}]"#;
    assert_eq!(text(0, None).as_deref(), Some(golden));
}

#[test]
fn form_1_is_written_out_field_by_field() {
    let golden = include_str!("form1.txt");
    assert_eq!(text(1, Some("forgotten invoice")).as_deref(), Some(golden));
    let without = golden.replace("\nreason=forgotten invoice\n", "\nreason\n");
    assert_eq!(text(1, None).as_deref(), Some(without.as_str()));
    assert_ne!(text(1, Some("")).as_deref(), Some(without.as_str()), "an empty text is not none");
    assert_eq!(text(2, None), None);
}
