use domain::datasets::{DatasetId, Row};

use super::*;

fn dataset() -> Dataset {
    let row = |period: &str, region: &str, measure: &str, value, decimals, status| Row {
        at: [period, region, "registered", measure].map(str::to_owned).to_vec(),
        unit: if decimals == 2 { "USD".into() } else { "people".into() },
        value,
        decimals,
        status,
        notes: Vec::new(),
    };
    let rows = vec![
        row("2023-Q1", "UZ", "exports", Some(12_345_678), 2, Status::Revised),
        row("2023-Q1", "UZ", "people", Some(40), 0, Status::Shown),
        row("2023-Q1", "UZ-SA", "exports", None, 2, Status::Confidential),
        row("2023-H1", "UZ", "exports", Some(20_000_000), 2, Status::Provisional),
        row("2023-H1", "UZ-SA", "exports", None, 2, Status::NotAvailable),
    ];
    Dataset::new(DatasetId::Regions, "2023-Q2".parse().unwrap(), rows)
}

fn texts(language: &'static str) -> Texts {
    Texts {
        language,
        title: "Regions; \"all\"".into(),
        description: "What is told.".into(),
        notes: vec!["Invented.".into()],
        publisher: "IT Park".into(),
        licence: "CC BY 4.0".into(),
        citation: "IT Park, 2023-Q2".into(),
        columns: BTreeMap::from([(Column::Region, "Region name".into()), (Column::Measure, "Measure name".into())]),
        codes: BTreeMap::from([((Column::Region, "UZ-SA".into()), "Samarqand viloyati".into())]),
        statuses: Status::ALL.iter().map(|status| (*status, format!("status {status}"))).collect(),
        sheets: ["Data".into(), "Notes".into(), "Codes".into()],
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn text_files_are_written_as_agreed() {
    insta::assert_snapshot!("csv", text(csv(&dataset()).unwrap()));
    insta::assert_snapshot!("csv_for_excel_ru", text(csv_for_excel(&dataset(), &texts("ru")).unwrap()));
    insta::assert_snapshot!("csv_for_excel_en", text(csv_for_excel(&dataset(), &texts("en")).unwrap()));
    insta::assert_snapshot!("json", text(json(&dataset()).unwrap()));
    insta::assert_snapshot!("json_stat", text(json_stat(&dataset(), &texts("en")).unwrap()));
    insta::assert_snapshot!("px", text(px(&dataset(), &texts("en"))));
    insta::assert_snapshot!("sdmx_csv", text(sdmx_csv(&dataset()).unwrap()));
    insta::assert_snapshot!("sdmx_structure", text(sdmx_structure(&dataset(), &[texts("en"), texts("uz")]).unwrap()));
    insta::assert_snapshot!("csv_on_the_web", text(describe::csv_on_the_web(&dataset(), &texts("en")).unwrap()));
    insta::assert_snapshot!("data_package", text(describe::data_package(&[(&dataset(), texts("en"))]).unwrap()));
}

#[test]
fn the_same_dataset_gives_the_same_bytes() {
    assert_eq!(xlsx(&dataset(), &texts("en")).unwrap(), xlsx(&dataset(), &texts("en")).unwrap());
    assert_eq!(parquet(&dataset()).unwrap(), parquet(&dataset()).unwrap());
}

#[test]
fn a_file_reads_back_as_the_dataset_that_it_is() {
    let file = csv(&dataset()).unwrap();
    let (regions, release) = (DatasetId::Regions, dataset().release);
    assert_eq!(read_csv(regions, release, &file), Some(dataset()));
    assert_eq!(read_csv(regions, release.correction(), &file), None);
    assert_eq!(read_csv(DatasetId::Destinations, release, &file), None);
    assert_eq!(read_csv(regions, release, b"release,period\r\n"), None);
    let empty = Dataset::new(DatasetId::Regions, dataset().release, Vec::new());
    assert_eq!(read_csv(regions, release, &csv(&empty).unwrap()), Some(empty));
}

#[test]
fn countries_are_parts_of_their_group() {
    let row = |country: &str, value| Row {
        at: ["2023-Q1", "UZ", country, "exports"].map(str::to_owned).to_vec(),
        unit: "USD".into(),
        value: Some(value),
        decimals: 2,
        status: Status::Shown,
        notes: Vec::new(),
    };
    let rows = [("_T", 900), ("US", 500), ("CIS", 400), ("KZ", 300), ("CIS_O", 100)].map(|(code, value)| row(code, value)).to_vec();
    let dataset = Dataset::new(DatasetId::Destinations, "2023-Q1".parse().unwrap(), rows);
    assert_eq!(read_csv(dataset.id, dataset.release, &csv(&dataset).unwrap()).as_ref(), Some(&dataset));
    let cube: serde_json::Value = serde_json::from_slice(&json_stat(&dataset, &texts("en")).unwrap()).unwrap();
    assert_eq!(cube["dimension"]["destination"]["category"]["child"], serde_json::json!({ "CIS": ["KZ", "CIS_O"] }));
    assert_eq!(cube["dimension"]["measure"]["category"]["child"], serde_json::Value::Null);
    let structure = text(sdmx_structure(&dataset, &[texts("en")]).unwrap());
    let parents: Vec<&str> = structure.split("<str:Parent>").skip(1).filter_map(|rest| rest.trim_start().lines().next()).collect();
    assert_eq!(parents, [r#"<Ref id="CIS"/>"#; 2]);
    // who asks for a country only is told its group all the same
    let one = dataset.only(Column::Destination, &["KZ".to_owned()]);
    assert_eq!((one.rows.len(), one.whole_of("KZ"), one.whole_of("US")), (1, Some("CIS"), None));
}
