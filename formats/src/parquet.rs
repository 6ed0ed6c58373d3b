//! Apache Parquet: the tidy table with columns of text and one of numbers.

use std::sync::Arc;

use domain::datasets::{Column, Dataset};
use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    file::{
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::types::Type,
};

use super::{FormatError, LICENCE};

/// The dataset as one row group.
///
/// # Errors
/// [`FormatError::Parquet`].
pub fn parquet(dataset: &Dataset) -> Result<Vec<u8>, FormatError> {
    let columns = dataset.id.columns();
    let fields = columns.iter().map(|column| field(*column)).collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder(dataset.id.code()).with_fields(fields).build()?;
    let about = [("dataset", dataset.id.code().to_owned()), ("release", dataset.release.to_string()), ("licence", LICENCE.to_owned())];
    let about = about.into_iter().map(|(key, value)| parquet::file::metadata::KeyValue::new(key.to_owned(), value));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_key_value_metadata(Some(about.collect())).build();
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for column in columns {
        let Some(mut writer) = group.next_column()? else { break };
        write(&mut writer, dataset, column)?;
        writer.close()?;
    }
    group.close()?;
    Ok(file.into_inner()?)
}

fn field(column: Column) -> Result<Arc<Type>, FormatError> {
    let builder = if column == Column::Value {
        Type::primitive_type_builder(column.code(), Physical::DOUBLE).with_repetition(Repetition::OPTIONAL)
    } else {
        Type::primitive_type_builder(column.code(), Physical::BYTE_ARRAY)
            .with_repetition(Repetition::REQUIRED)
            .with_converted_type(ConvertedType::UTF8)
            .with_logical_type(Some(LogicalType::String))
    };
    Ok(Arc::new(builder.build()?))
}

fn write(writer: &mut SerializedColumnWriter<'_>, dataset: &Dataset, column: Column) -> Result<(), FormatError> {
    if column == Column::Value {
        let numbers = dataset.rows.iter().map(|row| row.plain().parse::<f64>().ok());
        let (values, levels): (Vec<Option<f64>>, Vec<i16>) = numbers.map(|number| (number, i16::from(number.is_some()))).unzip();
        let values: Vec<f64> = values.into_iter().flatten().collect();
        writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
    } else {
        let texts: Vec<ByteArray> = dataset.rows.iter().map(|row| ByteArray::from(dataset.text(row, column).into_bytes())).collect();
        writer.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
    }
    Ok(())
}
