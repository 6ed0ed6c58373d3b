//! Datasets in, files out. One source for all of them: the rows of a [`Dataset`]; whatever a reader sees beside the codes arrives
//! translated in [`Texts`]. The same dataset and texts always give the same bytes.

use std::{collections::BTreeMap, num::TryFromIntError};

use domain::{
    datasets::{Column, Dataset},
    release::Status,
};
use thiserror::Error;

mod csv;
pub mod describe;
mod json;
mod parquet;
mod px;
mod sdmx;
mod sheet;

pub use self::{
    csv::{csv, csv_for_excel, read_csv},
    json::{json, json_stat},
    parquet::parquet,
    px::px,
    sdmx::{sdmx_csv, sdmx_structure},
    sheet::xlsx,
};

/// Why a file cannot be made.
#[derive(Debug, Error)]
pub enum FormatError {
    /// A row that cannot be written.
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    /// A document that cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A document that cannot be written.
    #[error(transparent)]
    Xml(#[from] std::io::Error),
    /// A workbook that cannot be written.
    #[error(transparent)]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// A table that cannot be written.
    #[error(transparent)]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// More than fits.
    #[error(transparent)]
    TooLarge(#[from] TryFromIntError),
}

/// What stands beside the codes of a dataset, in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// Language, as in `lang`: `uz`, `ru`, `en`.
    pub language: &'static str,
    /// What the dataset is called.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// What must be known to read it.
    pub notes: Vec<String>,
    /// Who publishes it.
    pub publisher: String,
    /// Under which terms.
    pub licence: String,
    /// How it is cited.
    pub citation: String,
    /// Names of columns.
    pub columns: BTreeMap<Column, String>,
    /// Names of codes, by column.
    pub codes: BTreeMap<(Column, String), String>,
    /// What the statuses mean.
    pub statuses: BTreeMap<Status, String>,
    /// The names of the sheets of a workbook: data, what must be known, codes.
    pub sheets: [String; 3],
}

impl Texts {
    /// The name of a column.
    pub fn column(&self, column: Column) -> &str {
        self.columns.get(&column).map_or(column.code(), String::as_str)
    }

    /// The name of a code; the code itself where it says enough.
    pub fn code<'a>(&'a self, column: Column, code: &'a str) -> &'a str {
        self.codes.get(&(column, code.to_owned())).map_or(code, String::as_str)
    }
}

/// The address of the licence.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// Columns of which codes have names.
fn named(dataset: &Dataset) -> impl Iterator<Item = (usize, Column)> {
    dataset.id.dimensions().iter().copied().enumerate()
}

#[cfg(test)]
mod tests;
