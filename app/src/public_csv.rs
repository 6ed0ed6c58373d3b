//! Datasets as CSV: stable names, plain numbers, `c` confidential, `x` not available, `p` provisional.

use domain::dataset::Dataset;

/// A dataset, with the day as of which it speaks and whether it is a demonstration's: neither must get lost with the file's name.
///
/// # Errors
/// When it cannot be written.
pub fn csv(dataset: &Dataset) -> Result<Vec<u8>, csv::Error> {
    let (as_of, note) = (dataset.as_of.to_string(), if dataset.invented { "demonstration" } else { "" });
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(dataset.head().into_iter().chain(["as_of", "note"]))?;
    for row in dataset.rows() {
        writer.write_record(row.iter().map(String::as_str).chain([as_of.as_str(), note]))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
