//! The files of a release: its datasets in every format, with texts in every language. Made once, when the release is prepared.

use std::collections::BTreeMap;

use domain::{
    classification::{Activity, Country, Destination, ServiceCategory},
    datasets::{COUNTRY, Column, Dataset, DatasetId, OTHERS, TOTAL, datasets},
    region::Region,
    release::{By, Measured, ReleaseName, Status},
};
use formats::{FormatError, Texts, describe};
use services::{
    ServiceError,
    releases::{Content, File, Packed},
};

use crate::{
    countries, format,
    labels::{self, t},
    lang::Lang,
};

/// A format in which a dataset is published.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The ending of its files.
    pub ending: &'static str,
    /// What it is, for programs.
    pub media_type: &'static str,
    /// Whether there is a file for each language.
    pub in_languages: bool,
    make: fn(&Dataset, &Texts) -> Result<Vec<u8>, FormatError>,
}

const JSON: &str = "application/json";

/// Every format of a dataset.
pub const FORMATS: [Format; 10] = [
    Format { ending: "csv", media_type: "text/csv; charset=utf-8", in_languages: false, make: |dataset, _| formats::csv(dataset) },
    Format { ending: "excel.csv", media_type: "text/csv; charset=utf-8", in_languages: true, make: formats::csv_for_excel },
    Format {
        ending: "xlsx",
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        in_languages: true,
        make: formats::xlsx,
    },
    Format { ending: "json", media_type: JSON, in_languages: false, make: |dataset, _| formats::json(dataset) },
    Format { ending: "jsonstat.json", media_type: JSON, in_languages: true, make: formats::json_stat },
    Format {
        ending: "px",
        media_type: "text/x-px; charset=utf-8",
        in_languages: true,
        make: |dataset, texts| Ok(formats::px(dataset, texts)),
    },
    Format {
        ending: "parquet",
        media_type: "application/vnd.apache.parquet",
        in_languages: false,
        make: |dataset, _| formats::parquet(dataset),
    },
    Format {
        ending: "sdmx.csv",
        media_type: "application/vnd.sdmx.data+csv; version=1.0.0; charset=utf-8",
        in_languages: false,
        make: |dataset, _| formats::sdmx_csv(dataset),
    },
    Format {
        ending: "sdmx.xml",
        media_type: "application/vnd.sdmx.structure+xml; version=2.1",
        in_languages: false,
        make: |dataset, _| formats::sdmx_structure(dataset, &Lang::ALL.map(|lang| texts(dataset, lang, false))),
    },
    Format { ending: "csv-metadata.json", media_type: "application/csvm+json", in_languages: false, make: describe::csv_on_the_web },
];

impl Format {
    /// The format of an ending.
    pub fn of(ending: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.ending == ending)
    }

    /// The name of the file of a dataset.
    pub fn file(&self, id: DatasetId, lang: Lang) -> String {
        if self.in_languages { format!("{id}.{}.{}", lang.code(), self.ending) } else { format!("{id}.{}", self.ending) }
    }
}

/// The description of all datasets of a release as a data package.
pub const DATA_PACKAGE: &str = "datapackage.json";

/// What is shown of each table in the year of a release.
pub const PLAN: &str = "plan.json";

/// How much of its quarter was in when a release was made.
pub const COVERAGE: &str = "coverage.json";

/// Makes every file of a release.
///
/// # Errors
/// What could not be written.
pub fn render(content: &Content) -> Result<Vec<File>, String> {
    let all = datasets(content.name, &content.figures, &content.targets, &content.official);
    let mut files = Vec::new();
    for dataset in &all {
        for format in &FORMATS {
            let langs = if format.in_languages { &Lang::ALL[..] } else { &[Lang::En] };
            for lang in langs {
                let bytes = render_part(dataset, format, *lang, content.demonstration);
                let bytes = bytes.map_err(|error| format!("{}.{}: {error}", dataset.id, format.ending))?;
                files.push(File { name: format.file(dataset.id, *lang), media_type: format.media_type.to_owned(), bytes });
            }
        }
    }
    let described: Vec<(&Dataset, Texts)> = all.iter().map(|dataset| (dataset, texts(dataset, Lang::En, content.demonstration))).collect();
    let package = describe::data_package(&described).map_err(|error| format!("{DATA_PACKAGE}: {error}"))?;
    files.push(File { name: DATA_PACKAGE.to_owned(), media_type: JSON.to_owned(), bytes: package });
    for (name, bytes) in [(PLAN, serde_json::to_vec(&content.plan)), (COVERAGE, serde_json::to_vec(&content.coverage))] {
        let bytes = bytes.map_err(|error| format!("{name}: {error}"))?;
        files.push(File { name: name.to_owned(), media_type: JSON.to_owned(), bytes });
    }
    Ok(files)
}

