//! What describes the files of a release to programs: CSV on the Web, Frictionless Data.

use domain::datasets::{Column, Dataset};
use serde_json::{Value, json};

use super::{FormatError, LICENCE, Texts};

/// The description of `<dataset>.csv` after CSV on the Web (<https://www.w3.org/TR/tabular-metadata/>).
///
/// # Errors
/// [`FormatError::Json`].
pub fn csv_on_the_web(dataset: &Dataset, texts: &Texts) -> Result<Vec<u8>, FormatError> {
    let column = |column: Column| {
        let datatype = match column {
            Column::Value => json!({ "base": "decimal" }),
            Column::Source => json!({ "base": "anyURI" }),
            _ => json!({ "base": "string" }),
        };
        json!({
            "name": column.code(),
            "titles": column.code(),
            "dc:title": texts.column(column),
            "datatype": datatype,
            "required": dataset.id.dimensions().contains(&column) || column == Column::Release,
        })
    };
    let key = [Column::Release].iter().chain(dataset.id.dimensions()).map(|column| column.code());
    let document = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": texts.language }],
        "url": format!("{}.csv", dataset.id),
        "dc:title": texts.title,
        "dc:description": texts.description,
        "dc:publisher": texts.publisher,
        "dc:license": { "@id": LICENCE },
        "dc:language": texts.language,
        "tableSchema": {
            "columns": dataset.id.columns().into_iter().map(column).collect::<Vec<_>>(),
            "primaryKey": key.collect::<Vec<_>>(),
        },
    });
    Ok(serde_json::to_vec(&document)?)
}

/// All datasets of a release as a data package (<https://specs.frictionlessdata.io/data-package/>).
///
/// # Errors
/// [`FormatError::Json`].
pub fn data_package(datasets: &[(&Dataset, Texts)]) -> Result<Vec<u8>, FormatError> {
    let resource = |(dataset, texts): &(&Dataset, Texts)| {
        let field = |column: Column| {
            let kind = if column == Column::Value { "number" } else { "string" };
            json!({ "name": column.code(), "title": texts.column(column), "type": kind })
        };
        let key = [Column::Release].iter().chain(dataset.id.dimensions()).map(|column| column.code());
        json!({
            "name": dataset.id.code(),
            "path": format!("{}.csv", dataset.id),
            "title": texts.title,
            "description": texts.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "fields": dataset.id.columns().into_iter().map(field).collect::<Vec<_>>(),
                "primaryKey": key.collect::<Vec<_>>(),
                "missingValues": [""],
            },
        })
    };
    let release = datasets.first().map(|(dataset, _)| dataset.release.to_string()).unwrap_or_default();
    let document = json!({
        "name": format!("itpark-{}", release.to_lowercase()),
        "title": datasets.first().map(|(_, texts)| texts.publisher.as_str()),
        "version": release,
        "licenses": [{ "name": "CC-BY-4.0", "path": LICENCE }],
        "resources": datasets.iter().map(resource).collect::<Vec<Value>>(),
    });
    Ok(serde_json::to_vec(&document)?)
}
