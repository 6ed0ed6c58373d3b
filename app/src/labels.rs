//! Words for the codes of the domain, in each language.

use domain::{
    amount::AmountError,
    classification::{Activity, Destination, ServiceCategory},
    day::DayError,
    filing::VersionState,
    form::{FieldProblem, Problem, Section},
    obligation::Standing,
    progress::Pace,
    questions::{LinePlace, Measure, Question, Slip},
    region::Region,
};

use crate::{format, generated::i18n::Locale, lang::Lang};

/// The translation of a key, as text.
macro_rules! t {
    ($lang:expr, $($rest:tt)*) => {
        leptos_i18n::td_string!($crate::labels::locale($lang), $($rest)*).to_string()
    };
}
pub(crate) use t;

/// The language of the generated translations.
pub(crate) fn locale(lang: Lang) -> Locale {
    match lang {
        Lang::Uz => Locale::uz,
        Lang::Ru => Locale::ru,
        Lang::En => Locale::en,
    }
}

/// Name of a region.
pub fn region(lang: Lang, region: Region) -> &'static str {
    let names = region.names();
    match (lang, region) {
        (Lang::Uz, _) => names.uz_latn,
        // as it is written at the head of a line
        (Lang::Ru, Region::TashkentCity) => "г. Ташкент",
        (Lang::Ru, _) => names.ru,
        (Lang::En, _) => names.en,
    }
}

/// Name of an activity.
pub fn activity(lang: Lang, activity: Activity) -> String {
    match activity {
        Activity::Software => t!(lang, activity.software),
        Activity::DataProcessing => t!(lang, activity.data_processing),
        Activity::Automation => t!(lang, activity.automation),
        Activity::Education => t!(lang, activity.education),
        Activity::Bpo => t!(lang, activity.bpo),
        Activity::Design => t!(lang, activity.design),
        Activity::Animation => t!(lang, activity.animation),
    }
}

/// Name of a service category.
pub fn category(lang: Lang, category: ServiceCategory) -> String {
    match category {
        ServiceCategory::Computer => t!(lang, category.computer),
        ServiceCategory::Information => t!(lang, category.information),
        ServiceCategory::Business => t!(lang, category.business),
        ServiceCategory::Licences => t!(lang, category.licences),
        ServiceCategory::Audiovisual => t!(lang, category.audiovisual),
    }
}

/// Name of a group of destinations.
pub fn destination(lang: Lang, destination: Destination) -> String {
    match destination {
        Destination::UnitedStates => t!(lang, destination.us),
        Destination::UkAndEu => t!(lang, destination.uk_eu),
        Destination::Cis => t!(lang, destination.cis),
        Destination::AsiaPacific => t!(lang, destination.apac),
        Destination::MiddleEastNorthAfrica => t!(lang, destination.mena),
        Destination::Other => t!(lang, destination.other),
    }
}

/// Name of the state of a version, and the class of its mark.
pub fn version_state(lang: Lang, state: VersionState) -> (String, &'static str) {
    match state {
        VersionState::Submitted => (t!(lang, state.submitted), "tag"),
        VersionState::Returned => (t!(lang, state.returned), "tag tag-warn"),
        VersionState::Withdrawn => (t!(lang, state.withdrawn), "tag tag-quiet"),
        VersionState::Accepted => (t!(lang, state.accepted), "tag tag-good"),
        VersionState::Superseded => (t!(lang, state.superseded), "tag tag-quiet"),
    }
}

/// How an obligation stands, and the class of its mark.
pub fn standing(lang: Lang, standing: Standing) -> (String, &'static str) {
    match standing {
        Standing::NotYetOpen => (t!(lang, standing.not_yet_open), "tag tag-quiet"),
        Standing::Due { days: 0, .. } => (t!(lang, standing.due_today), "tag tag-warn"),
        Standing::Due { days, .. } => (t!(lang, standing.due_in, count = days), "tag"),
        Standing::Overdue { days, .. } => (t!(lang, standing.overdue, count = days), "tag tag-bad"),
        Standing::Submitted => (t!(lang, standing.submitted), "tag"),
        Standing::Returned => (t!(lang, standing.returned), "tag tag-warn"),
        Standing::Accepted => (t!(lang, standing.accepted), "tag tag-good"),
        Standing::Amending => (t!(lang, standing.amending), "tag tag-warn"),
        Standing::AmendmentSent => (t!(lang, standing.amendment_sent), "tag"),
        Standing::AmendmentReturned => (t!(lang, standing.amendment_returned), "tag tag-warn"),
    }
}

