//! Workbooks: numbers as numbers, what must be known to read them, and what the codes mean.

use domain::{
    datasets::{Column, Dataset},
    release::Status,
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::{FormatError, LICENCE, Texts, named};

/// A workbook with sheets for data, notes and codes.
///
/// # Errors
/// [`FormatError::Sheet`].
pub fn xlsx(dataset: &Dataset, texts: &Texts) -> Result<Vec<u8>, FormatError> {
    let mut workbook = Workbook::new();
    // the time of making is no part of what is said
    let made = ExcelDateTime::from_ymd(u16::try_from(dataset.release.quarter.year())?, 1, 1)?;
    let properties = DocProperties::new().set_title(&texts.title).set_company(&texts.publisher).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    let bold = Format::new().set_bold();
    data(workbook.add_worksheet(), dataset, texts, &bold)?;
    notes(workbook.add_worksheet(), dataset, texts, &bold)?;
    codes(workbook.add_worksheet(), dataset, texts, &bold)?;
    Ok(workbook.save_to_buffer()?)
}

fn data(sheet: &mut Worksheet, dataset: &Dataset, texts: &Texts, bold: &Format) -> Result<(), FormatError> {
    sheet.set_name(&texts.sheets[0])?;
    sheet.set_freeze_panes(1, 0)?;
    let columns = dataset.id.columns();
    // names beside the codes
    let is_named = |column: Column| dataset.id.dimensions().contains(&column) && column != Column::Period;
    let formats: Vec<Format> = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000"].map(|format| Format::new().set_num_format(format)).to_vec();
    let mut at = 0_u16;
    for column in columns {
        sheet.write_with_format(0, at, column.code(), bold)?;
        sheet.set_column_width(at, if column == Column::Value { 20.0 } else { 12.0 })?;
        for (n, row) in (1..).zip(&dataset.rows) {
            if column == Column::Value {
                if let Ok(number) = row.plain().parse::<f64>() {
                    let decimals = usize::try_from(row.decimals)?.min(formats.len() - 1);
                    sheet.write_number_with_format(n, at, number, &formats[decimals])?;
                }
            } else {
                sheet.write_string(n, at, dataset.text(row, column))?;
            }
        }
        at += 1;
        if is_named(column) {
            sheet.write_with_format(0, at, texts.column(column), bold)?;
            sheet.set_column_width(at, 28.0)?;
            for (n, row) in (1..).zip(&dataset.rows) {
                sheet.write_string(n, at, texts.code(column, &dataset.text(row, column)))?;
            }
            at += 1;
        }
    }
    sheet.autofilter(0, 0, u32::try_from(dataset.rows.len())?, at.saturating_sub(1))?;
    Ok(())
}

fn notes(sheet: &mut Worksheet, dataset: &Dataset, texts: &Texts, bold: &Format) -> Result<(), FormatError> {
    sheet.set_name(&texts.sheets[1])?;
    sheet.set_column_width(0, 100.0)?;
    sheet.write_with_format(0, 0, &texts.title, bold)?;
    let said = [&texts.description].into_iter().chain(&texts.notes);
    let statuses = texts.statuses.iter().filter(|(status, _)| **status != Status::Shown).map(|(status, said)| format!("{status}: {said}"));
    let about = [texts.publisher.clone(), dataset.release.to_string(), format!("{} {LICENCE}", texts.licence), texts.citation.clone()];
    let lines = said.cloned().chain(statuses).chain(about);
    let wrapped = Format::new().set_text_wrap();
    for (n, line) in (1..).zip(lines) {
        sheet.write_string_with_format(n, 0, line, &wrapped)?;
    }
    Ok(())
}

fn codes(sheet: &mut Worksheet, dataset: &Dataset, texts: &Texts, bold: &Format) -> Result<(), FormatError> {
    sheet.set_name(&texts.sheets[2])?;
    sheet.set_column_width(2, 60.0)?;
    for (at, column) in (0..).zip(["column", "code", "name"]) {
        sheet.write_with_format(0, at, column, bold)?;
    }
    let all = named(dataset).flat_map(|(n, column)| dataset.codes(n).into_iter().map(move |code| (column, code)));
    for (n, (column, code)) in (1..).zip(all) {
        sheet.write_string(n, 0, column.code())?;
        sheet.write_string(n, 1, code)?;
        sheet.write_string(n, 2, texts.code(column, code))?;
    }
    Ok(())
}
