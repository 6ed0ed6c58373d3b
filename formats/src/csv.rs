//! Comma-separated values: RFC 4180, UTF-8, codes only.

use csv::{ReaderBuilder, Terminator, Writer, WriterBuilder};
use domain::{
    amount::from_plain,
    datasets::{Column, Dataset, DatasetId, Row},
    release::ReleaseName,
};

use super::{FormatError, Texts};

/// The dataset as it is: one row a figure.
///
/// # Errors
/// [`FormatError::Csv`].
pub fn csv(dataset: &Dataset) -> Result<Vec<u8>, FormatError> {
    let mut file = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let columns = dataset.id.columns();
    file.write_record(columns.iter().map(|column| column.code()))?;
    for row in &dataset.rows {
        file.write_record(columns.iter().map(|column| dataset.text(row, *column)))?;
    }
    finish(file)
}

/// Reads a dataset of a release back from its file; nothing if that is none. What was published is read and not made again.
pub fn read_csv(id: DatasetId, release: ReleaseName, file: &[u8]) -> Option<Dataset> {
    let mut reader = ReaderBuilder::new().from_reader(file);
    let columns = id.columns();
    if reader.headers().ok()?.iter().ne(columns.iter().map(|column| column.code())) {
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.ok()?;
        let text = |column: Column| columns.iter().position(|of| *of == column).and_then(|place| record.get(place)).unwrap_or_default();
        let texts = |of: &[Column]| of.iter().map(|column| text(*column).to_owned()).collect();
        let plain = text(Column::Value);
        let decimals = u32::try_from(plain.split_once('.').map_or(0, |(_, decimals)| decimals.len())).ok()?;
        if text(Column::Release).parse() != Ok(release) {
            return None;
        }
        rows.push(Row {
            at: texts(id.dimensions()),
            unit: text(Column::Unit).to_owned(),
            value: if plain.is_empty() { None } else { Some(from_plain(plain, decimals)?) },
            decimals,
            status: text(Column::Status).parse().ok()?,
            notes: texts(id.notes()),
        });
    }
    let mut dataset = Dataset::new(id, release, rows);
    dataset.same_decimals();
    Some(dataset)
}

/// The same for Excel in the country of a language: with a byte-order mark, the separator and the decimal mark that it expects there, and
/// names beside the codes.
///
/// # Errors
/// [`FormatError::Csv`].
pub fn csv_for_excel(dataset: &Dataset, texts: &Texts) -> Result<Vec<u8>, FormatError> {
    let commas = texts.language != "en";
    let delimiter = if commas { b';' } else { b',' };
    let mut file = WriterBuilder::new().terminator(Terminator::CRLF).delimiter(delimiter).from_writer(b"\xef\xbb\xbf".to_vec());
    let columns = dataset.id.columns();
    let is_named = |column: &Column| dataset.id.dimensions().contains(column) && *column != Column::Period;
    let head = columns.iter().flat_map(|column| {
        let name = is_named(column).then(|| texts.column(*column));
        [Some(column.code()), name].into_iter().flatten()
    });
    file.write_record(head)?;
    for row in &dataset.rows {
        let cells = columns.iter().flat_map(|column| {
            let text = dataset.text(row, *column);
            let name = is_named(column).then(|| texts.code(*column, &text).to_owned());
            // a number below zero begins with a sign, and is no formula
            let text = match column {
                Column::Value if commas => text.replace('.', ","),
                Column::Value => text,
                _ => harmless(text),
            };
            [Some(text), name].into_iter().flatten()
        });
        file.write_record(cells)?;
    }
    finish(file)
}

/// A text that a spreadsheet does not take for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

fn finish(file: Writer<Vec<u8>>) -> Result<Vec<u8>, FormatError> {
    file.into_inner().map_err(|error| FormatError::Xml(error.into_error()))
}
