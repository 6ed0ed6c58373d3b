//! JSON: the rows as objects, and the cube of JSON-stat 2.0 (<https://json-stat.org/full/>).

use domain::{
    datasets::{Column, Dataset, Row},
    release::Status,
};
use serde_json::{Map, Number, Value, json};

use super::{FormatError, LICENCE, Texts, named};

/// The rows as objects, with what their columns are.
///
/// # Errors
/// [`FormatError::Json`].
pub fn json(dataset: &Dataset) -> Result<Vec<u8>, FormatError> {
    let columns = dataset.id.columns();
    let rows = dataset.rows.iter().map(|row| {
        let cell = |column: &Column| {
            let value = match column {
                Column::Value => number(row),
                _ => dataset.text(row, *column).into(),
            };
            (column.code().to_owned(), value)
        };
        Value::Object(columns.iter().map(cell).collect())
    });
    let document = json!({
        "dataset": dataset.id.code(),
        "release": dataset.release.to_string(),
        "licence": LICENCE,
        "columns": columns.iter().map(|column| column.code()).collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_vec(&document)?)
}

/// A value as a number: whole where it has no decimals; null if there is none.
fn number(row: &Row) -> Value {
    let Some(value) = row.value else { return Value::Null };
    if row.decimals == 0 {
        return value.into();
    }
    // the shortest number that reads back as it, exact to the last decimal below ninety trillion
    row.plain().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

/// The cube: every combination of codes in the order of its dimensions, nothing where there is no row.
///
/// # Errors
/// [`FormatError::Json`].
pub fn json_stat(dataset: &Dataset, texts: &Texts) -> Result<Vec<u8>, FormatError> {
    let cube = Cube::of(dataset);
    let mut values = Map::new();
    let mut statuses = Map::new();
    for row in &dataset.rows {
        let place = cube.place(row).to_string();
        if row.status != Status::Shown {
            statuses.insert(place.clone(), row.status.code().into());
        }
        values.insert(place, number(row));
    }
    let dimension = |(n, column): (usize, Column)| {
        let labels: Map<String, Value> = cube.codes[n].iter().map(|code| ((*code).to_owned(), texts.code(column, code).into())).collect();
        let mut category = json!({ "index": cube.codes[n], "label": labels });
        if column == Column::Measure {
            category["unit"] = units(dataset, &cube.codes[n]);
        }
        let of =
            |whole: &str| -> Vec<&str> { cube.codes[n].iter().copied().filter(|code| dataset.whole_of(code) == Some(whole)).collect() };
        let parts = cube.codes[n].iter().filter(|_| column == Column::Destination).map(|code| ((*code).to_owned(), of(code)));
        let parts: Map<String, Value> = parts.filter(|(_, parts)| !parts.is_empty()).map(|(code, parts)| (code, parts.into())).collect();
        if !parts.is_empty() {
            category["child"] = parts.into();
        }
        (column.code().to_owned(), json!({ "label": texts.column(column), "category": category }))
    };
    let dimensions: Map<String, Value> = named(dataset).map(dimension).collect();
    let statuses_said: Map<String, Value> =
        texts.statuses.iter().map(|(status, said)| (status.code().to_owned(), said.as_str().into())).collect();
    let notes: Vec<&String> = [&texts.description].into_iter().chain(&texts.notes).collect();
    let document = json!({
        "version": "2.0",
        "class": "dataset",
        "label": texts.title,
        "source": texts.publisher,
        "note": notes,
        "extension": { "release": dataset.release.to_string(), "licence": LICENCE, "status": statuses_said },
        "id": named(dataset).map(|(_, column)| column.code()).collect::<Vec<_>>(),
        "size": cube.codes.iter().map(Vec::len).collect::<Vec<_>>(),
        "role": { "time": ["period"], "geo": ["region"], "metric": ["measure"] },
        "dimension": dimensions,
        "value": values,
        "status": statuses,
    });
    Ok(serde_json::to_vec(&document)?)
}

/// The unit and decimals of each measure.
fn units(dataset: &Dataset, measures: &[&str]) -> Value {
    let of = |measure: &&str| {
        let row = dataset.rows.iter().find(|row| row.at.last().is_some_and(|code| code == measure))?;
        Some(((*measure).to_owned(), json!({ "label": row.unit, "decimals": row.decimals })))
    };
    Value::Object(measures.iter().filter_map(of).collect())
}

/// The codes of each dimension, and where a row stands among all combinations of them, the last dimension fastest.
pub(super) struct Cube<'a> {
    pub(super) codes: Vec<Vec<&'a str>>,
}

impl<'a> Cube<'a> {
    pub(super) fn of(dataset: &'a Dataset) -> Self {
        Self { codes: named(dataset).map(|(n, _)| dataset.codes(n)).collect() }
    }

    pub(super) fn place(&self, row: &Row) -> usize {
        self.codes
            .iter()
            .zip(&row.at)
            .fold(0, |place, (codes, code)| place * codes.len() + codes.iter().position(|of| of == code).unwrap_or(0))
    }

    pub(super) fn size(&self) -> usize {
        self.codes.iter().map(Vec::len).product()
    }
}