/// The datasets of a release, read back from its files.
///
/// # Errors
/// Files that cannot be read; not those that were stored.
pub fn read(release: ReleaseName, files: &[Packed]) -> Result<Vec<Dataset>, ServiceError> {
    let read = |id: &DatasetId| {
        let name = format!("{id}.csv");
        let file = files.iter().find(|file| file.name == name)?;
        Some(file.bytes().and_then(|bytes| formats::read_csv(*id, release, &bytes).ok_or(ServiceError::Corrupt("release_file"))))
    };
    DatasetId::ALL.iter().filter_map(read).collect()
}

/// A part of a dataset in a format, with texts in a language.
///
/// # Errors
/// What could not be written.
pub fn render_part(dataset: &Dataset, format: &Format, lang: Lang, invented: bool) -> Result<Vec<u8>, FormatError> {
    (format.make)(dataset, &texts(dataset, lang, invented))
}

/// A program in Python that reads a dataset. What is empty is empty and no missing text; what has no value is missing.
pub fn in_python(address: &str) -> String {
    format!(
        "import pandas\n\nfigures = pandas.read_csv(\n    \"{address}\",\n    keep_default_na=False,\n    na_values={{\"value\": [\"\"]}},\n    \
         dtype={{\"period\": str}},\n)\nprint(figures.head())\n"
    )
}

/// A program in R that reads a dataset.
pub fn in_r(address: &str) -> String {
    format!(
        "figures <- read.csv(\n  \"{address}\",\n  colClasses = c(period = \"character\"),\n  na.strings = character(0)\n)\n\
         figures$value <- as.numeric(figures$value)\nhead(figures)\n"
    )
}

/// Who publishes.
pub fn publisher(lang: Lang) -> String {
    t!(lang, data.publisher)
}

/// What a release is called.
pub fn release_title(lang: Lang, release: ReleaseName) -> String {
    let quarter = format::quarter(lang, release.quarter);
    match release.number {
        0 => t!(lang, data.release_of, quarter = quarter),
        number => t!(lang, data.correction_of, quarter = quarter, number = number.to_string()),
    }
}

/// That a release was withdrawn, and why.
pub fn withdrawn(lang: Lang, reason: &str) -> String {
    t!(lang, data.withdrawn, reason = reason)
}

/// That a release is provisional, and why it was made.
pub fn provisional(lang: Lang, reason: &str) -> String {
    t!(lang, data.provisional, reason = reason)
}

/// What a dataset is called.
pub fn title(lang: Lang, id: DatasetId) -> String {
    match id {
        DatasetId::Regions => t!(lang, data.regions),
        DatasetId::Destinations => t!(lang, data.destinations),
        DatasetId::Activities => t!(lang, data.activities),
        DatasetId::Targets => t!(lang, data.targets),
        DatasetId::Official => t!(lang, data.official),
    }
}

/// What a dataset shows.
pub fn description(lang: Lang, id: DatasetId) -> String {
    match id {
        DatasetId::Regions => t!(lang, data.regions_text),
        DatasetId::Destinations => t!(lang, data.destinations_text),
        DatasetId::Activities => t!(lang, data.activities_text),
        DatasetId::Targets => t!(lang, data.targets_text),
        DatasetId::Official => t!(lang, data.official_text),
    }
}

/// What must be known to read a dataset.
pub fn notes(lang: Lang, dataset: &Dataset, invented: bool) -> Vec<String> {
    if dataset.id == DatasetId::Official {
        return Vec::new();
    }
    let mut notes = vec![t!(lang, data.note_bop), t!(lang, data.note_first), t!(lang, data.note_confidential), t!(lang, data.note_sums)];
    notes.extend(dataset.has_parts().then(|| t!(lang, data.note_countries)));
    notes.extend(invented.then(|| t!(lang, data.note_invented)));
    notes
}

/// How a dataset of a release is cited.
pub fn citation(lang: Lang, id: DatasetId, release: ReleaseName) -> String {
    t!(lang, data.citation, title = title(lang, id), release = release.to_string())
}

/// The name of a column.
pub fn column(lang: Lang, column: Column) -> String {
    match column {
        Column::Release => t!(lang, data.release),
        Column::Period => t!(lang, data.period),
        Column::Region => t!(lang, data.region),
        Column::Basis => t!(lang, data.basis),
        Column::Destination => t!(lang, data.destination),
        Column::Classification => t!(lang, data.classification),
        Column::Item => t!(lang, data.item),
        Column::Measure => t!(lang, data.measure),
        Column::Unit => t!(lang, data.unit),
        Column::Value => t!(lang, data.value),
        Column::Status => t!(lang, data.status),
        Column::Definition => t!(lang, data.definition),
        Column::Source => t!(lang, data.source),
    }
}