/// What is wrong with a field and what to do, as a sentence.
pub fn problem(lang: Lang, problem: &FieldProblem) -> String {
    match &problem.problem {
        Problem::Missing => t!(lang, problem.missing),
        Problem::NotInList => t!(lang, problem.not_in_list),
        Problem::Day(DayError::NotADate) => t!(lang, problem.not_a_date),
        Problem::Day(DayError::NoSuchDay { month, days }) => {
            t!(lang, problem.no_such_day, month = format::month(lang, *month), days = *days)
        }
        Problem::OutsideQuarter(quarter) => {
            let (from, to) = (format::day(lang, quarter.first_day()), format::day(lang, quarter.last_day()));
            t!(lang, problem.outside_quarter, from = from, to = to)
        }
        Problem::HomeCountry => t!(lang, problem.home_country),
        Problem::RegionTwice => t!(lang, problem.region_twice),
        Problem::MoreThanEmployees => t!(lang, problem.more_than_employees),
        Problem::ControlCharacter => t!(lang, problem.control_character),
        Problem::TooLong(most) => t!(lang, problem.too_long, most = *most),
        Problem::TooManyLines(most) => t!(lang, problem.too_many_lines, most = *most),
        Problem::NoRate(currency) => t!(lang, problem.no_rate, currency = currency.clone()),
        Problem::Amount(error) => match error {
            AmountError::Missing => t!(lang, problem.missing),
            AmountError::NotANumber if problem.is_of_count() => t!(lang, problem.whole_number),
            AmountError::NotANumber => t!(lang, problem.not_a_number),
            AmountError::OtherCurrency { typed, wanted } => t!(lang, problem.other_currency, typed = typed.code(), wanted = wanted.code()),
            AmountError::Negative => t!(lang, problem.negative),
            AmountError::Ambiguous { whole, fraction } => {
                let (whole, fraction) = format::two_readings(lang, whole, fraction);
                t!(lang, problem.ambiguous, whole = whole, fraction = fraction)
            }
            AmountError::Grouping => t!(lang, problem.grouping),
            AmountError::TooManyDecimals(0) => t!(lang, problem.whole_number),
            AmountError::TooManyDecimals(most) => t!(lang, problem.too_many_decimals, most = *most),
            AmountError::TooLarge if problem.is_of_count() => t!(lang, problem.count_too_large),
            AmountError::TooLarge => t!(lang, problem.too_large),
        },
    }
}

/// A problem as it stands at its field: with the field's name first.
pub fn problem_at_field(lang: Lang, found: &FieldProblem) -> String {
    let name = found.field.rsplit('.').next().and_then(|field| field_name(lang, &found.field, field));
    let name = name.unwrap_or_else(|| place(lang, &found.field));
    format!("{name}: {}", uncapitalised(&problem(lang, found)))
}

/// A problem in a summary: with the place of its field first.
pub fn problem_at_place(lang: Lang, found: &FieldProblem) -> String {
    format!("{}: {}", place(lang, &found.field), uncapitalised(&problem(lang, found)))
}

