//! PX files of PC-Axis (PX file format 2013, <https://www.scb.se/px-file-format>): the cube as text, one language a file.

use domain::{
    datasets::{Column, Dataset},
    release::Status,
};

use super::{Texts, json::Cube, named};

/// Symbols that stand for a number that is not there: no such figure, confidential, not available.
const NONE: &str = "\".\"";
const CONFIDENTIAL: &str = "\"..\"";
const NOT_AVAILABLE: &str = "\"...\"";

/// The cube: all dimensions but the last down, the last across.
pub fn px(dataset: &Dataset, texts: &Texts) -> Vec<u8> {
    let cube = Cube::of(dataset);
    let names: Vec<String> = named(dataset).map(|(_, column)| texts.column(column).to_owned()).collect();
    let decimals = dataset.rows.iter().map(|row| row.decimals).max().unwrap_or(0);
    let mut file = Keywords::default();
    file.text("CHARSET", "ANSI");
    file.text("AXIS-VERSION", "2013");
    file.text("CODEPAGE", "utf-8");
    file.text("LANGUAGE", texts.language);
    file.number("DECIMALS", decimals);
    file.number("SHOWDECIMALS", decimals);
    file.text("MATRIX", &dataset.id.code().to_uppercase());
    file.text("SUBJECT-CODE", "ITPARK");
    file.text("SUBJECT-AREA", &texts.publisher);
    file.text("TITLE", &texts.title);
    file.text("CONTENTS", &texts.title);
    file.text("UNITS", texts.column(Column::Unit));
    let (last, down) = names.split_last().map_or(("", &[][..]), |(last, down)| (last.as_str(), down));
    file.texts("STUB", down);
    file.text("HEADING", last);
    file.text("CONTVARIABLE", last);
    for ((n, column), name) in named(dataset).zip(&names) {
        let said: Vec<String> = cube.codes[n].iter().map(|code| texts.code(column, code).to_owned()).collect();
        file.texts(&of("VALUES", name), &said);
    }
    for ((n, _), name) in named(dataset).zip(&names) {
        file.texts(&of("CODES", name), &cube.codes[n]);
    }
    for measure in cube.codes.last().into_iter().flatten() {
        let row = dataset.rows.iter().find(|row| row.at.last().is_some_and(|code| code == measure));
        let (unit, decimals) = row.map_or(("", 0), |row| (row.unit.as_str(), row.decimals));
        let said = texts.code(Column::Measure, measure);
        file.text(&of("UNITS", said), unit);
        file.number(&format!("PRECISION(\"{}\",\"{}\")", plain(last), plain(said)), decimals);
    }
    file.text("SOURCE", &texts.publisher);
    file.text("DATASYMBOL1", ".");
    for (symbol, status) in [("DATASYMBOL2", Status::Confidential), ("DATASYMBOL3", Status::NotAvailable)] {
        file.text(symbol, texts.statuses.get(&status).map_or(status.code(), String::as_str));
    }
    let notes: Vec<&str> = [texts.description.as_str()].into_iter().chain(texts.notes.iter().map(String::as_str)).collect();
    file.text("NOTE", &[&notes[..], &[&texts.citation]].concat().join("#"));
    file.data(dataset, &cube);
    file.0.into_bytes()
}

fn of(keyword: &str, name: &str) -> String {
    format!("{keyword}(\"{}\")", plain(name))
}

/// A text that can stand in quotation marks: there is no way to write those in it, and readers end a value at a semicolon.
fn plain(text: &str) -> String {
    text.replace('"', "'").replace(';', ",").replace(['\n', '\r'], " ")
}

/// Keywords with their values. Lines are broken between values, as readers of the format take them.
#[derive(Default)]
struct Keywords(String);

impl Keywords {
    fn number(&mut self, keyword: &str, value: u32) {
        self.line(keyword, &value.to_string());
    }

    fn text(&mut self, keyword: &str, value: &str) {
        self.texts(keyword, &[value]);
    }

    fn texts(&mut self, keyword: &str, values: &[impl AsRef<str>]) {
        let values: Vec<String> = values.iter().map(|value| format!("\"{}\"", plain(value.as_ref()))).collect();
        self.line(keyword, &values.join(","));
    }

    fn line(&mut self, keyword: &str, values: &str) {
        self.0.extend([keyword, "=", values, ";\r\n"]);
    }

    fn data(&mut self, dataset: &Dataset, cube: &Cube) {
        let mut cells = vec![NONE.to_owned(); cube.size()];
        for row in &dataset.rows {
            cells[cube.place(row)] = match (row.value, row.status) {
                (Some(_), _) => row.plain(),
                (None, Status::Confidential) => CONFIDENTIAL.to_owned(),
                (None, _) => NOT_AVAILABLE.to_owned(),
            };
        }
        self.0.push_str("DATA=\r\n");
        for line in cells.chunks(cube.codes.last().map_or(1, Vec::len).max(1)) {
            self.0.push_str(&line.join(" "));
            self.0.push_str("\r\n");
        }
        self.0.push_str(";\r\n");
    }
}
