//! The fields of the form, each described once: to which section it belongs, what it takes (and with that its type, its unit and
//! its limits), whether it may be empty. Names of controls, paths and heads of tables follow from this list.

use crate::{codes::codes, people::PeopleCount};

codes! {
    /// The part of the form to which a line belongs.
    Section {
        /// Services sold within the country.
        Domestic = "domestic",
        /// Services sold abroad.
        Exports = "exports",
        /// People at the end of the quarter.
        People = "people",
    }
}

/// A field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the field of the same name in `content`")]
pub enum Field {
    Region,
    Activity,
    Country,
    Category,
    Currency,
    Amount,
    Date,
    Contract,
    People(PeopleCount),
    Payroll,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Kind {
    Region,
    Activity,
    Country,
    Category,
    Currency,
    Soums,
    /// An amount in the currency of its line.
    Money,
    Count,
    Day,
    Text,
}

/// What an empty field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The form chooses a value by itself: it must be there, but alone it makes no line.
    Preset,
    /// It must be filled in.
    Required,
    /// None of them: 0.
    Zero,
    /// Nothing is said.
    Optional,
}

/// The description of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Which.
    pub field: Field,
    /// What it takes.
    pub kind: Kind,
    /// What it means if it is empty.
    pub need: Need,
}

const fn spec(field: Field, kind: Kind, need: Need) -> FieldSpec {
    FieldSpec { field, kind, need }
}

const REGION: FieldSpec = spec(Field::Region, Kind::Region, Need::Preset);

const DOMESTIC: &[FieldSpec] =
    &[REGION, spec(Field::Activity, Kind::Activity, Need::Preset), spec(Field::Amount, Kind::Soums, Need::Required)];

const EXPORTS: &[FieldSpec] = &[
    spec(Field::Country, Kind::Country, Need::Required),
    spec(Field::Category, Kind::Category, Need::Preset),
    spec(Field::Currency, Kind::Currency, Need::Preset),
    spec(Field::Amount, Kind::Money, Need::Required),
    REGION,
    spec(Field::Date, Kind::Day, Need::Optional),
    spec(Field::Contract, Kind::Text, Need::Optional),
];

const COUNTS: usize = PeopleCount::ALL.len();

/// Region, every count, wages.
const PEOPLE: [FieldSpec; COUNTS + 2] = {
    let mut fields = [REGION; COUNTS + 2];
    let mut n = 0;
    while n < COUNTS {
        let need = if n == 0 { Need::Required } else { Need::Zero };
        fields[n + 1] = spec(Field::People(PeopleCount::ALL[n]), Kind::Count, need);
        n += 1;
    }
    fields[COUNTS + 1] = spec(Field::Payroll, Kind::Soums, Need::Zero);
    fields
};

impl Section {
    /// The fields of a line in the order of the form.
    pub const fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Domestic => DOMESTIC,
            Self::Exports => EXPORTS,
            Self::People => &PEOPLE,
        }
    }

    /// The description of one of its fields.
    pub fn field(self, field: Field) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|spec| spec.field == field)
    }
}

impl Field {
    /// The name of the field, as it is sent and stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Activity => "activity",
            Self::Country => "country",
            Self::Category => "category",
            Self::Currency => "currency",
            Self::Amount => "amount",
            Self::Date => "date",
            Self::Contract => "contract",
            Self::People(count) => count.code(),
            Self::Payroll => "payroll",
        }
    }

    /// The field of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Section::ALL.iter().flat_map(|section| section.fields()).map(|spec| spec.field).find(|field| field.code() == code)
    }
}

/// The longest text of one field, in characters.
pub const LONGEST_TEXT: usize = 200;
/// The most lines a section of the form takes.
pub const MOST_LINES: usize = 300;