/// A sentence after a colon.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The problem of a code in `?problem=…`; unknown codes say nothing.
pub fn page_problem(lang: Lang, code: &str) -> Option<String> {
    Some(match code {
        "credentials" => t!(lang, page_problem.credentials),
        "attempts" => t!(lang, page_problem.attempts),
        "unanswered" => t!(lang, page_problem.unanswered),
        "not_yet_open" => t!(lang, page_problem.not_yet_open),
        "closed" => t!(lang, page_problem.closed),
        "stale" => t!(lang, page_problem.stale),
        "reason_missing" => t!(lang, page_problem.reason_missing),
        "reason_too_long" => t!(lang, page_problem.reason_too_long),
        "reason_unreadable" => t!(lang, page_problem.reason_unreadable),
        "incomplete" => t!(lang, page_problem.incomplete),
        "unchanged" => t!(lang, page_problem.unchanged),
        "key_reused" => t!(lang, page_problem.key_reused),
        "same_person" => t!(lang, page_problem.same_person),
        "state" => t!(lang, page_problem.state),
        "too_many_lines" => t!(lang, page_problem.too_many_lines, most = domain::form::MOST_LINES),
        "too_long" => t!(lang, page_problem.too_long, most = domain::form::LONGEST_TEXT),
        "too_large" => t!(lang, problem.too_large),
        "unreadable" => t!(lang, page_problem.unreadable),
        _ => return None,
    })
}

/// The definition of a published figure of exports, translated; `None` for one that is known in its own words only.
pub fn official_definition(lang: Lang, definition: &str) -> Option<String> {
    Some(match definition {
        "IT export of the country; reported as 600 thousand dollars" => t!(lang, official.country_2017),
        "Export of IT services of the country as IT Park estimates it" => t!(lang, official.country_2020),
        "Export of the IT industry of the country" => t!(lang, official.country_2021),
        "Services exported by IT Park residents" => t!(lang, official.residents),
        "Export of IT services, materials of IT Park" => t!(lang, official.year_2023),
        "Export of IT services; about 4 times the same quarter of 2021" => t!(lang, official.quarter_2022),
        "Export by IT Park residents; 4.4 times the first half of 2021" => t!(lang, official.half_2022),
        "Export of services by IT companies; press service of the President" => t!(lang, official.months_2024),
        _ => return None,
    })
}

/// The name of a section of the form.
pub fn section(lang: Lang, section: Section) -> String {
    match section {
        Section::Domestic => t!(lang, form.domestic),
        Section::Exports => t!(lang, form.exports),
        Section::People => t!(lang, form.people),
    }
}

/// Where a line of the form stands: "Exports, line 2".
pub fn line(lang: Lang, at: LinePlace) -> String {
    t!(lang, form.place, section = section(lang, at.section), line = at.line + 1)
}

/// Where a field of the form stands, for the summary of problems: "Exports, line 2, Country".
pub fn place(lang: Lang, field: &str) -> String {
    let mut parts = field.split('.');
    let of = parts.next().unwrap_or_default();
    let Some(section) = Section::ALL.into_iter().find(|section| section.name() == of) else { return t!(lang, form.control) };
    let section = self::section(lang, section);
    let line = parts.next().and_then(|index| index.parse::<i64>().ok()).map(|index| format::number(index + 1));
    match (line, parts.next().and_then(|name| field_name(lang, field, name))) {
        (Some(line), Some(field)) => t!(lang, form.place_field, section = section, line = line, field = field),
        (Some(line), None) => t!(lang, form.place, section = section, line = line),
        (None, _) => section,
    }
}

/// The name of a field by the last part of its path.
fn field_name(lang: Lang, path: &str, field: &str) -> Option<String> {
    Some(match field {
        "region" => t!(lang, form.region),
        "activity" => t!(lang, form.activity),
        "country" => t!(lang, form.country),
        "category" => t!(lang, form.category),
        "currency" => t!(lang, form.currency),
        "amount" if path.starts_with(Section::Domestic.name()) => t!(lang, form.amount_uzs),
        "amount" => t!(lang, form.amount),
        "date" => t!(lang, form.date),
        "contract" => t!(lang, form.contract),
        "employees" => t!(lang, form.employees),
        "specialists" => t!(lang, form.specialists),
        "women" => t!(lang, form.women),
        "under_30" => t!(lang, form.under_30),
        "disability" => t!(lang, form.disability),
        "foreign" => t!(lang, form.foreign),
        "payroll" => t!(lang, form.payroll),
        _ => return None,
    })
}

