//! What is asked for of a dataset.

use app::{lang::Lang, statistics::Format};
use chrono::NaiveDate;
use domain::{
    clock::{end_of_day, tashkent_date},
    datasets::{Column, Dataset, DatasetId},
    release::ReleaseName,
};

use super::{
    library::{Library, Shelf},
    problem::Problem,
};

/// A dataset in a format.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub id: DatasetId,
    pub format: &'static Format,
}

impl Wanted {
    /// Reads `regions.csv`.
    pub fn of(file: &str) -> Result<Self, Problem> {
        let (id, ending) = file.split_once('.').unwrap_or((file, ""));
        let ids = || DatasetId::ALL.iter().map(|id| id.code()).collect::<Vec<_>>().join(", ");
        let id = id.parse().map_err(|_| Problem::missing("unknown_dataset", format!("There is no such dataset; there are: {}.", ids())))?;
        let formats = || app::statistics::FORMATS.iter().map(|format| format.ending).collect::<Vec<_>>().join(", ");
        let format = Format::of(ending)
            .ok_or_else(|| Problem::missing("unknown_format", format!("There is no such format; there are: {}.", formats())))?;
        Ok(Self { id, format })
    }
}

/// What the query says.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub lang: Lang,
    as_of: Option<String>,
    only: Vec<(Column, Vec<String>)>,
}

impl Query {
    /// Reads `asOf`, `lang` and the dimensions of the dataset. A dimension may come several times, and a value list codes with commas.
    pub fn of(id: DatasetId, query: &str) -> Result<Self, Problem> {
        let mut read = Self { lang: Lang::En, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "asOf" if read.as_of.is_some() => return Err(Problem::bad("bad_as_of", "asOf is asked for once.")),
                "asOf" => read.as_of = Some(value.into_owned()),
                "lang" => {
                    let langs = "lang is one of uz, ru, en.";
                    read.lang = Lang::of_code(&value).ok_or_else(|| Problem::bad("unknown_language", langs))?;
                }
                name => {
                    let column = id.dimensions().iter().find(|column| column.code() == name);
                    let names = || id.dimensions().iter().map(|column| column.code()).collect::<Vec<_>>().join(", ");
                    let said = || format!("{id} is asked for by asOf, lang, {}.", names());
                    // a dimension of another dataset is not in this one; another name is a mistake
                    let unknown = || match name.parse::<Column>() {
                        Ok(_) => Problem::missing("unknown_dimension", said()),
                        Err(_) => Problem::bad("unknown_parameter", said()),
                    };
                    // a plus in a query is a space, and no code has one
                    let codes = value.split(',').map(|code| code.replace(' ', "+"));
                    let column = *column.ok_or_else(unknown)?;
                    match read.only.iter_mut().find(|(of, _)| *of == column) {
                        Some((_, all)) => all.extend(codes),
                        None => read.only.push((column, codes.collect())),
                    }
                }
            }
        }
        Ok(read)
    }

    /// Whether all of the dataset is asked for, so that it is answered from the published file.
    pub fn is_for_all(&self) -> bool {
        self.only.is_empty()
    }

    /// The release that answers, and whether the answer is the same for ever.
    pub fn shelf(&self, library: &Library) -> Result<(Shelf, bool), Problem> {
        let none = || Problem::missing("nothing_published", "Nothing has been published yet.");
        match &self.as_of {
            Some(text) => as_of(library, text),
            None => library.latest().map(|shelf| (shelf, false)).ok_or_else(none),
        }
    }

    /// The rows that are asked for.
    pub fn part(&self, mut dataset: Dataset) -> Result<Dataset, Problem> {
        for (column, codes) in &self.only {
            let place = dataset.id.dimensions().iter().position(|of| of == column).unwrap_or(0);
            let known = dataset.codes(place);
            if let Some(unknown) = codes.iter().find(|code| !known.contains(&code.as_str())) {
                let said: String = unknown.chars().filter(|sign| !sign.is_control()).take(40).collect();
                return Err(Problem::missing(
                    "unknown_code",
                    format!("{column} {said:?} is not in the dataset; it has: {}.", known.join(", ")),
                ));
            }
        }
        for (column, codes) in &self.only {
            dataset = dataset.only(*column, codes);
        }
        Ok(dataset)
    }
}

/// The release that held on a day, or has a name, and whether that is settled for ever.
pub fn as_of(library: &Library, text: &str) -> Result<(Shelf, bool), Problem> {
    if let Ok(name) = text.parse::<ReleaseName>() {
        let unknown = || Problem::missing("unknown_release", format!("There is no release {name}."));
        return library.named(name).map(|shelf| (shelf, true)).ok_or_else(unknown);
    }
    let said = "asOf is a day such as 2023-11-01, or a release such as 2023-Q2.";
    // what is written like one and is none is not there
    let like_one = text.len() >= 7 && text.as_bytes()[4] == b'-' && text.bytes().take(4).all(|digit| digit.is_ascii_digit());
    let wrong = || if like_one { Problem::missing("unknown_as_of", said) } else { Problem::bad("bad_as_of", said) };
    let day = text.parse::<NaiveDate>().ok().filter(|day| day.to_string() == text).ok_or_else(wrong)?;
    let today = tashkent_date(library.now());
    if day > today {
        return Err(Problem::missing("as_of_in_future", "What will be published then is not known."));
    }
    // what held at the end of the day; today that is what holds now
    let instant = end_of_day(day).min(library.now());
    let before_midnight = instant - chrono::TimeDelta::milliseconds(i64::from(day < today));
    let none = || Problem::missing("nothing_published", "Nothing had been published then.");
    let settled = day < today && library.knows_until(end_of_day(day));
    library.held_at(before_midnight).map(|shelf| (shelf, settled)).ok_or_else(none)
}
