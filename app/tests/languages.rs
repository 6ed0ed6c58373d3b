//! The three languages say the same things, each in its own words.
#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Text by key: the file, then the key in it.
fn texts(lang: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for file in std::fs::read_dir(format!("{}/locales/{lang}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let path = file.unwrap().path();
        let subject = path.file_stem().unwrap().to_str().unwrap();
        let entries: BTreeMap<String, String> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        texts.extend(entries.into_iter().map(|(key, text)| (format!("{subject}.{key}"), text)));
    }
    texts
}

/// The key without the plural form at its end.
fn base(key: &str) -> &str {
    ["_one", "_few", "_many", "_other"].iter().find_map(|form| key.strip_suffix(form)).unwrap_or(key)
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim).collect()
}

fn languages() -> [(&'static str, BTreeMap<String, String>); 3] {
    ["uz", "ru", "en"].map(|lang| (lang, texts(lang)))
}

#[test]
fn no_key_is_missing_or_empty_and_each_has_the_same_placeholders() {
    let languages = languages();
    let keys = |texts: &BTreeMap<String, String>| texts.keys().map(|key| base(key).to_owned()).collect::<BTreeSet<_>>();
    let all = keys(&languages[0].1);
    assert!(all.len() > 250);
    for (lang, texts) in &languages {
        assert_eq!(keys(texts), all, "{lang}");
        for (key, text) in texts {
            assert!(!text.trim().is_empty(), "{lang} {key}");
            let first = languages[0].1.iter().find(|(other, _)| base(other) == base(key)).unwrap();
            assert_eq!(placeholders(text), placeholders(first.1), "{lang} {key}");
        }
    }
}

/// The sources of the application in one text.
fn sources(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| if path.is_dir() { sources(&path) } else { std::fs::read_to_string(path).unwrap() }).collect()
}

#[test]
fn every_text_is_shown_somewhere() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let named: BTreeSet<&str> = sources.split(|letter: char| !(letter.is_alphanumeric() || "._".contains(letter))).collect();
    let languages = languages();
    let unused: BTreeSet<&str> = languages[0].1.keys().map(|key| base(key)).filter(|key| !named.contains(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// What is rightly the same in two languages: names, and lines of nothing but placeholders.
const ALIKE: [&str; 10] = [
    "data.publisher",
    "office.exports_usd",
    "filings.exports",
    "lines.exports_usd",
    "review.title",
    "role.statistician",
    "role.admin",
    "chart.history_text",
    "destination.us",
    "destination.cis",
];

#[test]
fn no_text_is_that_of_another_language_by_accident() {
    let languages = languages();
    for (n, (lang, texts)) in languages.iter().enumerate() {
        for (other, others) in &languages[n + 1..] {
            let same: Vec<&String> = texts.iter().filter(|(key, text)| others.get(*key) == Some(text)).map(|(key, _)| key).collect();
            let accidental: Vec<_> = same.into_iter().filter(|key| !ALIKE.contains(&key.as_str())).collect();
            assert!(accidental.is_empty(), "{lang} and {other}: {accidental:?}");
        }
    }
}

#[test]
fn uzbek_is_written_with_its_own_letters() {
    for (key, text) in &languages()[0].1 {
        for wrong in ["o'", "g'", "o‘", "g‘", "oʼ", "gʼ", "O'", "G'"] {
            assert!(!text.contains(wrong), "{key}: {text}");
        }
        assert!(!text.chars().any(|c| ('\u{400}'..'\u{500}').contains(&c)), "{key}: {text}");
    }
}
