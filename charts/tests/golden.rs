//! Each chart as it was last looked at and found good, in each language that it must have room for.
#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use charts::{
    Bar, Bullet, Class, Column, Cumulative, Frame, Kind, Line, Palette, Place, Words, bars, bullet, columns, cumulative, map, picture,
    small_columns, tiles,
};
use domain::region::Region;

const WORDS: Words<'_> =
    Words { title: "Eksport <2023>", description: "Oʻzbekiston & hududlar", legend: &[], source: "Manba: hisobotlar" };

fn frame(width: u32) -> Frame {
    Frame { width, palette: Palette::Page }
}

fn places() -> Vec<Place> {
    let class = |n: usize| if n.is_multiple_of(5) { Class::Hidden } else { Class::Step(u8::try_from(n % 5).unwrap()) };
    let place = |(n, region): (usize, Region)| Place { region, class: class(n), label: region.iso().to_owned(), text: format!("{n}") };
    Region::ALL.into_iter().enumerate().map(place).collect()
}

fn line(values: &[i64]) -> Vec<(i64, String)> {
    values.iter().map(|value| (*value, value.to_string())).collect()
}

#[test]
fn cumulative_against_the_path() {
    for (lang, target) in [("uz", "Maqsad 300 mln dollar"), ("ru", "Цель 300 млн долл."), ("en", "Target $300M")] {
        let chart = Cumulative {
            quarters: ["I", "II", "III", "IV"].map(str::to_owned),
            current: Line { label: "2023".to_owned(), values: line(&[66, 145, 183]), complete: 2 },
            before: Line { label: "2022".to_owned(), values: line(&[16, 53, 93, 140]), complete: 4 },
            target: Some((target.to_owned(), 300)),
        };
        insta::assert_snapshot!(format!("cumulative-{lang}"), cumulative(&chart, frame(720), WORDS, |value| value.to_string()).unwrap());
    }
}

#[test]
fn bars_with_a_confidential_one() {
    for (lang, name) in [("uz", "Qoraqalpogʻiston Respublikasi"), ("ru", "Республика Каракалпакстан"), ("en", "Republic of Karakalpakstan")]
    {
        let items = [
            Bar { label: name.to_owned(), value: Some(611), text: "$0.6 million".to_owned() },
            Bar { label: "Navoiy".to_owned(), value: None, text: "[c]".to_owned() },
        ];
        insta::assert_snapshot!(format!("bars-{lang}"), bars(&items, frame(720), WORDS).unwrap());
        insta::assert_snapshot!(format!("bars-narrow-{lang}"), bars(&items, frame(320), WORDS).unwrap());
    }
}

#[test]
fn bullet_columns_map_and_tiles() {
    let chart = Bullet { reached: (183, "183".to_owned()), target: (300, "300".to_owned()), expected: Some((224, "224".to_owned())) };
    insta::assert_snapshot!("bullet", bullet(&chart, frame(720), WORDS).unwrap());
    let column = |year: u32, value: Option<i64>, kind: Kind| Column {
        label: year.to_string(),
        group: (year == 2021).then(|| "3k".to_owned()),
        name: format!("in {year}"),
        value,
        text: value.map_or("–".to_owned(), |v| v.to_string()),
        kind,
    };
    let items = [
        column(2021, Some(46), Kind::Second),
        column(2022, None, Kind::Plain),
        column(2023, None, Kind::Hidden),
        column(2024, Some(344), Kind::Provisional),
    ];
    insta::assert_snapshot!("columns", columns(&items, frame(320), WORDS).unwrap());
    insta::assert_snapshot!("columns-small", small_columns(&items, frame(160), WORDS).unwrap());
    insta::assert_snapshot!("map", map(&places(), frame(320), WORDS).unwrap());
    let legend = [(Class::Step(0).paint(), "≤ 0,2".to_owned()), (Class::Hidden.paint(), "[c]".to_owned())];
    let file = Frame { width: 720, palette: Palette::File };
    insta::assert_snapshot!("tiles-file", tiles(&places(), file, Words { legend: &legend, ..WORDS }).unwrap());
    insta::assert_snapshot!("tiles", tiles(&places(), frame(720), WORDS).unwrap());
}

#[test]
fn a_picture_has_the_typeface_of_the_page() {
    let file = bullet(
        &Bullet { reached: (183, "Эришилди".to_owned()), target: (300, "300".to_owned()), expected: None },
        Frame { width: 720, palette: Palette::File },
        WORDS,
    )
    .unwrap();
    let with_words = picture(&file).unwrap();
    let without = picture(&file.replace("Эришилди", "")).unwrap();
    assert!(with_words.starts_with(b"\x89PNG"));
    assert_ne!(with_words, without, "words are painted");
    assert!(picture("<svg").is_err());
}

#[test]
fn a_file_has_its_own_colours_and_a_page_none_inline() {
    let file = tiles(&places(), Frame { width: 720, palette: Palette::File }, WORDS).unwrap();
    let page = tiles(&places(), frame(720), WORDS).unwrap();
    assert!(!file.contains("var(--") && file.contains("width=\"720\""));
    assert!(!page.contains("#01FE") && !page.contains("style="));
    assert!(page.contains("Eksport &lt;2023&gt;") && page.contains("role=\"img\""));
}
