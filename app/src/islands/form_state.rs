//! What the parts of the form share.

use domain::form::{FieldPath, FormInput, Section};
use leptos::prelude::*;

use super::setup::{Setup, Word};

/// The state shared by the parts of the form.
#[derive(Clone, Copy)]
pub struct Form {
    pub setup: StoredValue<Setup>,
    pub typed: RwSignal<FormInput>,
    /// What is wrong, and where.
    problems: RwSignal<Vec<(FieldPath, String)>>,
    /// Fields whose problems are shown: those that the page came with, and those that were left.
    shown: RwSignal<Vec<FieldPath>>,
    /// Fields that were left since the server last said what is wrong: what it said then may be mended.
    left: RwSignal<Vec<FieldPath>>,
    /// Changes when lines come or go.
    pub shape: RwSignal<u32>,
}

impl Form {
    /// The state as the page came.
    pub fn new(setup: Setup) -> Self {
        let shown = setup.problems.iter().map(|(at, _)| *at).collect();
        Self {
            typed: RwSignal::new(setup.form.clone()),
            problems: RwSignal::new(setup.problems.clone()),
            shown: RwSignal::new(shown),
            left: RwSignal::new(Vec::new()),
            shape: RwSignal::new(0),
            setup: StoredValue::new(setup),
        }
    }

    pub fn text(self, word: Word) -> String {
        self.setup.with_value(|setup| setup.text.get(word))
    }

    /// The problem of a field, if it is shown already.
    pub fn problem(self, at: FieldPath) -> Option<String> {
        let shown = self.shown.with(|shown| shown.contains(&at));
        let message = || self.problems.with(|all| all.iter().find(|(field, _)| *field == at).map(|(_, message)| message.clone()));
        shown.then(message)?
    }

    /// Takes over what the server found wrong with what is typed, and shows it at the fields that were left.
    #[cfg(feature = "hydrate")]
    pub fn problems_found(self, problems: Vec<(FieldPath, String)>) {
        self.problems.set(problems);
        self.show_left();
    }

    /// Shows what is known of the fields that were left.
    #[cfg(feature = "hydrate")]
    pub fn show_left(self) {
        let left = self.left.try_update(std::mem::take).unwrap_or_default();
        self.shown.update(|shown| shown.extend(left));
    }

    /// Makes every line anew.
    pub fn reshaped(self) {
        self.shape.update(|n| *n += 1);
    }

    /// A field with something in it was left: its problem is shown once it is known.
    #[cfg(feature = "hydrate")]
    pub fn left(self, at: FieldPath) {
        let filled = self.typed.with_untracked(|form| form.field(at).is_some_and(|text| !text.trim().is_empty()));
        let known = self.shown.with_untracked(|shown| shown.contains(&at)) || self.left.with_untracked(|left| left.contains(&at));
        if filled && !known {
            self.left.update(|left| left.push(at));
        }
    }

    /// Moves what is known of the lines below a removed one to their new places.
    pub fn without_line(self, section: Section, removed: usize) {
        self.problems.update(|problems| without_line(problems, |(at, _)| at, section, removed));
        for fields in [self.shown, self.left] {
            fields.update(|fields| without_line(fields, |at| at, section, removed));
        }
    }
}

/// What belongs to the lines that are left, at their new places, after a line was removed. `at` is the place of an item.
fn without_line<T>(items: &mut Vec<T>, at: impl Fn(&mut T) -> &mut FieldPath, section: Section, removed: usize) {
    items.retain_mut(|item| {
        let at = at(item);
        at.without_line(section, removed).map(|moved| *at = moved).is_some()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_follow_their_lines() {
        let at = |field: &str| (field.parse::<FieldPath>().unwrap(), String::new());
        let mut problems = ["exports.0.amount", "exports.1.country", "exports.2.date", "people.1.region", "control_total"].map(at).to_vec();
        without_line(&mut problems, |(at, _)| at, Section::Exports, 1);
        assert_eq!(problems, ["exports.0.amount", "exports.1.date", "people.1.region", "control_total"].map(at));
    }
}
