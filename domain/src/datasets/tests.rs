use super::*;

fn figure(measured: Measured, period: &str, part: Option<(By, &str)>, value: Option<i64>) -> ReleasedFigure {
    let status = if value.is_some() { Status::Shown } else { Status::Confidential };
    let part = part.map(|(by, member)| (by, member.to_owned()));
    ReleasedFigure { period: period.parse().unwrap(), measured, part, value, status }
}

fn figures() -> Vec<ReleasedFigure> {
    use Measured::{Domestic, Exporters, Exports, Residents};
    vec![
        figure(Exports, "2023-H1", None, Some(30_050)),
        figure(Exports, "2023-Q1", None, Some(10_000)),
        figure(Exports, "2023-Q2", None, Some(20_050)),
        figure(Exports, "2023-Q2", Some((By::Registered, "other")), Some(50)),
        figure(Exports, "2023-Q2", Some((By::Registered, "UZ-SA")), None),
        figure(Exports, "2023-Q2", Some((By::Worked, "UZ-SA")), Some(7)),
        figure(Exports, "2023-Q2", Some((By::Destination, "US")), Some(8)),
        figure(Exports, "2023-Q2", Some((By::Category, "SI2")), Some(9)),
        figure(Exporters, "2023-Q2", Some((By::Category, "SI2")), Some(4)),
        figure(Domestic, "2023-Q2", Some((By::Activity, "bpo")), Some(11)),
        figure(Residents, "2023-Q2", None, Some(5)),
    ]
}

fn lines(id: DatasetId, targets: &[Target], official: &BTreeMap<String, Vec<Published>>) -> Vec<String> {
    let all = datasets("2023-Q2".parse().unwrap(), &figures(), targets, official);
    let dataset = all.iter().find(|dataset| dataset.id == id).unwrap();
    let line = |row: &Row| id.columns().into_iter().map(|column| dataset.text(row, column)).collect::<Vec<_>>().join(",");
    dataset.rows.iter().map(line).collect()
}

#[test]
fn regions_stand_under_the_whole_of_their_basis() {
    let lines = lines(DatasetId::Regions, &[], &BTreeMap::new());
    assert_eq!(
        lines,
        [
            "2023-Q2,2023-Q1,UZ,registered,exports,USD,100.00,",
            "2023-Q2,2023-Q1,UZ,activity,exports,USD,100.00,",
            "2023-Q2,2023-Q2,UZ,registered,exports,USD,200.50,",
            "2023-Q2,2023-Q2,UZ,registered,residents,residents,5,",
            "2023-Q2,2023-Q2,UZ-SA,registered,exports,USD,,c",
            "2023-Q2,2023-Q2,_O,registered,exports,USD,0.50,",
            "2023-Q2,2023-Q2,UZ,activity,exports,USD,200.50,",
            "2023-Q2,2023-Q2,UZ-SA,activity,exports,USD,0.07,",
            "2023-Q2,2023-H1,UZ,registered,exports,USD,300.50,",
            "2023-Q2,2023-H1,UZ,activity,exports,USD,300.50,",
        ]
    );
}

#[test]
fn the_country_is_told_by_one_thing_at_a_time() {
    let destinations = lines(DatasetId::Destinations, &[], &BTreeMap::new());
    assert_eq!(destinations[2], "2023-Q2,2023-Q2,UZ,US,exports,USD,0.08,");
    assert_eq!(destinations[1], "2023-Q2,2023-Q2,UZ,_T,exports,USD,200.50,");
    let activities = lines(DatasetId::Activities, &[], &BTreeMap::new());
    assert!(activities.contains(&"2023-Q2,2023-Q2,UZ,category,SI2,exporters,owner groups,4,".to_owned()));
    assert!(activities.contains(&"2023-Q2,2023-Q2,UZ,activity,bpo,domestic_services,UZS,0.11,".to_owned()));
    // what is not told by activities has no whole among them
    assert!(!activities.iter().any(|line| line.contains(",activity,_T,exports")));
}

