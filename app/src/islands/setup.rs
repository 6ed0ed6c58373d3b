//! What the filing form gets from the server: its draft, its choices, its strings.

use domain::{form::FormInput, money::Currency};
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
    /// Path of the field that gets the focus.
    pub focus: String,
    /// Whether the form shows what could not be taken: then only the person saves, on purpose.
    pub kept: bool,
    pub form: FormInput,
    pub means: Vec<(Currency, i64)>,
    /// Field path and message.
    pub problems: Vec<(String, String)>,
    pub regions: Choices,
    pub activities: Choices,
    pub countries: Choices,
    pub categories: Choices,
    pub currencies: Choices,
    pub text: Text,
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
    Domestic, DomesticHint, Exports, ExportsHint, People, PeopleHint, Control, ControlHint, Region, Activity, AmountUzs, Country, Category, Currency, Amount, Date, DateHint, Contract, Optional, Employees, Specialists, Women, Under30, Disability, Foreign, Payroll, AddDomestic, AddExport, AddPeople, Remove, Totals, TotalDomestic, TotalExports, TotalExportsUzs, TotalServices, TotalPeople, Difference, Less, More, Unread, Approximate, Recalculate, Save, Check, Saved, Saving, NotSaved, Offline, Retrying, Ended, Conflict, Choose, PickDate, Restored, Found, UseFound, DropFound,
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