/// The name of a measure.
pub fn measure(lang: Lang, measure: Measure) -> String {
    match measure {
        Measure::Exports => t!(lang, measure.exports),
        Measure::Domestic => t!(lang, measure.domestic),
        Measure::Payroll => t!(lang, measure.payroll),
        Measure::People => t!(lang, measure.people),
    }
}

/// A value of a measure as it is said.
pub fn measured(lang: Lang, measure: Measure, value: i64) -> String {
    match measure {
        Measure::Exports => format::dollars_scaled(lang, value),
        Measure::Domestic | Measure::Payroll => format::soums_scaled(lang, value),
        Measure::People => format::number(value),
    }
}

/// A question about the figures.
pub fn question(lang: Lang, question: &Question) -> String {
    match *question {
        Question::BooksDiffer { books, lines } => {
            let difference = (books.0 - lines.0).abs();
            let share = domain::progress::ratio(difference, books.0.max(lines.0), 10_000).unwrap_or(0);
            let soums = |tiyin| format::decimal(lang, tiyin, 2);
            let (share, difference, books_said, lines_said) =
                (format::percent(lang, share), soums(difference), soums(books.0), soums(lines.0));
            if books > lines {
                t!(lang, question.books_more, books = books_said, lines = lines_said, difference = difference, share = share)
            } else {
                t!(lang, question.books_less, books = books_said, lines = lines_said, difference = difference, share = share)
            }
        }
        Question::Jump { measure, at, before, now, slip } => {
            let what = asked_about(lang, measure, at);
            let change = format::times(lang, before, now);
            let (before, now) = (measured(lang, measure, before), measured(lang, measure, now));
            t!(lang, question.jump, what = what, before = before, now = now, change = change, slip = self::slip(lang, slip))
        }
        Question::BeyondAll { measure, at, most, now, slip } => {
            let what = asked_about(lang, measure, Some(at));
            let (most, now) = (measured(lang, measure, most), measured(lang, measure, now));
            t!(lang, question.beyond_all, what = what, most = most, now = now, slip = self::slip(lang, slip))
        }
        Question::LargeFirst { measure, at, now } => {
            t!(lang, question.large_first, what = asked_about(lang, measure, at), now = measured(lang, measure, now))
        }
        Question::ControlTotalDiffers { difference } => t!(lang, question.control, difference = format::decimal(lang, difference.0, 2)),
        Question::UnitSlip { previous, current } => {
            t!(lang, question.unit_slip, previous = format::soums_scaled(lang, previous.0), current = format::soums_scaled(lang, current.0))
        }
    }
}

/// The line or the measure that a question is about.
fn asked_about(lang: Lang, measure: Measure, at: Option<LinePlace>) -> String {
    let name = self::measure(lang, measure);
    match at {
        None => name,
        // there two measures stand in one line
        Some(at) if at.section == Section::People => format!("{} ({})", line(lang, at), uncapitalised(&name)),
        Some(at) => line(lang, at),
    }
}

/// What may have been mixed up.
fn slip(lang: Lang, slip: Option<Slip>) -> String {
    match slip {
        Some(Slip::Ten) => t!(lang, question.slip_ten),
        Some(Slip::Hundred) => t!(lang, question.slip_hundred),
        Some(Slip::Thousand) => t!(lang, question.slip_thousand),
        Some(Slip::ExchangeRate) => t!(lang, question.slip_rate),
        Some(Slip::Million) => t!(lang, question.slip_million),
        None => t!(lang, question.slip_none),
    }
}

/// How a year stands on the straight path to its target.
pub fn pace(lang: Lang, pace: Pace) -> String {
    match pace {
        Pace::OnPath => t!(lang, home.on_path),
        Pace::Ahead(by) => t!(lang, home.ahead, by = format::dollars_scaled(lang, by.0)),
        Pace::Behind(by) => t!(lang, home.behind, by = format::dollars_scaled(lang, by.0)),
    }
}

/// What the tax number is called: STIR of a company, PINFL of a person.
pub fn tax_number(lang: Lang, self_employed: bool) -> String {
    if self_employed { t!(lang, my.pinfl) } else { t!(lang, my.tax_number) }
}