#[test]
fn the_year_to_date_stands_beside_its_targets() {
    let target = |year, dollars: i64| Target { year, region: None, amount: Cents(dollars * 100), set_on: None, source: "s".into() };
    let lines = lines(DatasetId::Targets, &[target(Some(2023), 365), target(None, 1_000)], &BTreeMap::new());
    assert_eq!(
        lines[4..],
        [
            "2023-Q2,2023-H1,UZ,exports,USD,300.50,,",
            "2023-Q2,2023-H1,UZ,target,USD,365.00,,s",
            "2023-Q2,2023-H1,UZ,straight_path,USD,181.00,,",
            "2023-Q2,2023-H1,UZ,long_term_target,USD,1000.00,,s",
        ]
    );
    assert!(lines[0].starts_with("2023-Q2,2023-Q1,UZ,exports,USD,100.00"));
    assert_eq!(lines.len(), 8);
}

#[test]
fn what_others_published_keeps_its_definition_and_source() {
    let published = Published {
        period: "2022".into(),
        area: "UZ".parse().unwrap(),
        value_milli: 140_000,
        unit: "USD million".into(),
        definition: "Services exported".into(),
        source: "https://example.org".into(),
    };
    let official = BTreeMap::from([("exports".to_owned(), vec![published])]);
    let lines = lines(DatasetId::Official, &[], &official);
    assert_eq!(lines, ["2023-Q2,2022,UZ,exports,USD million,140.000,,Services exported,https://example.org"]);
}

#[test]
fn what_is_asked_for_is_what_is_left() {
    let all = datasets("2023-Q2".parse().unwrap(), &figures(), &[], &BTreeMap::new());
    let regions = all.into_iter().next().unwrap();
    let asked =
        |column, codes: &[&str]| regions.clone().only(column, &codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()).rows.len();
    assert_eq!(asked(Column::Region, &["UZ-SA"]), 2);
    assert_eq!(asked(Column::Period, &["2023-Q1", "2023-H1"]), 4);
    assert_eq!(asked(Column::Region, &[]), regions.rows.len());
    assert_eq!(asked(Column::Destination, &["US"]), regions.rows.len(), "no dimension of it");
}

#[test]
fn a_row_is_told_apart_by_its_dimensions() {
    for dataset in datasets("2023-Q2".parse().unwrap(), &figures(), &[], &BTreeMap::new()) {
        let mut rows: Vec<&Vec<String>> = dataset.rows.iter().map(|row| &row.at).collect();
        assert!(rows.iter().all(|at| at.len() == dataset.id.dimensions().len()));
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), dataset.rows.len(), "{}", dataset.id);
    }
}

#[test]
fn a_change_is_a_figure_that_was_not_there_or_was_another() {
    let all = |figures: &[ReleasedFigure]| datasets("2023-Q2".parse().unwrap(), figures, &[], &BTreeMap::new()).remove(1);
    let (before, mut figures) = (all(&figures()), figures());
    assert_eq!(before.changes(Some(&before)), []);
    let us = figures.iter_mut().find(|figure| figure.part == Some((By::Destination, "US".to_owned()))).unwrap();
    (us.value, us.status) = (Some(10), Status::Revised);
    figures.push(figure(Measured::Exports, "2023-Q2", Some((By::Destination, "CIS")), Some(3)));
    let now = all(&figures);
    let changes: Vec<(Option<i64>, &str, Option<i64>)> = now
        .changes(Some(&before))
        .into_iter()
        .map(|change| (change.before.and_then(|row| row.value), change.now.at[2].as_str(), change.now.value))
        .collect();
    assert_eq!(changes, [(Some(8), "US", Some(10)), (None, "CIS", Some(3))]);
}

#[test]
fn a_revision_is_what_was_told_first_and_last() {
    let of = |value| {
        let mut figures = figures();
        figures[2].value = Some(value);
        datasets("2023-Q2".parse().unwrap(), &figures, &[], &BTreeMap::new()).remove(0)
    };
    let (first, second, third) = (of(100), of(200), of(300));
    let revised = revisions([&first, &second, &third]);
    let found = revised.iter().find(|revision| revision.at == ["2023-Q2", "UZ", "registered", "exports"]).unwrap();
    assert_eq!((found.first.value, found.now.value), (Some(100), Some(300)));
    assert!(revised.iter().all(|revision| revision.at[1] == "UZ"));
}

