//! Datasets as CSV: stable names, plain numbers, `c` confidential, `x` not available, `p` provisional.

use crate::public_charts::{PublicChart, PublicData};

/// The dataset of a chart.
///
/// # Errors
/// When it cannot be written.
pub fn csv(data: &PublicData, chart: PublicChart) -> Result<Vec<u8>, csv::Error> {
    let dataset = data.dataset(chart);
    // which day it says, and whether it is real, must not get lost with the file's name
    let (as_of, note) = (data.today.to_string(), if data.is_invented(chart) { "demonstration" } else { "" });
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(dataset.head().into_iter().chain(["as_of", "note"]))?;
    for row in dataset.rows() {
        writer.write_record(row.iter().map(String::as_str).chain([as_of.as_str(), note]))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
