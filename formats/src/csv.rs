//! Comma-separated values: RFC 4180, UTF-8, codes only.

use csv::{Terminator, Writer, WriterBuilder};
use domain::datasets::{Column, Dataset};

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
            let text = if commas && *column == Column::Value { text.replace('.', ",") } else { harmless(text) };
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