/// What a status means.
pub fn status(lang: Lang, status: Status) -> String {
    match status {
        Status::Shown => t!(lang, data.s_shown),
        Status::Confidential => t!(lang, data.s_c),
        Status::Provisional => t!(lang, data.s_p),
        Status::Revised => t!(lang, data.s_r),
        Status::NotAvailable => t!(lang, data.s_x),
    }
}

fn measure(lang: Lang, code: &str) -> Option<String> {
    Some(match code.parse() {
        Ok(Measured::Exports) => t!(lang, data.m_exports),
        Ok(Measured::Exporters) => t!(lang, data.m_exporters),
        Ok(Measured::Services) => t!(lang, data.m_services),
        Ok(Measured::Domestic) => t!(lang, data.m_domestic),
        Ok(Measured::People) => t!(lang, data.m_people),
        Ok(Measured::Residents) => t!(lang, data.m_residents),
        Err(_) => match code {
            "target" => t!(lang, data.m_target),
            "straight_path" => t!(lang, data.m_path),
            "long_term_target" => t!(lang, data.m_long_term),
            _ => return None,
        },
    })
}

/// By what a table is told.
pub fn told_by(lang: Lang, by: By) -> String {
    match by {
        By::Registered => t!(lang, data.basis_registered),
        By::Worked => t!(lang, data.basis_activity),
        By::Destination => t!(lang, data.destination),
        By::Country => t!(lang, form.country),
        By::Category => t!(lang, data.by_category),
        By::Activity => t!(lang, data.by_activity),
    }
}

/// The name of a code; nothing where it says enough, as names of series of others do.
pub fn code(lang: Lang, column: Column, code: &str) -> Option<String> {
    match (column, code) {
        (Column::Region, COUNTRY) => Some(t!(lang, data.country)),
        (Column::Region, OTHERS) => Some(t!(lang, data.other_regions)),
        (Column::Region, _) => code.parse::<Region>().ok().map(|region| labels::region(lang, region).to_owned()),
        (_, TOTAL) => Some(t!(lang, data.total)),
        (_, OTHERS) => Some(t!(lang, data.others)),
        (Column::Period, _) => Some(format::period(lang, code)),
        (Column::Basis, "registered") => Some(t!(lang, data.basis_registered)),
        (Column::Basis, _) => Some(t!(lang, data.basis_activity)),
        (Column::Destination, _) => destination(lang, code),
        (Column::Classification, "category") => Some(t!(lang, data.by_category)),
        (Column::Classification, _) => Some(t!(lang, data.by_activity)),
        (Column::Item, _) => {
            let category = code.parse::<ServiceCategory>().map(|category| labels::category(lang, category)).ok();
            category.or_else(|| code.parse::<Activity>().ok().map(|activity| labels::activity(lang, activity)))
        }
        (Column::Measure, _) => measure(lang, code),
        _ => None,
    }
}

/// The name of a group of countries, of a country, or of the countries of a group that are shown only together.
fn destination(lang: Lang, code: &str) -> Option<String> {
    let group = |code: &str| code.parse::<Destination>().ok().map(|group| labels::destination(lang, group));
    let rest = || Some(t!(lang, data.others_in, group = group(code.strip_suffix(OTHERS)?)?));
    let country = || code.parse::<Country>().ok().map(|country| countries::name(lang, country).to_owned());
    group(code).or_else(rest).or_else(country)
}

/// Everything that stands beside the codes of a dataset.
fn texts(dataset: &Dataset, lang: Lang, invented: bool) -> Texts {
    let (id, mut codes) = (dataset.id, BTreeMap::new());
    for (n, of) in id.dimensions().iter().enumerate() {
        for written in dataset.codes(n) {
            if let Some(name) = code(lang, *of, written) {
                codes.insert((*of, written.to_owned()), name);
            }
        }
    }
    Texts {
        language: lang.code(),
        title: title(lang, id),
        description: description(lang, id),
        notes: notes(lang, dataset, invented),
        publisher: publisher(lang),
        licence: t!(lang, data.licence),
        citation: citation(lang, id, dataset.release),
        columns: Column::ALL.iter().map(|of| (*of, column(lang, *of))).collect(),
        codes,
        statuses: Status::ALL.iter().map(|of| (*of, status(lang, *of))).collect(),
        sheets: [t!(lang, data.sheet_data), t!(lang, data.sheet_notes), t!(lang, data.sheet_codes)],
    }
}