#[test]
fn a_change_says_what_it_is_to_its_reader() {
    let row = |value: Option<i64>| Row {
        at: vec!["2023-Q2".to_owned()],
        unit: "USD".to_owned(),
        value,
        decimals: 2,
        status: if value.is_some() { Status::Shown } else { Status::Confidential },
        notes: Vec::new(),
    };
    for (before, now, kind) in [
        (None, Some(5), ChangeKind::New),
        (None, None, ChangeKind::Hidden),
        (Some(None), Some(5), ChangeKind::New),
        (Some(None), None, ChangeKind::Again),
        (Some(Some(5)), None, ChangeKind::Lost),
        (Some(Some(5)), Some(5), ChangeKind::Again),
        (Some(Some(3_736_486_690)), Some(3_740_000_000), ChangeKind::Again),
        // no rounding leaves so few digits of a total
        (Some(Some(1_544_900_000)), Some(1_500_000_000), ChangeKind::Revised),
        (Some(Some(3_736_486_690)), Some(3_750_000_000), ChangeKind::Revised),
        (Some(Some(3_736_486_690)), Some(3_736_486_691), ChangeKind::Revised),
        (Some(Some(-1_255)), Some(-1_260), ChangeKind::Again),
    ] {
        let (before, now) = (before.map(row), row(now));
        assert_eq!(ChangeKind::of(before.as_ref(), &now, 3), kind, "{before:?} {now:?}");
    }
}

#[test]
fn a_total_keeps_three_digits_and_a_part_two() {
    let told = |total, part| {
        let figure = |part, value| figure(Measured::Exports, "2023-Q2", part, Some(value));
        let figures = [figure(None, total), figure(Some((By::Destination, "US")), part)];
        datasets("2023-Q2".parse().unwrap(), &figures, &[], &BTreeMap::new()).remove(1)
    };
    let before = told(15_449, 15_449);
    for (now, kind) in [(told(15_400, 15_000), ChangeKind::Again), (told(15_000, 15_400), ChangeKind::Revised)] {
        let kinds: Vec<ChangeKind> = now.changes(Some(&before)).into_iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [kind, kind]);
    }
}

#[test]
fn a_sum_is_revised_if_one_of_its_quarters_is() {
    let figure = |period: &str, value| figure(Measured::Exports, period, None, Some(value));
    let told = |first, second, third| {
        let quarters = [figure("2023-Q1", first), figure("2023-Q2", second), figure("2023-Q3", third)];
        datasets("2023-Q3".parse().unwrap(), &crate::release::with_sums(quarters.into()), &[], &BTreeMap::new())
    };
    let kinds = |before: &[Dataset], now: &[Dataset]| -> Vec<(DatasetId, String, ChangeKind)> {
        let all = changes(now, before).into_iter().filter(|(dataset, change)| {
            dataset.id == DatasetId::Targets || change.now.at.get(2).is_some_and(|basis| basis == "registered")
        });
        all.map(|(dataset, change)| (dataset.id, change.now.at[0].clone(), change.kind)).collect()
    };
    let before = told(1_234, 5_678, 9_012);
    for (now, half, months) in [
        (told(1_230, 5_680, 9_012), ChangeKind::Again, ChangeKind::Again),
        (told(1_230, 5_681, 9_012), ChangeKind::Revised, ChangeKind::Revised),
        (told(1_230, 5_680, 9_013), ChangeKind::Again, ChangeKind::Revised),
    ] {
        let kinds = kinds(&before, &now);
        for id in [DatasetId::Regions, DatasetId::Targets] {
            let of = |period: &str| kinds.iter().find(|(of, at, _)| *of == id && at == period).map(|(.., kind)| *kind);
            assert_eq!((of("2023-H1"), of("2023-9M")), (Some(half), Some(months)), "{id} {kinds:?}");
        }
    }
}

#[test]
fn what_was_rounded_was_not_revised() {
    let row =
        |value| Row { at: Vec::new(), unit: "USD".to_owned(), value: Some(value), decimals: 2, status: Status::Shown, notes: Vec::new() };
    let change = |first, now| Revision { at: Vec::new(), first: row(first), now: row(now) }.change();
    assert_eq!(change(3_736_486_690, 3_740_000_000), Some(0));
    assert_eq!(change(1_544_900_000, 1_500_000_000), Some(-291));
    assert_eq!(change(1_000, 1_025), Some(250));
    assert_eq!(change(1_000, 1_000), Some(0));
}
