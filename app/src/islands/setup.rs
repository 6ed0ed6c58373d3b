//! What the filing form gets from the server: its draft, its choices, its strings.

use domain::{
    form::{Field, FieldPath, FormInput, Section},
    money::Currency,
};
use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// Values to choose from: code and name.
pub type Choices = Vec<(String, String)>;

/// Everything the form needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the list or text that its name says")]
pub struct Setup {
    pub lang: Lang,
    /// Who types: what is kept in the browser is that person's.
    pub person: String,
    pub resident: String,
    pub quarter: String,
    /// First and last day of the quarter, as calendars write them.
    pub days: (String, String),
    pub registered: String,
    pub revision: i32,
    /// Token for [`crate::api::Carried`].
    pub keep: String,
    /// The field that gets the focus.
    pub focus: Option<FieldPath>,
    /// Whether the form shows what could not be taken: then only the person saves, on purpose.
    pub kept: bool,
    pub form: FormInput,
    pub means: Vec<(Currency, i64)>,
    /// What is wrong, and where.
    pub problems: Vec<(FieldPath, String)>,
    /// The names of the fields, in the order of the form.
    pub labels: Vec<String>,
    pub regions: Choices,
    pub activities: Choices,
    pub countries: Choices,
    pub categories: Choices,
    pub currencies: Choices,
    pub text: Text,
}

/// Every field of a line in the order of the form.
pub fn fields() -> impl Iterator<Item = (Section, Field)> {
    Section::ALL.iter().flat_map(|section| section.fields().iter().map(|spec| (*section, spec.field)))
}

impl Setup {
    /// The name of a field.
    pub fn label(&self, section: Section, field: Field) -> String {
        let at = fields().position(|known| known == (section, field));
        at.and_then(|at| self.labels.get(at)).cloned().unwrap_or_default()
    }
}

macro_rules! words {
    ($($word:ident),* $(,)?) => {
        /// A string of the form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is the text that its name says")]
        pub enum Word { $($word),* }

        impl Word {
            /// Every word, in the order in which [`Text`] holds them.
            pub const ALL: &'static [Self] = &[$(Self::$word),*];
        }
    };
}

words! {
    Domestic, DomesticHint, Exports, ExportsHint, People, PeopleHint, Control, ControlHint, AmountUzs, DateHint, Optional, AddDomestic, AddExport, AddPeople, Remove, Totals, TotalDomestic, TotalExports, TotalExportsUzs, TotalServices, TotalPeople, Difference, Less, More, Unread, Approximate, Recalculate, Save, Check, Saved, Saving, NotSaved, Offline, Retrying, Ended, Conflict, Choose, PickDate, Restored, Found, UseFound, DropFound,
}

/// The strings of the form in the language of the page: a plain list, for a struct of so many fields would be a
/// tenth of the WebAssembly.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Vec<String>);

impl Text {
    /// The strings by what `translate` says of each word.
    pub fn of(translate: impl Fn(Word) -> String) -> Self {
        Self(Word::ALL.iter().map(|word| translate(*word)).collect())
    }

    /// The string of a word.
    pub fn get(&self, word: Word) -> String {
        self.0.get(word as usize).cloned().unwrap_or_default()
    }
}
